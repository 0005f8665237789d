"""What is tried for a row that does not meet its conditions: which columns get which other values, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

from pytest_misata.engine.checks.aiming import aimed, ranging
from pytest_misata.engine.checks.clues import Clue
from pytest_misata.engine.checks.plain import NO_VALUE, fitted
from pytest_misata.engine.checks.proposals import COARSER, proposals
from pytest_misata.engine.checks.setting import NUMBERS, units
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.schema.config import Column
from pytest_misata.schema.sql.equations import EDGE
from pytest_misata.schema.sql.evaluation import Condition
from pytest_misata.schema.sql.nodes import NotUnderstood

if TYPE_CHECKING:
    from pytest_misata.engine.checks.seeking import Seeker

ATTEMPTS = 1000
_TURNS = 2
"""How often each proposal for a single column is tried before several columns are changed at once."""
_FEW = 5
"""Of so many columns every two are changed together."""
_ROUNDS = 60
"""How often each column gets any of its proposals."""
_ANY, _NULL, _EQUAL, _AIMED, _PART, _EDGE, _RANGE, _LISTED = range(-1, -9, -1)
_LISTS = 1009
"""What bits are divided by from one list to the next: a prime that is longer than any of them."""
_COARSE = 1000
"""The number of the first of `COARSER`, beyond those of all proposals."""
_FINE = 2
"""How many of them leave a number what it looks like."""


def attempts(seeker: Seeker) -> Iterable[Mapping[str, int]]:
    """Which proposal is tried for which columns: each for one column alone, any for one, then for all at once."""
    free = seeker.open
    sizes = {name: len(proposals(seeker.table.columns[name].type)) for name in free}
    single = [
        {name: number}
        for number in range(max(sizes.values(), default=0))
        for _ in range(_TURNS)
        for name in free
        if number < sizes[name]
    ]
    single += [{name: _NULL} for name in free if seeker.table.columns[name].nullable]
    together = [dict.fromkeys(free, _ANY)] * (ATTEMPTS if len(free) > 1 else 0)
    equal = [{name: _EQUAL} for name in free]
    # One column gets any value, and another one what goes with it.
    joint = [{one: _ANY, other: which} for which in (_EQUAL, _EDGE) for one, other in permutations(free[:_FEW], 2)]
    any_one = [[*({name: _ANY} for name in free), *equal, *joint]] * _ROUNDS
    mild = list(_mild(seeker, free)) if seeker.determined else []
    edges = [{name: _EDGE} for name in free] * _TURNS
    listed = [name for name in free if seeker.listed(name)]
    few = [dict.fromkeys(listed, _LISTED)] * (_ROUNDS * len(listed) if len(listed) > 1 else 0)
    again = [attempt for round_ in any_one for attempt in round_]
    return [*mild, *few, *equal, *edges, *single, *equal, *again, *together]


def _mild(seeker: Seeker, free: Sequence[str]) -> Iterable[Mapping[str, int]]:
    """What is tried first for what is computed: numbers in steps, so that it comes out even, and where it lies."""
    for steps in (range(_FINE), range(_FINE, len(COARSER))):
        for which in (_PART, _AIMED, _EDGE, _RANGE):
            yield from ({name: which} for name in free)
        yield from _coarser(seeker, *steps)
        yield from ({name: _LISTED} for _ in range(_TURNS) for name in free if seeker.listed(name))


def _coarser(seeker: Seeker, *steps: int) -> Iterable[Mapping[str, int]]:
    """Numbers with decimals in longer and longer steps, each alone, then all."""
    names = [name for name in seeker.open if seeker.table.columns[name].type.kind in {"numeric", "float"}]
    for step in steps:
        yield from ({name: _COARSE + step} for name in names)
        if len(names) > 1:
            yield dict.fromkeys(names, _COARSE + step)


class Search:
    """The look for the values of one row."""

    def __init__(self, seeker: Seeker, number: int, row: dict[str, Any], behind: Sequence[Set[str]]) -> None:
        self._seeker, self._row, self._number, self._behind = seeker, row, number, behind
        states, key = seeker.world.pins.states, seeker.table.key
        self._pinned = {name for name in seeker.free if states(key, name, number)}
        self._lacking = [seeker.lacking(found, row) for found in seeker.conditions]
        self._failing = [not passes(found, row) for found in seeker.conditions]
        self.unmet = self._told_unmet()
        self.changed: dict[str, Any] = {}

    def attempt(self, names: Mapping[str, int], bits: int) -> None:
        """Change columns by proposals, where more conditions are met then."""
        alone = next(iter(names)) if len(names) == 1 else None
        if not self._pinned.isdisjoint(names) or (alone and not self._hangs_on(alone)):
            return
        change = self._change(names, bits)
        if any(type(self._row[name]) is not type(value) or self._row[name] != value for name, value in change.items()):
            row = {**self._row, **change}
            change = {**change, **self._seeker.computed(row, self._number)}
            row |= change
            self._take(row, change)

    def _hangs_on(self, name: str) -> bool:
        return any(fails and name in behind for fails, behind in zip(self._failing, self._behind, strict=True))

    def _told_unmet(self) -> list[Condition]:
        return [found for found, fails in zip(self._seeker.conditions, self._failing, strict=True) if fails]

    def _take(self, row: dict[str, Any], change: Mapping[str, Any]) -> None:
        """Have the changed row, where it meets more; only conditions about what has changed are looked at again."""
        touched = [
            at for at, found in enumerate(self._seeker.conditions) if not change.keys().isdisjoint(found.columns)
        ]
        lacking = {at: self._seeker.lacking(self._seeker.conditions[at], row) for at in touched}
        if sum(lacking.values()) < sum(self._lacking[at] for at in touched):
            self._row = row
            for at in touched:
                self._lacking[at], self._failing[at] = lacking[at], not passes(self._seeker.conditions[at], row)
            self.unmet = self._told_unmet()
            self.changed |= change

    def _change(self, names: Mapping[str, int], bits: int) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        for turn, (name, which) in enumerate(names.items()):
            column = self._seeker.table.columns[name]
            row = {**self._row, **changed}
            value = self._tried(column, row, bits // _LISTS**turn if which == _LISTED else bits + turn, which)
            if value is not None or which == _NULL:
                changed[name] = value
        return changed

    def _tried(self, column: Column, row: Mapping[str, Any], bits: int, which: int) -> Any:
        if which == _EQUAL:
            return self._equal(column, row)
        if which == _AIMED:
            return self._aimed(column, bits)
        if which == _PART:
            return self._part(column, bits)
        if which == _LISTED:
            listed = self._seeker.listed(column.name)
            return listed[bits % len(listed)]
        if which == _EDGE:
            return self._edge(column, row, bits)
        if which == _RANGE:
            return self._ranging(column, bits)
        if which >= _COARSE:
            value = row[column.name]
            return None if value is None else fitted(COARSER[which - _COARSE](Fraction(value)), column.type)
        return self._proposed(column, row, bits, which)

    def _part(self, column: Column, bits: int) -> Any:
        """A part of a determined number that an unmet condition ties it to, where that is not computed from it."""
        for found in self.unmet:
            if column.name in found.columns and all(one.form == EDGE for one in found.equations):
                for one in self._seeker.determined:
                    whole = self._row[one.name]
                    if one.name in found.columns and column.name not in self._seeker.sources(one.name):
                        part = None if whole is None else COARSER[0](Fraction(whole) * (1 + bits % 99) / 100)
                        return fitted(part, column.type)
        return None

    def _edge(self, column: Column, row: Mapping[str, Any], bits: int) -> Any:
        """Where the values of a column end that a condition leaves, or next to that."""
        about = [found for found in self._seeker.conditions if not passes(found, row)]
        bounds = [one for found in about for one in found.equations if one.column == column.name]
        bounds = [one for one in bounds if one.form == EDGE]
        if not bounds or column.type.kind not in NUMBERS:
            return None
        try:
            edge = bounds[bits % len(bounds)].value(row)
            return None if edge is None else fitted(edge + Fraction(bits // 7 % 3 - 1, units(column.type)), column.type)
        except NO_VALUE:
            return None

    def _ranging(self, column: Column, bits: int) -> Any:
        """A number from among those, near and far, with which more conditions are met that are no equations."""
        value = self._row[column.name]
        about = [found for found in self._seeker.conditions if all(one.form == EDGE for one in found.equations)]
        about = [found for found in about if column.name in self._seeker.behind(found)]
        if column.type.kind not in NUMBERS or value is None or not any(found in self.unmet for found in about):
            return None

        def is_right(number: Any) -> bool:
            row = {**self._row, column.name: number}
            row |= self._seeker.computed(row, self._number)
            return all(passes(found, row) for found in about)

        return ranging(is_right, value, column.type, bits)

    def _aimed(self, column: Column, bits: int) -> Any:
        """A number by which a determined column that unmet conditions are about comes out as they want it."""
        seeker = self._seeker
        if column.type.kind not in NUMBERS:
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

    def _equal(self, column: Column, row: Mapping[str, Any]) -> Any:
        """What a condition says outright that the column is equal to."""
        for found in self._seeker.conditions:
            for equation in found.equations:
                if equation.column == column.name and equation.form != EDGE and not passes(found, row):
                    try:
                        return fitted(equation.value(row), column.type)
                    except NO_VALUE:
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
        except NO_VALUE:
            return None

    def _clue(self, column: Column, row: Mapping[str, Any], bits: int) -> Clue:
        """What one of the unmet conditions mentions, or what all do."""
        every = zip(self._seeker.conditions, self._behind, strict=True)
        about = [found for found, behind in every if column.name in behind]
        unmet = [found for found in about if found in self.unmet]
        if unmet and bits % 2:
            about = [unmet[bits // 2 % len(unmet)]]
        constants = [value for found in about for value in found.constants]
        texts = [value for value in constants if isinstance(value, str)]
        numbers = [value for value in constants if not isinstance(value, str)]
        others = [name for name in self._seeker.read if name != column.name]
        paths = [path for found in about for path in found.paths.get(column.name, ())]
        return Clue(row, column.name, others, texts, numbers, bits, paths)


def passes(found: Condition, row: Mapping[str, Any]) -> bool:
    """Whether a row meets a condition, however a database keeps decimals, as far as that can be evaluated."""
    try:
        return found.passes(row) and found.is_steady(row)
    except NotUnderstood:
        return True
