"""Columns in which all rows of a group agree, as EXCLUDE with <> asks: `EXCLUDE (cage WITH =, species WITH <>)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.groups import Groups
from pytest_misata.schema.config import Column, Exclude, ForeignKey, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.kinds.registry import Maker

Index = NDArray[np.int64]


def agreeing(table: TableConfig, column: Column, make: Maker) -> Maker:
    """The column as the first row of each row's group has it, where an EXCLUDE constraint lets no two rows differ."""
    exclude = _about(table, (column.name,))
    if exclude is None or table.foreign_key(column.name) is not None:
        return make

    def make_alike(frame: Frame) -> Cells:
        return make(Frame(frame.world, frame.table, _firsts(frame, exclude)))

    return make_alike


def agreeing_parents(frame: Frame, key: ForeignKey, parents: Index) -> Index:
    """The parents that rows pick by a key: those of the first row of each group."""
    exclude = _about(frame.table, key.columns)
    if exclude is None:
        return parents
    firsts = _firsts(frame, exclude)
    return (
        frame.world.parent_rows(Frame(frame.world, frame.table, firsts), key)
        if (firsts != frame.rows).any()
        else parents
    )


def _about(table: TableConfig, names: tuple[str, ...]) -> Exclude | None:
    return next((one for one in table.excludes if one.followed and one.agreeing and one.agreeing in names), None)


def _firsts(frame: Frame, exclude: Exclude) -> Index:
    """The first row of each row's group, and rows of no group themselves."""
    columns = [name for name, operator in exclude.elements if operator == "="]
    name = f"{frame.table.key} by {columns}"
    groups = frame.world.keep(name, lambda: Groups(frame.world, frame.table.key, columns))
    found = groups.find([frame[column] for column in columns], len(frame))
    firsts = groups.nth(np.maximum(found, 0), np.zeros(len(frame), dtype=np.int64)) if len(groups) else frame.rows
    return np.where(found < 0, frame.rows, firsts)
