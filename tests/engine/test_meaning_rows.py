"""What the columns of a row have to do with each other, where only their names say so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.texts.terms import slugged
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Check, Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATE, DATETIME, INTEGER, MONEY, TEXT, ColumnType, string

NAME, LONG = string(60), string(200)


def made(table: TableConfig, rows: int = 400) -> list[dict]:
    tables = generate_from_schema(SchemaConfig({table.key: table}, main=table.key), rows=rows)
    return list(tables[table.key].rows())


def table_of(name: str, /, *nullable: str, **types: ColumnType) -> TableConfig:
    columns = {"id": Column("id", INTEGER)}
    columns |= {column: Column(column, type_, column in nullable) for column, type_ in types.items()}
    return TableConfig(name, columns, ("id",))


def test_an_email_belongs_to_the_name() -> None:
    for row in made(table_of("clients", first_name=NAME, surname=NAME, contact_email=LONG, username=string(30))):
        start = f"{row['first_name']}".lower()
        assert row["contact_email"].startswith(start)
        assert row["username"].startswith((start, start[0]))


def test_two_parts_are_two_people() -> None:
    rows = made(table_of("reviews", author=NAME, reviewer_name=NAME, patient_email=LONG))
    assert sum(row["author"] == row["reviewer_name"] for row in rows) < 5


def test_one_person_goes_by_any_prefix() -> None:
    for row in made(table_of("visits", patient_name=NAME, patient_email=LONG)):
        assert row["patient_email"].startswith(row["patient_name"].split()[0].lower())


def test_two_addresses_are_two_places() -> None:
    table = table_of(
        "orders", billing_city=NAME, billing_country=NAME, shipping_city=NAME, shipping_country=NAME, currency=string(3)
    )
    rows = made(table)
    pairs = {(row[f"{which}_city"], row[f"{which}_country"]) for row in rows for which in ("billing", "shipping")}
    assert len(dict(pairs)) == len(pairs)
    assert sum(row["billing_city"] != row["shipping_city"] for row in rows) > 200


def test_a_place_agrees_with_itself() -> None:
    table = table_of("shops", town=NAME, country=NAME, iso_country=string(2), phone=string(30), currency=string(3))
    for row in made(table):
        if row["country"] == "India":
            assert (row["iso_country"], row["currency"], row["phone"][:3]) == ("IN", "INR", "+91")


LIFE = {
    "created_at": DATETIME,
    "started_on": DATE,
    "shipped_at": DATETIME,
    "delivered_at": DATETIME,
    "updated_at": DATETIME,
    "deleted_at": DATETIME,
}


def test_moments_come_in_the_order_of_life() -> None:
    for row in made(table_of("parcels", "shipped_at", "delivered_at", "deleted_at", **LIFE)):
        found = [_moment(row[name]) for name in LIFE if row[name] is not None]
        assert found == sorted(found)
        assert found[-1] < dt.datetime(2026, 1, 1)


def _moment(value: dt.date) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


@pytest.mark.parametrize(("start", "end"), [("valid_from", "valid_to"), ("start_date", "end_date"), ("begins", "ends")])
@pytest.mark.parametrize("type_", [DATE, DATETIME])
@pytest.mark.parametrize("optional", [False, True])
def test_an_end_follows_its_beginning(start: str, end: str, type_: ColumnType, optional: bool) -> None:
    rows = made(table_of("offers", *([start, end] if optional else []), **{end: type_, start: type_}))
    found = [(row[start], row[end]) for row in rows if None not in row.values()]
    assert len(found) > 200
    assert all(begin <= finish for begin, finish in found)


def test_an_appointment_ends_on_its_day() -> None:
    for row in made(table_of("appointments", start_time=DATETIME, end_time=DATETIME)):
        assert dt.timedelta(0) <= row["end_time"] - row["start_time"] < dt.timedelta(hours=4)


def test_what_is_due_may_lie_ahead() -> None:
    rows = made(table_of("invoices", issued_on=DATE, due_date=DATE))
    assert all(dt.timedelta(days=14) <= row["due_date"] - row["issued_on"] <= dt.timedelta(days=45) for row in rows)


def test_moments_come_after_the_parents() -> None:
    tickets = table_of("tickets", "closed_at", opened_at=DATETIME, closed_at=DATETIME, user_id=INTEGER)
    tickets.foreign_keys.append(ForeignKey(("user_id",), "users", ("id",)))
    users = table_of("users", joined_at=DATETIME, name=NAME)
    tables = generate_from_schema(SchemaConfig({"users": users, "tickets": tickets}), rows=100)
    joined = {row["id"]: row["joined_at"] for row in tables["users"].rows()}
    for row in tables["tickets"].rows():
        assert joined[row["user_id"]] <= row["opened_at"] <= (row["closed_at"] or row["opened_at"])


def test_moments_agree_with_the_status() -> None:
    table = table_of("orders", "shipped_at", "cancelled_at", status=NAME, shipped_at=DATETIME, cancelled_at=DATETIME)
    rows = made(table)
    assert all((row["cancelled_at"] is None) == (row["status"] != "cancelled") for row in rows)
    assert all(
        (row["shipped_at"] is None) == (row["status"] not in {"shipped", "delivered", "returned"}) for row in rows
    )
    assert {row["cancelled_at"] is None for row in rows} == {True, False}


def test_totals_follow_from_what_they_are_made_of() -> None:
    lines = table_of("lines", quantity=INTEGER, unit_price=MONEY, line_total=MONEY)
    assert all(row["line_total"] == row["quantity"] * row["unit_price"] for row in made(lines))
    bills = table_of("bills", subtotal=MONEY, tax=MONEY, total=MONEY)
    for row in made(bills):
        assert row["total"] == row["subtotal"] + row["tax"]
        assert abs(row["tax"] - row["subtotal"] / 5) <= Decimal("0.01")


def test_a_slug_is_made_from_the_title() -> None:
    for row in made(table_of("posts", title=LONG, slug=LONG)):
        assert row["slug"] == slugged(row["title"])


@pytest.mark.parametrize("length", [12, 40, 200])
@pytest.mark.parametrize("source", ["title", "name"])
def test_unique_slugs_are_made_from_the_title_too(length: int, source: str) -> None:
    table = table_of("posts", **{source: LONG, "slug": string(length)})
    table.uniques.append(("slug",))
    rows = made(table, rows=9000)
    assert len({row["slug"] for row in rows}) == 9000
    if length > 100:
        assert all(row["slug"] == slugged(row[source]) for row in rows)


def test_a_slug_without_a_title_is_one_of_the_table() -> None:
    table = table_of("products", slug=NAME)
    table.uniques.append(("slug",))
    slugs = [row["slug"] for row in made(table, rows=3000)]
    assert len(set(slugs)) == 3000
    assert all(slug == slugged(slug) for slug in slugs)


SAID = {
    of: (*entry["sentences"], *entry["brief"])
    for of, entry in toml_file("prose.toml").items()
    if of in {"review", "praise", "remarks", "complaint"}
}


@pytest.mark.parametrize(
    ("name", "text", "rating", "type_", "best"),
    [
        ("blog_review", "text", "stars", INTEGER, 5),
        ("feedback", "comments", "score", INTEGER, 10),
        ("app_ratings", "body", "rating", MONEY, 5),
        ("rides", "comment", "rating", INTEGER, 100),
        ("testimonials", "quote", "rating", ColumnType("float", scale=2), 5),
        ("reviews", "title", "rating", INTEGER, 5),
    ],
)
def test_a_review_agrees_with_the_rating(name: str, text: str, rating: str, type_: ColumnType, best: int) -> None:
    table = table_of(name, rating, **{text: TEXT, rating: type_})
    table.checks = [Check(f"{rating} BETWEEN 1 AND {best}")]
    rows = made(table)
    for row in rows:
        share = None if row[rating] is None else Fraction(row[rating]) / best
        of = "review" if share is None else "praise" if share > 0.75 else "remarks" if share > 0.5 else "complaint"
        assert row[text].startswith(tuple(SAID[of])), row
    assert max(row[rating] or 0 for row in rows) > best * 0.9


def test_a_check_decides_instead() -> None:
    table = table_of("offers", start_date=DATE, end_date=DATE, quantity=INTEGER, price=MONEY, total=MONEY)
    table.checks = [Check("end_date < start_date"), Check("total < price")]
    for row in made(table):
        assert row["end_date"] < row["start_date"]
        assert row["total"] < row["price"]


def test_a_column_nobody_reads_moves_no_other() -> None:
    plain = table_of("posts", title=LONG, slug=LONG, created_at=DATETIME, body=TEXT)
    wider = table_of("posts", title=LONG, slug=LONG, created_at=DATETIME, body=TEXT, views=INTEGER, updated_at=DATETIME)
    kept = [{name: row[name] for name in plain.columns} for row in made(wider)]
    assert kept == made(plain)


def test_rows_are_the_same_in_any_slice() -> None:
    table = table_of(
        "orders", "shipped_at", status=NAME, title=LONG, slug=LONG, shipped_at=DATETIME, tags=ColumnType("json")
    )
    table.uniques = [("slug",), ("title",)]
    whole = generate_from_schema(SchemaConfig({"orders": table}), rows=3000)["orders"]
    assert list(whole.rows(2990, 3000)) == list(whole.rows())[2990:]
    assert list(generate_from_schema(SchemaConfig({"orders": table}), rows=100)["orders"].rows()) == list(
        whole.rows(0, 100)
    )


@pytest.mark.parametrize(
    ("name", "moment", "told"),
    [
        ("admission", "discharged_at", "discharge_reason"),
        ("employment", "termination_date", "termination_reason"),
        ("orders", "cancelled_at", "cancellation_reason"),
        ("claims", "rejected_on", "rejection_notes"),
    ],
)
def test_what_is_told_of_an_event_is_there_when_the_event_is(name: str, moment: str, told: str) -> None:
    rows = made(table_of(name, moment, told, **{"created_at": DATETIME, moment: DATETIME, told: LONG}))
    assert all((row[moment] is None) == (row[told] is None) for row in rows)
    assert 0 < sum(row[told] is None for row in rows) < len(rows)


TITLES = {"female": {"Ms", "Mrs", "Miss", "Dr"}, "male": {"Mr", "Dr"}}
ADDRESSED = {
    "salutation": ("members", string(10)),
    "honorific": ("staff", string(10)),
    "title": ("patients", string(10)),
    "courtesy_title": ("employees", ColumnType("enum", values=("Mr", "Mrs", "Ms", "Dr"))),
    "name_title": ("people", ColumnType("enum", values=("Mr", "Ms"))),
}


@pytest.mark.parametrize("name", ADDRESSED)
def test_a_form_of_address_goes_with_the_name(name: str) -> None:
    table, type_ = ADDRESSED[name]
    rows = made(table_of(table, **{name: type_}, first_name=NAME, last_name=NAME, gender=string(10)))
    assert all(row[name] in TITLES[row["gender"]] for row in rows)
    assert sum(row[name] == "Dr" for row in rows) < 80


def test_a_listed_form_of_address_does_too() -> None:
    table = table_of("persons", title=string(5), first_name=NAME, gender=string(10))
    table.checks.append(Check("title IN ('Mr', 'Mrs', 'Ms', 'Mx')"))
    assert all(row["title"] in {*TITLES[row["gender"]], "Mx"} for row in made(table))
