"""From SQLAlchemy's types to `ColumnType`.

A type is one line in `_READERS`; a type that is only known by a name, one word in `_NATIVE_NAMES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import types as sql
from sqlalchemy.dialects import mysql, postgresql, registry
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import NoSuchModuleError

from pytest_misata.errors import ConfigurationError
from pytest_misata.schema.config import Generator
from pytest_misata.schema.types import HEXADECIMAL_UUID, ColumnType, TypeKind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a type says about its column."""

    type: ColumnType
    bound: bool = False
    alike: bool = False
    """What is stored is what goes in: see `Column.alike`."""
    generator: Generator | None = None
    nullable: bool = True
    checks: tuple[tuple[str | None, str], ...] = ()
    """Names and conditions that come with the type; VALUE stands for the column."""
    missed: str | None = None
    """What is not understood about it."""


class HyphenatedUuid(sql.CHAR):
    """A UUID kept as text with its hyphens."""

    def __init__(self) -> None:
        super().__init__(36)


Reader = Callable[[Any, Dialect], ColumnType | Reading]


def dialect_named(name: str | None) -> Dialect:
    """SQLAlchemy's dialect of that name, in whose SQL nothing is escaped for a driver; its default one for None.

    Raises ConfigurationError where there is none.
    """
    if name:
        try:
            # Of MariaDB the registry has a dialect by the driver alone.
            make: Any = MariaDBDialect if name == "mariadb" else registry.load(name)
        except NoSuchModuleError:
            known = "it is for example 'postgresql', 'mysql', 'mariadb' or 'sqlite'"
            raise ConfigurationError(f"dialect: SQLAlchemy knows no database {name!r}; {known}") from None
        dialect: Dialect = make(paramstyle="named")
        return dialect
    common = DefaultDialect()
    # Otherwise TRUE would be written as 1.
    common.supports_native_boolean = True
    return common


def read_type(type_: Any, dialect: Dialect) -> Reading:
    """What a column of this type stores, in the database that the dialect is for."""
    variants = getattr(type_, "_variant_mapping", {})
    type_ = variants.get(dialect.name, type_)
    reader = next((_READERS[class_] for class_ in type(type_).__mro__ if class_ in _READERS), _unknown)
    read = reader(type_, dialect)
    return read if isinstance(read, Reading) else Reading(read)


def _plain(kind: TypeKind, **facts: Any) -> Reader:
    return lambda _type, _dialect: ColumnType(kind, **facts)


def _integer(bits: int) -> Reader:
    return lambda type_, _: _sized(type_, bits)


def _sized(type_: Any, bits: int) -> ColumnType:
    return ColumnType("integer", bits=bits, unsigned=bool(getattr(type_, "unsigned", False)))


def _tinyint(type_: Any, _dialect: Dialect) -> ColumnType:
    """MariaDB and MySQL have no other boolean."""
    return ColumnType("boolean") if type_.display_width == 1 and not type_.unsigned else _sized(type_, 8)


_MOST_PLACES = 12


def _numeric(type_: Any, dialect: Dialect) -> ColumnType:
    if type_.precision is not None:
        scale = type_.scale or 0
        # Of a negative scale the database rounds to tens or hundreds: a digit less, so that rounding up has room.
        precision = type_.precision if scale >= 0 else max(type_.precision - scale - 1, 1)
        # Values are kept in 64 bits: further places would leave no room before the point.
        spare = max(scale - _MOST_PLACES, 0)
        return ColumnType("numeric", precision=precision - spare, scale=max(scale, 0) - spare)
    # A NUMERIC of no stated precision holds anything in PostgreSQL, and ten digits in MariaDB.
    return ColumnType("numeric", precision=10, scale=0 if dialect.name in _MYSQL else 2)


def _string(type_: Any, dialect: Dialect) -> ColumnType:
    return ColumnType("string", length=type_.length, case_sensitive=_case_sensitive(type_, dialect))


def _char(type_: Any, dialect: Dialect) -> ColumnType:
    length = type_.length or (None if dialect.name == "sqlite" else 1)
    return ColumnType("string", length=length, fixed=True, case_sensitive=_case_sensitive(type_, dialect))


def _hyphenated_uuid(type_: Any, dialect: Dialect) -> Reading:
    return Reading(_char(type_, dialect), generator=Generator("uuid"))


