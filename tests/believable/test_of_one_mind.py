"""What two columns, or two words of a text, say of one thing agrees."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from pytest_misata.api import generate
from tests.believable.test_domains import rows_of

_SENTENCES = [
    ("A telecom with 500 subscribers, 40% prepaid and 60% postpaid", "customers.contract", {"prepaid": 200}),
    ("A law firm with 10 lawyers and 300 cases, 30% criminal", "matters.practice_area", {"Criminal defense": 90}),
    ("A law firm with 200 matters: 35% litigation", "matters.practice_area", {"Litigation": 70}),
    ("A bank with 200 accounts, 70% in EUR and 30% in CHF", "accounts.currency", {"EUR": 140, "CHF": 60}),
]


@pytest.mark.parametrize(("story", "where", "counts"), _SENTENCES)
def test_shares_are_of_the_column_that_tells(story: str, where: str, counts: dict[str, int]) -> None:
    table, _, column = where.partition(".")
    tables = generate(story)
    found = tables[table][column]

    assert {value: int(np.sum(found == value)) for value in counts} == counts
    assert tables.check() == []


def test_books_are_acquired_once_they_are_published() -> None:
    books = rows_of("library")["books"]

    acquired = books["acquired_on"].astype("datetime64[Y]").astype(int) + 1970
    assert (books["published_year"] <= acquired).all()
    assert len(set(books["published_year"])) > 20


@pytest.mark.parametrize(
    ("story", "currency"),
    [
        ("A Polish bank with 60 customers", "PLN"),
        ("A bank in Japan with 60 customers", "JPY"),
        ("A Turkish bank with 60 customers", "TRY"),
        ("A German bank with 60 customers", "EUR"),
    ],
)
def test_accounts_are_in_the_currency_of_the_country(story: str, currency: str) -> None:
    accounts = generate(story)["accounts"]

    assert np.mean(accounts["currency"] == currency) > 0.9


@pytest.mark.parametrize(
    ("where", "shape"), [("in the Netherlands", r"NL\w{12}"), ("in Germany", r"DE\d{9}"), ("in the US", r"\d\d-\d{7}")]
)
def test_vendors_have_tax_numbers_of_their_country(where: str, shape: str) -> None:
    vendors = generate(f"An accounting firm {where} with 20 customers")["vendors"]

    assert all(re.fullmatch(shape, number) for number in vendors["tax_id"])


def test_nobody_pays_for_what_was_declined() -> None:
    claims = rows_of("dental")["claims"]
    void = claims["status"] == "void"

    assert void.any()
    assert not any(claims["insurance_paid"][void])


@pytest.mark.parametrize(
    "file",
    sorted(
        one.name for one in files("pytest_misata.story").joinpath("domains").iterdir() if one.name.endswith(".toml")
    ),
)
def test_no_text_has_two_articles(file: str) -> None:
    data = tomllib.loads(files("pytest_misata.story").joinpath("domains", file).read_text("utf-8"))

    for options in _phrases(data):
        for template in options.get("templates", ()):
            named = " ".join(re.findall(r"\b(?:the|an?) ((?:\{\w+\} ?)+)", template, re.IGNORECASE))
            for word in re.findall(r"\w+", named):
                assert not [
                    one for one in options["words"].get(word, ()) if re.match("(?:the|an?) ", one, re.IGNORECASE)
                ]


def _phrases(data: Any, above: Any = None) -> Iterator[dict[str, Any]]:
    """All that has templates; cases take words from what they are cases of."""
    if isinstance(data, list):
        for one in data:
            yield from _phrases(one, above)
    elif isinstance(data, dict):
        words = {
            **((above or {}).get("words") or {}),
            **(data.get("words") if isinstance(data.get("words"), dict) else {}),
        }
        if "templates" in data or "words" in data:
            yield {**data, "templates": data.get("templates", (above or {}).get("templates", ())), "words": words}
        for name, one in data.items():
            yield from _phrases(one, data if name == "cases" else None)


@pytest.mark.parametrize(
    ("story", "table", "told"),
    [
        ("A flying school with 8 aircraft and 200 lessons", "aircraft", r"[A-Z][\w-]+ .+"),
        ("A car dealer with 40 cars and 20 customers", "cars", r"[A-Z][\w-]+ .+"),
        ("A bike-sharing service with 50 bikes and 300 rides", "bikes", r".*Bike\b"),
        ("A tour operator with 9 buses and 300 trips", "buses", r"(.* Bus|Coach|Minibus|Double-Decker) \d"),
    ],
)
def test_vehicles_are_called_as_their_sort_is(story: str, table: str, told: str) -> None:
    names = generate(story)[table]["name"]

    assert all(re.match(told, name) for name in names)
    assert not {"Forklift", "Box Truck", "Minibus", "Delivery Van"} & set(names)


@pytest.mark.parametrize(
    "noun", ["campaign", "wedding", "festival", "tournament", "expedition", "exhibition", "retreat"]
)
def test_what_lasts_for_days_has_no_minutes(noun: str) -> None:
    assert "duration_minutes" not in generate(f"An agency with 30 {noun}s")[f"{noun}s"].columns


def test_a_lesson_has_no_subject_that_nobody_stated() -> None:
    assert "name" not in generate("A flying school with 8 aircraft and 200 lessons")["lessons"].columns
