"""What SQL functions give for plain Python values, by the names that the parser has for them; NULL gives NULL."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

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
    exact = value if isinstance(value, int | Fraction) else Fraction(str(value))
    if digits < 0:
        return half_up(Fraction(exact, 10**-digits)) * 10**-digits
    return Fraction(half_up(exact * 10**digits), 10**digits)


def half_up(value: int | Fraction) -> int:
    """The nearest whole number, the one away from zero in the middle, as databases round decimals."""
    above, below = value.numerator, value.denominator
    nearest = (2 * abs(above) + below) // (2 * below)
    return nearest if above >= 0 else -nearest


def _round_binary(value: Any, digits: int = 0) -> float:
    """Rounded where that is sure: databases differ about what lies in the middle. Raises ArithmeticError there."""
    scaled = float(value) * 10**digits
    if abs(abs(scaled - math.floor(scaled)) - 0.5) < _NEARLY:
        raise ArithmeticError(f"in the middle: {value}")
    return round(float(value), digits)


_NEARLY = 1e-6


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


def _scale(value: Any) -> int:
    """The places behind the point that a number needs."""
    return next(places for places in range(40) if (Fraction(str(value)) * 10**places).denominator == 1)


def _found(text: str, pattern: str) -> list[str] | None:
    found = re.search(pattern, text)
    return [found[0]] if found else None


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
    "repeat": lambda text, times: text * max(times, 0),
    "strcmp": lambda one, other: (_folded(one) > _folded(other)) - (_folded(one) < _folded(other)),
    "ord": lambda text: ord(text[0]) if text else 0,
    "regexp_match": _found,
    "regexpinstr": lambda text, pattern: found.start() + 1 if (found := re.search(pattern, text)) else 0,
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
    "arraytostring": lambda array, between: between.join(map(str, array)),
    "arrayremove": lambda array, value: [item for item in array if item != value],
    "bitwisecount": lambda value: int(value).bit_count(),
    "gcd": math.gcd,
    "scale": _scale,
    "min_scale": _scale,
    "trim_scale": lambda value: value,
    "nlevel": lambda value: value.count(".") + 1,
}
"""Functions that are NULL where an argument is."""

BINARY_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"round": _round_binary}
"""Those that binary fractions come out of otherwise."""
