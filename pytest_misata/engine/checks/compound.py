"""Other values for columns whose values have parts: arrays, documents, pairs, points, ranges, addresses."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_misata.engine.checks.clues import Clue, Proposal, between
from pytest_misata.schema.sql.functions import Interval

_DAY = dt.timedelta(days=1)


def _items(clue: Clue) -> list[Any]:
    return list(clue.value) if isinstance(clue.value, list) else []


def _words(clue: Clue) -> list[str]:
    return [part.strip() for text in clue.texts for part in text.strip("{}").split(",") if part.strip()]


ARRAYS: Sequence[Proposal] = (
    lambda clue: [item for item in _items(clue) if item is not None],
    lambda clue: [item for item in _items(clue) if item not in _words(clue)],
    lambda clue: [*_items(clue), clue.one_of(_words(clue))],
    lambda clue: [*_items(clue), *_words(clue)],
    lambda clue: _words(clue),
    lambda clue: [*_items(clue), *clue.numbers],
    lambda clue: [abs(item) + 1 for item in _items(clue)],
    lambda clue: _items(clue)[: clue.below(3)],
)


def document_with(clue: Clue, value: Any) -> dict[str, Any]:
    """An object that has all keys that the conditions mention."""
    own = dict(clue.value) if isinstance(clue.value, dict) else {}
    for text in clue.texts:
        key = text.removeprefix("$.")
        if key.isidentifier():
            own[key] = value
    return own


def _with_member(make: Callable[[Clue], Any]) -> Proposal:
    """The document with another value at one of the places that conditions mention."""

    def propose(clue: Clue) -> Any:
        path = clue.one_of(clue.paths, 5)
        value = make(clue)
        return None if not path or value is None else _put(clue.value, path, value)

    return propose


def _put(document: Any, path: Sequence[Any], value: Any) -> Any:
    if not path:
        return value
    key, *rest = path
    if isinstance(key, int):
        items = list(document) if isinstance(document, list) else []
        items += [None] * (key + 1 - len(items))
        return [_put(item, rest, value) if at == key else item for at, item in enumerate(items)]
    own = dict(document) if isinstance(document, dict) else {}
    return {**own, key: _put(own.get(key), rest, value)}


def _said(clue: Clue) -> Any:
    """A text of the conditions that is no part of a path."""
    keys = {str(key) for path in clue.paths for key in path}
    return clue.one_of([text for text in clue.texts if text not in keys and text[:1] not in {"$", "{"}], 6)


def _number_near(clue: Clue) -> Any:
    found = clue.one_of(clue.numbers, 1)
    return 1 + clue.below(99, 2) if found is None else found + clue.below(5, 2) - 1


def _without_members(clue: Clue) -> Any:
    if not isinstance(clue.value, dict):
        return None
    gone = {path[0] for path in clue.paths if path}
    return {key: value for key, value in clue.value.items() if key not in gone}


def _merged(clue: Clue) -> Any:
    own = dict(clue.value) if isinstance(clue.value, dict) else {}
    for text in clue.texts:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        own |= found if isinstance(found, dict) else {}
    return own


def _subject(clue: Clue) -> str:
    return _SUBJECTS[clue.below(len(_SUBJECTS), 8)]


_SUBJECTS = ("basic", "standard", "default", "primary", "general", "main", "common", "regular")
DOCUMENTS: Sequence[Proposal] = (
    _merged,
    _with_member(_said),
    _with_member(_said),
    _with_member(_subject),
    _with_member(_number_near),
    _with_member(_number_near),
    _with_member(lambda clue: [_subject(clue)]),
    _with_member(lambda clue: {"name": _subject(clue)}),
    _with_member(lambda clue: clue.below(2) == 1),
    _without_members,
    lambda clue: document_with(clue, _said(clue)),
    lambda clue: document_with(clue, _number_near(clue)),
    lambda clue: [_subject(clue)],
)
_PAIRS: Sequence[Proposal] = (
    _with_member(_said),
    _with_member(_subject),
    _with_member(lambda clue: str(_number_near(clue))),
    _without_members,
)
_POINTS: Sequence[Proposal] = (
    lambda clue: f"({clue.below(180, 1) - 90}.{clue.below(1000, 2)},{clue.below(360, 3) - 180}.{clue.below(1000, 4)})",
    lambda clue: f"({clue.below(360, 1) - 180}.{clue.below(1000, 2)},{clue.below(180, 3) - 90}.{clue.below(1000, 4)})",
    lambda clue: f"({between(clue)},{between(replace(clue, bits=clue.bits + 1))})",
)


def _span(clue: Clue) -> Any:
    """The range with another end."""
    found = clue.value
    if not isinstance(found, Interval) or found.empty or found.low is None:
        return None
    steps = (dt.timedelta(hours=1), _DAY, 30 * _DAY) if isinstance(found.low, dt.date) else (1, 10, 100)
    if isinstance(found.low, dt.date) and not isinstance(found.low, dt.datetime):
        steps = (_DAY, 7 * _DAY, 30 * _DAY)
    return replace(found, high=found.low + (1 + clue.below(9)) * clue.one_of(steps, 1))


RANGES: Sequence[Proposal] = (_span, _span, _span, _span, _span)
_ADDRESSES: Sequence[Proposal] = (
    lambda clue: f"10.{clue.below(256, 1)}.{clue.below(256, 2)}.{1 + clue.below(254, 3)}",
    lambda clue: f"2001:db8::{1 + clue.below(65_000):x}",
    lambda clue: str(clue.one_of([text for text in clue.texts if "." in text or ":" in text], 1)).partition("/")[0],
    lambda clue: f"192.168.{clue.below(256, 2)}.{1 + clue.below(254, 3)}",
    lambda clue: f"172.16.{clue.below(256, 2)}.{1 + clue.below(254, 3)}",
    lambda clue: f"10.{clue.below(256, 1)}.{clue.below(256, 2)}.0/24",
)


def _labels(clue: Clue) -> list[str]:
    return [label for label in str(clue.value or "").split(".") if label] or ["top"]


def _path(clue: Clue) -> Any:
    """A path as one of the conditions' patterns has it, with labels of the column's own where that leaves them open."""
    text = clue.one_of(clue.texts, 1)
    if text is None:
        return None
    own, found = _labels(clue), list[str]()
    for item in re.split(r"\.(?![^{]*\})", str(text)):
        least = int(digits[0]) if (digits := re.findall(r"\d+", item.partition("{")[2])) else 0
        label = re.split(r"[{|]", item)[0].rstrip("@*%")
        count = least + clue.below(2, 2 + len(found))
        found += [own[at % len(own)] for at in range(count)] if label in {"", "!"} or label[0] == "!" else [label]
    return ".".join(found) or own[0]


def _below(clue: Clue) -> Any:
    """What lies below such a path: the last labels of the column's own."""
    path = _path(clue)
    return None if path is None else ".".join([path, *_labels(clue)[-2:]])


_TREES: Sequence[Proposal] = (
    _below,
    _path,
    lambda clue: f"{_path(clue)}.{_labels(clue)[-1]}" if clue.texts else None,
    lambda clue: ".".join([*str(_path(clue)).split("."), *_labels(clue)][: 2 + clue.below(4, 3)]),
    lambda clue: ".".join(_labels(clue)[: 1 + clue.below(4, 3)]),
    lambda clue: ".".join([*_labels(clue), *_labels(clue)][: 1 + clue.below(8, 3)]),
)
NATIVES: Mapping[str, Sequence[Proposal]] = {
    "inet": _ADDRESSES,
    "cidr": _ADDRESSES,
    "hstore": _PAIRS,
    "ltree": _TREES,
    "point": _POINTS,
}
