import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.engine.draws.hashing import below, chance, draw, make_key

ROWS = np.arange(200_000, dtype=np.int64)


def test_draws_are_pinned():
    """Changing these bytes changes every value: raise ENGINE_VERSION and say so in the changelog."""
    bits = draw(make_key(42, "users", "email", "pick"), np.array([0, 1, 2**40], dtype=np.int64))
    assert bits.tolist() == GOLDEN


def test_a_row_does_not_depend_on_its_neighbours():
    key = make_key(1, "t")
    assert (draw(key, ROWS[5000:5010]) == draw(key, ROWS)[5000:5010]).all()


def test_fields_are_told_apart_by_their_borders():
    assert make_key(1, "ab", "c") != make_key(1, "a", "bc")
    assert make_key(1, "a") != make_key(11, "a")


def test_columns_are_not_shifted_copies_of_each_other():
    one, other = draw(make_key(1, "a"), ROWS), draw(make_key(1, "b"), ROWS)
    assert not np.isin(one, other).any()


def test_every_bit_is_set_half_of_the_time():
    bits = draw(make_key(3, "bits"), ROWS)
    shares = [float(((bits >> np.uint64(bit)) & np.uint64(1)).mean()) for bit in range(64)]
    # Five standard deviations of a fair coin thrown 200,000 times.
    assert all(abs(share - 0.5) < 5 * 0.5 / len(ROWS) ** 0.5 for share in shares)


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**62))
def test_below_is_the_high_half_of_the_product(bits, bound):
    assert below(np.array([bits], dtype=np.uint64), bound).tolist() == [bits * bound >> 64]


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(1, 2**32 - 1)), min_size=1))
def test_below_takes_a_bound_for_each_row(pairs):
    bits, bounds = (np.array(values, dtype=np.uint64) for values in zip(*pairs, strict=True))
    assert below(bits, bounds).tolist() == [bit * bound >> 64 for bit, bound in pairs]


def test_chance_hits_its_rate():
    bits = draw(make_key(5, "rate"), ROWS)
    assert abs(float(chance(bits, 1, 50).mean()) - 0.02) < 0.002
    assert chance(bits, 1, 1).all()
    assert not chance(bits, 0, 1).any()


GOLDEN = [1246217973165380740, 18225072546178887880, 8727947715380630690]
