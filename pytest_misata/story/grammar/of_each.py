"""The grammar of what is said of each row, and makes no ratio: of some rows alone, or whose one each is."""

from __future__ import annotations

from pytest_misata.story.english.naming import is_state
from pytest_misata.story.facts import AnyFact, Subject, Unplaced
from pytest_misata.story.grammar.ratios import Ratios

_OF_ONE = frozenset("by in at from to on".split())
_ANY_ONE = frozenset("single individual one of".split())
"""Words after "every" that leave none out."""


class OfEach(Ratios):
    """Reads off the tokens of a story what each row has or is of, where that sizes no table."""

    def _each_of_some(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Every active user has 2 to 8 projects; active users have 3 tickets each: of some rows alone."""
        leads = self._text(at) in {"each", "every"}
        word = at + leads
        parent = self._table(word + 1) if self._kind(word) == "word" and not self._table(word) else None
        if parent is None or self._text(word) in _ANY_ONE or not (leads or is_state((self._text(word),))):
            return None
        start = self._past_verb(word + 1 + parent[1])
        counted = self._counted_noun(start) if start is not None else None
        if counted is None or not (leads or self._text(counted[2]) in {"each", "apiece"}):
            return None
        end = counted[2] + (not leads)
        return [
            Unplaced(*self._stated(at, end), f"how many {counted[1]} some of the {parent[0]} have is not told apart")
        ], end

    def _each_of_one(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[60 books,] each by one author; each written by a single author: of which the rows are, and no count."""
        joint = next((place for place in (at + 1, at + 2, at + 3) if self._text(place) in _OF_ONE), None)
        if self._text(at) != "each" or joint is None or not self._mentioned:
            return None
        first = joint + 1 + (self._text(joint + 1) in {"exactly", "only", "just", "a", "one"})
        first += self._text(first) in {"one", "single"}
        table = self._table(first) if first > joint + 1 else None
        if table is None or table[0] == self._mentioned[-1]:
            return None
        span, child = self._stated(at, first + table[1]), self._mentioned[-1]
        if not self.domain.related(child, table[0]):
            return [Unplaced(*span, f"no key says that {child} belong to {table[0]}")], first + table[1]
        return [Subject(*span, f"{child} belong to one of {table[0]} each")], first + table[1]
