"""Text by pattern: # is a digit, @ a capital letter, ? either of them, ~ either but I, O and Q; all else is itself.

For postcodes and telephone numbers § is a letter that no postal service leaves out, and ¤ a digit from 2 to 9.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import U64, below

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLEAR = "".join(letter for letter in _DIGITS + _LETTERS if letter not in "IOQ")
"""What no digit is taken for: ISO 3779 allows these in the numbers of vehicles."""
_OF_POSTCODES = "ABEGHJLNPRTWXZ"
"""Letters that Britain, Canada, Ireland and the Netherlands all have in their postcodes."""
ALPHABETS = {
    "#": _DIGITS,
    "@": _LETTERS,
    "?": _DIGITS + _LETTERS,
    "~": _CLEAR,
    "§": _OF_POSTCODES,
    "¤": "23456789",
}


def capacity(pattern: str) -> int:
    """How many different texts a pattern has."""
    result = 1
    for mark in pattern:
        result *= len(ALPHABETS.get(mark, "x"))
    return result


def fill(pattern: str, bits: U64) -> NDArray[np.object_]:
    """One text for each 64 random bits; patterns of up to 2**62 texts."""
    return render(pattern, below(bits, min(capacity(pattern), 2**62)))


def render(pattern: str, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    """The text that stands at each position in the list of all texts of the pattern."""
    letters = np.empty((len(numbers), max(len(pattern), 1)), dtype=np.uint32)
    rest = numbers
    for at in range(len(pattern) - 1, -1, -1):
        alphabet = ALPHABETS.get(pattern[at])
        if alphabet is None:
            letters[:, at] = ord(pattern[at])
            continue
        # A division by one number is fast in NumPy, a divmod is not.
        higher = rest // len(alphabet)
        letters[:, at] = np.array([ord(letter) for letter in alphabet], dtype=np.uint32)[rest - higher * len(alphabet)]
        rest = higher
    texts: NDArray[np.object_] = letters.view(f"U{letters.shape[1]}").ravel().astype(object)
    return texts
