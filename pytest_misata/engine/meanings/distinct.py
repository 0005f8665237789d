"""Values that differ from row to row, or among the children of one owner, and still look like what they mean."""

from __future__ import annotations

from typing import Any

from pytest_misata.engine.draws import patterns
from pytest_misata.engine.meanings.fitting import numbered
from pytest_misata.engine.meanings.own_ways import own_way
from pytest_misata.engine.meanings.ranges import greatest
from pytest_misata.engine.meanings.registry import Meaning
from pytest_misata.engine.texts.addresses import net_addresses
from pytest_misata.engine.texts.terms import has_terms
from pytest_misata.schema.config import Column, Generator
from pytest_misata.schema.types import ColumnType
from pytest_misata.schema.uniqueness import Scope, capacity

ROOMY = 60
"""Characters for which the longest texts of every kind fit, with a number."""
_PLENTY = 10**6
_ROOM_NUMBER = 6
"""Characters for the numbers of any rooms."""
_ROOMS = frozenset({"room_number", "number_of_a_room"})
_TOKEN = 16
"""Hexadecimal digits from which random ones are not met twice."""
_CODE = 10
_ALREADY = frozenset({"email", "username", "uuid", "password_hash"})
_BY_OPTION = frozenset(
    {"checked_number", "iban", "national_number", "version", "hex_colour", "network_address", "record"}
)
_LISTS = {
    "country": ("countries", "name"),
    "country_code": ("countries", "alpha2"),
    "currency": ("currencies", "alpha3"),
    "language": ("languages", "alpha2"),
}
_WORDY = frozenset({"choice", "prose", "first_name", "last_name", "job_title"})
"""Kinds of too few texts to tell many rows apart: words stand in for them."""
_PLACES = {"city": "town", "region": "county"}


def distinct(column: Column, scope: Scope, meaning: Meaning, usual: Generator) -> Generator:
    """The generator of a column that carries a unique key; `usual` is what it would be without one."""
    type_ = column.type
    siblings = _SIBLINGS.get(type_.kind) if scope == "siblings" else None
    if usual.kind == "year" and type_.kind == "integer":
        return Generator("period", {"part": "year", "unit": "year", "among": scope})
    if siblings is not None:
        return siblings
    if meaning.name in _ROOMS and type_.kind in {"string", "text"} and (type_.length or ROOMY) >= _ROOM_NUMBER:
        return Generator("room_number", {"among": scope})
    if capacity(column):
        return Generator("choice", {"values": type_.values or (False, True), "distinct": scope})
    if type_.kind in {"string", "text"}:
        return distinct_text(type_, scope, meaning, usual)
    return distinct_value(column, usual)


def distinct_value(column: Column, usual: Generator) -> Generator:
    """Values of other types than text that differ from row to row."""
    type_ = column.type
    if type_.kind == "integer":
        start, step = column.numbering
        return Generator("serial", {"start": start, "step": step} if (start, step) != (1, 1) else {})
    if type_.kind in {"numeric", "float"}:
        return Generator("distinct_number", {"high": int(greatest(type_) * 10**type_.scale)})
    if type_.kind in {"native", "object", "array", "binary", "json"}:
        return _with(usual, unique=True)
    return _EVERY_ROW.get(type_.kind, usual)


def distinct_text(type_: ColumnType, scope: Scope, meaning: Meaning, usual: Generator) -> Generator:
    """Texts of the same meaning that differ; codes where the column is too short for those."""
    length = type_.length
    if meaning.unique is not None:
        usual = meaning.unique
    if usual.kind == "code" and meaning.unique is usual and _has_room(str(usual.options["pattern"]), type_):
        return usual
    if meaning.patterns:
        return _code_of(meaning, type_)
    if usual.kind in _ALREADY or (usual.kind == "token" and int(usual.options["length"]) >= _TOKEN):
        return usual
    if usual.kind in _BY_OPTION:
        return _with(usual, unique=True)
    listed = _LISTS.get(usual.kind) or _LISTS.get(meaning.name)
    if listed is not None:
        of, field = listed
        return Generator("record", {"of": of, "field": field, "unique": True})
    own = own_way(meaning, usual, type_, scope)
    if own is not None:
        return own
    return _named(usual, type_, scope) or (_phone(type_) if usual.kind == "phone" else code(length, fixed=type_.fixed))


