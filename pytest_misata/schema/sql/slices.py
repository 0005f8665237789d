"""What is said of a part of a text, or of how many parts it has, as a pattern for the whole text.

`split_part(x, '/', 1) = 'api'`, `substr(x, 3, 2) IN ('DE', 'FR')`, `cardinality(string_to_array(x, ',')) <= 3` and
`length(x) - length(replace(x, ',', '')) < 3`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pytest_misata.schema.sql.nodes import arguments, bare, function

_MOST = 1000
"""So many parts are not counted out."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a text: what stands before it, a character of it, and what stands behind it, as patterns."""

    of: Any
    before: str
    mark: str
    behind: str
    size: int | None = None
    """How many characters it has where the text has so many."""

    def equal(self, values: Iterable[str]) -> str | None:
        """The pattern of the texts in which it is one of some texts; None where that cannot be told."""
        listed = list(values)
        if not listed or not all(re.fullmatch(f"(?s:{self.mark})+", value) for value in listed):
            return None
        if self.size is None:
            return f"^{self.before}({'|'.join(map(re.escape, listed))}){self.behind}$"
        if any(len(value) > self.size for value in listed):
            return None
        ends = [re.escape(value) + (".*" if len(value) == self.size else "") for value in listed]
        return f"^{self.before}({'|'.join(ends)})$"

    def like(self, pattern: str) -> str | None:
        """The pattern of the texts in which it is like another one."""
        if self.size is not None or "\\" in pattern:
            return None
        return f"^{self.before}{''.join(map(self._like_part, pattern))}{self.behind}$"

    def _like_part(self, letter: str) -> str:
        return {"%": f"{self.mark}*", "_": self.mark}.get(letter) or re.escape(letter)


def slice_of(node: Any) -> Slice | None:
    """The part of a text that a node takes; None where it takes none, or not by constants."""
    node = _plain(node)
    cut = _SLICES.get(type(node).__name__)
    return None if cut is None else cut(node)


def _split(node: Any, number: str) -> Slice | None:
    between, place = _constant(node.args.get("delimiter")), _constant(node.args.get(number))
    if not isinstance(between, str) or len(between) != 1 or not isinstance(place, int) or place < 1:
        return None
    mark, at = f"[^{_in_class(between)}]", re.escape(between)
    if number == "count" and place > 1:
        return None
    before = f"({mark}*{at}){{{place - 1}}}" if place > 1 else ""
    return Slice(node.this, before, mark, f"({at}.*)?")


def _substring(node: Any) -> Slice | None:
    start, length = _constant(node.args.get("start")), _constant(node.args.get("length"))
    if not isinstance(start, int) or not isinstance(length, int) or start < 2 or length < 1:
        return None
    return Slice(node.this, f".{{{start - 1}}}", ".", "", length)


_SLICES: dict[str, Callable[[Any], Slice | None]] = {
    "SplitPart": lambda node: _split(node, "part_index"),
    "SubstringIndex": lambda node: _split(node, "count"),
    "Substring": _substring,
}


def counted_parts(node: Any, op: str, bound: Any) -> tuple[Any, str] | None:
    """The text of which a node counts the parts between separators, and the pattern of those with so many of them."""
    found, count = _counted(_plain(node)), _constant(bound)
    if found is None or not isinstance(count, int) or op == "<>" or not 0 <= count < _MOST:
        return None
    of, between, more = found
    low, high = _SPANS[op](count - more)
    if high is not None and high < 0:
        return None
    mark, at = f"[^{_in_class(between)}]", re.escape(between)
    # A text of no part is no text at all to some functions.
    return of, f"^{mark}{'+' if more else '*'}({at}{mark}*){{{max(low, 0)},{'' if high is None else high}}}$"


_SPANS: dict[str, Callable[[int], tuple[int, int | None]]] = {
    "=": lambda count: (count, count),
    "<": lambda count: (0, count - 1),
    "<=": lambda count: (0, count),
    ">": lambda count: (count + 1, None),
    ">=": lambda count: (count, None),
}


def _counted(node: Any) -> tuple[Any, str, int] | None:
    """A text, what separates its parts, and how many more of these than separators there are."""
    kind = type(node).__name__
    if kind == "Sub":
        whole, rest = (_plain(side) for side in (node.this, node.expression))
        if function(whole) == function(rest) and function(whole) in _LENGTHS:
            return _replaced(arguments(whole)[0], _plain(arguments(rest)[0]))
    if function(node) in {"cardinality", "arraysize", "array_length"}:
        listed = _plain(arguments(node)[0])
        if type(listed).__name__ == "StringToArray":
            between = _constant(listed.expression)
            return (listed.this, between, 1) if isinstance(between, str) and len(between) == 1 else None
    return None


_LENGTHS = frozenset({"length", "bytelength", "octet_length"})
"""In characters, or in bytes: what separates parts is one of either."""


def _replaced(whole: Any, node: Any) -> tuple[Any, str, int] | None:
    if type(node).__name__ != "Replace" or _constant(node.args.get("replacement")) != "":
        return None
    between = _constant(node.expression)
    same = _plain(node.this) == _plain(whole)
    single = isinstance(between, str) and len(between) == 1 and between.isascii()
    return (whole, between, 0) if same and single else None


def _plain(node: Any) -> Any:
    """The node without parentheses and casts to texts."""
    node = bare(node)
    while type(node).__name__ == "Cast" and node.to.this.name in {"TEXT", "VARCHAR"}:
        node = bare(node.this)
    return node


def _constant(node: Any) -> Any:
    node = None if node is None else _plain(node)
    if type(node).__name__ != "Literal":
        return None
    return node.this if node.is_string else int(node.this) if node.this.isdigit() else None


def _in_class(letter: str) -> str:
    return f"\\{letter}" if letter in "\\]^-" else letter
