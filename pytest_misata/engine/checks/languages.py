"""Sets of texts that finite automata tell: what LIKE, regular expressions and lengths leave of all texts.

Every state holds the characters it tells apart, each with the next state, and one next state for all other characters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pytest_misata.engine.checks.regex import Nfa, parse

State = tuple[dict[str, int], int]
P = TypeVar("P", bound=Hashable)
MOST_STATES = 4000
_MERGED = 80
"""Larger automata are left as they are: merging takes time with the square of their size."""


class TooLarge(Exception):
    """An automaton with more states than it is worth."""


@dataclass(frozen=True, eq=False)
class Language:
    """A deterministic automaton; state 0 is the first."""

    states: tuple[State, ...]
    accepting: tuple[bool, ...]

    def step(self, state: int, character: str) -> int:
        """The next state."""
        known, other = self.states[state]
        return known.get(character, other)

    def __contains__(self, text: str) -> bool:
        state = 0
        for character in text:
            state = self.step(state, character)
        return self.accepting[state]

    def __and__(self, other: Language) -> Language:
        return _both(self, other, lambda a, b: a and b)

    def __or__(self, other: Language) -> Language:
        return _both(self, other, lambda a, b: a or b)

    def __invert__(self) -> Language:
        return Language(self.states, tuple(not accepts for accepts in self.accepting))

    @cached_property
    def shortest(self) -> int | None:
        """The length of its shortest text; None where it has none."""
        reached, length = {0}, 0
        seen: set[int] = set()
        while reached:
            if any(self.accepting[state] for state in reached):
                return length
            seen |= reached
            reached = {target for state in reached for target in self.targets(state)} - seen
            length += 1
        return None

    @cached_property
    def told(self) -> str | None:
        """A shortest text, where all of its characters are told: of `LIKE '%@acme.com'` what follows the first sign."""
        heads, seen = {0: ""}, {0}
        while heads:
            ends = [head for state, head in heads.items() if self.accepting[state]]
            if ends:
                return min(ends) if len(min(ends)) == self.shortest else None
            found: dict[int, str] = {}
            for state, head in heads.items():
                for mark, target in self.states[state][0].items():
                    if target not in seen:
                        found[target] = min(head + mark, found.get(target, head + mark))
            seen |= found.keys()
            heads = found
        return None

    def targets(self, state: int) -> set[int]:
        """The states that follow one."""
        known, other = self.states[state]
        return {*known.values(), other}

    def few(self, most: int) -> list[str] | None:
        """All of its texts, where they are no more than `most`."""
        useful = self.useful()
        found: list[str] = []
        heads = [("", 0)] if 0 in useful else []
        while heads:
            longer = []
            for head, state in heads:
                if self.accepting[state]:
                    found.append(head)
                known, other = self.states[state]
                if other in useful:
                    return None
                longer += [(head + mark, target) for mark, target in known.items() if target in useful]
            heads = longer
            if len(found) + len(heads) > most:
                return None
        return found

    def useful(self) -> frozenset[int]:
        """The states from which a text can still end well."""
        return self._useful

    @cached_property
    def _useful(self) -> frozenset[int]:
        before: dict[int, set[int]] = {}
        for state in range(len(self.states)):
            for target in self.targets(state):
                before.setdefault(target, set()).add(state)
        useful = {state for state, accepts in enumerate(self.accepting) if accepts}
        grown = set(useful)
        while grown:
            grown = {source for state in grown for source in before.get(state, ())} - useful
            useful |= grown
        return frozenset(useful)


def _both(a: Language, b: Language, accept: Callable[[bool, bool], bool]) -> Language:
    """The product of two automata, as far as it can be reached."""

    def follow(pair: tuple[int, int]) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
        (known_a, other_a), (known_b, other_b) = a.states[pair[0]], b.states[pair[1]]
        marks = {*known_a, *known_b}
        steps = {mark: (known_a.get(mark, other_a), known_b.get(mark, other_b)) for mark in marks}
        return steps, (other_a, other_b)

    return _explored((0, 0), follow, lambda pair: accept(a.accepting[pair[0]], b.accepting[pair[1]]))


def _explored(first: P, follow: Callable[[P], tuple[dict[str, P], P]], accept: Callable[[P], bool]) -> Language:
    """Number the states that can be reached from the first, and merge those that nothing tells apart."""
    numbers: dict[P, int] = {first: 0}
    order, states = [first], []
    for place in order:
        steps, other = follow(place)
        for target in (*steps.values(), other):
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
                if len(order) > MOST_STATES:
                    raise TooLarge
        rest = numbers[other]
        states.append(({mark: n for mark, target in steps.items() if (n := numbers[target]) != rest}, rest))
    accepting = tuple(accept(place) for place in order)
    return _merged(states, accepting) if len(states) <= _MERGED else Language(tuple(states), accepting)


def _merged(states: Sequence[State], accepting: Sequence[bool]) -> Language:
    """The same automaton with the fewest states, by Moore's refinement."""
    groups = [int(accepts) for accepts in accepting]
    count = len(set(groups))
    while True:
        numbers: dict[object, int] = {}
        signatures = [_signature(states[at], groups, group) for at, group in enumerate(groups)]
        groups = [numbers.setdefault(signature, len(numbers)) for signature in signatures]
        if len(numbers) == count:
            break
        count = len(numbers)
    picked = {group: at for at, group in reversed(list(enumerate(groups)))}
    merged = [_regrouped(states[picked[group]], groups) for group in range(count)]
    return Language(tuple(merged), tuple(accepting[picked[group]] for group in range(count)))


