"""The atoms of a CHECK about one text: the texts it allows, and a test of any text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from pytest_misata.engine.checks import languages
from pytest_misata.engine.checks.languages import Language
from pytest_misata.engine.checks.numbers import between, solved
from pytest_misata.engine.checks.sets import Texts
from pytest_misata.schema.sql.predicates import (
    OPERATORS,
    TURNED,
    Among,
    Call,
    Col,
    Compare,
    Const,
    IsJson,
    IsNull,
    Matches,
    Not,
    Predicate,
    Term,
)

Test = tuple[Texts, Callable[[Any], bool]]
"""Texts that pass, though perhaps not all that do; and what tells exactly whether one passes."""


def one_text(atom: Predicate) -> Test | None:
    """What an atom says of the texts of its column; None where it cannot be told."""
    match atom:
        case Compare(op, Const() as left, right) if not isinstance(right, Const):
            return one_text(Compare(TURNED[op], right, left))
        case Compare("=", Col(), Call() as changed) | Compare("=", Call() as changed, Col()):
            return _unchanged(changed.name)
        case Not(IsNull(Call("date", Col()))):
            return _unchanged("date")
        case Compare("=", Call("json type", Col()), Const(str(name))):
            return _json_of(name.lower())
        case Compare("=" | "<>" as op, Call("ends", Col(), size), Const(str(value))):
            return _ending(op, size, value)
        case Compare(op, Call("length" | "bytes" as what, of), Const(int(bound))):
            return _long(op, what, of, bound)
        case Among(Call("length" | "bytes" as what, of), values) if all(isinstance(value, int) for value in values):
            return _any_of([_long("=", what, of, value) for value in values])
        case Compare("=", term, Const(str(value))):
            return _listed(term, (value,))
        case Compare("<>", term, Const(str(value))):
            return _unlisted(term, (value,))
        case Among(term, values) if all(isinstance(value, str) for value in values):
            return _listed(term, values)
        case Not(Among(term, values)) if all(isinstance(value, str) for value in values):
            return _unlisted(term, values)
        case Matches() as matches:
            return _matching(matches)
        case Not(Matches() as matches):
            return _not_matching(matches)
        case IsJson(Col()):
            return Texts(words=("{}", "[]")), _is_json
    return None


def _unchanged(function: str) -> Test | None:
    """Texts that a function leaves as they are."""
    capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if function == "lower":
        return Texts(languages.without(capitals)), lambda text: text == text.lower()
    if function == "upper":
        return Texts(languages.without(capitals.lower())), lambda text: text == text.upper()
    if function == "date":
        return Texts(_DATES), _is_date
    if function == "trim":
        return Texts(_TRIMMED), lambda text: text == text.strip(" ")
    return None


def _json_of(name: str) -> Test | None:
    word = {"object": "{}", "array": "[]"}.get(name)
    if word is None:
        return None
    return Texts(words=(word,)), lambda text: _is_json(text) and isinstance(json.loads(text), type(json.loads(word)))


def _ending(op: str, size: int, value: str) -> Test:
    language = languages.found(("" if len(value) == size else "^") + _quoted(value) + "$")
    if op == "<>":
        folded = languages.found(_quoted(value) + "$", folded=True)
        return Texts(~folded), lambda text: text[-size:] != value
    return Texts(language), lambda text: text[-size:] == value


def _is_date(text: Any) -> bool:
    """Whether a text is a date as SQLite writes it."""
    try:
        return str(text) == dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return False


_DATES: Language = languages.found(
    "^20[012][0-9]-(02-(0[1-9]|1[0-9]|2[0-8])|(04|06|09|11)-(0[1-9]|[12][0-9]|30)|"
    "(01|03|05|07|08|10|12)-(0[1-9]|[12][0-9]|3[01]))$"
)
_TRIMMED: Language = languages.found("^$|^[^ ]$|^[^ ].*[^ ]$")


def _any_of(tests: Sequence[Test | None]) -> Test | None:
    """What passes one of some tests of languages."""
    known = [test for test in tests if test is not None]
    if len(known) < len(tests) or not known:
        return None
    language = reduce(lambda one, other: one | other, (texts.language for texts, _ in known))
    return Texts(language), lambda text: any(passes(text) for _, passes in known)


def _long(op: str, what: str, of: Term, bound: int) -> Test | None:
    change = _change(of)
    if change is None:
        return None
    spans = solved(1, -bound, op) & between(0, None)
    language = languages.NO_TEXT
    for low, high in spans.spans:
        language |= languages.sized(low or 0, high)
    if isinstance(of, Call) and of.name == "trim":
        language &= _TRIMMED

    def passes(text: Any) -> bool:
        changed = change(text)
        size = len(changed.encode()) if what == "bytes" and isinstance(changed, str) else len(changed)
        return bool(OPERATORS[op](size, bound))

    return Texts(language), passes


def _change(term: Term) -> Callable[[Any], Any] | None:
    """What a term makes of the column's text."""
    match term:
        case Col():
            return lambda text: text
        case Call("trim", Col()):
            return lambda text: text.strip(" ")
        case Call("lower", Col()):
            return lambda text: text.lower()
        case Call("upper", Col()):
            return lambda text: text.upper()
        case Call("starts", Col(), size):
            return lambda text: text[:size]
        case Call("starts" | "lower" | "upper" as name, Call("trim" | "lower" | "upper") as inner, size):
            within = _change(inner)
            outer = _change(Call(name, Col(""), size))
            return None if within is None or outer is None else lambda text: outer(within(text))
    return None


