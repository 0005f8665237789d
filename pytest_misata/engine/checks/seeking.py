"""Rows brought to meet CHECKs that cannot be solved, only evaluated: other values are proposed until one does.

What a row gets depends on the row alone: its proposals come in a fixed order with bits drawn for the row, and there are
at most `ATTEMPTS`. A row for which none does stays as it was made, and is told when rows are verified.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.proposals import Clue, proposals
from pytest_misata.engine.checks.setting import limits, units
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import draw
from pytest_misata.engine.pins import replace
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.evaluation import Condition
from pytest_misata.schema.functions import Interval, moment, range_of
from pytest_misata.schema.nodes import NotUnderstood
from pytest_misata.schema.types import ColumnType

if TYPE_CHECKING:
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

ATTEMPTS = 1000
_TURNS = 2
"""How often each proposal for a single column is tried before several columns are changed at once."""
_ANY, _NULL = -1, -2
_AS_MADE = "columns as they are made"


@dataclass(frozen=True, slots=True)
class Seeker:
    """Conditions about some columns of a table, and those of the columns that may be changed for them."""

    world: World
    table: TableConfig
    conditions: tuple[Condition, ...]
    free: tuple[str, ...]

    @property
    def read(self) -> tuple[str, ...]:
        """All columns that the conditions read."""
        return tuple(dict.fromkeys(name for found in self.conditions for name in found.columns))

    def maker(self, column: Column, make: Maker) -> Maker:
        """The function that makes one of the columns, `make` being what it is without the conditions."""

        def sought(frame: Frame) -> Cells:
            if frame.keep(_AS_MADE, lambda: False):
                return make(frame)
            name = (_AS_MADE, self.free)
            found: Mapping[str, Cells] = frame.keep(name, lambda: self._settled(frame, column, make))
            return found[column.name]

        return sought

    def _settled(self, frame: Frame, column: Column, make: Maker) -> Mapping[str, Cells]:
        """The free columns of some rows, changed where the conditions are not met."""
        made = Frame(frame.world, frame.table, frame.rows)
        made.keep(_AS_MADE, lambda: True)
        # The caller is being computed: it is put in place before others ask for it.
        made.keep(("column", column.name), lambda: self.world.pins.over(made, column.name, make))
        cells = {name: made[name] for name in self.read}
        rows = plain_rows(cells)
        wrong = [at for at, row in enumerate(rows) if not self.met(row)]
        changed = self._mended(frame.rows, rows, wrong) if wrong else {}
        result = {name: cells[name] for name in self.free}
        for name in self.free:
            at = [row for row, values in changed.items() if name in values]
            if at:
                type_ = self.table.columns[name].type
                stated = encode(type_, [kept(changed[row][name], type_) for row in at])
                result[name] = replace(result[name], np.array(at, dtype=np.int64), stated)
        return result

    def met(self, row: Mapping[str, Any], about: str | None = None) -> bool:
        """Whether a row meets the conditions, as far as they can be evaluated for its values."""
        return all(_passes(found, row) for found in self.conditions if about is None or about in found.columns)

    def _mended(
        self, numbers: Index, rows: Sequence[Mapping[str, Any]], wrong: list[int]
    ) -> dict[int, Mapping[str, Any]]:
        """For rows at some places what is to be changed in them."""
        found: dict[int, Mapping[str, Any]] = {}
        for attempt, names in enumerate(self._attempts()):
            if not wrong:
                break
            key = self.world.key(self.table.key, "+".join(self.free), "sought", str(attempt))
            bits = draw(key, numbers[np.array(wrong, dtype=np.int64)]).tolist()
            for at, row_bits in zip(wrong, bits, strict=True):
                change = self._change(rows[at], names, row_bits, int(numbers[at]))
                if change and self.met({**rows[at], **change}):
                    found[at] = change
            wrong = [at for at in wrong if at not in found]
        return found

    def _attempts(self) -> Iterable[Mapping[str, int]]:
        """Which proposal is tried for which columns: each for one column alone, then all columns at once."""
        sizes = {name: len(proposals(self.table.columns[name].type)) for name in self.free}
        single = [
            {name: number}
            for number in range(max(sizes.values(), default=0))
            for _ in range(_TURNS)
            for name in self.free
            if number < sizes[name]
        ]
        single += [{name: _NULL} for name in self.free if self.table.columns[name].nullable]
        together = [dict.fromkeys(self.free, _ANY)] * (ATTEMPTS if len(self.free) > 1 else ATTEMPTS // 3)
        return [*single, *together]

    def _change(self, row: Mapping[str, Any], names: Mapping[str, int], bits: int, number: int) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        for turn, (name, which) in enumerate(names.items()):
            if self.world.pins.states(self.table.key, name, number):
                return {}
            column = self.table.columns[name]
            value = None if which == _NULL else self._proposed(column, {**row, **changed}, bits + turn, which)
            if value is not None or which == _NULL:
                changed[name] = value
        return changed

    def _proposed(self, column: Column, row: Mapping[str, Any], bits: int, which: int) -> Any:
        about = [found for found in self.conditions if column.name in found.columns]
        constants = [value for found in about for value in found.constants]
        texts = [value for value in constants if isinstance(value, str)]
        numbers = [value for value in constants if not isinstance(value, str)]
        others = [name for name in self.read if name != column.name]
        clue = Clue(row, column.name, others, texts, numbers, bits)
        listed = proposals(column.type)
        if not listed:
            return None
        proposal = listed[clue.below(len(listed), 11) if which == _ANY else which]
        try:
            return fitted(proposal(clue), column.type)
        except (ValueError, TypeError, ArithmeticError, LookupError):
            return None


def _passes(found: Condition, row: Mapping[str, Any]) -> bool:
    try:
        return found.passes(row)
    except NotUnderstood:
        return True


def plain_rows(cells: Mapping[str, Cells]) -> list[dict[str, Any]]:
    """Rows of plain values, as conditions are evaluated on."""
    names = list(cells)
    columns = [_plain(cells[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(cells: Cells) -> list[Any]:
    read = _READ.get(cells.type.kind)
    if cells.type.kind == "native" and "range" in str(cells.type.native):
        read = _range_reader(str(cells.type.native))
    values = cells.to_list()
    return values if read is None else [None if value is None else read(value) for value in values]


def _range_reader(native: str) -> Callable[[str], Any]:
    if "multi" in native:
        return str
    kinds: Mapping[str, Callable[[str], Any]] = {"int": int, "num": Fraction, "dat": dt.date.fromisoformat}
    of = kinds.get(native[:3], moment)
    return lambda text: range_of(text, of)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "numeric": Fraction,
    "datetime": moment,
    "json": json.loads,
    "array": json.loads,
}


def fitted(value: Any, type_: ColumnType) -> Any:
    """The value as the column can hold it; None where it cannot."""
    if value is None:
        return None
    if type_.kind in {"string", "text"}:
        fits = isinstance(value, str) and (type_.length is None or len(value) <= type_.length)
        return value if fits else None
    if type_.kind in {"integer", "numeric", "float"}:
        exact = Fraction(value) * units(type_)
        low, high = limits(type_)
        if not low <= exact <= high:
            return None
        return int(value) if type_.kind == "integer" else Fraction(round(exact), units(type_))
    if type_.kind == "date" and isinstance(value, dt.datetime):
        return value.date()
    return value


def kept(value: Any, type_: ColumnType) -> Any:
    """A plain value as `encode` takes it."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if type_.kind in {"json", "array"} and value is not None:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Interval):
        low, high = (_end(end) for end in (value.low, value.high))
        return f"{value.brackets[0]}{low},{high}{value.brackets[1]}"
    return value


def _end(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f'"{value.isoformat(" ")}"'
    return "" if value is None else str(value)
