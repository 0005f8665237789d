"""The moments of a row's parents, and of theirs, that its own come after or before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_misata.engine.keys.forebears import column_of, nearest, parents_in
from pytest_misata.engine.keys.meetings import comes_after
from pytest_misata.engine.kinds.registry import Site
from pytest_misata.engine.meanings.for_children import (
    begins_ahead,
    birth_in,
    end_of,
    gone_of,
    life_of,
    start_of,
    tells_birth,
)
from pytest_misata.schema.config import ForeignKey, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.meanings.for_children import Life


def births_of_parents(site: Site, *, own: bool) -> list[str]:
    """The births of the parents, and the row's own, for a column that does not say what it comes after."""
    parents = nearest(site.world.schema, site.table, tells_birth).items()
    found = [f"{path}.{day}" for path, parent in parents if not parent.born and (day := birth_in(parent))]
    found += [
        f"{path}.{parent.born}"
        for path, parent in parents
        if parent.born and not _is_led(site, parent) and begins_ahead(site.table, parent) != parent.born
    ]
    birth = site.table.born
    return [*found, birth] if own and birth and birth != site.column.name else found


def beginnings_of(site: Site) -> list[str]:
    """The beginnings of what the parents stand for, for what comes to be before them, as tickets do."""
    if site.column.name != site.table.born or site.column.generator is not None:
        return []
    starts = [(path, begins_ahead(site.table, parent)) for path, parent in _parents(site)]
    return [f"{path}.{start}" for path, start in starts if start is not None]


def forebears_of(site: Site) -> list[ForeignKey]:
    """The keys to rows of the own table that a row comes after, where the column tells since when rows are there."""
    if site.column.name != site.table.born or site.table.key in site.world.solved:
        return []
    return [key for key in site.table.foreign_keys if comes_after(site.table, key)]


def _is_led(site: Site, parent: TableConfig) -> bool:
    """Whether the birth of a parent is found from this column, which then does not ask for it."""
    made = parent.columns[parent.born].generator if parent.born else None
    leads = [] if made is None else made.options.get("leads", ())
    return any(f".{path}".endswith(f".{site.where}") for path in leads)


def stays_of(site: Site) -> tuple[list[str], list[str]]:
    """The moments at which what the parents stand for begins, and is over."""
    parents = list(_parents(site))
    begun = [f"{path}.{start}" for path, parent in parents if (start := start_of(parent))]
    return begun, [f"{path}.{end}" for path, parent in parents if (end := end_of(parent))]


def lives_of(site: Site, keys: Sequence[str]) -> list[tuple[str, Life]]:
    """How long those parents last in whose time the rows of a table happen, each with its path."""
    parents = parents_in(site.world.schema, site.table)
    lives = [(path, life_of(parent)) for path, key, parent in parents if column_of(site.table, key) in keys]
    return [(path, life) for path, life in lives if life is not None]


def ends_of(site: Site) -> list[str]:
    """The moments after which the parents are not there any more."""
    return [f"{path}.{name}" for path, parent in _parents(site) for name in gone_of(parent)]


def _parents(site: Site) -> Iterator[tuple[str, TableConfig]]:
    """The parents whose columns may be read, and what they are one with, each with the path to it."""
    return ((path, parent) for path, _, parent in parents_in(site.world.schema, site.table))
