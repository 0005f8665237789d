"""Kinds of name: of products, teams, places and other things, of records in lists of reference, and slugs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import gcd, inf
from typing import Any

import numpy as np

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import RESERVE, Number, Uniqueness, before_extension, from_list, spaced
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.kinds.texts import Phrases
from pytest_misata.engine.patterns import ALPHABETS
from pytest_misata.engine.permutation import permutation
from pytest_misata.engine.vocabulary import data_file, toml_file

_MOST = 4096
"""Texts of one sort that are kept in a list: of more, so many that lie evenly among all."""
_FILES = frozenset({"file", "image", "path"})
_STEMS = 40
_YEARS = 1000
"""How many years back the names of a unique column go that are of a year."""
_FEW = 8
"""Texts that must fit a column for names of a sort to be worth having there."""
_OF_A_SHORT_LIST = 3
"""The same where there are no more than twice `_FEW` of the sort, such as means of payment."""


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


@lru_cache(maxsize=512)
def years_of(of: str, noun: str | None = None) -> int:
    """The years that the names of a sort are about, where each name ends with one; otherwise 0."""
    ends = [text[-4:] for text in terms(of, noun)]
    if not all(re.fullmatch(r"20\d\d", end) for end in ends):
        return 0
    return max(map(int, ends)) - min(map(int, ends)) + 1


def _earlier(years: int) -> Number:
    """The same of an earlier year: `Summer Term 2022`."""

    def name(text: str, number: int) -> str:
        back = years * (number - 1)
        return f"{text[:-4]}{int(text[-4:]) - back}" if back < _YEARS else spaced(text, number)

    return name


def fitting_terms(
    of: str, noun: str | None, length: int | None, *, unique: bool = False, form: str = "plain"
) -> tuple[str, ...]:
    """The names of a sort that fit a column, with room for a number where they have to be unique."""
    texts = terms(of, noun)
    if form == "slug":
        texts = tuple(dict.fromkeys(slugged(text) for text in texts))
    if length is None:
        return texts
    room = length - RESERVE if unique and (form == "slug" or not years_of(of, noun)) else length
    return tuple(text for text in texts if len(text) <= room)


def has_terms(of: str, noun: str | None, length: int | None, *, unique: bool = False) -> bool:
    """Whether enough names of a sort fit a column of some length."""
    every = len(terms(of, noun))
    enough = _OF_A_SHORT_LIST if every <= 2 * _FEW and not unique else _FEW
    return len(fitting_terms(of, noun, length, unique=unique)) >= min(enough, every)


@lru_cache(maxsize=64)
def ended(texts: tuple[str, ...], endings: tuple[str, ...]) -> tuple[str, ...]:
    """The names of files that end as they may; for an ending that none has, some names with that instead."""
    found = [text for text in texts if text.rpartition(".")[2] in endings]
    known = {text.rpartition(".")[2] for text in found}
    stems = list(dict.fromkeys(text.rpartition(".")[0] for text in found or texts))[:_STEMS]
    found += [f"{stem}.{ending}" for ending in endings if ending not in known for stem in stems]
    return tuple(found)


@lru_cache(maxsize=512)
def terms(of: str, noun: str | None = None) -> tuple[str, ...]:
    """All names of a sort, no two alike when capitals are disregarded."""
    entry = toml_file("terms.toml")[of]
    phrases = Phrases(entry["templates"], {"noun": [noun or "Item"], **entry["words"]})
    step = _step(phrases.size)
    texts = [phrases.text(number * step % phrases.size) for number in range(min(phrases.size, _MOST))]
    return tuple({text.lower(): text for text in reversed(texts)}.values())[::-1]


def _step(size: int) -> int:
    """A stride that visits all numbers below `size`, far apart at first."""
    step = max(1, size // _MOST) if size > _MOST else 1
    while gcd(step, size) != 1:
        step += 1
    return step


def slugged(text: str) -> str:
    """A text in lower case, with a hyphen for all that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


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
    rest = _further(of, field) if unique else ()
    others = _others((*rows, *rest), field) if unique else None
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


@lru_cache(maxsize=16)
def _further(of: str, field: str) -> tuple[str, ...]:
    """What a list of reference data goes on with."""
    return tuple(toml_file("known.toml")["further"].get(of, {}).get(field, ()))


def known_codes(of: str, field: str) -> tuple[tuple[str, ...], float]:
    """The codes of a list of reference data, and how many texts a unique column of them has; no codes, no end."""
    one = data_file("reference_lists.json")["lists"][of]
    rows = (*(row[one["fields"].index(field)] for row in one["rows"]), *_further(of, field))
    others = _others(rows, field)
    return ((), inf) if others is None else (rows, len(rows) + len(others))


def _others(known: Sequence[Any], field: str) -> Sequence[str] | None:
    """Codes that are in no list, for fields that hold codes: those of places are of the country of a known one."""
    if field == "locode":
        return _codes_of_places(tuple(known))
    return _other_codes(known, len(known[0])) if field.startswith("alpha") else None


@lru_cache(maxsize=4)
def _codes_of_places(known: tuple[str, ...]) -> tuple[str, ...]:
    """Lap by lap one for each known code: the last character is one of the digits that UN/LOCODE has, too."""
    tails = [f"{one}{two}{digit}" for one in ALPHABETS["@"] for two in ALPHABETS["@"] for digit in "23456789"]
    laps = len(tails) // len(known)
    return tuple(f"{known[at % len(known)][:2]}{tails[at]}" for at in range(laps * len(known)))


@lru_cache(maxsize=16)
def _codes(length: int) -> tuple[str, ...]:
    letters = ALPHABETS["?"]
    found = [""]
    for _ in range(length):
        found = [head + letter for head in found for letter in letters]
    return tuple(found)


def _other_codes(known: Sequence[str], length: int) -> list[str]:
    taken = {code.lower() for code in known}
    return [code for code in _codes(length) if code.lower() not in taken]
