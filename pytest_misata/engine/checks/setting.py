"""What CHECKs are read with: the table, its database and its day, and what a column may hold by its type alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from pytest_misata.engine.cells import encode
from pytest_misata.engine.checks.languages import found
from pytest_misata.engine.checks.numbers import between
from pytest_misata.engine.checks.sets import Anything, Domain, Texts, Values
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.types import ColumnType

AMOUNTS = frozenset({"integer", "numeric", "float"})
NUMBERS = AMOUNTS | {"boolean"}
MOMENTS = frozenset({"date", "datetime", "time", "interval"})
TEXTS = frozenset({"string", "text", "enum", "binary"})
DAY = 86_400_000_000
"""In microseconds."""
_UUIDS = found("^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Basis:
    """All that the reading of an atom depends on: the types of its columns, the dialect, the day taken for today."""

    types: tuple[tuple[str, ColumnType], ...]
    dialect: str | None
    today: dt.date
    history_days: int

    def type(self, name: str) -> ColumnType:
        """The type of a column."""
        return next(type_ for known, type_ in self.types if known == name)


@dataclass(frozen=True, slots=True)
class Setting:
    """What conditions are read with: the table, the database's dialect and the day taken for today."""

    table: TableConfig
    dialect: str | None
    today: dt.date
    history_days: int = 3 * 365
    exact: bool = False
    """Whether decimals are taken to be reckoned exactly, even where the database may keep binary fractions."""

    def type(self, name: str) -> ColumnType:
        """The type of a column."""
        return self.table.columns[name].type

    def basis(self, names: Iterable[str]) -> Basis:
        """What an atom over these columns is read with."""
        types = tuple((name, self.type(name)) for name in names)
        return Basis(types, self.dialect, self.today, self.history_days)


def everything(column: Column) -> Domain:
    """What a column may hold by its type alone."""
    return Domain(column.nullable, _all_values(column.type))


def is_written(type_: ColumnType) -> bool:
    """Whether values are kept as the texts that the database has for them."""
    return type_.kind in TEXTS or (type_.kind == "uuid" and type_.length is None)


def _all_values(type_: ColumnType) -> Values:
    if type_.kind == "uuid" and type_.length is None:
        return Texts(_UUIDS)
    if type_.kind in TEXTS:
        return Texts(words=tuple(type_.values)) if type_.values else Texts()
    if type_.kind not in NUMBERS | MOMENTS:
        return Anything()
    if type_.values:
        kept = [int(value) for value in encode(type_, type_.values).data]
        return reduce(lambda a, b: a | b, (between(value, value) for value in kept))
    return between(*limits(type_))


def limits(type_: ColumnType) -> tuple[int, int]:
    """The least and the greatest kept integer of a type, or one that no sensible value lies beyond."""
    far = 2**47
    if type_.kind == "boolean":
        return 0, 1
    if type_.native == "year":
        return 1901, 2155
    if type_.kind == "integer":
        low, high = (0, 2**type_.bits - 1) if type_.unsigned else (-(2 ** (type_.bits - 1)), 2 ** (type_.bits - 1) - 1)
        return max(low, -far), min(high, far)
    if type_.kind == "date":
        return -719_162, 2_932_896  # the years 1 to 9999
    if type_.kind == "datetime":
        return -719_162 * DAY, 2_932_896 * DAY
    if type_.kind == "time":
        return 0, DAY - 1_000_000
    if type_.kind == "interval":
        return 0, 3650 * DAY
    most = min(10**type_.precision - 1, far) if type_.kind == "numeric" else far
    return -most, most


def fitting(domain: Domain, column: Column) -> Domain:
    """Without texts where none of them is short enough for the column."""
    length, texts = column.type.length, domain.values
    if length is None or not isinstance(texts, Texts):
        return domain
    if texts.words is not None:
        return replace(domain, values=Texts(words=tuple(word for word in texts.words if len(word) <= length)))
    shortest = texts.language.shortest
    return domain if shortest is not None and shortest <= length else replace(domain, values=Texts(words=()))


def units(type_: ColumnType) -> int:
    """How many kept integers make one unit."""
    return 10**type_.scale if type_.kind in {"numeric", "float"} else 1
