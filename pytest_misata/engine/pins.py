"""The rows a caller states outright: first in their table, everything not stated generated as usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.keys.references import find_rows
from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.holding import check_holds, member_stored
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Pinned = Mapping[str, Sequence[Mapping[str, Any]]]


class Pins:
    """Stated values by table and column, each with the rows it is stated for."""

    def __init__(self, schema: SchemaConfig, pinned: Pinned | None) -> None:
        self._cells: dict[tuple[str, str], tuple[Index, Cells]] = {}
        self.rows = {table: len(rows) for table, rows in (pinned or {}).items()}
        for table, rows in (pinned or {}).items():
            schema.table(table)
            columns = {column: None for row in rows for column in row}
            for column in columns:
                self._cells[table, column] = _stated(schema, table, column, rows)
                _check_distinct(schema.table(table), column, rows)

    def over(self, frame: Frame, column: str, make: Maker) -> Cells:
        """The column of a frame, with stated values in the place of generated ones.

        Where another row would have got a stated value of a unique column, it gets what the stated row had.
        """
        cells = make(frame)
        if (frame.table.key, column) not in self._cells:
            return cells
        pinned_rows, values = self._cells[frame.table.key, column]
        if cells.type.is_text and (column,) in unique_keys(frame.table):
            cells = _exchanged(frame, cells, pinned_rows, values, make)
        hit = np.flatnonzero(np.isin(frame.rows, pinned_rows))
        position = np.searchsorted(pinned_rows, frame.rows[hit])
        return replace(cells, hit, values.take(position)) if len(hit) else cells

    def parents(self, frame: Frame, key: ForeignKey, rows: Index) -> Index:
        """The parents' rows, where a stated foreign key names another parent than the drawn one."""
        stated = self._cells.get((frame.table.key, key.columns[0]))
        if stated is None or len(key.columns) > 1:
            return rows

        pinned_rows, values = stated
        hit = np.flatnonzero(np.isin(frame.rows, pinned_rows))
        values = values.take(np.searchsorted(pinned_rows, frame.rows[hit]))
        if not len(hit):
            return rows
        rows = rows.copy()
        rows[hit] = find_rows(frame.world, key, values)
        return rows

    def check_parents(self, world: World) -> None:
        """Raises GenerationError where a stated foreign key names no parent."""
        for table, column in self._cells:
            key = world.schema.table(table).foreign_key(column)
            if key is not None and len(key.columns) == 1:
                world.frame(table, 0, self.rows[table]).parent_rows(key)

    def check(self, counts: Mapping[str, int]) -> None:
        """Raises GenerationError where more rows are stated than a table has."""
        for table, rows in self.rows.items():
            if rows > counts[table]:
                raise GenerationError(f"{table}: {rows:,} rows are pinned and the table has {counts[table]:,}")

    def states(self, table: str, column: str, row: int | None = None) -> bool:
        """Whether the row, or any row, states this column."""
        if (table, column) not in self._cells:
            return False
        return row is None or row in self._cells[table, column][0]


def _exchanged(frame: Frame, cells: Cells, pinned_rows: Index, values: Cells, make: Maker) -> Cells:
    row_of = dict(zip(_plain(values).tolist(), pinned_rows.tolist(), strict=True))
    taken = [(at, row_of[value]) for at, value in enumerate(_plain(cells).tolist()) if value in row_of]
    taken = [(at, row) for at, row in taken if frame.rows[at] != row]
    if not taken:
        return cells
    at, rows = (np.array(part, dtype=np.int64) for part in zip(*taken, strict=True))
    return replace(cells, at, make(type(frame)(frame.world, frame.table, rows)))


def replace(cells: Cells, at: Index, values: Cells) -> Cells:
    """The cells with others at some positions."""
    data = _plain(cells).copy()
    data[at] = _plain(values)
    null = np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null.copy()
    null[at] = False if values.null is None else values.null
    return Cells(cells.type, data, None, null if null.any() else None)


def _check_distinct(table: TableConfig, column: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises SchemaError where a unique column is stated twice alike, or takes another row's number."""
    if (column,) not in (table.primary_key, *table.uniques):
        return
    generator, numbering = table.column(column).generator, table.column(column).numbering
    serial = generator is None or generator.kind == "serial"
    stated = generator.options if generator else dict(zip(("start", "step"), numbering, strict=True))
    start, step = int(stated.get("start", 1)), int(stated.get("step", 1))
    seen: set[Any] = set()
    for number, row in enumerate(rows):
        value = row.get(column)
        if value is None:
            continue
        if value in seen:
            raise SchemaError(f"{table.key}.{column} is unique, and {value!r} is pinned twice")
        own = start + number * step
        if serial and isinstance(value, int) and value >= start and value != own and not (value - start) % step:
            raise SchemaError(
                f"{table.key}.{column}: {value!r} is pinned in row {number + 1} and belongs to row "
                f"{(value - start) // step + 1}; pin {own}, or leave the column out"
            )
        seen.add(value)


def _plain(cells: Cells) -> NDArray[Any]:
    return cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]


def _stated(schema: SchemaConfig, table: str, column: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Index, Cells]:
    config = schema.table(table).column(column)
    at = [row for row, values in enumerate(rows) if column in values]
    stated = [member_stored(config.type, rows[row][column]) for row in at]
    if None in stated and not config.nullable:
        raise SchemaError(f"{table}.{column} is NOT NULL and is pinned to None")
    for value in stated:
        check_holds(f"{table}.{column}", config.type, value)
    try:
        return np.array(at, dtype=np.int64), encode(config.type, stated)
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        raise SchemaError(f"{table}.{column}: {stated!r} does not fit its type {config.type.kind}") from None
