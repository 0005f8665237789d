"""The time that is left to a moment: between what its row comes after and what it comes before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.children import first_among, last_among
from pytest_misata.engine.kinds.registry import Site, among, read
from pytest_misata.engine.kinds.windows import (
    Window,
    bounded,
    days_of_its_own,
    later,
    seconds_of,
    sooner,
    whole_days,
)
from pytest_misata.schema.config import ForeignKey

if TYPE_CHECKING:
    from pytest_misata.engine.meanings.for_children import Life

Index = NDArray[np.int64]

_NEVER = -(2**40)
_MICROSECONDS = 1_000_000
_BEFORE_CHILDREN = 30 * DAY
"""How long before its first child a row is there that has no other time."""


def of_owner(site: Site, frame: Frame, after: Sequence[str], before: Sequence[str]) -> Window:
    """The time that the owner leaves to all its children alike."""
    owner = site.table.owner
    own = tuple(f"{name}." for name in owner.columns) if owner is not None else ()
    return window_of(site, frame, *([name for name in names if name.startswith(own)] for names in (after, before)))


def of_owner_alone(site: Site, lives: Sequence[tuple[str, Life]]) -> list[tuple[str, Life]]:
    """Of the times in which parents last that of the owner, which is the same for all siblings."""
    owner = site.table.owner
    return [(path, life) for path, life in lives if owner is not None and path.partition(".")[0] in owner.columns]


def own_day(site: Site, frame: Frame, window: Window) -> Window:
    """A day that no sibling has, of the days left to all."""
    layout, place = site.world.layout(site.table), frame.place
    assert layout is not None
    assert place is not None
    return days_of_its_own(whole_days(window, same=True), place.number, layout.room(place))


def after_forebears(site: Site, frame: Frame, window: Window, keys: Sequence[ForeignKey]) -> Window:
    """The window, opened at the moment of the rows of the own table that rows refer to."""
    low = window.low
    for key in keys:
        parents, null = frame.parent_rows(key), frame[key.columns[0]].null
        below_others = parents < frame.rows if null is None else (parents < frame.rows) & ~null
        at = np.flatnonzero(below_others)
        if len(at):
            rows, which = np.unique(parents[at], return_inverse=True)
            since = Frame(site.world, site.table, rows)[site.column.name].take(which)
            low = low.copy()
            low[at] = np.minimum(bounded(low[at], since, np.maximum), np.maximum(window.high[at] - 1, low[at]))
    return Window(low, window.high)


def end_of_time(site: Site) -> int:
    """The second at which the reference date begins."""
    return (site.world.schema.reference_date - dt.date(1970, 1, 1)).days * DAY


def window_of(
    site: Site, frame: Frame, after: Sequence[str], before: Sequence[str], *, ahead: int = 0, ever: bool = False
) -> Window:
    """The time after some columns and before others: in the history, `ahead` seconds past it, or `ever` before it."""
    end = end_of_time(site)
    first = _NEVER if ever and after else end - site.world.schema.history_days * DAY
    low = np.full(len(frame), first, dtype=np.int64)
    high = np.full(len(frame), end + ahead, dtype=np.int64)
    for name in before:
        high = bounded(high, read(frame, name), np.minimum)
    for name in after:
        low = bounded(low, read(frame, name), np.maximum)
    return Window(low, high)


def following(frame: Frame, window: Window, follows: Sequence[str]) -> Window:
    """The window after some columns of the row, in rows without one of them after the moment it would have there."""
    low = usual = window.low
    for name in follows:
        cells = read(frame, name)
        low = bounded(low, cells, np.maximum)
        usual = bounded(usual, Cells(cells.type, cells.data), np.maximum)
    return Window(np.maximum(low, np.minimum(usual, window.high - 1)), window.high)


def while_there(frame: Frame, window: Window, lives: Sequence[tuple[str, Life]]) -> Window:
    """The window within the times in which parents last: what has not ended would end then."""
    low, high = window.low, window.high
    for key, life in lives:
        first = read(frame, f"{key}.{life.begun}")
        begun = bounded(np.full(len(frame), _NEVER, dtype=np.int64), Cells(first.type, first.data), np.maximum)
        low = np.maximum(low, begun)
        if life.over is None:
            high = np.minimum(high, begun + life.seconds)
        else:
            last = read(frame, f"{key}.{life.over}")
            high = bounded(high, Cells(last.type, last.data), np.minimum)
    return Window(np.minimum(low, np.maximum(window.high - 1, window.low)), high)


def before_all(window: Window, begin: int, days: int) -> Window:
    """The window, opened so many days ahead of what it has to precede where that lies before the data begins."""
    early = (window.low == begin) & (window.high < begin)
    return Window(np.where(early, window.high - days * DAY, window.low), window.high) if days else window


def narrowed(
    site: Site, frame: Frame, window: Window, minimum: Any, within: Any, recent: Any, by: str | None
) -> Window:
    """The window from so many days after its beginning to others, and the last days before its end."""
    low, high = window.low, window.high
    if within is not None:
        high = np.minimum(high, low + seconds_of(within) + 1)
    low = later(Window(low, high), minimum).low
    if isinstance(recent, Mapping):
        for value, days in recent.items():
            chosen = among(frame[_by(site, by)], [value])
            low = np.where(chosen, np.maximum(low, high - seconds_of(days)), low)
    elif recent is not None:
        low = np.maximum(low, high - seconds_of(recent))
    return Window(low, high)


def nearer(site: Site, frame: Frame, window: Window, *, soon: bool) -> Window:
    """The window, closed sooner in most rows."""
    if not soon:
        return window
    span = np.maximum(window.high - window.low, 1)
    return Window(window.low, window.low + sooner(span, site.draw(frame, "soon")) + 1)


def _by(site: Site, by: str | None) -> str:
    if by is None:
        raise site.error("`last_days` by value needs `by`, the column that holds the values")
    return by


def around_children(frame: Frame, window: Window, leads: Sequence[str], trails: Sequence[str]) -> Window:
    """The window, closed where the first of some children comes, and opened after the last of others."""
    low, high = window.low, window.high
    for path in leads:
        high = np.minimum(high, first_among(frame, path, window.high))
    for path in trails:
        low = np.maximum(low, last_among(frame, path, window.low) + 1)
    if leads:
        # What they begin with may lie before all that is told of.
        low = np.where(low >= high, high - _BEFORE_CHILDREN, low)
    return Window(low, high)


def as_type(site: Site, seconds: Index) -> Cells:
    """Moments in seconds as the column keeps them: days, or microseconds."""
    type_ = site.column.type
    if type_.kind == "date":
        return Cells(type_, seconds // DAY)
    if type_.kind == "datetime":
        return Cells(type_, seconds * _MICROSECONDS)
    raise site.error(f"a moment is a date or a datetime, not {type_.kind}")
