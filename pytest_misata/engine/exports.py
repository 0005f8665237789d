"""Tables as pandas DataFrames and as Arrow streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_misata.engine.cells import Cells
from pytest_misata.errors import MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd

    from pytest_misata.engine.tables import Table

_BATCH = 65_536


def to_pandas(table: Table) -> pd.DataFrame:
    """A DataFrame: nullable integers as Int64, nullable booleans as boolean, the rest as `table[column]` gives it."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingDependencyError("to_pandas() needs pandas: pip install pandas") from None
    columns = {name: _series(pd, cells) for name, cells in table.cells().items()}
    return pd.DataFrame(columns, columns=list(table.columns))


def _series(pd: Any, cells: Cells) -> Any:
    nullable = {"integer": "Int64", "boolean": "boolean"}.get(cells.type.kind)
    if cells.null is not None and nullable:
        return pd.array(cells.to_numpy(), dtype=nullable)
    return cells.to_numpy()


def to_arrow_stream(table: Table, requested_schema: object | None) -> object:
    """The table as a stream of record batches, through the Arrow C interface."""
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingDependencyError("Arrow export needs pyarrow: pip install pytest-misata[arrow]") from None
    schema = pa.schema(
        [
            pa.field(name, _arrow_type(pa, column.type), nullable=column.nullable)
            for name, column in table.config.columns.items()
        ]
    )
    batches = (
        pa.record_batch([_arrow_array(pa, cells) for cells in batch.cells().values()], schema=schema)
        for batch in table.batches(_BATCH)
    )
    return pa.RecordBatchReader.from_batches(schema, batches).__arrow_c_stream__(requested_schema)


def _arrow_type(pa: Any, type_: Any) -> Any:
    types = {
        "integer": {16: pa.int16(), 32: pa.int32(), 64: pa.int64()}.get(type_.bits),
        "numeric": pa.decimal128(min(type_.precision, 38), type_.scale),
        "float": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", "UTC" if type_.timezone else None),
        "time": pa.time64("us"),
        "interval": pa.duration("us"),
        "binary": pa.binary(),
    }
    return types.get(type_.kind, pa.string())


def _arrow_array(pa: Any, cells: Cells) -> Any:
    type_ = _arrow_type(pa, cells.type)
    if cells.type.is_text:
        return pa.array(cells.objects(), type=type_)
    if cells.type.kind in {"numeric", "float"}:
        return pa.array(cells.to_list(), type=type_)
    storage = {"date": "int32"}.get(cells.type.kind, "int64")
    data = cells.data if cells.type.kind in {"integer", "boolean"} else cells.data.astype(storage)
    array = pa.array(data, mask=cells.null)
    return array.cast(type_) if cells.type.kind in {"integer", "boolean"} else array.view(type_)