def _has_room(pattern: str, type_: ColumnType) -> bool:
    return type_.length is None or (len(pattern) == type_.length if type_.fixed else len(pattern) <= type_.length)


def _named(usual: Generator, type_: ColumnType, scope: Scope) -> Generator | None:
    """Names that get a number once all are taken, where that has room."""
    length = type_.length
    roomy = length is None or length >= ROOMY
    if usual.kind == "full_name":
        # The role of people whose names differ says so: see `meaning.taken_for`.
        return usual if roomy else _term("thing", scope, type_)
    if usual.kind == "company":
        return _with(usual, unique=True) if roomy else _term("company", scope, type_)
    if usual.kind == "slug":
        return usual
    if usual.kind == "term":
        return _term(str(usual.options["of"]), scope, type_, noun=usual.options.get("noun"))
    if usual.kind in {"url", "address_on_net"}:
        return _address(str(usual.options.get("path", "page")), scope, type_)
    if usual.kind in _WORDY:
        return _term("word", scope, type_)
    return _term(_PLACES.get(usual.kind, ""), scope, type_)


def _term(of: str, scope: Scope, type_: ColumnType, *, noun: str | None = None) -> Generator | None:
    if not of or type_.fixed or not has_terms(of, noun, type_.length, unique=True):
        return None
    options: dict[str, Any] = {"of": of, "unique": scope}
    return Generator("term", {**options, "noun": noun} if noun else options)


def _address(path: str, scope: Scope, type_: ColumnType) -> Generator | None:
    for form in (path or "page", "domain"):
        if len(net_addresses(form, type_.length, unique=True)) >= 100:
            return Generator("address_on_net", {"path": form, "unique": scope})
    return None


def _phone(type_: ColumnType) -> Generator:
    for pattern in ("+1 (2##) 555-####", "+12##555####", "2##555####"):
        if type_.length is None or len(pattern) <= type_.length:
            return Generator("code", {"pattern": pattern})
    return code(type_.length, digits=True)


def _code_of(meaning: Meaning, type_: ColumnType) -> Generator:
    length = type_.length
    fitting = [pattern for pattern in meaning.patterns if length is None or len(pattern) <= length]
    fitting = [pattern for pattern in fitting if not type_.fixed or len(pattern) == length]
    plenty = [pattern for pattern in fitting if patterns.capacity(pattern) >= _PLENTY]
    return Generator("code", {"pattern": plenty[0], **numbered(meaning)}) if plenty else code(length, fixed=type_.fixed)


def code(length: int | None, *, digits: bool = False, fixed: bool = False) -> Generator:
    """Codes that fill a short column: letters, then letters with digits behind them, then any of both.

    Columns of a fixed length are filled however long they are.
    """
    if fixed and length is not None and length > _CODE:
        return (
            Generator("token", {"length": length}) if length >= _TOKEN else Generator("code", {"pattern": "#" * length})
        )
    size = min(length or _CODE, _CODE)
    if digits:
        return Generator("code", {"pattern": "#" * size})
    if size <= 3:
        return Generator("code", {"pattern": "@" * size, "then": _with_digits(size)})
    if size < 7:
        return Generator("code", {"pattern": "@@" + "#" * (size - 2), "then": ["#" + "?" * (size - 1)]})
    return Generator("code", {"pattern": "?" * size})


def _with_digits(size: int) -> list[str]:
    """All texts of letters and digits that hold a digit, by where the first one stands."""
    return ["@" * at + "#" + "?" * (size - at - 1) for at in range(size)]


def _with(generator: Generator, **options: Any) -> Generator:
    return Generator(generator.kind, {**generator.options, **options})


_SIBLINGS = {
    "integer": Generator("position"),
    "date": Generator("moment", {"sequence": True, "apart": True, "alive": True}),
    "datetime": Generator("moment", {"sequence": True, "apart": True, "alive": True}),
}
_EVERY_ROW = {
    "date": Generator("nth_day"),
    "datetime": Generator("distinct_moment"),
    "time": Generator("distinct_time"),
    "interval": Generator("distinct_span"),
}
