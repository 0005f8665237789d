"""Which places the rows of a table are in: by country, group of countries, region or city, in shares or at home.

An area is a code of ISO 3166-1 (DE), a city or else a region of a country (DE/Berlin), a group (@eu), `home` for the
country of the schema's locale, `here` for one town of it and two more that are near, or `*` for everywhere but the
other areas named beside it. Several are joined by `|`. `>account_id` is where the row is that a foreign key points at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import Key, draw
from pytest_misata.engine.draws.quantiles import Categories, integer_weights
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.people.countries import City, Country, codes, country, country_of, groups

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Areas = str | Mapping[str, object] | None
"""An area, or the share of the rows that are in each; None is at home for most rows, and abroad for some."""

ELSEWHERE = "*"
HOME = "home"
HERE = "here"
GROUP = "@"
OR = "|"
OF = ">"
"""Before the column of a foreign key: where the row that it points at is."""
FALLBACK = "US"
_HOME_SHARE = Fraction(8, 10)
"""Of rows of which nothing is stated, how many are in the country of the locale: an assumption."""
_AROUND = (90, 6, 4)
"""Of a hundred rows that are here, how many are in the town, and in the two that are nearest to it: an assumption."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A city with its country."""

    country: Country
    city: City


class Gazetteer:
    """The cities of an area, and how often each is drawn: by population within a country."""

    def __init__(self, shares: Mapping[str, Fraction], without: Collection[str] = ()) -> None:
        self.spots: list[Spot] = []
        weights: list[Fraction] = []
        for area, share in shares.items():
            code, _, inside = area.partition("/")
            here = [city for city in _inside(code, inside) if not _covered(code, city, without)]
            total = sum(city.thousands for city in here)
            self.spots += [Spot(country(code), city) for city in here]
            weights += [share * city.thousands / total for city in here]
        self.draw = Categories(integer_weights(weights))


def spots_in(frame: Frame, areas: Areas, role: str) -> tuple[list[Spot], Index]:
    """The cities and each row's position among them; a row has a place for each role."""
    purpose = ("@place", role) if role else ("@place",)
    world = frame.world
    if isinstance(areas, Mapping):
        return _in_shares(frame, {area: str(share) for area, share in areas.items()}, purpose)
    gazetteer = world.keep(f"gazetteer {areas}", lambda: gazetteer_of(world, areas))
    drawn = frame.keep(("spot", areas, role), lambda: gazetteer.draw(frame.draw(*purpose)))
    return gazetteer.spots, drawn


def _in_shares(frame: Frame, shares: Mapping[str, str], purpose: tuple[str, ...]) -> tuple[list[Spot], Index]:
    """The same, where each area has a share of the rows, exact to the nearest row; a row has one in all roles."""
    world, table = frame.world, frame.table.key
    named = [area for area in shares if area != ELSEWHERE]
    name = f"gazetteers {dict(shares)}"
    among = world.keep(name, lambda: [gazetteer_of(world, area, named) for area in shares])

    def draw_all() -> Index:
        which = Shares(integer_weights(list(shares.values())))(
            world.key(table, "@place", "country"), frame.rows, world.counts[table]
        )
        bits, found, first = frame.draw(*purpose), np.empty(len(frame), dtype=np.int64), 0
        for number, gazetteer in enumerate(among):
            found[which == number] = gazetteer.draw(bits[which == number]) + first
            first += len(gazetteer.spots)
        return found

    spots = world.keep(f"spots {name}", lambda: [spot for gazetteer in among for spot in gazetteer.spots])
    return spots, frame.keep(("spot", name, purpose), draw_all)


def gazetteer_of(world: World, area: str | None, named: Collection[str] = ()) -> Gazetteer:
    """The cities of an area; of `*`, those that none of the named ones has."""
    home = home_of(world.schema.locale)
    if area is None:
        return Gazetteer(_at_home_and_abroad(home))
    if area == ELSEWHERE:
        return Gazetteer(_elsewhere(home, named), without=named)
    if area == HOME:
        return Gazetteer({home: Fraction(1)})
    if area == HERE:
        return Gazetteer(_around(home, world.key("@here")))
    parts = _parts(area)
    others = [one for one in named if one != area]
    return Gazetteer(
        {one: share for one, share in parts.items() if not _is_whole(one, others)} or parts, without=others
    )


