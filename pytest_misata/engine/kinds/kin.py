"""The moments of a row's parents, and of theirs, that its own come after or before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_misata.engine.kinds.registry import Site
from pytest_misata.engine.meetings import comes_after
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.order import is_cut

if TYPE_CHECKING:
    from pytest_misata.engine.meanings.for_children import Life


def births_of_parents(site: Site, *, own: bool) -> list[str]:
    """The births of the parents, and the row's own, for a column that does not say what it comes after."""
    from pytest_misata.engine.meanings.for_children import begins_ahead, birth_in

    found = [f"{column}.{day}" for column, parent in _parents(site) if not parent.born and (day := birth_in(parent))]
    found += [
        f"{column}.{parent.born}"
        for column, parent in _parents(site)
        if parent.born and not _is_led(site, parent) and begins_ahead(site.table, parent) != parent.born
    ]
    birth = site.table.born
    return [*found, birth] if own and birth and birth != site.column.name else found


def beginnings_of(site: Site) -> list[str]:
    """The beginnings of what the parents stand for, for what comes to be before them, as tickets do."""
    from pytest_misata.engine.meanings.for_children import begins_ahead

    if site.column.name != site.table.born or site.column.generator is not None:
        return []
    starts = [(column, begins_ahead(site.table, parent)) for column, parent in _parents(site)]
    return [f"{column}.{start}" for column, start in starts if start is not None]


def forebears_of(site: Site) -> list[ForeignKey]:
    """The keys to rows of the own table that a row comes after, where the column tells since when rows are there."""
    if site.column.name != site.table.born or site.table.key in site.world.solved:
        return []
    return [key for key in site.table.foreign_keys if comes_after(site.table, key)]


def _is_led(site: Site, parent: TableConfig) -> bool:
    """Whether the birth of a parent is found from this column, which then does not ask for it."""
    made = parent.columns[parent.born].generator if parent.born else None
    return made is not None and site.where in made.options.get("leads", ())


def stays_of(site: Site) -> tuple[list[str], list[str]]:
    """The moments at which what the parents stand for begins, and is over."""
    from pytest_misata.engine.meanings.for_children import end_of, start_of

    parents = list(_parents(site))
    begun = [f"{column}.{start}" for column, parent in parents if (start := start_of(parent))]
    return begun, [f"{column}.{end}" for column, parent in parents if (end := end_of(parent))]


def lives_of(site: Site, keys: Sequence[str]) -> list[tuple[str, Life]]:
    """How long those parents last in whose time the rows of a table happen, each with a column of its key."""
    from pytest_misata.engine.meanings.for_children import life_of

    lives = [(column, life_of(parent)) for column, parent in _parents(site) if column in keys]
    return [(column, life) for column, life in lives if life is not None]


def ends_of(site: Site) -> list[str]:
    """The moments after which the parents are not there any more."""
    from pytest_misata.engine.meanings.for_children import gone_of

    return [f"{column}.{name}" for column, parent in _parents(site) for name in gone_of(parent)]


def _parents(site: Site) -> Iterator[tuple[str, TableConfig]]:
    """The parents whose columns may be read, each with a column of its key."""
    for key in site.table.foreign_keys:
        # A column that several keys share is read through the one that decides it.
        column = next((name for name in key.columns if site.table.foreign_key(name) is key), None)
        if column and key.parent != site.table.key and not is_cut(key):
            yield column, site.world.schema.table(key.parent)
