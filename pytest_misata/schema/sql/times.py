"""What SQL's functions of dates and moments give for plain Python values, and what a parser makes of such."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from typing import Any

from pytest_misata.schema.sql.clocks import SECONDS_TO_1970
from pytest_misata.schema.sql.compiler import Compiler, Makers, Value, strict
from pytest_misata.schema.sql.functions import day, moment
from pytest_misata.schema.sql.nodes import NotUnderstood, is_universal

_EPOCH = dt.datetime(1970, 1, 1)
_MONTH = 30 * 86_400
_ONE_SECOND = dt.timedelta(seconds=1)


@total_ordering
@dataclass(frozen=True, slots=True)
class Lapse:
    """A length of time in months, and in days and less; compared as PostgreSQL does, a month being thirty days."""

    months: int
    rest: dt.timedelta = dt.timedelta()

    def __lt__(self, other: Any) -> bool:
        return self._seconds() < lapse(other)._seconds()

    def _seconds(self) -> float:
        return self.months * _MONTH + self.rest.total_seconds()

    def times(self, factor: Any) -> Lapse:
        """So many times as long. Raises ValueError where that is no whole number of months."""
        months = Fraction(factor) * self.months
        if months.denominator > 1:
            raise ValueError(f"{factor} times {self.months} months")
        return Lapse(int(months), self.rest * float(factor))

    def after(self, value: Any, times: int = 1) -> dt.datetime:
        """The moment that lies so long behind another, the day being that of a shorter month where it has to."""
        start = moment(value)
        months = start.year * 12 + start.month - 1 + times * self.months
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return start.replace(year=year, month=month + 1, day=min(start.day, last)) + times * self.rest


def lapse(value: Any) -> Lapse:
    """A length of time as such. Raises TypeError."""
    if isinstance(value, Lapse):
        return value
    if isinstance(value, dt.timedelta):
        return Lapse(0, value)
    raise TypeError


_UNITS = {"microsecond": 1e-6, "millisecond": 1e-3, "second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_UNITS |= {"week": 7 * 86_400}
_MONTHS = {"mon": 1, "month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}


def lapse_of(text: str) -> Lapse:
    """What `16 years`, `+1 month 2 days` or `01:30:00` says. Raises NotUnderstood."""
    clock = re.search(r"(\d+):(\d\d)(?::(\d\d))?", text)
    hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    months, rest = 0, dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    parts = re.findall(r"([-+]?\s*\d+(?:\.\d+)?)\s*([A-Za-z]+)", text)
    for amount, name in parts:
        unit, number = name.lower().removesuffix("s"), Fraction(amount.replace(" ", ""))
        if unit in _MONTHS and number.denominator == 1:
            months += int(number) * _MONTHS[unit]
        elif unit in _UNITS:
            rest += dt.timedelta(seconds=float(number) * _UNITS[unit])
        else:
            raise NotUnderstood
    if not parts and not clock:
        raise NotUnderstood
    return Lapse(months, rest)


def _age(last: Any, first: Any) -> Lapse:
    """The months and days between two moments."""
    end, start = moment(last), moment(first)
    if end < start:
        found = _age(first, last)
        return Lapse(-found.months, -found.rest)
    months = _whole_months(start, end)
    return Lapse(months, end - Lapse(months).after(start))


def _whole_months(start: dt.datetime, end: dt.datetime) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and Lapse(months).after(start) > end:
        return months - 1
    return months + 1 if months < 0 and Lapse(months).after(start) < end else months


def _last_day(value: Any) -> dt.date:
    found = day(value)
    return found.replace(day=calendar.monthrange(found.year, found.month)[1])


def _julian_day(value: Any) -> Fraction:
    return Fraction((moment(value) - _EPOCH) // dt.timedelta(microseconds=1), 86_400_000_000) + Fraction("2440587.5")


def julian_day_binary(value: Any) -> float:
    """The Julian day as SQLite has it: milliseconds, divided."""
    return float(_julian_day(value) * 86_400_000 // 1) / 86_400_000.0


def _overlaps(*ends: Any) -> bool:
    """Of two pairs of moments, which may be given as such."""
    flat = [moment(end) for pair in ends for end in (pair if isinstance(pair, tuple) else (pair,))]
    (a, b), (c, d) = sorted(flat[:2]), sorted(flat[2:])
    return (a < d and c < b) or a == c


def _seconds(value: Any) -> Fraction:
    return Fraction((moment(value) - _EPOCH) // dt.timedelta(microseconds=1), 1_000_000)


def _clock(value: Any) -> dt.time:
    if isinstance(value, str) and re.match(r"\s*\d\d:", value):
        return dt.time.fromisoformat(value.strip())
    return value if isinstance(value, dt.time) else moment(value).time()


TIMES: Mapping[str, Callable[..., Any]] = {
    "last_day": _last_day,
    "lastday": _last_day,
    "make_date": dt.date,
    "date": lambda value: _shifted(value, ()).date(),
    "julianday": _julian_day,
    "overlaps": _overlaps,
    "age": _age,
    "isfinite": lambda value: value is not None,
    "unix_timestamp": _seconds,
    "unixepoch": lambda value: int(_seconds(value)),
    "to_seconds": lambda value: math.floor(_seconds(value)) + SECONDS_TO_1970,
    "timediff": lambda last, first: moment(last) - moment(first),
    "time_to_sec": lambda value: math.trunc(value.total_seconds()),
    "period_diff": lambda last, first: (last // 100 - first // 100) * 12 + last % 100 - first % 100,
    "justifyhours": lambda value: value,
    "justifydays": lambda value: value,
    "tsordstodate": day,
    "tsordstotimestamp": moment,
    "time": _clock,
    "year": lambda value: moment(value).year,
    "month": lambda value: moment(value).month,
    "day": lambda value: moment(value).day,
    "dayofmonth": lambda value: moment(value).day,
    "quarter": lambda value: (moment(value).month + 2) // 3,
    "weekday": lambda value: moment(value).weekday(),
    "dayofweek": lambda value: moment(value).isoweekday() % 7 + 1,
    "dayofyear": lambda value: moment(value).timetuple().tm_yday,
    "dayname": lambda value: moment(value).strftime("%A"),
    "monthname": lambda value: moment(value).strftime("%B"),
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
}
"""Functions that are NULL where an argument is."""


def _iso_day(value: Any, *shifts: str) -> str | None:
    try:
        return _shifted(value, shifts).date().isoformat()
    except ValueError:
        return None


def _iso_moment(value: Any, *shifts: str) -> str | None:
    try:
        return _shifted(value, shifts).isoformat(" ", "seconds")
    except ValueError:
        return None


def _shifted(value: Any, shifts: tuple[str, ...]) -> dt.datetime:
    """A moment moved on as SQLite's modifiers say, such as `+16 years`."""
    if isinstance(value, str) and not _WRITTEN.fullmatch(value.strip()):
        raise ValueError(f"no moment to SQLite: {value!r}")
    found = moment(value)
    for shift in shifts:
        start = re.fullmatch(r"start of (\w+)", shift)
        found = _start(found, start[1]) if start else lapse_of(shift).after(found)
    return found


