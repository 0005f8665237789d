"""Sentences of running text, and those that fit a column."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, permutations

from pytest_misata.engine.vocabulary import toml_file

APART = 11
"""Characters kept free in unique texts for what they are about: the longest of the topics in `data/phrases.toml`."""
_RUNS = (1, 2, 3)
_ENOUGH = 2**13
"""Texts made of whole sentences for a unique column; there are fewer where it has no room for two sentences."""
_VARIETY = 5
"""Whole sentences are used where at least so many fit; shorter remarks otherwise."""


def fitting_texts(of: str, length: int | None, form: str = "sentences") -> list[str]:
    """The sentences that fit the column; remarks of a few words where hardly any does, or where they are asked for."""
    entry = toml_file("prose.toml")[of]
    whole = [text for text in entry["sentences"] if length is None or len(text) <= length] if form != "brief" else []
    if len(whole) >= _VARIETY:
        return whole
    return whole + [text for text in entry["brief"] if length is None or len(text) <= length]


@lru_cache(maxsize=64)
def different_texts(texts: tuple[str, ...], length: int | None) -> tuple[str, ...]:
    """Each sentence, two and three of them, as far as they fit with a number behind them and no more than enough."""
    shortest = min(map(len, texts))
    sizes = [size for size in _RUNS if length is None or size * shortest <= length]
    runs = (run for size in sizes for run in permutations(texts, size))
    fitting = (text for text in map(" ".join, runs) if length is None or len(text) + APART <= length)
    return tuple({text.lower(): text for text in islice(fitting, _ENOUGH)}.values())
