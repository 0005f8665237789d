"""What columns have to do with those of other tables: a total with its lines, a price with that of the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.meanings.registry import spelled
from pytest_misata.engine.meanings.rows import arithmetic
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import carried_by, is_one_to_one

_NUMBERS = frozenset({"integer", "numeric", "float"})


@dataclass(frozen=True, slots=True)
class Tie:
    """A column that is made from another table's."""

    table: TableConfig
    column: Column
    other: str
    """The table that it is made from."""
    made: Generator


def is_told_by_children(table: TableConfig) -> bool:
    """Whether columns of a table are made from the rows of its children."""
    kinds = {column.told.kind for column in table.columns.values() if column.told is not None}
    return not kinds.isdisjoint({"total", "count"})


def totals(schema: SchemaConfig) -> Iterator[Tie]:
    """What the lines of an order come to."""
    for lines in schema.tables.values():
        key = lines.owner
        if key is None or key.parent == lines.key or is_cut(key):
            continue
        table, amount = schema.table(key.parent), _amount(lines)
        column = None if amount is None else _first(table, "nets") or _first(table, "totals")
        if amount is None or column is None or not _holds(column, amount[0]):
            continue
        options: dict[str, object] = {"of": f"{lines.key}.{amount[0].name}"}
        if len(amount) > 1:
            options["times"] = amount[1].name
        if _named(column) not in _names("nets"):
            options |= _beside(table, column)
        _ask_for_one(key)
        yield Tie(table, column, lines.key, Generator("total", options))


def _amount(lines: TableConfig) -> tuple[Column, ...] | None:
    """What a line comes to: a column, or a price and a quantity to be multiplied; None for what is no line."""
    totals = toml_file("rows.toml")["totals"]
    known = _by_name(lines)
    quantity = next((known[name] for name in totals["quantities"] if name in known), None)
    price = next((known[name] for name in _listed("charged") if name in known), None)
    if _last_word(lines) not in _names("parts") and (quantity is None or price is None):
        return None
    amount = next((known[name] for name in _listed("amounts") if name in known), None)
    if amount is not None:
        return (amount,)
    return (price, quantity) if price is not None and quantity is not None and quantity.type.kind == "integer" else None


def _beside(table: TableConfig, column: Column) -> dict[str, list[str]]:
    """What a total has besides its lines."""
    totals, known = toml_file("rows.toml")["totals"], _by_name(table)
    plus = [known[name].name for name in totals["added"] if name in known and _holds(column, known[name])]
    return {"plus": plus} if plus else {}


def _ask_for_one(key: ForeignKey) -> None:
    """What has lines has one at least."""
    if key.per_parent is not None and key.per_parent >= 1:
        key.minimum = max(key.minimum, 1)


# ---- prices of what is referred to


def prices(schema: SchemaConfig) -> Iterator[Tie]:
    """The price of what a row refers to."""
    for table in schema.tables.values():
        for column in table.columns.values():
            if not _is_free(table, column) or not _names_a_price(column):
                continue
            found = [(key, price) for key in _keys(table) if (price := _price_of(schema, key, column)) is not None]
            if len(found) == 1 and _is_there(table, column, *found[0]):
                ((key, price),) = found
                yield Tie(table, column, key.parent, Generator("copy", {"of": f"{way_by(table, key)}.{price.name}"}))


def _names_a_price(column: Column) -> bool:
    name = _named(column)
    return name in _names("charged") or name.rpartition(" ")[2] in _names("taken_over")


def _price_of(schema: SchemaConfig, key: ForeignKey, column: Column) -> Column | None:
    name, parent = _named(column), schema.table(key.parent)
    known = {_named(other): other for other in reversed(parent.columns.values()) if other.type.kind in _NUMBERS}
    wanted = [name, *(_listed("listed") if name in _names("charged") else ())]
    price = next((known[each] for each in wanted if each in known), None)
    return price if price is not None and _holds(column, price) and not price.generated else None


def _is_there(table: TableConfig, column: Column, key: ForeignKey, price: Column) -> bool:
    """Whether the price is there wherever the column has to be."""
    return column.nullable or not (price.nullable or any(table.columns[name].nullable for name in key.columns))


# ---- payments


def payments(schema: SchemaConfig) -> Iterator[Tie]:
    """The payments for an order, which make up its total."""
    for table in schema.tables.values():
        key, often = table.owner, toml_file("rows.toml")["across"]["payments"].get(_last_word(table))
        if key is None or key.parent == table.key or is_cut(key) or often is None:
            continue
        column, total = _first(table, "paid"), _first(schema.table(key.parent), "totals", free=False)
        if column is None or total is None or not _holds(column, total) or not _is_there(table, column, key, total):
            continue
        if table.guessed and not is_one_to_one(table, key):
            key.per_parent, key.spread = exact(often), "even"
        yield Tie(table, column, key.parent, Generator("part", {"of": f"{way_by(table, key)}.{total.name}"}))


# ---- parts of what a parent has


