"""What rows take for some time and leave again, as the turns of a table tell: a room, a copy of a book."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.conditions import true
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import read
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import ForeignKey, Rule, SchemaConfig, TableConfig, Turns
from pytest_misata.schema.rules import Condition, read_rule

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_FAR = np.iinfo(np.int64).max
_MICROSECONDS = {"date": 86_400_000_000, "datetime": 1, "time": 1}
_SECOND, _MINUTE = 1_000_000, 60_000_000


class Stays:
    """How long each row of a table has what it takes a turn of. Raises SchemaError where that cannot be told."""

    def __init__(self, schema: SchemaConfig, table: TableConfig, turns: Turns) -> None:
        key = table.foreign_key(turns.of)
        if key is None or sum(one is not None for one in (turns.end, turns.minutes, turns.seconds)) != 1:
            said = f"{table.key}: turns {turns.name}"
            raise SchemaError(
                f"{said}: `of` is the column of a foreign key, and one of `end`, `minutes` and `seconds` is there"
            )
        self.key: ForeignKey = key
        self._turns = turns
        self._where = _condition(schema, table, turns)

    def times(self, frame: Frame) -> tuple[Index, Index, Bool]:
        """The begin and the end of each row's turn, and whether it takes one."""
        begins, there = _moment(frame, self._turns.begin)
        ends = self._ends(frame, begins)
        there &= ends > begins
        there &= _known(frame[self._turns.of])
        if self._where is not None:
            there &= true(self._where, frame)
        return begins, ends, there

    def _ends(self, frame: Frame, begins: Index) -> Index:
        for lasting, unit in ((self._turns.minutes, _MINUTE), (self._turns.seconds, _SECOND)):
            if lasting:
                cells = read(frame, lasting)
                lasts: Index = np.where(_known(cells), cells.data, 0) * unit
                return begins + lasts
        ends, known = _moment(frame, (str(self._turns.end),))
        return np.where(known, ends, _FAR)


def at_once(of: Index, begins: Index, ends: Index) -> Index:
    """How many have the same at the moment at which each begins, itself among them; who leaves goes first."""
    comes = np.repeat(np.array([1, -1]), len(begins))
    order = np.lexsort((comes, np.concatenate([begins, ends]), np.concatenate([of, of])))
    # All that is taken is left in the end: the sum begins anew with each that is taken.
    running, taking = np.cumsum(comes[order]), order < len(begins)
    found = np.empty(len(begins), dtype=np.int64)
    found[order[taking]] = running[taking]
    return found


def _condition(schema: SchemaConfig, table: TableConfig, turns: Turns) -> Condition | None:
    return read_rule(schema, table, Rule(turns.where, turns.name)) if turns.where else None


def _moment(frame: Frame, names: tuple[str, ...]) -> tuple[Index, Bool]:
    """The sum of some columns, in microseconds, and where all of them are there."""
    cells = [read(frame, name) for name in names]
    times = [column.data * _MICROSECONDS[column.type.kind] for column in cells]
    total: Index = reduce(np.add, times)
    return total, reduce(np.logical_and, [_known(column) for column in cells])


def _known(cells: Cells) -> Bool:
    return np.ones(len(cells), dtype=np.bool_) if cells.null is None else ~cells.null
