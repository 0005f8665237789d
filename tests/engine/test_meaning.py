"""What columns without a generator are taken for, by name, type and table."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata import generate_from_schema
from pytest_misata.engine.meaning import describe, generator_for
from pytest_misata.engine.meanings.names import nouns_of, singular, words_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Default, ForeignKey, SchemaConfig, TableConfig, UniqueIndex
from pytest_misata.schema.types import BOOLEAN, DATE, DATETIME, INTEGER, TEXT, ColumnType, string

JSON = ColumnType("json")


def numeric(precision: int, scale: int) -> ColumnType:
    return ColumnType("numeric", precision=precision, scale=scale)


def char(length: int) -> ColumnType:
    return ColumnType("string", length=length, fixed=True)


def table_of(name: str = "records", /, **types: ColumnType) -> TableConfig:
    columns = {"id": Column("id", INTEGER), **{name: Column(name, type_) for name, type_ in types.items()}}
    return TableConfig(name, columns, ("id",))


def values(table: TableConfig, column: str, rows: int = 200) -> list:
    made = generate_from_schema(SchemaConfig({table.key: table}, main=table.key), rows=rows)
    return [row[column] for row in made[table.key].rows()]


def kind_of(name: str, type_: ColumnType, table: str = "records") -> str:
    config = table_of(table, **{name: type_})
    return generator_for(config, config.columns[name]).kind


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("user_email", ("user", "email")),
        ("userEmail", ("user", "email")),
        ("strUserEmail", ("user", "email")),
        ("USER_EMAIL", ("user", "email")),
        ("User Email", ("user", "email")),
        ("HTTPStatusCode", ("http", "status", "code")),
        ("sha256", ("sha", "256")),
        ("c_phone", ("phone",)),
    ],
)
def test_names_are_read_as_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("plural", "one"),
    [("cities", "city"), ("addresses", "address"), ("boxes", "box"), ("status", "status"), ("people", "person")],
)
def test_plurals_have_a_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_the_rows_of_a_table_are_its_last_words() -> None:
    assert nouns_of("shop_order_items")[:2] == ("order item", "shop order")
    assert "item" in nouns_of("shop_order_items")


@pytest.mark.parametrize(
    ("names", "type_", "kind"),
    [
        (["email", "userEmail", "E_MAIL", "emailaddress", "str_email", "billing_email"], string(120), "email"),
        (["phone", "c_phone", "mobileNumber", "fax", "telephone_no"], string(40), "phone"),
        (["city", "billing_city", "homeTown", "CityName"], string(60), "city"),
        (["zip", "zipCode", "postal_code", "shipping_postcode"], string(12), "postcode"),
        (["first_name", "firstname", "FNAME", "GivenName"], string(60), "first_name"),
        (["token", "access_token", "apiKey", "session_key"], string(64), "token"),
        (["birth_date", "dob", "DateOfBirth", "dtBirthDate"], DATE, "birth_date"),
        (["iban", "bank_account"], string(34), "iban"),
        (["description", "longDescription", "product_description"], TEXT, "prose"),
        (["slug", "url_slug"], string(80), "term"),
        (["created_at", "updatedOn", "shipped", "last_login"], DATETIME, "moment"),
        (["password", "hashed_password", "passwordHash"], string(128), "password_hash"),
        (["lat", "latitude", "geo_lat"], numeric(9, 6), "latitude"),
        (["is_active", "enabled", "email_verified"], BOOLEAN, "flag"),
        (["sort_order", "position", "line_no"], INTEGER, "position"),
        (["duration", "elapsed_time"], ColumnType("interval"), "duration"),
    ],
)
def test_names_have_meanings(names: list[str], type_: ColumnType, kind: str) -> None:
    assert {name: kind_of(name, type_) for name in names} == dict.fromkeys(names, kind)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("users", "full_name"),
        ("tbl_employee", "full_name"),
        ("auth_user", "full_name"),
        ("companies", "company"),
        ("suppliers", "company"),
        ("countries", "record"),
        ("cities", "city"),
        ("products", "term"),
        ("sprockets", "term"),
    ],
)
def test_a_name_is_what_the_rows_of_the_table_are_called(table: str, kind: str) -> None:
    assert kind_of("name", string(100), table) == kind


def test_words_before_name_tell_whose_it_is() -> None:
    assert kind_of("customer_name", string(80), "invoices") == "full_name"
    assert kind_of("company_name", string(80), "users") == "company"
    config = table_of("users", product_name=string(80))
    assert generator_for(config, config.columns["product_name"]).options["of"] == "product"


def test_a_table_nobody_knows_lends_its_noun() -> None:
    names = values(table_of("sprockets", name=string(80)), "name")
    assert all("Sprocket" in name for name in names)
    assert len(set(names)) > 50


def test_a_status_fits_its_table() -> None:
    orders, tickets = (set(values(table_of(name, status=string(20)), "status")) for name in ("orders", "tickets"))
    assert "shipped" in orders
    assert "in progress" in tickets


def test_a_state_is_a_status_or_a_part_of_a_country() -> None:
    assert kind_of("state", string(20), "jobs") == "choice"
    config = table_of("jobs", state=string(2), city=string(60))
    assert all(re.fullmatch("[A-Z]{2}", state) for state in values(config, "state"))


@pytest.mark.parametrize("name", ["name", "title", "description", "email", "url", "status", "city", "code", "foo"])
@given(length=st.integers(1, 80), fixed=st.booleans(), unique=st.booleans())
@settings(max_examples=40, derandomize=True, deadline=None)
def test_texts_of_any_length_fit_and_are_no_padded_junk(name: str, length: int, fixed: bool, unique: bool) -> None:
    config = table_of("things", **{name: ColumnType("string", length=length, fixed=fixed, case_sensitive=False)})
    config.uniques = [(name,)] if unique else []
    made = values(config, name, rows=26)
    assert all(0 < len(text) <= length and text == text.strip() for text in made)
    assert not unique or len({text.lower() for text in made}) == 26


@given(
    precision=st.integers(1, 38), scale=st.integers(0, 38), name=st.sampled_from(["price", "age", "ratio", "lng", "x"])
)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_numbers_are_in_range(precision: int, scale: int, name: str) -> None:
    scale = min(scale, precision)
    made = values(table_of(**{name: numeric(precision, scale)}), name, rows=30)
    assert all(abs(value) < 10 ** (precision - scale) for value in made)


@pytest.mark.parametrize("name", ["year", "price", "views", "population", "age", "port", "created_at", "size", "foo"])
@pytest.mark.parametrize(
    ("bits", "unsigned"), [(8, False), (8, True), (16, False), (24, False), (32, True), (64, False)]
)
def test_integers_are_in_range(name: str, bits: int, unsigned: bool) -> None:
    made = values(table_of(**{name: ColumnType("integer", bits=bits, unsigned=unsigned)}), name)
    assert all(0 <= value < 2 ** (bits if unsigned else bits - 1) for value in made)
    assert len(set(made)) >= 3


def test_numbers_suit_their_names() -> None:
    config = table_of(year=INTEGER, port=INTEGER, percent=INTEGER, age=INTEGER, month=INTEGER)
    assert all(1990 <= year <= 2025 for year in values(config, "year"))
    assert all(0 < port < 65536 for port in values(config, "port"))
    assert all(0 <= share <= 100 for share in values(config, "percent"))
    assert all(1 <= month <= 12 for month in values(config, "month"))


def test_short_columns_hold_codes_that_are_in_use() -> None:
    config = table_of(country=string(2), currency=char(3), lang=string(2), gender=char(1), is_open=char(1))
    assert {"US"} < set(values(config, "country"))
    assert "USD" in values(config, "currency")
    assert "en" in values(config, "lang")
    assert set(values(config, "gender")) == {"F", "M"}
    assert set(values(config, "is_open")) == {"N", "Y"}


@pytest.mark.parametrize(("length", "digits"), [(32, 32), (40, 40), (64, 64), (100, 64), (128, 128)])
def test_hashes_have_the_length_of_one_in_use(length: int, digits: int) -> None:
    made = values(table_of(file_hash=string(length)), "file_hash")
    assert all(re.fullmatch(f"[0-9a-f]{{{digits}}}", text) for text in made)


def luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0


def mod_97(iban: str) -> bool:
    return int("".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])) % 97 == 1


def ean(number: str) -> bool:
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(number))) % 10 == 0


def isbn_10(number: str) -> bool:
    return sum((10 if mark == "X" else int(mark)) * (10 - at) for at, mark in enumerate(number)) % 11 == 0


@pytest.mark.parametrize(
    ("name", "length", "valid"),
    [
        ("card_number", 19, luhn),
        ("iban", 34, mod_97),
        ("ean", 13, ean),
        ("barcode", 8, ean),
        ("isbn", 13, ean),
        ("isbn", 10, isbn_10),
    ],
)
@pytest.mark.parametrize("unique", [True, False])
def test_check_digits_are_right(name: str, length: int, valid: object, unique: bool) -> None:
    config = table_of(**{name: string(length)})
    config.uniques = [(name,)] if unique else []
    made = values(config, name, rows=500)
    assert len(set(made)) == 500
    assert all(valid(number) for number in made)  # type: ignore[operator]


def test_objects_fit_the_name_of_their_column() -> None:
    config = table_of(shipping_address=JSON, settings=JSON, tags=JSON, city=string(60))
    addresses = [json.loads(text) for text in values(config, "shipping_address")]
    assert all({"street", "city", "postcode"} <= set(address) for address in addresses)
    assert [address["city"] for address in addresses] == values(config, "city")
    assert all(isinstance(json.loads(text)["notifications"], bool) for text in values(config, "settings"))
    assert all(isinstance(json.loads(text), list) for text in values(config, "tags"))
    assert len(set(values(config, "settings"))) > 20


def test_arrays_hold_what_their_name_is_the_plural_of() -> None:
    config = table_of(
        emails=ColumnType("array", item=string(80)),
        scores=ColumnType("array", item=INTEGER),
        codes=ColumnType("array", item=string(3)),
    )
    emails = [json.loads(text) for text in values(config, "emails")]
    assert {len(found) for found in emails} == {0, 1, 2, 3, 4}
    assert all("@" in address for found in emails for address in found)
    assert all(len(set(found)) == len(found) for found in emails)
    assert all(isinstance(score, int) for text in values(config, "scores") for score in json.loads(text))
    assert all(len(code) <= 3 for text in values(config, "codes") for code in json.loads(text))


def test_bytes_are_digests_pictures_and_texts() -> None:
    config = table_of(
        sha256=ColumnType("binary", length=32, fixed=True),
        photo=ColumnType("binary"),
        note=ColumnType("binary", length=9),
    )
    assert {len(found) for found in values(config, "sha256")} == {32}
    photos = values(config, "photo")
    assert all(found.startswith(b"\x89PNG") and found.endswith(b"IEND\xaeB`\x82") for found in photos)
    assert len(set(photos)) > 100
    assert all(0 < len(found) <= 9 for found in values(config, "note"))


def nulls(config: TableConfig, column: str) -> float:
    made = values(config, column, rows=2000)
    return sum(value is None for value in made) / len(made)


def test_nulls_are_as_frequent_as_the_meaning_suggests() -> None:
    config = table_of(deleted_at=DATETIME, middle_name=string(60), name=string(60), foo=TEXT, created_at=DATETIME)
    for name in ("deleted_at", "middle_name", "name", "foo"):
        config.columns[name].nullable = True
    assert nulls(config, "deleted_at") > 0.8
    assert 0.5 < nulls(config, "middle_name") < 0.7
    assert 0 < nulls(config, "name") < 0.06
    assert 0.06 < nulls(config, "foo") < 0.14
    assert nulls(config, "created_at") == 0


def test_no_nulls_where_something_asks_for_values() -> None:
    config = table_of(steered=TEXT, filled=TEXT, apart=string(40))
    for column in config.columns.values():
        column.nullable = column.name != "id"
    config.columns["steered"].make("prose")
    config.columns["filled"].server_default = Default("'x'", "x")
    config.unique_indexes = [UniqueIndex(("apart",), ("apart",), nulls_distinct=False)]
    assert {name: nulls(config, name) for name in config.columns} == dict.fromkeys(config.columns, 0)


def test_no_nulls_where_foreign_keys_point() -> None:
    parent = table_of("plans", code=string(10))
    parent.columns["code"].nullable = True
    parent.uniques = [("code",)]
    child = TableConfig(
        "users",
        {"id": Column("id", INTEGER), "plan_code": Column("plan_code", string(10))},
        ("id",),
        [ForeignKey(("plan_code",), "plans", ("code",))],
    )
    made = generate_from_schema(SchemaConfig({"plans": parent, "users": child}), counts={"plans": 500})
    assert None not in made["plans"]["code"].tolist()
    assert None not in made["users"]["plan_code"].tolist()


def test_what_a_column_is_taken_for_can_be_told() -> None:
    config = table_of("orders", email=string(90), status=string(20), total=numeric(9, 2), steered=INTEGER)
    config.columns["steered"].make("serial")
    assert {name: describe(config, column) for name, column in config.columns.items()} == {
        "id": "serial",
        "email": "email",
        "status": "order_status: choice",
        "total": "amount: lognormal",
        "steered": "serial",
    }


@pytest.mark.parametrize(
    "file",
    ["meanings.toml", "commonplace.toml", "nouns.toml", "terms.toml", "prose.toml", "objects.toml", "lives.toml"],
)
def test_the_data_files_can_be_read(file: str) -> None:
    assert toml_file(file)


def test_every_meaning_can_be_made() -> None:
    """Each word of each meaning, in a column of each of its types."""
    types = {
        "text": string(300),
        "integer": ColumnType("integer", bits=64),
        "decimal": numeric(12, 4),
        "number": numeric(12, 4),
        "boolean": BOOLEAN,
        "moment": DATETIME,
        "date": DATE,
        "time": ColumnType("time"),
        "interval": ColumnType("interval"),
        "binary": ColumnType("binary", length=200),
    }
    columns: dict[str, Column] = {}
    for name, meaning in {**toml_file("commonplace.toml"), **toml_file("meanings.toml")}.items():
        for family in meaning["of"]:
            for number, words in enumerate(meaning["words"]):
                column = f"{words.replace(' ', '_')}" if not number else f"{name}_{number}_{words.replace(' ', '_')}"
                columns.setdefault(column, Column(column, types[family]))
    tables = {}
    for start in range(0, len(columns), 80):
        config = table_of(f"records_{start}")
        config.columns |= {name: columns[name] for name in list(columns)[start : start + 80]}
        tables[config.key] = config
    made = generate_from_schema(SchemaConfig(tables), counts=dict.fromkeys(tables, 3))
    assert all(len(list(table.rows())) == 3 for table in made.values())
    assert len(columns) > 1000
