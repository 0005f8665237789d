"""Each road a database can be filled by gives the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, text

from pytest_misata.errors import LoadError
from pytest_misata.load import dialects
from pytest_misata.load.dialects import default
from pytest_misata.load.plain import plain_tables
from pytest_misata.load.seed import seed_database
from tests.load import shop
from tests.load.test_round_trip import TEXTS, VALUES


@contextmanager
def engine_of(url: str, **options: object) -> Iterator[Engine]:
    engine = create_engine(url, **options)
    try:
        yield engine
    finally:
        engine.dispose()


def check(engine: Engine) -> None:
    tables = shop.tables(30)
    seed_database(tables, engine, create=True, batch_size=11)
    for name, table in tables.items():
        assert shop.stored(engine, tables.schema, name) == list(table.rows())
    seed_database({"words": {"id": list(range(len(TEXTS))), "word": TEXTS}}, engine, create=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT word FROM words ORDER BY id")).scalars().all() == TEXTS


def test_copy_by_psycopg2(postgresql_url: str) -> None:
    with engine_of(postgresql_url.replace("+psycopg", "+psycopg2")) as engine:
        check(engine)


def test_a_driver_that_cannot_copy(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_misata.load.dialects.postgresql._COPY", {})
    with engine_of(postgresql_url) as engine:
        check(engine)


def test_mariadb_without_local_files_at_the_client(mysql_url: str) -> None:
    with engine_of(mysql_url, connect_args={"local_infile": False}) as engine:
        check(engine)


def test_mariadb_with_local_files(mysql_url: str) -> None:
    with engine_of(mysql_url, connect_args={"local_infile": True}) as engine:
        check(engine)


def test_mariadb_without_backslash_escapes(mysql_url: str) -> None:
    mode = {"init_command": "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'"}
    with engine_of(mysql_url, connect_args={"local_infile": False, **mode}) as engine:
        check(engine)


def test_statements_stay_below_what_mariadb_takes(mysql_url: str) -> None:
    from pytest_misata.load.dialects import mysql

    with engine_of(mysql_url) as engine, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mysql, "_LARGEST_STATEMENT", 500)
        check(engine)


@pytest.mark.parametrize("local", [True, False])
def test_mariadb_never_leaves_rows_out(mysql_url: str, local: bool) -> None:
    with engine_of(mysql_url, connect_args={"local_infile": local}) as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(3), small TINYINT)"))
        for wrong in ({"id": [1, 1]}, {"id": [1], "word": ["long"]}, {"id": [1], "small": [1000]}):
            with pytest.raises(LoadError, match=r"^t: .*nothing was written"):
                seed_database({"t": wrong}, engine)
        assert shop.counts(engine) == {"t": 0}


@pytest.mark.parametrize("kind", VALUES)
def test_any_other_database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.delitem(default.registered, "sqlite")
    assert type(dialects.dialect_for("sqlite")) is default.Dialect
    values = VALUES[kind]
    data = {"things": {"id": list(range(1, len(values) + 1)), "value": values}}
    with engine_of(sqlite_url) as engine:
        seed_database(data, engine, create=True)
        seed_database(data, engine, truncate=True, batch_size=2)
        found = [row["value"] for row in shop.stored(engine, plain_tables(data).schema, "things")]
    assert found == [str(value) if kind == "uuid" and value is not None else value for value in values]
