"""Which parents are picked more often than others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import U64
from pytest_misata.engine.draws.quantiles import Quantiles, power, zipf

Index = NDArray[np.int64]

_EXPONENT = {"even": 1, "moderate": 1, "skewed": 2}
"""The share of picks that go to the most popular part x of the parents is x**(1/exponent)."""
_PART = 2**16


def by_popularity(spread: str, parents: int, bits: U64) -> Index:
    """Which of so many parents each row picks, by their places in popularity."""
    return np.minimum(_popularity(spread, parents)(bits) // _PART, parents - 1)


def _popularity(spread: str, parents: int) -> Quantiles:
    """The places of parents by popularity, in parts: by Zipf's law where the spread is heavy."""
    return zipf(parents, _PART) if spread == "heavy" else power(_EXPONENT[spread], parents * _PART)
