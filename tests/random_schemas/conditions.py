"""CHECK conditions that a known row meets, so that no set of them is impossible.

Every condition is drawn first and then put to SQLite with the values of that row: one that comes out false is negated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

_DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
_DAY = date(2025, 3, 1)

NUMBERS = frozenset({"integer", "small", "big", "numeric", "float"})
TEXTS = frozenset({"string", "text"})
DAYS = frozenset({"date", "datetime"})
COMPARED = ("<", "<=", ">", ">=", "<>")


@dataclass(frozen=True)
class Witness:
    """A column in the row that meets all conditions: its kind and its value there."""

    kind: str
    value: Any
    nullable: bool = False
    options: Sequence[str] = ()
    """The values of an enumeration."""


Row = Mapping[str, Witness]


def met(condition: str, row: Row) -> bool:
    """Whether SQLite lets the row pass."""
    names = ", ".join(f'? AS "{name}"' for name in row)
    query = f"SELECT coalesce(({condition}), 1) FROM (SELECT {names})"
    return bool(_DATABASE.execute(query, [witness.value for witness in row.values()]).fetchone()[0])


def quoted(name: str) -> str:
    """The name as every database takes it."""
    return f'"{name}"'


@st.composite
def conditions(draw: st.DrawFn, row: Row, least: int = 0) -> list[str]:
    """Up to three conditions, or as many as are asked for, that the row meets."""
    usable = {name: witness for name, witness in row.items() if witness.kind in _ATOMS}
    if not usable:
        return []
    return [draw(condition(usable)) for _ in range(draw(st.integers(least, max(least, 3))))]


@st.composite
def condition(draw: st.DrawFn, row: Row) -> str:
    """A condition that the row meets."""
    text = draw(_parts(row))
    return text if met(text, row) else f"NOT ({text})"


@st.composite
def _parts(draw: st.DrawFn, row: Row) -> str:
    shape = draw(st.sampled_from(("one", "one", "one", "and", "or", "or not", "case", "nulls")))
    first = draw(_atom(row))
    if shape == "one":
        return first
    second = draw(_atom(row))
    if shape == "case":
        third = draw(_atom(row))
        return f"CASE WHEN {first} THEN {second} ELSE {third} END"
    if shape == "nulls":
        return draw(_null_ness(row))
    return {"and": f"({first}) AND ({second})", "or": f"({first}) OR ({second})"}.get(
        shape, f"NOT ({first}) OR ({second})"
    )


@st.composite
def _null_ness(draw: st.DrawFn, row: Row) -> str:
    names = sorted(name for name, witness in row.items() if witness.nullable)
    if len(names) < 2:
        return draw(_atom(row))
    left, right = draw(st.permutations(names))[:2]
    return draw(
        st.sampled_from(
            (
                f"({quoted(left)} IS NULL) = ({quoted(right)} IS NULL)",
                f"({quoted(left)} IS NULL) <> ({quoted(right)} IS NULL)",
                f"{quoted(left)} IS NOT NULL OR {quoted(right)} IS NOT NULL",
                f"{quoted(left)} IS NULL OR {quoted(right)} IS NULL",
                f"CASE WHEN {quoted(left)} IS NULL THEN 0 ELSE 1 END"
                f" + CASE WHEN {quoted(right)} IS NULL THEN 0 ELSE 1 END = 1",
            )
        )
    )


@st.composite
def _atom(draw: st.DrawFn, row: Row) -> str:
    name = draw(st.sampled_from(sorted(row)))
    witness = row[name]
    if witness.nullable and draw(st.integers(0, 4)) == 4:
        return f"{quoted(name)} IS {draw(st.sampled_from(('NULL', 'NOT NULL')))}"
    return str(draw(_ATOMS[witness.kind](name, row)))


@st.composite
def _number(draw: st.DrawFn, name: str, row: Row) -> str:
    column, value = quoted(name), int(row[name].value or 0)
    others = sorted(other for other in row if other != name and row[other].kind in NUMBERS)
    whole = row[name].kind in {"integer", "small", "big"}
    bound = value + draw(st.integers(-20, 20))
    shapes = [
        "compare",
        "compare",
        "between",
        "in",
        "not in",
        "abs",
        "coalesce",
        *(["step", "rest", "half"] if whole else []),
    ]
    shapes += ["other", "other", "plus", "sum", "times"] if others else []
    shape = draw(st.sampled_from(shapes))
    op = draw(st.sampled_from(COMPARED))
    if shape in {"other", "plus", "sum", "times"}:
        other = quoted(draw(st.sampled_from(others)))
        left = {
            "other": column,
            "plus": f"{column} + {abs(bound)}",
            "sum": f"{column} + {other}",
            "times": f"{column} * 2",
        }
        return f"{left[shape]} {op} {bound if shape == 'sum' else other}"
    if shape == "between":
        return f"{column} BETWEEN {bound} AND {bound + draw(st.integers(0, 40))}"
    if shape in {"in", "not in"}:
        values = sorted({value, bound, bound + draw(st.integers(0, 9))})
        return f"{column} {shape.upper()} ({', '.join(map(str, values))})"
    if shape == "step":
        step = draw(st.integers(2, 7))
        return f"{column} % {step} = {abs(value) % step}"
    if shape == "rest":
        return f"{column} % {draw(st.integers(2, 7))} {op} {draw(st.integers(0, 3))}"
    if shape == "half":
        return f"{column} / {draw(st.integers(2, 5))} {op} {bound}"
    if shape == "abs":
        return f"abs({column}) <= {abs(value) + draw(st.integers(0, 30))}"
    if shape == "coalesce":
        return f"coalesce({column}, 0) {op} {bound}"
    return f"{column} {op} {bound}"


@st.composite
def _text(draw: st.DrawFn, name: str, row: Row) -> str:
    column, value = quoted(name), str(row[name].value or "a")
    others = sorted(other for other in row if other != name and row[other].kind in TEXTS)
    words = sorted({value, *draw(st.lists(st.text("abc", min_size=1, max_size=len(value)), max_size=3))})
    size = len(value) + draw(st.integers(-1, 1))
    listed = ", ".join(f"'{word}'" for word in words)
    shapes = [
        f"{column} IN ({listed})",
        f"{column} NOT IN ({listed})",
        f"{column} <> ''",
        f"{column} = '{words[0]}'",
        f"length({column}) {draw(st.sampled_from(('<=', '>=', '=', '>')))} {max(size, 0)}",
        f"{column} LIKE '{value[0]}%'",
        f"{column} NOT LIKE '%{draw(st.sampled_from('xyz'))}%'",
        f"lower({column}) = {column}",
        f"length(trim({column})) > 0",
    ]
    if others:
        other = quoted(draw(st.sampled_from(others)))
        shapes += [f"{column} <> {other}", f"{column} = {other}"]
    return draw(st.sampled_from(shapes))


@st.composite
def _day(draw: st.DrawFn, name: str, row: Row) -> str:
    column = quoted(name)
    others = sorted(other for other in row if other != name and row[other].kind == row[name].kind)
    day = _DAY + timedelta(days=draw(st.integers(-400, 400)))
    shapes = [f"{column} {draw(st.sampled_from(('<', '>=')))} '{day}'"]
    shapes.append(f"{column} BETWEEN '{day}' AND '{day + timedelta(days=200)}'")
    if others:
        shapes += [f"{column} {op} {quoted(draw(st.sampled_from(others)))}" for op in ("<", "<=", ">", ">=")]
    return draw(st.sampled_from(shapes))


@st.composite
def _flag(draw: st.DrawFn, name: str, _row: Row) -> str:
    return draw(st.sampled_from((quoted(name), f"NOT {quoted(name)}", f"{quoted(name)} IS TRUE")))


@st.composite
def _option(draw: st.DrawFn, name: str, row: Row) -> str:
    column, options = quoted(name), sorted(row[name].options)
    some = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True))
    listed = ", ".join(f"'{option}'" for option in some)
    return draw(st.sampled_from((f"{column} = '{some[0]}'", f"{column} <> '{some[0]}'", f"{column} IN ({listed})")))


@st.composite
def _reference(draw: st.DrawFn, name: str, row: Row) -> str:
    negation = draw(st.sampled_from(("", "NOT "))) if row[name].nullable else "NOT "
    return f"{quoted(name)} IS {negation}NULL"


_ATOMS: dict[str, Any] = {
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(DAYS, _day),
    "boolean": _flag,
    "enum": _option,
    "reference": _reference,
}
