"""CHECKs about values that hold others, which are JSON documents and arrays: how many there are, and of which kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_misata.engine.checks.numbers import NO_NUMBER, Numbers, between, solved
from pytest_misata.schema.sql.predicates import (
    TURNED,
    Among,
    Call,
    Col,
    Compare,
    Const,
    HasKeys,
    IsJson,
    Predicate,
    Within,
)

LENGTHS = (8, 30, 34, 20, 8)
"""Weights of arrays of 0, 1 .. elements."""
HOLDERS = frozenset({"json", "array"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a CHECK asks of a document: so many elements, one of some kinds, some keys, elements of a list."""

    kind: str
    asked: Any

    @property
    def place(self) -> int:
        """Its turn among those that a value is brought into: first what it is, then how much of it."""
        return _ORDER.index(self.kind)

    def fits(self, text: str) -> bool:
        """Whether a document, in JSON, is so."""
        return _TESTS[self.kind](json.loads(text), self.asked)

    def mended(self, text: str) -> str:
        """The document made so."""
        return json.dumps(_MENDS[self.kind](json.loads(text), self.asked), ensure_ascii=False)


def shape_of(atom: Predicate, kind: str) -> Shape | None:
    """What an atom asks of a column of a kind of `HOLDERS`; None where it cannot be told."""
    match atom:
        case Compare(op, Const() as left, right) if not isinstance(right, Const):
            return shape_of(Compare(TURNED[op], right, left), kind)
        case Compare(op, Call("elements", Col()), Const(int(bound))):
            return Shape("elements", solved(1, -bound, op) & between(0, None))
        case Among(Call("elements", Col()), values):
            return Shape("elements", _any_of(values))
        case Compare("<>", Col(), Const("{}" | "[]" as empty)) if kind == "array" or empty == "[]":
            return Shape("elements", between(1, None))
        case Compare("=", Call("json type", Col()), Const(str(name))):
            return Shape("type", (name.lower(),))
        case Among(Call("json type", Col()), values):
            return Shape("type", tuple(str(value).lower() for value in values))
        case HasKeys(Col(), keys):
            return Shape("keys", keys)
        case Within(Col(), values) if kind == "array":
            return Shape("within", values)
        case IsJson(Col()) if kind == "json":
            return Shape("json", None)
    return None


def _any_of(values: tuple[Any, ...]) -> Numbers:
    found = NO_NUMBER
    for value in values:
        found |= between(value, value)
    return found


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else 1


def _has_count(value: Any, sizes: Numbers) -> bool:
    count = len(value) if isinstance(value, list) else -1
    return any((low is None or low <= count) and (high is None or count <= high) for low, high in sizes.spans)


def _with_count(value: Any, sizes: Numbers) -> Any:
    """Elements repeated, or left out, until there are as many as is allowed."""
    items = value if isinstance(value, list) else [value]
    allowed = [low or 0 for low, _ in sizes.spans] + [high for _, high in sizes.spans if high is not None]
    wanted = min(allowed, key=lambda size: abs(size - len(items)))
    items = items or [None]
    return [items[at % len(items)] for at in range(wanted)]


_KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "null": lambda value: value is None,
}
_AS_KIND: dict[str, Callable[[Any], Any]] = {
    "object": lambda value: {"value": value},
    "array": lambda value: [value],
    "string": str,
    "text": str,
    "number": _count,
    "integer": _count,
    "boolean": bool,
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
}


def _is_of(value: Any, kinds: tuple[str, ...]) -> bool:
    return any(_KINDS.get(kind, lambda _: False)(value) for kind in kinds)


def _keyed(value: Any, keys: tuple[str, ...]) -> Any:
    own = value if isinstance(value, dict) else {"value": value}
    return own | {key: key.replace("_", " ") for key in keys if key not in own}


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "elements": _has_count,
    "json": lambda _value, _: True,
    "type": _is_of,
    "keys": lambda value, keys: isinstance(value, dict) and set(keys) <= set(value),
    "within": lambda value, words: all(item in words for item in value),
}
_ORDER = ("json", "type", "keys", "within", "elements")
_MENDS: dict[str, Callable[[Any, Any], Any]] = {
    "elements": _with_count,
    "type": lambda value, kinds: _AS_KIND.get(kinds[0], lambda same: same)(value),
    "keys": _keyed,
    "within": lambda value, words: [words[(len(str(item)) + at) % len(words)] for at, item in enumerate(value)],
}
