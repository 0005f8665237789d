"""The values of a unique key that rows found before have, and which candidates have others."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.search.conditions import Known, Unique, nulls
from pytest_misata.engine.search.partial import Partial

Index = NDArray[np.int64]
Codes = NDArray[np.uint64]

_FACTOR, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


class Taken:
    """The values of one unique key.

    Numbers are looked up all at once, by a code of the whole key: two keys of one code, of which there are next to
    none, cost a candidate and break nothing.
    """

    def __init__(self, unique: Unique) -> None:
        self.unique = unique
        self._values: set[Hashable] = set()
        self._codes: Codes = np.empty(0, dtype=np.uint64)

    def add(self, known: Known) -> None:
        """A row that has been found."""
        self._values.update(self.unique.values(known, 1))
        codes = self._coded(known)
        if codes is not None:
            self._codes = np.insert(self._codes, np.searchsorted(self._codes, codes), codes)

    def free(self, partial: Partial) -> Index:
        """The candidates that do not come under the key, or have values that no row has."""
        codes = self._coded(partial.known)
        if codes is None:
            values = self.unique.values(partial.known, len(partial))
            return np.flatnonzero([value is None or value not in self._values for value in values])
        if not len(self._codes):
            return np.arange(len(partial), dtype=np.int64)
        place = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        return np.flatnonzero(self._codes[place] != codes)

    def _coded(self, known: Known) -> Codes | None:
        """A number for each row; None where the key is not over numbers alone that are all there."""
        cells = [known[name] for name in self.unique.columns]
        if self.unique.where is not None or any(not _is_whole(one) for one in cells):
            return None
        total: Codes = np.zeros(len(cells[0]), dtype=np.uint64)
        for one in cells:
            total = (total ^ one.data.astype(np.int64).view(np.uint64)) * _FACTOR
            total ^= total >> _SHIFT
        return total


def _is_whole(cells: Cells) -> bool:
    return cells.vocabulary is None and cells.data.dtype.kind in "iu" and not nulls(cells).any()
