"""The texts of a language by number: capitals and digits where it leaves a choice, all of one length."""

from __future__ import annotations

from functools import cache
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.languages import Language
from pytest_misata.engine.draws.hashing import below, draw, make_key

Index = NDArray[np.int64]

_CAPITALS, _SMALL, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
_MOST = 2**63 - 1
_ENOUGH = 2**62
_COUNTED = 2**64
"""Texts are not counted beyond this."""
_ROOM = 2**30
"""With this many texts of one length a longer one is not looked for."""
_DEEP = 40
"""Characters from which on the ends of texts are counted level by level."""
USUAL = 10
"""How long a text is where nothing says."""


class Words:
    """Texts of a language, numbered from 0 to `size` - 1."""

    def __init__(self, language: Language, longest: int | None, *, figures: bool = False) -> None:
        """With `figures` any character that follows a digit is one, where it may be: `20__` are years."""
        self._language = language
        self._numeric = _after_digits(language) if figures else frozenset[int]()
        self._counts, self._choices, self._steps = cache(self._count), cache(self._choose), cache(self._follow)
        shortest = language.shortest or 0
        most = shortest + 64 if longest is None else longest
        self.length = self._best(shortest, most)
        self.size = min(self._counts(0, self.length), _ENOUGH) if self.length <= most else 0

    def _best(self, shortest: int, most: int) -> int:
        """A length with room for many texts; else the one with the most."""
        found = (shortest, 0)
        usual = min(max(shortest, USUAL), most)
        for length in chain(range(usual, most + 1), range(usual - 1, shortest - 1, -1)):
            self._prepare(length)
            count = int(self._counts(0, length))
            if count >= _ROOM:
                return length
            if count > found[1]:
                found = (length, count)
        return found[0]

    def _prepare(self, length: int) -> None:
        """Count the shorter ends of long texts first, those of every state, so that no recursion goes that deep."""
        if length < _DEEP:
            return
        levels = [{0}]
        for _ in range(length):
            levels.append(set().union(*map(self._language.targets, levels[-1])))
        for left, level in enumerate(reversed(levels)):
            for state in level:
                self._counts(state, left)

    def _count(self, state: int, left: int) -> int:
        """How many texts lead from a state to a good end in `left` characters."""
        if left == 0:
            return int(self._language.accepting[state])
        return min(sum(count for _, _, count in self._choices(state, left)), _COUNTED)

    def _choose(self, state: int, left: int) -> list[tuple[str, int, int]]:
        """The characters to choose from, each with the next state and the count of texts from there."""
        for letters in (_CAPITALS, _SMALL) if state not in self._numeric else ():
            live = self._live(state, left, letters)
            if live:
                return live + self._live(state, left, _DIGITS)
        return self._live(state, left, _DIGITS) or self._live(state, left, "")

    def _live(self, state: int, left: int, marks: str) -> list[tuple[str, int, int]]:
        steps = self._steps(state, marks)
        counts = {target: self._counts(target, left - 1) for target in {target for _, target in steps}}
        return [(mark, target, counts[target]) for mark, target in steps if counts[target]]

    def _follow(self, state: int, marks: str) -> list[tuple[str, int]]:
        """Some characters, or where none are stated those that the state tells apart, with the states they lead to."""
        marks = marks or "".join(sorted(self._language.states[state][0])) + " .-_"
        return [(mark, self._language.step(state, mark)) for mark in dict.fromkeys(marks)]

    def render(self, numbers: Index) -> NDArray[np.object_]:
        """The text of each number; different texts for different numbers."""
        letters = np.zeros((len(numbers), max(self.length, 1)), dtype=np.uint32)
        state = np.zeros(len(numbers), dtype=np.int64)
        rest = numbers.copy()
        for at in range(self.length):
            before = state.copy()
            for place in np.unique(before).tolist():
                rows = np.flatnonzero(before == place)
                letters[rows, at], state[rows], rest[rows] = self._step(place, self.length - at, rest[rows])
        texts: NDArray[np.object_] = letters.view(f"U{letters.shape[1]}").ravel().astype(object)
        return texts

    def _step(self, state: int, left: int, numbers: Index) -> tuple[NDArray[np.uint32], Index, Index]:
        choices = self._choices(state, left)
        vast = [choice for choice in choices if choice[2] >= _ENOUGH]
        if vast:
            # Any of these leaves room for all numbers: two rows that choose alike still differ further on.
            choices = vast
            picked = below(draw(make_key(0, "words of a language", left), numbers), len(choices))
            rest = numbers
        else:
            # There are never more numbers than fit: what lies beyond is not told apart.
            ends = np.array([min(end, _MOST) for end in accumulate(count for _, _, count in choices)], dtype=np.int64)
            picked = np.searchsorted(ends, numbers, side="right").astype(np.int64)
            picked = np.minimum(picked, len(choices) - 1)
            rest = numbers - np.concatenate([[0], ends[:-1]])[picked]
        marks = np.array([ord(mark) for mark, _, _ in choices], dtype=np.uint32)
        targets = np.array([target for _, target, _ in choices], dtype=np.int64)
        return marks[picked], targets[picked], rest


def _after_digits(language: Language) -> frozenset[int]:
    """The states that digits alone lead to, where digits are followed by digits."""
    useful = language.useful()
    found = useful - {0}
    while True:
        led = {target for state in useful for target in _led_otherwise(language, state, state in found)}
        if found.isdisjoint(led):
            return frozenset(found)
        found -= led


def _led_otherwise(language: Language, state: int, numeric: bool) -> set[int]:  # noqa: FBT001
    """The states that other characters than digits lead to, but for those that a digit is preferred to."""
    known, other = language.states[state]
    useful = language.useful()
    if numeric and any(language.step(state, digit) in useful for digit in _DIGITS):
        return set()
    return {*(target for mark, target in known.items() if mark not in _DIGITS), other} & useful
