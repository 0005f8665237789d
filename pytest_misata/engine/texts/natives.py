"""How values of types that one database alone has are written, by number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from pytest_misata.engine.texts.addresses import ADDRESSES
from pytest_misata.engine.texts.terms import terms

_EPOCH = dt.date(2026, 1, 1)
_CAPACITY = 2**20


@dataclass(frozen=True, slots=True)
class Native:
    """How a type's values are written, by number from 0; numbers below `capacity` give different ones."""

    write: Callable[[int], str]
    capacity: int = _CAPACITY
    usual: int = 2**12
    """Numbers below this are used where values may be alike: they look less made up."""


def _span(number: int) -> tuple[int, int]:
    """Where a range begins and how long it is; the beginnings are even apart, so that no two ranges are alike."""
    return number * 10, 1 + number % 9


def _integers(number: int) -> str:
    low, width = _span(number)
    return f"[{low},{low + width})"


def _numerics(number: int) -> str:
    low, width = _span(number)
    return f"[{low}.5,{low + width}.75)"


def _dates(number: int) -> str:
    first = _EPOCH - dt.timedelta(days=1 + number % 3650)
    # The lengths of one day's ranges are as far apart as those of all days go.
    days = 1 + number % 3650 * 7 % 13 + number // 3650 * 13
    return f"[{first},{first + dt.timedelta(days=days)})"


def _moments(zone: str) -> Callable[[int], str]:
    def write(number: int) -> str:
        start = dt.datetime.combine(_EPOCH, dt.time()) - dt.timedelta(minutes=15 * (1 + number))
        end = start + dt.timedelta(minutes=15 * (1 + number % 16))
        return f'["{start}{zone}","{end}{zone}")'

    return write


def _several(write: Callable[[int], str]) -> Callable[[int], str]:
    """A multirange of one or two ranges; a second one begins behind the first."""
    return lambda number: "{" + write(number) + "}"


def _words(number: int) -> list[str]:
    known = terms("word")
    count = len(known)
    first, second, third = number % count, number // count % count, number // count**2 % count
    return [known[first], known[(first + second + 1) % count], known[third]]


def _vector(number: int) -> str:
    words = _words(number)
    return " ".join(f"'{word}':{at}" for at, word in enumerate(dict.fromkeys([*words, f"n{number}"]), start=1))


def _query(number: int) -> str:
    first, second, _ = _words(number)
    return f"'{first}' & 'n{number}'" if number % 2 else f"'{first}' | '{second}{number}'"


def _pairs(number: int) -> str:
    colours = ("red", "blue", "green", "black")
    return f'"colour"=>"{colours[number % 4]}", "size"=>"{10 + number % 40}", "number"=>"{number}"'


def _tree(number: int) -> str:
    first, second, _ = _words(number)
    return f"top.{first}.{second}.n{number}"


def _point(number: int) -> str:
    return f"({number % 1024 - 512}.{number % 7},{number // 1024 - 512}.{number % 5})"


def _xml(number: int) -> str:
    first, second, _ = _words(number)
    return f'<item number="{number}"><name>{first}</name><place>{second}</place></item>'


def _json_path(number: int) -> str:
    first, _, _ = _words(number)
    return f'$."{first}"[{number}]'


def _address(form: str) -> Native:
    capacity, write = ADDRESSES[form]
    return Native(write, capacity, capacity)


NATIVES: dict[str, Native] = {
    "inet": _address("ipv4"),
    "inet4": _address("ipv4"),
    "inet6": _address("ipv6"),
    "cidr": _address("cidr"),
    "macaddr": _address("mac"),
    "macaddr8": _address("mac8"),
    "int4range": Native(_integers),
    "int8range": Native(_integers),
    "numrange": Native(_numerics),
    "daterange": Native(_dates),
    "tsrange": Native(_moments("")),
    "tstzrange": Native(_moments("+00")),
    "int4multirange": Native(_several(_integers)),
    "int8multirange": Native(_several(_integers)),
    "nummultirange": Native(_several(_numerics)),
    "datemultirange": Native(_several(_dates)),
    "tsmultirange": Native(_several(_moments(""))),
    "tstzmultirange": Native(_several(_moments("+00"))),
    "tsvector": Native(_vector),
    "tsquery": Native(_query),
    "hstore": Native(_pairs),
    "xml": Native(_xml),
    "ltree": Native(_tree),
    "point": Native(_point, usual=_CAPACITY),
    "box": Native(lambda number: f"({number % 100 + 2},{number + 2}),({number % 100},{number})"),
    "circle": Native(lambda number: f"<({number % 100},{number}),{1 + number % 7}>"),
    "line": Native(lambda number: f"{{{1 + number % 5},{1 + number % 3},{number}}}"),
    "lseg": Native(lambda number: f"[({number % 100},{number}),({number % 100 + 1},{number + 3})]"),
    "path": Native(lambda number: f"[(0,0),({number % 100 + 1},{number}),({number % 9 + 2},{number + 1})]"),
    "polygon": Native(lambda number: f"((0,0),({number % 100 + 1},0),({number % 9 + 2},{number + 1}))"),
    "oid": Native(lambda number: str(16384 + number)),
    "money": Native(lambda number: f"{number // 100}.{number % 100:02}", usual=50_000),
    "year": Native(lambda number: str(2025 - number), 120, 40),
    "jsonpath": Native(_json_path),
    "pg_lsn": Native(lambda number: f"0/{number * 8 + 16777216:X}"),
    "regclass": Native(lambda number: ("pg_class", "pg_type", "pg_proc", "pg_index")[number], 4),
    "regtype": Native(lambda number: ("integer", "text", "boolean", "date")[number], 4),
    "regconfig": Native(lambda number: ("english", "simple", "german", "french")[number], 4),
}


def is_known(name: str | None) -> bool:
    """Whether values of a type are known how to write."""
    return (name or "").split("(")[0].strip().lower() in {*NATIVES, "bit", "varbit"}


def native_of(name: str, length: int | None) -> Native | None:
    """How values of a type are written, of so many digits where it has a length; None where that is not known."""
    if name not in {"bit", "varbit"}:
        return NATIVES.get(name)
    size = length or (16 if name == "varbit" else 1)
    return Native(lambda number: f"{number:0{size}b}", 2 ** min(size, 62), 2 ** min(size, 62))
