"""Values that a JSON Schema takes, with no more in them than it asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_DEEPEST = 6
_ELEMENTS = "least elements of a list"
_TEXTS = {
    "uuid": "8f14e45f-ceea-467f-9575-3c2a1d0e6b7a",
    "date-time": "2025-05-17T09:30:00Z",
    "date": "2025-05-17",
    "time": "09:30:00",
    "duration": "PT1H",
    "email": "someone@example.com",
    "uri": "https://www.example.com/",
    "ipv4": "10.1.2.3",
}
"""By `format`."""


def examples(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Values that may be valid, to be tried: of each alternative one with empty lists and one with short ones."""
    for elements in (0, 1):
        yield from _examples(schema, {**schema, _ELEMENTS: elements}, 0)


def _examples(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Iterator[Any]:
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        yield from _examples(_referred(schema["$ref"], root), root, depth + 1)
    elif any(word in schema for word in ("anyOf", "oneOf")):
        for part in schema.get("anyOf", schema.get("oneOf", ())):
            yield from _examples(part, root, depth + 1)
    elif "allOf" in schema:
        yield from _examples(schema["allOf"][0], root, depth + 1)
    elif "const" in schema:
        yield schema["const"]
    elif schema.get("enum"):
        yield schema["enum"][0]
    else:
        yield from _by_type(schema, root, depth)


def _referred(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found if isinstance(found, Mapping) else {}


def _by_type(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Iterator[Any]:
    kind = schema.get("type", "object" if "properties" in schema else None)
    if kind == "object":
        yield _object(schema, root, depth)
    elif kind == "array":
        yield _array(schema, root, depth)
    elif kind in {"integer", "number"}:
        yield _number(schema)
    elif kind == "boolean":
        yield False
    elif kind == "null":
        yield None
    else:
        yield _text(schema)


def _object(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {
        name: next(_examples(properties.get(name, {}), root, depth + 1), None) for name in schema.get("required", ())
    }


def _array(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> list[Any]:
    one = next(_examples(schema.get("items", {}), root, depth + 1), None)
    return [one] * max(int(schema.get("minItems", 0)), root[_ELEMENTS])


def _number(schema: Mapping[str, Any]) -> Any:
    # Pydantic gives the bounds of lengths of time as they are, not in seconds.
    bounds = {
        name: bound.total_seconds() if isinstance(bound, dt.timedelta) else bound for name, bound in schema.items()
    }
    step = bounds.get("multipleOf", 1)
    if "exclusiveMinimum" in bounds:
        return bounds["exclusiveMinimum"] + step
    return bounds.get("minimum", min(step, bounds.get("maximum", step)))


def _text(schema: Mapping[str, Any]) -> str:
    text = _TEXTS.get(str(schema.get("format")), "sample")
    longest = schema.get("maxLength", len(text))
    return text[:longest].ljust(int(schema.get("minLength", 0)), "x")


_KEY = re.compile(r"[A-Za-z]\w*(?:[._-]\w+)+")
"""What is a key in a sentence, and no word of it: `resource.id`, `resource_id`."""


def with_missed_keys(value: Any, errors: Sequence[Mapping[str, Any]]) -> Any:
    """The value, with the keys that validators of a model say an object has to have. `errors` are those of Pydantic."""
    for error in errors:
        if error["type"] in {"value_error", "assertion_error"}:
            keys = _KEY.findall(error["msg"])
            value = _extended(value, error["loc"], keys)
    return value


def _extended(value: Any, place: Sequence[Any], keys: Sequence[str]) -> Any:
    """The value with keys at a place; parts of the place that are not in it name alternatives and functions."""
    if isinstance(value, list):
        at, further = (place[0], place[1:]) if place and isinstance(place[0], int) else (None, place)
        return [_extended(one, further, keys) if at in {None, number} else one for number, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    known = next((at for at, part in enumerate(place) if part in value), None)
    if known is not None:
        name = place[known]
        return {**value, name: _extended(value[name], place[known + 1 :], keys)}
    return {**dict.fromkeys(keys, "sample"), **value}