def _text(type_: Any, dialect: Dialect) -> ColumnType:
    kind: TypeKind = "string" if type_.length else "text"
    return ColumnType(kind, length=type_.length, case_sensitive=_case_sensitive(type_, dialect))


def _case_sensitive(type_: Any, dialect: Dialect) -> bool:
    # MariaDB and MySQL compare without regard to case unless told otherwise.
    usual = "_ci" if dialect.name in _MYSQL else ""
    collation = (getattr(type_, "collation", None) or usual).lower()
    return not (collation == "nocase" or collation.endswith("_ci"))


def _enum(type_: Any, dialect: Dialect) -> ColumnType:
    text = _string(type_, dialect)
    return replace(text, kind="enum", values=tuple(type_.enums), name=type_.name) if type_.enums else text


def _set(type_: Any, _dialect: Dialect) -> ColumnType:
    """The members: a value has one of them, or several with commas between them."""
    return ColumnType("enum", values=tuple(type_.values), native="set")


def _uuid(type_: Any, dialect: Dialect) -> ColumnType:
    native = type_.native_uuid and dialect.supports_native_uuid
    return ColumnType("uuid", length=None if native or dialect.name == "default" else HEXADECIMAL_UUID)


def _binary(*, fixed: bool = False, length: int | None = None) -> Reader:
    return lambda type_, _: ColumnType("binary", length=getattr(type_, "length", None) or length, fixed=fixed)


def _zoned(kind: TypeKind) -> Reader:
    return lambda type_, _: ColumnType(kind, timezone=bool(type_.timezone))


def _array(type_: Any, dialect: Dialect) -> Reading:
    item = read_type(type_.item_type, dialect)
    checked = replace(item.type, checks=tuple(condition for _, condition in item.checks))
    array = ColumnType("array", item=checked, dimensions=type_.dimensions or 1)
    return Reading(array, bound=item.bound, missed=item.missed)


def _domain(type_: Any, dialect: Dialect) -> Reading:
    base = read_type(type_.data_type, dialect)
    checks = ((type_.constraint_name, str(type_.check)),) if type_.check is not None else ()
    checks = tuple(getattr(type_, "misata_checks", checks))
    named = replace(base.type, name=type_.name)
    return replace(base, type=named, nullable=not type_.not_null, checks=(*base.checks, *checks))


def _native(type_: Any, _dialect: Dialect) -> ColumnType:
    return ColumnType("native", native=type_.__visit_name__.lower())


def _bit(type_: Any, _dialect: Dialect) -> ColumnType:
    varying = bool(getattr(type_, "varying", False))
    return ColumnType("native", length=type_.length or (None if varying else 1), native="varbit" if varying else "bit")


def _user_defined(type_: Any, dialect: Dialect) -> Reading:
    """A type known by its SQL alone."""
    if getattr(type_, "misata_parts", ()):
        return _composite(type_, dialect)
    try:
        reading = named_type(type_.get_col_spec(), bound=type_.bind_processor(dialect) is not None)
    except Exception:
        return _unknown(type_, dialect)
    # To SQLite any word is a type, and a column of any type holds text.
    unknown = reading.missed is not None and dialect.name == "sqlite"
    return replace(reading, type=ColumnType("text")) if unknown else reading


def _composite(type_: Any, dialect: Dialect) -> Reading:
    parts = [(name, _part(declared, labels, dialect)) for name, declared, labels in type_.misata_parts]
    missed = next((f"{reading.missed} in type {type_.declared}" for _, reading in parts if reading.missed), None)
    composed = ColumnType("native", native=type_.declared, parts=tuple((name, one.type) for name, one in parts))
    return Reading(composed, missed=missed)


def _part(declared: str, labels: Sequence[str], dialect: Dialect) -> Reading:
    """The type of a part of a composite type."""
    if labels:
        return Reading(ColumnType("enum", values=tuple(labels), name=declared))
    name, _, rest = declared.partition("(")
    class_: Any = getattr(dialect, "ischema_names", {}).get(name.strip())
    if class_ is None or name.strip().lower() in NAMED:
        return named_type(declared)
    figures = [int(figure) for figure in rest.partition(")")[0].split(",") if figure.strip().isdigit()]
    return read_type(class_(*figures) if issubclass(class_, sql.String | sql.Numeric) else class_(), dialect)


