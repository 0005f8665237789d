"""The calendar that a column of moments follows, and moments by it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import Calendar, Rhythm, calendar
from pytest_misata.engine.draws.hashing import U64, below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Site
from pytest_misata.engine.kinds.windows import Window
from pytest_misata.errors import GenerationError

Index = NDArray[np.int64]


def span_of(site: Site, since: str | None, until: str | None) -> tuple[dt.date, dt.date]:
    """The days from the first to before the last that a column may lie in."""
    schema = site.world.schema
    first, end = schema.reference_date - dt.timedelta(days=schema.history_days), schema.reference_date
    first = first if since is None else max(first, dt.date.fromisoformat(since))
    return first, end if until is None else min(end, dt.date.fromisoformat(until))


def within(window: Window, bits: U64, scale: Calendar | None) -> Index:
    """A moment in the window of each row, for 64 random bits each."""
    if scale is not None:
        return scale.between(window.low, window.high, bits)
    span: Index = np.maximum(window.high - window.low, 1)
    return window.low + below(bits, span.view(np.uint64))


def dealt(site: Site, frame: Frame, window: Window, values: Index, scale: Calendar | None) -> Index:
    """The moments that are dealt to the rows, wherever they lie inside the window."""
    if scale is None:
        return values
    moments = scale.dealt(site.key("dealt"), frame.rows, site.rows, site.draw(frame, "value"), hours=site.key("hours"))
    return np.where((moments >= window.low) & (moments < window.high), moments, values)


def clock_of(site: Site, hours: Any) -> Any:
    """The hours, where a column has any and they matter."""
    return None if hours == "any" or site.column.type.kind == "date" else hours


def scale_of(site: Site, rhythm: Rhythm, since: str | None, until: str | None) -> Calendar | None:
    """The calendar of the days that the column may lie in; None where there are none."""
    first, end = span_of(site, since, until)
    try:
        return calendar(rhythm, first, end) if first < end else None
    except GenerationError as error:
        raise site.error(str(error)) from None
