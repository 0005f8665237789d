"""How many rows each table gets in the end: as planned, or as many as its keys leave room for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from math import ceil

from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.distinct import Limit
from pytest_misata.engine.keys.holders import held_together
from pytest_misata.engine.keys.meetings import meeting
from pytest_misata.engine.keys.parties import of_one_party
from pytest_misata.engine.meanings.across import is_told_by_children
from pytest_misata.engine.pins import Pins
from pytest_misata.engine.search.solution import Solution, is_hard, solution_of, stands
from pytest_misata.engine.world import World
from pytest_misata.errors import CapacityError, GenerationError, MisataError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.keys import picks
from pytest_misata.schema.order import is_cut, longest_chain, sorted_tables
from pytest_misata.schema.plan import plan_rows, sized_otherwise, stated_rows
from pytest_misata.schema.uniqueness import is_checked

Planned = tuple[World, tuple[str, ...]]
"""A world, and a note for each table that holds fewer rows than its parents ask for."""


def planned_world(
    schema: SchemaConfig, *, rows: int | None, counts: Mapping[str, int] | None, seed: int, pins: Pins
) -> Planned:
    """The world of a schema, and what is short in it.

    References that meet in one table agree, but where that leaves no room for rows.
    Raises CapacityError where more rows are stated than a key has combinations of parents or listed values.
    """

    def plan(read: SchemaConfig) -> Planned:
        return _planned(read, rows=rows, counts=counts, seed=seed, pins=pins)

    @cache
    def usual() -> Planned:
        return plan(schema)

    for read in (_agreeing, meeting):
        loose: frozenset[str] = frozenset()
        for _ in range(_TRIES):
            agreed = read(schema, pinned=partial(_is_stated, pins, loose))
            if agreed is schema:
                return usual()
            try:
                found = plan(agreed)
            except CapacityError as error:
                loose |= {error.table}
                continue
            except MisataError:
                break
            short = _shortages(found)
            more = {table for table, what in short.items() if _shortages(usual()).get(table) != what}
            if not more:
                return found
            loose |= more
    return usual()


def _agreeing(schema: SchemaConfig, *, pinned: Callable[[str, str], bool]) -> SchemaConfig:
    for agree in (meeting, of_one_party, held_together):
        schema = agree(schema, pinned=pinned)
    return schema


def _is_stated(pins: Pins, loose: frozenset[str], table: str, column: str) -> bool:
    """Whether references are as they are: as the caller says, or where agreement leaves no room."""
    return table in loose or pins.states(table, column)


def _shortages(planned: Planned) -> dict[str, str]:
    """The tables with fewer rows than asked for, with their notes, and those whose rows are searched for."""
    world, notes = planned
    return {**dict.fromkeys(world.solved, "searched for"), **{note.partition(":")[0]: note for note in notes}}


_TRIES = 4
"""How often tables are left to themselves in which agreement leaves no room for rows."""
_SEARCHED = 500
"""Rows that are searched for where nobody has stated how many there are, by keys that none but a search combines."""
_TOO_LONG = "its unique keys are met by a search: state their number for more"
_GROWTHS = 12
"""How many times parents grow for tables of a stated size, at the most."""
_SPARE = 1.1
"""How much larger they grow than needed where every combination has one place: few have more, since keys meet."""
_CALLS = 40
"""Calls inside each other by which a table reads what its parent tells, at the most; some 20 were seen."""
_OUTSIDE = 500
"""Calls around that."""


def _make_room(parents: int) -> None:
    """Let Python go as deep as rows that read those of a long chain of parents do."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _CALLS * parents + _OUTSIDE))


def _planned(
    schema: SchemaConfig, *, rows: int | None, counts: Mapping[str, int] | None, seed: int, pins: Pins
) -> Planned:
    _make_room(longest_chain(schema))
    stated = stated_rows(schema, rows, counts or {})
    limits: dict[str, int] = {}
    notes: dict[str, str] = {}
    sizing = _Sizing(stated)
    while True:
        planned = plan_rows(schema, rows=rows, counts=counts, limits=limits, least=sizing.least)
        world = World(schema, planned, seed=seed, pins=pins, solved=sizing.solved)
        found = sizing.exceeded(world)
        if not found and not sizing.changed:
            told = sized_otherwise(schema, planned, rows, {*stated, *notes})
            return world, (*notes.values(), *([told] if told else []))
        for table, limit in found.items():
            room = limit.comfortable if schema.tables[table].guessed else limit.rows
            limits[table] = min(room, limits.get(table, room))
            notes[table] = f"{table}: {limits[table]:,} rows, since {limit.reason or _room_left(limit, room)}"


def _room_left(limit: Limit, taken: int) -> str:
    """What a unique key leaves room for, and why not all of that is taken."""
    room = f"({', '.join(limit.columns)}) leaves room for {limit.rows:,}"
    return room if taken == limit.rows else f"{room}, of which no more are taken unless their number is stated"


