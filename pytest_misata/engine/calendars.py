"""Time by how busy it is: growth, seasons, days of the week, events and hours as one frozen integer table.

A calendar measures time in units of which busy hours have many and quiet ones few. Whatever is even in its units
follows the calendar: a draw between two moments, the parts of a life, days dealt out in their exact shares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.datemix import Portion, cells_of_days, in_order, raked
from pytest_misata.engine.draws.hashing import U64, Key, below, below_wide
from pytest_misata.engine.draws.quantiles import exact, integer_weights
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.events import days_of
from pytest_misata.engine.growth import Month, daily, months_between
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.errors import GenerationError

Index = NDArray[np.int64]

DAY, _HOUR = 86_400, 3_600
_EPOCH = dt.date(1970, 1, 1)
_UNITS = 1 << 40
_GUIDE = 40 - 17
_MANY = 4096
_FINE = 1 << 64
_COARSE = 1 << 14


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a calendar is made of; each part is None, the name of a profile, or weights.

    `growth` is "growing", a factor a year, a factor in a span of time, or the weights of months; `events` are days and
    how many times as much happens on them. `portions` are shares of all rows, of days or hours; of a cell of these
    `only` leaves nothing else.
    """

    growth: Any = None
    season: Any = None
    weekdays: Any = None
    hours: Any = None
    events: tuple[tuple[str, str], ...] = ()
    portions: tuple[Portion, ...] = ()
    only: tuple[int, int] | None = None

    @classmethod
    def of(
        cls,
        growth: Any,
        season: Any,
        weekdays: Any,
        hours: Any,
        events: Sequence[Mapping[str, Any]],
        portions: tuple[Portion, ...] = (),
    ) -> Rhythm:
        """From the options of a column, which may be lists."""
        found = tuple((str(event["on"]), str(event["times"])) for event in events)
        growth = None if growth == "steady" else _frozen(growth)
        return cls(growth, _frozen(season), _frozen(weekdays), _frozen(hours), found, portions)

    @property
    def of_days(self) -> list[Portion]:
        """The portions of days."""
        return [portion for portion in self.portions if not portion.of_hours]

    @property
    def of_hours(self) -> list[Portion]:
        """The portions of hours."""
        return [portion for portion in self.portions if portion.of_hours]

    @property
    def is_even(self) -> bool:
        """Whether every moment is alike."""
        return self == Rhythm()


_DAY_HOURS = 24
_BUSY = Fraction(5, 2)
"""An hour is of a part of the day where it has so big a part at the least of what the busiest has."""
_ELSE = "evening"
"""The hours of what happens at any time of the day."""


