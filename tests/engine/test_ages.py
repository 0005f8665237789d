"""Ages of people: as often as in the country that they are in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pytest_misata import generate_from_schema
from pytest_misata.engine.kinds.ages import BRACKET, OLDEST, ages_of
from pytest_misata.engine.people.countries import codes, country
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.types import DATE, INTEGER, string
from tests.engine.schemas import column, table

TODAY = np.datetime64("2026-01-01")
STARTS = range(0, OLDEST, BRACKET)


def births(*columns: object, rows: int, locale: str = "en_US", **options: object) -> dict[str, NDArray]:
    config = table("t", column("id", INTEGER, "serial"), *columns, column("born", DATE, "birth_date", **options))
    return generate_from_schema(SchemaConfig({"t": config}, main="t", locale=locale), rows=rows)["t"]


def shares(born: NDArray) -> list[float]:
    """The share of each bracket of five years."""
    years = (TODAY - born).astype(int) / 365.25
    return [float(np.mean((years >= start) & (years < start + BRACKET))) for start in STARTS]


def census(code: str) -> list[float]:
    whole = country(code).ages
    return [count / sum(whole) for count in whole]


@pytest.mark.parametrize("code", codes())
def test_a_country_has_figures_for_every_five_years(code: str) -> None:
    ages, millions = country(code).ages, country(code).millions
    assert len(ages) == len(STARTS)
    # Figures of other years than the population's, and before the war in Ukraine.
    assert 0.85 < sum(ages) / 1000 / float(millions) < 1.2


@pytest.mark.parametrize("code", codes())
def test_ages_are_within_one_percent_of_the_brackets_of_each_country(code: str) -> None:
    made = births(rows=20_000, locale=country(code).locales[0], minimum_age=0, maximum_age=OLDEST - 1)["born"]
    assert all(abs(share - stated) < 0.01 for share, stated in zip(shares(made), census(code), strict=True))


@pytest.mark.parametrize("code", codes())
def test_the_distribution_itself_is_within_one_percent_of_every_bracket_that_one_in_a_hundred_is_in(code: str) -> None:
    table_ = ages_of(code, 0, OLDEST - 1)
    for start, stated in zip(STARTS, census(code), strict=True):
        low, high = start * 36_525 // 100, (start + BRACKET) * 36_525 // 100 - 1
        if stated >= 0.01:
            assert abs(table_.bits_between(low, high)[1] / 2**64 / stated - 1) < 0.01


def test_ages_are_those_of_the_country_of_the_row() -> None:
    where = column("country_code", string(2), "country_code", country={"JP": 1, "NG": 1})
    made = births(where, rows=40_000, minimum_age=0, maximum_age=OLDEST - 1)
    for code in ("JP", "NG"):
        here = shares(made["born"][made["country_code"] == code])
        assert all(abs(share - stated) < 0.01 for share, stated in zip(here, census(code), strict=True))


def test_ages_keep_to_their_bounds() -> None:
    years = (TODAY - births(rows=5000, minimum_age=18, maximum_age=30)["born"]).astype(int) / 365.25
    assert years.min() >= 18
    assert years.max() < 31.01


def test_nobody_is_older_than_people_get() -> None:
    with pytest.raises(GenerationError, match=r"t\.born: nobody is from 110 to 120 years old"):
        births(rows=5, minimum_age=110, maximum_age=120)["born"]
