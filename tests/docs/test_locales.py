"""The page of countries lists each that has a file, and says what that has."""

from __future__ import annotations

import pytest

from pytest_misata.engine.people.countries import Country, codes, country
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "locales.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## The countries")[2].partition("\n## ")[0]


def line(place: Country) -> str:
    locales = ", ".join(f"`{locale}`" for locale in place.locales)
    return f"| {place.code} | {place.name} | {locales} | {place.currency} | {len(place.cities)} |"


@pytest.mark.parametrize("code", codes())
def test_each_country_is_on_the_page(code: str) -> None:
    assert line(country(code)) in TABLE


def test_the_page_lists_nothing_else() -> None:
    assert TABLE.count("\n| ") - 1 == len(codes())
