"""What the names of tables and of foreign keys say of references, by `references` in `data/rows.toml`."""

from __future__ import annotations

from functools import lru_cache

from pytest_misata.engine.meanings.names import singular, words_of
from pytest_misata.engine.vocabulary import toml_file


@lru_cache(maxsize=32)
def words(sort: str) -> frozenset[str]:
    """The words of a sort, in the singular."""
    return frozenset(toml_file("rows.toml")["references"][sort])


def is_called(table: str, *sorts: str) -> bool:
    """Whether the last word of a table's name is one of some sorts: `shop_orders` are affairs."""
    return any(singular(word) in words(sort) for word in words_of(table)[-1:] for sort in sorts)


def says(column: str, sort: str) -> bool:
    """Whether the name of a key's column has a word of a sort: `created_by` tells a doer."""
    return not {singular(word) for word in words_of(column)}.isdisjoint(words(sort))


def is_person(table: str) -> bool:
    """Whether the rows of a table of that name are people."""
    return _is_a(table, "person")


def is_company(table: str) -> bool:
    """Whether they are companies."""
    return _is_a(table, "company")


def _is_a(table: str, sort: str) -> bool:
    last = words_of(table)[-1:]
    return not {*last, *map(singular, last)}.isdisjoint(toml_file("nouns.toml")[sort])
