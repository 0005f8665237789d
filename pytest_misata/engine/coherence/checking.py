"""`Tables.check()`: every rule there is, held against the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.coherence.conditions import Held, broken, mentioned, values_at
from pytest_misata.engine.coherence.folds import Folded, folded, frames
from pytest_misata.engine.coherence.general import conditions_of
from pytest_misata.engine.coherence.keys import doubles, orphans, unique_keys_of, written
from pytest_misata.engine.coherence.turns import taken_twice
from pytest_misata.engine.violations import SHOWN, Violation

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.world import World
    from pytest_misata.schema.config import TableConfig

Index = NDArray[np.int64]


def violations(world: World) -> Iterator[Violation]:
    """Every rule that rows break, table by table. Raises SchemaError for a declared rule that cannot be read."""
    held = {name: conditions_of(world.schema, table) for name, table in world.schema.tables.items()}
    for name, table in world.schema.tables.items():
        yield from _keys(world, table)
        yield from _turns(world, table)
        yield from _rows(world, table, held[name])


def crowded(world: World, names: Collection[str], *, whole: bool) -> Iterator[Violation]:
    """The rules about other rows that those of some tables break; with `whole` those about single rows too."""
    for name in names:
        table = world.schema.tables[name]
        yield from _turns(world, table)
        held = [one for one in conditions_of(world.schema, table) if whole or one.condition.folds]
        yield from _rows(world, table, held, filled=False) if held else ()


def _keys(world: World, table: TableConfig) -> Iterator[Violation]:
    for kind, names, condition in unique_keys_of(table, world.schema.dialect):
        rows = doubles(world, table, names, condition)
        yield from _found(world, table, f"{kind} ({', '.join(names)})", names, rows)
    for key in [written(table, key) for key in table.foreign_keys]:
        name = f"FOREIGN KEY ({', '.join(key.columns)}) -> {key.parent} ({', '.join(key.parent_columns)})"
        yield from _found(world, table, name, key.columns, orphans(world, table, key))


def _turns(world: World, table: TableConfig) -> Iterator[Violation]:
    for turns in table.turns:
        ends = [name for name in (turns.end, turns.minutes, turns.seconds) if name and "." not in name]
        names = (turns.of, *turns.begin, *ends)
        yield from _found(world, table, turns.name or turns.told, names, taken_twice(world, table, turns), turns.told)


def _found(
    world: World, table: TableConfig, name: str, names: Sequence[str], rows: Index, sql: str = ""
) -> Iterator[Violation]:
    if len(rows):
        frame = world.frame(table.key, int(rows[0]), int(rows[0]) + 1)
        values = values_at({column: frame[column] for column in names}, 0)
        yield Violation(table.key, name, sql or name, tuple(rows[:SHOWN].tolist()), len(rows), values)


def _rows(world: World, table: TableConfig, held: Sequence[Held], *, filled: bool = True) -> Iterator[Violation]:
    """What rows break by themselves: NOT NULL (where it is asked), CHECKs, the order of life, the declared rules."""
    children = folded(world, held)
    bad: dict[str, _Broken] = {}
    for frame in frames(world, table.key):
        for name, sql, rows, values in (*(_nulls(frame) if filled else ()), *_conditions(frame, held, children)):
            bad.setdefault(name, _Broken(table.key, name, sql, values)).add(rows)
    for one in bad.values():
        yield one.violation()


class _Broken:
    """The rows that break one rule, counted batch by batch; the values are those of the first."""

    def __init__(self, table: str, name: str, sql: str, values: Mapping[str, Any]) -> None:
        self._told = (table, name, sql)
        self._values, self._rows, self._count = values, list[int](), 0

    def add(self, rows: Index) -> None:
        self._rows += rows[: SHOWN - len(self._rows)].tolist()
        self._count += len(rows)

    def violation(self) -> Violation:
        return Violation(*self._told, tuple(self._rows), self._count, self._values)


_Bad = tuple[str, str, Index, Mapping[str, Any]]
"""Name and SQL of a rule, the rows that break it, and the values of the first."""


def _nulls(frame: Frame) -> Iterator[_Bad]:
    for column in frame.table.columns.values():
        if column.nullable or column.generated:
            continue
        null = frame[column.name].null
        if null is not None and null.any():
            yield f"NOT NULL {column.name}", f"{column.name} IS NOT NULL", frame.rows[null], {column.name: None}


def _conditions(frame: Frame, held: Sequence[Held], children: Folded) -> Iterator[_Bad]:
    for one in held:
        at = np.flatnonzero(broken(one, frame, children))
        if len(at):
            values = values_at(mentioned(one.condition, frame, children), int(at[0]))
            yield one.name, one.sql, frame.rows[at], values
