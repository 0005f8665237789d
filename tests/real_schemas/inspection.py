"""What a filled database looks like, told by SQL alone: nothing of the package under test is used here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    exists,
    func,
    select,
)


def row_counts(connection: Connection, metadata: MetaData) -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.key: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in metadata.tables.values()
    }


def violations(connection: Connection, metadata: MetaData) -> Iterator[str]:
    """Each foreign, primary or unique key that rows break, with how many do."""
    for table in metadata.tables.values():
        for constraint in sorted(table.constraints, key=lambda found: (type(found).__name__, str(found.name))):
            if isinstance(constraint, ForeignKeyConstraint):
                count = _orphans(connection, table, constraint)
                kind = "foreign key"
            elif isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
                count = _doubles(connection, table, list(constraint.columns))
                kind = "key"
            else:
                continue
            if count:
                yield f"{table.key}: {count:,} rows break {kind} ({', '.join(constraint.columns.keys())})"
        for index in filter(lambda found: _is_whole(found, connection.dialect.name), table.indexes):
            count = _doubles(connection, table, list(index.columns))
            if count:
                yield f"{table.key}: {count:,} rows break unique index {index.name}"


def unreadable(connection: Connection, metadata: MetaData) -> Iterator[str]:
    """Each table whose rows the models' own types do not take back."""
    for table in metadata.tables.values():
        for column in table.columns:
            try:
                connection.execute(select(column).limit(50)).fetchall()
            except Exception as error:  # whatever a type of the models raises
                yield f"{table.key}.{column.name}: {type(error).__name__}: {str(error).splitlines()[0][:200]}"


def _is_whole(index: Index, dialect: str) -> bool:
    """Whether it is unique, over columns, and for all rows."""
    options = index.dialect_options.get(dialect)
    partial = options is not None and options.get("where") is not None
    return index.unique and not partial and all(isinstance(part, Column) for part in index.expressions)


def _orphans(connection: Connection, table: Table, constraint: ForeignKeyConstraint) -> int:
    parent = constraint.referred_table.alias("parent_of")
    pairs = [(element.parent, parent.c[element.column.name]) for element in constraint.elements]
    found = exists().where(and_(*(own == theirs for own, theirs in pairs)))
    stated = [own.is_not(None) for own, _ in pairs]
    query = select(func.count()).select_from(table).where(*stated, ~found)
    return int(connection.execute(query).scalar_one())


def _doubles(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> int:
    if not columns:
        return 0
    stated = [column.is_not(None) for column in columns]
    groups = select(func.count().label("n")).select_from(table).where(*stated).group_by(*columns)
    several = groups.having(func.count() > 1).subquery()
    return int(connection.execute(select(func.coalesce(func.sum(several.c.n), 0))).scalar_one())
