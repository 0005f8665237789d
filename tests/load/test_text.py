"""Rows as text, against the plain way of writing each value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.load.text import Layout, Writer
from pytest_misata.load.values import stored
from pytest_misata.schema import types
from pytest_misata.schema.types import ColumnType

EPOCH = dt.datetime(1970, 1, 1)
MICROS = st.datetimes(dt.datetime(1000, 1, 1)).map(lambda value: (value - EPOCH) // dt.timedelta(microseconds=1))
INTEGERS = st.integers(-(2**63) + 1, 2**63 - 1)


def written(cells: Cells) -> list[str]:
    return Writer(Layout()).rows({"x": cells}).decode().split("\n")[:-1]


def moment(micros: int) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=micros)


def integers(strategy: st.SearchStrategy[int]) -> st.SearchStrategy[list[int]]:
    return st.lists(strategy, min_size=1)


@given(integers(INTEGERS))
def test_integers(values: list[int]) -> None:
    assert written(Cells(types.BIGINT, np.array(values))) == [str(value) for value in values]


@given(integers(INTEGERS), st.integers(0, 12))
def test_decimals(values: list[int], scale: int) -> None:
    cells = Cells(ColumnType("numeric", scale=scale), np.array(values))
    assert [Decimal(word) for word in written(cells)] == [Decimal(value).scaleb(-scale) for value in values]
    assert all(len(word.partition(".")[2]) == scale for word in written(cells))


@given(integers(MICROS))
def test_moments(values: list[int]) -> None:
    cells = Cells(types.DATETIME, np.array(values))
    assert [dt.datetime.fromisoformat(word) for word in written(cells)] == [moment(value) for value in values]
    assert stored(cells) == [moment(value).isoformat(" ", "microseconds") for value in values]


@given(integers(st.integers(-700_000, 2_932_896)))
def test_dates(values: list[int]) -> None:
    cells = Cells(types.DATE, np.array(values))
    expected = [(EPOCH.date() + dt.timedelta(value)).isoformat() for value in values]
    assert written(cells) == stored(cells) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1))
def test_texts(values: list[str]) -> None:
    escaped = [
        value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") for value in values
    ]
    assert written(text_cells(types.TEXT, values)) == escaped


@given(st.lists(st.tuples(INTEGERS, st.booleans()), min_size=1))
def test_nulls(pairs: list[tuple[int, bool]]) -> None:
    data, null = np.array([value for value, _ in pairs]), np.array([missing for _, missing in pairs])
    expected = ["\\N" if missing else str(value) for value, missing in pairs]
    assert written(Cells(types.BIGINT, data, None, null)) == expected


@given(st.lists(st.sampled_from([0, 1, 2, None]), min_size=1))
def test_words_of_a_vocabulary(codes: list[int | None]) -> None:
    words = np.array(["a\tb", "", "é"], dtype=object)
    null = np.array([code is None for code in codes])
    data = np.array([-1 if code is None else code for code in codes])
    cells = Cells(types.TEXT, data, words, null if null.any() else None)
    assert written(cells) == ["\\N" if code is None else ["a\\tb", "", "é"][code] for code in codes]


def test_a_writer_notices_another_vocabulary() -> None:
    writer = Writer(Layout())
    for word in ("one", "two"):
        cells = Cells(types.TEXT, np.array([0]), np.array([word], dtype=object))
        assert writer.rows({"x": cells}) == f"{word}\n".encode()


def test_rows_wider_than_a_block() -> None:
    values = ["x" * 1_500_000, "y", "z" * 3_000_000]
    assert written(text_cells(types.TEXT, values)) == values


@pytest.mark.parametrize("render", [written, stored])
def test_no_rows(render: Callable[[Cells], list[object]]) -> None:
    for type_ in (types.INTEGER, types.MONEY, types.DATE, types.DATETIME, types.BOOLEAN):
        assert render(Cells(type_, np.array([], dtype=np.int64))) == []
    assert render(text_cells(types.TEXT, [])) == []
