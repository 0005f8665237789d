"""A SHA-256 over every value of a data set, the same however the rows were cut into batches."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells


class Fingerprint:
    """Takes batches of each table in row order; tables and columns in any order."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], _Column] = {}

    def update(self, table: str, cells_by_column: Mapping[str, Cells]) -> None:
        """Add the next rows of a table."""
        for column, cells in cells_by_column.items():
            self._columns.setdefault((table, column), _Column()).update(cells)

    def hexdigest(self) -> str:
        """The fingerprint of all rows added so far."""
        whole = sha256()
        for (table, column), state in sorted(self._columns.items(), key=lambda item: item[0]):
            name = f"{len(table)}:{table}{len(column)}:{column}"
            whole.update(name.encode() + state.digest())
        return whole.hexdigest()


class _Column:
    """Values, lengths of texts and NULLs are hashed apart, so that no value can pass for another."""

    def __init__(self) -> None:
        self._values, self._lengths, self._nulls = sha256(), sha256(), sha256()

    def update(self, cells: Cells) -> None:
        null = np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null
        self._nulls.update(null.tobytes())
        if cells.type.is_text:
            self._update_texts(cells, null)
        else:
            # Ready-made rows may hold floats, of which every bit counts.
            stored = "<f8" if cells.data.dtype.kind == "f" else "<i8"
            self._values.update(np.where(null, 0, cells.data).astype(stored).tobytes())

    def _update_texts(self, cells: Cells, null: NDArray[np.bool_]) -> None:
        lengths, raw = _encoded(cells, null)
        self._lengths.update(lengths.astype("<i8").tobytes())
        self._values.update(raw)

    def digest(self) -> bytes:
        return self._values.digest() + self._lengths.digest() + self._nulls.digest()


def _encoded(cells: Cells, null: NDArray[np.bool_]) -> tuple[NDArray[np.int64], bytes]:
    """The length of each text in characters or bytes, and all of them in UTF-8."""
    texts = cells.objects()
    if null.any():
        texts = np.where(null, _empty(cells), texts)
    items: list[Any] = texts.tolist()
    lengths = np.fromiter(map(len, items), dtype=np.int64, count=len(items))
    return lengths, b"".join(items) if cells.type.kind == "binary" else "".join(items).encode()


def _empty(cells: Cells) -> Any:
    return b"" if cells.type.kind == "binary" else ""
