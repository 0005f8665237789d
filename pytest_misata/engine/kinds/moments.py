"""Kinds of date and time: after what came before, in the order of life, at hours people keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY, Calendar, Rhythm, calendar, profile
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import U64, below
from pytest_misata.engine.kinds.children import first_among, last_among
from pytest_misata.engine.kinds.diaries import spaced
from pytest_misata.engine.kinds.kin import beginnings_of, births_of_parents, ends_of, forebears_of, lives_of, stays_of
from pytest_misata.engine.kinds.registry import Maker, Site, among, kind, read
from pytest_misata.engine.kinds.sequences import before_next, sequences, stretch, taken_in_turn, turn_of
from pytest_misata.engine.kinds.windows import (
    Window,
    bounded,
    dated,
    days_of_its_own,
    in_months,
    later,
    seconds_of,
    sooner,
    stepped,
    whole_days,
    with_room,
)
from pytest_misata.engine.kinds.windows import around as near
from pytest_misata.engine.quantiles import Categories
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey

if TYPE_CHECKING:
    from pytest_misata.engine.meanings.for_children import Life

Index = NDArray[np.int64]

_SECOND = 1_000_000
_NEVER = -(2**40)
_FAR = 200 * 366 * DAY
"""How far ahead of the reference date what is still under way may end, in seconds."""
_AHEAD_DAYS = 90
"""How early a ticket for a performance, or a registration for an event, is there at the most, in days."""


@kind("moment")
def moment(
    site: Site,
    *,
    after: Sequence[str] = (),
    before: Sequence[str] = (),
    follows: Sequence[str] = (),
    leads: Sequence[str] = (),
    trails: Sequence[str] = (),
    since_born: bool = True,
    during: bool | Sequence[str] = False,
    alive: bool = False,
    minimum_days: Any = 0,
    within_days: Any = None,
    room_days: Any = 0,
    soon: bool = False,
    around: str | None = None,
    early_days: Any = 0,
    late_days: Any = 1,
    last_days: Any = None,
    by: str | None = None,
    since: str | None = None,
    until: str | None = None,
    growth: Any = None,
    season: Any = None,
    weekdays: Any = None,
    hours: Any = None,
    events: Sequence[Mapping[str, Any]] = (),
    exact: bool = False,
    sequence: bool | str = False,
    turn_days: Any = 0,
    apart: bool = False,
    monthly: bool | int = False,
    until_next: bool = False,
    spaced_by: str | None = None,
    spaced_minutes: int = 0,
    step_minutes: int = 1,
    ongoing: bool = False,
) -> Maker:
    """A date or moment after every column of `after` and before every one of `before` (own columns, or `key.column`).

    Columns of `follows` are like those of `after`, for rows of which it is not sure that one of them is there;
    `since_born=False` is for what may come before the column that tells since when the row is there, and, if `exact`,
    before those of its parents; `during=True` for what happens between the beginnings and the ends of its parents, or
    of those behind some keys, `alive=True` for what does not happen any more once one of them is deleted or closed.
    Those of `leads` and `trails` are columns of children (`orders.placed_at`), or of theirs: it comes before all of the
    ones, and after all of the others.

    It lies before the reference date, after the rows of all parents came to be, at least `minimum_days` and at most
    `within_days` after the latest of `after`, and in the `last_days` before the end: a number, or one for some values
    of the column `by`; `room_days` are left before the end for what comes after it, where there is time. `since` and
    `until` are days, such as "2024-01-01": it lies on the one or later, and before the other. With `soon` most come
    early in the `within_days`. It lies from `early_days` before to `late_days` after the column `around`, mostly soon
    after that. `sequence=True` puts the children of an owner in order, each in its own stretch of the time left, and
    with `apart=True` on a day of its own, which lies past the reference date where too few are left; `sequence` may
    also name the column of a key whose parents rows take in turn, and with `turn_days` each has so many days at least,
    for which the time left begins earlier where needed; `until_next=True` keeps a value within that stretch.
    `monthly=True` has them one month after another where there is time for all, each on the day of the month on which
    that begins, or on the `monthly`-th. The time of day is a multiple of `step_minutes`, where there is one in the time
    left. With `ongoing=True` it is NULL where it would lie past the reference date: what has not ended is still under
    way.

    With `spaced_by`, the column of a foreign key, it lies `spaced_minutes` at least from those of the same parent.

    In the time left to it, it follows a calendar of `growth`, `season`, `weekdays`, `hours` and `events`, as
    `engine.calendars` has them. With `exact` every month and day has its exact share of the table's rows, but for rows
    to which that leaves no time.
    """
    rhythm = Rhythm.of(growth, season, weekdays, _clock(site, hours), events)
    scale = None if rhythm.is_even and not exact else _scale(site, rhythm, since, until)
    begun, over = stays_of(site) if during is True else ([], [])
    lives = [] if isinstance(during, bool) else lives_of(site, during)
    beginnings = beginnings_of(site)
    before = [*before, *over, *beginnings, *(ends_of(site) if alive else [])]
    births = [] if after or (exact and not since_born) else births_of_parents(site, own=since_born)
    lower = [*after, *births, *begun]
    recent = _AHEAD_DAYS if beginnings and last_days is None else last_days
    forebears = [] if exact else forebears_of(site)

    turns = taken_in_turn(site, sequence if isinstance(sequence, str) else None)
    if turns is not None and not turns.owner and not turn_days:
        raise site.error("a sequence by the key of another parent than the owner needs `turn_days`")

    # Of moments the next one has the say over a minimum; days that are to differ do, whatever comes next.
    days = site.column.type.kind == "date"
    gives_way = until_next and not days

    begin = _end_of_time(site) - site.world.schema.history_days * DAY

    def left(frame: Frame) -> Window:
        if days and apart and site.world.layout(site.table) is not None and frame.place is not None:
            return _own_day(site, frame, dated(_of_owner(site, frame, lower, before), since, until))
        window = _following(
            frame, _window(site, frame, lower, before, ahead=_FAR if ongoing else 0, ever=until_next), follows
        )
        window = _while_there(frame, window, lives)
        window = _before_all(window, begin, recent if isinstance(recent, int) and before and not after else 0)
        window = _after_forebears(site, frame, window, forebears)
        latest = window.high - seconds_of(room_days)
        window = dated(window, since, until)
        window = with_room(window, latest) if room_days else window
        window = _around_children(frame, window, leads, trails)
        window = _narrowed(site, frame, window, 0 if gives_way else minimum_days, within_days, recent, by)
        window = _nearer(site, frame, window, soon=soon and within_days is not None)
        if around is not None:
            window = near(window, read(frame, around), (early_days, late_days), site.draw(frame, "late"))
        if days:
            window = whole_days(window, same=not minimum_days)
        if monthly and frame.place is not None:
            return in_months(window, frame.place, None if monthly is True else monthly)
        if not sequence:
            return window
        if turn_days:
            return turn_of(frame, window, scale, turns, seconds_of(turn_days))
        return stretch(frame, window, scale)

    if sequence or monthly:
        # What a case says of some rows is not said of those that others look for.
        sequences(site).setdefault(site.column.name, left)

    def make(frame: Frame) -> Cells:
        window = left(frame)
        if until_next:
            window = before_next(site, frame, window, scale)
            window = later(window, minimum_days) if gives_way else window
        values = _within(window, site.draw(frame, "value"), scale)
        if ongoing and scale is not None:
            # The calendar ends with the reference date.
            values = np.where(
                window.high > _end_of_time(site), _within(window, site.draw(frame, "value"), None), values
            )
        values = _dealt(site, frame, window, values, scale) if exact else values
        values = values if step_minutes == 1 else stepped(values, window, step_minutes * 60)
        cells = _as_type(site, values)
        return cells.where_not(values >= _end_of_time(site)) if ongoing else cells

    return make if spaced_by is None else spaced(site, make, spaced_by, spaced_minutes)


@kind("nth_day")
def nth_day(site: Site) -> Maker:
    """A day of its own for every row, back from the day before the reference date."""
    schema = site.world.schema
    end = (schema.reference_date - dt.date(1970, 1, 1)).days

    def make(frame: Frame) -> Cells:
        return _as_type(site, (end - 1 - frame.rows) * DAY)

    return make


@kind("time_of_day")
def time_of_day(site: Site, *, hours: str = "business", step_minutes: int = 1) -> Maker:
    """Times of day by the hours people keep, to a whole number of minutes."""
    clock = Categories(profile("hours", hours, 24) or [1] * 24)

    def make(frame: Frame) -> Cells:
        hour = clock(site.draw(frame, "hour"))
        minute = below(site.draw(frame, "minute"), 60 // step_minutes) * step_minutes
        return Cells(site.column.type, (hour * 60 + minute) * 60 * _SECOND)

    return make


def _of_owner(site: Site, frame: Frame, after: Sequence[str], before: Sequence[str]) -> Window:
    """The time that the owner leaves to all its children alike."""
    owner = site.table.owner
    own = tuple(f"{name}." for name in owner.columns) if owner is not None else ()
    return _window(site, frame, *([name for name in names if name.startswith(own)] for names in (after, before)))


def _own_day(site: Site, frame: Frame, window: Window) -> Window:
    """A day that no sibling has, of the days left to all."""
    layout, place = site.world.layout(site.table), frame.place
    assert layout is not None
    assert place is not None
    return days_of_its_own(whole_days(window, same=True), place.number, layout.room(place))


def _after_forebears(site: Site, frame: Frame, window: Window, keys: Sequence[ForeignKey]) -> Window:
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


def _end_of_time(site: Site) -> int:
    """The second at which the reference date begins."""
    return (site.world.schema.reference_date - dt.date(1970, 1, 1)).days * DAY


def _window(
    site: Site, frame: Frame, after: Sequence[str], before: Sequence[str], *, ahead: int = 0, ever: bool = False
) -> Window:
    end = _end_of_time(site)
    first = _NEVER if ever and after else end - site.world.schema.history_days * DAY
    low = np.full(len(frame), first, dtype=np.int64)
    high = np.full(len(frame), end + ahead, dtype=np.int64)
    for name in before:
        high = bounded(high, read(frame, name), np.minimum)
    for name in after:
        low = bounded(low, read(frame, name), np.maximum)
    return Window(low, high)


def _following(frame: Frame, window: Window, follows: Sequence[str]) -> Window:
    """The window after some columns of the row, in rows without one of them after the moment it would have there."""
    low = usual = window.low
    for name in follows:
        cells = read(frame, name)
        low = bounded(low, cells, np.maximum)
        usual = bounded(usual, Cells(cells.type, cells.data), np.maximum)
    return Window(np.maximum(low, np.minimum(usual, window.high - 1)), window.high)


def _while_there(frame: Frame, window: Window, lives: Sequence[tuple[str, Life]]) -> Window:
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


def _before_all(window: Window, begin: int, days: int) -> Window:
    """The window, opened so many days ahead of what it has to precede where that lies before the data begins."""
    early = (window.low == begin) & (window.high < begin)
    return Window(np.where(early, window.high - days * DAY, window.low), window.high) if days else window


def _narrowed(
    site: Site, frame: Frame, window: Window, minimum: Any, within: Any, recent: Any, by: str | None
) -> Window:
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


def _nearer(site: Site, frame: Frame, window: Window, *, soon: bool) -> Window:
    """The window, closed sooner in most rows."""
    if not soon:
        return window
    span = np.maximum(window.high - window.low, 1)
    return Window(window.low, window.low + sooner(span, site.draw(frame, "soon")) + 1)


def _by(site: Site, by: str | None) -> str:
    if by is None:
        raise site.error("`last_days` by value needs `by`, the column that holds the values")
    return by


def _around_children(frame: Frame, window: Window, leads: Sequence[str], trails: Sequence[str]) -> Window:
    """The window, closed where the first of some children comes, and opened after the last of others."""
    low, high = window.low, window.high
    for path in leads:
        high = np.minimum(high, first_among(frame, path, window.high))
    for path in trails:
        low = np.maximum(low, last_among(frame, path, window.low) + 1)
    return Window(low, high)


def _within(window: Window, bits: U64, scale: Calendar | None) -> Index:
    if scale is not None:
        return scale.between(window.low, window.high, bits)
    span: Index = np.maximum(window.high - window.low, 1)
    return window.low + below(bits, span.view(np.uint64))


def _dealt(site: Site, frame: Frame, window: Window, values: Index, scale: Calendar | None) -> Index:
    """The moments that are dealt to the rows, wherever they lie inside the window."""
    if scale is None:
        return values
    moments = scale.dealt(site.key("dealt"), frame.rows, site.rows, site.draw(frame, "value"), hours=site.key("hours"))
    return np.where((moments >= window.low) & (moments < window.high), moments, values)


def _clock(site: Site, hours: Any) -> Any:
    return None if hours == "any" or site.column.type.kind == "date" else hours


def _scale(site: Site, rhythm: Rhythm, since: str | None, until: str | None) -> Calendar | None:
    """The calendar of the days that the column may lie in; None where there are none."""
    schema = site.world.schema
    first, end = schema.reference_date - dt.timedelta(days=schema.history_days), schema.reference_date
    first = first if since is None else max(first, dt.date.fromisoformat(since))
    end = end if until is None else min(end, dt.date.fromisoformat(until))
    try:
        return calendar(rhythm, first, end) if first < end else None
    except GenerationError as error:
        raise site.error(str(error)) from None


def _as_type(site: Site, seconds: Index) -> Cells:
    type_ = site.column.type
    if type_.kind == "date":
        return Cells(type_, seconds // DAY)
    if type_.kind == "datetime":
        return Cells(type_, seconds * _SECOND)
    raise site.error(f"a moment is a date or a datetime, not {type_.kind}")
