"""The keeper for any database SQLAlchemy speaks: it reads every row and every definition each time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, delete, insert, inspect, select
from sqlalchemy.exc import SAWarning

from pytest_misata.load.keepers.base import Damage, Keeper, digest_of

_FEW = 1000
"""Rows up to which a table that is not seeded is kept, so that it can be brought back."""


class DigestKeeper(Keeper):
    """Compares digests of all rows and definitions of the default schema; what differs is built anew."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._rows: dict[str, str] = {}
        self._shapes: dict[str, str] = {}
        self._copies: dict[str, tuple[Any, list[dict[str, Any]]]] = {}

    def remember(self, *, copy: bool) -> None:
        with _connected(self.engine) as connection:
            self._shapes, self._rows = shapes(connection), contents(connection)
            self._copies = _small_tables(connection)

    def copy(self) -> None:
        """Nothing: the rows are made again when they are needed."""

    def damage(self) -> Damage:
        with _connected(self.engine) as connection:
            altered, added = differences(self._shapes, shapes(connection))
            rows = contents(connection)
        written = tuple(name for name in self._rows if name in rows and rows[name] != self._rows[name])
        return Damage(written, altered, added)

    def digest(self) -> str:
        with _connected(self.engine) as connection:
            return digest_of(sorted([*shapes(connection).items(), *contents(connection).items()]))

    def bring_back(self, names: Sequence[str]) -> None:
        with self.engine.begin() as connection:
            for table, rows in (self._copies[name] for name in names if name in self._copies):
                connection.execute(delete(table))
                if rows:
                    connection.execute(insert(table), rows)

    def put_back(self, damage: Damage) -> bool:
        with self.engine.begin() as connection:
            views = set(inspect(connection).get_view_names())
            for name in (name for name in damage.added if name in views):
                quoted = connection.dialect.identifier_preparer.quote(name)
                connection.exec_driver_sql(f"DROP VIEW {quoted}")
        return False


def differences(before: dict[str, str], now: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names whose text is another or that are gone, and names that are new."""
    altered = tuple(name for name, text in before.items() if now.get(name) != text)
    return altered, tuple(name for name in now if name not in before)


def shapes(connection: Connection) -> dict[str, str]:
    """The definition of every table and view of the default schema, as text."""
    inspector = inspect(connection)
    verbs = (inspector.get_columns, inspector.get_indexes, inspector.get_foreign_keys, inspector.get_pk_constraint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        found = {name: repr([verb(name) for verb in verbs]) for name in inspector.get_table_names()}
        return found | {name: str(inspector.get_view_definition(name)) for name in inspector.get_view_names()}


def contents(connection: Connection) -> dict[str, str]:
    """A digest of the rows of every table of the default schema, whatever their order."""
    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        metadata.reflect(connection, resolve_fks=False)
        return {table.name: _digest(connection, table) for table in metadata.tables.values()}


def _small_tables(connection: Connection) -> dict[str, tuple[Any, list[dict[str, Any]]]]:
    """The rows of tables that hold few, by name."""
    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        metadata.reflect(connection, resolve_fks=False)
    found = {}
    for table in metadata.tables.values():
        rows = [dict(row) for row in connection.execute(select(table).limit(_FEW + 1)).mappings()]
        if len(rows) <= _FEW:
            found[table.name] = (table, rows)
    return found


def _digest(connection: Connection, table: Any) -> str:
    rows = connection.execute(select(table))
    digests = sorted(blake2b(repr(tuple(row)).encode(), digest_size=16).digest() for row in rows)
    return blake2b(b"".join(digests)).hexdigest()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()
