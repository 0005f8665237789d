"""Regular expressions as databases write them, read into automata: only what regular languages can say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, punctuation

_MOST = 1000
"""Repeats beyond this are not followed."""


@dataclass(frozen=True, slots=True)
class Chars:
    """Some characters, or with `negated` all others."""

    marks: frozenset[str]
    negated: bool = False

    def __contains__(self, mark: str) -> bool:
        return (mark in self.marks) != self.negated

    def united(self, other: Chars) -> Chars:
        """The characters of both."""
        if self.negated == other.negated:
            marks = self.marks & other.marks if self.negated else self.marks | other.marks
            return Chars(marks, self.negated)
        outside, inside = (self, other) if self.negated else (other, self)
        return Chars(outside.marks - inside.marks, negated=True)

    def folded(self) -> Chars:
        """With capitals and small letters alike."""
        return Chars(
            frozenset(form for mark in self.marks for form in (mark.lower(), mark.upper(), mark)), self.negated
        )


_ANY = Chars(frozenset(), negated=True)
_SPACE = " \t\n\r\f\v"
_CLASSES = {
    "d": Chars(frozenset(digits)),
    "w": Chars(frozenset(ascii_letters + digits + "_")),
    "s": Chars(frozenset(_SPACE)),
}
_NAMED = {
    "alpha": ascii_letters,
    "digit": digits,
    "alnum": ascii_letters + digits,
    "upper": ascii_uppercase,
    "lower": ascii_lowercase,
    "space": _SPACE,
    "blank": " \t",
    "punct": punctuation,
    "xdigit": digits + "abcdefABCDEF",
    "word": ascii_letters + digits + "_",
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class Nfa:
    """An automaton that may be in several places at once."""

    edges: list[list[tuple[Chars, int]]] = field(default_factory=list)
    jumps: list[list[int]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def place(self) -> int:
        """A new place."""
        if len(self.edges) > 10 * _MOST:
            raise ValueError("too long a pattern")
        self.edges.append([])
        self.jumps.append([])
        return len(self.edges) - 1

    def closure(self, places: Iterable[int]) -> frozenset[int]:
        """These places and all that are reached from them without a character."""
        reached, waiting = set(places), []
        waiting = list(reached)
        while waiting:
            for target in self.jumps[waiting.pop()]:
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)


@dataclass(frozen=True, slots=True)
class _Repeat:
    node: _Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class _Sequence:
    nodes: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    nodes: tuple[_Node, ...]


_Node = Chars | _Repeat | _Sequence | _Choice
_EVERYTHING = _Repeat(_ANY, 0, None)


def parse(pattern: str, *, folded: bool = False) -> Nfa:
    """The automaton of all texts in which the pattern is found. Raises ValueError where it cannot be read."""
    if pattern.startswith("(?i)"):
        pattern, folded = pattern[4:], True
    node = _Parser(pattern, folded=folded).whole()
    nfa = Nfa()
    nfa.start = nfa.place()
    nfa.end = _build(nfa, node, nfa.start)
    return nfa


class _Parser:
    def __init__(self, pattern: str, *, folded: bool) -> None:
        self._text, self._at, self._folded = pattern, 0, folded

    def whole(self) -> _Node:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        if self._at < len(self._text):
            raise ValueError(f"{self._text!r}: unexpected {self._text[self._at]!r}")
        return _Choice(tuple(branches))

    def _branch(self) -> _Node:
        """One alternative of the whole: anchors stand at its borders, or text may come before and after."""
        before = [] if self._take("^") or self._take("\\A") else [_EVERYTHING]
        middle = self._sequence(outer=True)
        after = [] if self._take("$") or self._take("\\Z") or self._take("\\z") else [_EVERYTHING]
        return _Sequence((*before, middle, *after))

    def _sequence(self, *, outer: bool = False) -> _Node:
        nodes: list[_Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            if outer and self._text[self._at :].startswith(("$", "\\Z", "\\z")):
                break
            nodes.append(self._repeated(self._atom()))
        return _Sequence(tuple(nodes))

    def _repeated(self, node: _Node) -> _Node:
        while self._at < len(self._text):
            bounds = self._bounds()
            if bounds is None:
                return node
            self._take("?")
            node = _Repeat(node, *bounds)
        return node

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        if not self._take("{"):
            return None
        low, comma, high = self._until("}").partition(",")
        first = int(low or 0)
        last = (int(high) if high else None) if comma else first
        if max(first, last or 0) > _MOST or (last is not None and last < first):
            raise ValueError("a repeat out of range")
        return first, last

    def _atom(self) -> _Node:
        mark = self._next()
        if mark == "(":
            return self._group()
        if mark == "[":
            return self._set()
        if mark == ".":
            return _ANY
        if mark == "\\":
            return self._escaped()
        if mark in "*+?{^$":
            raise ValueError(f"{self._text!r}: {mark!r} in a place it cannot be read in")
        return self._mark(mark)

    def _mark(self, mark: str) -> Chars:
        chars = Chars(frozenset(mark))
        return chars.folded() if self._folded else chars

    def _group(self) -> _Node:
        if self._take("?") and not self._take(":"):
            raise ValueError("a group of a special kind")
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if not self._take(")"):
            raise ValueError("a group without an end")
        return _Choice(tuple(branches))

    def _escaped(self) -> Chars:
        mark = self._next()
        if mark.lower() in _CLASSES:
            chars = _CLASSES[mark.lower()]
            return Chars(chars.marks, negated=mark.isupper())
        if mark in _CONTROLS:
            return Chars(frozenset(_CONTROLS[mark]))
        if mark.isalnum():
            raise ValueError(f"\\{mark} in a pattern")
        return self._mark(mark)

    def _set(self) -> Chars:
        negated = self._take("^")
        chars = Chars(frozenset())
        first = True
        while first or not self._take("]"):
            chars = chars.united(self._member())
            first = False
        chars = chars.folded() if self._folded else chars
        return Chars(chars.marks, negated != chars.negated)

    def _member(self) -> Chars:
        if self._take("[:"):
            return Chars(frozenset(_NAMED[self._until(":]")]))
        low = self._next()
        if low == "\\":
            chars = self._escaped()
            if len(chars.marks) > 1 or chars.negated:
                return chars
            (low,) = chars.marks
        if not self._text.startswith("-", self._at) or self._text.startswith("-]", self._at):
            return Chars(frozenset(low))
        self._next()
        high = self._next()
        high = self._next() if high == "\\" else high
        if ord(high) - ord(low) > _MOST or high < low:
            raise ValueError("a range too wide")
        return Chars(frozenset(map(chr, range(ord(low), ord(high) + 1))))

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise ValueError(f"{self._text!r} ends early")
        self._at += 1
        return self._text[self._at - 1]

    def _take(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _until(self, end: str) -> str:
        at = self._text.find(end, self._at)
        if at < 0:
            raise ValueError(f"{self._text!r}: no {end!r}")
        inside, self._at = self._text[self._at : at], at + len(end)
        return inside


def _build(nfa: Nfa, node: _Node, start: int) -> int:
    """Add a node after a place; the place it ends at."""
    match node:
        case Chars():
            end = nfa.place()
            nfa.edges[start].append((node, end))
            return end
        case _Sequence(nodes):
            for part in nodes:
                start = _build(nfa, part, start)
            return start
        case _Choice(nodes):
            end = nfa.place()
            for part in nodes:
                branch = nfa.place()
                nfa.jumps[start].append(branch)
                nfa.jumps[_build(nfa, part, branch)].append(end)
            return end
        case _Repeat(inner, low, high):
            return _build_repeat(nfa, inner, low, high, start)


def _build_repeat(nfa: Nfa, inner: _Node, low: int, high: int | None, start: int) -> int:
    for _ in range(low):
        start = _build(nfa, inner, start)
    end = nfa.place()
    if high is None:
        loop = nfa.place()
        nfa.jumps[start].append(loop)
        nfa.jumps[_build(nfa, inner, loop)].append(loop)
        nfa.jumps[loop].append(end)
        return end
    for _ in range(high - low):
        nfa.jumps[start].append(end)
        start = _build(nfa, inner, start)
    nfa.jumps[start].append(end)
    return end
