"""The time that rows of one parent share, one after another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY, Calendar
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.layout import Turn
from pytest_misata.engine.kinds.registry import Site
from pytest_misata.engine.kinds.windows import Window, part_of
from pytest_misata.schema.config import ForeignKey

Index = NDArray[np.int64]


def sequences(site: Site) -> dict[str, Callable[[Frame], Window]]:
    """The stretch of each row among its siblings, by the column that puts them in sequence."""
    return site.world.keep(f"sequences of {site.table.key}", dict)


def ends_in_turn(site: Site) -> bool:
    """Whether a moment of the table's rows ends within their stretch."""
    made = [column.generator for column in site.table.columns.values()]
    return any(one is not None and bool(one.options.get("until_next")) for one in made)


def taken_in_turn(site: Site, sequence: str | None) -> ForeignKey | None:
    """The key by whose parents rows stand in sequence: the owner's, or that of the column named."""
    if sequence is None:
        return site.table.owner
    key = site.table.foreign_key(sequence)
    if key is None or not (key.owner or key.in_turn):
        raise site.error(f"`sequence` is true, or the column of a foreign key with `in_turn = true`, not {sequence!r}")
    return key


def turn_of(frame: Frame, window: Window, scale: Calendar | None, key: ForeignKey | None, least: int) -> Window:
    """Each row's part of the time left to those that take turns, as no other's: so many seconds long at least.

    The time left begins earlier where it is too short for that. Turns of whole days begin and end at midnight, where
    the time left does.
    """
    turn = frame.turn(key) if key is not None else None
    if turn is None:
        return window
    held = turn.parts * least
    window = Window(np.minimum(window.low, window.high - held), window.high)
    span = np.maximum(window.high - window.low, 1)
    part, unit = _as_scaled(window, scale, turn), DAY if least % DAY == 0 else 1

    def placed(at: Index, number: Index) -> Index:
        beyond: Index = (at - window.low) * (span - held) // span
        return window.low + (number * least + beyond) // unit * unit

    return Window(placed(part.low, turn.begin), placed(part.high, turn.end))


def of_its_own(site: Site, frame: Frame, window: Window, moments: Index, unit: int) -> Index:
    """The moments of siblings, each of whom has seconds, or days, that no other has, whatever time is left to each."""
    layout, place = site.world.layout(site.table), frame.place
    if layout is None or place is None:
        return moments
    room = layout.room(place)
    at, low = moments // unit, -(-window.low // unit)
    moved = at - (at - place.number) % room
    return np.where(moved < low, moved + room, moved) * unit


def stretch(site: Site, frame: Frame, window: Window, scale: Calendar | None) -> Window:
    """Each child's own part of the time left to the children of its owner: parts alike long, as the calendar has it.

    Children of an incomplete lap share theirs with others, but where rows take turns and end before the next begins.
    """
    if frame.place is None:
        return window
    owner = site.table.owner if site.table.turns and ends_in_turn(site) else None
    turn = frame.turn(owner) if owner is not None else None
    return _as_scaled(window, scale, turn or Turn.of(frame.place))


def _as_scaled(window: Window, scale: Calendar | None, turn: Turn) -> Window:
    if scale is None:
        return part_of(window, turn)
    units = Window(scale.units(window.low), scale.units(window.high))
    part = part_of(units, turn)
    usual, even = units.high - units.low >= turn.parts, part_of(window, turn)
    low = np.where(usual, np.clip(scale.seconds(part.low), window.low, window.high), even.low)
    high = np.where(usual, np.clip(scale.seconds(part.high), window.low, window.high), even.high)
    return Window(low, high)


def before_next(site: Site, frame: Frame, window: Window, scale: Calendar | None) -> Window:
    """The window, closed where the stretch of the row in its table's sequence ends."""
    found = sequences(site)
    name = site.table.born if site.table.born in found else min(found, default=None)
    part = stretch(site, frame, window, scale) if name is None else found[name](frame)
    return Window(window.low, np.minimum(window.high, np.maximum(part.high, window.low + 1)))
