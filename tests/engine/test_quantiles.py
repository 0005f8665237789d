from decimal import Decimal, localcontext
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.engine.draws.hashing import draw, make_key
from pytest_misata.engine.draws.quantiles import (
    KNOTS,
    Categories,
    Quantiles,
    exact,
    exponential,
    integer_weights,
    lognormal,
    normal_knots,
)
from pytest_misata.errors import GenerationError

BITS = draw(make_key(9, "quantiles"), np.arange(5000, dtype=np.int64))


def kolmogorov_smirnov(values, distribution):
    """The greatest distance between the sample's and the distribution's cumulative share."""
    ordered = np.sort(np.asarray(values, dtype=float))
    theory = np.array([distribution.cdf(value) for value in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return max(np.abs(theory - steps[:-1]).max(), np.abs(theory - steps[1:]).max())


def test_the_shipped_normal_quantiles_are_right():
    knots = normal_knots()
    assert len(knots) == KNOTS + 1
    shares = [Fraction(1, KNOTS * 16), *(Fraction(k, KNOTS) for k in range(1, KNOTS)), 1 - Fraction(1, KNOTS * 16)]
    theory = [NormalDist().inv_cdf(float(share)) for share in shares]
    assert np.abs(np.array(knots) / 2**32 - np.array(theory)).max() < 1e-9


def test_logarithms_of_lognormal_amounts_are_normal():
    amounts = lognormal(Fraction(4900), Fraction("0.8"))(BITS)
    logs = np.log(amounts / 4900) / 0.8
    # 1.63 / sqrt(n) is the critical distance at p = 0.01.
    assert kolmogorov_smirnov(logs, NormalDist()) < 1.63 / len(BITS) ** 0.5


def test_exponential_has_its_mean():
    values = exponential(Fraction(10_000))(draw(make_key(9, "mean"), np.arange(200_000, dtype=np.int64)))
    assert abs(float(values.mean()) / 10_000 - 1) < 0.02


def test_a_knot_is_met_exactly_and_between_knots_lies_the_line():
    table = Quantiles([step * 1000 for step in range(KNOTS + 1)])
    bits = np.array([0, 1 << 52, (5 << 52) + (1 << 51)], dtype=np.uint64)
    assert table(bits).tolist() == [0, 1000, 5500]


@given(st.integers(1, 2**50))
def test_interpolation_never_leaves_the_order(top):
    table = Quantiles([0] * KNOTS + [top])
    bits = np.array([(KNOTS - 1 << 52) + (step << 46) for step in range(64)], dtype=np.uint64)
    values = table(bits).tolist()
    assert values == sorted(values)
    assert 0 <= values[0] <= values[-1] <= top


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any))
def test_categories_hold_their_shares(weights):
    bits = draw(make_key(4, "categories"), np.arange(20_000, dtype=np.int64))
    counts = np.bincount(Categories(weights)(bits), minlength=len(weights))
    shares = np.array(weights) / sum(weights)
    assert np.abs(counts / 20_000 - shares).max() < 0.025
    assert not counts[np.array(weights) == 0].any()


@given(st.lists(st.integers(1, 10**6), min_size=8, max_size=300))
def test_the_guide_table_agrees_with_a_search(weights):
    categories = Categories(weights)
    assert (categories(BITS) == np.searchsorted(categories._bounds, BITS, side="right")).all()


def test_bad_weights_are_refused():
    with pytest.raises(GenerationError, match="weights must be 0 or more"):
        Categories([0, 0])


def test_a_float_stands_for_what_was_written():
    assert exact(0.1) == Fraction(1, 10)
    assert integer_weights([0.7, "0.2", 0.1]) == [7, 2, 1]
    with pytest.raises(GenerationError, match="not a number: 'many'"):
        exact("many")


def test_tables_do_not_depend_on_the_decimal_context_of_the_caller():
    lognormal.cache_clear()
    with localcontext(prec=4):
        rough = lognormal(Fraction(777), Fraction("0.6"))(BITS)
    lognormal.cache_clear()
    assert (lognormal(Fraction(777), Fraction("0.6"))(BITS) == rough).all()
    assert Decimal(1) / 3 != Decimal("0.3333")
