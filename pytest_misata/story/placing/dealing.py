"""Moments of a table that are dealt out in exact shares, and what in its schema has to give way for that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.relations import birth_of
from pytest_misata.story.placing.histories import reach_back
from pytest_misata.story.placing.windows import birth_column, bound, moment_options, older, place_of

Stated = Mapping[tuple[str, str], frozenset[str]]
"""The values of columns whose shares a story states."""

_TIED = ("during", "minimum_days", "within_days", "until_next", "monthly")
"""Options of a moment whose place in life a calendar cannot decide."""
_DROPPED = frozenset({"after", "before", "follows", "sequence", "last_days", "by"})


@dataclass(frozen=True, slots=True)
class _Other:
    """A moment that a column comes after or before; `key` is that by which rows belong to it, if one does."""

    table: TableConfig
    column: str
    key: ForeignKey | None


def deal(schema: SchemaConfig, table: TableConfig, column: str, stated: Stated, start: dt.date) -> bool:
    """Deal out the moments of a column by its calendar; False where its place in life does not let it.

    Its parents then come before the first of their children, or before the first day, and end after the last; states
    that only recent rows are in give way, but for those whose shares are stated. `start` is the first day of the data.
    """
    options = _filling(moment_options(table, column))
    earlier = list(_earlier(schema, table, column, options))
    ends = list(_named(schema, table, options.get("before", ())))
    tied = any(options.get(name) for name in _TIED) or any(_is_next(table, name) for name in table.columns)
    tied = tied or _is_due(table, column)
    if tied or not all(_may_trail(schema, end) for end in ends):
        return False
    if any(moment_options(one.table, one.column).get("exact") for one in earlier):
        return False
    first = max(start, dt.date.fromisoformat(options.get("since", str(start))))
    for one in [_Other(table, column, None), *earlier]:
        _settle(one.table, one.column, stated)
    kept = {name: value for name, value in options.items() if name not in _DROPPED}
    if earlier:
        kept["since"] = str(first)
        make_room(schema, first)
    table.columns[column].generator = Generator("moment", {**kept, "exact": True, "since_born": False})
    for one in earlier:
        if not _lead(schema, one, f"{table.key}.{column}"):
            _come_before(schema, one, first)
    for one in ends:
        _trail(schema, one, f"{table.key}.{column}")
    return True


def _is_next(table: TableConfig, column: str) -> bool:
    return bool(moment_options(table, column).get("until_next"))


def _is_due(table: TableConfig, column: str) -> bool:
    """Whether some rows leave room for what is due at a fixed distance, which no calendar can take from them."""
    cases = moment_options(table, column).get("cases", ())
    fixed = (other.generator for other in table.columns.values() if other.generator is not None)
    return any("room_days" in case for case in cases) and any(
        made.kind == "shift" and made.options.get("of") == column for made in fixed
    )


def _come_before(schema: SchemaConfig, one: _Other, first: dt.date) -> None:
    for table, name in [(one.table, one.column), *older(schema, one.table, one.column)]:
        bound(table, name, None, first)
        _shift(table.columns[name], (first - schema.reference_date).days)


def _shift(column: Column, days: int) -> None:
    """Have a date that is so many days off today lie before the day that is `days` off."""
    made = column.generator
    if made is None or made.kind != "later" or "of" in made.options:
        return
    low, high = (int(made.options.get(name, usual)) for name, usual in (("low", 7), ("high", 90)))
    off = max(0, high - days + 1)
    column.generator = Generator("later", {**made.options, "low": low - off, "high": high - off})


def _add(one: _Other, option: str, path: str) -> None:
    options = moment_options(one.table, one.column)
    made = {**options, option: [*options.get(option, ()), path]}
    one.table.columns[one.column].generator = Generator("moment", made)


def _may_trail(schema: SchemaConfig, one: _Other) -> bool:
    """Whether a moment that children come before can be put after the last of them, and so what comes after it."""
    options = moment_options(one.table, one.column)
    if one.key is None or not _is_moment(one.table, one.column):
        return False
    if any(options.get(name) for name in ("within_days", "until_next")):
        return False
    return all(_may_trail(schema, end) for end in _named(schema, one.table, options.get("before", ())))


def _trail(schema: SchemaConfig, one: _Other, path: str) -> None:
    _add(one, "trails", path)
    for end in _named(schema, one.table, moment_options(one.table, one.column).get("before", ())):
        _trail(schema, end, f"{one.table.key}.{path}")


def _is_shared(child: TableConfig, key: ForeignKey) -> bool:
    """Whether a unique key has a say in which parent a row has: then the children of a parent cannot be told."""
    return any(name in unique for unique in child.uniques for name in key.columns)


def _earlier(schema: SchemaConfig, table: TableConfig, column: str, options: Mapping[str, Any]) -> Iterator[_Other]:
    """The moments of parents that a column comes after."""
    yield from _named(schema, table, [*options.get("after", ()), *options.get("follows", ())])
    for key in table.foreign_keys if not options.get("after") else ():
        parent = schema.tables[key.parent]
        born = birth_of(parent)
        if born and parent.key != table.key and not key.deferred:
            yield _Other(parent, born, key if key.owner else None)


def _named(schema: SchemaConfig, table: TableConfig, names: Iterable[str]) -> Iterator[_Other]:
    """The moments that options name; those of the row itself belong to nothing."""
    for name in names:
        key = table.foreign_key(name.partition(".")[0]) if "." in name else None
        for other, found in place_of(schema, table, name):
            direct = key is not None and key.owner and name.count(".") == 1
            yield _Other(other, found, key if direct else None)


def _lead(schema: SchemaConfig, one: _Other, path: str) -> bool:
    """Have a parent come before the first of its children, and its own parents before them; False where it can not."""
    options = moment_options(one.table, one.column)
    child = schema.tables[path.partition(".")[0]]
    if one.key is None or not _is_moment(one.table, one.column) or _is_shared(child, one.key):
        return False
    if options.get("sequence") or birth_column(one.table) != one.column:
        return False
    above = list(_earlier(schema, one.table, one.column, options))
    if any(not _lead(schema, other, f"{one.table.key}.{path}") for other in above):
        return False
    _add(one, "leads", path)
    return True


def _is_moment(table: TableConfig, column: str) -> bool:
    made = table.columns[column].generator or generator_for(table, table.columns[column])
    return made.kind == "moment"


def _filling(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a moment that leaves no room at the end for what follows some of its rows."""
    cases = [case for case in options.get("cases", ()) if not set(case) <= {"when", "room_days"}]
    kept = {name: value for name, value in options.items() if name not in {"cases", "room_days"}}
    return {**kept, "cases": cases} if cases else kept


