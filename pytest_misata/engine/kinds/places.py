"""Kinds that describe one place: city, region, postcode, country, phone, all of the same hidden place of the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import U64, below, draw
from pytest_misata.engine.draws.patterns import fill
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.once import postcodes_once, streets_once
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.people.countries import Country
from pytest_misata.engine.people.gazetteer import ELSEWHERE, Areas, Spot, problem_with
from pytest_misata.engine.people.nations import spots_of

Index = NDArray[np.int64]
Texts = NDArray[np.object_]

PLACE_KINDS = frozenset(
    "city region region_code country country_code currency time_zone locale language postcode phone street latitude "
    "longitude".split()
)
"""The kinds that have the option `country`."""
_MINORS = 40
"""Numbers of blocks and side streets go up to this where a country does not say so."""


def _word(name: str, read: Callable[[Spot], Any]) -> None:
    """Register a kind whose value is a word that goes with the city."""

    @kind(name)
    def make_kind(site: Site, *, country: Areas = None, role: str = "") -> Maker:
        check_areas(site, country)

        def make(frame: Frame) -> Cells:
            spots, drawn = spots_of(frame, country, role)
            return Cells(site.column.type, drawn, _objects([read(spot) for spot in spots]))

        return make


_word("city", lambda spot: spot.city.name)
_word("region", lambda spot: spot.city.region)
_word("region_code", lambda spot: spot.city.region_code)
_word("country", lambda spot: spot.country.name)
_word("country_code", lambda spot: spot.country.code)
_word("currency", lambda spot: spot.country.currency)
_word("time_zone", lambda spot: spot.city.time_zone)
_word("locale", lambda spot: spot.city.locale)
_word("language", lambda spot: spot.city.locale.partition("_")[0])


@kind("postcode")
def postcode(site: Site, *, country: Areas = None, role: str = "", unique: bool = False) -> Maker:
    """Postcodes of the row's city; unique ones begin as those of its part of the country do."""
    if unique:
        check_areas(site, country)
        return postcodes_once(site, country, role)
    return _patterned(site, country, role, "postcode", lambda spot: spot.city.postcode)


@kind("phone")
def phone(
    site: Site, *, country: Areas = None, role: str = "", longest: int | None = None, mobile: bool = False
) -> Maker:
    """Telephone numbers with the prefix of the row's country and city, or of its mobile networks.

    With `longest` they are written without spaces and signs, and without what comes first where that is still too long.
    """

    def pattern(spot: Spot) -> str:
        return f"{spot.country.phone['dial']} {spot.city.mobile if mobile else spot.city.phone}"

    usual = _patterned(site, country, role, "phone", pattern)
    if longest is None:
        return usual

    def make(frame: Frame) -> Cells:
        return text_cells(site.column.type, [_compact(text, longest) for text in usual(frame).objects().tolist()])

    return make


def _compact(number: str, longest: int) -> str:
    digits = "".join(mark for mark in number if mark == "+" or mark.isdigit())
    return digits if len(digits) <= longest else digits[-longest:]


@kind("street")
def street(site: Site, *, country: Areas = None, role: str = "", unique: bool = False, bare: bool = False) -> Maker:
    """A street and house number as written in the row's country; the street alone where it is `bare`."""
    check_areas(site, country)
    if unique:
        return streets_once(site, country, role)

    def make(frame: Frame) -> Cells:
        spots, drawn = spots_of(frame, country, role)
        lines = np.empty(len(frame), dtype=object)
        numbers, names = site.draw(frame, "number"), site.draw(frame, "name")
        minors = [site.draw(frame, purpose).tolist() for purpose in ("minor", "minor 2")]
        for at, (spot, number, pick, *minor) in enumerate(
            zip(drawn.tolist(), numbers.tolist(), names.tolist(), *minors, strict=True)
        ):
            place = spots[spot]
            lines[at] = _address(place.country.streets[place.city.locale], number, pick, minor, bare=bare)
        return Cells(site.column.type, lines)

    return make


_HOUSE = re.compile(
    r"^(?:House |No\. )?(?:\{minor2?\}-)*\{number\}[,/ ]*(?:\{minor\} )?|,? (?:nr\. |No[.:] ?)?\{number\}\.?$"
)
"""The number of a house, where it stands at one end of an address."""


def _address(street: Mapping[str, Any], number: int, pick: int, minor: list[int], *, bare: bool) -> str:
    """One line of an address; two draws come from the high and the low half of one 64-bit number."""
    words, kinds = street.get("words", [""]), street.get("kinds", [""])
    shape = _HOUSE.sub("", street["shape"]) if bare else street["shape"]
    text: str = shape.format(
        word=words[(pick >> 32) * len(words) >> 32],
        kind=kinds[(pick & 0xFFFFFFFF) * len(kinds) >> 32],
        number=_up_to(street["numbers"], number),
        minor=_up_to(street.get("minors", _MINORS), minor[0]),
        minor2=_up_to(street.get("minors", _MINORS), minor[1]),
    )
    return text


def _up_to(highest: int, bits: int) -> int:
    return (bits * highest >> 64) + 1


@kind("latitude")
def latitude(site: Site, *, country: Areas = None, role: str = "") -> Maker:
    """Degrees north, within some five kilometres of the row's city."""
    return _coordinate(site, country, role, "latitude")


@kind("longitude")
def longitude(site: Site, *, country: Areas = None, role: str = "") -> Maker:
    """Degrees east, within some five kilometres of the row's city."""
    return _coordinate(site, country, role, "longitude")


def _coordinate(site: Site, country: Areas, role: str, which: str) -> Maker:
    check_areas(site, country)
    spread = site.amount("0.05")

    def make(frame: Frame) -> Cells:
        spots, drawn = spots_of(frame, country, role)
        centre = np.array([site.amount(getattr(spot.city, which)) for spot in spots], dtype=np.int64)
        return Cells(site.column.type, centre[drawn] + below(site.draw(frame, "value"), 2 * spread + 1) - spread)

    return make


def _patterned(site: Site, country: Areas, role: str, purpose: str, pattern: Callable[[Spot], str]) -> Maker:
    """Text from the pattern of each row's city."""
    check_areas(site, country)

    def make(frame: Frame) -> Cells:
        spots, drawn = spots_of(frame, country, role)
        return text_cells(
            site.column.type, filled([pattern(spot) for spot in spots], drawn, draw(site.key(purpose), frame.rows))
        )

    return make


def filled(patterns: list[str], which: Index, bits: U64) -> Texts:
    """A text for each row, of the pattern that is its own."""
    result = np.empty(len(which), dtype=object)
    for at in np.unique(which).tolist():
        rows = np.flatnonzero(which == at)
        result[rows] = fill(patterns[at], bits[rows])
    return result


def check_areas(site: Site, areas: Areas) -> None:
    """Raises GenerationError where an area is none that there is data for."""
    for area in [areas] if isinstance(areas, str) else list(areas or ()):
        problem = None if area == ELSEWHERE and not isinstance(areas, str) else problem_with(area)
        if problem:
            raise site.error(problem)


def country_of_row(spots: list[Spot]) -> tuple[list[Country], Index]:
    """The countries of some places, each once, and the position of each place's among them."""
    countries = list({spot.country.code: spot.country for spot in spots}.values())
    at = {place.code: number for number, place in enumerate(countries)}
    return countries, np.array([at[spot.country.code] for spot in spots], dtype=np.int64)


def _objects(words: list[Any]) -> Texts:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array
