"""Stated shares are exact to the nearest row, whatever the size, and any slice is the same alone."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata.engine.draws.hashing import make_key
from pytest_misata.engine.draws.shares import Shares

KEY = make_key(42, "users", "plan", "pick")


def categories(weights, size, rows=None):
    asked = np.arange(size, dtype=np.int64) if rows is None else np.array(rows, dtype=np.int64)
    return Shares(weights)(KEY, asked, size)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any), st.integers(1, 700))
def test_every_share_is_met(weights, size):
    found = Counter(categories(weights, size).tolist())
    for category, weight in enumerate(weights):
        off = abs(found[category] - Fraction(size * weight, sum(weights)))
        assert off <= (Fraction(1, 2) if len(weights) < 3 else 2)


@pytest.mark.parametrize(("percent", "size", "rows"), [(20, 1000, 200), (2, 10_000, 200), (15, 333, 50), (50, 1, 1)])
def test_a_rate_has_the_nearest_number_of_rows(percent, size, rows):
    assert (categories([percent, 100 - percent], size) == 0).sum() == rows


def test_a_slice_and_a_longer_table_have_the_same_rows():
    whole = categories([3, 7], 1000)
    assert categories([3, 7], 1000, [5, 999, 64, 63, 5]).tolist() == whole[[5, 999, 64, 63, 5]].tolist()
    assert categories([3, 7], 5000)[:960].tolist() == whole[:960].tolist()


def test_rows_of_one_category_stand_in_no_order():
    flags = categories([1, 4], 64_000) == 0
    gaps = Counter(np.diff(np.flatnonzero(flags)).tolist())
    assert len(gaps) > 20
    assert abs(np.corrcoef(flags[1:], flags[:-1])[0, 1]) < 0.05


def test_weights_have_to_be_some():
    with pytest.raises(ValueError, match="weights"):
        Shares([0, 0])
