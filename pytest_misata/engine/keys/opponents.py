"""References of a row that are never the same, though no CHECK says so: a home and an away team, an origin and a
destination. Their names tell, by the `opposites` of `data/rows.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations

from pytest_misata.engine.keys.free_keys import is_free
from pytest_misata.engine.meanings.names import singular, words_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Check, ForeignKey, TableConfig
from pytest_misata.schema.uniqueness import unique_keys


def kept_apart(table: TableConfig, dialect: str | None, pinned: Callable[[str], bool]) -> Iterator[Check]:
    """What keeps such references of a table apart; `pinned` tells whether rows state a column."""
    quote = "`" if dialect in {"mysql", "mariadb"} else '"'
    free = [key for key in table.foreign_keys if _is_apart(table, key) and not pinned(key.columns[0])]
    for one, other in combinations(free, 2):
        if (one.parent, one.parent_columns) == (other.parent, other.parent_columns):
            names = one.columns[0], other.columns[0]
            if are_opposites(*names):
                yield Check(
                    " <> ".join(f"{quote}{name.replace(quote, 2 * quote)}{quote}" for name in names), implied=True
                )


def _is_apart(table: TableConfig, key: ForeignKey) -> bool:
    """Whether its name may say what a key to another table picks, and no unique key does."""
    told_apart = any(name in unique for unique in unique_keys(table) for name in key.columns)
    return key.parent != table.key and is_free(table, key) and not told_apart


def are_opposites(one: str, other: str) -> bool:
    """Whether two names differ in a pair of words that are opposites, and in nothing else."""
    return frozenset(_words(one)) ^ frozenset(_words(other)) in _opposites()


def _words(name: str) -> Iterator[str]:
    return (singular(word) for word in words_of(name))


@lru_cache(maxsize=1)
def _opposites() -> frozenset[frozenset[str]]:
    pairs: list[list[str]] = toml_file("rows.toml")["references"]["opposites"]
    return frozenset(frozenset(singular(word) for word in pair) for pair in pairs)
