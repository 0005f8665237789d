"""Columns as lists of the Python values that SQLite's driver stores as SQLAlchemy's own types would."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.load.text import Block, beside, clock_block, day_block, moment_block, visible

_EXACT = 2**53


def stored(cells: Cells) -> list[Any]:
    """One int, float, str, bytes or None a row: dates and times as ISO text, numbers with a scale as float."""
    values = _STORED.get(cells.type.kind, _text)(cells)
    if cells.null is not None:
        for row in np.flatnonzero(cells.null).tolist():
            values[row] = None
    return values


def _integer(cells: Cells) -> list[Any]:
    values: list[Any] = cells.data.tolist()
    return values


def _boolean(cells: Cells) -> list[Any]:
    # sqlite3 binds an exact int without the detour through its adapters that bool takes.
    values: list[Any] = cells.data.astype(np.int8).tolist()
    return values


def _number(cells: Cells) -> list[Any]:
    if cells.data.dtype.kind == "f" or len(cells) == 0 or np.abs(cells.data).max() < _EXACT:
        values: list[Any] = (cells.data / 10**cells.type.scale).tolist()
        return values
    return [None if value is None else float(value) for value in cells.to_list()]


def _lines(block: Block) -> list[Any]:
    if not len(block):
        return []
    return beside(len(block), block, b"\n").tobytes().decode("ascii").split("\n")[:-1]


def _date(cells: Cells) -> list[Any]:
    return _lines(day_block(visible(cells)))


def _datetime(cells: Cells) -> list[Any]:
    return _lines(moment_block(visible(cells), fraction=True))


def _time(cells: Cells) -> list[Any]:
    return _lines(clock_block(visible(cells), fraction=True))


def _text(cells: Cells) -> list[Any]:
    values: list[Any] = (cells.data if cells.vocabulary is None else cells.vocabulary[visible(cells)]).tolist()
    return values


def _uuid(cells: Cells) -> list[Any]:
    return [value.replace("-", "") if value else value for value in _text(cells)]


_STORED = {
    "integer": _integer,
    "boolean": _boolean,
    "numeric": _number,
    "float": _number,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    # SQLAlchemy keeps an interval as the moment that far from the epoch.
    "interval": _datetime,
    "uuid": _uuid,
}
