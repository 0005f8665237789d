"""Columns that take few values: by their type, or by a CHECK constraint."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.numbers import Numbered, Numbers, between
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.sets import Texts
from pytest_misata.engine.checks.setting import everything, limits
from pytest_misata.engine.checks.spare import listed_words
from pytest_misata.engine.draws import patterns
from pytest_misata.engine.kinds.registry import Site
from pytest_misata.engine.meaning import distinct_generator
from pytest_misata.engine.texts.terms import known_codes
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import is_checked_alone

if TYPE_CHECKING:
    from pytest_misata.engine.checks.numbers import Numbered, Numbers
    from pytest_misata.engine.world import World

FEW = 256
_CODES = 50_000
"""Codes that are listed at the most: those of three letters and digits."""


def few_values(world: World, table: TableConfig, column: Column) -> tuple[Any, ...]:
    """The values of a column without a generator, where they are few enough to be listed."""
    if column.generator is not None:
        return ()
    checked = _checked(world, table, column)
    if checked is not None:
        return checked
    if column.type.kind == "boolean":
        return (False, True)
    return column.type.values


def most_values(world: World, table: TableConfig, column: Column) -> int | None:
    """How many values a CHECK leaves a column; None where no one can tell, or none is about it alone."""
    numbers = _numbers(world, table, column)
    return None if numbers is None else numbers.size


def in_order(world: World, table: TableConfig, column: Column) -> Numbered | None:
    """The numbers that a CHECK leaves a column: from 1 on where nothing but its type tells a least one; else None."""
    numbers = _numbers(world, table, column)
    if numbers is None or numbers.size is None:
        return None
    above = numbers & between(1, None)
    return Numbered(above if above and numbers.least == limits(column.type)[0] else numbers)


def first_values(world: World, table: TableConfig, column: Column, most: int) -> tuple[Any, ...]:
    """The first of the values that CHECKs leave a column of whole numbers, from where they usually lie."""
    numbers = _numbers(world, table, column) or everything(column).values
    assert isinstance(numbers, Numbers)
    above = numbers & between(1, None) or numbers
    return tuple(_value(column, number) for number in islice(above.listed(), most))


def short_codes(world: World, table: TableConfig, column: Column, *, tied: bool = False) -> tuple[str, ...]:
    """The codes of a text that is too short to differ in every row, or is `tied` to others of its key by a CHECK.

    Empty for all other columns, and where a CHECK is about the column alone.
    """
    if column.generator is not None or not column.type.is_text or is_checked_alone(table, column):
        return ()
    made, rows = distinct_generator(column), world.counts[table.key]
    if made.kind == "record":
        known, room = known_codes(made.options["of"], made.options["field"])
        return known if tied or room < rows else ()
    every = [made.options["pattern"], *made.options.get("then", ())] if made.kind == "code" else []
    size = sum(patterns.capacity(pattern) for pattern in every)
    if not 0 < size <= _CODES or not (tied or size < rows):
        return ()
    texts = [patterns.render(pattern, np.arange(patterns.capacity(pattern))) for pattern in every]
    return tuple(np.concatenate(texts).tolist())


def greatest(world: World, table: TableConfig, column: Column) -> int | None:
    """The greatest number, as it is kept, that a CHECK leaves a column; None where there is none."""
    numbers = _numbers(world, table, column)
    return None if numbers is None else numbers.greatest


def _numbers(world: World, table: TableConfig, column: Column) -> Numbers | None:
    domain = rules_for(world, table).domains.get(column.name) if table.checks else None
    return domain.values if domain is not None and domain.values and isinstance(domain.values, Numbers) else None


def _checked(world: World, table: TableConfig, column: Column) -> tuple[Any, ...] | None:
    domain = rules_for(world, table).domains.get(column.name) if table.checks else None
    if domain is None:
        return None
    if not domain.values:
        return ()
    if isinstance(domain.values, Texts):
        words = listed_words(Site(world, table, column), domain.values)
        return words if words is not None and len(words) <= FEW else None
    size = domain.values.size if isinstance(domain.values, Numbers) else None
    if size is None or size > FEW or not isinstance(domain.values, Numbers):
        return None
    return tuple(_value(column, number) for number in domain.values.listed())


def _value(column: Column, number: int) -> Any:
    """A kept integer as the value it stands for."""
    scale = column.type.scale if column.type.kind in {"numeric", "float"} else 0
    if column.type.kind in {"date", "datetime", "time", "interval"}:
        return Cells(column.type, np.array([number], dtype=np.int64)).to_list()[0]
    return bool(number) if column.type.kind == "boolean" else Decimal(number).scaleb(-scale) if scale else number
