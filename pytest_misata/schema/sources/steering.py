"""What `info={"misata": {...}}` on a column, a foreign key or a table says about how it is filled."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from sqlalchemy import Column as SQLColumn
from sqlalchemy.engine.default import DefaultDialect

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import ForeignKey, Generator, TableConfig
from pytest_misata.schema.sources.sqltypes import Reading

_INFO = "misata"


def generator(column: SQLColumn[Any], reading: Reading, where: str) -> Generator | None:
    """How the column is made: by its `info`, or by its type where that takes one sort of value only.

    `{"kind": "email", ...}` names a kind with its options; `{"choose": {"free": 8, "pro": 2}}` states values by weight.
    """
    said = _said(column.info, where)
    options = {name: value for name, value in said.items() if name not in _KEY_OPTIONS or not column.foreign_keys}
    if not options:
        return None if column.foreign_keys or not _possible(reading, column) else reading.generator
    if "choose" in options:
        return _choice(options, column.type, where)
    if not isinstance(options.get("kind"), str):
        raise SchemaError(f"{where}: info={{'misata': ...}} needs 'kind' (see docs/kinds.md) or 'choose', not {said!r}")
    kind = options.pop("kind")
    return Generator(kind, {name: _stored_parts(column.type, value) for name, value in options.items()})


def _possible(reading: Reading, column: SQLColumn[Any]) -> bool:
    """Whether the type's own generator suits the column: one that only leaves NULL does not suit each."""
    return bool(reading.missed is None or (column.nullable and not column.primary_key))


def _choice(options: dict[str, Any], type_: Any, where: str) -> Generator:
    weights = options.pop("choose")
    if not isinstance(weights, Mapping | list | tuple) or not weights:
        raise SchemaError(f"{where}: 'choose' is a mapping of values to weights or a list of values, not {weights!r}")
    pairs = weights if isinstance(weights, Mapping) else dict.fromkeys(weights, 1)
    values = [stored(type_, value) for value in pairs]
    return Generator("choice", {"values": values, "weights": list(pairs.values()), **options})


def steer_key(
    key: ForeignKey, own: Iterable[Mapping[Any, Any]], columns: Iterable[Mapping[Any, Any]], where: str
) -> ForeignKey:
    """The key, with what is said of it: `{"per_parent": 3, "spread": "even"}`.

    `own` are the infos of the key itself; those of its `columns` may be about how these are made, too.
    """
    own = list(own)
    for info in own:
        for name in _said(info, where).keys() - _KEY_OPTIONS.keys():
            raise SchemaError(f"{where}: info={{'misata': ...}} has no {name!r}; {_nearest(name, _KEY_OPTIONS)}")
    for info in (*own, *columns):
        for name, value in _said(info, where).items():
            if name in _KEY_OPTIONS:
                setattr(key, name, _converted(_KEY_OPTIONS[name], value, f"{where}: {name}"))
    return key


def steer_table(config: TableConfig, info: Mapping[Any, Any]) -> None:
    """Set what the table's info says of it: `{"rows": 50}`. Changes the table."""
    for name, value in _said(info, config.key).items():
        if name not in _TABLE_OPTIONS:
            raise SchemaError(f"{config.key}: info={{'misata': ...}} has no {name!r}; {_nearest(name, _TABLE_OPTIONS)}")
        setattr(config, name, _converted(_TABLE_OPTIONS[name], value, f"{config.key}: {name}"))


def stored(type_: Any, value: Any) -> Any:
    """A member of an enumeration as the column keeps it: by name, by value, or as its type has it."""
    if not isinstance(value, enum.Enum):
        return value
    try:
        process = type_.bind_processor(DefaultDialect())
        return value.value if process is None else process(value)
    except Exception:
        return value.value


def _stored_parts(type_: Any, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [stored(type_, part) for part in value]
    return stored(type_, value)


def _said(info: Mapping[Any, Any], where: str) -> Mapping[str, Any]:
    said = info.get(_INFO, {})
    if isinstance(said, Mapping):
        return said
    raise SchemaError(f"{where}: info['misata'] is a mapping such as {{'kind': 'email'}}, not {said!r}")


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _ratio(value: Any) -> Fraction:
    ratio = Fraction(str(value))
    if ratio < 0:
        raise ValueError
    return ratio


def _share(value: Any) -> Fraction:
    share = _ratio(value)
    if share > 1:
        raise ValueError
    return share


def _spread(value: Any) -> str:
    if value not in ("even", "skewed", "heavy"):
        raise ValueError
    return str(value)


_KEY_OPTIONS: dict[str, Callable[[Any], Any]] = {
    "owner": bool,
    "per_parent": _ratio,
    "minimum": _whole,
    "spread": _spread,
    "null_rate": _share,
}
_TABLE_OPTIONS: dict[str, Callable[[Any], Any]] = {"rows": _whole}


def _converted(convert: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return convert(value)
    except (TypeError, ValueError, ZeroDivisionError):
        raise SchemaError(f"{where}: {value!r} is not a value for it") from None


def _nearest(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