_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d([ T]+\d\d:\d\d(:\d\d(\.\d+)?)?( *Z| *[-+]\d\d:\d\d)?)?")
"""The texts that are moments to SQLite; Python takes others, too."""


def _iso_clock(value: Any) -> str | None:
    try:
        return _clock(value).isoformat("seconds")
    except ValueError:
        return None


TEXTUAL_TIMES: Mapping[str, Callable[..., Any]] = {
    "date": _iso_day,
    "datetime": _iso_moment,
    "tsordstotimestamp": lambda value: value,
    "time": _iso_clock,
}
"""SQLite's, which give texts."""

PARTS: Mapping[str, Callable[[Any], Any]] = {
    "epoch": lambda value: value.total_seconds() if isinstance(value, dt.timedelta) else _seconds(value),
    "dow": lambda value: moment(value).isoweekday() % 7,
    "isodow": lambda value: moment(value).isoweekday(),
    "doy": lambda value: moment(value).timetuple().tm_yday,
    "week": lambda value: moment(value).isocalendar().week,
    "second": lambda value: value.second,
    "year_month": lambda value: moment(value).year * 100 + moment(value).month,
    **{name: TIMES[name] for name in ("year", "month", "day", "quarter", "hour", "minute")},
}
"""What EXTRACT takes out of a moment."""


def _extract(compiler: Compiler, node: Any) -> Value:
    name = node.this.name.lower()
    part = PARTS.get(name)
    if part is None:
        raise NotUnderstood

    def taken(value: Any) -> Any:
        if isinstance(value, Lapse) or (isinstance(value, dt.timedelta) and name != "epoch"):
            return _of_lapse(name, lapse(value))
        return part(value)

    return strict(taken, _of(compiler, node))


def _of(compiler: Compiler, node: Any) -> Value:
    return compiler.value(node.expression)


def _of_lapse(name: str, value: Lapse) -> int:
    """A part of what `age` gives."""
    seconds = value.rest // dt.timedelta(seconds=1) if value.rest >= dt.timedelta() else -(-value.rest // _ONE_SECOND)
    within_day = int(math.fmod(seconds, 86_400))
    found = {
        "year": math.trunc(value.months / 12),
        "month": int(math.fmod(value.months, 12)),
        "day": math.trunc(seconds / 86_400),
        "hour": math.trunc(within_day / 3600),
        "minute": math.trunc(math.fmod(within_day, 3600) / 60),
        "second": int(math.fmod(within_day, 60)),
    }
    return found[name]


