"""A schema with its seed and row counts: what every cell is a function of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.computed import computed
from pytest_misata.engine.constraints import constrained
from pytest_misata.engine.draws.hashing import Key, make_key
from pytest_misata.engine.frame import CHUNK, Frame, Run
from pytest_misata.engine.keys.agreement import agreeing, agreeing_parents
from pytest_misata.engine.keys.candidates import fitting_parents
from pytest_misata.engine.keys.distinct import Distinct, resolve
from pytest_misata.engine.keys.layout import Among, Layout, OneToOne
from pytest_misata.engine.keys.lineage import Extension, Lineage, of_its_class
from pytest_misata.engine.keys.partial import firsts_only, parents_apart
from pytest_misata.engine.keys.references import foreign_key_maker, pick_parents, rows_named
from pytest_misata.engine.keys.tenancy import shared_with_parents
from pytest_misata.engine.kinds.catalogue import compile_column
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.engine.listing import few_values, short_codes
from pytest_misata.engine.pins import Pins
from pytest_misata.engine.search.solution import Solution
from pytest_misata.engine.tenure import tenure_of
from pytest_misata.engine.vocabulary import Vocabulary
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.hierarchies import root_of
from pytest_misata.schema.keys import Pick, decider, picks
from pytest_misata.schema.uniqueness import is_one_to_one

Index = NDArray[np.int64]
AnyLayout = Layout | OneToOne | Among | Extension
T = TypeVar("T")

_KEPT_CHUNKS = 16
"""Frames that stay in memory, the last used ones, of some 3 MB each: parents are mostly asked for again."""
_FEW = 8
"""Fewer rows than this part of a chunk are computed alone."""


class World:
    """Computes any cells of any table. Holds tables of distributions, never rows."""

    def __init__(
        self,
        schema: SchemaConfig,
        counts: Mapping[str, int],
        *,
        seed: int,
        pins: Pins,
        solved: Mapping[str, Solution] | None = None,
    ) -> None:
        self.schema, self.counts, self.seed, self.pins = schema, dict(counts), seed, pins
        self.solved: Mapping[str, Solution] = solved or {}
        """The tables whose rows are searched for, since no direct making meets what is asked of them."""
        self.vocabulary = Vocabulary(schema.locale)
        self._makers: dict[tuple[str, str], Maker] = {}
        self._layouts: dict[str, AnyLayout | None] = {}
        self._thread = threading.local()
        self._kept: dict[str, Any] = {}
        self._parents = {key.parent for table in schema.tables.values() for key in table.foreign_keys}
        self._chunks: dict[tuple[str, int], Frame] = {}

    def key(self, *fields: str) -> Key:
        """The key of a purpose; the first field is the table's name."""
        return make_key(self.seed, *fields)

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """What several columns of the whole data set share, made once."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def run(self, table: str, start: int, stop: int) -> Run:
        """The rows of a table from `start` to `stop`, out of frames that neighbours and children use too."""
        parts = []
        for number in range(start // CHUNK, -(-stop // CHUNK)):
            low, high = max(start, number * CHUNK), min(stop, (number + 1) * CHUNK)
            frame, first = self._part(table, number, low, high)
            parts.append((frame, slice(low - first, high - first)))
        return Run(parts or [(self.frame(table, start, stop), slice(0, 0))])

    def _part(self, table: str, number: int, low: int, high: int) -> tuple[Frame, int]:
        """A frame that holds some rows of a chunk, and its first row: the whole chunk's, unless few are asked for."""
        known = self._chunks.pop((table, number), None)
        if known is None:
            if (high - low) * _FEW < CHUNK:
                return self.frame(table, low, high), low
            known = self.frame(table, number * CHUNK, min((number + 1) * CHUNK, self.counts[table]))
            self._settle(table)
        self._chunks[table, number] = known
        if len(self._chunks) > _KEPT_CHUNKS:
            del self._chunks[next(iter(self._chunks))]
        return known, number * CHUNK

    def _settle(self, table: str) -> None:
        """Make room for the next chunk of a table: only what children may read of the earlier ones stays."""
        for place, frame in list(self._chunks.items()):
            if place[0] == table:
                frame.settle()
                if table not in self._parents:
                    del self._chunks[place]

    def beside(self, table: TableConfig) -> World:
        """A world in which this table stands for the one of its name."""
        return _Beside(self, table)

    def frame(self, table: str, start: int, stop: int) -> Frame:
        """The rows of a table from `start` to `stop`."""
        return Frame(self, self.schema.table(table), np.arange(start, stop, dtype=np.int64))

    def cells(self, frame: Frame, column: str) -> Cells:
        """A column of the frame's rows, with what the caller pinned in place."""
        place = (frame.table.key, column)
        computing: list[tuple[tuple[str, str], int]] = self._thread.__dict__.setdefault("computing", [])
        last = int(frame.rows.max(initial=-1))
        # A row may read its column in earlier rows, such as that of what it replies to.
        if any(other == place and last >= before for other, before in computing):
            raise GenerationError(f"these columns are made from each other: {_circle(computing, place)}")
        computing.append((place, last))
        try:
            return self.pins.over(frame, column, self._maker(frame.table, column))
        finally:
            computing.pop()

    def layout(self, table: TableConfig) -> AnyLayout | None:
        """How the table's rows are spread over its owner's, if it has one."""
        if table.key not in self._layouts:
            owner = table.owner
            self._layouts[table.key] = self._layout(table, owner) if owner else None
        return self._layouts[table.key]

    def turns(self, table: TableConfig, key: ForeignKey) -> AnyLayout | None:
        """How the table's rows are spread over the parents that they belong to, or take in turn."""
        if key.owner:
            return self.layout(table)
        parents = self.counts[key.parent]
        if not key.in_turn or not parents or table.key in self.solved:
            return None
        return self.keep(f"turns of {table.key} by {key.columns}", lambda: self.spread(table, key, parents))

    def pick(self, table: TableConfig, key: ForeignKey) -> Pick:
        """When a foreign key picks a parent, and which columns it decides."""
        every = self.keep(f"picks of {table.key}", lambda: picks(table))
        return next(pick for pick in every if pick.key is key)

    def distinct(self, table: TableConfig) -> Distinct:
        """How the unique keys of a table are met."""
        solved = table.key in self.solved
        return self.keep(f"unique keys of {table.key}", lambda: Distinct() if solved else resolve(self, table))

    def lineage(self, table: str) -> Lineage:
        """The classes that share a table with variants."""
        return self.keep(f"classes of {table}", lambda: Lineage(self, self.schema.table(table)))

    def parent_rows(self, frame: Frame, key: ForeignKey) -> Index:
        """The parent's row of each row, by the layout or by a pick."""
        if frame.table.key in self.solved:
            return rows_named(frame, key)
        picked = pick_parents(frame, key)
        picked = parents_apart(frame, key, picked) if frame.table.unique_indexes else picked
        picked = agreeing_parents(frame, key, picked) if frame.table.excludes else picked
        return self.pins.parents(frame, key, picked)

    def prepare(self) -> None:
        """Compile every column, so that a bad option is found before any work is done."""
        for table in self.schema.tables.values():
            for column in table.columns.values():
                if not column.generated:
                    self._maker(table, column.name)

    def _layout(self, table: TableConfig, owner: ForeignKey) -> AnyLayout | None:
        if owner.inherits:
            return self.lineage(root_of(self.schema, table)).layout(table.key)
        if table.key in self.solved:
            return None
        distinct = self.distinct(table)
        if any(joint is not None and owner in joint for joint in (distinct.combination, distinct.pairs)):
            return None
        among = fitting_parents(self, table, self.pick(table, owner))
        if among is None:
            return self._spread(table, owner, self.counts[owner.parent])
        if not len(among):
            return None
        return Among(self._spread(table, owner, len(among)), among)

    def _spread(self, table: TableConfig, owner: ForeignKey, parents: int) -> Layout | OneToOne:
        children = self.counts[table.key]
        if is_one_to_one(table, owner) or owner in self.distinct(table).apart:
            return OneToOne(self.seed, (table.key, *owner.columns), parents=parents, children=children)
        return self.spread(table, owner, parents)

    def spread(self, table: TableConfig, owner: ForeignKey, parents: int) -> Layout:
        """The children of a table under so many parents of a key, each with any number of them."""
        children = self.counts[table.key]
        return Layout(
            self.seed,
            (table.key, *owner.columns),
            parents=parents,
            children=children,
            ratio=owner.per_parent,
            minimum=min(owner.minimum, children // max(parents, 1)),
            maximum=None if owner.maximum is None or owner.maximum * parents < children else owner.maximum,
            spread=owner.spread,
            tenure=tenure_of(self, table, owner) if owner.owner and parents == self.counts[owner.parent] else None,
        )

    def _maker(self, table: TableConfig, column: str) -> Maker:
        place = (table.key, column)
        if place not in self._makers:
            self._makers[place] = self._compile(table, column)
        return self._makers[place]

    def _compile(self, table: TableConfig, name: str) -> Maker:
        solution = self.solved.get(table.key)
        if solution is not None and name in solution.columns:
            return solution.maker(name)
        column, distinct = table.column(name), self.distinct(table)
        key = decider(table, name)
        if distinct.combination is not None and name in distinct.combination:
            return distinct.combination.maker(name)
        digits = next((digits for digits in distinct.digits if name in digits), None)
        if digits is not None:
            return digits.maker(self, table, name)
        if name in distinct.plain:
            values = Generator(
                "choice", {"values": few_values(self, table, column) or short_codes(self, table, column)}
            )
            return compile_column(self, table, column, generator=values)
        make = foreign_key_maker(table, column, key) if key else compile_column(self, table, column)
        make = make if key else shared_with_parents(table, column, make)
        if column.generated:
            return computed(self, table, column, make)
        make = constrained(self, table, column, make) if table.checks else make
        make = firsts_only(self, table, column, make) if table.unique_indexes else make
        make = agreeing(table, column, make) if table.excludes else make
        return of_its_class(self, table, column, make)


class _Beside(World):
    """A world in which one table is another; the rows of the others are those of the world itself."""

    def __init__(self, world: World, table: TableConfig) -> None:
        tables = {**world.schema.tables, table.key: table}
        super().__init__(replace(world.schema, tables=tables), world.counts, seed=world.seed, pins=world.pins)
        self._world, self._key = world, table.key

    def run(self, name: str, start: int, stop: int) -> Run:
        return super().run(name, start, stop) if name == self._key else self._world.run(name, start, stop)


def _circle(computing: Iterable[tuple[tuple[str, str], int]], place: tuple[str, str]) -> str:
    names = [f"{table}.{column}" for (table, column), _ in computing]
    last = f"{place[0]}.{place[1]}"
    return " -> ".join([*names[names.index(last) :], last])
