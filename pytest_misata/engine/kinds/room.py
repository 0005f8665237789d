"""The time that a moment leaves to what follows it in its row: what takes a week did not begin yesterday and is over.

Each row leaves as long as it takes there, drawn as what follows draws it. So what begins and is over dies away towards
the reference date, what ends goes on as before, and neither piles up on the last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.draws.hashing import U64, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.foretold import is_read
from pytest_misata.engine.kinds.registry import Site, holds
from pytest_misata.engine.kinds.windows import Window, seconds_of, sooner
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]
When = Mapping[str, Sequence[Any]]

_OPEN_DAYS = 90
"""How long what may follow at any time takes at the most, in days."""
_AHEAD = frozenset({"ongoing", "ahead_days", "ahead_with", "until"})
"""Options of moments that may lie past the reference date, or lie elsewhere."""
_FRACTION = 30


@dataclass(frozen=True, slots=True)
class _Lag:
    """How long a moment comes after another: from `least`, by up to `most` seconds more, mostly less where `soon`."""

    when: When
    least: int
    most: int
    soon: bool

    @classmethod
    def of(cls, when: When, options: Mapping[str, Any]) -> _Lag:
        within = options.get("within_days", 0 if any("." not in name for name in options.get("before", ())) else None)
        least = seconds_of(options.get("minimum_days", 0))
        most = least + _OPEN_DAYS * DAY if within is None else seconds_of(within)
        return cls(when, least, max(most - least, 0), bool(options.get("soon")) and within is not None)

    def drawn(self, bits: U64) -> Index:
        spans = np.full(len(bits), self.most, dtype=np.int64)
        if self.soon:
            return self.least + sooner(spans, bits)
        share = (bits >> np.uint64(64 - _FRACTION)).astype(np.int64)
        lag: Index = self.least + (share * spans >> _FRACTION)
        return lag


@dataclass(frozen=True, slots=True)
class Follower:
    """A moment of the same row that comes after another, and those that come after it."""

    column: str
    when: When
    lags: Sequence[_Lag]
    followers: Sequence[Follower]

    def taken(self, site: Site, frame: Frame, *, by_owner: bool, whenever: bool) -> Index:
        """How long it, and what comes after it, takes in each row, in seconds."""
        bits = _bits(site, frame, self.column, by_owner=by_owner)
        lag = self.lags[0].drawn(bits)
        for case in reversed([] if whenever else self.lags[1:]):
            lag = np.where(holds(frame, case.when), case.drawn(bits), lag)
        lag = lag + taken(site, frame, self.followers, by_owner=by_owner, whenever=whenever)
        return lag if whenever or not self.when else np.where(holds(frame, self.when), lag, 0)


def taken(site: Site, frame: Frame, followers: Sequence[Follower], *, by_owner: bool, whenever: bool) -> Index:
    """The longest that any of some moments takes in each row, or would take, `whenever` it is there or not.

    It is drawn once for all rows of an owner where `by_owner`.
    """
    longest = np.zeros(len(frame), dtype=np.int64)
    for follower in followers:
        longest = np.maximum(longest, follower.taken(site, frame, by_owner=by_owner, whenever=whenever))
    return longest


def leaving(window: Window, room: Index, end: int, unit: int) -> Window:
    """The window, closed so much before the end; what takes longer than there is takes a part of that."""
    room = room % np.maximum(end - window.low, 1)
    latest = np.maximum(-(-(end - room) // unit) * unit, window.low + unit)
    return Window(window.low, np.where(room > 0, np.minimum(window.high, latest), window.high))


def followers_of(site: Site) -> Sequence[Follower]:
    """The moments of the row that come after this one, of which it is known from the row alone whether they do."""
    return _followers(site, site.column.name, (site.column.name,))


def is_crowded(site: Site, after: Sequence[str]) -> bool:
    """Whether the time after some columns begins at any moment, however little of it is left then.

    What comes after a column of the row that leaves it room, or after the birth of an owner by which rows are shared
    out according to how long that has been there, is not.
    """
    return any(not _leaves_room(site, name) for name in after)


def _leaves_room(site: Site, name: str) -> bool:
    key, _, rest = name.partition(".")
    if rest:
        owner, layout = site.table.owner, site.world.layout(site.table)
        return owner is not None and owner.columns == (key,) and getattr(layout, "goes_with_time", False)
    made = site.table.columns[key].generator
    if made is None or made.kind != "moment" or made.options.get("exact"):
        return False
    return any(one.column == site.column.name for one in _followers(site, key, (key,)))


def _followers(site: Site, name: str, seen: tuple[str, ...]) -> Sequence[Follower]:
    found = []
    for column in site.table.columns.values():
        made = column.generator
        if made is None or column.name in seen or not _comes_after(made, name) or not _is_told(site, made, seen):
            continue
        further = _followers(site, column.name, (*seen, column.name))
        found.append(Follower(column.name, made.options.get("when", {}), _lags(made), further))
    return found


def _comes_after(made: Generator, name: str) -> bool:
    return made.kind == "moment" and name in made.options.get("after", ()) and _AHEAD.isdisjoint(made.options)


def _lags(made: Generator) -> Sequence[_Lag]:
    """How long it takes usually, and in each case; no time where it is made in another way."""
    usual = {name: value for name, value in made.options.items() if name not in {"when", "cases"}}
    cases = [(case["when"], case if "kind" in case else {**usual, **case}) for case in made.options.get("cases", ())]
    none = {"within_days": 0}
    return [_Lag.of({}, usual), *(_Lag.of(when, none if "kind" in case else case) for when, case in cases)]


def _is_told(site: Site, made: Generator, seen: tuple[str, ...]) -> bool:
    """Whether it is known when and how it comes before the moment is, from columns that are not made from that."""
    whens = [made.options.get("when", {}), *(case.get("when", {}) for case in made.options.get("cases", ()))]
    before = tuple((site.table.key, name) for name in seen)
    return all(is_read(site.world, site.table, path, before) for when in whens for path in when)


def _bits(site: Site, frame: Frame, column: str, *, by_owner: bool) -> U64:
    place = frame.place if by_owner else None
    if place is None:
        return frame.draw(column, "room")
    return draw(site.world.key(site.table.key, column, "room of the owner"), place.parent)