_LEAST = {"year": 1, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}


def _start(value: Any, unit: str) -> dt.datetime:
    finer: Any = dict(list(_LEAST.items())[list(_LEAST).index(unit) + 1 :])
    return moment(value).replace(**finer)


def _truncated(compiler: Compiler, node: Any) -> Value:
    unit = node.args["unit"].name.lower()
    if unit not in _LEAST:
        raise NotUnderstood
    return strict(lambda value: _start(value, unit), compiler.value(node.this))


def _whole_units(compiler: Compiler, node: Any) -> Value:
    """`timestampdiff(unit, first, last)`."""
    unit = node.args["unit"].name.lower()
    last, first = compiler.value(node.this), compiler.value(node.expression)
    if unit in _MONTHS:
        return strict(lambda b, a: math.trunc(_whole_months(moment(a), moment(b)) / _MONTHS[unit]), last, first)
    if unit not in _UNITS:
        raise NotUnderstood
    return strict(lambda b, a: math.trunc((moment(b) - moment(a)).total_seconds() / _UNITS[unit]), last, first)


_BEFORE_ALL = "0000-01-01"
"""The day that MariaDB counts days from, which Python has not."""


def _days_between(compiler: Compiler, node: Any) -> Value:
    """`datediff(last, first)`, and what a parser makes of `to_days(last)`."""
    last, start = compiler.value(node.this), node.expression
    while type(start).__name__ in {"Paren", "TsOrDsToDate"}:
        start = start.this
    if type(start).__name__ == "Literal" and start.name == _BEFORE_ALL:
        return strict(lambda value: day(value).toordinal() + 365, last)
    return strict(lambda b, a: (day(b) - day(a)).days, last, compiler.value(start))


def _formatted(compiler: Compiler, node: Any) -> Value:
    form = compiler.text(node.args["format"])
    if compiler.dialect == "postgresql" and "%" not in form:
        # A form that stands in a cast is left as PostgreSQL writes it.
        from sqlglot.dialects.postgres import Postgres
        from sqlglot.time import format_time

        form = format_time(form, Postgres.TIME_MAPPING, Postgres.TIME_TRIE) or form
    if form == "%s":
        return strict(lambda value: str(int(_seconds(value))), compiler.value(node.this))
    return strict(lambda value: moment(value).strftime(form), compiler.value(node.this))


def _interval(compiler: Compiler, node: Any) -> Value:
    unit = node.args.get("unit")
    if type(node.this).__name__ == "Literal":
        found = lapse_of(f"{node.this.name} {unit.name if unit is not None else ''}")
        return lambda _row: found
    if unit is None:
        raise NotUnderstood
    return strict(lambda number: lapse_of(f"{number} {unit.name}"), compiler.value(node.this))


_INTERVAL_ARGUMENTS = ("year", "month", "week", "day", "hour", "minute", "second")


def _made_interval(compiler: Compiler, node: Any) -> Value:
    """`make_interval(mins => x)`."""
    parts = [
        (name, compiler.value(part.expression if type(part).__name__ == "Kwarg" else part))
        for name in _INTERVAL_ARGUMENTS
        if (part := node.args.get(name)) is not None
    ]
    if not parts:
        raise NotUnderstood
    return strict(
        lambda *amounts: lapse_of(" ".join(f"{n} {name}" for n, (name, _) in zip(amounts, parts, strict=True))),
        *(value for _, value in parts),
    )


def _moved(times: int) -> Callable[[Compiler, Any], Value]:
    """`date_add(x, interval 5 day)`."""

    def make(compiler: Compiler, node: Any) -> Value:
        unit = node.args.get("unit")
        name = unit.name if unit is not None else "day"
        return strict(
            lambda value, number: lapse_of(f"{number} {name}").after(value, times),
            compiler.value(node.this),
            compiler.value(node.expression),
        )

    return make


def _in_zone(compiler: Compiler, node: Any) -> Value:
    """Moments are kept in UTC."""
    if not is_universal(node.args["zone"]):
        raise NotUnderstood
    return compiler.value(node.this)


TIME_NODES: Makers = {
    "Extract": _extract,
    "TimestampTrunc": _truncated,
    "DateTrunc": _truncated,
    "TimestampDiff": _whole_units,
    "DateDiff": _days_between,
    "TimeToStr": _formatted,
    "Interval": _interval,
    "MakeInterval": _made_interval,
    "DateAdd": _moved(1),
    "DateSub": _moved(-1),
    "AtTimeZone": _in_zone,
}
