"""What else rows are told by other tables: counters that rise, keys that begin with a parent's, states of payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from pytest_misata.engine.meaning import taken_for
from pytest_misata.engine.meanings.across import Tie, way_by
from pytest_misata.engine.meanings.bounds import ends_of
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.ranges import greatest
from pytest_misata.engine.meanings.registry import spelled
from pytest_misata.engine.meanings.rows import age, is_tied, spelled_name
from pytest_misata.engine.meanings.stages import MOMENTS
from pytest_misata.engine.meanings.states import is_called_off, is_paid_for, status_values
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import carried_by, is_one_to_one

_NUMBERS = frozenset({"integer", "numeric", "float"})
_TEXTS = frozenset({"string", "text"})
_ROOM_FOR_NUMBER = 7
"""Characters of a separator and a row's number."""
_LONGEST_KEY = 20


def counters(schema: SchemaConfig) -> Iterator[Tie]:
    """What a meter shows, read at a moment of the row: it never falls."""
    for table in schema.tables.values():
        moment = _moment(table)
        for column in table.columns.values() if moment is not None else ():
            found = next(_counted(schema, table, column), None)
            if found is None or moment is None:
                continue
            (entry, key), by = found, way_by(table, found[1])
            born = None if entry.get("older") else schema.table(key.parent).born
            since = {} if born is None else {"since": f"{by}.{born}"}
            options = {"of": moment, "by": by, "per_day": _pace(column, entry), **since}
            yield Tie(table, column, key.parent, Generator("counter", options))


def _moment(table: TableConfig) -> str | None:
    """The moment of which a row tells."""
    if table.born is not None and table.columns[table.born].type.kind in MOMENTS:
        return table.born
    moments = [column for column in table.columns.values() if column.type.kind in MOMENTS and not column.nullable]
    return moments[0].name if len(moments) == 1 else None


def _counted(
    schema: SchemaConfig, table: TableConfig, column: Column
) -> Iterator[tuple[Mapping[str, Any], ForeignKey]]:
    """The sorts of counter whose state a column has, with the keys to them; none where the row has two states."""
    if column.type.kind not in _NUMBERS or not _is_free(table, column):
        return
    for entry in toml_file("rows.toml")["counters"]:
        found = [other for other in table.columns.values() if _core(other) in entry["names"]]
        for key in _keys(table) if len(found) == 1 and found[0] is column else ():
            if not {*nouns_of(schema.table(key.parent).name)}.isdisjoint(entry["tables"]):
                yield entry, key


def _core(column: Column) -> str:
    """The name of a column without the unit it is counted in."""
    units: Mapping[str, str] = toml_file("rows.toml")["counter_units"]
    words = spelled(words_of(column.name))
    while len(words) > 1 and words[-1] in units:
        words = words[:-1]
    return " ".join(words)


def _pace(column: Column, entry: Mapping[str, Any]) -> str:
    """How much is counted in a day: by the unit, or by the sort of counter."""
    units: Mapping[str, str] = {} if entry.get("pace") else toml_file("rows.toml")["counter_units"]
    return next((units[word] for word in reversed(words_of(column.name)) if word in units), str(entry["per_day"]))


def keyed_numbers(schema: SchemaConfig) -> Iterator[Tie]:
    """The keys of issues, which begin with that of their project."""
    known: Mapping[str, list[str]] = toml_file("rows.toml")["keyed"]
    for table in schema.tables.values():
        if {*nouns_of(table.name)}.isdisjoint(known["tables"]):
            continue
        for column in table.columns.values():
            if column.type.kind not in _TEXTS or spelled_name(column.name) not in known["names"]:
                continue
            for key in _keys(table) if _has_no_making(table, column) else ():
                head = _head(schema.table(key.parent), known, column)
                if head is not None and not any(table.columns[name].nullable for name in key.columns):
                    of = f"{way_by(table, key)}.{head.name}"
                    yield Tie(table, column, key.parent, Generator("keyed_number", {"of": of}))
                    break


def _head(parent: TableConfig, known: Mapping[str, list[str]], column: Column) -> Column | None:
    """The short name of a parent that keys begin with, if there is room for it."""
    if {*nouns_of(parent.name)}.isdisjoint(known["parents"]):
        return None
    for other in parent.columns.values():
        length = other.type.length or _LONGEST_KEY
        fits = column.type.length is None or length + _ROOM_FOR_NUMBER <= column.type.length
        if spelled_name(other.name) in known["heads"] and other.type.kind in _TEXTS and not other.nullable and fits:
            return other
    return None


