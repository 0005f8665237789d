"""The stretch of time from one span that a story names to another, and the steps it is parted in."""

from __future__ import annotations

from pytest_misata.story.english.dates import Span


def joined(spans: list[Span]) -> Span | None:
    """From the first day of the first to the last day of the last; a year that one of them lacks is the other's."""
    if not spans:
        return None
    first, last = spans[0], spans[-1]
    if first is last or first.first is None or last.first is None or last.end is None:
        return last
    start, end = first.first, last.end
    if first.yearless and not last.yearless:
        start = start.replace(year=last.first.year - (start.month > last.first.month))
    if last.yearless and not first.yearless:
        years = start.year - last.first.year
        end = end.replace(year=end.year + years)
    if end <= start:
        end = end.replace(year=end.year + 1)
    return Span(start, end, first.yearless and last.yearless) if start < end else None


def step_of(spans: list[Span]) -> int:
    """How many months a level is the sum of: those of the spans it is stated for."""
    first = spans[0] if len(spans) == 2 else None
    if first is None or first.first is None or first.end is None:
        return 1
    months = (first.end.year - first.first.year) * 12 + first.end.month - first.first.month
    return months if months in {1, 3, 6, 12} else 1
