"""Columns that tell rows apart and have to lie behind another one that does: that one, and a length that goes with it.

Where an equation says which value goes with that of the other column (`cents = amount * 100`), that is the value.

The length is a multiple of a step, and only what the other column leaves when divided by the step decides which: two
rows that come to the same have the same remainder, so the same length, so the same beginning. So the ends differ where
the beginnings do, without a look at any other row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.atoms import Polynomial
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.setting import limits, units
from pytest_misata.engine.checks.stated import parts_for, setting_for
from pytest_misata.engine.checks.ways import Part
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.predicates import IsNull, Or, Predicate, columns
from pytest_misata.schema.types import ColumnType
from pytest_misata.schema.uniqueness import carried_by

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_STEPS = {"date": (7, 4), "datetime": (900_000_000, 32), "integer": (10, 10), "numeric": (10, 10)}
"""The step of the lengths and how many steps they have at the most: weeks, quarters of an hour, tens."""


@dataclass(frozen=True, slots=True)
class Following:
    """A column that lies behind another one, by a condition."""

    name: str
    first: str
    part: Part
    line: tuple[int, int] | None = None
    """What the other column's values are multiplied by, and what is added then, where an equation says that."""


def following_of(world: World, table: TableConfig, name: str) -> Following | None:
    """What a column follows; None where no CHECK says that of two columns that tell rows apart."""
    return next((one for one in followings(world, table) if one.name == name), None)


def followings(world: World, table: TableConfig) -> list[Following]:
    """The columns of a table that follow another one."""
    return world.keep(f"columns that follow in {table.key}", lambda: list(_followings(world, table)))


def _followings(world: World, table: TableConfig) -> Iterator[Following]:
    telling = [name for name, column in table.columns.items() if _tells(table, column)] if table.checks else []
    parts = parts_for(world, table) if len(telling) > 1 else []
    tied = {name: [part for part in parts if name in columns(part.formula)] for name in telling}
    for part in parts:
        line = _line(part.formula, world, table)
        pair = _order(part.formula, world, table) if line is None else line[:2]
        if pair is None or not set(pair) <= set(telling):
            continue
        first, name = pair
        behind = [other for other in tied[name] if other is not part]
        leads = all((order := _order(other.formula, world, table)) and order[0] == name for other in behind)
        if leads and line is not None and _is_told(world, table, *line):
            yield Following(name, first, part, line[2:])
        if leads and line is None and _goes_with(world, table, table.columns[first], table.columns[name]):
            yield Following(name, first, part)


def _tells(table: TableConfig, column: Column) -> bool:
    own = column.generator is None and not column.generated and not column.opaque
    return own and table.foreign_key(column.name) is None and carried_by(table, column) is not None


def _goes_with(world: World, table: TableConfig, first: Column, column: Column) -> bool:
    """Whether values of the one can be told from those of the other: of one type, and differing as far."""
    alike = first.type.kind in _STEPS and (first.type.kind, first.type.scale) == (column.type.kind, column.type.scale)
    scopes = carried_by(table, first), carried_by(table, column)
    step, most = _steps(column.type) if alike else (0, 0)
    room = limits(column.type)[1] >= (world.counts.get(table.key, 0) + most) * step
    return alike and scopes[0] in {"table", scopes[1]} and room and (column.nullable or not first.nullable)


def _is_told(world: World, table: TableConfig, first: str, name: str, times: int, more: int) -> bool:
    """Whether the values of the one, so many times as large, have room in the other, and differ as far."""
    one, other = table.columns[first], table.columns[name]
    scopes = carried_by(table, one), carried_by(table, other)
    room = limits(other.type)[1] >= world.counts.get(table.key, 0) * abs(times) + abs(more)
    return scopes[0] in {"table", scopes[1]} and room and (other.nullable or not one.nullable)


def _line(formula: Predicate, world: World, table: TableConfig) -> tuple[str, str, int, int] | None:
    """Two columns of which an equation tells the second by the first, by what that is multiplied and what is added."""
    atom = typed(formula, setting_for(world.schema, table))
    if not isinstance(atom, Polynomial) or atom.op != "=" or any(len(names) > 1 for names, _ in atom.terms):
        return None
    factors = {names[0]: factor for names, factor in atom.terms if names}
    more = dict(atom.terms).get((), 0)
    # Rather the greater one: no number is told to lie below zero.
    told = sorted((name for name, factor in factors.items() if abs(factor) == 1), key=lambda name: more * factors[name])
    if len(factors) != 2 or not told:
        return None
    name = told[0]
    (first,) = factors.keys() - {name}
    return first, name, -factors[first] * factors[name], -more * factors[name]


def _steps(type_: ColumnType) -> tuple[int, int]:
    step, most = _STEPS[type_.kind]
    return step * units(type_), most


def _order(formula: Predicate, world: World, table: TableConfig) -> tuple[str, str] | None:
    """The earlier and the later of two columns that a formula compares, whether or not one is NULL."""
    parts = formula.parts if isinstance(formula, Or) else (formula,)
    compared = [part for part in parts if not isinstance(part, IsNull)]
    atom = typed(compared[0], setting_for(world.schema, table)) if len(compared) == 1 else None
    if not isinstance(atom, Polynomial) or atom.op in {"=", "<>"} or len(atom.terms) != 2:
        return None
    (one, factor), (other, opposite) = atom.terms
    if len(one) != 1 or len(other) != 1 or abs(factor) != 1 or factor != -opposite:
        return None
    later, earlier = (one[0], other[0]) if (factor > 0) == (atom.op[0] == ">") else (other[0], one[0])
    return earlier, later


def behind(site: Site, following: Following, usual: Maker) -> Maker:
    """The column, behind the one that it follows; NULL where it usually is, and where there is nothing to follow."""
    if following.line is not None:
        return _on_line(site, following.first, *following.line, usual)
    step, most = _steps(site.column.type)
    key = site.key("length")

    def make(frame: Frame) -> Cells:
        first = frame[following.first]
        lengths = 1 + below(draw(key, first.data.astype(np.int64) % step), most)
        null = usual(frame).null if site.column.nullable else None
        values = (first.data + lengths * step).astype(first.data.dtype)
        return Cells(site.column.type, values, None, first.null).where_not(null)

    return make


def _on_line(site: Site, first: str, times: int, more: int, usual: Maker) -> Maker:
    """The column as an equation tells it."""

    def make(frame: Frame) -> Cells:
        other = frame[first]
        null = usual(frame).null if site.column.nullable else None
        values = other.data.astype(np.int64) * times + more
        return Cells(site.column.type, values, None, other.null).where_not(null)

    return make
