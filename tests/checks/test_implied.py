"""CHECKs with products: what follows for single columns, and rows that are soon found within it."""

from __future__ import annotations

import pytest

from pytest_misata.engine.checks.implied import implied
from pytest_misata.engine.checks.rules import parts_of
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.schema.sql.checks import read_checks
from tests.checks.tables import made, rows_of, schema

SYSTEMS = {
    "a circle": ("x int, y int", ("x * x + y * y <= 25",), {"x": (-5, 5), "y": (-5, 5)}),
    "a square below a number near it": (
        "b int, c int, d int",
        ("c * c <= d", "d - c BETWEEN 10 AND 20", "abs(b) < c"),
        {"b": (-4, 4), "c": (-3, 5), "d": (7, 25)},
    ),
    "an area": ("w int, h int", ("w * h <= 100", "w >= 3", "h > w"), {"w": (3, 25), "h": (4, 33)}),
    "cents": ("rate money, part money", ("rate * part <= 1", "rate >= 0.5", "part >= 1"), {"rate": (50, 100)}),
}


def _bounds(columns: str, checks: tuple[str, ...]) -> dict[str, set[int]]:
    config = schema(columns, *checks)
    table = config.table("t")
    setting = Setting(table, None, config.reference_date)
    found: dict[str, set[int]] = {}
    for part in implied(parts_of(read_checks(table, None), setting), setting):
        scale = 100 if table.columns[part.formula.left.name].type.kind == "numeric" else 1
        found.setdefault(part.formula.left.name, set()).add(int(part.formula.right.value * scale))
    return found


@pytest.mark.parametrize("name", SYSTEMS)
def test_bounds_follow(name: str) -> None:
    columns, checks, expected = SYSTEMS[name]
    found = _bounds(columns, checks)
    assert {column: found[column] for column in expected} == {column: {*ends} for column, ends in expected.items()}


@pytest.mark.parametrize("name", SYSTEMS)
def test_rows_are_found(name: str) -> None:
    columns, checks, _ = SYSTEMS[name]
    tables = made(columns, *checks, rows=3000)
    assert tables.check() == []
    assert len({tuple(row.values())[1:] for row in rows_of(tables)}) > 8


def test_nothing_follows_where_nothing_is_multiplied_or_nothing_fits() -> None:
    assert _bounds("x int, y int", ("x + y <= 25", "x >= 0", "y >= 0")) == {}
    assert _bounds("x int, y int", ("x * x < y", "y < 0")) == {}
