import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.engine.draws.hashing import make_key
from pytest_misata.engine.draws.permutation import Permutation, permutation


@given(st.integers(1, 5000), st.integers(0, 1000))
def test_every_value_comes_once(size, seed):
    rows = np.arange(size, dtype=np.int64)
    assert sorted(Permutation(make_key(seed, "p"), size).forward(rows).tolist()) == list(range(size))


@given(st.integers(65, 2**62), st.data())
def test_inverse_undoes_forward(size, data):
    rows = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=20)), dtype=np.int64)
    keyed = permutation(make_key(7, "p"), size)
    values = keyed.forward(rows)
    assert ((values >= 0) & (values < size)).all()
    assert keyed.inverse(values).tolist() == rows.tolist()


@pytest.mark.parametrize("size", [2, 3, 63])
def test_small_domains_use_many_orders(size):
    rows = np.arange(size, dtype=np.int64)
    orders = {tuple(Permutation(make_key(seed, "p"), size).forward(rows).tolist()) for seed in range(64)}
    assert len(orders) >= min(6 if size == 3 else 64, 2 if size == 2 else 60)


def test_neighbours_do_not_stay_neighbours():
    values = Permutation(make_key(1, "p"), 2**32).forward(np.arange(10_000, dtype=np.int64))
    correlation = np.corrcoef(values[:-1], values[1:])[0, 1]
    assert abs(correlation) < 0.05
