"""Rows somebody else made, as DataFrames, columns or dicts, in the form the engine's own tables have."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import ENGINE_VERSION
from pytest_misata.errors import ConfigurationError, LoadError
from pytest_misata.schema.config import Column, SchemaConfig, TableConfig
from pytest_misata.schema.types import ColumnType

_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
_LIMIT = 2**63

KnownTypes = Callable[[str], Mapping[str, ColumnType]]


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Rows of one table."""

    config: TableConfig
    _cells: Mapping[str, Cells]
    _size: int

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._cells)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self._cells[column].to_numpy()

    def cells(self) -> Mapping[str, Cells]:
        """All columns of these rows."""
        return self._cells

    def batches(self, size: int) -> Iterator[PlainTable]:
        """The rows in tables of at most `size`."""
        for start in range(0, self._size, size):
            part: Any = slice(start, start + size)
            cells = {name: cells.take(part) for name, cells in self._cells.items()}
            yield PlainTable(self.config, cells, min(size, self._size - start))


@dataclass(frozen=True, slots=True)
class PlainTables(Mapping[str, PlainTable]):
    """Tables that were handed in ready-made."""

    schema: SchemaConfig
    tables: Mapping[str, PlainTable]
    seed: None = None
    engine_version: int = ENGINE_VERSION
    notes: tuple[str, ...] = ()
    vocabularies: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> PlainTable:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def plain_tables(data: Mapping[str, Any], known: KnownTypes = lambda _: {}) -> PlainTables:
    """Tables from a mapping of name to pandas DataFrame, mapping of columns or list of row dicts.

    A column's type is that of the database's own column where `known` has it; otherwise what its values are. The
    primary key is a column `id` whose values are all there and all different.

    A table of no rows that says nothing of its columns has those of the database's own.

    Raises:
        ConfigurationError: a table's name that is no text, or a table whose columns nobody knows.
        LoadError: a table of another form, columns of unequal length, or values of a column that do not go together.
    """
    _check_names(data)
    schema = SchemaConfig(name="data")
    tables = {name: _table(name, content, known(name), schema) for name, content in data.items()}
    return PlainTables(schema, tables)


def _check_names(data: Mapping[Any, Any]) -> None:
    for name in data:
        if not isinstance(name, str) or not name:
            raise ConfigurationError(f"data maps names of tables, which are text, to rows; {name!r} is no such name")


def _table(name: str, content: Any, types: Mapping[str, ColumnType], schema: SchemaConfig) -> PlainTable:
    lists = _columns(name, content) or ({} if len(content) else {column: [] for column in types})
    if not lists:
        raise ConfigurationError(
            f"{name}: nothing says which columns it has; give them, as in {{{name!r}: {{'id': []}}}}, or leave the "
            "table out"
        )
    sizes = {len(values) for values in lists.values()}
    if len(sizes) > 1:
        lengths = ", ".join(f"{column} {len(values)}" for column, values in lists.items())
        raise LoadError(f"{name}: its columns are not of one length ({lengths})")
    cells = {column: _cells(f"{name}.{column}", values, types.get(column)) for column, values in lists.items()}
    primary = ("id",) if _is_key(lists.get("id")) else ()
    # Rows do not say what may be missing from the rows to come.
    columns = {column: Column(column, one.type, nullable=column not in primary) for column, one in cells.items()}
    config = TableConfig(name, columns, primary_key=primary)
    schema.tables[name] = config
    return PlainTable(config, cells, sizes.pop() if sizes else 0)


def _is_key(values: Sequence[Any] | None) -> bool:
    if values is None or None in values or not all(isinstance(value, Hashable) for value in values):
        return False
    return len(set(values)) == len(values)


def _columns(name: str, content: Any) -> dict[str, list[Any]]:
    if hasattr(content, "columns") and hasattr(content, "isna"):
        return {str(column): _series(content[column]) for column in content.columns}
    if isinstance(content, Mapping):
        return {str(column): _listed(f"{name}.{column}", values) for column, values in content.items()}
    if isinstance(content, Sequence) and all(isinstance(row, Mapping) for row in content):
        names = dict.fromkeys(column for row in content for column in row)
        return {str(column): [_native(row.get(column)) for row in content] for column in names}
    raise LoadError(
        f"{name}: rows come as a DataFrame, a mapping of columns or a list of dicts, not as {type(content).__name__}"
    )


def _series(series: Any) -> list[Any]:
    values: list[Any] = series.astype(object).where(series.notna(), None).tolist()
    if series.dtype.kind == "f" and str(series.name).lower().endswith("id") and None in values:
        # pandas turns integers into floats as soon as one is missing.
        return [int(value) if value is not None and value == int(value) else value for value in values]
    return [_native(value) for value in values]


def _listed(where: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise LoadError(f"{where}: a column's values come as a list, not as {type(values).__name__}")
    if isinstance(values, np.ndarray) and values.dtype.kind in "Mm":
        values = values.astype(f"{values.dtype.kind}8[us]")
    return [_native(value) for value in (values.tolist() if hasattr(values, "tolist") else values)]


def _native(value: Any) -> Any:
    """The plain Python value: no NumPy scalar, pandas Timestamp, Enum member or NaN."""
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, enum.Enum):
        return value.value
    for name in ("to_pydatetime", "to_pytimedelta", "item"):
        if hasattr(value, name):
            return getattr(value, name)()
    return value


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (Decimal, "numeric"),
    (float, "float"),
    (str, "text"),
    ((bytes, bytearray, memoryview), "binary"),
    (dt.datetime, "datetime"),
    (dt.date, "date"),
    (dt.time, "time"),
    (dt.timedelta, "interval"),
    (uuid.UUID, "uuid"),
    ((dict, list, tuple), "json"),
)
_WIDER = {
    frozenset({"integer", "float"}): "float",
    frozenset({"integer", "numeric"}): "numeric",
    frozenset({"date", "datetime"}): "datetime",
}


