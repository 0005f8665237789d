"""What goes into a `TypeDecorator`: its own `process_bind_param` is asked, with a sample of each kind of value.

A decorator says what it stores, not what it takes: a GUID in CHAR(32) wants a UUID, an epoch in BIGINT a datetime. The
samples stand in `_SAMPLES`; another kind of value is one line there.
"""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import json
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from inspect import getclosurevars
from types import FunctionType
from typing import Any, get_args

from sqlalchemy import types as sql
from sqlalchemy.engine import Dialect

from pytest_misata.schema.config import Generator
from pytest_misata.schema.sources.jsonschema import examples, with_missed_keys
from pytest_misata.schema.sources.sqltypes import Reading, dialect_named, read_type
from pytest_misata.schema.sources.taken import condition
from pytest_misata.schema.types import ColumnType


@dataclass(frozen=True, slots=True)
class _Sample:
    """A value, the type a column is given that takes it, and how such values are made where the type does not say."""

    value: Any
    type: ColumnType
    generator: Generator | None = None


_MOMENT = dt.datetime(2024, 5, 17, 9, 30)
_UUID = uuid.UUID("8f14e45f-ceea-467f-9575-3c2a1d0e6b7a")
_TEXT = ColumnType("text")
_LARGE = ColumnType("integer", bits=64)

_SAMPLES: tuple[_Sample, ...] = (
    _Sample(_UUID, ColumnType("uuid")),
    _Sample(_MOMENT.replace(tzinfo=dt.UTC), ColumnType("datetime", timezone=True)),
    _Sample(_MOMENT, ColumnType("datetime")),
    _Sample(_MOMENT.date(), ColumnType("date")),
    _Sample(dt.timedelta(hours=3), ColumnType("interval")),
    _Sample(_MOMENT.time(), ColumnType("time")),
    _Sample("sample", _TEXT),
    _Sample(str(_UUID), _TEXT, Generator("uuid")),
    _Sample("10.1.2.3", _TEXT, Generator("ip")),
    _Sample("someone@example.com", _TEXT, Generator("email")),
    _Sample("+14155550132", _TEXT, Generator("phone")),
    _Sample("https://www.example.com/", _TEXT, Generator("url")),
    _Sample("EUR", _TEXT, Generator("currency")),
    _Sample("en_US", _TEXT, Generator("locale")),
    _Sample("DE", _TEXT, Generator("country_code")),
    _Sample("Europe/Berlin", _TEXT, Generator("time_zone")),
    _Sample("#4a90d9", _TEXT, Generator("hex_colour")),
    _Sample(value=False, type=ColumnType("boolean")),
    _Sample(7, ColumnType("integer")),
    _Sample(Decimal("7.50"), ColumnType("numeric")),
    _Sample(b"sample", ColumnType("binary")),
    _Sample({"key": "value"}, ColumnType("json")),
    _Sample(["value"], ColumnType("array", item=_TEXT)),
    _Sample([7], ColumnType("array", item=ColumnType("integer"))),
    _Sample(ipaddress.ip_address("10.1.2.3"), ColumnType("native", native="inet")),
)

_STORES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "numeric": (int, float, Decimal),
    "float": (int, float, Decimal),
    "boolean": (bool, int),
    "string": (str,),
    "text": (str,),
    "enum": (str,),
    "uuid": (uuid.UUID, str),
    "json": (dict, list, str, int, float),
    "binary": (bytes, bytearray, memoryview),
    "date": (dt.date,),
    "datetime": (dt.datetime,),
    "time": (dt.time,),
    "interval": (dt.timedelta,),
    "array": (list, tuple),
}
"""What a driver takes for a column of each kind."""


_NETWORKS = frozenset({"inet", "cidr"})
_TRIES = 3
"""How often a model may say that one more key is missed."""


def read_decorated(type_: Any, dialect: Dialect) -> Reading:
    """What a column of this `TypeDecorator` stores, and what its `process_bind_param` takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        readings = [_read(type_, stand_in) for stand_in in _stand_ins(dialect)]
    return next((reading for reading in readings if reading.missed is None), readings[0])


def _stand_ins(dialect: Dialect) -> Iterator[Dialect]:
    """The dialect, or where none is stated, those that decorators are mostly written for."""
    yield dialect
    if dialect.name == "default":
        yield from (dialect_named(name) for name in ("sqlite", "postgresql"))


def _read(type_: Any, dialect: Dialect) -> Reading:
    base = read_type(_stored_as(type_, dialect), dialect)
    if not _transforms(type_):
        return base
    bind, back = _processors(type_, dialect)
    members = _enumerated(type_, bind, base.type)
    if members:
        return replace(base, type=replace(base.type, values=members), missed=None)
    if _is_json(bind, back, base.type):
        lists = _kept_as_json(["value"], bind, back, base.type)
        return replace(base, type=ColumnType("json", objects_only=not lists), bound=True, missed=None)
    return _sampled(type_, base, bind, back)


def _stored_as(type_: Any, dialect: Dialect) -> Any:
    try:
        return type_.load_dialect_impl(dialect)
    except Exception:
        return type_.impl


def _transforms(type_: Any) -> bool:
    """Whether the decorator changes what goes in."""
    names = ("process_bind_param", "bind_processor", "bind_expression")
    return any(getattr(type(type_), name) is not getattr(sql.TypeDecorator, name) for name in names)


Process = Callable[[Any], Any]


def _processors(type_: Any, dialect: Dialect) -> tuple[Process, Process]:
    """The decorator's way in, up to what its implementation takes, and its way out from there."""

    def bind(value: Any) -> Any:
        if _overrides(type_, "process_bind_param"):
            return type_.process_bind_param(value, dialect)
        process = type_.bind_processor(dialect) if _overrides(type_, "bind_processor") else None
        return process(value) if process else value

    def back(value: Any) -> Any:
        if _overrides(type_, "process_result_value"):
            return type_.process_result_value(value, dialect)
        process = type_.result_processor(dialect, None) if _overrides(type_, "result_processor") else None
        return process(value) if process else value

    return bind, back


