"""The kinds of ratings, and of what is written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from pytest_misata.engine.cells import Cells, chosen
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.quantiles import Categories, exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.prose import prose
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.listing import greatest
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.vocabulary import toml_file

_STARS = 5
_FINE = 1000
"""The parts that a share of a scale is cut into where the scale has more steps than there are weights."""


@kind("rating")
def rating(site: Site, *, weights: Sequence[int]) -> Maker:
    """Whole numbers from 1 to the best, 5 where no CHECK says; `weights` are those of equal parts of the scale."""
    parts, steps = Categories(list(weights)), int(_best(site) / site.units)

    def make(frame: Frame) -> Cells:
        place = parts(site.draw(frame, "pick")) * _FINE + below(site.draw(frame, "place"), _FINE)
        return Cells(site.column.type, (1 + place * steps // (_FINE * len(weights))) * site.units)

    return make


@kind("opinion")
def opinion(site: Site, *, rating: str, sentences: Sequence[int] = (1, 2), form: str = "sentences") -> Maker:
    """Running text, as kind `prose`, that agrees with the row's rating by its share of the best there is.

    Beside no rating it does not say how good it was.
    """
    levels = toml_file("rows.toml")["opinions"]["levels"]
    subjects = ["review", *(level["of"] for level in levels)]
    makers = [prose(site, of=of, sentences=sentences, form=form) for of in subjects]
    best = _best(Site(site.world, site.table, site.table.column(rating)))
    above = np.array([int(exact(level["above"]) * best) for level in levels], dtype=np.int64)

    def make(frame: Frame) -> Cells:
        rated = frame[rating]
        level = np.maximum(np.searchsorted(above, rated.data, side="left"), 1)
        return chosen([made(frame) for made in makers], level if rated.null is None else np.where(rated.null, 0, level))

    return make


def _best(site: Site) -> Fraction:
    """The highest rating of a column, as it is kept: where its generator or a CHECK ends, else 5."""
    generator, checked = site.column.generator or generator_for(site.table, site.column), None
    if site.column.generator is None:
        checked = greatest(site.world, site.table, site.column)
    if checked is not None and generator.kind == "rating":
        return Fraction(checked)
    ends = [exact(end) for end in (*generator.options.get("values", ()), generator.options.get("high", 0))]
    usual = Fraction((max(ends) or _STARS) * site.units)
    return usual if checked is None else min(usual, Fraction(checked))
