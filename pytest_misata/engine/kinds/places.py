"""Kinds that describe one place: city, region, postcode, country, phone, all of the same hidden place of the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below, draw
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.patterns import fill
from pytest_misata.engine.quantiles import Categories, integer_weights
from pytest_misata.engine.shares import Shares
from pytest_misata.engine.vocabulary import data_file

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Country = str | Mapping[str, object] | None
"""A code, or the share of the rows that are in each; `*` stands for all the other countries, None for all alike."""
Texts = NDArray[np.object_]

ELSEWHERE = "*"
PLACE_KINDS = frozenset(
    "city region region_code country country_code currency time_zone locale postcode phone street latitude "
    "longitude".split()
)
"""The kinds that have the option `country`."""
_HOME_SHARE = 8
"""In ten rows, how many are in the country of the locale."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A city with its country."""

    code: str
    country: dict[str, Any]
    city: dict[str, Any]


class Gazetteer:
    """The cities that a column may name, and how often each is drawn."""

    def __init__(self, world: World, only: str | None, without: Collection[str] = ()) -> None:
        countries = data_file("places.json")["countries"]
        self.spots = [Spot(code, place, city) for code, place in countries.items() for city in place["cities"]]
        home = only or next((c for c, place in countries.items() if place["locale"] == world.schema.locale), "US")
        shares = {code: 0 if code in without else _share(code, home, countries, only) for code in countries}
        cities = {code: sum(city["population"] for city in place["cities"]) for code, place in countries.items()}
        self.draw = Categories(
            [shares[spot.code] * spot.city["population"] * 10**6 // cities[spot.code] for spot in self.spots]
        )


def _share(code: str, home: str, countries: dict[str, Any], only: str | None) -> int:
    if only:
        return 10**6 if code == only else 0
    others: int = sum(place["population"] for other, place in countries.items() if other != home)
    if code == home:
        return 10**6 * _HOME_SHARE
    return 10**6 * (10 - _HOME_SHARE) * int(countries[code]["population"]) // int(others)


def _spots(site: Site, frame: Frame, only: Country, role: str) -> tuple[list[Spot], Index]:
    """The cities and each row's position among them; the row has a place for each role."""
    purpose = ("@place", role) if role else ("@place",)
    if isinstance(only, Mapping):
        shares = {code: str(share) for code, share in only.items()}
        return _in_shares(site, frame, shares, purpose)
    gazetteer = site.world.keep(f"gazetteer {only}", lambda: Gazetteer(site.world, only))
    drawn = frame.keep(("spot", only, role), lambda: gazetteer.draw(frame.draw(*purpose)))
    return gazetteer.spots, drawn


def _in_shares(
    site: Site, frame: Frame, shares: Mapping[str, str], purpose: tuple[str, ...]
) -> tuple[list[Spot], Index]:
    """The same, where each country has a share of the rows, exact to the nearest row; a row has one in all roles."""
    named = [code for code in shares if code != ELSEWHERE]
    among = {
        code: site.world.keep(f"gazetteer {code} {named}", lambda code=code: _gazetteer(site.world, code, named))  # type: ignore[misc]
        for code in shares
    }

    def draw_all() -> Index:
        which = Shares(integer_weights(list(shares.values())))(
            site.world.key(site.table.key, "@place", "country"), frame.rows, site.rows
        )
        bits, found = frame.draw(*purpose), np.empty(len(frame), dtype=np.int64)
        for number, gazetteer in enumerate(among.values()):
            found[which == number] = gazetteer.draw(bits[which == number])
        return found

    spots = next(iter(among.values())).spots
    return spots, frame.keep(("spot", tuple(shares.items()), purpose), draw_all)


def _gazetteer(world: World, code: str, named: Collection[str]) -> Gazetteer:
    return Gazetteer(world, None, without=named) if code == ELSEWHERE else Gazetteer(world, code)


def _word(name: str, read: Callable[[Spot], Any]) -> None:
    """Register a kind whose value is a word that goes with the city."""

    @kind(name)
    def make_kind(site: Site, *, country: Country = None, role: str = "") -> Maker:
        _check_country(site, country)

        def make(frame: Frame) -> Cells:
            spots, drawn = _spots(site, frame, country, role)
            return Cells(site.column.type, drawn, _objects([read(spot) for spot in spots]))

        return make


_word("city", lambda spot: spot.city["city"])
_word("region", lambda spot: spot.city["region"])
_word("region_code", lambda spot: _region_code(spot))
_word("country", lambda spot: spot.country["name"])
_word("country_code", lambda spot: spot.code)
_word("currency", lambda spot: spot.country["currency"])
_word("time_zone", lambda spot: spot.country["time_zone"])
_word("locale", lambda spot: spot.country["locale"])


def _region_code(spot: Spot) -> str:
    """The two letters a state goes by, or those its name begins with."""
    lists = data_file("reference_lists.json")["lists"]
    name = str(spot.city["region"])
    codes = dict(lists["states"]["rows"]) if spot.code == "US" else {}
    return str(codes.get(name, re.sub(r"[^A-Z]", "", name.upper())[:2]))


@kind("postcode")
def postcode(site: Site, *, country: Country = None, role: str = "") -> Maker:
    """Postcodes of the row's city."""
    return _patterned(site, country, role, "postcode", lambda spot: str(spot.city["postcode"]))


@kind("phone")
def phone(site: Site, *, country: Country = None, role: str = "", longest: int | None = None) -> Maker:
    """Telephone numbers with the prefix of the row's country and city.

    With `longest` they are written without spaces and signs, and without what comes first where that is still too long.
    """

    def pattern(spot: Spot) -> str:
        return f"{spot.country['dial']} {spot.country['phone'].format(area=spot.city['area'])}"

    usual = _patterned(site, country, role, "phone", pattern)
    if longest is None:
        return usual

    def make(frame: Frame) -> Cells:
        return text_cells(site.column.type, [_compact(text, longest) for text in usual(frame).objects().tolist()])

    return make


def _compact(number: str, longest: int) -> str:
    digits = re.sub(r"[^+\d]", "", number)
    return digits if len(digits) <= longest else digits[-longest:]


@kind("street")
def street(site: Site, *, country: Country = None, role: str = "") -> Maker:
    """A street and house number as written in the row's country."""
    _check_country(site, country)
    streets = data_file("places.json")["streets"]

    def make(frame: Frame) -> Cells:
        spots, drawn = _spots(site, frame, country, role)
        number = below(site.draw(frame, "number"), 240) + 1
        bits = site.draw(frame, "name")
        lines = []
        for at, digits, pick in zip(drawn.tolist(), number.tolist(), bits.tolist(), strict=True):
            place = spots[at].country
            words = streets.get(place["locale"][:2], streets["en"])
            # Two draws from one 64-bit number: its high and its low half.
            word = words["words"][(pick >> 32) * len(words["words"]) >> 32]
            ending = words["kinds"][(pick & 0xFFFFFFFF) * len(words["kinds"]) >> 32]
            lines.append(place["street"].format(number=digits, word=word, kind=ending))
        return text_cells(site.column.type, lines)

    return make


@kind("latitude")
def latitude(site: Site, *, country: Country = None, role: str = "") -> Maker:
    """Degrees north, within some five kilometres of the row's city."""
    return _coordinate(site, country, role, "latitude")


@kind("longitude")
def longitude(site: Site, *, country: Country = None, role: str = "") -> Maker:
    """Degrees east, within some five kilometres of the row's city."""
    return _coordinate(site, country, role, "longitude")


def _coordinate(site: Site, country: Country, role: str, which: str) -> Maker:
    _check_country(site, country)
    spread = site.amount("0.05")

    def make(frame: Frame) -> Cells:
        spots, drawn = _spots(site, frame, country, role)
        centre = np.array([site.amount(spot.city[which]) for spot in spots], dtype=np.int64)
        return Cells(site.column.type, centre[drawn] + below(site.draw(frame, "value"), 2 * spread + 1) - spread)

    return make


def _patterned(site: Site, country: Country, role: str, purpose: str, pattern: Callable[[Spot], str]) -> Maker:
    """Text from the pattern of each row's city."""
    _check_country(site, country)

    def make(frame: Frame) -> Cells:
        spots, drawn = _spots(site, frame, country, role)
        key = site.key(purpose)
        result = np.empty(len(frame), dtype=object)
        for at in np.unique(drawn).tolist():
            rows = np.flatnonzero(drawn == at)
            result[rows] = fill(pattern(spots[at]), draw(key, frame.rows[rows]))
        return Cells(site.column.type, result)

    return make


def _check_country(site: Site, country: Country) -> None:
    countries = data_file("places.json")["countries"]
    named = [country] if isinstance(country, str) else list(country or ())
    for code in named:
        if code not in countries and (isinstance(country, str) or code != ELSEWHERE):
            raise site.error(f"no places for the country {code!r}; there are {', '.join(countries)}")


def _objects(words: list[Any]) -> Texts:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array
