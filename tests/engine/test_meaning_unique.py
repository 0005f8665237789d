"""Unique columns keep their meaning, and differ for as many rows as they can hold."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.kinds.numbered import spaced
from pytest_misata.engine.texts.terms import slugged, terms
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.errors import CapacityError
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATETIME, INTEGER, TEXT, ColumnType, string


def unique(name: str, type_: ColumnType, rows: int, table: str = "things") -> list:
    columns = {"id": Column("id", INTEGER), name: Column(name, type_)}
    config = TableConfig(table, columns, ("id",), uniques=[(name,)])
    made = generate_from_schema(SchemaConfig({table: config}, main=table), rows=rows)
    return [row[name] for row in made[table].rows()]


NATIVE = "inet cidr macaddr macaddr8 int4range daterange tstzrange int8multirange tsvector tsquery hstore ltree oid"
TYPES = {
    "uuid": ColumnType("uuid"),
    "binary": ColumnType("binary"),
    "short binary": ColumnType("binary", length=2, fixed=True),
    "numeric": ColumnType("numeric", precision=9, scale=3),
    "fraction": ColumnType("numeric", precision=4, scale=4),
    "float": ColumnType("float"),
    "time": ColumnType("time"),
    "interval": ColumnType("interval"),
    "datetime": DATETIME,
    "json": ColumnType("json"),
    "text array": ColumnType("array", item=TEXT),
    "flag array": ColumnType("array", item=ColumnType("boolean")),
    "number array": ColumnType("array", item=ColumnType("numeric")),
    "choice array": ColumnType("array", item=ColumnType("enum", values=("a", "b"))),
    **{name: ColumnType("native", native=name) for name in NATIVE.split()},
    "bits": ColumnType("native", native="bit", length=13),
}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_distinct_values(name: str) -> None:
    made = unique("v", TYPES[name], 8000)
    assert len({str(value) for value in made}) == 8000


def test_a_type_of_few_values_says_so() -> None:
    with pytest.raises(CapacityError, match=r"things\.v can hold 16 unique values and 17 rows"):
        unique("v", ColumnType("native", native="bit", length=4), 17)
    with pytest.raises(CapacityError, match=r"things\.v can hold 256 unique values"):
        unique("v", ColumnType("binary", length=1, fixed=True), 300)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 40, 200])
@pytest.mark.parametrize(
    "name", ["name", "title", "code", "sku", "slug", "url", "phone", "email", "status", "city", "foo"]
)
@pytest.mark.parametrize("fixed", [True, False])
def test_texts_differ_though_capitals_are_disregarded(name: str, length: int, fixed: bool) -> None:
    rows = min(26**length, 4000)
    made = unique(name, ColumnType("string", length=length, fixed=fixed, case_sensitive=False), rows)
    assert len({text.lower() for text in made}) == rows
    assert all(len(text) <= length and text == text.strip() for text in made)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("name", r"[A-Z][A-Za-z ,'&-]+( \d+)?"),
        ("sku", r"[A-Z]{3}-\d{4}-[A-Z]"),
        ("url", r"https://\w+\.example/[\w-]+"),
        ("phone", r"\+1 \(2\d\d\) 555-\d{4}"),
        ("email", r"[\w.]+@[a-z.]+"),
        ("hostname", r"[a-z]+(-[a-z]+)?-\d\d(-\d+)?"),
        ("version", r"\d+\.\d+\.\d+"),
        ("invoice_number", r"INV-\d{6}"),
        ("domain", r"\w+\.example"),
        ("token", r"[0-9a-f]{32}"),
    ],
)
def test_unique_texts_keep_their_meaning(name: str, pattern: str) -> None:
    made = unique(name, string(120), 3000, "products")
    assert len(set(made)) == 3000
    assert all(re.fullmatch(pattern, text) for text in made)


def test_names_come_plain_before_they_come_with_a_number() -> None:
    made = unique("name", string(60), 3 * len(terms("department")), "departments")
    assert sorted(made[: len(terms("department"))]) == sorted(terms("department"))
    assert all(text.endswith(" 2") for text in made[len(terms("department")) : 2 * len(terms("department"))])


def test_names_of_people_and_companies_differ() -> None:
    for table in ("authors", "publishers"):
        made = unique("name", string(100), 20_000, table)
        assert len(set(made)) == 20_000
        assert not any(re.search(r"\d", text) for text in made)


def test_an_email_goes_with_a_unique_name() -> None:
    columns = {"id": Column("id", INTEGER), "name": Column("name", string(90)), "email": Column("email", string(120))}
    config = TableConfig("authors", columns, ("id",), uniques=[("name",), ("email",)])
    rows = list(generate_from_schema(SchemaConfig({"authors": config}), rows=2000)["authors"].rows())
    assert len({row["name"] for row in rows}) == len({row["email"] for row in rows}) == 2000
    assert all(row["email"].startswith(row["name"].split()[0].lower()) for row in rows)


def test_the_worlds_countries_come_first() -> None:
    names, codes = (unique(name, string(60), 400, "countries") for name in ("name", "code"))
    assert "France" in names
    assert "FR" in codes
    assert len(set(names)) == len(set(codes)) == 400


def test_among_siblings_names_may_be_the_same_again() -> None:
    owners = TableConfig("projects", {"id": Column("id", INTEGER)}, ("id",))
    columns = {
        "id": Column("id", INTEGER),
        "project_id": Column("project_id", INTEGER),
        "name": Column("name", string(60)),
    }
    key = ForeignKey(("project_id",), "projects", ("id",), owner=True, per_parent=Fraction(6))
    labels = TableConfig("labels", columns, ("id",), [key], [("project_id", "name")])
    tables = generate_from_schema(SchemaConfig({"projects": owners, "labels": labels}), rows=300)
    rows = list(tables["labels"].rows())
    assert len({(row["project_id"], row["name"]) for row in rows}) == len(rows) == 1800
    assert sum(row["name"][-1].isdigit() for row in rows) < 200


@pytest.mark.parametrize("sort", sorted(toml_file("terms.toml")))
def test_no_name_with_a_number_is_another_name(sort: str) -> None:
    texts = terms(sort, "Item")
    known = {text.lower() for text in texts}
    # What ends in no such number is none of the names that do.
    numbers = [number for number in range(2, 400) if any(slugged(text).endswith(f"{number}") for text in texts)]
    numbered = {spaced(text, number).lower() for text in texts for number in numbers}
    assert len(known) == len(texts)
    assert not known & numbered
    assert len({slugged(text) for text in texts}) == len(texts)
    assert not {slugged(text) for text in texts} & {slugged(text) for text in numbered}


OWN_WAYS = {
    "ip": r"10(\.\d{1,3}){3}",
    "client_ip": r"10(\.\d{1,3}){3}",
    "street": r".*\d.*",
    "postcode": r"[A-Z0-9 -]{3,9}",
    "user_agent": r"[\w-]+/\d+\.\d+\.\d+",
    "locale": r"[a-z]{2}_[A-Z]{2}",
    "time_zone": r"[A-Z]\w+/[\w/-]+",
    "mime_type": r"[a-z]+/[\w.+-]+",
    "country_code": r"[A-Z]{2}",
    "language": r"[a-z]{2}",
    "bic": r"[A-Z]{4}DEFF",
    "first_name": r"[A-Z][a-z]+",
    "last_name": r"[A-Z][a-z]+",
    "job_title": r"[A-Z][A-Za-z -]+( \d)?",
    "description": r"([A-Z]\w+: )?[A-Z].+\.",
    "comment": r"([A-Z]\w+: )?[A-Z].+[.?]",
    "question": r"([A-Z]\w+: )?[A-Z].+\?",
    "status": r"(active|inactive|archived|draft|pending)(-\d+)?",
}


@pytest.mark.parametrize("name", OWN_WAYS)
def test_unique_texts_are_told_apart_in_the_way_of_their_meaning(name: str) -> None:
    rows = 180 if name in {"language", "mime_type"} else 240
    made = unique(name, string(60), rows)
    assert len({text.lower() for text in made}) == rows
    wrong = [text for text in made if not re.fullmatch(OWN_WAYS[name], text) or len(text) > 60]
    assert not wrong


@pytest.mark.parametrize("name", ["street", "postcode", "user_agent", "comment", "first_name", "last_name"])
def test_they_differ_for_many_rows(name: str) -> None:
    made = unique(name, TEXT, 10_000)
    assert len({text.lower() for text in made}) == 10_000


def test_all_browsers_of_a_long_column_are_told_apart_by_version() -> None:
    made = unique("user_agent", TEXT, 500)
    assert len(set(made)) == 500
    assert all(text.startswith("Mozilla/5.0 (") for text in made)


def test_given_names_have_a_second_one_once_all_are_taken() -> None:
    made = unique("first_name", TEXT, 3000)
    assert all(" " not in text for text in made[:500])
    assert all(len(set(text.split())) == 2 for text in made[-100:])


def test_names_of_terms_go_back_year_by_year() -> None:
    made = unique("name", string(20), 60, "terms")
    assert len(set(made)) == 60
    assert all(re.fullmatch(r"(Spring|Summer|Autumn) Term (19|20)\d\d", text) for text in made)


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP", "en_GB", "fr_FR", "zh_TW", "pt_PT"])
def test_streets_and_postcodes_of_any_country_differ(locale: str) -> None:
    for name in ("street", "postcode"):
        columns = {"id": Column("id", INTEGER), name: Column(name, string(60))}
        config = TableConfig("places", columns, ("id",), uniques=[(name,)])
        made = generate_from_schema(SchemaConfig({"places": config}, locale=locale), rows=3000)["places"]
        assert len({row[name].lower() for row in made.rows()}) == 3000