class _Sizing:
    """Settles the tables of a schema, parents first: their sizes, and whether their rows have to be searched for."""

    def __init__(self, stated: Mapping[str, int]) -> None:
        self._stated = stated
        self._standing: set[str] = set()
        self._later: list[TableConfig] = []
        self._growths = 0
        self.least: dict[str, int] = {}
        """How many rows tables of no stated size need for those that refer to them."""
        self.solved: dict[str, Solution] = {}
        self.changed = False
        """Whether a table was solved, or is to grow, since the last world was made."""

    def exceeded(self, world: World) -> dict[str, Limit]:
        """The tables without a stated size that have more rows than is comfortable, and the tightest limit of each.

        What refers to such a table waits for its size: rows that it does not have cannot be asked for.
        """
        found: dict[str, Limit] = {}
        settled: dict[str, bool] = {}
        self.changed, self._later = False, []
        for table in sorted_tables(world.schema):
            self._settle(world, table, found, settled)
        for table in self._later if not found and not self.changed else ():
            self._is_standing(world, table, found)
        return found

    def _settle(self, world: World, table: TableConfig, found: dict[str, Limit], settled: dict[str, bool]) -> bool:
        """Whether the size of a table, and of those it refers to, is one that it can have."""
        if table.key not in settled:
            settled[table.key] = True
            keys = [key for key in table.foreign_keys if key.parent != table.key and not is_cut(key)]
            waits = [key for key in keys if not self._settle(world, world.schema.table(key.parent), found, settled)]
            settled[table.key] = not waits and (table.key in self.solved or self._is_settled(world, table, found))
        return settled[table.key]

    def _is_settled(self, world: World, table: TableConfig, found: dict[str, Limit]) -> bool:
        rows = world.counts[table.key]
        try:
            limit = _tightest(world, table) if rows else None
        except MisataError:
            if self._search(world, table, found):
                return False
            raise
        guessed = table.key not in self._stated and table.guessed
        if limit is not None and rows > (limit.comfortable if guessed else limit.rows):
            narrowed = any(is_checked(table, table.columns[name]) for name in limit.columns) and rows > limit.rows
            if guessed and limit.crude and rows > _SEARCHED > limit.rows:
                found[table.key] = Limit((), _SEARCHED, _SEARCHED, exact=False, reason=_TOO_LONG)
                return False
            tried = table.key in self._stated or narrowed or limit.crude or not limit.rows
            if tried and self._search(world, table, found, beyond=limit.rows):
                return False
            if table.key in self._stated and self._grow(world, table, limit):
                return False
            if table.key in self._stated:
                _refuse(world, table, limit)
                return True
            found[table.key] = limit
            return False
        if is_told_by_children(table):
            # Its rows are made from those of its children, whose number has to be settled.
            self._later.append(table)
            return True
        return self._is_standing(world, table, found)

    def _grow(self, world: World, table: TableConfig, limit: Limit) -> bool:
        """Whether tables that nobody has sized can have more rows, so that those of a stated one find a place."""
        keys = [pick.key for pick in picks(table) if set(pick.own) & set(limit.columns)]
        parents = {key.parent for key in keys} - {*self._stated, table.key}
        if not limit.rows or not parents or self._growths == _GROWTHS:
            return False
        factor = (world.counts[table.key] / limit.rows) ** (1 / len(parents)) * _SPARE
        self.least |= {name: ceil(world.counts[name] * factor) for name in parents}
        self._growths += 1
        self.changed = True
        return True

    def _is_standing(self, world: World, table: TableConfig, found: dict[str, Limit]) -> bool:
        if table.key in self._standing:
            return True
        frame = world.frame(table.key, 0, world.counts[table.key]) if is_hard(world, table) else None
        if frame is not None and not stands(world, table, frame):
            return not self._search(world, table, found, frame)
        self._standing.add(table.key)
        return True

    def _search(
        self, world: World, table: TableConfig, found: dict[str, Limit], frame: Frame | None = None, *, beyond: int = 0
    ) -> bool:
        """Whether a search finds rows for a table, more than can be made directly, and as many as are stated.

        `frame` are its rows as they would be made, where they have been.
        """
        solution = solution_of(world, table, frame) if is_hard(world, table) else None
        if solution is None or solution.rows <= beyond:
            return False
        if table.key in self._stated and solution.rows < world.counts[table.key]:
            return False
        self.solved[table.key], self.changed = solution, True
        if solution.rows < world.counts[table.key]:
            reason = "no more were found that meet its CHECKs and unique keys together"
            found[table.key] = Limit((), solution.rows, solution.rows, exact=False, reason=reason)
        return True


def _tightest(world: World, table: TableConfig) -> Limit | None:
    return min(world.distinct(table).limits, key=lambda limit: limit.comfortable, default=None)


def _refuse(world: World, table: TableConfig, limit: Limit) -> None:
    """Raise CapacityError where the limit is exact; what a text or number can hold its kind knows better."""
    if limit.reason:
        raise GenerationError(f"{limit.reason}; ask for more rows there, or change the constraint")
    if limit.exact:
        advice = "ask for fewer rows, or for more of what the columns refer to"
        names = ", ".join(limit.columns)
        raise CapacityError(table.key, names, capacity=limit.rows, rows=world.counts[table.key], advice=advice)