def _listed(term: Term, values: tuple[str, ...]) -> Test | None:
    change = _change(term)
    if change is None:
        return None
    match term:
        case Col():
            return Texts(words=values), lambda text: text in values
        case Call("starts", Col(), size):
            language = languages.NO_TEXT
            for value in values:
                language |= languages.found("^" + _quoted(value) + ("" if len(value) == size else "$"))
            return Texts(language), lambda text: change(text) in values
        case _:
            # The constants themselves are as good as any text that becomes one of them.
            return Texts(
                words=tuple(value for value in values if change(value) == value)
            ), lambda t: change(t) in values


def _unlisted(term: Term, values: tuple[str, ...]) -> Test | None:
    change = _change(term)
    if change is None:
        return None
    match term:
        case Call("starts", Col()):
            language = languages.EVERY_TEXT
            for value in values:
                language &= ~languages.found("^" + _quoted(value), folded=True)
        case Call("trim", Col()):
            language = ~languages.listed(values, folded=True) & _TRIMMED
        case _:
            language = ~languages.listed(values, folded=True)
    return Texts(language), lambda text: change(text) not in values


def _quoted(text: str) -> str:
    return "".join(mark if mark.isalnum() else f"[{mark}]" if mark not in "^\\" else f"\\{mark}" for mark in text)


def _matching(matches: Matches) -> Test | None:
    """Texts that are right whether or not the database looks at capitals, where that is left open."""
    tested = languages.found(matches.pattern, folded=matches.folded)
    match matches.term:
        case Col():
            strict = matches.folded and not matches.like
            language = tested if strict else languages.found(matches.pattern)
            return Texts(language), lambda text: text in tested
        case Call("lower" | "upper" as name, Col()) as call:
            change = _change(call)
            same = _unchanged(name)
            if change is None or same is None:
                return None
            return Texts(tested & same[0].language), lambda text: change(text) in tested
    return None


def _not_matching(matches: Matches) -> Test | None:
    change = _change(matches.term)
    if change is None:
        return None
    tested = languages.found(matches.pattern, folded=matches.folded)
    folded = languages.found(matches.pattern, folded=True)
    if not isinstance(matches.term, Col):
        return None
    return Texts(~folded), lambda text: change(text) not in tested


def _is_json(text: Any) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
