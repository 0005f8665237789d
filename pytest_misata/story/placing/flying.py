"""Where an airline flies to: airports and routes of the country that the story is in, and of others.

The hub is the first airport of the country. From there it flies to the others of the country, to hubs that are near,
and to some that are far; how far each is and how long a flight takes follows from the coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.gazetteer import home_of
from pytest_misata.schema import types
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.story.data import word_lists

_NEAR, _FAR = 12, 3
"""Routes that the narrow-bodies of the domain file fly there and back, and those of the wide-bodies."""
_NEAREST, _SHORT, _MEDIUM, _FARTHEST = 150, 2000, 4500, 11500
"""Kilometres below which nobody flies, up to which a route is of short or of medium haul, and of the longest."""
_KM_AN_HOUR, _ON_THE_GROUND, _AGAINST_THE_WIND = 800, 38, 1.08
"""As of the block times in the domain file; winds blow from the west."""
_EARTH = 6371
_USUAL = "US"
"""The country whose network the domain file has."""


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport; the coordinates are in degrees."""

    country: str
    iata: str
    icao: str
    name: str
    city: str
    time_zone: str
    latitude: float
    longitude: float


def _data() -> dict[str, Any]:
    return word_lists("airports.toml")


@lru_cache(maxsize=1)
def airports() -> tuple[Airport, ...]:
    """All airports there are; the first of each country is its hub."""
    _, *lines = _data()["airports"].strip().split("\n")
    return tuple(_airport(*(part.strip() for part in line.split("|"))) for line in lines)


def _airport(
    code: str, iata: str, icao: str, name: str, city: str, time_zone: str, latitude: str, longitude: str
) -> Airport:
    return Airport(code, iata, icao, name, city, time_zone, float(latitude), float(longitude))


def kilometres(one: Airport, other: Airport) -> int:
    """The great circle between two airports: a figure of the schema, to the kilometre; no cell is made of floats."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((north - south) / 2) ** 2
    along = cos(north) * cos(south) * sin(radians(one.longitude - other.longitude) / 2) ** 2
    return round(2 * _EARTH * asin(sqrt(across + along)))


def _minutes(one: Airport, other: Airport) -> int:
    """How long a flight takes from block to block, to five minutes."""
    east = (other.longitude - one.longitude + 180) % 360 - 180
    flown = kilometres(one, other) * 60 / _KM_AN_HOUR * (_AGAINST_THE_WIND if east < 0 else 1)
    return -round(-(flown + _ON_THE_GROUND) // 5) * 5


def destinations(code: str) -> tuple[Airport, list[Airport]]:
    """The hub of a country, and where its airline flies: near airports first, those at home before the others."""
    hub = next(airport for airport in airports() if airport.country == code)
    others = [each for each in airports() if each is not hub and _is_flown(hub, each)]
    others.sort(key=lambda each: kilometres(hub, each))
    home = [each for each in airports() if each.country == code and each in others]
    hubs = [each for each in others if each in _hubs()]
    near = [*home, *(each for each in [*hubs, *others] if each.country != code and kilometres(hub, each) <= _MEDIUM)]
    far = [each for each in hubs if kilometres(hub, each) > _MEDIUM]
    markets = country(code).abroad
    far.sort(key=lambda each: (-markets.get(each.country, 0), each.country not in _data()["world"]))
    return hub, [*list(dict.fromkeys(near))[:_NEAR], *far[:_FAR]]


@lru_cache(maxsize=1)
def _hubs() -> tuple[Airport, ...]:
    return tuple({airport.country: airport for airport in reversed(airports())}.values())


def _is_flown(one: Airport, other: Airport) -> bool:
    """Whether anybody flies between two airports: not next door, nor where there are no flights."""
    pair = {one.country, other.country}
    closed = one.country != other.country and bool(pair & {*_data()["closed"]}) and one.country not in _data()["closed"]
    apart = any(pair == {*each} for each in _data()["apart"])
    return _NEAREST <= kilometres(one, other) <= _FARTHEST and not closed and not apart


def fly_from_home(schema: SchemaConfig) -> None:
    """Have an airline fly from its own country, where the story leaves the usual network as it is."""
    code = home_of(schema.locale)
    flights, routes = schema.tables.get("flights"), schema.tables.get("routes")
    if schema.name != "airline" or code == _USUAL or not (flights and routes and "airports" in schema.tables):
        return
    hub, others = destinations(code)
    if _is_as_ever(flights, routes) and len(others) == _NEAR + _FAR:
        _list_airports(schema.tables["airports"], [hub, *others])
        _list_routes(routes, hub, others)
    registered = schema.tables["aircraft"].columns["registration"] if "aircraft" in schema.tables else None
    if registered is not None and code in _data()["registrations"]:
        pattern = _data()["registrations"][code]
        registered.type, registered.generator = types.string(len(pattern)), Generator("code", {"pattern": pattern})


def _is_as_ever(flights: TableConfig, routes: TableConfig) -> bool:
    """Whether flights go by the routes of the domain file, all of which are there."""
    made = flights.columns["route_id"].generator if "route_id" in flights.columns else None
    return made is not None and made.kind == "there_and_back" and routes.rows == 2 * (_NEAR + _FAR)


def _list_airports(table: TableConfig, found: Sequence[Airport]) -> None:
    listed = {
        "iata": [each.iata for each in found],
        "icao": [each.icao for each in found],
        "name": [each.name for each in found],
        "city": [each.city for each in found],
        "country": [country(each.country).name for each in found],
        "time_zone": [each.time_zone for each in found],
    }
    _list(table, listed)
    table.rows = len(found)


def _list_routes(table: TableConfig, hub: Airport, others: Sequence[Airport]) -> None:
    legs = [leg for other in others for leg in ((hub, other), (other, hub))]
    lengths = [kilometres(*leg) for leg in legs]
    listed: dict[str, list[Any]] = {
        "origin": [one.iata for one, _ in legs],
        "destination": [other.iata for _, other in legs],
        "haul": ["short" if km <= _SHORT else "medium" if km <= _MEDIUM else "long" for km in lengths],
        "distance_km": lengths,
        "block_minutes": [_minutes(*leg) for leg in legs],
    }
    _list(table, listed)


def _list(table: TableConfig, listed: dict[str, list[Any]]) -> None:
    for name, values in listed.items():
        table.columns[name].generator = Generator("listed", {"values": values})
