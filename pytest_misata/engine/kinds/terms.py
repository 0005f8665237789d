"""Kinds of name: of products, teams, places and other things, of records in lists of reference, and slugs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import Number, Uniqueness, before_extension, from_list, spaced
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.terms import RESERVE, codes_beside, ended, fitting_terms, further, slugged, years_of
from pytest_misata.engine.vocabulary import data_file, toml_file

_FILES = frozenset({"file", "image", "path"})
_YEARS = 1000
"""How many years back the names of a unique column go that are of a year."""


@kind("term")
def term(
    site: Site,
    *,
    of: str,
    noun: str | None = None,
    unique: Uniqueness = False,
    form: str = "plain",
    endings: Sequence[str] = (),
) -> Maker:
    """What a thing of a sort is called: `of` is a table of `data/terms.toml`.

    `noun` is the word of sorts that have none of their own. `unique` is "table" or "siblings"; such names get a number
    once all are taken. `form="slug"` writes them in lower case with hyphens. `endings` are those that the names of
    files may have.
    """
    if of not in toml_file("terms.toml"):
        raise site.error(f"no names for {of!r}; there are {', '.join(toml_file('terms.toml'))}")
    if form not in {"plain", "slug"}:
        raise site.error(f"a form is plain or slug, not {form!r}")
    texts = fitting_terms(of, noun, site.column.type.length, unique=bool(unique), form=form)
    texts = ended(texts, tuple(endings)) if endings else texts
    years = years_of(of, noun)
    if years and unique == "table" and form == "plain" and not _has_room(site.column.type.length, texts):
        site.require(len(texts) * (_YEARS // years), "lengthen the column")
    number = before_extension if of in _FILES else _earlier(years) if years and form == "plain" else spaced
    return from_list(site, texts, unique=unique, number=number)


def _has_room(length: int | None, texts: Sequence[str]) -> bool:
    return length is None or max(map(len, texts), default=0) + RESERVE <= length


def _earlier(years: int) -> Number:
    """The same of an earlier year: `Summer Term 2022`."""

    def name(text: str, number: int) -> str:
        back = years * (number - 1)
        return f"{text[:-4]}{int(text[-4:]) - back}" if back < _YEARS else spaced(text, number)

    return name


@kind("slug")
def slug(site: Site, *, of: str, numbered: bool = False) -> Maker:
    """The text of another column of the row as part of an address; `numbered` with the row's number, to be unique."""
    length = site.column.type.length

    def make(frame: Frame) -> Cells:
        source = frame[of].objects().tolist()
        tails = [f"-{row + 1}" for row in frame.rows.tolist()] if numbered else [""] * len(frame)
        made = [_cut(slugged(text or "") or "untitled", tail, length) for text, tail in zip(source, tails, strict=True)]
        return text_cells(site.column.type, made)

    return make


def _cut(text: str, tail: str, length: int | None) -> str:
    if length is None or len(text) + len(tail) <= length:
        return text + tail
    room = max(length - len(tail), 0)
    head = text[:room]
    if room < len(text) and text[room] != "-" and "-" in head:
        head = head.rpartition("-")[0]
    return (head.strip("-") + tail).lstrip("-")[:length]


@kind("record")
def record(site: Site, *, of: str, field: str, unique: bool = False) -> Maker:
    """A field of the row's own record in a list of reference data: `of` is one in `data/reference_lists.json`.

    A unique column goes on with names that have a number and codes that no record has, once all records are taken.
    """
    lists = data_file("reference_lists.json")["lists"]
    if of not in lists or field not in lists[of]["fields"]:
        raise site.error(f"no list {of} with a field {field}")
    rows = [row[lists[of]["fields"].index(field)] for row in lists[of]["rows"]]
    rest = further(of, field) if unique else ()
    others = codes_beside((*rows, *rest), field) if unique else None
    if others is not None:
        site.require(len(rows) + len(rest) + len(others), "lengthen the column")
    keyed = permutation(site.world.key(site.table.key, "@record", of), len(rows))
    listed = encode(site.column.type, rows)

    def make(frame: Frame) -> Cells:
        late = np.flatnonzero(frame.rows >= len(rows)).tolist() if unique else []
        which = keyed.forward(frame.rows % len(rows))
        if not late:
            return listed.take(which)
        made = [rows[at] for at in which.tolist()]
        for at in late:
            later = int(frame.rows[at]) - len(rows)
            made[at] = rest[later] if later < len(rest) else another(later - len(rest), field, int(which[at]))
        return text_cells(site.column.type, made)

    def another(number: int, field: str, which: int) -> str:
        lap, within = divmod(number, len(rows))
        if others is None:
            return f"{rows[int(keyed.forward(np.array([within]))[0])]} {lap + 2}"
        return others[lap * len(rows) + which if field == "locode" else number]

    return make
