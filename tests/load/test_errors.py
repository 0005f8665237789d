"""What the database refuses is told in one line: table, row, reason."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from pytest_misata.errors import LoadError, MissingDependencyError
from pytest_misata.load import engines
from pytest_misata.load.seed import seed_database


def refusal(engine: Engine, data: Any, **options: Any) -> str:
    with pytest.raises(LoadError) as caught:
        seed_database(data, engine, **options)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 400
    assert said.endswith("nothing was written")
    return said


@pytest.fixture
def users(database_engine: Engine) -> Engine:
    statement = (
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE, age INTEGER, CHECK (age > 0))"
    )
    with database_engine.begin() as connection:
        connection.execute(text(statement))
    return database_engine


def rows(**changes: Any) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        "id": list(range(1, 41)),
        "email": [f"u{n}@x.org" for n in range(40)],
        "age": [30] * 40,
    }
    for column, value in changes.items():
        columns[column][34] = value
    return {"users": columns}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email": "u0@x.org"}, "(?i)unique|duplicate"),
        ({"age": -1}, "(?i)check|constraint"),
        ({"email": None}, "(?i)null"),
    ],
)
def test_what_and_where(users: Engine, changes: dict[str, Any], reason: str) -> None:
    said = refusal(users, rows(**changes), batch_size=10)
    assert said.startswith("users")
    assert re.search(reason, said, re.IGNORECASE)
    with users.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM users")).scalar() == 0


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_row_is_counted_over_all_batches(request: pytest.FixtureRequest, backend: str) -> None:
    engine = create_engine(request.getfixturevalue(f"{backend}_url"))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(20), age INTEGER CHECK (age > 0))")
        )
    assert refusal(engine, rows(age=-1), batch_size=10).startswith("users, row 35: ")
    engine.dispose()


def test_a_key_added_after_the_rows_names_the_value(postgresql_url: str) -> None:
    from tests.load import shop

    tables = shop.tables(5)
    tables.schema.table("customers").uniques.append(("active",))
    engine = create_engine(postgresql_url)
    assert "uq_customers_active" in refusal(engine, tables, create=True)
    engine.dispose()


def test_parameters_are_not_in_the_chain_of_errors(users: Engine) -> None:
    with pytest.raises(LoadError) as caught:
        seed_database(rows(age=-1), users)
    assert "INSERT" not in str(caught.value.__cause__)


def test_text_that_utf8_cannot_hold(users: Engine) -> None:
    assert "users: UTF-8 has no form" in refusal(users, rows(email="\ud800"))


def test_a_nul_character_is_named_with_its_column(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    assert "users: column email: a text with a NUL" in refusal(engine, rows(email="a\0b"), create=True)
    engine.dispose()


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r"psycopg or psycopg2.*pytest-misata\[postgresql\]"):
        seed_database({}, "postgresql://localhost/test")
    with pytest.raises(MissingDependencyError, match=r"pymysql.*pytest-misata\[mysql\]"):
        seed_database({}, "mysql://localhost/test")


def test_a_stated_driver_that_is_not_installed() -> None:
    with pytest.raises(MissingDependencyError, match="pg8000"):
        seed_database({}, "postgresql+pg8000://localhost/test")


def test_an_installed_driver_is_chosen(monkeypatch: pytest.MonkeyPatch, postgresql_url: str) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "psycopg" else object())
    plain = postgresql_url.replace("+psycopg", "")
    with engines.open_engine(plain) as engine:
        assert engine.dialect.driver == "psycopg2"
        assert seed_database(rows(), engine, create=True).total_rows == 40
        assert "duplicate key" in refusal(engine, {"users": {"id": [41, 41]}}, append=True)
