"""Columns in which no text stands twice: streets by house number, postcodes by their digits, names, listed texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws import patterns
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import Uniqueness, from_list, numbers, spaced
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.people.gazetteer import Areas, Spot
from pytest_misata.engine.people.names import names_of
from pytest_misata.engine.people.nations import nations, spots_of

Index = NDArray[np.int64]

HOUSE = 99_999
"""House numbers go up to this once the usual ones are taken."""
_MINORS = 40
_TAIL = 5
"""Characters of the number that stands behind postcodes once all are given out, as in ZIP+4 codes: `94110-0002`."""
_APART = 10_000
"""Postcodes keep their first mark, which tells the part of the country, where the rest leaves as many."""


@kind("listed_once")
def listed_once(site: Site, *, values: Sequence[str], unique: Uniqueness = "table") -> Maker:
    """The texts of a list, each once in the table or among the children of one owner; then they get a number."""
    return from_list(site, values, unique=unique or "table", number=_with_number)


def _with_number(text: str, number: int) -> str:
    """`Europe/Paris-2`, `application/pdf-2`: what is no word has no space in it."""
    return f"{text}-{number}" if re.search(r"[/_]", text) else spaced(text, number)


class Streets:
    """The streets of one country, each with house numbers; none that is spelt like one of the countries before."""

    def __init__(self, site: Site, place: Spot, known: set[str]) -> None:
        self.table: Mapping[str, Any] = place.country.streets[place.city.locale]
        names = {_folded(line): line for line in reversed(_lines(self.table))}
        room = site.column.type.length
        self.lines = [
            line
            for name, line in names.items()
            if name not in known and (room is None or len(_numbered(line, HOUSE, _MINORS, _MINORS)) <= room)
        ]
        known.update(names)
        self.usual = len(self.lines) * self.table["numbers"]

    @property
    def capacity(self) -> int:
        return int(self.usual * (HOUSE // self.table["numbers"]))


def streets_once(site: Site, country: Areas, role: str) -> Maker:
    """Streets with house numbers as written in the row's country, no two rows alike."""
    tables: dict[str, Streets] = {}

    def known(spots: Sequence[Spot]) -> list[Streets]:
        spelt: set[str] = set()
        for spot in spots:
            name = f"{spot.country.code} {spot.city.locale}"
            if name not in tables:
                tables[name] = Streets(site, spot, spelt)
                site.require(tables[name].capacity, "lengthen the column")
        return [tables[f"{spot.country.code} {spot.city.locale}"] for spot in spots]

    def make(frame: Frame) -> Cells:
        spots, drawn = spots_of(frame, country, role)
        streets = known(spots)
        minors = [site.draw(frame, purpose) for purpose in ("minor", "minor 2")]
        found = np.empty(len(frame), dtype=object)
        for at in np.unique(drawn).tolist():
            here = np.flatnonzero(drawn == at)
            found[here] = _on_streets(site, streets[at], frame.rows[here], [bits[here] for bits in minors])
        return text_cells(site.column.type, found)

    return make


def _on_streets(site: Site, streets: Streets, rows: Index, minors: Sequence[NDArray[np.uint64]]) -> list[str]:
    lap, within = np.divmod(rows, streets.usual)
    numbers, which = np.divmod(permutation(site.key("order"), streets.usual).forward(within), len(streets.lines))
    numbers = numbers + lap * streets.table["numbers"] + 1
    highest = streets.table.get("minors", _MINORS)
    parts = [(below(bits, highest) + 1).tolist() for bits in minors]
    found = zip(which.tolist(), numbers.tolist(), *parts, strict=True)
    return [_numbered(streets.lines[at], number, minor, minor2) for at, number, minor, minor2 in found]


def _lines(street: Mapping[str, Any]) -> list[str]:
    """The streets of a country as they are written, with the numbers left open."""
    left = {name: f"{{{name}}}" for name in ("number", "minor", "minor2")}
    words, kinds = street.get("words", [""]), street.get("kinds", [""])
    return [street["shape"].format(word=word, kind=sort, **left) for word in words for sort in kinds]


def _numbered(line: str, number: int, minor: int, minor2: int) -> str:
    return line.format(number=number, minor=minor, minor2=minor2)


def _folded(text: str) -> str:
    """A text without accents and capitals, which some databases disregard."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold()


def postcodes_once(site: Site, country: Areas, role: str) -> Maker:
    """Postcodes as written in the row's country, no two rows alike: of the city's only the beginning is kept."""
    length = site.column.type.length

    def make(frame: Frame) -> Cells:
        spots, drawn = spots_of(frame, country, role)
        shapes = [_widened(spot.city.postcode) for spot in spots]
        tails = 1 if length is not None and length < max(map(len, shapes)) + _TAIL else 10**4
        site.require(min(map(patterns.capacity, shapes)) * tails, "lengthen the column")
        found = np.empty(len(frame), dtype=object)
        for shape in dict.fromkeys(shapes):
            same = np.array([each == shape for each in shapes], dtype=np.bool_)
            here = np.flatnonzero(same[drawn])
            found[here] = _of_shape(site, shape, frame.rows[here])
        return text_cells(site.column.type, found)

    return make


def _widened(pattern: str) -> str:
    """What a postcode looks like, with digits for its own: those of like shape are told apart as one."""
    whole = "".join("#" if mark.isdigit() else mark for mark in pattern)
    apart = pattern[:1] + whole[1:]
    return apart if patterns.capacity(apart) >= _APART else whole


def _of_shape(site: Site, shape: str, rows: Index) -> list[str]:
    size = patterns.capacity(shape)
    lap, within = np.divmod(rows, size)
    texts = patterns.render(shape, permutation(site.key(f"order {shape}"), size).forward(within)).tolist()
    return [f"{text}-{times:04}" if times else text for text, times in zip(texts, lap.tolist(), strict=True)]


def each_name_once(site: Site, role: str, *, family: bool, unique: Uniqueness) -> Maker:
    """The given or family names of a country, each once, and then each with a second one."""
    code = nations(site.world.frame(site.table.key, 0, 0), role)[0][0]
    names = names_of(site.world.vocabulary, code)
    women, men = (_single(words.words, site.column.type.length) for words in (names.lasts if family else names.firsts))
    men = [word for word in men if _folded(word) not in set(map(_folded, women))]
    every, mark = [*women, *men], "-" if family else " "
    if not every:
        raise site.error("no name is short enough for the column")
    if unique == "table":
        site.require(len(every) * min(len(part) for part in (women, men) if part), "lengthen the column")

    def make(frame: Frame) -> Cells:
        which, lap = numbers(site, frame, len(every), among_siblings=unique == "siblings")
        made = []
        for at, times in zip(which.tolist(), lap.tolist(), strict=True):
            first, size = (0, len(women)) if at < len(women) else (len(women), len(men))
            second = every[first + (at - first + times) % size]
            made.append(f"{every[at]}{mark}{second}" if times else every[at])
        return text_cells(site.column.type, made)

    return make


def _single(words: Sequence[str], length: int | None) -> list[str]:
    """Names of one word that leave room for a second one, none that accents or capitals alone tell from another."""
    short = [word for word in words if word.isalpha() and (length is None or 2 * len(word) < length)]
    return list({_folded(word): word for word in reversed(short)}.values())[::-1]
