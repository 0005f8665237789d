"""How long each parent has been there: who came last week has not ordered as often as who came years ago.

Children that happen at any time while their owner is there are shared out in proportion to that time, besides the
owner's own weight. So what happens in a day goes with how many there are on that day, and does not pile up on the last
one, on which those who came last would have all of theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.schema.config import ForeignKey, Generator, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_PARTS = 2**13
"""Into so many parts the time that the data reaches back is divided."""
_EVEN = "even"
_DAY = 86_400
_SECONDS = {"date": _DAY, "datetime": 1}
_MICROSECONDS = 1_000_000
_DRAWN = frozenset({"choice", "flag", "constant", "apportioned", "serial", "gender", "later", "shift", "copy", "map"})
"""Kinds of column that do not look at rows of other tables by themselves."""
_LOOKING = frozenset("leads trails follows during alive around spaced_by turn_days exact".split())
"""Options of a moment that look at other rows than its parents."""
_NEAR = frozenset({"within_days", "around", "during", "leads", "exact", "turn_days"})
"""Options of a moment that does not lie anywhere in the time there is."""


def tenure_of(world: World, table: TableConfig, owner: ForeignKey) -> Callable[[Index], Index] | None:
    """How long rows of the owner's table have been there, in parts of the time there is; None where it does not count.

    It counts where the rows happen at any time `after` the owner's came to be, as they say, and that is found from
    nothing that looks at the rows themselves.
    """
    parent, key = world.schema.table(owner.parent), owner.columns[0]
    happening = _happening(table)
    if owner.spread == _EVEN or happening is None or not parent.born or not _is_found(world, parent, parent.born, ()):
        return None
    after, before = ([*happening.options.get(name, ())] for name in ("after", "before"))
    if f"{key}.{parent.born}" not in after or not _NEAR.isdisjoint(happening.options):
        return None
    ends = [path.partition(".")[2] for path in before if path.startswith(f"{key}.")]
    ends = [name for name in ends if name in parent.columns and _is_found(world, parent, name, ())]
    end = (world.schema.reference_date - dt.date(1970, 1, 1)).days * _DAY
    span = max(world.schema.history_days * _DAY, 1)
    born, rows = parent.born, world.counts[parent.key]

    def tenure(parents: Index) -> Index:
        frame = Frame(world, parent, np.minimum(parents.ravel(), rows - 1))
        since = np.maximum(_seconds(frame[born], end), end - span)
        until = np.full(len(frame), end)
        for name in ends:
            until = np.minimum(until, _seconds(frame[name], end))
        found: Index = np.clip((until - since) * _PARTS // span, 1, _PARTS)
        return found.reshape(parents.shape)

    return tenure


def _happening(table: TableConfig) -> Generator | None:
    """How the moment is made at which a row happens."""
    made = table.columns[table.born].generator if table.born else None
    return made if made is not None and made.kind == "moment" else None


def _seconds(cells: Cells, end: int) -> Index:
    values = cells.data // _MICROSECONDS if cells.type.kind == "datetime" else cells.data * _DAY
    return values if cells.null is None else np.where(cells.null, end, values)


def _is_found(world: World, table: TableConfig, name: str, seen: tuple[tuple[str, str], ...]) -> bool:
    """Whether a column is made from the row and its parents alone."""
    made = table.columns[name].generator
    if made is None or (table.key, name) in seen or table.key in world.solved:
        return False
    if made.kind == "moment":
        if not _LOOKING.isdisjoint(_options(made)) or isinstance(made.options.get("sequence"), str):
            return False
    elif made.kind not in _DRAWN:
        return False
    return all(_is_read(world, table, path, (*seen, (table.key, name))) for path in _paths(world, table, made))


def _is_read(world: World, table: TableConfig, path: str, seen: tuple[tuple[str, str], ...]) -> bool:
    """Whether what a path of columns leads to is found so."""
    if path.startswith("@"):
        return True
    name, _, rest = path.partition(".")
    if not rest:
        return name in table.columns and _is_found(world, table, name, seen)
    key = table.foreign_key(name)
    if key is None or table.columns[name].generator is not None:
        return False
    return _is_read(world, world.schema.table(key.parent), rest, seen)


def _options(made: Generator) -> set[str]:
    return {*made.options, *(name for case in made.options.get("cases", ()) for name in case)}


def _paths(world: World, table: TableConfig, made: Generator) -> Iterator[str]:
    """The columns that a column is made from."""
    for options in [made.options, *made.options.get("cases", ())]:
        yield from _named(options)
    if made.kind == "moment" and not made.options.get("after"):
        births = ((key, world.schema.table(key.parent).born) for key in table.foreign_keys if key.parent != table.key)
        yield from (f"{key.columns[0]}.{born}" for key, born in births if born)


def _named(options: Mapping[str, Any]) -> Iterator[str]:
    yield from options.get("when", ())
    for name in ("after", "before"):
        yield from options.get(name, ())
    yield from (options[name] for name in ("by", "of") if isinstance(options.get(name), str))
