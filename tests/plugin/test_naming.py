"""Names of a worker's database fit into what servers keep of a name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.fixtures.naming import LONGEST, for_worker


def test_a_short_name_keeps_its_base() -> None:
    assert for_worker("app_test", "gw3") == "app_test_gw3"


@given(st.text(min_size=1, max_size=200), st.integers(0, 999))
def test_any_name_fits_and_ends_in_its_worker(base: str, number: int) -> None:
    name = for_worker(base, f"gw{number}")
    assert len(name.encode()) <= LONGEST
    assert name.endswith(f"_gw{number}")


def test_long_names_that_differ_at_their_end_stay_apart() -> None:
    assert for_worker("x" * 80 + "a", "gw0") != for_worker("x" * 80 + "b", "gw0")