def named_type(declared: str, *, bound: bool = False) -> Reading:
    """What a type's name in SQL says."""
    name = declared.partition("(")[0].strip().lower()
    if name in NAMED:
        return Reading(NAMED[name])
    missed = None if name in _NATIVE_NAMES else f"type {declared}"
    return Reading(ColumnType("native", native=name), bound=bound, missed=missed)


def _unknown(type_: Any, dialect: Dialect) -> Reading:
    name = type(type_).__name__
    if dialect.name == "sqlite" and isinstance(type_, sql.NullType):
        # A column of no type takes anything.
        return Reading(ColumnType("text"))
    return Reading(ColumnType("native", native=name.lower()), missed=f"type {name}")


def _decorated(type_: Any, dialect: Dialect) -> Reading:
    from pytest_misata.schema.sources.decorators import read_decorated

    return read_decorated(type_, dialect)


_MYSQL = ("mysql", "mariadb")

_NATIVE_NAMES = frozenset(
    """
    bit box cidr circle datemultirange daterange hstore inet inet4 inet6 int4multirange int4range int8multirange
    int8range jsonpath line lseg ltree macaddr macaddr8 money nummultirange numrange oid path pg_lsn point polygon
    regclass regconfig regtype tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector varbit xml year
    """.split()
)
"""Types of one database whose values are known how to write."""

NAMED: dict[str, ColumnType] = {
    "uuid": ColumnType("uuid"),
    "string": ColumnType("text"),
    "jsonb": ColumnType("json"),
    "timestamptz": ColumnType("datetime", timezone=True),
    "timestamp with time zone": ColumnType("datetime", timezone=True),
    "interval": ColumnType("interval"),
    "bytea": ColumnType("binary"),
    "any": ColumnType("text"),
    "guid": ColumnType("uuid"),
    "uniqueidentifier": ColumnType("uuid"),
    "name": ColumnType("string", length=63),
    '"char"': ColumnType("string", length=1),
    "citext": ColumnType("text", case_sensitive=False),
}
"""Names that are types to some database, and of which SQLAlchemy does not reflect a class."""

_READERS: dict[type, Reader] = {
    sql.Integer: _integer(32),
    sql.SmallInteger: _integer(16),
    sql.BigInteger: _integer(64),
    mysql.TINYINT: _tinyint,
    mysql.MEDIUMINT: _integer(24),
    mysql.YEAR: _plain("integer", bits=16, native="year"),
    sql.Boolean: _plain("boolean"),
    sql.Numeric: _numeric,
    sql.Float: _plain("float"),
    sql.String: _string,
    sql.CHAR: _char,
    sql.NCHAR: _char,
    HyphenatedUuid: _hyphenated_uuid,
    sql.Text: _text,
    mysql.TINYTEXT: _plain("string", length=255),
    mysql.MEDIUMTEXT: _text,
    mysql.LONGTEXT: _text,
    postgresql.CITEXT: _plain("text", case_sensitive=False),
    sql.Enum: _enum,
    mysql.SET: _set,
    sql.LargeBinary: _binary(),
    sql._Binary: _binary(),
    sql.BINARY: _binary(fixed=True, length=1),
    mysql.TINYBLOB: _binary(length=255),
    sql.Date: _plain("date"),
    sql.DateTime: _zoned("datetime"),
    sql.Time: _zoned("time"),
    sql.Interval: _plain("interval"),
    postgresql.INTERVAL: _plain("interval"),
    sql.Uuid: _uuid,
    sql.JSON: _plain("json"),
    sql.ARRAY: _array,
    postgresql.DOMAIN: _domain,
    postgresql.BIT: _bit,
    mysql.BIT: _bit,
    postgresql.ranges.AbstractRange: _native,
    **{
        getattr(postgresql, name): _native
        for name in "CIDR HSTORE INET MACADDR MACADDR8 MONEY OID REGCLASS REGCONFIG TSQUERY TSVECTOR".split()
    },
    **{getattr(mysql, name): _native for name in ("INET4", "INET6") if hasattr(mysql, name)},
    sql.TypeDecorator: _decorated,
    sql.UserDefinedType: _user_defined,
}
"""The reader of each class of types, found along the type's own line of descent."""
