"""Filling a database: look, create, truncate, insert, all in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import URL, Connection, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.fingerprint import Fingerprint
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import ConfigurationError, LoadError
from pytest_misata.load import existing
from pytest_misata.load.bound import bind
from pytest_misata.load.ddl import metadata_of
from pytest_misata.load.deferred import deferred_columns, fill_in, hold_back, refers_ahead, stand_in
from pytest_misata.load.dialects import Target, dialect_for
from pytest_misata.load.engines import Database, display, open_connection, prepare_folder, url_of
from pytest_misata.load.pipeline import one_ahead
from pytest_misata.load.plain import plain_tables
from pytest_misata.load.report import SeedReport, left_out
from pytest_misata.load.targets import target_of
from pytest_misata.load.verification import not_understood_of, verify_batch
from pytest_misata.schema.config import SchemaConfig, TableConfig

BATCH_SIZE = 16_384
"""Rows made and sent at a time unless stated. Measured: smaller costs calls, larger gains nothing and takes memory."""

Progress = Callable[[str, int, int], None]
"""Called after each batch with the table's name, its rows written so far and its rows in all."""


def seed_database(
    data: Any,
    database: Database,
    *,
    create: bool = False,
    truncate: bool = False,
    append: bool = False,
    batch_size: int | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> SeedReport:
    """Write generated or ready-made rows into a database, in one transaction.

    After an error the database is as it was. A `Connection` that is in a transaction stays in it: nothing is committed,
    and an error undoes only what this call did. MariaDB and MySQL commit DDL by themselves: there, tables made by this
    call are dropped again after an error, and stay, empty, when the transaction is the caller's.

    Args:
        data: `Tables`, a `SchemaConfig` (generated with the defaults of `generate_from_schema`), or a mapping of table
            name to pandas DataFrame, mapping of columns or list of row dicts.
        database: a URL string, `URL`, `Engine` or `Connection`.
        create: make the tables that are missing, with keys, constraints and indexes.
        truncate: empty exactly these tables first and restart their numbering. The caller's decision: nothing asks.
        append: add to tables that hold rows.
        batch_size: rows made and sent at a time; bounds memory and changes no value.
        workers: 1. More are not supported yet.
        executor: None. Not supported yet.
        progress: called after each batch as `progress(table, rows_done, rows_total)`.

    Returns:
        What was done, with counts, times and the fingerprint of the data.

    Raises:
        ConfigurationError: options that do not go together, or a database nobody knows.
        MissingDependencyError: the database's driver is not installed.
        TableNotEmptyError: tables hold rows, and neither `truncate` nor `append` is set.
        LoadError: the database cannot be reached or refuses the data.
    """
    _check_options(truncate=truncate, append=append, batch_size=batch_size, workers=workers, executor=executor)
    url = url_of(database)
    if create:
        prepare_folder(url)
    with open_connection(database) as connection:
        seeding = _Seeding(data, connection, url=url, own=connection is not database, append=append)
        seeding.run(create=create, truncate=truncate, size=batch_size or BATCH_SIZE, progress=progress)
        return seeding.report()


def _check_options(
    *, truncate: bool, append: bool, batch_size: object, workers: int, executor: Executor | None
) -> None:
    if truncate and append:
        raise ConfigurationError("truncate=True empties the tables and append=True adds to them: choose one")
    if batch_size is not None and (not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1):
        raise ConfigurationError(f"batch_size is a whole number of rows, 1 or more, not {batch_size!r}")
    if workers != 1 or executor is not None:
        raise ConfigurationError("workers=1 without an executor is all that is supported so far")


class _Seeding:
    """One call of `seed_database`: what it loads, where to, and what it has done so far."""

    def __init__(self, data: Any, connection: Connection, *, url: URL, own: bool, append: bool) -> None:
        self._connection, self._own, self._place = connection, own, display(url)
        self._append = append
        self._outer = connection.in_transaction()
        self._dialect = dialect_for(connection.dialect.name)
        self._seconds: dict[str, float] = {}
        self._created: list[Table] = []
        self._emptied: list[Table] = []
        self._warnings: list[str] = []
        self._table_rows: dict[str, int] = {}
        self._fingerprint = Fingerprint()
        self._begin = time.perf_counter()
        with _reading(connection, outer=self._outer):
            self._tables, self._order = _prepared(data, connection)
        self._metadata = metadata_of(self._tables.schema)

    def run(self, *, create: bool, truncate: bool, size: int, progress: Progress | None) -> None:
        """Do it all, or nothing."""
        targets = [self._target(name) for name in self._order]
        try:
            with self._transaction(), self._dialect.settings(self._connection, own=self._own):
                self._prepare(targets, create=create, truncate=truncate)
                with self._deferral(targets):
                    for target in targets:
                        self._fill(target, size=size, progress=progress)
                for target in targets:
                    self._fill_in(target, size=size)
                self._finish(targets, restart=truncate)
        except BaseException:
            if self._created and not self._outer:
                self._dialect.undo(self._connection.engine, self._created)
            raise
        self._after_commit()

    def _target(self, name: str) -> Target:
        config = self._tables.schema.table(name)
        return target_of(self._connection, self._metadata, config, tuple(self._tables[name].columns))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        connection = self._connection
        if self._outer:
            self._dialect.start(connection)
            with connection.begin_nested():
                yield
            return
        if self._own:
            self._dialect.leave_autocommit(connection)
        transaction = connection.begin()
        try:
            self._dialect.start(connection)
            yield
            with self._refusals("the end of the transaction"):
                transaction.commit()
        finally:
            # After a commit there is nothing left to undo, and closing does nothing.
            transaction.close()

    def _prepare(self, targets: Sequence[Target], *, create: bool, truncate: bool) -> None:
        connection, tables = self._connection, [target.table for target in targets]
        found = existing.existing_tables(connection, tables)
        missing = [table for table in tables if table.key not in found]
        held = [target for target in targets if target.table.key in found]
        if missing and not create:
            raise LoadError(f"no table {missing[0].key} in {self._place}: create=True makes what is missing")
        existing.check_columns(connection, held)
        if self._append:
            self._check_apart(held)
        elif not truncate:
            existing.check_empty(connection, [target.table for target in held])
        if missing:
            self._create(missing)
        if truncate and held:
            self._truncate([target.table for target in held])

    def _check_apart(self, targets: Sequence[Target]) -> None:
        for target in targets:
            config = self._tables.schema.table(target.table.key)
            if len(config.primary_key) != 1 or config.columns[config.primary_key[0]].type.kind != "integer":
                continue
            numbers = self._tables[config.key][config.primary_key[0]]
            if len(numbers):
                bounds = {"lowest": int(numbers.min()), "highest": int(numbers.max())}
                existing.check_apart(self._connection, target.table, config.primary_key[0], **bounds)

    def _create(self, tables: Sequence[Table]) -> None:
        with self._phase("create"), self._refusals("create"), self._dialect.workspace(self._connection) as connection:
            self._created = list(tables)
            for schema in existing.missing_schemas(connection, tables):
                self._dialect.create_schema(connection, schema)
            if self._metadata is self._tables.schema.source:
                self._metadata.create_all(connection, tables=list(tables))
            else:
                self._dialect.create(connection, tables)

    def _truncate(self, tables: Sequence[Table]) -> None:
        with self._phase("truncate"), self._refusals("truncate"):
            outside = existing.outside_references(
                self._connection, tables, parts=self._dialect.parts(self._connection, tables)
            )
            self._dialect.truncate(self._connection, tables[::-1], outside)
            self._emptied = list(tables)

    @contextmanager
    def _deferral(self, targets: Sequence[Target]) -> Iterator[None]:
        """Foreign keys are checked at the end where a table comes before one that it refers to."""
        needed = refers_ahead(self._tables.schema, self._order)
        with self._refusals("foreign keys"):
            if needed:
                self._dialect.defer(self._connection)
        yield
        with self._refusals("foreign keys"):
            if needed:
                self._dialect.settle(self._connection, targets)

    def _fill(self, target: Target, *, size: int, progress: Progress | None) -> None:
        name, done, taken = target.table.key, 0, 0
        total = len(self._tables[name])
        with self._refusals(target.table.key):
            self._dialect.open_table(self._connection, target)
        for rows, rendered in self._batches(target, size):
            answer = self._write(target, rendered, done)
            # Some drivers do not count, and say -1.
            taken += rows if answer is None or answer < 0 else answer
            done += rows
            if progress is not None:
                progress(name, done, total)
        self._table_rows[name] = total if taken >= total else self._arrived(target, taken, total)

    def _arrived(self, target: Target, taken: int, sent: int) -> int:
        """How many rows came, where the database says that it took fewer than it was sent."""
        held = existing.rows_of(self._connection, target.table)
        # A trigger may have put them into tables that are parts of this one.
        arrived = taken if self._append else min(held, sent)
        if arrived < sent:
            self._warnings.append(left_out(target.table.key, arrived, sent))
        return arrived

    def _batches(self, target: Target, size: int) -> Iterator[tuple[int, Any]]:
        table = self._tables[target.table.key]
        made = self._rendered(target, table.batches(size))
        return one_ahead(made) if self._dialect.waits and len(table) > size else made

    def _rendered(self, target: Target, batches: Iterator[Any]) -> Iterator[tuple[int, Any]]:
        begin = time.perf_counter()
        for batch in batches:
            with self._refusals(target.table.key):
                if self._tables.seed is not None:
                    verify_batch(batch)
                cells = batch.cells()
                rendered = self._dialect.render(target, self._storable(batch.config, target, cells))
                self._fingerprint.update(batch.name, cells)
            self._add("generate", time.perf_counter() - begin)
            yield len(batch), rendered
            begin = time.perf_counter()

    def _storable(self, config: TableConfig, target: Target, cells: Mapping[str, Cells]) -> Mapping[str, Cells]:
        """The columns as they are inserted: keys that wait are NULL, and types of the user have had their say."""
        return bind(self._connection, config, target.table, hold_back(config, cells))

    def _fill_in(self, target: Target, *, size: int) -> None:
        """Write the foreign keys that had to wait for rows of later tables."""
        config = self._tables.schema.table(target.table.key)
        if not deferred_columns(config) or not len(self._tables[config.key]):
            return
        loaded = stand_in(config, target)
        with self._phase("load"), self._refusals(target.table.key):
            self._connection.execute(CreateTable(loaded.table))
            self._dialect.open_table(self._connection, loaded)
            for batch in self._tables[config.key].batches(size):
                cells = batch.cells()
                bound = bind(self._connection, config, target.table, {name: cells[name] for name in loaded.columns})
                rendered = self._dialect.render(loaded, bound)
                self._dialect.write(self._connection, loaded, rendered)
            fill_in(self._connection, config, target.table, loaded.table)

    def _write(self, target: Target, rendered: Any, start: int) -> int | None:
        with self._phase("load"), self._refusals(target.table.key, start=start):
            return self._dialect.write(self._connection, target, rendered)

    def _finish(self, targets: Sequence[Target], *, restart: bool) -> None:
        with self._phase("complete"), self._refusals("keys and indexes"):
            self._dialect.complete(self._connection)
            if self._tables.seed is None:
                self._dialect.check_references(self._connection, targets)
            self._dialect.align(self._connection, targets, restart=restart)

    def _after_commit(self) -> None:
        if self._emptied and self._outer:
            self._warnings += self._dialect.left_undone(self._emptied)
        elif self._emptied:
            self._dialect.committed(self._connection.engine, self._emptied)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self._add(name, time.perf_counter() - begin)

    def _add(self, phase: str, seconds: float) -> None:
        self._seconds[phase] = self._seconds.get(phase, 0.0) + seconds

    @contextmanager
    def _refusals(self, what: str, *, start: int | None = None) -> Iterator[None]:
        """Turn what the driver raises into a LoadError that says where."""
        driver: Any = self._connection.dialect.loaded_dbapi
        try:
            yield
        except LoadError as error:
            told = _UNDONE in str(error)
            place = "" if str(error).startswith(what) else f"{what}: "
            raise error if told else LoadError(f"{place}{error}; {_UNDONE}") from error.__cause__
        except UnicodeEncodeError as error:
            raise LoadError(f"{what}: UTF-8 has no form for a value's text ({error.reason}); {_UNDONE}") from error
        except (SQLAlchemyError, driver.Error) as error:
            cause = getattr(error, "orig", None) or error
            row = None if start is None else self._dialect.failed_row(cause)
            place = what if start is None or row is None else f"{what}, row {start + row + 1:,}"
            raise LoadError(f"{place}: {self._dialect.explain(cause)}; {_UNDONE}") from cause

    def report(self) -> SeedReport:
        """What was done."""
        tables, schema = self._tables, self._tables.schema
        return SeedReport(
            total_rows=sum(self._table_rows.values()),
            table_rows=self._table_rows,
            seed=tables.seed,
            engine_version=tables.engine_version,
            fingerprint=self._fingerprint.hexdigest(),
            seconds={**self._seconds, "total": time.perf_counter() - self._begin},
            created=tuple(table.key for table in self._created),
            truncated=tuple(table.key for table in self._emptied),
            dialect=self._connection.dialect.name,
            database=self._place,
            story=schema.story,
            reference_date=None if tables.seed is None else schema.reference_date.isoformat(),
            versions=_versions(),
            vocabularies=dict(tables.vocabularies),
            warnings=(*tables.notes, *self._warnings),
            not_understood=not_understood_of(tables),
            tables=None if tables.seed is None else tables,
        )


_UNDONE = "nothing was written"


@contextmanager
def _reading(connection: Connection, *, outer: bool) -> Iterator[None]:
    """Look at the catalogue, and leave no transaction behind where there was none."""
    try:
        yield
    finally:
        if not outer:
            connection.rollback()


def _prepared(data: Any, connection: Connection) -> tuple[Any, list[str]]:
    """The tables to be loaded, and their names, parents first."""
    if isinstance(data, SchemaConfig):
        data = Tables(data)
    if isinstance(getattr(data, "schema", None), SchemaConfig):
        return data, [name for name in data if not data.schema.tables[name].kept]
    if not isinstance(data, Mapping):
        raise ConfigurationError(
            f"data is Tables, a SchemaConfig or a mapping of table name to rows, not {type(data).__name__}"
        )
    tables = plain_tables(data, lambda name: existing.column_types(connection, name))
    return tables, existing.parents_first(connection, list(tables))


def _versions() -> dict[str, str]:
    """Versions of what the data and the loading depend on."""
    names = ("pytest-misata", "sqlalchemy", "numpy", "faker")
    return {name: found for name in names if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
