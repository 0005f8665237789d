"""Data sets and tables as users hold them: lazy, sliceable, the same for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.checking import crowded, violations
from pytest_misata.engine.draws.hashing import ENGINE_VERSION, MAXIMUM_SEED
from pytest_misata.engine.exports import to_arrow_stream, to_pandas
from pytest_misata.engine.fingerprint import Fingerprint
from pytest_misata.engine.frame import CHUNK, Run
from pytest_misata.engine.meanings.telling import tell
from pytest_misata.engine.pins import Pinned, Pins
from pytest_misata.engine.preview import html_table, text_table
from pytest_misata.engine.sizes import planned_world
from pytest_misata.engine.violations import Violation
from pytest_misata.engine.world import World
from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.holding import check_choices
from pytest_misata.schema.order import sorted_tables
from pytest_misata.schema.relations import completed

if TYPE_CHECKING:
    import pandas as pd

_KEPT_ROWS = 2**19
"""Up to this many rows a table keeps what its columns are made from, so that one column after another is cheap."""


class Tables(Mapping[str, "Table"]):
    """A data set: table name to `Table`, parents first. Nothing is computed until asked for."""

    def __init__(
        self,
        schema: SchemaConfig,
        *,
        rows: int | None = None,
        counts: Mapping[str, int] | None = None,
        seed: int = 42,
        pin: Pinned | None = None,
    ) -> None:
        """Plan the data set. Raises GenerationError, SchemaError or CapacityError where it cannot be made."""
        self.schema = completed(schema)
        tell(self.schema)
        self.seed = check_seed(seed)
        self.engine_version = ENGINE_VERSION
        self._pin = pin
        check_choices(self.schema)
        pins = Pins(self.schema, pin)
        order = sorted_tables(self.schema)
        self._world, notes = planned_world(self.schema, rows=rows, counts=counts, seed=self.seed, pins=pins)
        self.notes = notes
        """Tables that hold fewer rows than their parents would ask for, and which key leaves no room for more."""
        self.counts = {table.key: self._world.counts[table.key] for table in order}
        pins.check(self.counts)
        self._world.prepare()
        pins.check_parents(self._world)
        self._tables = {table.key: Table(self._world, table, 0, self.counts[table.key]) for table in order}

    def __getitem__(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            self.schema.table(name)
            raise

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {len(table):,}" for name, table in self.items())
        return f"<Tables seed={self.seed} {{{sizes}}}>"

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.values())

    def following(self, name: str, count: int) -> Iterator[dict[str, Any]]:
        """The rows that would come next, had the table `count` more, as dicts.

        Their numbers and unique values are none that a row of the table has: for factories that add rows to what was
        seeded. Foreign keys point at rows that are there; unique keys over foreign keys are not kept apart from those.

        Raises:
            CapacityError: a unique column holds no more values.
            GenerationError: the rows of the table are listed, or its keys leave no room.
        """
        size = len(self[name])
        grown = Tables(self.schema, counts={**self.counts, name: size + count}, seed=self.seed, pin=self._pin)
        return grown[name].rows(size, size + count)

    @property
    def vocabularies(self) -> dict[str, str]:
        """A SHA-256 of each list of words taken from Faker: they change with its releases."""
        return dict(self._world.vocabulary.used)

    def check(self) -> list[Violation]:
        """The rules that rows break: none, unless something was steered or pinned so, or is wrong here.

        Held against all rows are the rules that the schema declares (`TableConfig.rules`), its CHECKs, primary, unique
        and foreign keys and NOT NULLs, that rows are not there before those they point at, and that updates come after
        creations. Every table is made once or twice for it; memory grows by 8 bytes for each row of a key and of a sum
        over children. Raises SchemaError for a declared rule that cannot be read.
        """
        return list(self._violations)

    def crowded(self, names: Collection[str], *, whole: bool) -> list[Violation]:
        """The turns, and the rules about children, that rows of some tables break; with `whole` all declared rules."""
        return list(crowded(self._world, names, whole=whole))

    @cached_property
    def _violations(self) -> tuple[Violation, ...]:
        return tuple(violations(self._world))

    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, over every value of every table that is made."""
        whole = Fingerprint()
        for name, table in self.items():
            if table.config.kept:
                continue
            for batch in table.batches(CHUNK):
                whole.update(name, batch.cells())
        return whole.hexdigest()


class Table:
    """A table, or some adjacent rows of one."""

    def __init__(self, world: World, config: TableConfig, start: int, stop: int) -> None:
        self._world, self.config, self._start, self._stop = world, config, start, stop
        self._kept: Run | None = None

    @property
    def name(self) -> str:
        """The table's name, with its schema where it has one."""
        return self.config.key

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order, without those that the database computes."""
        return tuple(column.name for column in self.config.columns.values() if not column.generated)

    def __len__(self) -> int:
        return self._stop - self._start

    def __iter__(self) -> Iterator[str]:
        """The names of the columns, as a data frame gives them; `rows()` gives rows."""
        return iter(self.columns)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def __getitem__(self, column: str) -> NDArray[Any]:
        """A column as a NumPy array with one entry a row.

        Integers are int64, booleans bool, money and floats float64, text object arrays of str, dates datetime64[D],
        moments datetime64[us]. NULL is NaT in dates and moments, NaN in money and floats, and None elsewhere, in an
        object array. `rows()` gives exact Decimals.
        """
        if not isinstance(column, str):
            raise SchemaError(f"{self.name}: a column is asked for by its name, not by {column!r}; rows() gives rows")
        self.config.column(column)
        return self._cells([column])[column].to_numpy()

    def cells(self) -> dict[str, Cells]:
        """All columns in the engine's own form."""
        return self._cells(self.columns)

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[dict[str, Any]]:
        """The rows from `start` to `stop` as dictionaries of Python values."""
        first, last, _ = slice(start, stop).indices(len(self))
        for batch in self._slice(first, max(first, last)).batches(CHUNK):
            lists = [cells.to_list() for cells in batch.cells().values()]
            for values in zip(*lists, strict=True):
                yield dict(zip(self.columns, values, strict=True))

    def batches(self, size: int) -> Iterator[Table]:
        """The table in pieces of at most `size` rows."""
        if size < 1:
            raise GenerationError(f"a batch has at least 1 row, not {size}")
        for start in range(0, len(self), size):
            yield self._slice(start, min(start + size, len(self)))

    def to_pandas(self) -> pd.DataFrame:
        """The table as a pandas DataFrame (needs pandas)."""
        return to_pandas(self)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface: `pyarrow.table(table)`, `polars.from_arrow(table)` (needs pyarrow)."""
        return to_arrow_stream(self, requested_schema)

    def __repr__(self) -> str:
        return text_table(self)

    def _repr_html_(self) -> str:
        return html_table(self)

    def _slice(self, start: int, stop: int) -> Table:
        return Table(self._world, self.config, self._start + start, self._start + stop)

    def _cells(self, columns: Sequence[str]) -> dict[str, Cells]:
        return {column: self._run[column] for column in columns}

    @property
    def _run(self) -> Run:
        """The rows, as far as they have been asked for; kept for the next column of a table that is not huge."""
        if self._kept is None:
            run = self._world.run(self.name, self._start, self._stop)
            self._kept = run if len(self) <= _KEPT_ROWS else None
            return run
        return self._kept


def check_seed(seed: object) -> int:
    """The seed, or GenerationError where it is not an integer from 0 to 2**64 - 1."""
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and 0 <= seed <= MAXIMUM_SEED:
        return int(seed)
    raise GenerationError(f"a seed is an integer from 0 to 2**64 - 1, not {seed!r}")
