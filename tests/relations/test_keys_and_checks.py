"""Tables larger than any search whose CHECKs and keys are about the same columns: their rows are made directly."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, create_engine, text

import pytest_misata as misata
from tests.servers import fresh_database, postgresql_server

ROWS = 5000
TEAMS = "CREATE TABLE teams (id {key}, name varchar(40) not null)"
HOME_AWAY = "home_id integer not null references teams, away_id integer not null references teams"

CASES = {
    "one of two": (
        f"{HOME_AWAY}, winner_id integer references teams",
        ["home_id <> away_id", "winner_id IN (home_id, away_id)"],
    ),
    "always one of two": (
        f"{HOME_AWAY}, winner_id integer not null references teams",
        ["winner_id IN (home_id, away_id)"],
    ),
    "by or": (f"{HOME_AWAY}, winner_id integer references teams", ["winner_id = home_id OR winner_id = away_id"]),
    "the winner and the other": (
        f"{HOME_AWAY}, winner_id integer references teams, loser_id integer references teams",
        [
            "home_id <> away_id",
            "winner_id IS NULL OR winner_id IN (home_id, away_id)",
            "loser_id IS NULL OR loser_id = home_id OR loser_id = away_id",
            "winner_id <> loser_id",
            "(winner_id IS NULL) = (loser_id IS NULL)",
        ],
    ),
    "one that may be absent": (
        "buyer_id integer not null references teams, company_id integer references teams, "
        "payer_id integer not null references teams",
        ["payer_id IN (buyer_id, company_id)"],
    ),
    "seats of a row": (
        "hall_id integer not null references teams, seat_row varchar(3) not null, number integer not null, "
        "UNIQUE (hall_id, seat_row, number)",
        ["number BETWEEN 1 AND 30"],
    ),
    "seats of a numbered row": (
        "hall_id integer not null references teams, seat_row smallint not null, number smallint not null, "
        "UNIQUE (hall_id, seat_row, number)",
        ["number <= 30", "seat_row >= 1"],
    ),
    "seats of a row with a short name": (
        "hall_id integer not null references teams, seat_row varchar(9) not null, number integer not null, "
        "UNIQUE (hall_id, seat_row, number)",
        ["number BETWEEN 1 AND 30", "length(seat_row) <= 2"],
    ),
    "slots of a later day": (
        "day date not null, slot integer not null, UNIQUE (day, slot)",
        ["slot BETWEEN 1 AND 8", "day >= '2025-06-01'"],
    ),
    "slots of a day": ("day date not null, slot integer not null, UNIQUE (day, slot)", ["slot BETWEEN 1 AND 8"]),
    "a bounded product": (
        "w integer not null, h integer not null, UNIQUE (w, h)",
        ["w > 0 AND h > 0", "w * h <= 10000"],
    ),
    "places that differ": (
        "x integer not null, y integer not null, UNIQUE (x, y)",
        ["x BETWEEN 0 AND 99", "y BETWEEN 0 AND 99", "x <> y"],
    ),
}


def filled(engine: Engine, name: str) -> list[str]:
    """What stands against a table of one of the cases, by introspection and as models."""
    columns, checks = CASES[name]
    key = "serial primary key" if engine.dialect.name == "postgresql" else "integer primary key"
    named = "".join(f", CONSTRAINT c{number} CHECK ({check})" for number, check in enumerate(checks))
    with engine.begin() as connection:
        for table in ("t", "teams"):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(text(TEAMS.format(key=key)))
        connection.execute(text(f"CREATE TABLE t (id {key}, {columns}{named})"))
    metadata = MetaData()
    metadata.reflect(engine)
    found = []
    for schema in (misata.schema_from_db(engine), misata.schema_from_models(metadata)):
        tables = misata.generate_from_schema(schema, counts={"t": ROWS, "teams": 100})
        report = misata.seed_database(tables, engine, truncate=True)
        found += [f"{report.table_rows['t']} rows"] if report.table_rows["t"] != ROWS else []
    return found


@pytest.mark.parametrize("name", CASES)
def test_sqlite_takes_thousands_of_rows(name: str, tmp_path: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    found = filled(engine, name)
    engine.dispose()
    assert found == []


def test_postgresql_takes_thousands_of_rows() -> None:
    with fresh_database(postgresql_server()) as url:
        engine = create_engine(url)
        found = {name: filled(engine, name) for name in CASES}
        engine.dispose()
    assert found == {name: [] for name in CASES}


@pytest.fixture
def tables(tmp_path: Any) -> Any:
    """Rows of one of the cases, introspected from SQLite."""

    def make(name: str, rows: int) -> misata.Tables:
        engine = create_engine(f"sqlite:///{tmp_path / 'some.db'}")
        filled(engine, name)
        schema = misata.schema_from_db(engine)
        engine.dispose()
        return misata.generate_from_schema(schema, counts={"t": rows, "teams": 20})

    return make


def test_either_side_wins(tables: Any) -> None:
    rows = list(tables("always one of two", 400)["t"].rows())
    home = sum(row["winner_id"] == row["home_id"] for row in rows)
    assert 100 < home < 300


@pytest.mark.parametrize("name", ["seats of a row", "seats of a numbered row", "seats of a row with a short name"])
def test_rows_of_seats_fill_up_one_after_another(tables: Any, name: str) -> None:
    rows = list(tables(name, 2000)["t"].rows())
    halls: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        halls.setdefault(row["hall_id"], []).append((row["seat_row"], row["number"]))
    fullest = max(halls.values(), key=len)
    assert len(fullest) > 30
    assert sorted(number for _, number in fullest[:30]) == list(range(1, 31))
    assert len({label for label, _ in fullest[:30]}) == 1


def test_a_slice_is_the_same_alone(tables: Any) -> None:
    found = tables("the winner and the other", 3000)["t"]
    assert list(found.rows(1000, 1010)) == list(found.rows())[1000:1010]
