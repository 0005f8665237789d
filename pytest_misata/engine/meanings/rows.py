"""What the columns of a row have to do with each other: which of them one may be read from, whose name it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, singular, words_of
from pytest_misata.engine.meanings.naming import NAMING
from pytest_misata.engine.meanings.registry import find, spelled
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.uniqueness import names_in

Words = tuple[str, ...]

_NUMBERS = frozenset({"integer", "numeric", "float"})
_ROOM = 10_000
"""A column must hold so much to take a product of a price and a quantity."""


@lru_cache(maxsize=32)
def _listed(*lists: str) -> tuple[str, ...]:
    """The names of amounts of some sorts, in the order of the data file."""
    totals = toml_file("rows.toml")["totals"]
    return tuple(name for each in lists for name in totals[each])


@lru_cache(maxsize=32)
def _names(*lists: str) -> frozenset[str]:
    return frozenset(_listed(*lists))


@lru_cache(maxsize=1)
def _same_words() -> frozenset[str]:
    return frozenset(toml_file("rows.toml")["roles"]["same"])


def is_tied(table: TableConfig, column: Column) -> bool:
    """Whether a CHECK is about this column together with others: then the check says how they go together."""
    for check in table.checks:
        names = names_in(check.sql)
        if column.name.lower() in names and any(o.lower() in names for o in table.columns if o != column.name):
            return True
    return False


def readable(table: TableConfig, column: Column) -> Iterator[Column]:
    """The other columns of the table that this one may be made from."""
    for other in table.columns.values():
        keyed = table.foreign_key(other.name) is not None
        if other is column or other.name == column.name or other.generated or keyed:
            continue
        if other.generator is None or column.name not in str(other.generator.options):
            yield other


def has_place(table: TableConfig) -> bool:
    """Whether rows have an address."""
    places = frozenset(toml_file("rows.toml")["roles"]["places"])
    return any(not places.isdisjoint(words_of(name)) for name in table.columns)


def spelled_name(name: str) -> str:
    """A name as words in the singular, apart by spaces."""
    return " ".join(spelled(words_of(name)))


def slug_source(table: TableConfig, column: Column) -> Column | None:
    """The title or name that a slug is made from."""
    texts = [
        other for other in readable(table, column) if other.type.kind in {"string", "text"} and not other.type.values
    ]
    by_name = {spelled_name(other.name): other for other in reversed(texts)}
    whole = words_of(column.name)[:-1]
    for word in ("title", "name", "headline", "label", "subject"):
        for name in (" ".join([*whole, word]), word):
            if name in by_name:
                return by_name[name]
    return None


def slugs_of(table: TableConfig, column: Column) -> Iterator[Column]:
    """The slugs that are made from a column."""
    if not NAMING & set(spelled(words_of(column.name))):
        return
    for other in table.columns.values():
        if other.generator is None and "slug" in words_of(other.name) and other.type.kind in {"string", "text"}:
            source = slug_source(table, other)
            if source is not None and source.name == column.name:
                yield other


def age(table: TableConfig, column: Column) -> Generator | None:
    """An age that follows from the date of birth of the row."""
    if is_tied(table, column):
        return None
    for other in readable(table, column):
        if is_birth(other) and (column.nullable or not other.nullable):
            return Generator("age", {"of": other.name})
    return None


def is_birth(column: Column) -> bool:
    """Whether a date is somebody's date of birth."""
    found = find(column.type.kind, words_of(column.name), ())
    return found is not None and found.meaning.generator.kind == "birth_date"


def opinion(table: TableConfig, column: Column, usual: Generator, meaning: str) -> Generator | None:
    """A review that agrees with the rating of the row."""
    known = toml_file("rows.toml")["opinions"]
    if meaning not in known["texts"] or usual.kind != "prose" or is_tied(table, column):
        return None
    nouns, how = nouns_of(table.name), {name: value for name, value in usual.options.items() if name != "of"}
    for other in readable(table, column):
        found = find(other.type.kind, words_of(other.name), nouns) if other.type.kind in _NUMBERS else None
        if found is not None and found.meaning.name in known["ratings"]:
            return Generator("opinion", {"rating": other.name, **how})
    return None


