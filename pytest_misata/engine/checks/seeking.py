"""Rows brought to meet CHECKs that cannot be solved, only evaluated: other values are proposed until one does.

What a row gets depends on the row alone: its proposals come in a fixed order with bits drawn for the row. A row for
which none does stays as it was made, and is told when rows are verified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.aiming import wanted_of
from pytest_misata.engine.checks.attempts import Search, attempts, passes
from pytest_misata.engine.checks.determining import Determined
from pytest_misata.engine.checks.numbers import Numbers
from pytest_misata.engine.checks.of_table import left_alone_for
from pytest_misata.engine.checks.plain import NO_VALUE, fitted, kept, plain_rows
from pytest_misata.engine.checks.rules import left_alone
from pytest_misata.engine.checks.sets import Domain
from pytest_misata.engine.checks.setting import units
from pytest_misata.engine.checks.stated import parts_for, setting_for
from pytest_misata.engine.draws.hashing import draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.pins import replace
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.evaluation import Condition

if TYPE_CHECKING:
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_AS_MADE = "columns as they are made"
_FEW = 32
"""So many values are a list to choose from."""
_PILOT, _FIRST = 3, 64
"""Rows that are looked for to tell whether any can be found, and those that they are taken from."""


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
        cells, rows, changed = self._made(frame, column, make)
        wrong = [at for at, row in enumerate(rows) if self.unmet(row)]
        if len(wrong) > _PILOT and self._is_hopeless(column, make):
            wrong = []
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

    def _made(
        self, frame: Frame, column: Column, make: Maker
    ) -> tuple[dict[str, Cells], list[dict[str, Any]], dict[int, Mapping[str, Any]]]:
        """The columns of some rows as they are without the conditions, the rows, and what is computed in these."""
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
        return cells, rows, changed

    def _is_hopeless(self, column: Column, make: Maker) -> bool:
        """Whether none of the first rows of the table that do not meet the conditions can be brought to do so.

        Then no other row is looked for: it takes long, and a table in which one row fails is no use.
        """

        def tried() -> bool:
            frame = self.world.frame(self.table.key, 0, min(self.world.counts[self.table.key], _FIRST))
            _, rows, _ = self._made(frame, column, make)
            wrong = [at for at, row in enumerate(rows) if self.unmet(row)][:_PILOT]
            return len(wrong) == _PILOT and not self._mended(frame.rows, rows, wrong)

        return self.world.keep(f"hopeless {self.table.key}: {', '.join(self.free)}", tried)

    def computed(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        """What a row's determined columns are, by its others; a column that cannot be computed, or is pinned, stays."""
        whole, found = dict(row), dict[str, Any]()
        for one in self.determined:
            column = self.table.columns[one.name]
            if _stays_null(column, row) or self.world.pins.states(self.table.key, one.name, number):
                continue
            try:
                value = fitted(one.value(whole), column.type)
            except NO_VALUE:
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
        return [found for found in self.conditions if not passes(found, row)]

    def lacking(self, found: Condition, row: Mapping[str, Any]) -> int:
        """How many parts of a condition a row does not meet."""
        return found.missing(row) or int(not found.is_steady(row))

    def listed(self, name: str) -> Sequence[Any]:
        """The values that the conditions about a column of numbers alone leave it, where these are few."""
        return self.world.keep(f"listed of {self.table.key}.{name}", lambda: self._listed(name))

    def _listed(self, name: str) -> Sequence[Any]:
        domain = self._alone(name)
        values = domain.values if domain is not None else None
        if not isinstance(values, Numbers) or values.size is None or values.size > _FEW:
            return ()
        type_ = self.table.columns[name].type
        numbers = list(values.listed()) if type_.kind in {"integer", "numeric"} else []
        return [number if type_.kind == "integer" else Fraction(number, units(type_)) for number in numbers]

    def wanted(self, name: str, bits: int) -> Fraction | None:
        """A number that the conditions about a determined column alone leave it."""
        found = self.world.keep(f"wanted of {self.table.key}.{name}", lambda: self._wanted(name))
        unit = units(self.table.columns[name].type)
        return None if found is None else found[0] + Fraction(bits % (found[1] + 1), unit)

    def _wanted(self, name: str) -> tuple[Fraction, int] | None:
        domain, setting = self._alone(name), setting_for(self.world.schema, self.table)
        values = None if domain is None else domain.values
        return wanted_of(values, setting, name) if isinstance(values, Numbers) else None

    def _alone(self, name: str) -> Domain | None:
        implied = left_alone_for(self.world, self.table)
        if name in implied:
            return implied[name]
        try:
            return left_alone(name, parts_for(self.world, self.table), setting_for(self.world.schema, self.table))
        except SchemaError:
            return None

    def _mended(
        self, numbers: Index, rows: Sequence[Mapping[str, Any]], wrong: list[int]
    ) -> dict[int, Mapping[str, Any]]:
        """For rows at some places what is to be changed in them: a change stays that more conditions are met with."""
        behind = [self.behind(found) for found in self.conditions]
        searches = {at: Search(self, int(numbers[at]), dict(rows[at]), behind) for at in wrong}
        for attempt, names in enumerate(attempts(self)):
            wrong = [at for at in wrong if searches[at].unmet]
            if not wrong:
                break
            key = self.world.key(self.table.key, "+".join(self.free), "sought", str(attempt))
            bits = draw(key, numbers[np.array(wrong, dtype=np.int64)]).tolist()
            for at, row_bits in zip(wrong, bits, strict=True):
                searches[at].attempt(names, row_bits)
        return {at: search.changed for at, search in searches.items() if not search.unmet}


def _stays_null(column: Column, row: Mapping[str, Any]) -> bool:
    return column.nullable and row[column.name] is None
