"""The steps by which a row is looked for: each adds columns to the candidates there are so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.atoms import Atom, Pair, Polynomial
from pytest_misata.engine.checks.chains import Chain
from pytest_misata.engine.checks.setting import MOMENTS, limits
from pytest_misata.engine.draws.hashing import draw
from pytest_misata.engine.keys.groups import plain
from pytest_misata.engine.search.choices import OTHER, Choices
from pytest_misata.engine.search.partial import Partial
from pytest_misata.schema.config import Column, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_UNIT = 2**20
"""The cost of a candidate in the units of the noise by which equal ones are told apart."""
_NOISE_BITS = 19
_CANDIDATES = 2**16


class Step(Protocol):
    """Adds columns to candidates."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that it adds."""

    def extended(self, partial: Partial, row: int, width: int) -> Partial:
        """The candidates of a row with these columns; with a greater width more is tried."""


def costs(world: World, table: TableConfig, column: str, row: int, cost: Index) -> Index:
    """The cost of each candidate for a row, with some noise by which rows differ."""
    key = world.key(table.key, column, "search")
    noise = draw(key, row * _CANDIDATES + np.arange(len(cost), dtype=np.int64)) >> np.uint64(64 - _NOISE_BITS)
    found: Index = cost * _UNIT + noise.view(np.int64)
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """Columns that are made in their own way, whatever the others are."""

    cells: dict[str, Cells]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.cells)

    def extended(self, partial: Partial, row: int, width: int) -> Partial:
        rows = np.full(len(partial), row, dtype=np.int64)
        return partial.and_({name: cells.take(rows) for name, cells in self.cells.items()}, np.zeros_like(rows))


@dataclass(frozen=True, slots=True)
class Tried:
    """A column that is tried with values of its own, and with what conditions make of other columns of the row."""

    world: World
    table: TableConfig
    column: Column
    choices: Choices
    atoms: Sequence[Atom]
    """The atoms that are about it and other columns."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column.name,)

    def extended(self, partial: Partial, row: int, width: int) -> Partial:
        own = self.choices.of(self.column, row)
        made = [cells for atom in self.atoms for cells in following(self.column, atom, partial)]
        count, more = len(partial), len(own) + len(made)
        data = np.concatenate([np.tile(plain(own), (count, 1)), *(plain(cells)[:, None] for cells in made)], axis=1)
        null = np.zeros((count, more), dtype=np.bool_)
        null[:, : len(own)] = False if own.null is None else own.null
        cost = np.concatenate([self.choices.cost, np.full(len(made), OTHER, dtype=np.int64)])
        cost = costs(self.world, self.table, self.column.name, row, cost)
        wider = partial.take(np.repeat(np.arange(count), more))
        dtype = data.dtype if self.column.type.is_text else own.data.dtype if len(own) else data.dtype
        cells = Cells(self.column.type, data.ravel().astype(dtype), None, null.ravel() if null.any() else None)
        return wider.and_({self.column.name: cells}, np.tile(cost, count))


def following(column: Column, atom: Atom, partial: Partial) -> list[Cells]:
    """What an atom makes of the column where the other ones are known: the values on either side of its edge."""
    if any(name not in partial.known for name in atom.columns if name != column.name):
        return []
    match atom:
        case Pair():
            other = partial.known[atom.right if atom.left == column.name else atom.left]
            return _fitting(column, plain(other))
        case Chain() if atom.column == column.name and len(partial) and not atom.is_open:
            return _fitting(column, atom.made({column.name: next(iter(partial.known.values())), **partial.known}))
        case Polynomial() if column.type.kind != "boolean":
            return _at_edge(column, atom, partial)
    return []


def _fitting(column: Column, texts: NDArray[np.object_]) -> list[Cells]:
    """Texts cut to the length of the column: where that changes them the atom tells."""
    length = column.type.length
    short = np.empty(len(texts), dtype=object)
    short[:] = [text[:length] for text in texts.tolist()]
    return [Cells(column.type, short)]


def _at_edge(column: Column, atom: Polynomial, partial: Partial) -> list[Cells]:
    factor = dict(atom.terms).get((column.name,), 0)
    if not factor or sum(column.name in names for names, _ in atom.terms) > 1:
        return []
    rest = np.zeros(len(partial), dtype=object)
    for names, times in atom.terms:
        if names != (column.name,):
            part = np.full(len(partial), times, dtype=object)
            for name in names:
                part = part * partial.known[name].data.astype(np.int64).astype(object)
            rest = rest + part
    step = 1_000_000 if column.type.kind in MOMENTS - {"date"} else 1
    edge = -rest // factor
    low, high = limits(column.type)
    return [Cells(column.type, np.clip(edge + shift * step, low, high).astype(np.int64)) for shift in (0, 1, -1)]