def _parts(area: str) -> dict[str, Fraction]:
    """The countries, regions and cities of an area, with their populations."""
    found: dict[str, Fraction] = {}
    for one in area.split(OR):
        found |= {code: country(code).millions for code in members(one)} if "/" not in one else {one: _millions(one)}
    return found


def _millions(area: str) -> Fraction:
    code, _, inside = area.partition("/")
    return Fraction(sum(city.thousands for city in _inside(code, inside)), 1000)


def home_of(locale: str) -> str:
    """The country of a locale; the United States where there is none."""
    return country_of(locale) or FALLBACK


def _at_home_and_abroad(home: str) -> dict[str, Fraction]:
    abroad = country(home).abroad
    total = sum(abroad.values())
    return {home: _HOME_SHARE} | {code: (1 - _HOME_SHARE) * part / total for code, part in abroad.items() if part}


def _around(home: str, key: Key) -> dict[str, Fraction]:
    """One town of a country, the same in all tables, and the two nearest to it."""
    towns: dict[str, City] = {}
    for city in country(home).cities:
        towns.setdefault(city.name, city)
    people = {name: sum(city.thousands for city in _inside(home, name)) for name in towns}
    at = int(Categories([*people.values()])(draw(key, np.zeros(1, dtype=np.int64)))[0])
    town = [*towns.values()][at]
    nearest = sorted(towns.values(), key=lambda other: _apart(town, other))
    return {f"{home}/{city.name}": Fraction(part) for city, part in zip(nearest, _AROUND, strict=False)}


def _apart(one: City, other: City) -> Fraction:
    """How far two cities are apart, to tell which is nearer: degrees east are shorter far from the equator."""
    north, east = (Fraction(getattr(one, way)) - Fraction(getattr(other, way)) for way in ("latitude", "longitude"))
    return north**2 + (east * (90 - abs(Fraction(one.latitude))) / 90) ** 2


def _elsewhere(home: str, named: Collection[str]) -> dict[str, Fraction]:
    """The usual mix without the countries that are named whole, or all other countries by population."""
    usual = {code: share for code, share in _at_home_and_abroad(home).items() if not _is_whole(code, named)}
    return usual or {code: country(code).millions for code in codes() if not _is_whole(code, named)}


def members(area: str) -> tuple[str, ...]:
    """The countries that an area has a part of."""
    found: dict[str, None] = {}
    for one in area.split(OR):
        found |= dict.fromkeys(groups()[one[1:]] if one.startswith(GROUP) else (one.partition("/")[0],))
    return tuple(found)


def _is_whole(code: str, areas: Collection[str]) -> bool:
    return any(code in members(one) for area in areas for one in area.split(OR) if "/" not in one)


def _covered(code: str, city: City, areas: Collection[str]) -> bool:
    inside = [one.partition("/")[2] for area in areas for one in area.split(OR) if one.startswith(f"{code}/")]
    return any(city in _inside(code, one) for one in inside)


@lru_cache(maxsize=1024)
def _inside(code: str, area: str) -> tuple[City, ...]:
    """The cities of a country; the one called so, else those of the region: Lisboa is a city first."""
    cities = country(code).cities
    if not area:
        return cities
    return tuple(city for city in cities if city.name == area) or tuple(city for city in cities if city.region == area)


def problem_with(area: str) -> str | None:
    """What is wrong with an area, in words; None where nothing is."""
    if OR in area:
        return next(filter(None, map(problem_with, area.split(OR))), None)
    if area in {HOME, HERE} or area.startswith(OF):
        return None
    if area.startswith(GROUP):
        return None if area[1:] in groups() else f"no group of countries {area!r}; there are {_listed(groups())}"
    code, _, inside = area.partition("/")
    if code not in codes():
        return f"no places for the country {code!r}; there are {', '.join(codes())}"
    if not _inside(code, inside):
        return f"{country(code).name} has no city or region {inside!r} here"
    return None


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(f"@{name}" for name in names)


def every_city() -> Iterator[Spot]:
    """The cities of all countries, which reads all their files."""
    for code in codes():
        for city in country(code).cities:
            yield Spot(country(code), city)
