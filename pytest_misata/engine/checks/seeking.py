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
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.aiming import aimed, wanted_of
from pytest_misata.engine.checks.clues import Clue
from pytest_misata.engine.checks.determining import Determined
from pytest_misata.engine.checks.numbers import Numbers
from pytest_misata.engine.checks.proposals import COARSER, proposals
from pytest_misata.engine.checks.rules import left_alone
from pytest_misata.engine.checks.setting import limits, units
from pytest_misata.engine.constraints import parts_for, setting_for
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import draw
from pytest_misata.engine.pins import replace
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.evaluation import Condition
from pytest_misata.schema.functions import Interval, half_up, moment, range_of
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
_ANY, _NULL, _EQUAL, _AIMED, _PART = -1, -2, -3, -4, -5
_COARSE = 1000
"""The number of the first of `COARSER`, beyond those of all proposals."""
_FINE = 2
"""How many of them leave a number what it looks like."""
_NO_VALUE = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
_AS_MADE = "columns as they are made"


@dataclass(frozen=True, slots=True)
class Seeker:
    """Conditions about some columns of a table, and those of the columns that may be changed for them."""

    world: World
    table: TableConfig
    conditions: tuple[Condition, ...]
    free: tuple[str, ...]
    determined: tuple[Determined, ...] = ()
    """Those of them that are computed from others, in the order of that."""
    given: tuple[str, ...] = ()
    """Columns that are read as they are in the end, since another seeker changes them."""

    @property
    def read(self) -> tuple[str, ...]:
        """All columns that the conditions read."""
        about = [*self.free, *(name for found in self.conditions for name in found.columns)]
        return tuple(dict.fromkeys((*about, *(name for found in self.determined for name in found.reads))))

    @property
    def open(self) -> tuple[str, ...]:
        """The columns that other values are tried for."""
        computed = {found.name for found in self.determined}
        return tuple(name for name in self.free if name not in computed)

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
        for name in self.given:
            made.keep(("column", name), partial(frame.__getitem__, name))
        # The caller is being computed: it is put in place before others ask for it.
        made.keep(("column", column.name), lambda: self.world.pins.over(made, column.name, make))
        cells = {name: made[name] for name in self.read}
        rows = plain_rows(cells)
        changed: dict[int, Mapping[str, Any]] = {}
        if self.determined:
            changed = {at: self.computed(row, int(frame.rows[at])) for at, row in enumerate(rows)}
            rows = [{**row, **changed[at]} for at, row in enumerate(rows)]
        wrong = [at for at, row in enumerate(rows) if self.unmet(row)]
        for place, values in (self._mended(frame.rows, rows, wrong) if wrong else {}).items():
            changed[place] = {**changed.get(place, {}), **values}
        result = {name: cells[name] for name in self.free}
        for name in self.free:
            at = [row for row, values in changed.items() if name in values]
            if at:
                type_ = self.table.columns[name].type
                stated = encode(type_, [kept(changed[row][name], type_) for row in at])
                result[name] = replace(result[name], np.array(at, dtype=np.int64), stated)
        return result

    def computed(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        """What a row's determined columns are, by its others; a column that cannot be computed, or is pinned, stays."""
        whole, found = dict(row), dict[str, Any]()
        for one in self.determined:
            column = self.table.columns[one.name]
            if _stays_null(column, row) or self.world.pins.states(self.table.key, one.name, number):
                continue
            try:
                value = fitted(one.value(whole), column.type)
            except _NO_VALUE:
                continue
            if value is not None or (column.nullable and all(whole[name] is None for name in one.reads)):
                found[one.name] = whole[one.name] = value
        return found

    def behind(self, found: Condition) -> frozenset[str]:
        """The columns that a condition hangs on: its own, and those that determined ones of them are computed from."""
        return self.sources(*found.columns)

    def sources(self, *names: str) -> frozenset[str]:
        """Some columns with all that they are computed from."""
        found = set(names)
        for one in reversed(self.determined):
            found |= one.reads if one.name in found else set()
        return frozenset(found)

    def unmet(self, row: Mapping[str, Any]) -> list[Condition]:
        """The conditions that a row does not meet, as far as they can be evaluated for its values."""
        return [found for found in self.conditions if not _passes(found, row)]

    def missing(self, row: Mapping[str, Any]) -> int:
        """How many parts of the conditions a row does not meet."""
        return sum(found.missing(row) or not found.is_steady(row) for found in self.conditions)

    def wanted(self, name: str, bits: int) -> Fraction | None:
        """A number that the conditions about a determined column alone leave it."""
        found = self.world.keep(f"wanted of {self.table.key}.{name}", lambda: self._wanted(name))
        unit = units(self.table.columns[name].type)
        return None if found is None else found[0] + Fraction(bits % (found[1] + 1), unit)

    def _wanted(self, name: str) -> tuple[Fraction, int] | None:
        setting = setting_for(self.world.schema, self.table)
        try:
            domain = left_alone(name, parts_for(self.world, self.table), setting)
        except SchemaError:
            return None
        return wanted_of(domain.values, setting, name) if isinstance(domain.values, Numbers) else None

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
        free = self.open
        sizes = {name: len(proposals(self.table.columns[name].type)) for name in free}
        single = [
            {name: number}
            for number in range(max(sizes.values(), default=0))
            for _ in range(_TURNS)
            for name in free
            if number < sizes[name]
        ]
        single += [{name: _NULL} for name in free if self.table.columns[name].nullable]
        together = [dict.fromkeys(free, _ANY)] * (ATTEMPTS if len(free) > 1 else 0)
        equal = [{name: _EQUAL} for name in free]
        any_one = [[*({name: _ANY} for name in free), *equal]] * _ROUNDS
        mild = list(self._mild(free)) if self.determined else []
        return [*mild, *equal, *single, *equal, *(attempt for round_ in any_one for attempt in round_), *together]

    def _mild(self, free: Sequence[str]) -> Iterable[Mapping[str, int]]:
        """What is tried first for what is computed: numbers in steps, so that it comes out even, and where it lies."""
        for steps in (range(_FINE), range(_FINE, len(COARSER))):
            yield from ({name: _PART} for name in free)
            yield from ({name: _AIMED} for name in free)
            yield from self._coarser(*steps)

    def _coarser(self, *steps: int) -> Iterable[Mapping[str, int]]:
        """Numbers with decimals in longer and longer steps, each alone, then all."""
        names = [name for name in self.open if self.table.columns[name].type.kind in {"numeric", "float"}]
        for step in steps:
            yield from ({name: _COARSE + step} for name in names)
            if len(names) > 1:
                yield dict.fromkeys(names, _COARSE + step)


class _Search:
    """The look for the values of one row."""

    def __init__(self, seeker: Seeker, number: int, row: dict[str, Any]) -> None:
        self._seeker, self._row, self._number = seeker, row, number
        states, key = seeker.world.pins.states, seeker.table.key
        self._pinned = {name for name in seeker.free if states(key, name, number)}
        self.unmet, self._missing = seeker.unmet(row), seeker.missing(row)
        self.changed: dict[str, Any] = {}

    def attempt(self, names: Mapping[str, int], bits: int) -> None:
        """Change columns by proposals, where more conditions are met then."""
        alone = next(iter(names)) if len(names) == 1 else None
        behind = self._seeker.behind
        if not self._pinned.isdisjoint(names) or (alone and not any(alone in behind(found) for found in self.unmet)):
            return
        change = self._change(names, bits)
        if change:
            row = {**self._row, **change}
            change = {**change, **self._seeker.computed(row, self._number)}
            row |= change
            missing = self._seeker.missing(row)
            if missing < self._missing:
                self._row, self._missing, self.unmet = row, missing, self._seeker.unmet(row)
                self.changed |= change

    def _change(self, names: Mapping[str, int], bits: int) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        for turn, (name, which) in enumerate(names.items()):
            column = self._seeker.table.columns[name]
            row = {**self._row, **changed}
            value = self._tried(column, row, bits + turn, which)
            if value is not None or which == _NULL:
                changed[name] = value
        return changed

    def _tried(self, column: Column, row: Mapping[str, Any], bits: int, which: int) -> Any:
        if which == _EQUAL:
            return self._equal(column)
        if which == _AIMED:
            return self._aimed(column, bits)
        if which == _PART:
            return self._part(column, bits)
        if which >= _COARSE:
            value = row[column.name]
            return None if value is None else fitted(COARSER[which - _COARSE](Fraction(value)), column.type)
        return self._proposed(column, row, bits, which)

    def _part(self, column: Column, bits: int) -> Any:
        """A part of a determined number that an unmet condition ties it to, where that is not computed from it."""
        for found in self.unmet:
            if column.name in found.columns and not found.equations:
                for one in self._seeker.determined:
                    whole = self._row[one.name]
                    if one.name in found.columns and column.name not in self._seeker.sources(one.name):
                        part = None if whole is None else COARSER[0](Fraction(whole) * (1 + bits % 99) / 100)
                        return fitted(part, column.type)
        return None

    def _aimed(self, column: Column, bits: int) -> Any:
        """A number by which a determined column that unmet conditions are about comes out as they want it."""
        seeker = self._seeker
        if column.type.kind not in {"integer", "numeric", "float"}:
            return None
        about = {found.columns[0] for found in self.unmet if len(found.columns) == 1}
        setting = setting_for(seeker.world.schema, seeker.table)
        for one in seeker.determined:
            wanted = seeker.wanted(one.name, bits) if one.name in about else None
            if wanted is None:
                continue

            def computed(value: Any, name: str = one.name) -> Any:
                found = seeker.computed({**self._row, name: 0, column.name: value}, self._number).get(name)
                return found if isinstance(found, int | float | Fraction) else None

            value = aimed(computed, wanted, setting, column.name)
            if value is not None:
                return value
        return None

    def _equal(self, column: Column) -> Any:
        """What a condition says outright that the column is equal to."""
        for found in self.unmet:
            for equation in found.equations:
                if equation.column == column.name:
                    try:
                        return fitted(equation.value(self._row), column.type)
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
        about = [found for found in self._seeker.conditions if column.name in self._seeker.behind(found)]
        unmet = [found for found in about if found in self.unmet]
        if unmet and bits % 2:
            about = [unmet[bits // 2 % len(unmet)]]
        constants = [value for found in about for value in found.constants]
        texts = [value for value in constants if isinstance(value, str)]
        numbers = [value for value in constants if not isinstance(value, str)]
        others = [name for name in self._seeker.read if name != column.name]
        paths = [path for found in about for path in found.paths.get(column.name, ())]
        return Clue(row, column.name, others, texts, numbers, bits, paths)


def _stays_null(column: Column, row: Mapping[str, Any]) -> bool:
    return column.nullable and row[column.name] is None


def _passes(found: Condition, row: Mapping[str, Any]) -> bool:
    try:
        return found.passes(row) and found.is_steady(row)
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
        unit, (low, high) = units(type_), limits(type_)
        exact = (value if isinstance(value, int | Fraction) else Fraction(value)) * unit
        if not low <= exact <= high:
            return None
        return int(value) if type_.kind == "integer" else Fraction(half_up(exact), unit)
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
