"""All texts that templates and lists of words give."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import prod

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import U64, below

Index = NDArray[np.int64]

_REMEMBERED = 1 << 14
"""Phrases of which the text is kept."""
SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"(?:^|(?<=[\s(\"]))([Aa])n? $")
_AN = re.compile(r"(?:[aeio]|u(?!ni|[bkst][aeiou])|hour|honest|heir)(?!u|ne\b|nce\b)", re.IGNORECASE)
_SPELT_AN = re.compile(r"[AEFHILMNORSX](?:[A-Z]{1,3}\b|-|\d)")


def fitted(before: str, word: str) -> str:
    """What stands before a word, with the article that goes with it: a dog, an owl, a union, an MRI."""
    article = _ARTICLE.search(before)
    if article is None:
        return before
    spelt = re.match(r"[A-Z](?:[A-Z]{1,3}\b|-|\d)", word) is not None
    vowel = (_SPELT_AN if spelt else _AN).match(word) is not None
    return f"{before[: article.start(1)]}{article.group(1)}{'n' * vowel} "


class Phrases:
    """All texts that some templates and word lists give, numbered one after another."""

    def __init__(self, templates: Sequence[str], words: Mapping[str, Sequence[str]], *, capital: bool = False) -> None:
        self._capital = capital
        self._parts = [SLOT.split(template) for template in templates]
        self._words = [[list(words[name]) for name in parts[1::2]] for parts in self._parts]
        self.sizes = [prod(len(choices) for choices in lists) for lists in self._words]
        self._starts = [0, *accumulate(self.sizes)]
        self.size = self._starts[-1]
        # The same ones are met again and again.
        self.text = lru_cache(maxsize=_REMEMBERED)(self._text)
        self.choices = lru_cache(maxsize=_REMEMBERED)(self._choices)

    def pick(self, template_bits: U64, word_bits: U64) -> Index:
        """Numbers of phrases, every template alike often."""
        template = below(template_bits, len(self.sizes))
        starts, sizes = np.array(self._starts[:-1]), np.array(self.sizes, dtype=np.uint64)
        return starts[template] + below(word_bits, sizes[template])

    def _text(self, number: int) -> str:
        """The phrase of a number."""
        template, words = self.choices(number)
        parts = list(self._parts[template])
        parts[1::2] = words
        parts[:-1:2] = [fitted(before, word) for before, word in zip(parts[:-1:2], words, strict=True)]
        text = "".join(parts)
        return text[:1].upper() + text[1:] if self._capital else text

    def _choices(self, number: int) -> tuple[int, tuple[str, ...]]:
        """The template of a phrase, and the word for each of its names."""
        template = bisect_right(self._starts, number) - 1
        number, words = number - self._starts[template], []
        for choices in self._words[template]:
            number, at = divmod(number, len(choices))
            words.append(choices[at])
        return template, tuple(words)
