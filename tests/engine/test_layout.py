from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata.engine.keys.layout import Layout


def layout(parents, children, ratio=None, minimum=0, spread="skewed"):
    ratio = None if ratio is None else Fraction(ratio)
    return Layout(42, ("t", "c"), parents=parents, children=children, ratio=ratio, minimum=minimum, spread=spread)


def rows(count):
    return np.arange(count, dtype=np.int64)


@settings(deadline=None)
@given(
    st.integers(1, 700),
    st.integers(1, 4000),
    st.sampled_from([None, "3", "1.5", "0.3", "7"]),
    st.sampled_from(["even", "skewed", "heavy"]),
)
def test_parents_and_children_agree(parents, children, ratio, spread):
    whole = layout(parents, children, ratio, spread=spread)
    place = whole.place(rows(children))
    assert ((place.parent >= 0) & (place.parent < parents)).all()
    found, offsets = whole.children_of(0, parents)
    belongs = np.full(children, -1)
    belongs[found] = offsets
    assert len(found) == children
    assert (belongs == place.parent).all()


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 3000), st.data())
def test_any_rows_on_their_own_are_the_same(parents, children, data):
    whole = layout(parents, children, "3")
    picked = np.array(data.draw(st.lists(st.integers(0, children - 1), min_size=1, max_size=40)), dtype=np.int64)
    alone, together = whole.place(picked), whole.place(rows(children)).take(picked)
    for name in ("parent", "number", "ordinal", "degree", "last"):
        assert (getattr(alone, name) == getattr(together, name)).all()


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 3), st.integers(0, 800))
def test_everyone_has_the_minimum(parents, minimum, more):
    children = parents * minimum + more
    if children:
        counts = np.bincount(layout(parents, children, None, minimum).place(rows(children)).parent, minlength=parents)
        assert counts.min() >= minimum
        assert counts.sum() == children


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 2000))
def test_siblings_are_numbered_without_repeats_and_one_is_the_last(parents, children):
    place = layout(parents, children, "3").place(rows(children))
    pairs = list(zip(place.parent.tolist(), place.number.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert np.bincount(place.parent[place.last], minlength=parents).max() <= 1


def test_more_parents_move_only_the_children_of_the_last_block():
    fewer, more = layout(1000, 3000, 3).place(rows(3000)), layout(1001, 3003, 3).place(rows(3000))
    moved = fewer.parent != more.parent
    assert not moved[: 960 * 3].any()


def test_more_children_move_none():
    fewer, more = layout(1000, 5000).place(rows(5000)), layout(1000, 5001).place(rows(5000))
    assert (fewer.parent == more.parent).all()


def test_children_are_skewed_and_totals_exact():
    counts = np.bincount(layout(1000, 3000, 3).place(rows(3000)).parent, minlength=1000)
    assert counts.sum() == 3000
    assert counts.max() > 12
    # A Poisson spread of mean 3 has variance 3; the log-normal weights make it much wider.
    assert counts.var() > 6


def test_even_is_even():
    counts = np.bincount(layout(1000, 4567, spread="even").place(rows(4567)).parent, minlength=1000)
    assert counts.min() >= 4
    assert counts.max() <= 6


def test_row_numbers_rise_with_the_place_among_siblings():
    place = layout(64, 640, 10).place(rows(640))
    for parent in range(64):
        assert (np.diff(place.ordinal[place.parent == parent]) > 0).all()


def test_few_parents_with_very_many_children():
    place = layout(3, 500_000).place(np.array([0, 499_999, 250_000], dtype=np.int64))
    assert set(place.parent.tolist()) <= {0, 1, 2}


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 300), st.integers(0, 4), st.integers(0, 6), st.data())
def test_with_a_maximum_no_parent_leaves_the_range_and_the_total_is_exact(parents, least, more, data):
    children = data.draw(st.integers(max(1, parents * least), max(1, parents * (least + more))))
    most = max(least + more, -(-children // parents))
    whole = Layout(42, ("t", "c"), parents=parents, children=children, minimum=least, maximum=most)
    degrees = np.bincount(whole.place(rows(children)).parent, minlength=parents)

    assert degrees.sum() == children
    assert degrees.min() >= least
    assert degrees.max() <= most


def test_more_parents_leave_the_ranges_of_full_blocks_as_they_were():
    def degrees(parents):
        children = parents * 7 // 2
        whole = Layout(42, ("t", "c"), parents=parents, children=children, ratio=Fraction(7, 2), minimum=2, maximum=5)
        return np.bincount(whole.place(rows(children)).parent, minlength=parents)

    assert (degrees(131)[:128] == degrees(301)[:128]).all()
