"""The comment by which a table of our making is known again on a server that keeps comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from sqlalchemy import Table
from sqlalchemy.schema import ExecutableDDLElement, SetTableComment

COMMENT = "made by pytest-misata"


def shape(columns: Iterable[str]) -> str:
    """A digest of a table's columns, in order; it stands in the comment."""
    return blake2b("\0".join(columns).encode(), digest_size=16).hexdigest()


def comment_of(digest: str) -> str:
    """The comment of a table of that shape."""
    return f"{COMMENT} {digest}"


def sign(tables: Sequence[Table]) -> list[ExecutableDDLElement]:
    """Put the comment on tables of our own design, and give the DDL that does so where they are there already."""
    for table in tables:
        table.comment = comment_of(shape(table.columns.keys()))
    return [SetTableComment(table) for table in tables]
