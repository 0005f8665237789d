"""Lookup tables: short lists of names that other tables refer to."""

from __future__ import annotations

from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.keys import is_optional
from pytest_misata.schema.words import words_in

_PREFIXES = {"lkp", "lookup", "ref", "enum", "dim", "dict", "codelist"}
_NAMES = frozenset(
    """
    authority basis brand category channel class classification color colour condition continent country currency
    department dept dimension discipline division domain edition event_type faculty form format frequency gender
    genre grade group_type industry kind language level license locale medium method mode nationality occupation
    origin period permission plan position priority privilege profession purpose qualification quality rank rating
    reason region role scope script season sector severity shape size skill source speciality specialisation
    specialization specialty sport stage standing state status style subcategory subject symbol tag taxonomy term
    tier timezone tone topic type unit
    """.split()
)
_WIDEST = 8
"""A lookup table has fewer columns than this."""


def mark_lookups(schema: SchemaConfig) -> None:
    """Find the lookup tables by their names and shape. Changes the schema."""
    parents = {key.parent for table in schema.tables.values() for key in table.foreign_keys if key.parent != table.key}
    for table in schema.tables.values():
        table.lookup = table.lookup or (table.key in parents and table.rows is None and _is_lookup(schema, table))


def _is_lookup(schema: SchemaConfig, table: TableConfig) -> bool:
    """A narrow table without parents of its own that it needs, called by what it lists: a region may have a head."""
    free = all(key.parent == table.key or is_optional(table, key) for key in table.foreign_keys)
    return free and table.key != schema.main and len(table.columns) < _WIDEST and _is_called_so(table.name)


def _is_called_so(name: str) -> bool:
    words = words_in(name)
    return words[0] in _PREFIXES or singular(words[-1]) in _NAMES or words[-1] in _NAMES


def singular(name: str) -> str:
    """The singular of a table's name, by the rules that most names follow."""
    for ending, instead in _ENDINGS:
        if name.endswith(ending):
            return name[: len(name) - len(ending)] + instead
    return name


_ENDINGS = (
    ("people", "person"),
    ("ies", "y"),
    ("sses", "ss"),
    ("shes", "sh"),
    ("ches", "ch"),
    ("xes", "x"),
    ("uses", "us"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("s", ""),
)
