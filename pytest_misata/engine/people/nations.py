"""Which country the people of a table's rows are from: the one their rows are in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.frame import Frame
from pytest_misata.engine.meaning import taken_for
from pytest_misata.engine.meanings.lookup import meaning_of
from pytest_misata.engine.people.countries import country_of
from pytest_misata.engine.people.gazetteer import OF, Areas, Spot, spots_in
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, Generator, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_TELLING = ("country", "country_code", "city", "region", "postcode", "street", "phone")
"""Kinds that tell where somebody is, the ones that tell it best first."""


def nations(frame: Frame, role: str) -> tuple[tuple[str | None, ...], Index | None]:
    """The codes of countries, and which of them each row's person is from; None for the first, as for all rows of a
    table that tells no place. None among the codes is the locale's country where there is no data about it.
    """
    world, table = frame.world, frame.table
    place = world.keep(f"place of {role} in {table.key}", lambda: place_of(world, table, role))
    if place is None:
        return (country_of(world.schema.locale),), None
    return nations_in(frame, *place)


def spots_of(frame: Frame, areas: Areas, role: str) -> tuple[list[Spot], Index]:
    """The cities of the areas, or of the rows that a foreign key points at, and each row's position among them."""
    if not isinstance(areas, str) or not areas.startswith(OF):
        return spots_in(frame, areas, role)
    key = frame.table.foreign_key(areas.removeprefix(OF))
    if key is None:
        raise GenerationError(f"{frame.table.key}: country: {areas.removeprefix(OF)} is not a foreign key")
    parents = frame.parent_frame(key)
    return spots_of(parents, *(place_of(frame.world, parents.table, "") or (None, "")))


def nations_in(frame: Frame, areas: Areas, role: str) -> tuple[tuple[str | None, ...], Index | None]:
    """The same of stated areas."""
    spots, drawn = spots_of(frame, areas, role)
    codes, at = frame.world.keep(f"nations of {areas} {role}", lambda: _codes(spots))
    return codes, at[drawn] if len(codes) > 1 else None


def _codes(spots: list[Spot]) -> tuple[tuple[str, ...], Index]:
    codes = tuple(dict.fromkeys(spot.country.code for spot in spots))
    return codes, np.array([codes.index(spot.country.code) for spot in spots], dtype=np.int64)


def place_of(world: World, table: TableConfig, role: str) -> tuple[Areas, str] | None:
    """The areas and the role of the column that tells best where a person of this role is."""
    telling = world.keep(f"what tells places in {table.key}", lambda: list(_telling(table)))
    found = [(kind, options.get("country"), options.get("role", "")) for kind, options in telling]
    if not found:
        return None
    _, areas, of_role = min(found, key=lambda one: (one[2] != role, one[2] != "", _TELLING.index(one[0])))
    return areas, of_role


def _telling(table: TableConfig) -> Iterator[tuple[str, dict[str, Any]]]:
    for column in table.columns.values():
        made = _made(table, column)
        if made is not None and made.kind in _TELLING:
            yield made.kind, dict(made.options)


def _made(table: TableConfig, column: Column) -> Generator | None:
    if column.generator is not None or column.generated or table.foreign_key(column.name) is not None:
        return column.generator
    # Whose place it is takes a look at all other columns, so it is asked of places alone.
    is_place = column.type.kind in {"string", "text"} and meaning_of(table, column).meaning.generator.kind in _TELLING
    return taken_for(table, column).generator if is_place else None
