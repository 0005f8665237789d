"""The one source of randomness: a keyed hash of the row index.

Nothing here keeps state. A key is made from names, a draw from a key and row indices, so any cell can be computed
alone, in any order, on any machine. All arithmetic is on unsigned 64-bit integers, which NumPy defines
exactly on every platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

ENGINE_VERSION = 1
"""Part of every key. A change to any value the engine produces raises it, and is listed in the changelog."""

MAXIMUM_SEED = 2**64 - 1

U64 = NDArray[np.uint64]

# The multipliers of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; variant 13 of Stafford's mixers).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32 = (np.uint64(shift) for shift in (30, 27, 31, 32))
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Key:
    """128 bits that belong to one purpose of one column: two halves, since one alone gives shifted copies."""

    first: np.uint64
    second: np.uint64


@lru_cache(maxsize=4096)
def make_key(seed: int, *fields: str | int) -> Key:
    """The key for a purpose, for example `make_key(42, "users", "email", "pick")`.

    Fields are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = blake2b(digest_size=16)
    for part in (seed, ENGINE_VERSION, *fields):
        raw = str(part).encode()
        digest.update(len(raw).to_bytes(8, "little") + raw)
    raw = digest.digest()
    return Key(np.uint64(int.from_bytes(raw[:8], "little")), np.uint64(int.from_bytes(raw[8:], "little")))


def _mix(values: U64) -> U64:
    """SplitMix64's finaliser, in place: a bijection of 64-bit integers."""
    values ^= values >> _S30
    values *= _FIRST
    values ^= values >> _S27
    values *= _SECOND
    values ^= values >> _S31
    return values


def draw(key: Key, rows: NDArray[np.int64] | U64) -> U64:
    """64 evenly distributed bits for each row."""
    values: U64 = rows.view(np.uint64) * _GOLDEN
    values ^= key.first
    values = _mix(values)
    values += key.second
    return _mix(values)


def draw_one(key: Key, row: int) -> int:
    """`draw` for a single row."""
    return int(draw(key, np.array([row], dtype=np.int64))[0])


def below(bits: U64, bound: int | U64) -> NDArray[np.int64]:
    """Integers from 0 to `bound` - 1, evenly: the high 64 bits of bits * bound.

    `bound` is a number or one number a row, each under 2**32.
    """
    if isinstance(bound, int) and bound >= 2**32:
        return below_wide(bits, bound)
    limit = np.uint64(bound) if isinstance(bound, int) else bound
    low = bits & _LOW
    low *= limit
    low >>= _S32
    high = bits >> _S32
    high *= limit
    high += low
    high >>= _S32
    result: NDArray[np.int64] = high.view(np.int64)
    return result


def below_wide(bits: U64, bound: int | U64) -> NDArray[np.int64]:
    """`below` for bounds of 2**32 and over, one or one a row: the full 64 by 64 bit product, in halves."""
    wide = np.asarray(bound, dtype=np.uint64)
    high, low = bits >> _S32, bits & _LOW
    bound_high, bound_low = wide >> _S32, wide & _LOW
    middle = high * bound_low + ((low * bound_low) >> _S32)
    other = low * bound_high + (middle & _LOW)
    product: NDArray[np.int64] = (high * bound_high + (middle >> _S32) + (other >> _S32)).view(np.int64)
    return product


def chance(bits: U64, numerator: int, denominator: int) -> NDArray[np.bool_]:
    """True with probability numerator / denominator."""
    if numerator >= denominator:
        return np.ones(len(bits), dtype=np.bool_)
    return bits < np.uint64((numerator << 64) // denominator)
