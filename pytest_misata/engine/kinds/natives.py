"""The kind of value that one database alone has: written as that database writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.natives import Native, native_of
from pytest_misata.engine.verification import conditions_about, failing

Index = NDArray[np.int64]

_AGAIN = (1, 1, 1, *(4, Fraction(1, 4), 16, Fraction(1, 16), 64, Fraction(1, 64), 256, *(Fraction(1, 400),) * 4) * 3)
"""Times the usual numbers."""


@kind("native")
def native(site: Site, *, type: str | None = None, unique: bool = False) -> Maker:
    """Values of a type that only one database has: `type` is its name there, the column's own if not given."""
    name = (type or site.column.type.native or "").split("(")[0].strip().lower()
    found = native_of(name, site.column.type.length)
    if found is None:
        raise site.error(f"it is not known how to write a value of the type {name!r}; state a generator for the column")
    if unique:
        site.require(found.capacity, "make the column by another kind, for example code")
    return _numbers(site, found, unique=unique)


def _numbers(site: Site, found: Native, *, unique: bool) -> Maker:
    keyed = permutation(site.key("order"), found.capacity)
    most = min(found.usual, found.capacity)
    wrong = _wrong(site)

    def make(frame: Frame) -> Cells:
        numbers = keyed.forward(frame.rows) if unique else below(site.draw(frame, "value"), most)
        texts = [found.write(number) for number in numbers.tolist()]
        for time, universe in enumerate(_universes(found) if wrong and not unique else ()):
            bad = wrong(texts) if wrong else []
            if not len(bad):
                break
            again = below(site.draw(frame, f"value {time + 2}"), universe)[bad]
            for at, number in zip(bad, again.tolist(), strict=True):
                texts[at] = found.write(number)
        return text_cells(site.column.type, texts)

    return make


def _universes(found: Native) -> Iterator[int]:
    """How many numbers there are to draw from, each time that values do not meet their CHECKs."""
    for times in _AGAIN:
        yield min(max(int(found.usual * times), 1), found.capacity)


def _wrong(site: Site) -> Callable[[list[str]], list[int]] | None:
    """Which of some values do not meet the CHECKs about the column alone; None where there are none."""
    if site.column.generator is not None or site.column.name not in site.table.columns:
        return None
    parts = conditions_about(site.world, site.table, {site.column.name})
    setting = setting_for(site.world.schema, site.table)

    def wrong(texts: list[str]) -> list[int]:
        cells = {site.column.name: text_cells(site.column.type, texts)}
        found = (failing(part, lambda _: cells, setting, len(texts)) for part in parts)
        return sorted({row for bad in found if bad is not None for row in bad.tolist()})

    return wrong if parts else None
