"""What SQLite keeps in text or by value: moments that CHECKs describe, and `typeof`; and PostgreSQL's paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, text

import pytest_misata as misata
from pytest_misata.engine.meanings.written import written_as
from pytest_misata.schema.config import Check, Column, TableConfig
from pytest_misata.schema.sql.evaluation import condition
from pytest_misata.schema.sql.patterns import from_lquery
from pytest_misata.schema.types import TEXT
from tests.servers import fresh_database, postgresql_server

ROWS = 300


def loaded(path: Path, columns: str, *checks: str) -> list[Mapping[str, Any]]:
    """Rows that SQLite took, of a table that is introspected, and of one that models tell."""
    engine = create_engine(f"sqlite:///{path / 'texts.db'}")
    with engine.begin() as connection:
        named = "".join(f", CONSTRAINT c{number} CHECK ({check})" for number, check in enumerate(checks))
        connection.execute(text(f"CREATE TABLE t (id integer primary key, {columns}{named})"))
    metadata = MetaData()
    metadata.reflect(engine)
    try:
        for schema in (misata.schema_from_models(metadata), misata.schema_from_db(engine)):
            tables = misata.generate_from_schema(schema, rows=ROWS)
            report = misata.seed_database(tables, engine, truncate=True)
            assert report.table_rows["t"] == ROWS
        assert report.not_understood == ()
        return list(tables["t"].rows())
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("checks", "form"),
    [
        (["x GLOB '[0-9][0-9][0-9][0-9]-*'", "date(x) IS NOT NULL"], "%Y-%m-%d"),
        (["x = date(x)"], "%Y-%m-%d"),
        (["x IS date(x)"], "%Y-%m-%d"),
        (["x LIKE '____-__-__'", "date(x) = x"], "%Y-%m-%d"),
        (["x GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"], "%Y-%m-%d"),
        (["julianday(x) IS NOT NULL"], "%Y-%m-%d"),
        (["datetime(x) = x"], "%Y-%m-%d %H:%M:%S"),
        (["x GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'"], "%Y-%m"),
        (["x GLOB '[0-2][0-9]:[0-5][0-9]'", "time(x) IS NOT NULL"], "%H:%M"),
    ],
)
def test_texts_are_the_moments_that_checks_describe(checks: list[str], form: str, tmp_path: Path) -> None:
    rows = (
        loaded(tmp_path, "x text not null", *checks) if "datetime" not in checks[0] else _introspected(tmp_path, checks)
    )
    moments = [dt.datetime.strptime(row["x"], form) for row in rows]
    assert len(set(moments)) > 20
    assert "Y" not in form or {moment.year for moment in moments} == {2023, 2024, 2025}


def _introspected(path: Path, checks: list[str]) -> list[Mapping[str, Any]]:
    """`datetime()` is a function of SQLite alone: models do not say that they are meant for it."""
    engine = create_engine(f"sqlite:///{path / 'alone.db'}")
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE t (id integer primary key, x text not null, CHECK ({checks[0]}))"))
    tables = misata.generate_from_schema(misata.schema_from_db(engine), rows=ROWS)
    misata.seed_database(tables, engine)
    engine.dispose()
    return list(tables["t"].rows())


def test_days_in_text_are_in_the_order_of_a_life(tmp_path: Path) -> None:
    checks = ("date(starts_on) IS NOT NULL", "date(ends_on) IS NOT NULL", "date(ends_on) >= date(starts_on)")
    rows = loaded(tmp_path, "starts_on text not null, ends_on text not null", *checks)
    assert all(row["starts_on"] <= row["ends_on"] for row in rows)


@pytest.mark.parametrize(
    "check", ["length(x) = 10", "x LIKE '____-__-__'", "x GLOB '[A-Z]*'", "x <> ''", "x IN ('2024-01-01', 'never')"]
)
def test_other_texts_are_taken_for_no_moments(check: str) -> None:
    columns = {"x": Column("x", TEXT)}
    assert written_as(TableConfig("t", columns, checks=[Check(check)]), columns["x"]) is None


@pytest.mark.parametrize(
    ("columns", "checks"),
    [
        (
            "x integer not null, y text",
            ["typeof(x) <> 'text'", "y IS NULL OR typeof(y) = 'text'", "'integer' = typeof(x)"],
        ),
        ("x numeric(10, 2) not null", ["typeof(x) = 'real'"]),
        ("x numeric(10, 2) not null", ["typeof(x) = 'integer'", "x > 0"]),
        ("x numeric(10, 2) not null", ["typeof(x) IN ('real', 'integer') AND x > 0"]),
        ("x integer, y integer", ["typeof(x) IN ('integer', 'null')", "typeof(y) = 'integer'"]),
        ("x text, y real", ["typeof(x) NOT IN ('integer', 'real')", "typeof(y) <> 'null'"]),
    ],
)
def test_values_are_kept_as_typeof_asks(columns: str, checks: list[str], tmp_path: Path) -> None:
    assert len(loaded(tmp_path, columns, *checks)) == ROWS


def test_columns_of_no_type_hold_what_typeof_says(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'untyped.db'}")
    ways = {"whole": "integer", "part": "real", "word": "text", "raw": "blob"}
    columns = ", ".join(f"{name} CHECK (typeof({name}) = '{way}')" for name, way in ways.items())
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE t (id integer primary key, {columns}, any_value)"))
    schema = misata.schema_from_db(engine)
    report = misata.seed_database(misata.generate_from_schema(schema, rows=ROWS), engine)
    engine.dispose()
    assert report.table_rows["t"] == ROWS
    kinds = [schema.table("t").column(name).type.kind for name in (*ways, "any_value")]
    assert kinds == ["integer", "float", "text", "binary", "text"]


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("a.*", "a.b.c", True),
        ("a.*", "b.a", False),
        ("*.b.*{1,2}", "a.b", False),
        ("*.b.*{1,2}", "a.b.c", True),
        ("*.b.*{1,2}", "a.b.c.d.e", False),
        ("top.!secret.*", "top.secret.x", False),
        ("top.!secret.*", "top.open.x", True),
        ("a|b@.c*", "B.cat", True),
        ("*{2}", "a.b", True),
        ("*{,1}", "a.b", False),
    ],
)
def test_paths_are_held_against_patterns_of_labels(pattern: str, path: str, matches: bool) -> None:
    found = condition(f"path ~ '{pattern}'::lquery", ("path",), "postgresql")
    assert found is not None
    assert found.passes({"path": path}) is matches
    assert from_lquery(pattern).startswith("^")


def test_postgresql_takes_the_paths() -> None:
    checks = [
        "path ~ 'a.*'::lquery",
        "path <@ 'top.science'::ltree",
        "path ~ '*.b.*{1,2}'::lquery AND nlevel(path) < 6",
    ]
    with fresh_database(postgresql_server()) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION ltree"))
            for number, check in enumerate(checks):
                columns = "id serial primary key, path ltree not null"
                connection.exec_driver_sql(f"CREATE TABLE t{number} ({columns}, CHECK ({check}))")
        schema = misata.schema_from_db(engine)
        report = misata.seed_database(misata.generate_from_schema(schema, rows=ROWS), engine)
        engine.dispose()
    assert report.not_understood == ()
    assert set(report.table_rows.values()) == {ROWS}
