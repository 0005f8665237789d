"""Columns that are found from their row and its parents alone, so that others may ask for them before their time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.config import Generator, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

_DRAWN = frozenset("choice flag constant apportioned serial gender later shift copy map sum difference".split())
"""Kinds of column that do not look at rows of other tables by themselves."""
_LOOKING = frozenset("leads trails follows during alive around turn_days".split())
"""Options of a moment that look at other rows than its parents."""


def _is_found(world: World, table: TableConfig, name: str, seen: tuple[tuple[str, str], ...]) -> bool:
    """Whether a column is made from the row and its parents alone."""
    made = table.columns[name].generator
    if made is None or (table.key, name) in seen or table.key in world.solved:
        return False
    if made.kind == "moment":
        if not _LOOKING.isdisjoint(_options(made)) or isinstance(made.options.get("sequence"), str):
            return False
    elif made.kind not in _DRAWN:
        return False
    return all(is_read(world, table, path, (*seen, (table.key, name))) for path in _paths(world, table, made))


def is_read(world: World, table: TableConfig, path: str, seen: tuple[tuple[str, str], ...]) -> bool:
    """Whether what a path of columns leads to is found so."""
    if path.startswith("@"):
        return True
    name, _, rest = path.partition(".")
    if not rest:
        return name in table.columns and _is_found(world, table, name, seen)
    key = table.foreign_key(name)
    if key is None or table.columns[name].generator is not None:
        return False
    return is_read(world, world.schema.table(key.parent), rest, seen)


def _options(made: Generator) -> set[str]:
    return {*made.options, *(name for case in made.options.get("cases", ()) for name in case)}


def _paths(world: World, table: TableConfig, made: Generator) -> Iterator[str]:
    """The columns that a column is made from."""
    for options in [made.options, *made.options.get("cases", ())]:
        yield from _named(options)
    if made.kind == "moment" and not made.options.get("after"):
        births = ((key, world.schema.table(key.parent).born) for key in table.foreign_keys if key.parent != table.key)
        yield from (f"{key.columns[0]}.{born}" for key, born in births if born)


def _named(options: Mapping[str, Any]) -> Iterator[str]:
    yield from options.get("when", ())
    for name in ("after", "before"):
        yield from options.get(name, ())
    yield from (options[name] for name in ("by", "of", "spaced_minutes") if isinstance(options.get(name), str))
    if isinstance(options.get("of"), list):
        yield from options["of"]
