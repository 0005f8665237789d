"""CHECKs that no solver knows but anybody can evaluate: rows are changed until they are taken, and databases agree."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

import pytest_misata as misata
from pytest_misata.errors import LoadError
from pytest_misata.schema.config import Check, Column, SchemaConfig, TableConfig
from pytest_misata.schema.sql.evaluation import condition
from pytest_misata.schema.types import ColumnType
from tests.servers import fresh_database, mysql_server, postgresql_server

ROWS = 80

EVERYWHERE = [
    ("x integer not null", "(x & 3) <> 0"),
    ("x integer not null", "(x & (x - 1)) = 0"),
    ("x varchar(20) not null", "replace(replace(x, 'a', ''), 'b', '') = ''"),
    ("x varchar(20) not null", "substr(x, 3, 1) = '-'"),
    ("x varchar(20) not null, y varchar(20) not null", "length(x) > length(y)"),
    ("x varchar(20) not null, y integer not null", "length(x) = y"),
    ("a integer not null, b integer not null", "a % 2 = b % 2"),
    ("a integer not null, b integer not null", "a * b = 24"),
    ("a integer not null, b integer not null, c integer not null, d integer not null", "(a, b) <= (c, d)"),
    ("x varchar(3) not null", "x BETWEEN 'A' AND 'Z'"),
]
ONLY: dict[str, list[tuple[str, str]]] = {
    "sqlite": [
        ("x text not null", "cast(x AS integer) > 0"),
        ("x datetime not null, y datetime not null", "julianday(y) - julianday(x) < 2 AND y > x"),
        ("x text not null", "x IS strftime('%Y-%m-%d', x)"),
        ("x text not null", "datetime(x) IS NOT NULL"),
        ("x text not null", "json_extract(x, '$.kind') IS NOT NULL"),
        ("x integer not null, y text not null", "y = printf('%04d', x)"),
        ("x date not null, y date not null", "date(x, '+16 years') <= y"),
        ("x text not null", "x COLLATE NOCASE = 'abc'"),
        ("x text not null", "time(x) = x"),
        ("x datetime not null", "time(x) BETWEEN '09:00:00' AND '17:00:00' AND strftime('%w', x) NOT IN ('0', '6')"),
        ("x datetime not null", "strftime('%H:%M', x) > '21:30'"),
        ("x json not null", "json_type(x, '$.size') = 'integer' AND json_array_length(x, '$.tags') > 0"),
        (
            "x date not null, y integer not null",
            "y = cast((julianday('2026-01-01') - julianday(x)) / 365.25 AS int)",
        ),
    ],
    "postgresql": [
        ("x date not null, y integer not null", "y = extract(year FROM x) AND x >= '2020-01-01'"),
        ("x date not null, y date not null", "age(y, x) >= interval '16 years'"),
        ("x jsonb not null", "jsonb_typeof(x -> 'tags') = 'array' AND jsonb_array_length(x -> 'tags') > 0"),
        ("x jsonb not null", "x ?| ARRAY['a', 'b'] AND x #>> '{c,d}' = 'e' AND (x ->> 'size')::int > 3"),
        ("x jsonb not null", "jsonb_path_exists(x, '$.a.b') AND NOT x ? 'secret'"),
        ("x jsonb not null", "x @> '{\"v\": 1}' AND (x -> 'of' ->> 'kind') IN ('a', 'b')"),
        ("x point not null", "x[0] BETWEEN -90 AND 90 AND x[1] BETWEEN -180 AND 180"),
        ("x numeric not null", "scale(x) <= 2 AND x > 1"),
        ("x integer not null, y text not null", "y = lpad(x::text, 6, '0')"),
        ("x text not null, y text not null, z text not null", "z = concat_ws(', ', x, y)"),
        ("x text[] not null", "x && ARRAY['new', 'old'] AND x[1] <> 'old'"),
        ("x text not null", "x::integer > 0"),
        ("x integer, y integer", "ROW(x, y) IS NULL OR ROW(x, y) IS NOT NULL"),
        ("x date not null, y date not null", "(x, y) OVERLAPS (date '2024-01-01', date '2026-01-01')"),
        ("x tstzrange not null", "upper(x) - lower(x) >= interval '1 hour'"),
        ("x text[] not null", "x @> ARRAY['new']"),
        ("x text[] not null", "'new' = ANY (x)"),
        ("x jsonb not null", "(x ->> 'kind') IN ('a', 'b') AND x ? 'kind'"),
        ("x text not null", "split_part(x, '-', 1) = 'AB'"),
        ("x text not null, y text not null", "y = md5(x)"),
        ("x text not null", "x NOT LIKE ALL (ARRAY['%a%', '%b%'])"),
        ("x time not null", "x BETWEEN '08:00' AND '18:00' AND extract(minute FROM x) IN (0, 30)"),
        ("x inet not null", "family(x) = 6"),
        ("x numeric not null", "x <> 'NaN'"),
        ("x varchar(34) not null", "x ~ '^[A-Z]{2}[0-9]{2}' AND length(x) BETWEEN 15 AND 34"),
    ],
    "mysql": [
        ("x date not null, y integer not null", "y = year(x)"),
        ("x date not null, y date not null", "timestampdiff(YEAR, x, y) >= 16"),
        ("x date not null, y date not null", "to_days(y) - to_days(x) BETWEEN 1 AND 30"),
        ("x datetime not null, y date not null", "y = date(x)"),
        ("x date not null, y date not null", "date_add(x, interval 3 day) = y"),
        ("x json not null", "json_value(x, '$.kind') IN ('a', 'b') AND json_exists(x, '$.size')"),
        ("x json not null", "json_length(x, '$.tags') > 0 AND json_unquote(json_extract(x, '$.of')) <> 'z'"),
        ("x varchar(9) not null, y varchar(9) not null, z varchar(20) not null", "z = concat_ws('-', x, y)"),
        ("x varchar(10) not null", "field(x, 'a', 'b', 'c') > 0"),
        ("x datetime not null, y datetime not null", "timestampdiff(MINUTE, x, y) BETWEEN 15 AND 480"),
        ("x date not null", "x = last_day(x)"),
        ("x time not null", "minute(x) % 15 = 0"),
        ("x json not null", "json_extract(x, '$.kind') IS NOT NULL"),
        ("x varchar(40) not null", "is_ipv4(x)"),
        ("x decimal(10, 2) not null", "truncate(x, 0) = x"),
        ("x year not null, y year not null", "y >= x"),
    ],
}


def refused(engine: Engine, columns: str, check: str) -> str:
    """What stands against a table of these columns with this CHECK, filled by introspection."""
    key = {"sqlite": "id integer primary key", "postgresql": "id serial primary key"}
    own = key.get(engine.dialect.name, "id integer auto_increment primary key")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS t"))
        connection.exec_driver_sql(
            f"CREATE TABLE t ({own}, {columns}, CONSTRAINT odd CHECK ({check}))".replace(
                "%", "%" if engine.dialect.name == "sqlite" else "%%"
            )
        )
    schema = misata.schema_from_db(engine)
    try:
        misata.seed_database(misata.generate_from_schema(schema, rows=ROWS), engine)
    except LoadError as error:
        return f"{check}: {error}"
    told = next(line for line in schema.summary().splitlines() if line.startswith("  check odd"))
    return "" if told.endswith(("[met]", "[verified]")) else told


def all_refused(engine: Engine, name: str) -> list[str]:
    try:
        found = [refused(engine, *case) for case in (*EVERYWHERE, *ONLY[name])]
    finally:
        engine.dispose()
    return [line for line in found if line]


def test_sqlite_takes_the_rows(tmp_path: Any) -> None:
    assert all_refused(create_engine(f"sqlite:///{tmp_path / 'sought.db'}"), "sqlite") == []


@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_servers_take_the_rows(name: str) -> None:
    with fresh_database(postgresql_server() if name == "postgresql" else mysql_server()) as url:
        assert all_refused(create_engine(url), name) == []


@pytest.mark.parametrize(
    ("sql", "row", "passes"),
    [
        ("(a & 4) = 0", {"a": 5}, False),
        ("a / 3 = 4 AND a / 3.0 > 4 AND 1.0 * a / 3 > 4 AND (a + 0.0) / 3 > 4", {"a": 13}, True),
        ("cast(a AS numeric) / 3 > 4", {"a": 13}, True),
        ("(a & 4) = 0", {"a": None}, True),
        ("x LIKE 'a%' AND replace(x, 'a', 'b') = 'bb'", {"x": "aa"}, True),
        ("x::integer > 0", {"x": "no number"}, False),
        ("num_nonnulls(a, b) = 1", {"a": 1, "b": None}, True),
        ("ROW(a, b) IS NOT NULL", {"a": 1, "b": None}, False),
        ("a IN (1, NULL)", {"a": 2}, True),
        ("NOT (a = 1 OR b = 2)", {"a": 3, "b": 2}, False),
        ("isempty(r)", {"r": None}, True),
        ("array_position(x, NULL) IS NULL", {"x": [1, None]}, False),
        ("0 < ALL (x)", {"x": [1, 0]}, False),
        ("date_trunc('month', d) = d", {"d": dt.date(2025, 3, 1)}, True),
        ("CASE WHEN a > 1 THEN b ELSE 0 END = 0", {"a": 2, "b": 5}, False),
        ("a / 2 = 1", {"a": 3}, True),
        ("coalesce(a, b, 0) = 7", {"a": None, "b": 7}, True),
    ],
)
def test_a_condition_is_evaluated_as_postgresql_does(sql: str, row: dict[str, Any], passes: bool) -> None:
    found = condition(sql, tuple(row), "postgresql")
    assert found is not None
    assert found.passes(row) is passes


def test_what_no_function_is_known_for_is_not_evaluated() -> None:
    assert condition("frobnicate(a) > 1", ("a",), None) is None
    assert condition("other > 1", ("a",), None) is None


def test_values_depend_on_the_row_alone_and_pins_stay(tmp_path: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'same.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id integer primary key, x integer not null, CHECK ((x & 3) = 3))"))
    schema = misata.schema_from_db(engine)
    engine.dispose()
    few = [row["x"] for row in misata.generate_from_schema(schema, rows=20)["t"].rows()]
    many = [row["x"] for row in misata.generate_from_schema(schema, rows=200)["t"].rows(0, 20)]
    pinned = [row["x"] for row in misata.generate_from_schema(schema, rows=20, pin={"t": [{"x": 7}]})["t"].rows()]
    assert few == many
    assert pinned[0] == 7
    assert pinned[1:] == few[1:]


def test_pairs_of_keys_and_texts() -> None:
    kinds = {"id": ColumnType("integer"), "h": ColumnType("native", native="hstore")}
    columns = {name: Column(name, type_) for name, type_ in kinds.items()}
    checks = [Check("h ? 'plan'"), Check("h -> 'plan' IN ('a', 'b')", "of_two")]
    table = TableConfig("t", columns, ("id",), checks=checks)
    schema = SchemaConfig({"t": table}, dialect="postgresql")
    texts = [row["h"] for row in misata.generate_from_schema(schema, rows=ROWS)["t"].rows()]
    assert all('"plan"=>"a"' in text or '"plan"=>"b"' in text for text in texts)
    assert "check of_two: h -> 'plan' IN ('a', 'b') [verified]" in schema.summary()


def test_many_conditions_on_a_table_are_met_one_after_another() -> None:
    names = "abcdefgh"
    columns = {name: Column(name, ColumnType("integer")) for name in (*names, "z")}
    checks = [Check(f"({one} & 3) = 1 AND ({one} & {other}) > 0") for one, other in pairwise(names)]
    checks.append(Check("z = ((a & 60) | (h & 3))"))
    schema = SchemaConfig({"t": TableConfig("t", columns, checks=checks)})
    rows = list(misata.generate_from_schema(schema, rows=ROWS)["t"].rows())
    assert all(row[name] & 3 == 1 for row in rows for name in names[:-1])
    assert all(row["z"] == row["a"] & 60 | row["h"] & 3 for row in rows)