def states_of_payment(schema: SchemaConfig) -> Iterator[Tie]:
    """The status of what is paid for: by whether there is a payment."""
    known: Mapping[str, Any] = toml_file("rows.toml")["paid"]
    for payments in schema.tables.values():
        key = payments.owner
        parent = None if key is None or key.parent == payments.key else schema.table(key.parent)
        if key is None or parent is None or not _is_payment(payments, key, parent, known):
            continue
        for column in parent.columns.values():
            made = _state(parent, column) if spelled_name(column.name) in known["states"] else None
            if made is not None:
                key.per_parent, key.minimum, key.spread = Fraction(known["share"]), 0, "even"
                options = {"of": payments.key, **made}
                yield Tie(parent, column, payments.key, _in_time(parent, column, options))
                break


def _in_time(parent: TableConfig, column: Column, options: dict[str, Any]) -> Generator:
    """The states by payment, of which those of what is still to come are only for rows of late, as they usually are."""
    usual = taken_for(parent, column).generator
    if usual.kind != "settled":
        return Generator("state_by_children", options)
    unpaid, recent = options["without"], usual.options["last_days"]
    off = next((value for value in unpaid if is_called_off(value)), None)
    last_days = {value: days for value, days in recent.items() if off is not None or value not in unpaid}
    instead = {value: off if value in unpaid else usual.options["settled"] for value in last_days}
    known = {"of": "state_by_children", "options": options, "last_days": last_days, "settled": instead}
    return Generator("settled", {**usual.options, **known})


def _is_payment(payments: TableConfig, key: ForeignKey, parent: TableConfig, known: Mapping[str, Any]) -> bool:
    own = " ".join(spelled(words_of(payments.name))[-1:])
    nullable = any(payments.columns[name].nullable for name in key.columns)
    guessed = payments.guessed and not is_one_to_one(payments, key) and not is_cut(key) and not nullable
    return guessed and own in known["payments"] and not {*nouns_of(parent.name)}.isdisjoint(known["tables"])


def _state(parent: TableConfig, column: Column) -> dict[str, Any] | None:
    """The statuses of a column, their weights, and those of what has not been paid for."""
    if column.type.kind not in {*_TEXTS, "enum"} or not _has_no_making(parent, column):
        return None
    if carried_by(parent, column) is not None:
        return None
    values, usual = status_values(parent, column), taken_for(parent, column).generator
    usual = Generator("choice", usual.options["options"]) if usual.kind == "settled" else usual
    unpaid = [value for value in values if not is_paid_for(value)]
    if not unpaid or len(unpaid) == len(values) or usual.kind != "choice" or [*usual.options["values"]] != [*values]:
        return None
    weights = usual.options.get("weights")
    return {"values": list(values), "without": unpaid, **({"weights": list(weights)} if weights else {})}


def _keys(table: TableConfig) -> Iterator[ForeignKey]:
    for key in table.foreign_keys:
        if key.parent != table.key and not is_cut(key) and any(table.foreign_key(name) is key for name in key.columns):
            yield key


def _is_free(table: TableConfig, column: Column) -> bool:
    return _has_no_making(table, column) and not is_tied(table, column) and carried_by(table, column) is None


def _has_no_making(table: TableConfig, column: Column) -> bool:
    """Whether nothing says how a column is made."""
    told = column.generator is not None or column.generated or column.opaque or column.told is not None
    return not told and table.foreign_key(column.name) is None


def within_ends(schema: SchemaConfig) -> Iterator[Tie]:
    """What lies between the least and the greatest that its parent has: the salary of somebody in a job."""
    for table in schema.tables.values():
        for column in table.columns.values():
            if not _is_free(table, column) or ends_of(table, column) is not None or _is_an_age(table, column):
                continue
            for key in _keys(table):
                ends = ends_of(schema.table(key.parent), column)
                if ends is not None and _are_there(table, column, key, ends):
                    low, high = (f"{way_by(table, key)}.{end.name}" for end in ends)
                    yield Tie(table, column, key.parent, Generator("between", {"low": low, "high": high}))
                    break


def _is_an_age(table: TableConfig, column: Column) -> bool:
    """Whether a number is an age that follows from a date of birth."""
    return age(table, column) is not None and spelled_name(column.name).endswith("age")


def _are_there(table: TableConfig, column: Column, key: ForeignKey, ends: tuple[Column, Column]) -> bool:
    """Whether both ends are there wherever the column has to be, and it has room for what lies between them."""
    may_be_empty = any(end.nullable for end in ends) or any(table.columns[name].nullable for name in key.columns)
    room = min(greatest(ends[1].type), Fraction(10**6))
    return greatest(column.type) >= room and (column.nullable or not may_be_empty)


FINDERS = (counters, keyed_numbers, within_ends)
