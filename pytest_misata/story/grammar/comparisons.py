"""The grammar of comparisons: limits that no row exceeds, and how many rows there are beside those of another table."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.facts import AnyFact, Rate, Ratio
from pytest_misata.story.grammar.ratios import HAVING, limited
from pytest_misata.story.grammar.some_of import SomeOf

_AS_MANY = [words.split() for words in ("as many", "the number of", "more", "the amount of")]
_DEEDS = frozenset({"happening", "occasion", "document", "money"})
_TIMES = {
    "twice": Fraction(2),
    "double": Fraction(2),
    "thrice": Fraction(3),
    "triple": Fraction(3),
    "half": Fraction(1, 2),
}


class Comparisons(SomeOf):
    """Reads off the tokens of a story how many rows of a table there are, as seen from those of another."""

    def _no_parent_has(self, at: int) -> tuple[list[AnyFact], int] | None:
        """No customer has more than 3 accounts."""
        parent = self._table(at + 1) if self._text(at) == "no" else None
        verb = at + 1 + (parent[1] if parent else 0)
        if parent is None or (self._text(verb) not in HAVING and self._said(verb + 1, verb + 3) != ["more", "than"]):
            return None
        start = verb + 1
        number = self._number(start)
        if number and self._text(number[1]) == "times" and self._limit(start, number[1]) == "more":
            end, deed = number[1] + 1, self._deed_of(parent[0])
            return (
                ([limited(self._stated(at, end), deed, parent[0], int(number[0].value), "most")], end) if deed else None
            )
        counted = self._counted_noun(start)
        if counted is None or self._limit(start, counted[2]) != "more":
            return None
        token, child, end, _ = counted
        return [limited(self._stated(at, end), child, parent[0], int(token.value), "most")], end

    def _deed_of(self, table: str) -> str | None:
        """What rows of a table do, or what happens to them, that was spoken of last."""
        related = (name for name in reversed(self._mentioned) if self.domain.related(name, table))
        return next((name for name in related if kind_of(name) in _DEEDS), None)

    def _compared(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Twice as many orders as customers; 3 times more posts than users; as many rooms as guests."""
        times, start = self._times(at)
        size = next((len(words) for words in _AS_MANY if self._said(start, start + len(words)) == words), 0)
        child = self._table(start + size) if size else None
        if size and child is None:
            return self._compared_values(at, start + size, times)
        if child is None or (times == 1 and self._text(start) != "as"):
            return None
        joint = start + size + child[1]
        parent = self._table(joint + 1 + (self._text(joint + 1) in {"there", "the"}))
        if self._text(joint) not in {"as", "than"} or parent is None:
            return None
        end = joint + 1 + parent[1]
        return [Ratio(*self._stated(at, end), child[0], parent[0], times, compared=True)], end

    def _compared_values(self, at: int, first: int, times: Fraction) -> tuple[list[AnyFact], int] | None:
        """Twice as many imports as exports: the shares of two values of one column."""
        one = self._hook(first, None)
        joint = first + (one[2] if one else 0)
        other = self._hook(joint + 1, None) if one and self._text(joint) in {"as", "than"} else None
        if one is None or other is None or one[0].column != other[0].column or one[0].table != other[0].table:
            return None
        end = joint + 1 + other[2]
        span, part = self._stated(at, end), 1 / (1 + times)
        return [Rate(*span, *one[:2], 1 - part), Rate(*span, *other[:2], part)], end

    def _times(self, at: int) -> tuple[Fraction, int]:
        """How many times as many, and the token after that."""
        if self._text(at) in _TIMES:
            return _TIMES[self._text(at)], at + 1
        if self._kind(at) == "number" and self._text(at + 1) in {"times", "x"}:
            return self.tokens[at].value, at + 2
        return Fraction(1), at