class Calendar:
    """The moments from one day to before another, measured by how busy they are."""

    def __init__(self, rhythm: Rhythm, first: dt.date, end: dt.date) -> None:
        self._start = (first - _EPOCH).days * DAY
        self.weights, self._groups, self._order = _weighed_days(rhythm, first, end)
        self._days = _scaled(self.weights)
        hours, self._hours = _weighed_hours(rhythm)
        self._step = DAY if hours is None else _HOUR
        self._edges = self._days if hours is None else _by_hour(self._days, hours)
        self._widths = np.diff(self._edges)
        self._divisors = np.maximum(self._widths, 1).astype(np.uint64)
        self._shares: Shares | None = None
        self._guide: NDArray[np.int32] | None = None

    def units(self, seconds: Index) -> Index:
        """Moments (seconds since 1970) in the calendar's units; those outside are its first or last one."""
        if len(seconds) > 1 and (seconds == seconds[0]).all():
            return np.full(len(seconds), self.units(seconds[:1])[0], dtype=np.int64)
        since = np.clip(seconds - self._start, 0, len(self._widths) * self._step)
        at = np.minimum(since // self._step, len(self._widths) - 1)
        found: Index = self._edges[at] + self._widths[at] * (since - at * self._step) // self._step
        return found

    def seconds(self, units: Index) -> Index:
        """The moments at which so many units have passed."""
        at = self._cells(units)
        inside = ((units - self._edges[at]) * self._step).view(np.uint64)
        inside //= self._divisors[at]
        found: Index = inside.view(np.int64)
        found += at * self._step
        found += self._start
        return found

    def _cells(self, units: Index) -> Index:
        """The hour or day in which so many units have passed."""
        if len(units) < _MANY:
            return self._search(units)
        if self._guide is None:
            starts = np.arange(_UNITS >> _GUIDE, dtype=np.int64) << _GUIDE
            first, last = self._search(starts), self._search(starts + (1 << _GUIDE) - 1)
            self._guide = np.where(first == last, first, -1).astype(np.int32)
        at: Index = self._guide[np.minimum(units >> _GUIDE, len(self._guide) - 1)].astype(np.int64)
        unclear = np.flatnonzero(at < 0)
        at[unclear] = self._search(units[unclear])
        return at

    def _search(self, units: Index) -> Index:
        found: Index = np.clip(np.searchsorted(self._edges, units, side="right") - 1, 0, len(self._widths) - 1)
        return found

    def between(self, low: Index, high: Index, bits: U64) -> Index:
        """A moment from `low` to before `high` for each 64 random bits; evenly where the calendar has nothing there."""
        first, last = self.units(low), self.units(high)
        empty = last <= first
        span = np.where(empty, np.maximum(high - low, 1), last - first)
        drawn = below_wide(bits, span.view(np.uint64))
        moments = np.clip(self.seconds(first + drawn), low, np.maximum(high - 1, low))
        return np.where(empty, low + drawn, moments)

    def dealt(self, key: Key, rows: Index, size: int, bits: U64, *, hours: Key) -> Index:
        """A moment for each row of a table of `size`: months, days and parts of the day have their exact shares."""
        if self._shares is None:
            self._shares = Shares([self.weights[day] for day in self._order], groups=self._groups)
        day = self._order[self._shares(key, rows, size)]
        if self._hours is not None:
            hour = self._hours.dealt(hours, rows, size)
            return self._start + day * DAY + hour * _HOUR + below(bits, _HOUR)
        low = self._days[day]
        drawn = below_wide(bits, np.maximum(self._days[day + 1] - low, 1).view(np.uint64))
        start = self._start + day * DAY
        return np.clip(self.seconds(low + drawn), start, start + DAY - 1)


@lru_cache(maxsize=256)
def calendar(rhythm: Rhythm, first: dt.date, end: dt.date) -> Calendar:
    """The calendar of a rhythm for a span of days. Raises GenerationError where nothing happens on any of them."""
    return Calendar(rhythm, first, end)


class DealtHours:
    """The hours of a day, some of which have a share of all rows together, to the nearest row: 30% of them at night."""

    def __init__(self, weights: Sequence[int], codes: Sequence[int]) -> None:
        order, groups = in_order(codes, [])
        self._order = np.array(order)
        self._shares = Shares([weights[hour] for hour in order], groups=groups)

    def dealt(self, key: Key, rows: Index, size: int) -> Index:
        """The hour of each row of a table of `size`."""
        found: Index = self._order[self._shares(key, rows, size)]
        return found


def cells_of_hours(portions: Sequence[Portion]) -> list[int]:
    """The cell of each hour: a bit for each portion that it is in."""
    codes = [0] * _DAY_HOURS
    for bit, portion in enumerate(portions):
        for name in portion.what:
            own = profile("hours", name, _DAY_HOURS) or []
            codes = [code | (own[hour] * _BUSY >= max(own)) << bit for hour, code in enumerate(codes)]
    return codes


def _weighed_hours(rhythm: Rhythm) -> tuple[Sequence[int] | None, DealtHours | None]:
    """A weight for each hour, if they differ, and how hours are dealt out where some have a share."""
    portions = rhythm.of_hours
    if not portions:
        return profile("hours", rhythm.hours, _DAY_HOURS), None
    codes, weights = cells_of_hours(portions), list(profile("hours", _ELSE, _DAY_HOURS) or ())
    for portion in portions:
        own = profile("hours", portion.what[0], _DAY_HOURS) or []
        weights = [own[at] if own[at] * _BUSY >= max(own) else weight for at, weight in enumerate(weights)]
    weights = raked(weights, codes, portions)
    if rhythm.only is not None:
        weights = [weight if code == rhythm.only[1] else 0 for weight, code in zip(weights, codes, strict=True)]
    most = max(weights)
    # As large as profiles are: they are multiplied with units.
    return [weight * _COARSE // most for weight in weights], DealtHours(weights, codes)


def _weighed_days(rhythm: Rhythm, first: dt.date, end: dt.date) -> tuple[list[int], list[list[int]], Index]:
    """A weight for each day, their order by portion, and how many each portion, year and month has in that."""
    months = months_between(first, end)
    seasons = profile("seasons", rhythm.season, 12) or [1] * 12
    weekdays = profile("weekdays", rhythm.weekdays, 7) or [1] * 7
    bases = daily(rhythm.growth, months, weekdays)
    times = _times(rhythm.events, first, end)
    days = [day for month in months for day in month.days]
    weights = [seasons[day.month - 1] * weekdays[day.weekday()] * times.get(day, 1) for day in days]
    scaled = _products([base for part in bases for base in part], weights)
    if not any(scaled):
        raise GenerationError(f"nothing happens on any day from {first} to before {end}")
    codes = cells_of_days(rhythm.of_days, days)
    told = raked(scaled, codes, rhythm.of_days)
    # Shares of the week leave each month what it has; those of days of the year decide what that is.
    of_year = any(portion.section == "on" for portion in rhythm.of_days)
    scaled = told if of_year or not rhythm.of_days else _by_month(told, scaled, months)
    if rhythm.only is not None:
        scaled = [weight if code == rhythm.only[0] else 0 for weight, code in zip(scaled, codes, strict=True)]
    by_day = codes if of_year else [0] * len(days)
    order, groups = in_order(by_day, [[(day.year,) for day in days], [(day.year, day.month) for day in days]])
    return scaled, groups if of_year else groups[1:], np.array(order)


def _products(bases: Sequence[Fraction], weights: Sequence[Any]) -> list[int]:
    """Each base times its weight, in parts of the largest. Many are alike, and fractions take long to multiply."""
    pairs = list(zip(bases, weights, strict=True))
    products = {(base, weight): base * weight for base, weight in set(pairs)}
    most = max(products.values())
    scaled = {pair: int(product * _FINE // most) if most > 0 else 0 for pair, product in products.items()}
    return [scaled[pair] for pair in pairs]


def _by_month(weights: Sequence[int], wholes: Sequence[int], months: Sequence[Month]) -> list[int]:
    """The weights, those of each month brought to what they come to in others."""
    found: list[int] = []
    for month in months:
        part = slice(len(found), len(found) + len(month.days))
        whole, own = sum(wholes[part]), sum(weights[part]) or 1
        found += [weight * whole // own for weight in weights[part]]
    return found


def _times(events: Sequence[tuple[str, str]], first: dt.date, end: dt.date) -> dict[dt.date, Any]:
    """How many times as much happens on the days of events."""
    found: dict[dt.date, Any] = {}
    for name, times in events:
        for day in days_of(name, range(first.year, end.year + 1)):
            found[day] = found.get(day, 1) * exact(times)
    return found


def _scaled(weights: Sequence[int]) -> Index:
    """Running sums in units."""
    total, running, edges = sum(weights), 0, [0]
    for weight in weights:
        running += weight
        edges.append(running * _UNITS // total)
    return np.array(edges, dtype=np.int64)


def _by_hour(days: Index, hours: Sequence[int]) -> Index:
    """The running sums of days, cut into hours."""
    share = np.concatenate([[0], np.cumsum(hours)])[:-1]
    edges = days[:-1, None] + np.diff(days)[:, None] * share // sum(hours)
    return np.append(edges.ravel(), days[-1])


def profile(section: str, said: Any, count: int) -> list[int] | None:
    """The weights that a name stands for, or those stated."""
    if said is None:
        return None
    known: Mapping[str, Sequence[int]] = toml_file("calendars.toml")[section]
    if isinstance(said, str) and said not in known:
        raise GenerationError(f"{section} are one of {', '.join(known)} or {count} weights, not {said!r}")
    weights = integer_weights(known[said] if isinstance(said, str) else said)
    if len(weights) != count or min(weights) < 0 or not 0 < sum(weights) < 1 << 20:
        raise GenerationError(f"{section} are {count} weights, not {said!r}")
    return weights


def _frozen(part: Any) -> Any:
    """The same as something that can be a key."""
    if isinstance(part, Mapping):
        return tuple((str(name), str(value)) for name, value in part.items())
    return tuple(part) if isinstance(part, list) else part
