import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from pytest_misata import generate_from_schema
from pytest_misata.errors import CapacityError, GenerationError
from pytest_misata.schema.config import ForeignKey, SchemaConfig
from pytest_misata.schema.types import BOOLEAN, DATE, DATETIME, INTEGER, MONEY, ColumnType, string
from tests.engine.schemas import column, shop, table

UUID = ColumnType("uuid")


def one(*columns, rows=2000, **settings):
    """A table `t` with a serial id and these columns."""
    config = table("t", column("id", INTEGER, "serial"), *columns, **settings)
    return generate_from_schema(SchemaConfig({"t": config}, main="t"), rows=rows)["t"]


def test_weights_are_kept():
    plans = Counter(one(column("plan", string(9), "choice", values=["a", "b"], weights=[8, 2]))["plan"].tolist())
    assert 0.76 < plans["a"] / 2000 < 0.84


def test_a_case_overrides_the_usual_options():
    made = one(
        column("kind", string(9), "choice", values=["small", "large"]),
        column(
            "price", MONEY, "uniform", low=1, high=9, cases=[{"when": {"kind": ["large"]}, "low": 100, "high": 900}]
        ),
    )
    large = made["kind"] == "large"
    assert (made["price"][large] >= 100).all()
    assert (made["price"][~large] <= 9).all()


def test_a_case_may_be_of_another_kind():
    made = one(
        column("home", string(9), "choice", values=["a", "b"]),
        column("moved", BOOLEAN, "flag", rate="0.5"),
        column(
            "now",
            string(9),
            "constant",
            value="away",
            cases=[{"when": {"moved": [False]}, "kind": "copy", "of": "home"}],
        ),
    )
    assert (made["now"][made["moved"]] == "away").all()
    assert (made["now"] == made["home"])[~made["moved"]].all()


def test_when_leaves_null_elsewhere():
    made = one(
        column("status", string(9), "choice", values=["open", "closed"]),
        column("closed_at", DATETIME, "moment", nullable=True, when={"status": ["closed"]}),
    )
    assert (np.isnat(made["closed_at"]) == (made["status"] == "open")).all()


def test_nulls_need_a_nullable_column():
    with pytest.raises(GenerationError, match=r"t\.a: `when` and `null_rate` leave NULLs, and the column is NOT NULL"):
        one(column("a", INTEGER, "serial", null_rate="0.5"))


def test_emails_are_unique_and_made_from_the_name():
    made = one(column("full_name", string(99), "full_name"), column("email", string(99), "email"), rows=30_000)
    assert len(set(made["email"].tolist())) == 30_000
    for name, email in zip(made["full_name"][:500], made["email"][:500], strict=True):
        first, last = name.lower().split(" ", 1)
        assert email.startswith(first)
        assert "".join(filter(str.isalpha, last)) in email


def test_emails_are_unique_where_names_have_no_latin_letters():
    schema = SchemaConfig(
        {"t": table("t", column("id", INTEGER, "serial"), column("email", string(99), "email"))}, locale="ja_JP"
    )
    emails = generate_from_schema(schema, rows=5000)["t"]["email"].tolist()
    assert len(set(emails)) == 5000
    assert all(email.isascii() for email in emails)


def test_usernames_are_unique():
    names = one(column("username", string(60), "username"), rows=30_000)["username"].tolist()
    assert len(set(names)) == 30_000


