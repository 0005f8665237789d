"""CHECKs that say what columns are computed by: these are computed, one after another, and databases agree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, create_engine, text

import pytest_misata as misata
from pytest_misata.engine.checks.determining import determination
from pytest_misata.errors import LoadError
from pytest_misata.schema.sql.evaluation import Condition, condition
from tests.servers import fresh_database, mysql_server, postgresql_server

ROWS = 80
MONEY = "numeric(10, 2) not null"
INVOICE = f"net {MONEY}, rate numeric(4, 2) not null, vat {MONEY}, gross {MONEY}"

CASES: list[tuple[str, tuple[str, ...]]] = [
    (INVOICE, ("vat = round(net * rate, 2)", "gross = net + vat", "rate IN (0.05, 0.1, 0.2)")),
    (INVOICE, ("vat = round(net * rate, 2)", "gross = net + vat")),
    (INVOICE, ("gross - vat = net", "vat = round(net * rate, 2)", "rate IN (0.05, 0.1, 0.2)")),
    (INVOICE, ("vat = round(net * rate, 2) AND gross = net + vat AND rate IN (0.05, 0.1, 0.2) AND net >= 10",)),
    (INVOICE, ("vat = round(net * rate, 2)", "gross = net + vat", "gross BETWEEN 100 AND 500", "rate IN (0.1, 0.2)")),
    (INVOICE, ("abs(vat - net * rate) < 0.01", "abs(gross - (net + vat)) <= 0.01", "rate > 0")),
    (
        f"{INVOICE}, paid {MONEY}, due {MONEY}",
        ("vat = round(net * rate, 2)", "gross = net + vat", "due = gross - paid", "paid >= 0 AND paid <= gross"),
    ),
    (
        f"{INVOICE}, ceiling {MONEY}",
        ("vat = round(net * rate, 2)", "gross = net + vat", "gross <= ceiling", "rate IN (0, 0.07, 0.19)", "net > 0"),
    ),
    (
        f"subtotal {MONEY}, discount {MONEY}, tax {MONEY}, total {MONEY}",
        ("total = subtotal - discount + tax", "discount <= subtotal", "tax >= 0"),
    ),
    (
        f"qty integer not null, unit_price {MONEY}, discount_pct numeric(5, 2) not null, line_total {MONEY}",
        (
            "line_total = round(qty * unit_price * (1 - discount_pct / 100), 2)",
            "qty > 0",
            "discount_pct BETWEEN 0 AND 100",
        ),
    ),
    (
        "gross_weight numeric(10, 3) not null, tare numeric(10, 3) not null, net_weight numeric(10, 3) not null",
        ("net_weight = gross_weight - tare", "net_weight > 0", "tare >= 0"),
    ),
    (
        "weight numeric(5, 2) not null, height numeric(3, 2) not null, bmi numeric(4, 1) not null",
        ("bmi = round(weight / (height * height), 1)", "height > 0", "bmi BETWEEN 10 AND 60"),
    ),
    (
        "w integer not null, h integer not null, d integer not null, area bigint not null, volume bigint not null",
        ("area = w * h", "volume = area * d", "w > 0 AND h > 0 AND d > 0"),
    ),
    (
        "rate numeric(4, 2), net numeric(10, 2) not null, vat numeric(10, 2), gross numeric(10, 2)",
        (
            "vat IS NULL OR vat = round(net * rate, 2)",
            "gross = net + coalesce(vat, 0)",
            "(rate IS NULL) = (vat IS NULL)",
        ),
    ),
]

BOUNDED: list[tuple[str, tuple[str, ...]]] = [
    (
        "weight_kg numeric(6, 2) not null, mg_per_kg numeric(5, 2) not null, dose_mg numeric(9, 2) not null, "
        "tablets numeric(5, 1) not null, tablet_mg integer not null",
        (
            "dose_mg = round(weight_kg * mg_per_kg, 2)",
            "tablets * tablet_mg >= dose_mg AND tablets * tablet_mg < dose_mg + tablet_mg",
            "tablet_mg IN (5, 10, 25, 50)",
            "weight_kg BETWEEN 0.5 AND 120 AND mg_per_kg BETWEEN 0.1 AND 20",
        ),
    ),
    (
        "side_a integer not null, side_b integer not null, black integer not null, white integer not null",
        (
            "side_a = side_b AND side_a IN (13, 15, 17, 21)",
            "black + white = side_a * side_b",
            "black * 1.0 / (side_a * side_b) <= 0.3 AND black >= 0",
        ),
    ),
    (
        f"appraised {MONEY}, loan {MONEY}, redeem {MONEY}, monthly_rate numeric(4, 2) not null, "
        "months integer not null",
        (
            "loan <= appraised * 0.6 AND loan > 0",
            "redeem = round(loan * (1 + monthly_rate * months / 100), 2)",
            "months BETWEEN 1 AND 12",
            "monthly_rate IN (1.5, 2, 3.5)",
        ),
    ),
]
"""What is computed is bounded, or bounds others, by comparisons that no solver follows."""


def shortcomings(engine: Engine, columns: str, checks: tuple[str, ...]) -> list[str]:
    """What stands against a table with these CHECKs, by introspection and as models."""
    key = {"sqlite": "id integer primary key", "postgresql": "id serial primary key"}
    own = key.get(engine.dialect.name, "id integer auto_increment primary key")
    named = "".join(f", CONSTRAINT c{number} CHECK ({check})" for number, check in enumerate(checks))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS t"))
        connection.execute(text(f"CREATE TABLE t ({own}, {columns}{named})"))
    metadata = MetaData()
    metadata.reflect(engine)
    found = []
    for schema in (misata.schema_from_db(engine), misata.schema_from_models(metadata)):
        try:
            tables = misata.generate_from_schema(schema, rows=ROWS)
            report = misata.seed_database(tables, engine, truncate=True)
        except LoadError as error:
            found.append(f"{checks}: {error}")
            continue
        found += [f"{checks}: {note}" for note in (*tables.notes, *report.not_understood)]
        found += [f"{checks}: {report.table_rows['t']} rows"] if report.table_rows["t"] < ROWS else []
    return found


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mysql"])
def test_databases_take_what_is_computed(name: str, tmp_path: Any) -> None:
    cases = [*CASES, *BOUNDED]
    if name == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'computed.db'}")
        found = [line for case in cases for line in shortcomings(engine, *case)]
        engine.dispose()
    else:
        with fresh_database(postgresql_server() if name == "postgresql" else mysql_server()) as url:
            engine = create_engine(url)
            found = [line for case in cases for line in shortcomings(engine, *case)]
            engine.dispose()
    assert found == []


@pytest.fixture
def made(tmp_path: Any) -> Callable[..., misata.Tables]:
    """Rows of a table with some columns and CHECKs, introspected from SQLite."""

    def make(columns: str, *checks: str, rows: int = ROWS, pin: Any = None) -> misata.Tables:
        engine = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
        with engine.begin() as connection:
            named = "".join(f", CHECK ({check})" for check in checks)
            connection.execute(text(f"CREATE TABLE t (id integer primary key, {columns}{named})"))
        schema = misata.schema_from_db(engine)
        engine.dispose()
        return misata.generate_from_schema(schema, rows=rows, pin=pin)

    return make


def test_what_others_are_computed_from_looks_as_usual(made: Callable[..., misata.Tables]) -> None:
    rows = list(made(*flat(CASES[0]))["t"].rows())
    assert {row["rate"] for row in rows} == {Decimal("0.05"), Decimal("0.10"), Decimal("0.20")}
    assert len({row["net"] for row in rows}) > ROWS // 2
    assert sum(row["net"] % 1 != 0 for row in rows) > ROWS // 2


def test_a_tolerance_does_not_make_everything_nothing(made: Callable[..., misata.Tables]) -> None:
    rows = list(made(INVOICE, "abs(vat - net * rate) < 0.01", "gross = net + vat")["t"].rows())
    assert sum(row["rate"] > 0 and row["vat"] > 0 for row in rows) > ROWS * 0.8


def test_a_computed_value_lies_where_it_is_wanted(made: Callable[..., misata.Tables]) -> None:
    rows = list(made(*flat(CASES[4]))["t"].rows())
    assert all(100 <= row["gross"] <= 500 for row in rows)
    assert len({row["gross"] for row in rows}) > ROWS // 2


def test_no_row_of_thousands_is_left_over(made: Callable[..., misata.Tables]) -> None:
    names = [line.split()[0] for line in BOUNDED[1][0].split(", ")]
    for row in made(*flat(BOUNDED[1]), rows=2500)["t"].rows():
        a, b, black, white = (row[name] for name in names)
        assert a == b
        assert black + white == a * b
        assert 0 <= black <= 0.3 * a * b


def test_pinned_values_stay_and_others_follow(made: Callable[..., misata.Tables]) -> None:
    pin = {"t": [{"net": Decimal("80.00"), "rate": Decimal("0.20")}]}
    row = next(iter(made(*flat(CASES[0]), pin=pin)["t"].rows()))
    assert [row["net"], row["rate"], row["vat"], row["gross"]] == [80, Decimal("0.20"), 16, 96]


def test_rows_depend_on_themselves_alone(made: Callable[..., misata.Tables]) -> None:
    few = list(made(*flat(CASES[1]), rows=3000)["t"].rows(100, 120))
    assert few == list(made_again(few))


def made_again(rows: Any) -> Any:
    """Rows of an invoice whose VAT is what the CHECK says."""
    for row in rows:
        vat = (row["net"] * row["rate"]).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        yield {**row, "vat": vat, "gross": row["net"] + vat}


def flat(case: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    columns, checks = case
    return (columns, *checks)


def read(*checks: str, names: tuple[str, ...]) -> list[Condition]:
    found = [condition(check, names, "sqlite") for check in checks]
    return [one for one in found if one is not None]


@pytest.mark.parametrize(
    ("checks", "order"),
    [
        (("vat = net * rate", "gross = net + vat"), ["vat", "gross"]),
        (("gross = net + vat", "vat = net * rate"), ["vat", "gross"]),
        (("gross - vat = net", "vat = net * rate"), ["vat", "gross"]),
        (("net + vat - gross = 0", "abs(vat - net * rate) < 0.01"), ["vat", "gross"]),
        (("vat IS NULL OR vat = net * rate",), ["vat"]),
        (("net = upper(net)",), []),
        (("net = rate + vat", "rate = net - vat"), ["rate"]),
        (("net > rate * 2",), []),
    ],
)
def test_each_equation_determines_one_column_and_none_in_a_circle(checks: tuple[str, ...], order: list[str]) -> None:
    names = ("net", "rate", "vat", "gross")
    found = determination(read(*checks, names=names), names, (), [names])
    assert [one.name for one in found.columns] == order


def test_numbers_are_reckoned_with_as_sqlite_does() -> None:
    (found,) = read("c = a + b", names=("a", "b", "c"))
    tenth = Fraction(1, 10)
    row = {"a": tenth, "b": 2 * tenth, "c": 3 * tenth}
    assert found.passes(row)
    assert not found.is_steady(row)
    assert found.is_steady({"a": Fraction(1, 4), "b": Fraction(1, 2), "c": Fraction(3, 4)})