def arithmetic(table: TableConfig, column: Column) -> Generator | None:
    """A total that follows from the price and quantity of the row, or from its parts."""
    name = spelled_name(column.name)
    if column.type.kind == "boolean":
        return _majority(table, column, name)
    part = None if column.type.kind not in _NUMBERS or is_tied(table, column) else _portions().get(name)
    if part is not None and not part.get("otherwise"):
        return _portion(table, column, part)
    formula = None if column.type.kind not in _NUMBERS or is_tied(table, column) else _formula(table, column, name)
    if formula is not None:
        return formula
    if column.type.kind not in _NUMBERS or name not in _names(*_MADE) or is_tied(table, column):
        return None
    numbers = {spelled_name(other.name): other for other in readable(table, column) if _is_there(other, column)}
    exact = {each: other for each, other in numbers.items() if _adds_up(other, column)}
    for lists, make in _MADE.items():
        # A product is rounded: 2.5 hours have a price in cents, too.
        made = make(name, column, numbers if make is _product else exact) if name in _names(lists) else None
        if made is not None:
            return made
    return None if part is None else _portion(table, column, part)


def _majority(table: TableConfig, column: Column, name: str) -> Generator | None:
    """Whether more are for it than against it, where the row tells how many are."""
    entry = toml_file("rows.toml")["majorities"]
    if name not in entry["names"] or is_tied(table, column):
        return None
    known = {
        spelled_name(o.name): o for o in readable(table, column) if o.type.kind == "integer" and _is_there(o, column)
    }
    sides = _first_of(entry["of"], known)
    if sides is None:
        return None
    return Generator("comparison", {"of": [side.name for side in sides], "values": [False, False, True]})


def _formula(table: TableConfig, column: Column, name: str) -> Generator | None:
    """What follows from certain columns of the row, by `[[formulas]]`: the first whose columns are all there."""
    for entry in toml_file("rows.toml")["formulas"]:
        if name not in _spelled(tuple(entry["names"])):
            continue
        known = {spelled_name(other.name): other for other in readable(table, column) if _is_there(other, column)}
        parts = {part: _first_of(entry.get(part, ()), known) for part in ("of", "less")}
        if all(found is not None for found in parts.values()) and (
            entry["kind"] != "sum" or _all_add_up(parts, column)
        ):
            options = {part: [each.name for each in found or ()] for part, found in parts.items()}
            return Generator(entry["kind"], {part: names for part, names in options.items() if names})
    return None


def _first_of(names: Sequence[Sequence[str]], known: Mapping[str, Column]) -> list[Column] | None:
    """For each of some amounts the column that has it, by any of its names; None where one has none."""
    found = [next((known[name] for name in _spelled(tuple(each)) if name in known), None) for each in names]
    return None if None in found else [column for column in found if column is not None]