def test_names_follow_their_frequencies():
    lasts = Counter(one(column("last_name", string(60), "last_name"), rows=20_000)["last_name"].tolist())
    assert lasts.most_common(3)[0][0] == "Smith"
    assert lasts["Smith"] > 3 * sorted(lasts.values())[len(lasts) // 2]


def test_gender_goes_with_the_given_name():
    made = one(column("first_name", string(60), "first_name"), column("gender", string(9), "gender"))
    of = dict(zip(made["first_name"].tolist(), made["gender"].tolist(), strict=True))
    assert of.get("Mary", "female") == "female"
    assert of.get("James", "male") == "male"
    assert {"Mary", "James"} & set(of)


def test_a_place_is_coherent():
    made = one(
        column("city", string(60), "city"),
        column("region", string(60), "region"),
        column("postcode", string(12), "postcode"),
        column("country_code", string(2), "country_code"),
        column("currency", string(3), "currency"),
        column("phone", string(30), "phone"),
    )
    rows = [row for row in made.rows() if row["city"] == "Chicago"]
    assert rows
    for row in rows:
        assert (row["region"], row["country_code"], row["currency"]) == ("Illinois", "US", "USD")
        assert row["postcode"].startswith("606")
        assert row["phone"].startswith("+1 (312) 555-")


def test_a_country_may_be_fixed():
    made = one(column("city", string(60), "city", country="FR"), column("phone", string(30), "phone", country="FR"))
    assert "Paris" in made["city"].tolist()
    assert all(phone.startswith("+33 ") for phone in made["phone"])


def test_codes_are_unique_and_fit_their_pattern():
    codes = one(column("sku", string(9), "code", pattern="@@-####"))["sku"].tolist()
    assert len(set(codes)) == 2000
    assert all(code[:2].isupper() and code[2] == "-" and code[3:].isdigit() for code in codes)


def test_too_few_codes_are_an_error_that_tells_how_many_there_are():
    with pytest.raises(
        CapacityError, match=r"t\.sku can hold 1,000 unique values and 2,000 rows were asked for"
    ) as info:
        one(column("sku", string(9), "code", pattern="###"))
    assert (info.value.table, info.value.column, info.value.capacity, info.value.rows) == ("t", "sku", 1000, 2000)


def test_the_last_value_of_a_capacity_is_used():
    assert len(set(one(column("sku", string(9), "code", pattern="###"), rows=1000)["sku"].tolist())) == 1000


def test_uuids_are_of_version_4():
    import uuid

    values = one(column("u", UUID, "uuid"))["u"].tolist()
    assert len(set(values)) == 2000
    assert {(uuid.UUID(value).version, uuid.UUID(value).variant) for value in values} == {(4, uuid.RFC_4122)}


def test_phrases_may_be_unique():
    options = {
        "templates": ["{a} {b}"],
        "words": {"a": [f"a{i}" for i in range(50)], "b": [f"b{i}" for i in range(40)]},
    }
    assert len(set(one(column("name", string(60), "phrase", unique=True, **options))["name"].tolist())) == 2000


def test_company_names_are_unique():
    assert len(set(one(column("company", string(90), "company"), rows=30_000)["company"].tolist())) == 30_000


def test_prices_end_as_shops_write_them():
    prices = one(column("price", MONEY, "lognormal", median=40, sigma="0.7", ending="0.99"))
    assert {row["price"] % 1 for row in prices.rows()} == {Decimal("0.99")}


def test_bounds_cut_the_tails_and_gather_nothing_at_the_bounds():
    prices = one(column("price", MONEY, "lognormal", median=40, sigma=1, minimum=20, maximum=80), rows=20_000)["price"]
    assert prices.min() >= 20
    assert prices.max() <= 80
    assert float(np.mean(prices <= 20.5)) < 0.03
    assert float(np.mean(prices >= 79.5)) < 0.03
    assert 0.45 < float(np.mean(prices < 40)) < 0.55


def test_bounds_that_leave_nothing_are_refused():
    with pytest.raises(GenerationError, match=r"t\.price: the distribution has nothing between 9000000 and None"):
        one(column("price", MONEY, "lognormal", median=4, sigma="0.1", minimum=9000000))


def test_arithmetic_is_exact():
    made = one(
        column("quantity", INTEGER, "uniform", low=1, high=9),
        column("price", MONEY, "lognormal", median=40, sigma="0.7"),
        column("amount", MONEY, "product", of=["quantity", "price"]),
        column("tax", MONEY, "share", of="amount", rate="0.0825"),
        column("total", MONEY, "sum", of=["amount", "tax"]),
    )
    for row in made.rows(0, 300):
        assert row["amount"] == row["quantity"] * row["price"]
        assert abs(row["tax"] - row["amount"] * Decimal("0.0825")) <= Decimal("0.005")
        assert row["total"] == row["amount"] + row["tax"]


def lines():
    orders = table(
        "orders",
        column("id", INTEGER, "serial"),
        column("total", MONEY, "total", of="lines.amount"),
        column("billed", MONEY, "total", of="lines.amount", only={"kept": [True]}),
    )
    items = table(
        "lines",
        column("id", INTEGER, "serial"),
        column("order_id", INTEGER),
        column("kept", BOOLEAN, "flag", rate="0.5"),
        column("amount", MONEY, "lognormal", median=20, sigma=1),
        foreign_keys=[ForeignKey(("order_id",), "orders", ("id",), owner=True, per_parent=Fraction(5, 2), minimum=1)],
    )
    return SchemaConfig({"orders": orders, "lines": items}, main="orders")


@pytest.mark.parametrize("counts", [None, {"lines": 1187}, {"lines": 400}])
def test_a_total_is_the_sum_of_its_children(counts):
    tables = generate_from_schema(lines(), rows=400, counts=counts)
    sums, kept = Counter(), Counter()
    for row in tables["lines"].rows():
        sums[row["order_id"]] += row["amount"]
        kept[row["order_id"]] += row["amount"] if row["kept"] else 0
    for row in tables["orders"].rows():
        assert row["total"] == sums[row["id"]]
        assert row["billed"] == kept[row["id"]]


def test_a_total_over_distant_rows_is_the_same():
    table_ = generate_from_schema(lines(), rows=5000)["orders"]
    assert [row["total"] for row in table_.rows(4990, 5000)] == [row["total"] for row in table_.rows()][4990:]


def test_children_come_after_their_parents():
    tables = generate_from_schema(shop(), rows=300)
    users, subscriptions, invoices = (tables[name] for name in ("users", "subscriptions", "invoices"))
    joined = users["created_at"][subscriptions["user_id"] - 1]
    assert (subscriptions["started_at"] >= joined).all()
    assert (invoices["issued_at"] >= subscriptions["started_at"][invoices["subscription_id"] - 1]).all()
    assert (invoices["issued_at"] < np.datetime64("2026-01-01")).all()


def test_siblings_in_sequence_do_not_overlap():
    rows = sorted(generate_from_schema(shop(), rows=200)["subscriptions"].rows(), key=lambda row: row["started_at"])
    ends: dict[int, dt.datetime] = {}
    for row in rows:
        assert row["started_at"] >= ends.get(row["user_id"], dt.datetime.min)
        if row["ended_at"]:
            ends[row["user_id"]] = row["ended_at"]


def test_status_agrees_with_dates_and_flags():
    for row in generate_from_schema(shop(), rows=300)["subscriptions"].rows():
        assert (row["status"] == "cancelled") == (row["ended_at"] is not None)
        assert row["is_active"] == (row["status"] == "active")
        assert row["ended_at"] is None or row["ended_at"] >= row["started_at"]


def test_recent_rows_are_recent():
    made = one(
        column("status", string(9), "choice", values=["trial", "paid"]),
        column("started_at", DATETIME, "moment", last_days={"trial": 14}, by="status"),
    )
    started = made["started_at"][made["status"] == "trial"]
    assert (started >= np.datetime64("2025-12-18")).all()


def test_office_hours_are_kept():
    hours = one(column("at", DATETIME, "moment", hours="business"))["at"].astype("datetime64[h]").astype(int) % 24
    assert 0.75 < float(np.mean((hours >= 8) & (hours < 18))) < 1


def test_growth_puts_more_rows_late():
    at = one(column("at", DATETIME, "moment", growth="growing"))["at"]
    assert 0.70 < float(np.mean(at > np.datetime64("2024-07-02"))) < 0.80


def test_shift_moves_by_days():
    made = one(column("at", DATETIME, "moment"), column("due", DATE, "shift", of="at", days=30))
    assert (made["due"] - made["at"].astype("datetime64[D]") == np.timedelta64(30, "D")).all()


def test_columns_made_from_each_other_are_named():
    with pytest.raises(GenerationError, match=r"made from each other: t\.a -> t\.b -> t\.a"):
        one(column("a", INTEGER, "copy", of="b"), column("b", INTEGER, "copy", of="a"))["a"]


def test_an_unknown_kind_gets_the_nearest_one():
    with pytest.raises(GenerationError, match=r"t\.a: no kind of column 'lognorml'; did you mean 'lognormal'\?"):
        one(column("a", INTEGER, "lognorml"))


def test_an_unknown_option_gets_the_nearest_one():
    with pytest.raises(
        GenerationError, match=r"t\.a: kind 'lognormal' has no option 'medain'; did you mean 'median'\?"
    ):
        one(column("a", INTEGER, "lognormal", medain=3))


def test_a_missing_option_is_named():
    with pytest.raises(GenerationError, match=r"t\.a: kind 'lognormal': .*'median'"):
        one(column("a", INTEGER, "lognormal", sigma=3))


def test_sentences_of_one_text_have_no_template_and_no_word_in_common():
    words = {"good": ["Bed", "View", "Staff"], "month": ["May", "June"]}
    templates = ["{good} fine.", "{good} liked.", "Back in {month}."]
    made = one(column("note", string(80), "phrase", templates=templates, words=words, sentences=[1, 3]))
    for text in set(made["note"].tolist()):
        assert sum("fine" in each for each in text.split(".")) < 2
        assert text.count("Back") < 2
        assert all(text.count(word) < 2 for word in words["good"])
    assert max(text.count(".") for text in made["note"].tolist()) == 3


def test_rooms_are_numbered_floor_by_floor():
    numbers = one(column("number", INTEGER, "room_number", per_floor=3), rows=7)["number"]
    assert numbers.tolist() == [101, 102, 103, 201, 202, 203, 301]
