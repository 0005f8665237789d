"""Amounts in the currency of a story: a coffee costs 4.50 dollars, 450 yen, 45,000 rupiah.

Domains are written in dollars. Where all amounts of a story are in a currency of which a dollar is ten, a hundred or a
thousand, those that are drawn are so many times as much, and there are as many decimals as the currency has; what
follows from them follows. What a story states is placed after that, and is left as it is stated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.people.countries import codes, country
from pytest_misata.engine.people.gazetteer import home_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, SchemaConfig
from pytest_misata.story.facts import Currency

_DRAWN = frozenset({"lognormal", "normal", "uniform", "exponential", "late_fee"})
_LISTED = frozenset({"listed", "choice", "map", "constant"})
_AMOUNTS = frozenset({"median", "mean", "sd", "minimum", "maximum", "low", "high", "step", "per_day", "most"})
_VALUES = frozenset({"values", "default", "value"})
_SHORT = frozenset({"price_per_kwh", "cpc"})
"""Amounts of fewer digits than others."""
_MANY_DIGITS, _DECIMALS = 12, 4
_SALARIES = (10, 0)
_ROUND = 1000
"""From so many times on nobody pays the last units: ten won, a hundred rupiah."""


def denominate(schema: SchemaConfig, facts: Collection[Currency]) -> None:
    """Have the amounts of a domain be as large, and as fine, as in the currency that all of them are in."""
    stated = next((fact for fact in facts if not fact.implied), next(iter(facts), None))
    home = country(home_of(schema.locale))
    code = home.currency if stated is None else stated.code
    times, decimals = int(toml_file("currencies.toml")["times"].get(code, 1)), _minor_units(code)
    columns = [each for table in schema.tables.values() for each in table.columns.values() if _is_money(each)]
    if (times, decimals) == (1, 2) or any(column.type.scale > 2 and column.name not in _SHORT for column in columns):
        # What is quoted to more decimals, such as coins, is quoted in dollars all over the world.
        return
    for column in columns:
        _denominate(column, times, decimals)


def _minor_units(code: str) -> int:
    """How many decimals a currency has; two where no country is known to have it."""
    found = (country(each).minor_units for each in codes() if country(each).currency == code)
    return next(found, 2)


def _is_money(column: Column) -> bool:
    type_ = column.type
    if type_.kind != "numeric":
        return False
    wide = type_.precision >= _MANY_DIGITS and type_.scale <= _DECIMALS
    return wide or (type_.precision, type_.scale) == _SALARIES or column.name in _SHORT


def _denominate(column: Column, times: int, decimals: int) -> None:
    digits = len(str(times)) - 1
    scale = min(column.type.scale, decimals) if column.type.scale <= 2 else column.type.scale
    column.type = replace(column.type, precision=column.type.precision + digits, scale=scale)
    if column.generator is not None and times > 1:
        made = column.generator
        options = _scaled(made.kind, made.options, times)
        if made.kind == "lognormal" and "step" not in options and times >= _ROUND:
            options["step"] = times // 100
        column.generator = Generator(made.kind, options)


def _scaled(kind: str, options: Mapping[str, Any], times: int) -> dict[str, Any]:
    """The options of a kind that draws or lists amounts, with larger ones; of its cases, too."""
    keys = _AMOUNTS if kind in _DRAWN else _VALUES if kind in _LISTED else frozenset()
    scaled = {name: _times(value, times) if name in keys else value for name, value in options.items()}
    if kind in _DRAWN and scaled.pop("ending", None) is not None:
        scaled["step"] = times // 10 or 1
    if "cases" in options:
        scaled["cases"] = [_scaled(str(case.get("kind", kind)), case, times) for case in options["cases"]]
    return scaled


def _times(value: Any, times: int) -> Any:
    if isinstance(value, Mapping):
        return {name: _times(each, times) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_times(each, times) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    larger = exact(value) * times
    return str(Decimal(larger.numerator) / Decimal(larger.denominator))
