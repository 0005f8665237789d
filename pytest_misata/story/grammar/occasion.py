"""Times that stand out: days of a calendar, weekdays and hours, and the options of a calendar that say so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from pytest_misata.story.data import word_lists
from pytest_misata.story.english.dates import Span
from pytest_misata.story.facts import Options


@cache
def words_of(section: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases of a section of the word lists, by what they mean."""
    data = word_lists("trends.toml")[section]
    return {key: tuple(tuple(phrase.split()) for phrase in phrases) for key, phrases in data.items()}


@cache
def beginning_with(section: str) -> Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]:
    """The phrases of a section with what they mean, by their first word."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for key, phrases in words_of(section).items():
        for phrase in phrases:
            found.setdefault(phrase[0], []).append((key, phrase))
    return found


@cache
def usual(section: str) -> Mapping[str, Any]:
    """A section of single values."""
    found: Mapping[str, Any] = word_lists("trends.toml")[section]
    return found


@dataclass(frozen=True, slots=True)
class Occasion:
    """A time that stands out: days of a calendar, weekdays or hours, as the word lists have them."""

    section: str
    what: str
    hours: str = ""
    """The part of those days that is meant: the nights of Fridays."""

    @property
    def long(self) -> bool:
        """Whether it is more than a few days."""
        return self.section != "events" or bool(re.match(r"[\d,.-]+$", self.what)) or self.what in _LONG

    @property
    def portion(self) -> tuple[str, tuple[str, ...]]:
        """What of the time it is, as the shares of a calendar have it."""
        if self.section == "events":
            return "on", tuple(self.what.split(","))
        if self.section == "hours":
            return "hours", (self.what.split("/")[-1],)
        return "weekdays", tuple(map(str, sorted(self._weekdays)))

    @property
    def _weekdays(self) -> set[int]:
        days = {"mostly/weekdays": range(5), "weekends/only": range(5, 7)}.get(self.what)
        return set(days) if days else {int(day) for day in self.what.split(",")}

    def usually(self, times: Fraction) -> Options:
        """The same where no figure is said: some days are led up to, and leave their mark."""
        around = usual("around").get(self.what)
        if around is None:
            return self.options(times)
        less = times / Fraction(around["times"])
        return (("events", ((around["on"], around["times"]), (self.what, str(less)))),)

    def options(self, times: Fraction) -> Options:
        """The options of a calendar that make it so."""
        if self.section == "events":
            return (("events", tuple((on, str(times)) for on in self.what.split(","))),)
        if self.section == "hours":
            return (("hours", self.what.split("/")[0]),)
        days = ("weekdays", tuple(str(times if day in self._weekdays else 1) for day in range(7)))
        return (days, ("hours", self.hours.split("/")[0])) if self.hours else (days,)


_LONG = frozenset({"christmas", "holidays", "back_to_school"})


def chosen(profiles: str, *, strict: bool) -> str:
    """Of two profiles the second where only those hours or days are meant, and not mostly those."""
    mostly, only = profiles.split("/")
    return only if strict else mostly


def of_week(said: str, *, strict: bool, never: bool) -> Any:
    """The weights of the days: mostly those, only those, or all but those."""
    if "/" in said and not never:
        return chosen(said, strict=strict)
    days = {"mostly/weekdays": range(5), "weekends/only": range(5, 7)}.get(said)
    among = set(days) if days else {int(day) for day in said.split(",")}
    if never:
        return tuple("0" if day in among else "1" for day in range(7))
    return tuple(str(19 * (7 - len(among))) if day in among else "0" if strict else str(len(among)) for day in range(7))


def calendar_days(span: Span) -> str:
    """The days of a span as a calendar names them: of each year, where the span names none."""
    first, last = span.first or dt.date.min, (span.end or dt.date.max) - dt.timedelta(days=1)
    form = "%m-%d" if span.yearless else "%Y-%m-%d"
    return f"{first.strftime(form)}..{last.strftime(form)}" if first < last else first.strftime(form)


def of_year(on: str, span: Span) -> str:
    """Months of each year, as those of one."""
    year = span.first.year if span.first else 0
    return "..".join(f"{year:04}-{month}" for month in on.split(".."))