def _overrides(type_: Any, method: str) -> bool:
    return getattr(type(type_), method) is not getattr(sql.TypeDecorator, method)


def _sampled(type_: Any, base: Reading, bind: Process, back: Process) -> Reading:
    """The first kind of value that goes in, is what the implementation stores, and comes out again."""
    kind = _kind(base.type)
    counted = _counted(base, bind, back) if kind in {"integer", "numeric"} else None
    if counted is not None:
        return counted
    samples = [_shortened(sample, base.type.length) for sample in _SAMPLES]
    likeliest = sorted(samples, key=lambda sample: sample.type.kind != kind or sample.generator is not None)
    returned = [sample for sample in likeliest if _returns(sample.value, bind, back)]
    for sample in [*returned, *likeliest]:
        if _takes(sample.value, base.type, bind, back):
            taken = base.type if sample.type.kind == kind else sample.type
            if taken.kind == "datetime":
                taken = replace(taken, timezone=sample.type.timezone)
            alike = sample.generator is None and _is_alike(sample, bind)
            return replace(base, type=taken, bound=True, alike=alike, generator=sample.generator, missed=None)
    described = [_mended(value, bind) for value in _described(type_) if base.type.kind == "json"]
    # Validators may change the object that they are given.
    found = [value for value in described if _takes(deepcopy(value), base.type, bind, back)]
    if found:
        texts = tuple(dict.fromkeys(json.dumps(value) for value in found))
        return replace(base, type=replace(base.type, values=texts), bound=True, missed=None)
    if any(_comes_out(sample.value, base.type, back) for sample in samples if sample.type.kind == kind):
        return base
    missed = f"type {type(type_).__name__} takes no value that can be made"
    # A column that must hold something gets what its implementation stores, past the decorator.
    return replace(base, bound=False, generator=Generator("constant", {"value": None}), missed=missed)


def _counted(base: Reading, bind: Process, back: Process) -> Reading | None:
    """A type of numbers, with what holds of those that it takes; None where it takes something else."""
    whole, changed = base.type.kind == "integer", False

    def takes(value: int) -> bool:
        nonlocal changed
        asked = value if whole else Decimal(value)
        taken = _returns(asked, bind, back) and _takes(asked, base.type, bind, back)
        changed = changed or (taken and bind(asked) != asked)
        return taken

    holds = condition(takes, whole=whole)
    if not holds:
        return None
    # What a decorator only looks at can be stored past it, and is a CHECK like any other.
    return replace(base, bound=changed, missed=None, checks=(*base.checks, (None, holds)))


def _described(type_: Any) -> Iterator[Any]:
    """What a model of Pydantic that the decorator holds takes; and what holds nothing."""
    for fact in vars(type_).values():
        describe = getattr(fact, "model_json_schema", None) or getattr(fact, "json_schema", None)
        if callable(describe):
            try:
                yield from examples(describe())
            except Exception:
                continue
    yield from ({}, [])


def _mended(value: Any, bind: Process) -> Any:
    """The value, with what the validators of a model say it misses."""
    for _ in range(_TRIES):
        try:
            bind(deepcopy(value))
        except Exception as error:
            told = getattr(error, "errors", None)
            value = with_missed_keys(value, told()) if callable(told) else value
    return value


def _shortened(sample: _Sample, length: int | None) -> _Sample:
    """The sample, of plain text or bytes as much as has room."""
    plain = sample.generator is None and isinstance(sample.value, str | bytes)
    return replace(sample, value=sample.value[:length]) if plain and length else sample


def _kind(type_: ColumnType) -> str:
    return {"string": "text", "enum": "text", "float": "numeric"}.get(type_.kind, type_.kind)


def _takes(value: Any, stored: ColumnType, bind: Process, back: Process) -> bool:
    try:
        bound = bind(value)
    except Exception:
        return False
    return bound is not None and _fits(bound, stored) and _comes_out(bound, stored, back)


