"""How long each parent has been there: who came last week has not ordered as often as who came years ago.

Children that happen at any time while their owner is there are shared out in proportion to that time, besides the
owner's own weight. So what happens in a day goes with how many there are on that day, and does not pile up on the last
one, on which those who came last would have all of theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.foretold import is_read
from pytest_misata.engine.kinds.registry import read
from pytest_misata.engine.kinds.windows import seconds_of
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
_NEAR = frozenset({"around", "during", "leads", "exact", "turn_days"})
"""Options of a moment that does not lie anywhere in the time there is."""


def tenure_of(world: World, table: TableConfig, owner: ForeignKey) -> Callable[[Index], Index] | None:
    """How long rows of the owner's table have been there, in parts of the time there is; None where it does not count.

    It counts where the rows happen at any time `after` the owner's came to be, as they say, and that is found from
    nothing that looks at the rows themselves.
    """
    parent, key = world.schema.table(owner.parent), owner.columns[0]
    happening = _happening(table)
    if owner.spread == _EVEN or happening is None or not _NEAR.isdisjoint(happening.options):
        return None
    begins, ends = (_told_by(world, parent, key, happening.options.get(name, ())) for name in ("after", "before"))
    if "within_days" not in happening.options:
        begins = [path for path in begins if _is_birth(world, parent, path)]
    if not begins:
        return None
    end = (world.schema.reference_date - dt.date(1970, 1, 1)).days * _DAY
    span = max(world.schema.history_days * _DAY, 1)
    least, most = _reach(happening, span)
    rows = world.counts[parent.key]

    def tenure(parents: Index) -> Index:
        frame = Frame(world, parent, np.minimum(parents.ravel(), rows - 1))
        since, until = np.full(len(frame), end - span), np.full(len(frame), end)
        for path in begins:
            since = np.maximum(since, _seconds(read(frame, path), end))
        for path in ends:
            until = np.minimum(until, _seconds(read(frame, path), end))
        lasted = np.minimum(until - since, most) - least
        found: Index = np.clip(lasted * _PARTS // max(most - least, 1), 1, _PARTS)
        return found.reshape(parents.shape)

    return tenure


def _told_by(world: World, parent: TableConfig, key: str, paths: Sequence[str]) -> list[str]:
    """Those of some paths that go by the owner, from there on, where they are found from its row and its parents."""
    own = [path.removeprefix(f"{key}.") for path in paths if path.startswith(f"{key}.")]
    return [path for path in own if is_read(world, parent, path, ())]


def _is_birth(world: World, table: TableConfig, path: str) -> bool:
    """Whether a path leads to the column that tells since when a row is there."""
    name, _, rest = path.partition(".")
    if not rest:
        return name == table.born
    key = table.foreign_key(name)
    return key is not None and _is_birth(world, world.schema.table(key.parent), rest)


def _reach(happening: Generator, span: int) -> tuple[int, int]:
    """How soon after its owner's a row may come, and by when it has come, in seconds."""
    least, within = (happening.options.get(name) for name in ("minimum_days", "within_days"))
    most = span if within is None else min(seconds_of(within), span)
    return min(seconds_of(least or 0), most - 1), most


def _happening(table: TableConfig) -> Generator | None:
    """How the moment is made at which a row happens."""
    made = table.columns[table.born].generator if table.born else None
    return made if made is not None and made.kind == "moment" else None


def _seconds(cells: Cells, end: int) -> Index:
    values = cells.data // _MICROSECONDS if cells.type.kind == "datetime" else cells.data * _DAY
    return values if cells.null is None else np.where(cells.null, end, values)
