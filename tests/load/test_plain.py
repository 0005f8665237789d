"""Rows made elsewhere: DataFrames, columns, dicts."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from pytest_misata.errors import ConfigurationError, LoadError
from pytest_misata.load.plain import plain_tables
from pytest_misata.load.seed import seed_database
from tests.load import shop

ROWS = [{"id": 1, "name": "Ann", "paid": 1.5}, {"id": 2, "name": None, "paid": 2.25}]
FORMS = {
    "rows": ROWS,
    "columns": {"id": [1, 2], "name": ["Ann", None], "paid": [1.5, 2.25]},
    "arrays": {"id": np.array([1, 2]), "name": np.array(["Ann", None], dtype=object), "paid": np.array([1.5, 2.25])},
    "frame": pd.DataFrame(ROWS),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(database_engine: Engine, form: str) -> None:
    report = seed_database({"people": FORMS[form]}, database_engine, create=True)
    assert (report.seed, report.table_rows) == (None, {"people": 2})
    assert shop.stored(database_engine, plain_tables({"people": ROWS}).schema, "people") == ROWS


def test_frames_keep_dates_and_missing_values(sqlite_url: str) -> None:
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "at": pd.to_datetime(["2024-01-01 12:30:00.5", None]),
            "parent_id": [1.0, None],
            "count": pd.array([5, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "label": pd.Categorical(["a", "b"]),
        }
    )
    seed_database({"t": frame}, sqlite_url, create=True)
    with shop.opened(sqlite_url) as engine:
        first, second = shop.stored(engine, plain_tables({"t": frame}).schema, "t")
    assert first == {
        "id": 1,
        "at": dt.datetime(2024, 1, 1, 12, 30, 0, 500_000),
        "parent_id": 1,
        "count": 5,
        "flag": True,
        "label": "a",
    }
    assert second == {"id": 2, "at": None, "parent_id": None, "count": None, "flag": None, "label": "b"}


def kinds(**columns: list[Any]) -> dict[str, str]:
    schema = plain_tables({"t": columns}).schema
    return {name: column.type.kind for name, column in schema.table("t").columns.items()}


def test_types_follow_the_values() -> None:
    found = kinds(
        a=[1, None],
        b=[1, 2.5],
        c=[Decimal(1), 2],
        d=[True, None],
        e=["x", None],
        f=[dt.date(2024, 1, 1), dt.datetime(2024, 1, 1)],
    )
    assert found == {"a": "integer", "b": "float", "c": "numeric", "d": "boolean", "e": "text", "f": "datetime"}


def test_members_of_an_enum_are_their_values() -> None:
    colour = enum.Enum("colour", {"RED": "red"})
    assert plain_tables({"t": {"c": [colour.RED]}})["t"]["c"].tolist() == ["red"]


def test_types_of_an_existing_table_win(database_engine: Engine) -> None:
    with database_engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE t (id INTEGER PRIMARY KEY, born DATE, price NUMERIC(10, 2), code VARCHAR(9))")
        )
    data = {"t": {"id": ["1", "2"], "born": ["2024-02-29", None], "price": [1, "2.5"], "code": [7, 8]}}
    seed_database(data, database_engine)
    with database_engine.connect() as connection:
        rows = connection.execute(text("SELECT id, born, price, code FROM t ORDER BY id")).all()
    assert [(row[0], str(row[1]), float(row[2]), row[3]) for row in rows] == [
        (1, "2024-02-29", 1.0, "7"),
        (2, "None", 2.5, "8"),
    ]


def test_parents_are_filled_first(postgresql_url: str) -> None:
    with shop.opened(postgresql_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE b (id INTEGER PRIMARY KEY)"))
            connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b)"))
        report = seed_database({"a": {"id": [1], "b_id": [1]}, "b": {"id": [1]}}, engine)
    assert list(report.table_rows) == ["b", "a"]


def test_a_repeated_or_missing_id_is_no_key() -> None:
    schema = plain_tables({"t": {"id": [1, 1]}, "u": {"id": [1, None]}, "v": {"id": [1, 2]}}).schema
    assert [schema.table(name).primary_key for name in "tuv"] == [(), (), ("id",)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"a": [1], "b": [1, 2]}, "t: its columns are not of one length"),
        ({"a": [1, "x"]}, r"t\.a: values of different kinds"),
        ({"a": [object()]}, r"t\.a: values of type object"),
        ({"a": [2**63]}, r"t\.a: a value does not fit"),
        (7, "t: rows come as a DataFrame"),
        ({"id": 7}, r"t\.id: a column's values come as a list, not as int"),
        ({"id": "abc"}, r"t\.id: a column's values come as a list, not as str"),
    ],
)
def test_what_cannot_be_stored_is_named(content: object, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        plain_tables({"t": content})


@pytest.mark.parametrize("name", [5, None, "", ("a", "b")])
def test_a_table_is_named_by_text(sqlite_url: str, name: object) -> None:
    with pytest.raises(ConfigurationError, match="names of tables, which are text"):
        seed_database({name: []}, sqlite_url, create=True)


@pytest.mark.parametrize("empty", [[], {}, [{}], pd.DataFrame()], ids=["rows", "columns", "an empty row", "frame"])
def test_a_table_to_be_made_needs_columns(database_engine: Engine, empty: object) -> None:
    with pytest.raises(ConfigurationError, match="e: nothing says which columns it has"):
        seed_database({"e": empty}, database_engine, create=True)
    assert shop.table_names(database_engine) == set()


def test_columns_without_rows_are_enough(database_engine: Engine) -> None:
    report = seed_database({"e": {"id": [], "word": []}}, database_engine, create=True)
    assert (report.table_rows, report.created) == ({"e": 0}, ("e",))


@pytest.mark.parametrize("options", [{}, {"create": True}, {"append": True}, {"truncate": True}], ids=str)
def test_no_rows_for_a_table_that_is_there(database_engine: Engine, options: dict[str, bool]) -> None:
    with database_engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE e (id INTEGER PRIMARY KEY, word VARCHAR(9) NOT NULL, price NUMERIC(9, 2))")
        )
    assert seed_database({"e": []}, database_engine, **options).table_rows == {"e": 0}
    assert shop.counts(database_engine) == {"e": 0}


def test_a_row_of_nothing_is_not_passed_over(database_engine: Engine) -> None:
    with database_engine.begin() as connection:
        connection.execute(text("CREATE TABLE e (id INTEGER PRIMARY KEY)"))
    with pytest.raises(ConfigurationError, match="e: nothing says which columns it has"):
        seed_database({"e": [{}]}, database_engine)


def test_an_id_that_cannot_be_compared_is_no_key() -> None:
    assert plain_tables({"t": {"id": [[1], [2]]}}).schema.table("t").primary_key == ()


def test_columns_of_rows_may_be_named_by_numbers() -> None:
    assert plain_tables({"t": [{5: "x"}, {5: "y"}]})["t"]["5"].tolist() == ["x", "y"]


@pytest.mark.parametrize("size", ["5", 2.5, True, 0, -1])
def test_a_batch_size_is_a_whole_number(sqlite_url: str, size: Any) -> None:
    with pytest.raises(ConfigurationError, match="batch_size is a whole number of rows"):
        seed_database({"t": {"id": [1]}}, sqlite_url, create=True, batch_size=size)


def test_data_of_another_form(sqlite_url: str) -> None:
    with pytest.raises(ConfigurationError, match="data is Tables"):
        seed_database([1, 2], sqlite_url)


def test_equal_rows_have_equal_fingerprints(tmp_path: Any) -> None:
    found = {
        form: seed_database({"people": FORMS[form]}, f"sqlite:///{tmp_path / form}.db", create=True).fingerprint
        for form in FORMS
    }
    assert len(set(found.values())) == 1
