"""Other values that a column may have instead, for conditions that nobody can solve but anybody can evaluate.

A proposal is a function of the row's values, the constants of the conditions and 64 random bits. The mild ones come
first: those that leave most of the usual value as it is.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pytest_misata.engine.checks.clues import Clue, Proposal, between
from pytest_misata.engine.checks.compound import ARRAYS, DOCUMENTS, NATIVES, RANGES, document_with
from pytest_misata.schema.types import ColumnType

_DAY, _MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
_LENGTHS = (
    (15, _MINUTE),
    (60, _MINUTE),
    (480, _MINUTE),
    (3, _DAY),
    (30, _DAY),
    (400, _DAY),
    (-60, _MINUTE),
    (-30, _DAY),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT = 12


def proposals(type_: ColumnType) -> Sequence[Proposal]:
    """What can be proposed for a column of a type."""
    if type_.values:
        return [lambda clue: clue.one_of(type_.values)]
    if type_.kind == "native":
        return RANGES if "range" in str(type_.native) else NATIVES.get(str(type_.native), ())
    return _PROPOSALS.get(type_.kind, ())


def _changed(change: Callable[[str], str]) -> Proposal:
    return lambda clue: change(clue.value) if isinstance(clue.value, str) else None


def _word(clue: Clue) -> str:
    parts = [part for text in clue.texts for part in (text, *text.split(","))]
    return str(clue.one_of([part for part in parts if part] or [_letters(clue)], 1))


def _size(clue: Clue) -> int:
    sizes = [int(size) for size in (*clue.numbers, *clue.peers(int)) if 0 < size <= 4000]
    return (clue.one_of(sizes, 2) if sizes and clue.below(3, 3) else 1 + clue.below(_SHORT, 4)) or 1


def _letters(clue: Clue) -> str:
    return "".join(_LETTERS[clue.below(26, at)] for at in range(_size(clue)))


def _digits(clue: Clue) -> str:
    return str(1 + clue.below(9)) + "".join(str(clue.below(10, at)) for at in range(1, _size(clue)))


def _upto(clue: Clue) -> str:
    """The text with a word put in at a place that the conditions mention."""
    place = max(0, min(_size(clue) - 1, len(str(clue.value))))
    word = _word(clue)
    return str(clue.value)[:place] + word + str(clue.value)[place + len(word) :]


def _phrase(clue: Clue) -> str:
    parts = [_word(replace(clue, bits=clue.bits + at)) for at in range(2 + clue.below(2, 5))]
    return "".join([*parts, _letters(clue)] if clue.below(2, 6) else parts)


def _beside_a_peer(clue: Clue) -> Any:
    peer = clue.one_of(clue.peers(str), 7)
    if peer is None:
        return None
    made = (peer, f"{clue.value} {peer}", f"{peer} {clue.value}", f"{peer} {_letters(clue)}", peer[: _size(clue)])
    return clue.one_of(made, 8)


def _day_text(clue: Clue) -> str:
    return (dt.date(2025, 1, 1) - dt.timedelta(days=clue.below(1000))).isoformat()


def _written_from_a_peer(most: int, unit: dt.timedelta) -> Proposal:
    """A text that is a moment, some time from that of another column; written as it was."""

    def propose(clue: Clue) -> Any:
        if not isinstance(clue.value, str) or not _WRITTEN.fullmatch(clue.value):
            return None
        peer = clue.one_of([text for text in clue.peers(str) if _WRITTEN.fullmatch(text)], 3) or clue.value
        found = dt.datetime.fromisoformat(peer) + (1 + clue.below(abs(most))) * (unit if most > 0 else -unit)
        return found.isoformat(clue.value[10:11] or " ", "seconds")[: len(clue.value)]

    return propose


def _written_clock(clue: Clue) -> Any:
    """A text that is a moment, the same day at another time."""
    if not isinstance(clue.value, str) or not _WRITTEN.fullmatch(clue.value) or len(clue.value) <= _OF_A_DAY:
        return None
    clock = f"{clue.below(24, 1):02d}:{15 * clue.below(4, 2):02d}:00"
    return (clue.value[: _OF_A_DAY + 1] + clock)[: len(clue.value)]


_OF_A_DAY = len("2025-01-01")
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?")


def _identifier(clue: Clue) -> str:
    return str(uuid.UUID(int=(clue.below(2**48, 1) << 80) | clue.below(2**48, 2), version=4))


def _digest(clue: Clue) -> Any:
    peer = clue.one_of(clue.peers(str), 7)
    return peer and hashlib.md5(peer.encode(), usedforsecurity=False).hexdigest()


_TEXTS: Sequence[Proposal] = (
    _changed(str.lower),
    _changed(str.upper),
    _changed(str.title),
    _changed(str.strip),
    _changed(lambda text: "".join(letter for letter in text if letter.isalpha())),
    _changed(lambda text: "".join(letter for letter in text if letter.isalnum()).lower()),
    _changed(lambda text: text[:1].upper() + text[1:]),
    lambda clue: str(clue.value)[: _size(clue)],
    *(_written_from_a_peer(most, unit) for most, unit in _LENGTHS),
    _written_clock,
    _beside_a_peer,
    _word,
    _beside_a_peer,
    _digits,
    _letters,
    lambda clue: _letters(clue).upper(),
    lambda clue: _word(clue) + str(clue.value),
    lambda clue: str(clue.value) + _word(clue),
    _upto,
    lambda clue: str(between(clue)),
    _day_text,
    lambda clue: f"{_day_text(clue)} {clue.below(24, 3):02d}:{clue.below(60, 4):02d}:00",
    lambda clue: f"{clue.below(24, 3):02d}:{clue.below(60, 4):02d}:00",
    lambda clue: ".".join(str(1 + clue.below(250, at)) for at in range(4)),
    _identifier,
    _digest,
    lambda clue: json.dumps(document_with(clue, clue.one_of(clue.texts))),
    lambda clue: f"{clue.below(100_000):05d}",
    _phrase,
    _phrase,
    _phrase,
    lambda clue: f"{_letters(clue)}{_word(clue)}{_letters(replace(clue, bits=clue.bits + 1))}",
)


def _near(clue: Clue) -> Any:
    return clue.one_of([*clue.numbers, *map(len, clue.texts)], 1)


def _of_a_peer(clue: Clue) -> Any:
    numbers = [*clue.peers(int, Fraction, float), *map(len, clue.peers(str))]
    return clue.one_of(numbers, 2)


def _quotient(clue: Clue) -> Any:
    """What a constant leaves when it is divided by another column, or that column is taken from it."""
    peer, constant = _of_a_peer(clue), _near(clue)
    if not peer or constant is None:
        return None
    return Fraction(constant) / Fraction(peer) if clue.below(2, 3) else constant - peer


def _divisor(clue: Clue) -> Any:
    number = abs(int(_near(clue) or 0))
    return clue.one_of([factor for factor in range(1, min(number, 10_000) + 1) if number % factor == 0], 3)


def _plus(value: Any, change: Any) -> Any:
    return None if value is None else value + change


_WHOLE: Sequence[Proposal] = (
    lambda clue: abs(clue.value) if clue.value is not None else None,
    lambda clue: _plus(clue.value, 1),
    _of_a_peer,
    lambda clue: _plus(_of_a_peer(clue), 1 + clue.below(9)),
    lambda clue: _plus(_of_a_peer(clue), -1 - clue.below(9)),
    lambda clue: clue.below(10),
    lambda clue: 1 << clue.below(12),
    lambda clue: clue.below(100),
    _near,
    between,
    _divisor,
    lambda clue: _plus(_near(clue), 1 + clue.below(9)),
    lambda clue: _plus(_near(clue), -1 - clue.below(9)),
    lambda clue: clue.below(int(abs(_near(clue) or 1)) + 1),
    _quotient,
    _near,
    _quotient,
    _near,
    lambda clue: clue.below(1000),
    lambda clue: None if clue.value is None or not _near(clue) else int(clue.value) * int(_near(clue)),
    lambda clue: -clue.below(100),
    lambda clue: 2000 + clue.below(26),
)

_PARTIAL: Sequence[Proposal] = (
    lambda clue: None if clue.value is None else round(clue.value),
    lambda clue: None if clue.value is None else round(clue.value, 1),
    lambda clue: None if clue.value is None else round(clue.value, 2),
    lambda clue: Fraction(clue.below(1000), 1000),
    *_WHOLE,
    lambda clue: Fraction(clue.below(10_000), 100),
)


def _in_steps(length: Fraction, offset: Fraction = Fraction(0)) -> Callable[[Fraction], Fraction]:
    """The next number of steps of a length, none below the first; `offset` is where these begin."""

    def apply(value: Fraction) -> Fraction:
        steps = max(round((abs(value) - offset) / length), 1 if value and not offset else 0)
        found = steps * length + offset
        return found if value >= 0 else -found

    return apply


COARSER: Sequence[Callable[[Fraction], Fraction]] = (
    _in_steps(Fraction(1, 4)),
    _in_steps(Fraction(1), Fraction(1, 2)),
    *(_in_steps(Fraction(length)) for length in (1, 5, 10, 20, 100)),
)
"""A number with decimals in steps of a quarter, of halves that are no whole ones, of one and of more."""


def _day_change(change: Callable[[dt.date], dt.date]) -> Proposal:
    return lambda clue: change(clue.value) if isinstance(clue.value, dt.date) else None


def _last(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _after_a_peer(most: int, unit: dt.timedelta) -> Proposal:
    def propose(clue: Clue) -> Any:
        peer = clue.one_of([*clue.peers(dt.date), clue.value], 3)
        return None if peer is None else peer + (1 + clue.below(most)) * unit

    return propose


def _before_a_peer(most: int, unit: dt.timedelta) -> Proposal:
    def propose(clue: Clue) -> Any:
        peer = clue.one_of([*clue.peers(dt.date), clue.value], 3)
        return None if peer is None else peer - (1 + clue.below(most)) * unit

    return propose


def _years_from_a_peer(sign: int) -> Proposal:
    """A day some more years from another one than the conditions mention."""

    def propose(clue: Clue) -> Any:
        written = [int(figures) for text in clue.texts for figures in re.findall(r"\d+", text)]
        years = clue.one_of([number for number in (*map(int, clue.numbers), *written) if 0 < abs(number) < 150], 2)
        peer = clue.one_of(clue.peers(dt.date), 3)
        return None if peer is None or years is None else peer + sign * (366 * abs(years) + clue.below(3650, 4)) * _DAY

    return propose


def _in_year_of_a_peer(clue: Clue) -> Any:
    """The same day, in a year that another column tells."""
    year = clue.one_of([int(number) for number in clue.peers(int, Fraction) if 1900 <= number < 2200], 5)
    if year is None or not isinstance(clue.value, dt.date):
        return None
    return clue.value.replace(year=year, day=min(clue.value.day, 28))


def _stated_day(clue: Clue) -> Any:
    found = []
    for text in clue.texts:
        try:
            found.append(dt.datetime.fromisoformat(text).replace(tzinfo=None))
        except ValueError:
            continue
    return clue.one_of(found, 4) + dt.timedelta(days=clue.below(61) - 30) if found else None


_MONTHLY = (_day_change(lambda day: day.replace(day=1)), _day_change(_last))
_DAYS: Sequence[Proposal] = (
    lambda clue: _plus(clue.value, _DAY * (clue.below(7) - 3)),
    *_MONTHLY,
    _day_change(lambda day: day.replace(month=1, day=1)),
    _in_year_of_a_peer,
    _after_a_peer(30, _DAY),
    _before_a_peer(30, _DAY),
    _after_a_peer(400, _DAY),
    _years_from_a_peer(1),
    _years_from_a_peer(-1),
    lambda clue: (moment := _stated_day(clue)) and moment.date(),
    lambda clue: (moment := _stated_day(clue)) and moment.date(),
)


def _at(**figures: int) -> Proposal:
    zeros = {"second": 0, "microsecond": 0, **figures}
    return lambda clue: clue.value.replace(**zeros) if hasattr(clue.value, "minute") else None


def _any_clock(clue: Clue) -> Any:
    """The same day, at another time."""
    figures = {"hour": clue.below(24, 1), "minute": 15 * clue.below(4, 2), "second": 0, "microsecond": 0}
    return clue.value.replace(**figures) if hasattr(clue.value, "minute") else None


def _stated_clock(clue: Clue) -> dt.time | None:
    """A time of day between two that the conditions mention, or on one side of the only one."""
    told = {60 * int(hour) + int(minute) for text in clue.texts for hour, minute in _CLOCK.findall(text)}
    ends = sorted(told if len(told) != 1 else told | {clue.one_of((0, 24 * 60), 1)})
    if len(ends) < 2:
        return None
    low = clue.below(len(ends) - 1, 2)
    minutes = ends[low] + clue.below(ends[low + 1] - ends[low], 3)
    return dt.time(minutes // 60, minutes % 60)


_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)(?::\d\d)?$")


def _at_stated_clock(clue: Clue) -> Any:
    """The same day, at a time between two that the conditions mention."""
    clock = _stated_clock(clue)
    if clock is None or not isinstance(clue.value, dt.datetime):
        return None
    return clue.value.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)


_CLOCKS = (_at(minute=0), _at(minute=30), _at(minute=15), _at(minute=45))
_INSTANTS: Sequence[Proposal] = (
    _at_stated_clock,
    *_CLOCKS,
    _at(hour=0, minute=0),
    *_MONTHLY,
    _after_a_peer(15, _MINUTE),
    _after_a_peer(60, _MINUTE),
    _after_a_peer(480, _MINUTE),
    _after_a_peer(30, _DAY),
    _any_clock,
    _in_year_of_a_peer,
    _before_a_peer(60, _MINUTE),
    _before_a_peer(30, _DAY),
    _years_from_a_peer(1),
    _years_from_a_peer(-1),
    _stated_day,
    _stated_day,
)
_TIMES: Sequence[Proposal] = (
    _stated_clock,
    *_CLOCKS,
    lambda clue: dt.time(clue.below(24, 1), 15 * clue.below(4, 2)),
    lambda clue: dt.time(clue.below(24, 1), clue.below(60, 2)),
)


def _lasting(clue: Clue) -> Any:
    return clue.one_of((1, 15, 60, 480, 1440), 1) * (1 + clue.below(4)) * _MINUTE


def _uuid(clue: Clue) -> str:
    """Another UUID of version 4."""
    return str(uuid.UUID(int=sum(clue.below(2**32, turn) << 32 * turn for turn in range(4)), version=4))


_PROPOSALS: Mapping[str, Sequence[Proposal]] = {
    "integer": _WHOLE,
    "numeric": _PARTIAL,
    "float": _PARTIAL,
    "boolean": (lambda clue: not clue.value,),
    "string": _TEXTS,
    "text": _TEXTS,
    "date": _DAYS,
    "datetime": _INSTANTS,
    "time": _TIMES,
    "interval": (_lasting, _lasting, _lasting),
    "array": ARRAYS,
    "json": DOCUMENTS,
    "uuid": (_uuid,) * 8,
}