@lru_cache(maxsize=512)
def _spelled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as they are listed, and as those of columns are spelled: `m3` is two words there."""
    return tuple(dict.fromkeys(each for name in names for each in (name, " ".join(words_of(name)))))


def _all_add_up(parts: Mapping[str, list[Column] | None], column: Column) -> bool:
    return all(_adds_up(each, column) for found in parts.values() for each in found or ())


@lru_cache(maxsize=1)
def _portions() -> Mapping[str, Mapping[str, Any]]:
    """What is a part of another amount, by its name."""
    return {name: entry for entry in toml_file("rows.toml")["portions"] for name in entry["names"]}


def _portion(table: TableConfig, column: Column, entry: Mapping[str, Any]) -> Generator | None:
    """A part of another amount of the row, or something near to it."""
    for other in readable(table, column):
        if spelled_name(other.name) in entry["of"] and _is_there(other, column) and other.type.kind in _NUMBERS:
            return Generator("share", {"of": other.name, "rates": entry["rates"], "weights": entry["weights"]})
    return None


def last_digits(table: TableConfig, column: Column, meaning: str) -> Generator | None:
    """The last digits of the card whose number the row has."""
    if meaning != "card_last_digits" or column.type.kind not in {"string", "text"} or is_tied(table, column):
        return None
    for other in readable(table, column):
        found = find("text", words_of(other.name), ()) if other.type.kind in {"string", "text"} else None
        if found is not None and found.meaning.name == "credit_card" and (column.nullable or not other.nullable):
            return Generator("last", {"of": other.name, "length": 4})
    return None


def _sum(name: str, column: Column, others: Mapping[str, Column]) -> Generator | None:
    """A net amount with what is added to it, and without what is taken away."""
    net = next((others[part] for part in _listed("net") if part in others and part != name), None)
    added = [others[part].name for part in _listed("added") if part in others]
    less = [others[part].name for part in _listed("less") if part in others and _holds(others[part])]
    if net is None or not (added or less) or not _holds(column):
        return None
    return Generator("sum", {"of": [net.name, *added], **({"less": less} if less else {})})


def _tax(_name: str, _column: Column, others: Mapping[str, Column]) -> Generator | None:
    net = next((others[part] for part in _listed("net") if part in others), None)
    rate = toml_file("rows.toml")["totals"]["tax_rate"]
    return Generator("share", {"of": net.name, "rate": rate}) if net is not None else None


def _discount(_name: str, column: Column, others: Mapping[str, Column]) -> Generator | None:
    """A share of the net amount, where the column has room for one: a narrow one is a percentage."""
    net = next((others[part] for part in _listed("net") if part in others), None)
    discounts = toml_file("rows.toml")["totals"]["discounts"]
    return Generator("share", {"of": net.name, **discounts}) if net is not None and _holds(column) else None


def _product(_name: str, column: Column, others: Mapping[str, Column]) -> Generator | None:
    quantity = next((others[word] for word in _listed("quantities") if word in others), None)
    price = next((others[word] for word in _listed("prices") if word in others), None)
    if quantity is None or price is None or not _holds(column):
        return None
    return Generator("product", {"of": [quantity.name, price.name]})


_MADE = {"sums": _sum, "taxes": _tax, "less": _discount, "products": _product}
"""What makes amounts of each list of names."""


def _is_there(other: Column, column: Column) -> bool:
    """Whether a column has a number wherever the total has to be."""
    return other.type.kind in _NUMBERS and (column.nullable or not other.nullable)


def _adds_up(other: Column, column: Column) -> bool:
    """Whether a column's values can be part of the total without rounding."""
    scale, own = (each.type.scale if each.type.kind != "integer" else 0 for each in (other, column))
    return scale <= own


def _holds(column: Column) -> bool:
    type_ = column.type
    if type_.kind == "integer":
        return type_.bits >= 32
    return type_.kind == "float" or 10 ** (type_.precision - type_.scale) >= 10 * _ROOM


# ---- whose name, whose address

_PERSONAL = frozenset({"first_name", "last_name", "full_name", "title", "gender", "email", "username"})
_LOCAL = frozenset(
    "city region region_code postcode street country country_code currency time_zone locale language phone latitude "
    "longitude".split()
)


def is_personal(kind: str) -> bool:
    """Whether values of a kind describe a person."""
    return kind in _PERSONAL


_FACETS = dict.fromkeys(("first_name", "last_name", "full_name"), "name")
"""Kinds of which a person has one, however it is written."""


def role_of(table: TableConfig, column: Column, kind: str, rest: Words, others: Iterator[tuple[str, Words]]) -> str:
    """Whose name or address it is, where the row has several: `billing` for `billing_city`; empty for the row's own.

    `others` are the kinds of the table's columns, with what their names leave over.
    """
    family = _PERSONAL if kind in _PERSONAL else _LOCAL if kind in _LOCAL else None
    own = _role(table, rest)
    if family is None or not own:
        return ""
    kinds: dict[str, set[str]] = {}
    for other_kind, other_rest in others:
        if other_kind in family:
            kinds.setdefault(_role(table, other_rest), set()).add(_FACETS.get(other_kind, other_kind))
    mine = kinds.get(own, {_FACETS.get(kind, kind)})
    return own if any(mine & found for role, found in kinds.items() if role != own) else ""


def _role(table: TableConfig, rest: Words) -> str:
    same = _same_words()
    nouns = {singular(word) for word in words_of(table.name)}
    return " ".join(word for word in rest if word not in same and word not in nouns)