def inferred_cells(where: str, values: list[Any]) -> Cells:
    """Cells of the type that the values themselves tell."""
    return _cells(where, values, None)


def _cells(where: str, values: list[Any], known: ColumnType | None) -> Cells:
    present = [value for value in values if value is not None]
    type_ = _inferred(where, present) if known is None else _reconciled(known, present)
    try:
        cells = _ENCODERS[type_.kind](type_, present)
    except (TypeError, ValueError, ArithmeticError, OverflowError, AttributeError) as error:
        raise LoadError(f"{where}: a value does not fit a column of type {type_.kind}: {error}") from None
    return cells if len(present) == len(values) else _spread(cells, values)


def _reconciled(known: ColumnType, present: list[Any]) -> ColumnType:
    """The column's own type, unless it is only what SQLAlchemy keeps values of this kind in."""
    sample = present[0] if present else None
    kept_as_text = known.kind == "text" and known.length in (None, 32)
    if isinstance(sample, dt.timedelta):
        return ColumnType("interval")
    if kept_as_text and isinstance(sample, uuid.UUID | dict | list):
        return ColumnType("uuid" if isinstance(sample, uuid.UUID) else "json")
    return known


def _spread(cells: Cells, values: list[Any]) -> Cells:
    """The cells with NULL put in where a value is None."""
    null = np.fromiter((value is None for value in values), dtype=np.bool_, count=len(values))
    data = np.zeros(len(values), dtype=cells.data.dtype)
    if data.dtype == object:
        data[:] = ""
    data[~null] = cells.data
    return Cells(cells.type, data, None, null)


def _inferred(where: str, present: list[Any]) -> ColumnType:
    kinds = frozenset(_kind(where, value) for value in dict.fromkeys(map(type, present)))
    kind: Any = _WIDER.get(kinds) or (next(iter(kinds)) if len(kinds) == 1 else "text" if not kinds else None)
    if kind is None:
        raise LoadError(f"{where}: values of different kinds do not go into one column: {', '.join(sorted(kinds))}")
    aware = kind == "datetime" and any(getattr(value, "tzinfo", None) for value in present)
    return ColumnType(kind, bits=64, precision=38, scale=-1, timezone=aware)


def _kind(where: str, type_: type) -> str:
    for class_, kind in _KINDS:
        if issubclass(type_, class_):
            return kind
    raise LoadError(f"{where}: values of type {type_.__name__} cannot be stored")


def _integers(type_: ColumnType, values: list[Any]) -> Cells:
    return Cells(type_, np.array([_whole(value) for value in values], dtype=np.int64))


def _whole(value: Any) -> int:
    number = int(value)
    if number != value and not isinstance(value, str):
        raise ValueError(f"{value!r} is not a whole number")
    return number


def _numerics(type_: ColumnType, values: list[Any]) -> Cells:
    numbers = [value if isinstance(value, Decimal) else Decimal(str(value)) for value in values]
    scale = type_.scale if type_.scale >= 0 else max((_places(number) for number in numbers), default=0)
    units = [int(number.scaleb(scale).to_integral_value()) for number in numbers]
    return Cells(replace(type_, scale=scale), np.array(units, dtype=np.int64))


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _floats(type_: ColumnType, values: list[Any]) -> Cells:
    # With no scale the data is the value itself.
    return Cells(replace(type_, scale=0), np.array([float(value) for value in values], dtype=np.float64))


def _booleans(type_: ColumnType, values: list[Any]) -> Cells:
    return Cells(type_, np.array([bool(value) for value in values], dtype=np.bool_))


def _moments(type_: ColumnType, values: list[Any]) -> Cells:
    return Cells(type_, np.array([(_moment(value) - _EPOCH) // _MICROSECOND for value in values], dtype=np.int64))


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value


def _dates(type_: ColumnType, values: list[Any]) -> Cells:
    return Cells(type_, np.array([(_moment(value) - _EPOCH).days for value in values], dtype=np.int64))


def _times(type_: ColumnType, values: list[Any]) -> Cells:
    clocks = [dt.time.fromisoformat(value) if isinstance(value, str) else value for value in values]
    since = [dt.timedelta(0, c.second, c.microsecond, 0, c.minute, c.hour) // _MICROSECOND for c in clocks]
    return Cells(type_, np.array(since, dtype=np.int64))


def _intervals(type_: ColumnType, values: list[Any]) -> Cells:
    return Cells(type_, np.array([value // _MICROSECOND for value in values], dtype=np.int64))


def _texts(type_: ColumnType, values: list[Any]) -> Cells:
    return text_cells(type_, [value if isinstance(value, str) else str(value) for value in values])


def _uuids(type_: ColumnType, values: list[Any]) -> Cells:
    return text_cells(type_, [str(value if isinstance(value, uuid.UUID) else uuid.UUID(value)) for value in values])


def _jsons(type_: ColumnType, values: list[Any]) -> Cells:
    return text_cells(type_, [value if isinstance(value, str) else json.dumps(value) for value in values])


def _binaries(type_: ColumnType, values: list[Any]) -> Cells:
    return text_cells(type_, [bytes(value) for value in values])


_ENCODERS: dict[str, Callable[[ColumnType, list[Any]], Cells]] = {
    "integer": _integers,
    "numeric": _numerics,
    "float": _floats,
    "boolean": _booleans,
    "datetime": _moments,
    "date": _dates,
    "time": _times,
    "interval": _intervals,
    "text": _texts,
    "string": _texts,
    "enum": _texts,
    "uuid": _uuids,
    "json": _jsons,
    "binary": _binaries,
}
