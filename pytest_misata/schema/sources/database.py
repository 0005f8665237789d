"""A schema from a live database, by introspection."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, ForeignKeyConstraint, Inspector, MetaData, Table, event, inspect
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from pytest_misata.errors import SchemaError
from pytest_misata.load.engines import Database, display, open_connection, sqlite_file, url_of
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.sources.catalogs import Catalog, catalog_for
from pytest_misata.schema.sources.catalogs.default import tell_identifiers
from pytest_misata.schema.sources.kept import keep_filled_tables
from pytest_misata.schema.sources.metadata import read_metadata
from pytest_misata.schema.sources.sqltypes import dialect_named
from pytest_misata.schema.sql.sqltext import reflected_name


def schema_from_db(
    database: Database, *, schemas: Sequence[str | None] | None = None, keep_filled: bool = False
) -> SchemaConfig:
    """A schema from a live database. Only looks.

    Views, partitions, tables of extensions and the table in which Alembic keeps its version are left alone.

    Args:
        database: a URL string, `URL`, `Engine` or `Connection`.
        schemas: names of the schemas to read (databases of the server, on MariaDB and MySQL), None among them for the
            default one; it alone is read where none are named. Tables of other schemas that these refer to come along.
        keep_filled: tables that hold rows, up to 100,000, keep them: other tables refer to these rows, and nothing is
            written to them. For rows that migrations bring.

    Returns:
        The schema; `source` is a `MetaData` with the reflected tables. Tables of the default schema go by their name
        alone, others by schema and name.

    Raises:
        SchemaError: there is no such schema, or it has no tables; a table to be kept holds too many rows.
        LoadError: the database cannot be reached.
    """
    _check_file(database)
    with open_connection(database) as connection, _left_as_it_was(connection):
        metadata, missed = _reflect(connection, _wanted(connection, schemas))
        tables = sorted(metadata.tables.values(), key=lambda table: table.key)
        if not tables:
            raise SchemaError(
                f"no tables in {display(connection.engine.url)}"
                + (f": {', '.join(map(str, schemas))}" if schemas else "")
            )
        schema = read_metadata(metadata, tables, dialect_named(connection.dialect.name))
        schema.not_understood += missed
        if keep_filled:
            keep_filled_tables(schema, connection)
    return schema


def _check_file(database: Database) -> None:
    """Raises SchemaError for a file that is not there: SQLite makes one of every name that is looked at."""
    if not isinstance(database, str | URL):
        return
    url = url_of(database)
    file = sqlite_file(url)
    if file is not None and file.parent.is_dir() and not file.exists():
        raise SchemaError(f"no tables in {display(url)}: there is no such file")


@contextmanager
def _left_as_it_was(connection: Connection) -> Iterator[None]:
    outer = connection.in_transaction()
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise SchemaError(f"cannot read {display(connection.engine.url)}: {reason}") from error
    finally:
        if not outer:
            connection.rollback()


def _wanted(connection: Connection, schemas: Sequence[str | None] | None) -> list[str | None]:
    """The schemas, None for the default one. Raises SchemaError for one that is not there."""
    if schemas is None:
        return [None]
    if isinstance(schemas, str):
        raise SchemaError(f"schemas is a list of names: [{schemas!r}]")
    known = inspect(connection).get_schema_names()
    for name in schemas:
        if name is not None and name not in known:
            raise SchemaError(f"no schema {name!r}: there are {', '.join(sorted(known))}")
    default = connection.dialect.default_schema_name
    return list(dict.fromkeys(None if name == default else name for name in schemas))


def _reflect(connection: Connection, schemas: Sequence[str | None]) -> tuple[MetaData, list[str]]:
    metadata, catalog = MetaData(), catalog_for(connection.dialect.name)
    event.listen(metadata, "column_reflect", _name_column)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for schema in schemas:
            _reflect_schema(connection, metadata, schema, catalog)
    _name_once(metadata, connection.dialect.default_schema_name)
    _leave_out(metadata, catalog.repeated_keys(connection))
    for table in [table for table in metadata.tables.values() if _is_alembic(table)]:
        metadata.remove(table)
    missed = catalog.complete(connection, {(table.schema, table.name): table for table in metadata.tables.values()})
    tell_identifiers(metadata.tables.values())
    return metadata, [*_messages(caught), *missed]


def _name_column(inspector: Inspector, _table: Table, column: dict[str, Any]) -> None:
    column["name"] = reflected_name(column["name"], inspector.dialect.name)


def _reflect_schema(connection: Connection, metadata: MetaData, schema: str | None, catalog: Catalog) -> None:
    skipped = catalog.left_alone(connection, schema)
    names = [name for name in inspect(connection).get_table_names(schema=schema) if name not in skipped]
    if names:
        metadata.reflect(connection, schema=schema, only=names)


def _leave_out(metadata: MetaData, repeated: Set[tuple[str | None, str, str]]) -> None:
    """Take foreign keys out of the tables, and with them the tables that only such keys brought along."""
    keys = [key for table in metadata.tables.values() for key in table.foreign_key_constraints]
    out = [key for key in keys if (key.table.schema, key.table.name, key.name) in repeated]
    for key in out:
        _take_out(key)
    left = {key.referred_table for key in keys if key not in out}
    for table in {key.referred_table for key in out} - left:
        metadata.remove(table)


def _take_out(key: ForeignKeyConstraint) -> None:
    key.table.constraints.discard(key)
    for element in key.elements:
        element.parent.foreign_keys.discard(element)
        key.table.foreign_keys.discard(element)


def _name_once(metadata: MetaData, default: str | None) -> None:
    """Keep one of two tables that are the same: keys of other schemas name that of the default one, too."""
    twice = [table for table in metadata.tables.values() if table.schema == default and table.name in metadata.tables]
    for key in [key for table in metadata.tables.values() for key in table.foreign_key_constraints]:
        if key.referred_table in twice and key.table not in twice:
            target = metadata.tables[key.referred_table.name]
            _take_out(key)
            parts = [element.column.name for element in key.elements]
            options: dict[str, Any] = {name: getattr(key, name) for name in _OPTIONS}
            columns = [element.parent.name for element in key.elements]
            key.table.append_constraint(ForeignKeyConstraint(columns, [target.c[name] for name in parts], **options))
    for table in twice:
        metadata.remove(table)


_OPTIONS = ("name", "ondelete", "onupdate", "deferrable", "initially", "match")


def _is_alembic(table: Table) -> bool:
    return [column.name for column in table.columns] == ["version_num"]


_SEEN_TO = (
    "Did not recognize type",
    "Could not instantiate type",
    "Skipped unsupported reflection of expression-based index",
    "WARNING: SQL-parsed foreign key constraint",
)
"""What SQLAlchemy warns of and a catalogue completes, or what only concerns the names of keys."""


def _messages(caught: list[Any]) -> list[str]:
    texts = [str(warning.message) for warning in caught if issubclass(warning.category, SAWarning)]
    return [text for text in texts if not text.startswith(_SEEN_TO)]
