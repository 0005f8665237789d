"""Moments of which a share lies on some days, or in some hours: which rows those are, to the nearest row.

Which part of the shares a row is in is dealt out. Where the time left to a row has nothing of its part, another row of
its block, whose time has both, changes places with it: so the share is exact as long as the lives of rows let it be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY, Calendar, Rhythm, calendar, cells_of_hours
from pytest_misata.engine.datemix import cells_of_days, raked
from pytest_misata.engine.draws.hashing import U64, Key
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column
from pytest_misata.engine.kinds.windows import Window
from pytest_misata.engine.meaning import generator_for
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_SECOND, _HOUR = 1_000_000, 3_600
_EPOCH = dt.date(1970, 1, 1)
_AROUND = 800
"""Days before and after a calendar that are looked at, too: what is ahead of today is on some weekday as well."""
_BLOCK = 4096
"""Rows among which a share is made up: small tables are one block."""


class DateMix:
    """The parts that shares make of the time of a column, and which of them each row is in.

    `probe` is the number of a part that all rows are to be in, as far as their time allows. Where moments are dealt out
    (`dealt`), shares of days of the week leave each row in its month.
    """

    def __init__(
        self, site: Site, rhythm: Rhythm, span: tuple[dt.date, dt.date], probe: int | None, *, dealt: bool
    ) -> None:
        self._site, self._rhythm, self._span, self._probe = site, rhythm, span, probe
        self._of_year = any(portion.section == "on" for portion in rhythm.of_days)
        self._in_month = dealt and not self._of_year
        days = [span[0] + dt.timedelta(days=at) for at in range(-_AROUND, (span[1] - span[0]).days + _AROUND)]
        self._first_day = (days[0] - _EPOCH).days
        self._days = np.array(cells_of_days(rhythm.of_days, days), dtype=np.int64)
        self._hours = np.array(cells_of_hours(rhythm.of_hours), dtype=np.int64)
        inside = np.unique(self._days[_AROUND:-_AROUND]).tolist()
        pairs = [(int(day), int(hour)) for day in inside for hour in np.unique(self._hours).tolist()]
        self._calendars = {pair: found for pair in pairs if (found := self._calendar(pair)) is not None}
        self._parts = list(self._calendars)

    def _calendar(self, only: tuple[int, int]) -> Calendar | None:
        """The calendar of one part alone; None where it has no share."""
        try:
            return calendar(replace(self._rhythm, only=only), *self._span)
        except (GenerationError, ZeroDivisionError):
            return None

    def among(self, frame: Frame, window: Window, values: Index, bits: U64) -> Index:
        """The moments, those that are of another part than their row's drawn again in that."""
        part, found = self._decided(frame), values.copy()
        window = _in_month(window, values) if self._in_month else window
        off = self.of(values) != part
        for number, scale in enumerate(self._calendars.values()):
            at = np.flatnonzero(off & (part == number))
            if len(at):
                found[at] = scale.between(window.low[at], window.high[at], bits[at])
        return found

    def of(self, seconds: Index) -> Index:
        """The number of the part that each moment is in; -1 for none of those that there are."""
        day = np.clip(seconds // DAY - self._first_day, 0, len(self._days) - 1)
        hour = self._hours[seconds % DAY // _HOUR]
        found = np.full(len(seconds), -1, dtype=np.int64)
        for number, pair in enumerate(self._parts):
            found[(self._days[day] == pair[0]) & (hour == pair[1])] = number
        return found

    def around(self, seconds: Index) -> tuple[Index, Index]:
        """When the day, or the hours, that each moment is in begin, and when they are over."""
        edges = np.flatnonzero(np.diff(self._hours, prepend=-1, append=-1))
        hour, midnight = seconds % DAY // _HOUR, seconds // DAY * DAY
        at = np.searchsorted(edges, hour, side="right")
        return midnight + edges[at - 1] * _HOUR, midnight + edges[at] * _HOUR

    # --- which part each row is in ---

    def _decided(self, frame: Frame) -> Index:
        if self._probe is not None:
            return np.full(len(frame), self._probe, dtype=np.int64)
        return frame.keep(("date mix", self._site.column.name), lambda: self._dealt(frame))

    def _dealt(self, frame: Frame) -> Index:
        found = np.empty(len(frame), dtype=np.int64)
        for block in np.unique(frame.rows // _BLOCK).tolist():
            rows = np.arange(block * _BLOCK, min((block + 1) * _BLOCK, self._site.rows))
            whole = Frame(frame.world, frame.table, rows)
            at = frame.rows // _BLOCK == block
            found[at] = self._of_block(whole)[frame.rows[at] - block * _BLOCK]
        return found

    def _of_block(self, whole: Frame) -> Index:
        able = np.stack([self._is_able(whole, part) for part in range(len(self._parts))], axis=1)
        return _exchanged(self._wished(whole.rows), able, self._site.draw(whole, "exchange"))

    def _is_able(self, whole: Frame, part: int) -> Bool:
        cells = self._probes[part](whole)
        found: Bool = self.of(cells.data * DAY if cells.type.kind == "date" else cells.data // _SECOND) == part
        return found

    @cached_property
    def _probes(self) -> Sequence[Maker]:
        site = self._site
        made = site.column.generator or generator_for(site.table, site.column)
        kept = {name: value for name, value in made.options.items() if name not in {"spaced_by", "spaced_seconds"}}
        probes = [Generator(made.kind, {**kept, "probe": part}) for part in range(len(self._parts))]
        columns = [replace(site.column, generator=probe) for probe in probes]
        return [compile_column(site.world, site.table, column) for column in columns]

    def _wished(self, rows: Index) -> Index:
        """The part that each row would be in if its time had all of them."""
        whole, site = calendar(self._rhythm, *self._span), self._site
        none = np.zeros(len(rows), dtype=np.uint64)
        moments = whole.dealt(site.key("dealt"), rows, site.rows, none, hours=site.key("hours"))
        if self._of_year:
            return self.of(moments)
        days = self._of_week(site.key("portion"), rows, site.rows)
        return self.of(days * DAY + moments % DAY)

    @cached_property
    def _of_week(self) -> Callable[[Key, Index, int], Index]:
        """A day of the part of the week that each row is dealt."""
        codes = self._days[_AROUND:-_AROUND]
        weights = raked(calendar(self._rhythm, *self._span).weights, codes.tolist(), self._rhythm.of_days)
        cells = np.unique(codes)
        shares = Shares([sum(weights[day] for day in np.flatnonzero(codes == cell).tolist()) for cell in cells])
        first = np.array([np.flatnonzero(self._days == cell)[0] for cell in cells]) + self._first_day
        return lambda key, rows, size: first[shares(key, rows, size)]


def _in_month(window: Window, moments: Index) -> Window:
    """The part of a window that is in the month of each moment, which lies in the window."""
    month = moments.astype("datetime64[s]").astype("datetime64[M]")
    first, after = (edge.astype("datetime64[s]").astype(np.int64) for edge in (month, month + 1))
    return Window(np.maximum(window.low, first), np.minimum(window.high, after))


def _exchanged(wished: Index, able: Bool, bits: U64) -> Index:
    """The part of each row that its time has, with as many rows in each part as wished, if that can be."""
    parts, found = able.shape[1], wished.copy()
    wanted = np.bincount(wished, minlength=parts)
    stuck = ~able[np.arange(len(found)), found] & able.any(axis=1)
    found[stuck] = able[stuck].argmax(axis=1)
    for _ in range(parts):
        for into in range(parts):
            for out in range(parts):
                counts = np.bincount(found, minlength=parts)
                many = min(wanted[into] - counts[into], counts[out] - wanted[out])
                if many > 0:
                    free = np.flatnonzero((found == out) & able[:, into])
                    found[free[np.argsort(bits[free], kind="stable")[:many]]] = into
    return found
