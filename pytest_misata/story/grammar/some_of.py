"""The grammar of what some rows have or are: 6% of the policies with claims, half of the issues bugs."""

from __future__ import annotations

from pytest_misata.story.english.lexicon import are_people, is_had_by_people, kind_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import AnyFact, Count, Ratio, Unplaced
from pytest_misata.story.grammar.of_each import OfEach
from pytest_misata.story.grammar.ratios import CLOSES, HAVING
from pytest_misata.story.grammar.values import Portion


class SomeOf(OfEach):
    """Reads off the tokens of a story which part of the rows of a table has rows of another."""

    def _share_having(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[500 policies,] 6% with claims; a third of the routes have exactly one stop: of rows with rows of theirs."""
        portion = self.portion(at)
        if portion is None or portion.is_rest or portion.vague:
            return None
        had = self._had(portion.end + (self._text(portion.end) in {"who", "that", "which"}))
        if had is None:
            return None
        number, child, end = had
        parent = portion.table or self._haver_of(child, portion) or self.domain.owner_of(child)
        if parent is None or not self.domain.related(child, parent):
            return None
        self._mentioned.append(child)
        return [self._of_some(at, end, child, parent, portion, number)], end

    def _haver_of(self, child: str, portion: Portion) -> str | None:
        """The table spoken of last whose rows may have such: people have pets, and 10% of 3 groups are none of them."""
        had = {fact.child for fact in self.facts if isinstance(fact, Ratio) and fact.some}
        counts = {fact.table: fact.rows for fact in self.facts if isinstance(fact, Count) and not fact.qualifier}
        spoken_of = [one for one in reversed(self._mentioned) if one not in {*self._asides, *had}]
        able = [one for one in spoken_of if kind_of(one) != "topic" and self.domain.related(child, one)]
        people = [one for one in able if are_people(one)] if is_had_by_people(child) else []
        some = [one for one in able if (portion.share or 1) * counts.get(one, 1 / (portion.share or 1)) >= 1]
        return next(iter((*people, *some)), None) or self._parent_of(child)

    def _had(self, at: int) -> tuple[Token | None, str, int] | None:
        """With claims; have exactly one stop: how many, if that is said, of which table, and the token after."""
        counted, known = self._counted_noun(at + 1), self._table(at + 1)
        if self._text(at) not in HAVING or not (counted or known):
            return None
        plain = (None, known[0], at + 1 + known[1]) if known else None
        found = counted[:3] if counted else plain
        closed = found is not None and (self._kind(found[2]) != "word" or self._text(found[2]) in CLOSES)
        return found if closed else None

    def _share_of_class(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[100 issues,] half of them bugs; 60% features; 30 of them bugs: rows of a class with a table of its own."""
        portion = self.portion(at)
        if portion is None or portion.is_rest or portion.vague:
            return None
        start = portion.end + (self._text(portion.end) in {"are", "is", "were"})
        named = self._table(start)
        if self._text(at + 1) != "of" and portion.table and self._table(at + 1):
            # "60% features" are no share of the features.
            named, start = (portion.table, 0), portion.end
        wholes = [name for name in reversed(self._mentioned) if named and self.domain.is_class_of(named[0], name)]
        if named is None or not wholes:
            return None
        end = start + named[1]
        if portion.rows is not None:
            return [Count(*self._stated(at, end), named[0], portion.rows)], end
        return [self._of_some(at, end, named[0], wholes[0], portion, None)], end

    def _of_some(
        self, at: int, end: int, child: str, parent: str, portion: Portion, number: Token | None
    ) -> Ratio | Unplaced:
        """A share of the parents with one child each, and the others with none."""
        one = number is None or number.article or (number.value == 1 and self._limit(at, end) == "least")
        if not one or portion.share is None or not 0 < portion.share <= 1:
            return Unplaced(*self._stated(at, end), f"how many {child} a part of the {parent} has is not told apart")
        return Ratio(*self._stated(at, end), child, parent, portion.share, each=True, bounds=(0, 1), some=True)