_MORE: dict[type, Callable[[Any], list[Any]]] = {
    int: lambda value: [value + 1, value * 13, -value],
    Decimal: lambda value: [value + 1, -value, value / 4],
    str: lambda value: [value.upper(), f"{value[:-1]} "],
    dt.datetime: lambda value: [value + dt.timedelta(days=150, seconds=7, microseconds=3), value.replace(year=1970)],
    dt.date: lambda value: [value + dt.timedelta(days=150), value.replace(year=1970)],
    dt.time: lambda value: [value.replace(second=7), dt.time()],
    dt.timedelta: lambda value: [value * 9, -value],
}
"""Other values like a sample's, by its type."""


def _is_alike(sample: _Sample, bind: Process) -> bool:
    """Whether a decorator stores the very values that it takes."""
    more = _MORE.get(type(sample.value))
    return more is not None and all(_is_stored(value, bind) for value in [sample.value, *more(sample.value)])


def _is_stored(value: Any, bind: Process) -> bool:
    """Whether a value is stored as it is; also where it is refused, which tells as it is tried."""
    try:
        stored = bind(value)
    except Exception:
        return True
    if isinstance(value, dt.datetime) and value.tzinfo is not None and isinstance(stored, dt.datetime):
        return bool((stored if stored.tzinfo else stored.replace(tzinfo=dt.UTC)) == value)
    return type(stored) is type(value) and bool(stored == value)


def _returns(value: Any, bind: Process, back: Process) -> bool:
    """Whether a value comes back as it was: text that goes into a type of lists comes back as a list of letters."""
    try:
        return bool(not isinstance(value, ipaddress.IPv4Address) and back(bind(value)) == value)
    except Exception:
        return False


def _comes_out(value: Any, stored: ColumnType, back: Process) -> bool:
    try:
        return _fits(value, stored) and back(value) is not None
    except Exception:
        return False


def _fits(value: Any, stored: ColumnType) -> bool:
    if stored.kind == "native":
        return stored.native not in _NETWORKS or _is_network(value)
    if not isinstance(value, _STORES[stored.kind]):
        return False
    if isinstance(value, dt.datetime) and stored.kind in {"date", "datetime"}:
        # A driver would move a moment of the wrong sort by the session's time zone.
        return stored.kind == "datetime" and (value.tzinfo is not None) == stored.timezone
    return not (isinstance(value, str | bytes) and stored.length and len(value) > stored.length)


def _is_network(value: Any) -> bool:
    try:
        return bool(ipaddress.ip_interface(value)) and not isinstance(value, int | bytes)
    except ValueError:
        return False


def _is_json(bind: Process, back: Process, stored: ColumnType) -> bool:
    """Whether objects go in and are kept as their JSON."""
    if stored.kind not in {"string", "text", "binary", "json"}:
        return False
    return _kept_as_json({"key": "value"}, bind, back, stored)


def _kept_as_json(value: Any, bind: Process, back: Process, stored: ColumnType) -> bool:
    try:
        bound = bind(value)
        parsed = json.loads(bound) if isinstance(bound, str | bytes) else bound
        return bool(parsed == value and _fits(bound, stored) and back(bound) == value)
    except Exception:
        return False


def _enumerated(type_: Any, bind: Process, stored: ColumnType) -> tuple[Any, ...]:
    """What the members of an enumeration the decorator holds are stored as; () where it holds none."""
    for members in _memberships(type_):
        for form in (lambda member: member, lambda member: member.value, lambda member: member.name):
            values = _all_bound(members, form, bind, stored)
            if values:
                return values
    return ()


def _memberships(type_: Any) -> Iterator[list[Any]]:
    facts = [*vars(type_).values(), *(value for class_ in type(type_).__mro__[:1] for value in vars(class_).values())]
    for fact in facts:
        if _is_enumeration(fact):
            yield list(fact)
    yield from (list(class_) for class_ in dict.fromkeys(_named_enumerations(type(type_))))
    choices = getattr(type_, "choices", None)
    if isinstance(choices, list | tuple | dict) and choices:
        yield [choice[0] if isinstance(choice, tuple) else choice for choice in choices]


_PROCESSING = ("process_bind_param", "process_result_value", "bind_processor", "result_processor")


def _named_enumerations(class_: type) -> Iterator[type[enum.Enum]]:
    """Enumerations that a decorator's own methods name, or the class it is for: TypeDecorator[Colour]."""
    for base in getattr(class_, "__orig_bases__", ()):
        yield from filter(_is_enumeration, get_args(base))
    for method in (vars(class_).get(name) for name in _PROCESSING):
        if isinstance(method, FunctionType):
            known = {**method.__globals__, **getclosurevars(method).nonlocals}
            yield from filter(_is_enumeration, (known.get(name) for name in method.__code__.co_names))
            yield from filter(_is_enumeration, getclosurevars(method).nonlocals.values())


def _is_enumeration(fact: Any) -> bool:
    return isinstance(fact, type) and issubclass(fact, enum.Enum) and len(fact) > 0


def _all_bound(members: Iterable[Any], form: Process, bind: Process, stored: ColumnType) -> tuple[Any, ...]:
    try:
        values = tuple(bind(form(member)) for member in members)
    except Exception:
        return ()
    values = tuple(value.value if isinstance(value, enum.Enum) else value for value in values)
    return values if all(value is not None and _fits(value, stored) for value in values) else ()
