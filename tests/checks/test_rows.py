"""What rows made for CHECKs keep of the contract: slices, uniqueness, stability, believable values."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.verification import verify
from pytest_misata.errors import CapacityError, SchemaError
from pytest_misata.schema.config import Check, Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATETIME, INTEGER, TEXT, string
from tests.checks.tables import columns_of, made, rows_of, schema

MANY = (
    "price money, discount money?, starts datetime, ends datetime?, code short, kind str, pct int?",
    "discount <= price",
    "ends > starts",
    "code LIKE 'K-%'",
    "(kind = 'a' AND pct IS NULL) OR (kind = 'b' AND pct BETWEEN 1 AND 9)",
)


def test_a_slice_is_what_the_whole_holds_there() -> None:
    table = made(*MANY, rows=2000)["t"]
    assert list(table.rows(700, 710)) == rows_of(made(*MANY, rows=2000))[700:710]
    assert [row for batch in table.batches(97) for row in batch.rows()] == list(table.rows())


def test_more_rows_leave_the_earlier_ones() -> None:
    assert rows_of(made(*MANY, rows=900))[:300] == rows_of(made(*MANY, rows=300))


def test_a_check_moves_no_column_that_it_is_not_about() -> None:
    columns, *checks = MANY
    plain, checked = rows_of(made(columns)), rows_of(made(columns, checks[2]))
    for before, after in zip(plain, checked, strict=True):
        assert {**before, "code": None} == {**after, "code": None}


def test_another_seed_gives_other_rows_that_meet_the_checks() -> None:
    tables = made(*MANY, seed=7)
    assert verify(tables["t"]) == []
    assert rows_of(tables) != rows_of(made(*MANY))


def test_usual_values_stay_where_they_are_right() -> None:
    plain, checked = (
        rows_of(made("email str, price money")),
        rows_of(made("email str, price money", "email LIKE '%@%'")),
    )
    assert [row["email"] for row in plain] == [row["email"] for row in checked]
    prices = sorted(row["price"] for row in rows_of(made("price money", "price BETWEEN 5 AND 500")))
    assert len(set(prices)) > 200
    assert prices[len(prices) // 2] < 120


def test_ends_come_soon_enough_and_no_later_than_today() -> None:
    rows = rows_of(made("starts datetime, ends datetime", "ends > starts"))
    assert all(row["starts"] < row["ends"] < dt.datetime(2026, 1, 1) for row in rows)


@pytest.mark.parametrize(
    ("columns", "check", "name"),
    [
        ("n int", "n >= 1000", "n"),
        ("n int", "n <> 5", "n"),
        ("n int", "n % 3 = 0", "n"),
        ("n int", "n < 0", "n"),
        ("code short", "code LIKE 'K-%'", "code"),
        ("code str", "length(code) = 30", "code"),
        ("email str", "email LIKE '%@%' AND length(email) > 25", "email"),
        ("day date", "day < '2020-01-01'", "day"),
    ],
)
def test_unique_columns_stay_unique(columns: str, check: str, name: str) -> None:
    tables = made(columns, check, rows=3000, uniques=[(name,)])
    assert len({row[name] for row in rows_of(tables)}) == 3000
    assert verify(tables["t"]) == []


def test_too_few_values_for_a_unique_column() -> None:
    with pytest.raises(CapacityError, match=r"t\.n can hold 91 unique values and 500 rows"):
        generate_from_schema(schema("n int", "n BETWEEN 10 AND 100", uniques=[("n",)]), counts={"t": 500})["t"]["n"]


def test_a_key_with_the_owner_is_unique_within_a_check() -> None:
    columns = {"id": Column("id", INTEGER), "t_id": Column("t_id", INTEGER), **columns_of("n int")}
    child = TableConfig(
        "child", columns, ("id",), [ForeignKey(("t_id",), "t", ("id",))], [("t_id", "n")], [Check("n >= 100")]
    )
    tables = generate_from_schema(SchemaConfig({"t": schema("x int").tables["t"], "child": child}), rows=50)
    rows = rows_of(tables, "child")
    assert len({(row["t_id"], row["n"]) for row in rows}) == len(rows) == 150
    assert min(row["n"] for row in rows) == 100


@pytest.mark.parametrize(
    ("check", "unique"),
    [
        ("n = m * 2", ["t_id", "n"]),
        ("n = m + 100", ["t_id", "n"]),
        ("n * 3 = m", ["n"]),
        ("n = m * 10", ["n", "m"]),
        ("n = 3 * m + 6 * k", ["t_id", "n"]),
    ],
)
def test_an_equation_of_a_column_of_a_key_leaves_room_for_all_rows(check: str, unique: list[str]) -> None:
    columns = {"id": Column("id", INTEGER), "t_id": Column("t_id", INTEGER), **columns_of("n int, m int, k int")}
    keys = [tuple(unique)] if "t_id" in unique else [(name,) for name in unique]
    child = TableConfig("child", columns, ("id",), [ForeignKey(("t_id",), "t", ("id",))], keys, [Check(check)])
    schema_ = SchemaConfig({"t": schema("x int").tables["t"], "child": child})
    tables = generate_from_schema(schema_, counts={"child": 300})
    assert len(tables["child"]) == 300
    assert verify(tables["child"]) == []
    assert all(len({tuple(row[name] for name in key) for row in rows_of(tables, "child")}) == 300 for key in keys)


def test_a_unique_text_tells_the_column_that_it_ends_with() -> None:
    rows = rows_of(made("email str, domain str", "email LIKE '%@' || domain", uniques=[("email",)], rows=200))
    assert len({row["email"] for row in rows}) == 200
    assert all(row["email"].endswith(f"@{row['domain']}") and "." in row["domain"] for row in rows)


def test_every_case_of_exactly_one_comes_up() -> None:
    rows = rows_of(made("a int?, b str?, c date?", "num_nonnulls(a, b, c) = 1"))
    seen = Counter(next(name for name in "abc" if row[name] is not None) for row in rows)
    assert min(seen.values()) > 100


def test_a_pair_that_is_null_together_is_mostly_there() -> None:
    rows = rows_of(made("a int?, b int?", "(a IS NULL) = (b IS NULL)"))
    assert 0 < sum(row["a"] is None for row in rows) / len(rows) < 0.15, "as seldom as without the CHECK"


def test_a_column_with_a_generator_of_its_own_is_left_alone() -> None:
    config = schema("status str, done_at datetime?, low int, high int", "(status = 'done') = (done_at IS NOT NULL)")
    config.table("t").checks.append(Check("high > low"))
    config.table("t").column("status").choose({"open": 3, "done": 1})
    config.table("t").column("low").make("uniform", low=0, high=5000)
    without = replace(config.table("t"), checks=[])
    plain = rows_of(generate_from_schema(SchemaConfig({"t": without}), rows=400))
    tables = generate_from_schema(config, rows=400)
    assert verify(tables["t"]) == []
    assert [(row["status"], row["low"]) for row in rows_of(tables)] == [(row["status"], row["low"]) for row in plain]


def keys(check: str, *, unique: bool = False, nullable: bool = False) -> SchemaConfig:
    users = TableConfig("users", {"id": Column("id", INTEGER)}, ("id",))
    columns = {
        "id": Column("id", INTEGER),
        "from_id": Column("from_id", INTEGER, nullable),
        "to_id": Column("to_id", INTEGER, nullable),
        "body": Column("body", TEXT),
    }
    messages = TableConfig(
        "messages",
        columns,
        ("id",),
        [ForeignKey(("from_id",), "users", ("id",)), ForeignKey(("to_id",), "users", ("id",))],
        [("from_id", "to_id")] if unique else [],
        [Check(check, "keys")],
    )
    return SchemaConfig({"users": users, "messages": messages})


@pytest.mark.parametrize("unique", [True, False])
def test_two_keys_point_at_different_parents(unique: bool) -> None:
    tables = generate_from_schema(keys("from_id <> to_id", unique=unique), counts={"users": 15})
    pairs = [(row["from_id"], row["to_id"]) for row in rows_of(tables, "messages")]
    assert all(a != b for a, b in pairs)
    assert verify(tables["messages"]) == []
    assert not unique or len(set(pairs)) == len(pairs)


def test_one_of_two_keys_is_set() -> None:
    config = keys("(from_id IS NULL) <> (to_id IS NULL)", nullable=True)
    tables = generate_from_schema(config, counts={"messages": 400})
    rows = rows_of(tables, "messages")
    assert all((row["from_id"] is None) != (row["to_id"] is None) for row in rows)
    assert 120 < sum(row["to_id"] is None for row in rows) < 280


def test_a_pinned_value_decides_the_way_of_its_row() -> None:
    config = schema("kind str, pct int?", "(kind = 'a' AND pct IS NULL) OR (kind = 'b' AND pct IS NOT NULL)")
    pinned = {"t": [{"kind": "a"}, {"kind": "b"}, {"pct": 3}, {"pct": None}]}
    tables = generate_from_schema(config, rows=50, pin=pinned)
    rows = rows_of(tables)
    assert [row["kind"] for row in rows[2:4]] == ["b", "a"]
    assert rows[0]["pct"] is None
    assert rows[1]["pct"] is not None
    assert verify(tables["t"]) == []


@pytest.mark.parametrize(
    ("columns", "checks", "message"),
    [
        ("x int", ["x > 5", "x < 3"], r"^t: no row can meet CHECK c2, together with c1 \(columns: x\)"),
        ("s str", ["s IN ('a')", "s = 'b'"], r"^t: no row can meet CHECK c2, together with c1"),
        ("s short", ["length(s) > 50"], r"^t\.s: no value that fits the column meets CHECK c1"),
        ("x int, y int", ["x + y = 10", "x > 8", "y > 8"], r"^t: no row can meet CHECK"),
        ("x small", ["x > 40000"], r"^t: no row can meet CHECK c1"),
        ("x int, y int?", ["x < y AND y < x", "y IS NOT NULL"], r"^t: no row can meet CHECK"),
        ("a int, b int", ["a IS NULL OR b IS NULL"], r"^t: no row can meet CHECK c1"),
    ],
)
def test_a_contradiction_is_named(columns: str, checks: list[str], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        made(columns, *checks)


def test_null_is_the_way_out_of_a_contradiction() -> None:
    rows = rows_of(made("x int?", "x > 5", "x < 3"))
    assert {row["x"] for row in rows} == {None}


def test_no_parser_is_loaded_for_columns_with_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_misata.schema.sql import checks

    monkeypatch.setattr(checks, "parse_condition", lambda *_: pytest.fail("a CHECK was parsed"))
    config = schema("price money", "price > 0")
    config.table("t").column("id").make("serial")
    config.table("t").column("price").make("lognormal", median=20, sigma="0.5")
    assert len(rows_of(generate_from_schema(config, rows=10))) == 10


def test_the_columns_of_two_checks_that_hang_together() -> None:
    columns = {"id": Column("id", INTEGER), "state": Column("state", string(10)), "at": Column("at", DATETIME, True)}
    table = TableConfig(
        "t",
        columns,
        ("id",),
        checks=[
            Check("state IN ('new', 'sent', 'lost')"),
            Check("state = 'new' OR at IS NOT NULL"),
            Check("state <> 'new' OR at IS NULL"),
        ],
    )
    rows = rows_of(generate_from_schema(SchemaConfig({"t": table}), rows=300))
    assert all((row["state"] == "new") == (row["at"] is None) for row in rows)
    assert {row["state"] for row in rows} == {"new", "sent", "lost"}


@pytest.mark.parametrize(
    "checks",
    [
        ["status = 'new' OR paid_at IS NOT NULL", "status <> 'shipped' OR shipped_at IS NOT NULL"],
        ["(status = 'shipped') = (shipped_at IS NOT NULL)", "status = 'new' OR paid_at IS NOT NULL"],
        ["shipped_at IS NULL OR paid_at IS NOT NULL"],
    ],
)
def test_moments_stay_in_the_order_of_life(checks: list[str]) -> None:
    columns = "status str, created_at datetime, paid_at datetime?, shipped_at datetime?"
    tables = made(columns, "status IN ('new', 'paid', 'shipped')", *checks)
    assert verify(tables["t"]) == []
    for row in rows_of(tables):
        moments = [row[name] for name in ("created_at", "paid_at", "shipped_at") if row[name] is not None]
        assert moments == sorted(moments)


def test_an_order_of_life_that_a_check_turns_is_let_go() -> None:
    tables = made("paid_at datetime, shipped_at datetime", "paid_at > shipped_at")
    assert verify(tables["t"]) == []


def test_sqlite_takes_midnight_for_later_than_its_day() -> None:
    tables = made("at datetime", "at BETWEEN '2024-02-18' AND '2024-02-19'", uniques=[("at",)], dialect="sqlite")
    assert all(row["at"] < dt.datetime(2024, 2, 19) for row in rows_of(tables))


def test_unique_texts_that_are_right_anyway_keep_their_meaning() -> None:
    columns = {
        "id": Column("id", INTEGER),
        "title": Column("title", string(80)),
        "slug": Column("slug", string(100)),
        "url": Column("url", TEXT),
    }
    checks = [Check("slug ~ '^[a-z0-9-]+$'"), Check("url ~ '^https?://'")]
    table = TableConfig("articles", columns, ("id",), uniques=[("slug",), ("url",)], checks=checks)
    found = list(generate_from_schema(SchemaConfig({"articles": table}), rows=300)["articles"].rows())
    assert len({row["slug"] for row in found}) == len({row["url"] for row in found}) == 300
    assert sum(row["slug"].startswith(row["title"].split()[0].lower()) for row in found) > 280
    assert all(".example/" in row["url"] for row in found)


@pytest.mark.parametrize(
    ("pattern", "form"), [("20__/20__", r"20\d\d/20\d\d"), ("A1%", r"A1\d+"), ("SKU-%", r"SKU-[A-Z0-9]*[A-Z][A-Z0-9]*")]
)
def test_digits_are_followed_by_digits(pattern: str, form: str) -> None:
    texts = [row["x"] for row in rows_of(made("x str", f"x LIKE '{pattern}'"))]
    assert all(re.match(form, text) for text in texts[:20])