def _signature(state: State, groups: Sequence[int], group: int) -> object:
    known, other = _regrouped(state, groups)
    return group, other, frozenset(known.items())


def _regrouped(state: State, groups: Sequence[int]) -> State:
    known, other = state
    rest = groups[other]
    return {mark: groups[target] for mark, target in known.items() if groups[target] != rest}, rest


EVERY_TEXT = Language((({}, 0),), (True,))
NO_TEXT = ~EVERY_TEXT


def found(pattern: str, *, folded: bool = False) -> Language:
    """The texts in which a regular expression is found. Raises ValueError where it cannot be read."""
    return _determined(parse(pattern, folded=folded))


def listed(texts: Iterable[str], *, folded: bool = False) -> Language:
    """These texts; with `folded`, whatever their capitals."""
    result = NO_TEXT
    for text in texts:
        marks = [{mark, mark.lower(), mark.upper()} if folded else {mark} for mark in text]
        end, lost = len(text), len(text) + 1
        states: list[State] = [(dict.fromkeys(known, at + 1), lost) for at, known in enumerate(marks)]
        states += [({}, lost), ({}, lost)]
        result |= Language(tuple(states), tuple(at == end for at in range(len(text) + 2)))
    return result


def sized(low: int, high: int | None) -> Language:
    """The texts of `low` to `high` characters."""
    last = (low if high is None else high + 1) if high is None or high >= low else 0
    if last > MOST_STATES:
        raise TooLarge
    states: list[State] = [({}, min(at + 1, last)) for at in range(last + 1)]
    return Language(tuple(states), tuple(at >= low and (high is None or at <= high) for at in range(last + 1)))


def without(characters: str) -> Language:
    """The texts that hold none of these characters."""
    return Language(((dict.fromkeys(characters, 1), 0), ({}, 1)), (True, False))


def _determined(nfa: Nfa) -> Language:
    """The subset construction."""

    def follow(places: frozenset[int]) -> tuple[dict[str, frozenset[int]], frozenset[int]]:
        edges = [edge for place in places for edge in nfa.edges[place]]
        marks = {mark for chars, _ in edges for mark in chars.marks}
        steps = {mark: nfa.closure(target for chars, target in edges if mark in chars) for mark in marks}
        return steps, nfa.closure(target for chars, target in edges if chars.negated)

    return _explored(nfa.closure([nfa.start]), follow, lambda places: nfa.end in places)
