"""Which table of a schema the words of a story name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.story.english.naming import Words, same_name, split_name, synonyms, without

_WRAPPERS = frozenset(
    "tbl tb t tab table tables vw mst mstr master dim fact app apps auth core base main db data info record records "
    "entity entities model models header hdr acct custom site".split()
)
_JOINED, _NOUN = ("tbl", "custom", "site", "app"), 4
"""Prefixes that are also written together with a noun, which has so many letters at the least."""
"""Parts of table names that say nothing of what the rows are."""
_HELPERS = frozenset(
    "log logs history audit archive association assoc link links map mapping rel relation xref through join version "
    "versions".split()
)
"""Parts that tell that the rows are about rows of another table."""
_POINTING = frozenset("id fk key ref uuid pk".split())
"""Parts of a key's name that say only that it is one."""
_COMMON = 3
"""A word that at least so many tables begin with, half of all, is the application's prefix."""

Rank = tuple[int, bool, int]
"""How well words fit a table: the level, whether the table only helps others, how many words of its name are left."""

_EXACT, _BARE, _ENDING, _SYNONYM, _ROLE = 0, 1, 2, 3, 9


@dataclass(frozen=True, slots=True)
class Found:
    """The table that words name, and others that they name as well."""

    table: str
    others: tuple[str, ...] = ()
    by_synonym: bool = False


class Finder:
    """Finds tables by words. `groups` are words that stand for one another in what the story is about."""

    def __init__(self, schema: SchemaConfig, groups: Collection[Collection[Words]] = ()) -> None:
        self._schema, self._groups = schema, groups
        self._words = {name: split_name(table.name) for name, table in schema.tables.items()}
        self._wrappers = _WRAPPERS | _prefix(list(self._words.values()))
        self._children = _children(schema)
        self._known: dict[Words, Found | None] = {}

    def find(self, said: Words) -> Found | None:
        """The table that fits best: by its name, its name without prefixes, the end of its name, or a synonym."""
        if said not in self._known:
            self._known[said] = self._best(said)
        return self._known[said]

    def connections(self, table: str) -> int:
        """How many other tables point at a table."""
        return self._children[table]

    def _best(self, said: Words) -> Found | None:
        ranks = self._ranks(said) or self._ranks_of_synonyms(said) or self._ranks_of_roles(said)
        if not ranks:
            return None
        best = min(ranks.values())
        equal = sorted((name for name in ranks if ranks[name] == best), key=lambda name: (-self._children[name], name))
        others = [name for name in equal[1:] if self._rivals(equal[0], name)]
        return Found(equal[0], tuple(others), best[0] >= _SYNONYM)

    def _rivals(self, taken: str, other: str) -> bool:
        """Whether a reader could have meant either: not where other tables belong to one and none to the other."""
        return bool(self._children[other]) or not self._children[taken]

    def _ranks(self, said: Words) -> dict[str, Rank]:
        ranks = {name: self._rank(said, table) for name, table in self._schema.tables.items()}
        return {name: rank for name, rank in ranks.items() if rank is not None}

    def _ranks_of_synonyms(self, said: Words) -> dict[str, Rank]:
        ranks: dict[str, Rank] = {}
        for synonym in synonyms(said, self._groups):
            for name, (level, helper, left) in self._ranks(synonym).items():
                # A table that only helps others is the last that another word for it could mean.
                rank = (_SYNONYM + level + _SYNONYM * helper, helper, left)
                ranks[name] = min(rank, ranks.get(name, rank))
        return ranks

    def _ranks_of_roles(self, said: Words) -> dict[str, Rank]:
        """Tables by what the keys that point at them are called: the `author_id` of a post makes its user an author."""
        found: dict[str, Rank] = {}
        for table in self._schema.tables.values():
            for key in table.foreign_keys:
                roles = [without(split_name(name), _POINTING) for name in key.columns]
                if key.parent != table.key and any(same_name(said, role[-len(said) :]) for role in roles):
                    found[key.parent] = (_ROLE, False, 0)
        return found

    def _rank(self, said: Words, table: TableConfig) -> Rank | None:
        own, schema = self._words[table.key], split_name(table.schema or "")
        if same_name(said, own) or (schema and same_name(said, (*schema, *own))):
            return _EXACT, False, 0
        bare = _unwrapped(own, self._wrappers)
        helper = is_helper(table, own)
        if same_name(said, bare):
            return _BARE, helper, len(own) - len(bare)
        left = len(bare) - len(said)
        if left > 0 and same_name(said, bare[left:]):
            return _ENDING, helper, left
        return None


def is_helper(table: TableConfig, words: Words) -> bool:
    """Whether a table only relates rows of others, or keeps what happened to them."""
    foreign = {column for key in table.foreign_keys for column in key.columns}
    own = [name for name in table.columns if name not in foreign and name not in table.primary_key]
    relates = len(table.foreign_keys) > 1 and len(own) <= 1
    return relates or bool(_HELPERS & set(words[-1:]))


def _unwrapped(words: Words, wrappers: Collection[str]) -> Words:
    if not words:
        return words
    # Written together: tblUsers is parted, TBLUSERS and customuser are not.
    words = without((_joined_off(words[0]), *words[1:]), wrappers)
    return (*words[:-1], _joined_off(words[-1]))


def _joined_off(word: str) -> str:
    lead = next((lead for lead in _JOINED if word.startswith(lead) and len(word) >= len(lead) + _NOUN), "")
    return word.removeprefix(lead)


def _prefix(names: Collection[Words]) -> frozenset[str]:
    firsts = Counter(words[0] for words in names if len(words) > 1)
    return frozenset(word for word, many in firsts.items() if many >= _COMMON and many * 2 >= len(names))


def _children(schema: SchemaConfig) -> Counter[str]:
    pairs = {(key.parent, table.key) for table in schema.tables.values() for key in table.foreign_keys}
    return Counter(parent for parent, child in pairs if parent != child)
