"""Columns that a row shares with its parent in the same table, though they are no key of their own: a node's tenant.

Each row is of one of the tenants that there are by then, one for so many rows, so that trees have room to grow.
"""

from __future__ import annotations

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.keys import stays
from pytest_misata.schema.uniqueness import carried_by

_ROWS = 12
"""So many rows more have one tenant more."""


def shared_with_parents(table: TableConfig, column: Column, make: Maker) -> Maker:
    """The column with few values that rows share, where a key to the own table has it in common with its parent."""
    loops = [key for key in table.foreign_keys if key.parent == table.key and column.name in key.columns]
    common = any(stays(table, key, column.name) for key in loops)
    if not common or column.generator is not None or column.generated or carried_by(table, column) is not None:
        return make

    def make_shared(frame: Frame) -> Cells:
        tenants = below(frame.draw(column.name, "tenant"), (1 + frame.rows // _ROWS).astype(np.uint64))
        if column.type.kind == "integer":
            return Cells(column.type, tenants.astype(np.int64) + 1)
        return make(Frame(frame.world, frame.table, tenants.astype(np.int64)))

    return make_shared
