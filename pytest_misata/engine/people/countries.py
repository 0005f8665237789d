"""Countries: what people, places and numbers look like there. Each is a file of `data/countries`, read when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import tomli

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.vocabulary import toml_file


@dataclass(frozen=True, slots=True)
class City:
    """A city, with what has to agree with it."""

    name: str
    region: str
    region_code: str
    postcode: str
    """A pattern, as `phone` is."""
    phone: str
    mobile: str
    thousands: int
    latitude: str
    longitude: str
    time_zone: str
    locale: str
    also: tuple[str, ...]
    """Other names, in lower case."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country; `names`, `phone`, `streets` and `numbers` are those tables of its file."""

    code: str
    name: str
    words: tuple[str, ...]
    regions: Mapping[str, str]
    """Other names of regions, in lower case."""
    locales: tuple[str, ...]
    languages: tuple[str, ...]
    currency: str
    legal_forms: tuple[str, ...]
    """What stands behind companies' names, three in each country: a text has the same place wherever it occurs."""
    minor_units: int
    millions: Fraction
    ages: tuple[int, ...]
    """Thousands of people by age, in steps of five years from 0 on; the last are of 100 and more."""
    abroad: Mapping[str, int]
    """In which other countries its businesses have customers, and how many."""
    cities: tuple[City, ...]
    names: Mapping[str, Any]
    phone: Mapping[str, str]
    streets: Mapping[str, Mapping[str, Any]]
    """By locale."""
    numbers: Mapping[str, Mapping[str, str]]


@cache
def codes() -> tuple[str, ...]:
    """The codes of all countries there are, by ISO 3166-1."""
    found = files("pytest_misata.engine").joinpath("data", "countries").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml").upper() for file in found if file.name.endswith(".toml")))


@lru_cache(maxsize=256)
def country(code: str) -> Country:
    """A country by its code."""
    path = files("pytest_misata.engine").joinpath("data", "countries", f"{code.lower()}.toml")
    data = tomli.loads(path.read_text("utf-8"))
    locales, street = tuple(data["locales"]), data["street"]
    return Country(
        code,
        data["name"],
        tuple(data["words"]),
        data.get("regions", {}),
        locales,
        tuple(data["languages"]),
        data["currency"],
        tuple(data["legal_forms"]),
        data.get("minor_units", 2),
        exact(data["population"]),
        tuple(data["ages"]),
        data["abroad"],
        tuple(_cities(data, locales[0])),
        data["names"],
        data["phone"],
        {locale: {**street, **street.get(locale, {})} for locale in locales},
        data.get("numbers", {}),
    )


def _cities(data: Mapping[str, Any], locale: str) -> Iterable[City]:
    header, *lines = data["cities"].strip().split("\n")
    names = _parts(header)
    shapes = data["phone"]
    for line in lines:
        row = dict(zip(names, _parts(line), strict=False))
        yield City(
            row["city"],
            row["region"],
            row["code"],
            row["postcode"],
            shapes["shape"].format(area=row["area"]),
            shapes["mobile"].format(area=row["area"]),
            int(row["thousands"]),
            row["latitude"],
            row["longitude"],
            row.get("time zone") or data["time_zone"],
            row.get("locale") or locale,
            tuple(name for name in row.get("also", "").split(", ") if name),
        )


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


@lru_cache(maxsize=256)
def country_of(locale: str) -> str | None:
    """The code of the country of a locale: DE for de_DE; None where there is no such country."""
    language, _, territory = locale.partition("_")
    territory = _TERRITORIES.get(locale, territory)
    if territory:
        return territory if territory in codes() else None
    return _TERRITORIES.get(language)


_TERRITORIES = {"fr_QC": "CA", "dk_DK": "DK", "de": "DE", "en": "US", "es": "ES", "sw": "KE", "th": "TH", "ng_NG": "NG"}
"""The countries of those locales of Faker that do not end in one."""


@cache
def groups() -> Mapping[str, tuple[str, ...]]:
    """Groups of countries, such as the EU, and the codes of their members."""
    tables = toml_file("groups.toml")
    return {name: tuple(codes() if table["members"] == ["*"] else table["members"]) for name, table in tables.items()}
