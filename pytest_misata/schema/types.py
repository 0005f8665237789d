"""Column types, neutral between databases, and how a value of each is kept while it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

TypeKind = Literal[
    "integer",
    "numeric",
    "float",
    "boolean",
    "string",
    "text",
    "enum",
    "uuid",
    "json",
    "binary",
    "date",
    "datetime",
    "time",
    "interval",
    "array",
    "native",
]


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What a column stores.

    Values are kept as integers or strings until they leave the engine:

    ==========  ==========================================================
    kind        kept as
    ==========  ==========================================================
    integer     int64; `bits` is 16, 32 or 64
    numeric     int64 in units of 10**-scale (money: cents); `precision` digits in all
    float       int64 in units of 10**-scale, divided once when it leaves
    boolean     bool
    date        int64 days since 1970-01-01
    datetime    int64 microseconds since 1970-01-01 (UTC when `timezone`)
    time        int64 microseconds since midnight
    interval    int64 microseconds
    string      str of at most `length` characters; `text` has no bound
    enum        str, one of `values`; `name` names the type in the database
    uuid        str in canonical form; with `length` 32 the database has its hexadecimal digits alone
    json        str of JSON
    binary      bytes
    array       str of a JSON array; `item` is the type of its elements
    native      str as the database itself writes a value of the type named
                in `native`: inet, int4range, tsvector ...
    ==========  ==========================================================

    `values` of another kind than enum are the only ones the column takes, as they are stored.
    """

    kind: TypeKind
    length: int | None = None
    bits: int = 32
    precision: int = 12
    scale: int = 2
    timezone: bool = False
    values: tuple[Any, ...] = ()
    name: str | None = None
    """The type's own name in the database: that of a native enum or of a domain."""
    native: str | None = None
    item: ColumnType | None = None
    checks: tuple[str, ...] = ()
    """What the domain of an array's elements asks of them; VALUE stands for one."""
    parts: tuple[tuple[str, ColumnType], ...] = ()
    """Names and types of what a value of a composite type is made of."""
    dimensions: int = 1
    """How deep an array is in the database; the engine makes flat ones, which become its only row."""
    fixed: bool = False
    """CHAR and BINARY: the database fills shorter values up to `length`."""
    unsigned: bool = False
    objects_only: bool = False
    """JSON that is an object, never a list: what the column's type decorator refuses is not made."""
    case_sensitive: bool = True
    """Whether the database tells "a" from "A", as in a unique key."""

    @property
    def is_text(self) -> bool:
        """Whether values are kept as Python objects (str or bytes) rather than numbers."""
        return self.kind in {"string", "text", "enum", "uuid", "json", "binary", "array", "native"}

    def __deepcopy__(self, _memo: dict[int, Any]) -> ColumnType:
        """Itself: nothing in it ever changes, and a copied schema has thousands."""
        return self


INTEGER = ColumnType("integer")
BIGINT = ColumnType("integer", bits=64)
BOOLEAN = ColumnType("boolean")
DATE = ColumnType("date")
DATETIME = ColumnType("datetime")
TEXT = ColumnType("text")
MONEY = ColumnType("numeric")

HEXADECIMAL_UUID = 32
"""The length of a UUID without hyphens."""


def string(length: int) -> ColumnType:
    """A string of at most `length` characters."""
    return ColumnType("string", length=length)
