"""How texts of a meaning are told apart in that meaning's own way: addresses by house numbers, programs by version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pytest_misata.engine.draws import patterns
from pytest_misata.engine.meanings.registry import Meaning
from pytest_misata.engine.texts.sentences import APART, fitting_texts
from pytest_misata.engine.texts.terms import RESERVE
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Generator
from pytest_misata.schema.types import ColumnType
from pytest_misata.schema.uniqueness import Scope

_ROOM = {"street": 48, "postcode": 10, "user_agent": 30, "first_name": 24, "last_name": 24, "job_title": 40}
"""Characters a column must have for such a text and what tells it apart."""
_ADDRESS = 14
_PLENTY = 10**6
_FEW = 5
"""Texts that must fit for a list of them to be worth having."""

Way = Callable[[Generator, ColumnType, Scope], Generator | None]


def own_way(meaning: Meaning, usual: Generator, type_: ColumnType, scope: Scope) -> Generator | None:
    """The generator of texts that differ and are like the usual ones; None where there is no such way or no room."""
    if type_.fixed:
        return _code(usual, type_, scope) if usual.kind == "code" else None
    known = toml_file("known.toml")
    name = next((name for name in (meaning.name, usual.kind) if isinstance(known.get(name), list)), None)
    if name is not None:
        return _listed(known[name], type_, scope)
    if usual.kind in _ROOM:
        unique: Any = scope if usual.kind not in _BY_ROW else True
        return _with(usual, unique=unique) if (type_.length or _ROOM[usual.kind]) >= _ROOM[usual.kind] else None
    way = _WAYS.get(usual.kind)
    return None if way is None else way(usual, type_, scope)


def _listed(texts: Sequence[Any], type_: ColumnType, scope: Scope) -> Generator | None:
    """Texts of a list that leave room for a number."""
    words = [str(text) for text in texts]
    fitting = [text for text in words if type_.length is None or len(text) + RESERVE <= type_.length]
    enough = len(fitting) >= min(_FEW, len(words)) and not any(text.isdigit() for text in fitting)
    return Generator("listed_once", {"values": fitting, "unique": scope}) if enough else None


def _ip(_: Generator, type_: ColumnType, __: Scope) -> Generator | None:
    roomy = type_.length is None or type_.length >= _ADDRESS
    return Generator("network_address", {"form": "ipv4", "unique": True}) if roomy else None


def _code(usual: Generator, type_: ColumnType, _: Scope) -> Generator | None:
    options: Mapping[str, Any] = usual.options
    size = len(options["pattern"])
    fits = type_.length is None or (size == type_.length if type_.fixed else size <= type_.length)
    return _with(usual, unique=True) if fits and patterns.capacity(options["pattern"]) >= _PLENTY else None


def _prose(usual: Generator, type_: ColumnType, scope: Scope) -> Generator | None:
    room = None if type_.length is None else type_.length - APART
    texts = fitting_texts(usual.options["of"], room, usual.options.get("form", "sentences"))
    return _with(usual, unique=scope) if len(texts) >= _FEW else None


def _choice(usual: Generator, type_: ColumnType, scope: Scope) -> Generator | None:
    return _listed(usual.options["values"], type_, scope)


def _with(generator: Generator, **options: Any) -> Generator:
    return Generator(generator.kind, {**generator.options, **options})


_BY_ROW = frozenset({"street", "postcode"})
_WAYS: dict[str, Way] = {"ip": _ip, "code": _code, "prose": _prose, "choice": _choice}