def portions(schema: SchemaConfig) -> Iterator[Tie]:
    """What is a part of an amount of the parent: tickets that are sold, of the seats that a venue has."""
    for table in schema.tables.values():
        for column in table.columns.values():
            entry = _portion_named(column) if _is_free(table, column) else None
            if entry is None or arithmetic(table, column) is not None:
                continue
            for key in _keys(table):
                whole = _whole_of(schema.table(key.parent), entry)
                if whole is not None and _is_there(table, column, key, whole) and _holds(column, whole):
                    rates = {name: entry[name] for name in ("rates", "weights", "step") if name in entry}
                    of = f"{way_by(table, key)}.{whole.name}"
                    yield Tie(table, column, key.parent, Generator("share", {"of": of, **rates}))
                    break


def _whole_of(table: TableConfig, entry: Mapping[str, Any]) -> Column | None:
    return next((column for name, column in _by_name(table).items() if name in entry["of"]), None)


def _portion_named(column: Column) -> Mapping[str, Any] | None:
    entries: list[Mapping[str, Any]] = toml_file("rows.toml")["across"]["portions"]
    return next((entry for entry in entries if _named(column) in entry["names"]), None)


# ---- numbers of children


def counts(schema: SchemaConfig) -> Iterator[Tie]:
    """How many children a row has."""
    for table in schema.tables.values():
        for column in table.columns.values():
            counted = _counted(column) if column.type.kind == "integer" and _is_free(table, column) else None
            found = list(_children(schema, table, counted)) if counted else []
            if len(found) == 1:
                child, key = found[0]
                yield Tie(table, column, child.key, Generator("count", {"of": child.key, "by": way_by(child, key)}))


def _counted(column: Column) -> tuple[str, ...] | None:
    """The noun of which a column says the number."""
    words = spelled(words_of(column.name))
    if len(words) > 1 and words[-1] in _names("counts"):
        return words[:-1]
    if len(words) > 1 and words[0] in _names("counts"):
        return words[2:] if words[1] == "of" else words[1:]
    return None


def _children(
    schema: SchemaConfig, table: TableConfig, noun: tuple[str, ...]
) -> Iterator[tuple[TableConfig, ForeignKey]]:
    for child in schema.tables.values():
        if child is not table and spelled(words_of(child.name))[-len(noun) :] == noun:
            keys = [key for key in _keys(child) if key.parent == table.key]
            if len(keys) == 1:
                yield child, keys[0]


# ---- names and columns


@lru_cache(maxsize=64)
def _listed(name: str) -> tuple[str, ...]:
    return tuple(toml_file("rows.toml")["across"][name])


@lru_cache(maxsize=64)
def _names(name: str) -> frozenset[str]:
    return frozenset(_listed(name))


def _last_word(table: TableConfig) -> str:
    return " ".join(spelled(words_of(table.name))[-1:])


def _named(column: Column) -> str:
    """The words of a column's name, without those that say in what it is counted."""
    words = spelled(words_of(column.name))
    while len(words) > 1 and words[-1] in _names("units"):
        words = words[:-1]
    return " ".join(words)


def _by_name(table: TableConfig) -> dict[str, Column]:
    """The numbers of a table that can be read by others, by what they are called."""
    return {
        _named(column): column
        for column in reversed(table.columns.values())
        if column.type.kind in _NUMBERS and table.foreign_key(column.name) is None and not column.generated
    }


def _first(table: TableConfig, names: str, *, free: bool = True) -> Column | None:
    known = _by_name(table)
    found = (known[name] for name in _listed(names) if name in known)
    return next((column for column in found if not free or _is_free(table, column)), None)


def _is_free(table: TableConfig, column: Column) -> bool:
    """Whether nothing says how a number is to be made."""
    told = column.generator is not None or column.generated or column.opaque
    return column.type.kind in _NUMBERS and not told and carried_by(table, column) is None


def _holds(column: Column, other: Column) -> bool:
    """Whether a column can take over the values of another."""
    own, theirs = column.type, other.type
    scale, their_scale = (0 if type_.kind == "integer" else type_.scale for type_ in (own, theirs))
    if their_scale > scale:
        return False
    return own.kind == "float" or _digits(column) >= min(_digits(other), 6)


def _digits(column: Column) -> int:
    """How many digits before the point a column has room for."""
    type_ = column.type
    if type_.kind == "integer":
        return {8: 2, 16: 4, 32: 9}.get(type_.bits, 18)
    return type_.precision - type_.scale if type_.kind == "numeric" else 15


def _keys(table: TableConfig) -> list[ForeignKey]:
    """The keys through which a parent can be read."""
    keys = [key for key in table.foreign_keys if key.parent != table.key and not is_cut(key)]
    return [key for key in keys if any(table.foreign_key(name) is key for name in key.columns)]


def way_by(table: TableConfig, key: ForeignKey) -> str:
    """The column by which a key is named: one that it decides."""
    return next(name for name in key.columns if table.foreign_key(name) is key)
