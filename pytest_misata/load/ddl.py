"""From a `SchemaConfig` to SQLAlchemy tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import conv
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from pytest_misata.load.statements import column_of
from pytest_misata.schema.config import Column as ColumnConfig
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.types import ColumnType

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
_EPOCH = dt.datetime(1970, 1, 1)
_MYSQL = ("mysql", "mariadb")
_NUMBERS = ("integer", "numeric")
_KEY_LENGTH = 255
"""What a text column of no stated length becomes on MariaDB and MySQL where a key needs one."""


def metadata_of(schema: SchemaConfig) -> MetaData:
    """The schema's tables: those it was read from, when it was read from SQLAlchemy, or new ones."""
    if isinstance(schema.source, MetaData):
        return schema.source
    metadata = MetaData(naming_convention=_NAMES)
    for config in schema.tables.values():
        _table(config, metadata, schema)
    return metadata


def table_of(metadata: MetaData, config: TableConfig) -> Table:
    """The table of that name in the metadata."""
    return metadata.tables[f"{config.schema}.{config.name}" if config.schema else config.name]


def sequences_of(connection: Connection, config: TableConfig, table: Table) -> Iterator[tuple[str, str]]:
    """The columns that sequences number, each with the name of its sequence as the database's SQL has it."""
    if not connection.dialect.supports_sequences:
        return
    for name, column in config.columns.items():
        if column.sequence and column.type.kind in _NUMBERS:
            default: Any = column_of(table, name).default
            known = getattr(default, "is_sequence", False)
            stated = default if known else Sequence(column.sequence, schema=table.schema)
            written = connection.dialect.identifier_preparer.format_sequence(stated)
            yield name, written.replace("%%", "%")


def _table(config: TableConfig, metadata: MetaData, schema: SchemaConfig) -> Table:
    columns = [_column(column, config) for column in config.columns.values()]
    table = Table(config.name, metadata, *columns, *_constraints(config, schema), schema=config.schema)
    for names in indexed(config):
        Index(None, *(table.c[name] for name in names))
    return table


def _column(column: ColumnConfig, config: TableConfig) -> Column[Any]:
    numbered = config.primary_key == (column.name,) and column.type.kind == "integer"
    numbered = numbered and config.foreign_key(column.name) is None
    key = column.name in {name for names in _keys(config) for name in names}
    return Column(
        column.name,
        column_type(column.type, key=key),
        *([Identity()] if numbered else []),
        nullable=column.nullable and column.name not in config.primary_key,
        autoincrement=numbered,
    )


def _keys(config: TableConfig) -> Iterable[tuple[str, ...]]:
    foreign = (key.columns for key in config.foreign_keys)
    return [config.primary_key, *config.uniques, *config.indexes, *foreign]


def _constraints(config: TableConfig, schema: SchemaConfig) -> list[Any]:
    checks = [
        CheckConstraint(check.shown, name=conv(check.name or f"ck_{config.name}_{position}"))
        for position, check in enumerate(config.checks, 1)
        if not check.implied
    ]
    enums = [_enum_check(column, config) for column in config.columns.values() if column.type.kind == "enum"]
    foreign = [
        ForeignKeyConstraint(
            key.columns,
            [_full_name(schema.table(key.parent), name) for name in key.parent_columns],
            ondelete=key.on_delete,
            deferrable=key.deferrable or None,
        )
        for key in config.foreign_keys
    ]
    primary = [PrimaryKeyConstraint(*config.primary_key)] if config.primary_key else []
    return [*primary, *(UniqueConstraint(*names) for names in config.uniques), *checks, *enums, *foreign]


def _full_name(parent: TableConfig, column: str) -> str:
    return ".".join(part for part in (parent.schema, parent.name, column) if part)


def _enum_check(column: ColumnConfig, config: TableConfig) -> CheckConstraint:
    values: Any = Column(column.name, String)
    return CheckConstraint(values.in_(column.type.values), name=conv(f"ck_{config.name}_{column.name}"))


def indexed(config: TableConfig) -> list[tuple[str, ...]]:
    """The columns of each index: those stated, and foreign keys that no key or index begins with already."""
    found = [tuple(names) for names in config.indexes]
    for key in config.foreign_keys:
        covering = [config.primary_key, *config.uniques, *found]
        if not any(names[: len(key.columns)] == tuple(key.columns) for names in covering):
            found.append(tuple(key.columns))
    return found


def column_type(type_: ColumnType, *, key: bool = False) -> TypeEngine[Any]:
    """SQLAlchemy's type; `key` when the column is part of a key or an index."""
    return _TYPES[type_.kind](type_, key)


def _integer(type_: ColumnType, _key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    if type_.bits <= 16:
        return SmallInteger()
    # SQLite numbers rows by itself in a column declared INTEGER alone, which holds 64 bits anyway.
    return Integer() if type_.bits <= 32 else BigInteger().with_variant(Integer(), "sqlite")


def _text(_type: ColumnType, key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    return Text().with_variant(String(_KEY_LENGTH), *_MYSQL) if key else Text()


def _string(type_: ColumnType, key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    if type_.length is None:
        return _text(type_, key)
    return String(type_.length)


def _enum(type_: ColumnType, _key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    return String(max((len(value) for value in type_.values), default=1))


def _datetime(type_: ColumnType, _key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    # MariaDB and MySQL keep whole seconds unless asked, and round up what they are given.
    return DateTime(timezone=type_.timezone).with_variant(mysql.DATETIME(fsp=6), *_MYSQL)


class _MySQLInterval(TypeDecorator[dt.timedelta]):
    """SQLAlchemy's `Interval`, a moment that far from the epoch, with its microseconds kept."""

    impl = mysql.DATETIME
    cache_ok = True

    def process_bind_param(self, value: dt.timedelta | None, dialect: Any) -> dt.datetime | None:
        return None if value is None else _EPOCH + value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.timedelta | None:
        return None if value is None else value - _EPOCH


class _Native(UserDefinedType[str]):
    """A type of one database's own, by its name there."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


def _native(type_: ColumnType, key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    size = f"({type_.length})" if type_.length else ""
    return _text(type_, key).with_variant(_Native(f"{type_.native}{size}"), "postgresql")


def _array(type_: ColumnType, _key: bool) -> TypeEngine[Any]:  # noqa: FBT001
    # Databases without arrays keep the JSON that the engine makes of one.
    item = column_type(type_.item or ColumnType("text"))
    return JSON().with_variant(postgresql.ARRAY(item), "postgresql")


_TYPES: dict[str, Callable[[ColumnType, bool], TypeEngine[Any]]] = {
    "integer": _integer,
    "numeric": lambda type_, _: Numeric(type_.precision, type_.scale),
    "float": lambda *_: Double(),
    "boolean": lambda *_: Boolean(),
    "string": _string,
    "text": _text,
    "enum": _enum,
    "uuid": lambda *_: Uuid(as_uuid=False),
    "json": lambda *_: JSON().with_variant(postgresql.JSONB(), "postgresql"),
    "binary": lambda *_: LargeBinary(),
    "date": lambda *_: Date(),
    "datetime": _datetime,
    "time": lambda *_: Time().with_variant(mysql.TIME(fsp=6), *_MYSQL),
    "interval": lambda *_: Interval().with_variant(_MySQLInterval(fsp=6), *_MYSQL),
    "array": _array,
    "native": _native,
}
