"""Rows brought to meet CHECKs that cannot be solved, only evaluated: other values are proposed until one does.

What a row gets depends on the row alone: its proposals come in a fixed order with bits drawn for the row, and there are
at most `ATTEMPTS`. A row for which none does stays as it was made, and is told when rows are verified.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.clues import Clue
from pytest_misata.engine.checks.proposals import proposals
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
_ROUNDS = 60
"""How often each column gets any of its proposals."""
_ANY, _NULL, _EQUAL = -1, -2, -3
_NO_VALUE = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
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
        wrong = [at for at, row in enumerate(rows) if self.unmet(row)]
        changed = self._mended(frame.rows, rows, wrong) if wrong else {}
        result = {name: cells[name] for name in self.free}
        for name in self.free:
            at = [row for row, values in changed.items() if name in values]
            if at:
                type_ = self.table.columns[name].type
                stated = encode(type_, [kept(changed[row][name], type_) for row in at])
                result[name] = replace(result[name], np.array(at, dtype=np.int64), stated)
        return result

    def unmet(self, row: Mapping[str, Any]) -> list[Condition]:
        """The conditions that a row does not meet, as far as they can be evaluated for its values."""
        return [found for found in self.conditions if not _passes(found, row)]

    def missing(self, row: Mapping[str, Any]) -> int:
        """How many parts of the conditions a row does not meet."""
        return sum(found.missing(row) for found in self.conditions)

    def _mended(
        self, numbers: Index, rows: Sequence[Mapping[str, Any]], wrong: list[int]
    ) -> dict[int, Mapping[str, Any]]:
        """For rows at some places what is to be changed in them: a change stays that more conditions are met with."""
        searches = {at: _Search(self, int(numbers[at]), dict(rows[at])) for at in wrong}
        for attempt, names in enumerate(self._attempts()):
            wrong = [at for at in wrong if searches[at].unmet]
            if not wrong:
                break
            key = self.world.key(self.table.key, "+".join(self.free), "sought", str(attempt))
            bits = draw(key, numbers[np.array(wrong, dtype=np.int64)]).tolist()
            for at, row_bits in zip(wrong, bits, strict=True):
                searches[at].attempt(names, row_bits)
        return {at: search.changed for at, search in searches.items() if not search.unmet}

    def _attempts(self) -> Iterable[Mapping[str, int]]:
        """Which proposal is tried for which columns: each for one column alone, any for one, then for all at once."""
        sizes = {name: len(proposals(self.table.columns[name].type)) for name in self.free}
        single = [
            {name: number}
            for number in range(max(sizes.values(), default=0))
            for _ in range(_TURNS)
            for name in self.free
            if number < sizes[name]
        ]
        single += [{name: _NULL} for name in self.free if self.table.columns[name].nullable]
        together = [dict.fromkeys(self.free, _ANY)] * (ATTEMPTS if len(self.free) > 1 else 0)
        equal = [{name: _EQUAL} for name in self.free]
        any_one = [[*({name: _ANY} for name in self.free), *equal]] * _ROUNDS
        return [*equal, *single, *equal, *(attempt for round_ in any_one for attempt in round_), *together]


class _Search:
    """The look for the values of one row."""

    def __init__(self, seeker: Seeker, number: int, row: dict[str, Any]) -> None:
        self._seeker, self._row = seeker, row
        states, key = seeker.world.pins.states, seeker.table.key
        self._pinned = {name for name in seeker.free if states(key, name, number)}
        self.unmet, self._missing = seeker.unmet(row), seeker.missing(row)
        self.changed: dict[str, Any] = {}

    def attempt(self, names: Mapping[str, int], bits: int) -> None:
        """Change columns by proposals, where more conditions are met then."""
        alone = next(iter(names)) if len(names) == 1 else None
        if not self._pinned.isdisjoint(names) or (alone and not any(alone in found.columns for found in self.unmet)):
            return
        change = self._change(names, bits)
        if change:
            row = {**self._row, **change}
            missing = self._seeker.missing(row)
            if missing < self._missing:
                self._row, self._missing, self.unmet = row, missing, self._seeker.unmet(row)
                self.changed |= change

    def _change(self, names: Mapping[str, int], bits: int) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        for turn, (name, which) in enumerate(names.items()):
            column = self._seeker.table.columns[name]
            row = {**self._row, **changed}
            value = self._equal(column) if which == _EQUAL else self._proposed(column, row, bits + turn, which)
            if value is not None or which == _NULL:
                changed[name] = value
        return changed

    def _equal(self, column: Column) -> Any:
        """What a condition says outright that the column is equal to."""
        for found in self.unmet:
            for name, expression in found.equations:
                if name == column.name:
                    try:
                        return fitted(expression(self._row), column.type)
                    except _NO_VALUE:
                        continue
        return None

    def _proposed(self, column: Column, row: Mapping[str, Any], bits: int, which: int) -> Any:
        listed = proposals(column.type)
        if which == _NULL or not listed:
            return None
        clue = self._clue(column, row, bits)
        proposal = listed[clue.below(len(listed), 11) if which == _ANY else which]
        try:
            return fitted(proposal(clue), column.type)
        except _NO_VALUE:
            return None

    def _clue(self, column: Column, row: Mapping[str, Any], bits: int) -> Clue:
        """What one of the unmet conditions mentions, or what all do."""
        about = [found for found in self._seeker.conditions if column.name in found.columns]
        unmet = [found for found in about if found in self.unmet]
        if unmet and bits % 2:
            about = [unmet[bits // 2 % len(unmet)]]
        constants = [value for found in about for value in found.constants]
        texts = [value for value in constants if isinstance(value, str)]
        numbers = [value for value in constants if not isinstance(value, str)]
        others = [name for name in self._seeker.read if name != column.name]
        paths = [path for found in about for path in found.paths.get(column.name, ())]
        return Clue(row, column.name, others, texts, numbers, bits, paths)


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
    read = _READ.get(cells.type.kind) or _READ.get(str(cells.type.native))
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


_PAIR = re.compile(r'"([^"]*)"=>"([^"]*)"')
_READ: Mapping[str, Callable[[Any], Any]] = {
    "numeric": Fraction,
    "datetime": moment,
    "json": json.loads,
    "array": json.loads,
    "hstore": lambda text: dict(_PAIR.findall(text)),
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
    if type_.native == "hstore" and isinstance(value, dict):
        return ", ".join(f'"{key}"=>"{text}"' for key, text in value.items())
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
