"""Kinds of date and time: after what came before, in the order of life, at hours people keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY, Calendar, Rhythm
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.datemix import portions_of
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.betweens import (
    after_forebears,
    around_children,
    as_type,
    before_all,
    end_of_time,
    following,
    narrowed,
    nearer,
    of_owner,
    of_owner_alone,
    own_day,
    while_there,
    window_of,
)
from pytest_misata.engine.kinds.datemix import DateMix
from pytest_misata.engine.kinds.kin import beginnings_of, births_of_parents, ends_of, forebears_of, lives_of, stays_of
from pytest_misata.engine.kinds.lengths import Lengths
from pytest_misata.engine.kinds.recent import spread_out
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.room import Follower, followers_of, is_crowded, leaving, taken
from pytest_misata.engine.kinds.scales import clock_of, dealt, scale_of, span_of, within
from pytest_misata.engine.kinds.sequences import (
    before_next,
    ends_in_turn,
    of_its_own,
    sequences,
    stretch,
    taken_in_turn,
    turn_of,
)
from pytest_misata.engine.kinds.spacing import spaced
from pytest_misata.engine.kinds.windows import (
    Window,
    bounded,
    dated,
    in_months,
    in_reach,
    last_of,
    later,
    seconds_of,
    stepped,
    whole_days,
    with_room,
)
from pytest_misata.engine.kinds.windows import around as near
from pytest_misata.schema.config import ForeignKey

if TYPE_CHECKING:
    from pytest_misata.engine.meanings.for_children import Life

Index = NDArray[np.int64]

_SECOND = 1_000_000
_FAR = 200 * 366 * DAY
"""How far ahead of the reference date what is still under way may end, in seconds."""
_WEEK = 7 * DAY
_AHEAD_DAYS = 90
"""How early a ticket for a performance, or a registration for an event, is there at the most, in days."""


@kind("moment")
@dataclass(frozen=True, eq=False, kw_only=True)
class Moment:
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
    with `apart=True` on a day of its own, which lies past the reference date where too few are left (a moment has a
    second of its own); `sequence` may also name the column of a key whose parents rows take in turn, and with
    `turn_days` each has so many days at least, for which the time left begins earlier where needed; with `final_days`
    it lies in the last days of its stretch; `until_next=True` keeps a value within that stretch.
    `monthly=True` has them one month after another where there is time for all, each on the day of the month on which
    that begins, or on the `monthly`-th. The time of day is a multiple of `step_minutes`, where there is one in the time
    left. With `ongoing=True` it is NULL where it would lie past the reference date: what has not ended is still under
    way.

    With `spaced_by`, the column of a foreign key, it lies `spaced_minutes` at least from those of the same parent: a
    number, or a column that tells how many minutes the row takes (`spaced_seconds`: seconds).

    In the time left to it, it follows a calendar of `growth`, `season`, `weekdays`, `hours` and `events`, as
    `engine.calendars` has them. It leaves before the reference date the time that what comes `after` it in the row
    takes, and comes early in the time left where it could not be left any. With `exact` every month and day has its
    exact share of the table's rows, but for rows to which that leaves no time. `portions` are shares of the rows on
    some days, or in some hours, as `engine.datemix` has them. With `lasts` the rows are over by then that began at the
    column `since`: the `mean` or the `median` of how long they last is stated, in units of `seconds`.
    """

    site: Site = field(kw_only=False)
    after: Sequence[str] = ()
    before: Sequence[str] = ()
    follows: Sequence[str] = ()
    leads: Sequence[str] = ()
    trails: Sequence[str] = ()
    since_born: bool = True
    during: bool | Sequence[str] = False
    alive: bool = False
    minimum_days: Any = 0
    within_days: Any = None
    room_days: Any = 0
    soon: bool = False
    around: str | None = None
    early_days: Any = 0
    late_days: Any = 1
    last_days: Any = None
    by: str | None = None
    since: str | None = None
    until: str | None = None
    growth: Any = None
    season: Any = None
    weekdays: Any = None
    hours: Any = None
    events: Sequence[Mapping[str, Any]] = ()
    portions: Sequence[Mapping[str, Any]] = ()
    lasts: Mapping[str, Any] | None = None
    probe: int | str | None = None
    exact: bool = False
    sequence: bool | str = False
    turn_days: Any = 0
    final_days: Any = None
    apart: bool = False
    monthly: bool | int = False
    until_next: bool = False
    spaced_by: str | None = None
    spaced_minutes: int | str = 0
    spaced_seconds: str | None = None
    step_minutes: int = 1
    ongoing: bool = False
    ahead_days: Any = 0
    ahead_with: str | None = None

    def __post_init__(self) -> None:
        turns = self._turns
        if turns is not None and not turns.owner and not self.turn_days:
            raise self.site.error("a sequence by the key of another parent than the owner needs `turn_days`")
        if self.sequence or self.monthly:
            # What a case says of some rows is not said of those that others look for.
            sequences(self.site).setdefault(self.site.column.name, self._left)
        _ = self._scale, self._lives

    def __call__(self, frame: Frame) -> Cells:
        return self._made(frame)

    # --- what holds for all rows ---

    @cached_property
    def _made(self) -> Maker:
        plain = self._alone
        if self.spaced_by is None:
            return plain
        lasting = (self.spaced_minutes, 60) if self.spaced_seconds is None else (self.spaced_seconds, 1)
        return spaced(self.site, plain, self.spaced_by, lasting, self._among_others, self._bounds)

    def _bounds(self, frame: Frame) -> Window:
        """Where each row has to be, whatever its place in a sequence; with `exact` before the day is over."""
        bounds = self._among_others(frame)
        if not (self.exact or self._mix) or self._days:
            return bounds
        alone = self._alone(frame).data // _SECOND
        if self._mix is None:
            return Window(bounds.low, np.minimum(bounds.high, (alone // DAY + 1) * DAY))
        begun, over = self._mix.around(alone)
        return Window(np.maximum(bounds.low, begun), np.minimum(bounds.high, over))

    @cached_property
    def _rhythm(self) -> Rhythm:
        portions = portions_of([one for one in self.portions if not ("hours" in one and self._days)])
        hours = clock_of(self.site, self.hours)
        return Rhythm.of(self.growth, self.season, self.weekdays, hours, self.events, portions)

    @cached_property
    def _scale(self) -> Calendar | None:
        if self._rhythm.is_even and not self.exact:
            return None
        return scale_of(self.site, self._rhythm, self.since, self.until)

    @cached_property
    def _mix(self) -> DateMix | None:
        if not self._rhythm.portions or self._scale is None:
            return None
        span = span_of(self.site, self.since, self.until)
        part = self.probe if isinstance(self.probe, int) else None
        return DateMix(self.site, self._rhythm, span, part, dealt=self.exact)

    @cached_property
    def _lengths(self) -> Lengths | None:
        return Lengths(self.site, self.lasts) if self.lasts else None

    @cached_property
    def _turns(self) -> ForeignKey | None:
        return taken_in_turn(self.site, self.sequence if isinstance(self.sequence, str) else None)

    @cached_property
    def _lives(self) -> Sequence[tuple[str, Life]]:
        return [] if isinstance(self.during, bool) else lives_of(self.site, self.during)

    @cached_property
    def _beginnings(self) -> Sequence[str]:
        return beginnings_of(self.site)

    @cached_property
    def _stays(self) -> tuple[Sequence[str], Sequence[str]]:
        return stays_of(self.site) if self.during is True else ([], [])

    @cached_property
    def _lower(self) -> list[str]:
        """The columns that it comes after."""
        born = self.after or (self.exact and not self.since_born)
        births = [] if born else births_of_parents(self.site, own=self.since_born)
        return [*self.after, *births, *self._stays[0]]

    @cached_property
    def _upper(self) -> list[str]:
        """The columns that it comes before."""
        ends = ends_of(self.site) if self.alive else []
        return [*self.before, *self._stays[1], *self._beginnings, *ends]

    @cached_property
    def _is_bound_alone(self) -> bool:
        """Whether a row has to do with other rows than its owner, by which its time is not that of its siblings."""
        owner = self.site.table.owner
        keys = {path.partition(".")[0] for path in (*self._lower, *self._upper) if "." in path}
        return owner is not None and not keys <= {*owner.columns}

    @cached_property
    def _forebears(self) -> Sequence[ForeignKey]:
        return [] if self.exact else forebears_of(self.site)

    @cached_property
    def _followers(self) -> Sequence[Follower]:
        return [] if self.exact else followers_of(self.site)

    @cached_property
    def _leaves_at_first(self) -> bool:
        """Whether rows of a sequence leave room before each has its own stretch, where none has to end with that."""
        return bool(self.sequence) and not (self.turn_days or ends_in_turn(self.site))

    @cached_property
    def _recent(self) -> Any:
        if isinstance(self.last_days, Mapping) and self.site.column.name == self.site.table.born and not self.exact:
            return spread_out(self.site, self.last_days, self.by, self._scale, later=bool(self.after))
        return _AHEAD_DAYS if self._beginnings and self.last_days is None else self.last_days

    def _crowded(self, window: Window) -> Any:
        """The rows that come early in the time left to them, since they would pile up where it ends for all."""
        ends = window.high == (end := end_of_time(self.site))
        return ends if self._is_crowded else ends & (end - window.low < seconds_of(self.minimum_days))

    @cached_property
    def _is_crowded(self) -> bool:
        recent = self.last_days is not None and not isinstance(self.last_days, Mapping)
        return not (self.exact or recent) and is_crowded(self.site, self._lower)

    @property
    def _days(self) -> bool:
        return self.site.column.type.kind == "date"

    @property
    def _gives_way(self) -> bool:
        """Whether the next moment has the say over a minimum; days that are to differ do, whatever comes next."""
        return self.until_next and not self._days

    # --- the rows of a frame ---

    def _left(self, frame: Frame) -> Window:
        """The time that is left to each row, or to its place in a sequence."""
        site = self.site
        if (
            self._days
            and self.apart
            and not self._is_bound_alone
            and site.world.layout(site.table) is not None
            and frame.place is not None
        ):
            owned = of_owner(site, frame, self._lower, self._upper)
            owned = while_there(frame, owned, of_owner_alone(site, self._lives))
            return own_day(site, frame, dated(owned, self.since, self.until))
        window = self._near_to(frame, self._among_others(frame))
        if self._days:
            window = whole_days(window, same=not self.minimum_days)
        if self.monthly and frame.place is not None:
            window = self._leaving(frame, window, by_owner=True, whenever=True)
            return in_months(window, frame.place, None if self.monthly is True else self.monthly)
        if not self.sequence:
            return window
        window = self._leaving(frame, window, by_owner=True) if self._leaves_at_first else window
        if self.turn_days:
            part = turn_of(frame, window, self._scale, self._turns, seconds_of(self.turn_days))
        else:
            part = stretch(site, frame, window, self._scale)
        return part if self.final_days is None else last_of(part, self.final_days)

    def _among_others(self, frame: Frame, *, dated_too: bool = True) -> Window:
        """The time between the columns, parents and children that each row has to do with; from the first day on."""
        site, ahead = self.site, _FAR if self.ongoing else seconds_of(self.ahead_days)
        window = window_of(site, frame, self._lower, self._upper, ahead=ahead, ever=self.until_next)
        window = self._as_ahead(frame, window)
        window = while_there(frame, following(frame, window, self.follows), self._lives)
        begin = end_of_time(site) - site.world.schema.history_days * DAY
        leading = isinstance(self._recent, int) and self._upper and not self.after
        window = before_all(window, begin, self._recent if leading else 0)
        window = after_forebears(site, frame, window, self._forebears)
        latest = window.high - seconds_of(self.room_days)
        window = dated(window, self.since if dated_too else None, self.until)
        window = with_room(window, latest) if self.room_days else window
        return around_children(frame, window, self.leads, self.trails)

    def _as_ahead(self, frame: Frame, window: Window) -> Window:
        """The window, closed at the reference date where the moment that it lies ahead with does not."""
        if self.ahead_with is None:
            return window
        end = end_of_time(self.site)
        others = bounded(np.full(len(frame), end - 1), read(frame, self.ahead_with), lambda _, moments: moments)
        return Window(window.low, np.where(others < end, np.minimum(window.high, end), window.high))

    def _near_to(self, frame: Frame, window: Window) -> Window:
        """The part of a window that is near to what comes before it, to its end, or to another column."""
        site, minimum = self.site, 0 if self._gives_way else self.minimum_days
        nearness = minimum, self.within_days, self._recent, self.by
        window = narrowed(site, frame, window, *nearness)
        if self.since is not None and self.within_days is not None:
            window = in_reach(window, narrowed(site, frame, self._among_others(frame, dated_too=False), *nearness))
        window = nearer(site, frame, window, soon=self.soon and self.within_days is not None)
        if self.around is None:
            return window
        return near(window, read(frame, self.around), (self.early_days, self.late_days), site.draw(frame, "late"))

    def _alone(self, frame: Frame) -> Cells:
        """The moments, whatever those of other rows are."""
        window, site = self._left(frame), self.site
        if self.until_next:
            window = before_next(site, frame, window, self._scale)
            window = later(window, self.minimum_days) if self._gives_way else window
        window = window if self.monthly or self._leaves_at_first else self._leaving(frame, window)
        if self.probe in {"first", "last"}:
            end = np.minimum(window.high, end_of_time(site)) if self.ongoing else window.high
            return as_type(site, window.low if self.probe == "first" else np.maximum(end - 1, window.low))
        values = self._lengths(frame) if self._lengths else self._drawn(frame, window)
        values = dealt(site, frame, window, values, self._scale) if self.exact else values
        values = self._mix.among(frame, window, values, site.draw(frame, "value")) if self._mix else values
        values = values if self.step_minutes == 1 else stepped(values, window, self.step_minutes * 60)
        values = self._apart_from_others(frame, values) if self.apart else values
        cells = as_type(site, values)
        return cells.where_not(values >= end_of_time(site)) if self.ongoing else cells

    def _leaving(self, frame: Frame, window: Window, *, by_owner: bool = False, whenever: bool = False) -> Window:
        """The window without the time that what follows takes, or would take; alike for an owner's rows, if asked."""
        if not self._followers:
            return window
        room = taken(self.site, frame, self._followers, by_owner=by_owner, whenever=whenever)
        return leaving(window, room, end_of_time(self.site), DAY if self._days else 1)

    def _apart_from_others(self, frame: Frame, values: Index) -> Index:
        """The moments, each at a second, or on a day, that no sibling has."""
        if not self._days:
            return of_its_own(self.site, frame, self._among_others(frame), values, 1)
        if not self._is_bound_alone:
            return values
        return of_its_own(self.site, frame, whole_days(self._among_others(frame), same=True), values, DAY)

    def _drawn(self, frame: Frame, window: Window) -> Index:
        bits = self.site.draw(frame, "value")
        if (crowded := self._crowded(window)).any():
            bits = np.where(crowded, np.minimum(bits, self.site.draw(frame, "early")), bits)
        if self._scale is None or not (self.ongoing or self.ahead_days):
            return within(window, bits, self._scale)
        # The calendar ends with the reference date.
        past = window.high - end_of_time(self.site)
        if self.ongoing:
            return np.where(past > 0, within(window, bits, None), within(window, bits, self._scale))
        weeks = np.maximum(-(-past // _WEEK), 0) * _WEEK
        values: Index = within(Window(window.low - weeks, window.high - weeks), bits, self._scale) + weeks
        return values
