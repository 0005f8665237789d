"""The span of time that words of a story name: years, quarters, months and days, and those counted back from today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pytest_misata.story.english.tokens import Token

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {"day": 1, "week": 7, "fortnight": 14}
"""Days of the units that always have as many."""
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}
_SEASON = re.compile(r"\b(?:season|(?:school|academic|calendar|fiscal|financial) year)s?\b")
"""What is a year, or, where two years are named, that which begins in the one and ends in the other."""
_TWO_YEARS = re.compile(r"((?:19|20)\d\d)\s*[/\u2013-]\s*(?:\d\d|(?:19|20)\d\d)")
_BEGINS, _IS_OVER = 8, 6
"""The months in which seasons begin, and are over, of schools and most sports in the northern half of the world."""
_JOINTS = frozenset({"and", "to", "until", "till", "through", "-", "\u2013"})
_PIECES = re.compile(r"\d{4}-\d\d-\d\d|[a-z]+|\d+|[-\u2013]")
_LAST = frozenset({"last", "past", "previous", "preceding"})


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to before `end`; None is as far back as the data reaches, or up to the reference date.

    `yearless` tells that no year was named: the last such days before the reference date are meant. `back` are the
    (months, days) that a span counted back from the reference date goes, `calendar` whether it ends with the month,
    quarter or year before the current one.
    """

    first: dt.date | None = None
    end: dt.date | None = None
    yearless: bool = False
    back: tuple[int, int] | None = None
    calendar: bool = False

    def days(self, reference: dt.date, history: int) -> tuple[dt.date, dt.date]:
        """The first day and the day after the last, for data of `history` days up to the reference date."""
        if self.back is not None:
            return self._counted_back(reference)
        first = self.first or (self.end or reference) - dt.timedelta(days=history)
        end = self.end or reference
        if self.yearless and self.first is not None and self.first.year == _NO_YEAR:
            # The latest year that is over by then; an open end is the reference date itself.
            shift = next(
                year - _NO_YEAR
                for year in range(reference.year, reference.year - 4, -1)
                if _in_year(self.end or self.first + dt.timedelta(days=1), year - _NO_YEAR) <= reference
            )
            first = _in_year(first, shift)
            end = _in_year(end, shift) if self.end else end
        return first, end

    def _counted_back(self, reference: dt.date) -> tuple[dt.date, dt.date]:
        months, days = self.back or (0, 0)
        if not self.calendar:
            return months_on(reference, -months) - dt.timedelta(days=days), reference
        if days:
            monday = reference - dt.timedelta(days=reference.weekday() if days == _UNITS["week"] else 0)
            return monday - dt.timedelta(days=days), monday
        start = dt.date(reference.year, (reference.month - 1) // min(months, 12) * min(months, 12) + 1, 1)
        return months_on(start, -months), start


_NO_YEAR = 4
"""The year of spans that name none: a leap year, so that it has every day."""


def _in_year(day: dt.date, shift: int) -> dt.date:
    year = day.year + shift
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or the last that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


def span_at(tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
    """The span named from here on, with the words that lead to it, and the index after its last token."""
    texts = [token.text for token in tokens[at : at + 8]]
    lead = texts[0] if texts else ""
    if lead in {*_LAST, "over", "during", "within", "in", "for", "from", "across"}:
        found = _back(tokens, at + (lead not in _LAST)) or (_lasting(tokens, at + 1) if lead in _DURING else None)
        if found:
            return found
    if lead in {*_LAST, "this"} and len(texts) > 1 and (named := read_span(texts[1])) and named.yearless:
        # Last summer; last May: the latest that is over.
        return named, at + 2
    skip = next((size for size, words in _LEADS.items() if tuple(texts[:size]) in words), 0)
    date = at + skip
    if date >= len(tokens) or tokens[date].kind != "date":
        return None
    if not skip and not (tokens[date].text.startswith(("between ", "from ")) or _SEASON.search(tokens[date].text)):
        return None
    lead = " ".join(texts[:skip])
    # What is from the 2023 season is of it, and no later.
    return _dated("of" if lead == "from the" else lead.removesuffix(" the"), tokens[date].text, date + 1)


_LEADS: Mapping[int, frozenset[tuple[str, ...]] | set[tuple[str, ...]]] = {
    3: {("in", "the", "year"), ("for", "the", "year"), ("during", "the", "year"), ("in", "the", "season")},
    2: {
        ("in", "season"),
        ("up", "to"),
        ("as", "of"),
        ("starting", "in"),
        ("starting", "from"),
        *(
            (word, "the")
            for word in "in during for over throughout across within since until before after of from".split()
        ),
    },
    1: {
        (word,)
        for word in "in during since from until till before after by of for through on throughout within".split()
    },
}
_UNTIL = frozenset({"until", "till", "before", "by", "up to", "through"})
_SINCE = frozenset({"since", "from", "after", "starting in", "starting from", "as of"})


def _dated(lead: str, text: str, end: int) -> tuple[Span, int] | None:
    span = read_span(text)
    if span is None or span.first is None or span.end is None:
        return None
    two = len(_halves(text)) == 2
    if two:
        return span, end
    if lead in _UNTIL:
        last = span.first if lead == "before" else span.end
        return (Span(None, last), end) if not span.yearless else None
    if lead in _SINCE:
        return Span(span.end if lead == "after" else span.first, None, span.yearless), end
    return span, end


def _back(tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
    """[the] last two years; the past 30 days; last quarter."""
    at += at < len(tokens) and tokens[at].text in {"the", "our", "its"}
    if at + 1 >= len(tokens) or tokens[at].text not in _LAST:
        return None
    number = tokens[at + 1]
    counted = number.kind == "number" and number.value.denominator == 1
    unit_at = at + 1 + counted
    unit = tokens[unit_at].text.removesuffix("s") if unit_at < len(tokens) else ""
    count = int(number.value) if counted else 1
    if unit not in {*_UNITS, *_MONTHS_OF} or not 0 < count <= _MOST:
        return None
    over = (at > 0 and tokens[at - 1].text in {"the"}) or tokens[at].text in {"past"}
    calendar = not counted and not over and unit != "day"
    back = (_MONTHS_OF[unit] * count, 0) if unit in _MONTHS_OF else (0, _UNITS[unit] * count)
    return Span(back=back, calendar=calendar), unit_at + 1


def _lasting(tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
    """[for] a week; [over] three months; [for] a whole year: as long, up to the reference date."""
    if [token.text for token in tokens[at : at + 3]] == ["half", "a", "year"]:
        return Span(back=(6, 0)), at + 3
    number = tokens[at] if at < len(tokens) else None
    if number is None or number.kind != "number" or number.value.denominator != 1:
        return None
    unit_at = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text in {"whole", "full", "entire", "single"})
    unit = tokens[unit_at].text.removesuffix("s") if unit_at < len(tokens) else ""
    after = tokens[unit_at + 1] if unit_at + 1 < len(tokens) else None
    closed = after is None or after.kind == "stop" or after.text in _AFTER_SPAN
    if unit not in {*_UNITS, *_MONTHS_OF} or not closed or not 0 < number.value <= _MOST:
        return None
    count = int(number.value)
    back = (_MONTHS_OF[unit] * count, 0) if unit in _MONTHS_OF else (0, _UNITS[unit] * count)
    return Span(back=back), unit_at + 1


_DURING = frozenset({"for", "over", "during", "within", "across"})
_AFTER_SPAN = frozenset({"and", "with", "where", "of"})
_MOST = 1000
"""Units that a story may count back."""


def read_span(text: str) -> Span | None:
    """The span of a day, a month, a quarter, a half, a season or a whole year, or from one to another of them."""
    season = _TWO_YEARS.fullmatch(_SEASON.sub("", text).strip())
    if season:
        year = int(season[1])
        return Span(dt.date(year, _BEGINS, 1), dt.date(year + 1, _IS_OVER, 1))
    if re.search(r"\d", text):
        text = _SEASON.sub("", text)
    halves = [_day(half) for half in _halves(text)]
    if not halves or not all(halves):
        return None
    parts = [half for half in halves if half is not None]
    year = next((part.year for part in reversed(parts) if part.year), 0)
    first, last = parts[0], parts[-1]
    try:
        start, end = first.range(first.year or year), last.range(last.year or year)
    except ValueError:
        return None
    if not year and end[1] <= start[0]:
        end = last.range(_NO_YEAR + 1)
    if end[1] <= start[0]:
        return None
    return Span(start[0], end[1], yearless=not year)


def _halves(text: str) -> list[list[str]]:
    """The words on either side of "to" or "and"; "from" and "between" say nothing more."""
    halves: list[list[str]] = [[]]
    for piece in _PIECES.findall(text):
        if piece in {"between", "from", "of"}:
            continue
        if piece in _JOINTS:
            halves.append([])
        else:
            halves[-1].append(piece)
    return [half for half in halves if half]


@dataclass(frozen=True, slots=True)
class _Day:
    year: int
    month: int = 1
    day: int = 0
    months: int = 12
    part: tuple[str, str] = ("", "")
    """The week or half of the month that it is: ("first", "week")."""

    def range(self, year: int) -> tuple[dt.date, dt.date]:
        """The first day, and the day after the last."""
        start = dt.date(year or _NO_YEAR, self.month, self.day or 1)
        if self.part[0]:
            return _part_of(start, *self.part)
        return start, start + dt.timedelta(days=1) if self.day else months_on(start, self.months)


def _part_of(month: dt.date, ordinal: str, part: str) -> tuple[dt.date, dt.date]:
    """The days of a week or of a half of a month."""
    next_month = months_on(month, 1)
    if part == "half":
        middle = month + dt.timedelta(days=15)
        return (month, middle) if ordinal == "first" else (middle, next_month)
    if ordinal == "last":
        return next_month - dt.timedelta(days=7), next_month
    start = month + dt.timedelta(days=7 * _ORDINALS.index(ordinal))
    return start, start + dt.timedelta(days=7)


def _day(words: Sequence[str]) -> _Day | None:
    """2024; March 2024; March 5 2024; Q1 2024; 2024-03-05; first week of June 2024."""
    if len(words) == 1 and re.fullmatch(r"\d{4}-\d\d-\d\d", words[0]):
        year, month, day = map(int, words[0].split("-"))
        return _Day(year, month, day)
    year = next((int(word) for word in words if re.fullmatch(r"(?:1[5-9]|20)\d\d", word)), 0)
    month = next((_MONTHS.index(word[:3]) + 1 for word in words if word[:3] in _MONTHS), 0)
    if month and len(words) > 1 and words[1] in {"week", "half"}:
        return _Day(year, month, part=(words[0], words[1]))
    if month:
        day = next((int(word) for word in words if re.fullmatch(r"\d\d?", word)), 0)
        return _Day(year, month, day, 1)
    part = _SEASONS.get(words[0]) if words else None
    part = part or _part_of_year(words)
    return replace(part, year=year) if part else _Day(year) if year else None


_SEASONS = {
    "spring": _Day(0, 3, 0, 3),
    "summer": _Day(0, 6, 0, 3),
    "autumn": _Day(0, 9, 0, 3),
    "fall": _Day(0, 9, 0, 3),
    "winter": _Day(0, 12, 0, 3),
    "season": _Day(0, 8, 0, 10),
}
"""Whole months, of the northern half of the world."""


def _part_of_year(words: Sequence[str]) -> _Day | None:
    """Q1; H2; first quarter; second half."""
    for word, following in pairwise(words):
        if word in {"q", "h"} and re.fullmatch("[1-4]", following):
            months = 3 if word == "q" else 6
            return _Day(0, (int(following) - 1) * months + 1, 0, months)
        if word in _ORDINALS and following in {"quarter", "half"}:
            months = _MONTHS_OF[following]
            return _Day(0, _ORDINALS.index(word) % (12 // months) * months + 1, 0, months)
    return None


_ORDINALS = ("first", "second", "third", "fourth")