def make_room(schema: SchemaConfig, first: dt.date) -> None:
    """Let the data begin a year before the first day, for what has to be there by then."""
    start = schema.reference_date - dt.timedelta(days=schema.history_days)
    reach_back(schema, (schema.reference_date - min(start, first - dt.timedelta(days=365))).days)


def _settle(table: TableConfig, column: str, stated: Stated) -> None:
    """Have the states that only recent rows are in give way to the usual one in rows that are not."""
    options = _filling(moment_options(table, column))
    recent, state = options.get("last_days"), table.columns.get(str(options.get("by")))
    if not isinstance(recent, Mapping) or state is None:
        return
    made = state.generator or generator_for(table, state)
    shares = stated.get((table.key, state.name), frozenset())
    usual = _usual(made, {*recent, *shares})
    tied = any(state.name in case["when"] for case in options.get("cases", ()))
    if usual is None or shares & set(recent) or tied:
        # A state that the moment follows from in other rows cannot follow from the moment.
        return
    kept = {name: value for name, value in made.options.items() if name in {"when", "null_rate", "exact_nulls"}}
    inner = {name: value for name, value in made.options.items() if name not in kept}
    settled = {"of": made.kind, "options": inner, "by": column, "last_days": dict(recent), "settled": usual}
    state.generator = Generator("settled", {**settled, **kept})
    dropped = {name: value for name, value in options.items() if name not in {"last_days", "by"}}
    table.columns[column].generator = Generator("moment", dropped)


def _usual(made: Generator, others: set[str]) -> Any:
    """The likeliest value that rows of any age have, and of which no share is stated."""
    values, weights = made.options.get("values"), made.options.get("weights")
    if made.kind != "choice" or not values:
        return None
    each = [Fraction(str(weight)) for weight in weights or [1] * len(values)]
    closed = [(weight, value) for weight, value in zip(each, values, strict=True) if value not in others]
    return max(closed, key=lambda pair: pair[0])[1] if closed else None
