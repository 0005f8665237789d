"""What SQL functions give for plain Python values, by the names that the parser has for them; NULL gives NULL."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import ipaddress
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pytest_misata.schema.nodes import NotUnderstood

_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The value of a range type, as PostgreSQL writes it."""

    low: Any
    high: Any
    brackets: str = "[)"
    empty: bool = False


def moment(value: Any) -> dt.datetime:
    """A date, a moment or a text as a moment without a zone. Raises ValueError."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value.strip())
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    raise ValueError(f"no moment: {value!r}")


def day(value: Any) -> dt.date:
    """The day of a moment."""
    return moment(value).date()


def span_of(text: str) -> dt.timedelta:
    """A length of time as PostgreSQL writes it, in days and less. Raises NotUnderstood."""
    found = re.fullmatch(r"(?:(-?\d+) days?)? ?(?:(\d+):(\d\d):(\d\d(?:\.\d+)?))?", text.strip())
    if not found or not text.strip():
        raise NotUnderstood
    days, hours, minutes, seconds = found.groups()
    return dt.timedelta(int(days or 0), float(seconds or 0), 0, 0, int(minutes or 0), int(hours or 0))


def range_of(text: str, read: Callable[[str], Any]) -> Interval:
    """A range from the text that the database writes it as."""
    if text.lower() == "empty":
        return Interval(None, None, empty=True)
    low, _, high = text[1:-1].partition(",")
    first, last = (read(part.strip('"')) if part.strip('"') else None for part in (low, high))
    return Interval(first, last, text[0] + text[-1])


def _bound(end: str, change: Callable[[str], str]) -> Callable[[Any], Any]:
    """`lower` and `upper`: of a range its ends, of a text its letters."""

    def apply(value: Any) -> Any:
        return getattr(value, end) if isinstance(value, Interval) else change(str(value))

    return apply


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start < 0:
        start = max(len(text) + start, 0) + 1
    stop = None if length is None else max(start - 1 + length, 0)
    return text[max(start - 1, 0) : stop]


def _trim(text: str, letters: str | None = None) -> str:
    return str(text).strip(letters or " ")


def _split_part(text: str, delimiter: str, number: int) -> str:
    parts = text.split(delimiter)
    place = number - 1 if number > 0 else len(parts) + number
    return parts[place] if 0 <= place < len(parts) else ""


def _substring_index(text: str, delimiter: str, count: int) -> str:
    parts = text.split(delimiter)
    return delimiter.join(parts[:count] if count > 0 else parts[count:])


def _translate(text: str, old: str, new: str) -> str:
    return text.translate({ord(letter): new[at] if at < len(new) else None for at, letter in enumerate(old)})


def _regexp_replace(text: str, pattern: str, replacement: str = "", flags: str = "g") -> str:
    found = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    return found.sub(replacement, text, count=0 if "g" in flags else 1)


def _field(value: Any, *listed: Any) -> int:
    return next((at for at, other in enumerate(listed, start=1) if _folded(other) == _folded(value)), 0)


def _find_in_set(value: str, listed: str) -> int:
    return _field(value, *listed.split(",")) if listed else 0


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _elt(number: int, *listed: Any) -> Any:
    return listed[number - 1] if 1 <= number <= len(listed) else None


def _position(text: str, part: str, start: int = 1) -> int:
    return text.find(part, start - 1) + 1


def _round(value: Any, digits: int = 0) -> Any:
    scaled = Fraction(str(value)) * 10**digits
    return Fraction(math.floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1), 1) / 10**digits


def _trunc(value: Any, digits: int = 0) -> Any:
    return Fraction(math.trunc(Fraction(str(value)) * 10**digits)) / 10**digits


def _power(base: Any, exponent: Any) -> Any:
    return base**exponent if isinstance(exponent, int) else float(base) ** float(exponent)


def _network(value: Any) -> Any:
    return ipaddress.ip_interface(str(value))


def _is_address(value: str, kind: type) -> bool:
    try:
        return isinstance(ipaddress.ip_address(value), kind)
    except ValueError:
        return False


def _document(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _is_json(value: Any) -> bool:
    try:
        _document(value)
    except ValueError:
        return False
    return True


def json_type(value: Any) -> str | None:
    """The kind of a JSON value, as PostgreSQL calls it."""
    if value is None:
        return "null"
    names = {dict: "object", list: "array", str: "string", bool: "boolean"}
    return names.get(type(value), "number")


def _array_position(array: list[Any], value: Any) -> int | None:
    return array.index(value) + 1 if value in array else None


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | bytes) else len(str(value))


def _array_length(array: list[Any], dimension: int = 1) -> int | None:
    return len(array) or None if dimension == 1 else None


def _last_day(value: Any) -> dt.date:
    found = day(value)
    return found.replace(day=calendar.monthrange(found.year, found.month)[1])


def _julian_day(value: Any) -> Fraction:
    return Fraction((moment(value) - _EPOCH) // dt.timedelta(microseconds=1), 86_400_000_000) + Fraction("2440587.5")


def _overlaps(*ends: Any) -> bool:
    """Of two pairs of moments, which may be given as such."""
    flat = [moment(end) for pair in ends for end in (pair if isinstance(pair, tuple) else (pair,))]
    (a, b), (c, d) = sorted(flat[:2]), sorted(flat[2:])
    return (a < d and c < b) or a == c


def _iso_day(value: Any) -> str | None:
    try:
        return day(value).isoformat()
    except ValueError:
        return None


def _iso_moment(value: Any) -> str | None:
    try:
        return moment(value).isoformat(" ", "seconds")
    except ValueError:
        return None


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "replace": lambda text, old, new="": text.replace(old, new) if old else text,
    "lower": _bound("low", str.lower),
    "upper": _bound("high", str.upper),
    "initcap": lambda text, _=None: str(text).title(),
    "reverse": lambda text: text[::-1],
    "trim": _trim,
    "btrim": _trim,
    "ltrim": lambda text, letters=" ": text.lstrip(letters),
    "rtrim": lambda text, letters=" ": text.rstrip(letters),
    "lpad": lambda text, size, fill=" ": text[:size].rjust(size, fill[:1]),
    "length": _length,
    "char_length": _length,
    "octet_length": lambda value: len(value if isinstance(value, bytes) else str(value).encode()),
    "bytelength": lambda value: len(value if isinstance(value, bytes) else str(value).encode()),
    "substring": _substring,
    "left": lambda text, size: text[:size],
    "right": lambda text, size: text[-size:] if size > 0 else "",
    "splitpart": _split_part,
    "substringindex": _substring_index,
    "translate": _translate,
    "regexpreplace": _regexp_replace,
    "startswith": lambda text, start: text.startswith(start),
    "strposition": _position,
    "ascii": lambda text: ord(text[0]) if text else 0,
    "unicode": lambda text: ord(text[0]) if text else None,
    "chr": chr,
    "hex": lambda value: (value if isinstance(value, bytes) else str(value).encode()).hex().upper(),
    "md5": lambda value: hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest(),
    "sha": lambda value: hashlib.sha1(str(value).encode(), usedforsecurity=False).hexdigest(),
    "concat": lambda *parts: "".join(map(str, parts)),
    "field": _field,
    "find_in_set": _find_in_set,
    "elt": _elt,
    "abs": abs,
    "sign": lambda value: (value > 0) - (value < 0),
    "sqrt": lambda value: math.sqrt(value),
    "pow": _power,
    "ln": lambda value: math.log(value),
    "exp": lambda value: math.exp(value),
    "mod": lambda a, b: int(math.fmod(a, b)),
    "floor": math.floor,
    "ceil": math.ceil,
    "round": _round,
    "trunc": _trunc,
    "greatest": max,
    "least": min,
    "isempty": lambda value: value.empty,
    "lower_inc": lambda value: value.brackets[0] == "[" and value.low is not None,
    "upper_inc": lambda value: value.brackets[1] == "]" and value.high is not None,
    "lower_inf": lambda value: value.low is None and not value.empty,
    "upper_inf": lambda value: value.high is None and not value.empty,
    "family": lambda value: _network(value).version,
    "masklen": lambda value: _network(value).network.prefixlen,
    "host": lambda value: str(_network(value).ip),
    "is_ipv4": lambda value: _is_address(value, ipaddress.IPv4Address),
    "is_ipv6": lambda value: _is_address(value, ipaddress.IPv6Address),
    "inet6_aton": lambda value: str(ipaddress.ip_address(value)) if _is_address(value, object) else None,
    "inet_aton": lambda value: int(ipaddress.ip_address(value)) if _is_address(value, ipaddress.IPv4Address) else None,
    "arrayposition": _array_position,
    "arraysize": _array_length,
    "array_length": _array_length,
    "cardinality": len,
    "array_ndims": lambda array: 1 if array else None,
    "json_array_length": len,
    "jsonb_array_length": len,
    "json_length": lambda value: len(value) if isinstance(value, list | dict) else 1,
    "jsontype": json_type,
    "jsonb_typeof": json_type,
    "json_typeof": json_type,
    "json_valid": _is_json,
    "nlevel": lambda value: value.count(".") + 1,
    "last_day": _last_day,
    "lastday": _last_day,
    "make_date": dt.date,
    "julianday": _julian_day,
    "overlaps": _overlaps,
    "year": lambda value: moment(value).year,
    "month": lambda value: moment(value).month,
    "day": lambda value: moment(value).day,
    "dayofmonth": lambda value: moment(value).day,
    "quarter": lambda value: (moment(value).month + 2) // 3,
    "weekday": lambda value: moment(value).weekday(),
    "dayofweek": lambda value: moment(value).isoweekday() % 7 + 1,
    "dayofyear": lambda value: moment(value).timetuple().tm_yday,
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
}
"""Functions that are NULL where an argument is."""

TEXTUAL: Mapping[str, Callable[..., Any]] = {
    "date": _iso_day,
    "datetime": _iso_moment,
    "tsordstotimestamp": _iso_moment,
}
"""SQLite's, which give texts."""

PARTS: Mapping[str, Callable[[Any], Any]] = {
    "epoch": lambda value: value.total_seconds() if isinstance(value, dt.timedelta) else _seconds(value),
    "dow": lambda value: moment(value).isoweekday() % 7,
    "isodow": lambda value: moment(value).isoweekday(),
    "doy": lambda value: moment(value).timetuple().tm_yday,
    "second": lambda value: value.second,
    **{name: FUNCTIONS[name] for name in ("year", "month", "day", "quarter", "hour", "minute")},
}
"""What EXTRACT takes out of a moment."""


def _seconds(value: Any) -> Fraction:
    return Fraction((moment(value) - _EPOCH) // dt.timedelta(microseconds=1), 1_000_000)
