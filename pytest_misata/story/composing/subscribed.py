"""Plans that rows are on of which no column tells: "100 accounts on enterprise and 200 on pro", "20% on metal"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pytest_misata.story.composing.breakdowns import Breakdown
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.lexicon import Words, is_somebody
from pytest_misata.story.english.plans import other_plan, plan_on
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Count
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.fitting import is_of_plans

COLUMN = "plan"
_LONGEST = 6
"""Tokens from the number of those who are on a plan to what they are on, at the most."""
_BEING = frozenset({"are", "is", "were", "was"})


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Rows of a table that a story says are on a plan: so many of them, a share, or the rest."""

    table: str
    plan: Words
    rows: int = 0
    share: Fraction = Fraction(0)
    rest: bool = False
    counted: bool = False
    """They are counted by their own name: "100 accounts on enterprise"."""


class Subscribers(Reader):
    """Finds who is on which plan, in the words of a story."""

    def mentions(self) -> Iterator[Subscribed]:
        """Every plan that some rows are said to be on, in the order of the story."""
        self.read()
        last: Subscribed | None = None
        for at in range(1, len(self.tokens)):
            plan = plan_on(self.tokens, at)
            found = self._said_of(at, plan[0], last) if plan else None
            if found is not None:
                last = found
                yield found

    def _said_of(self, at: int, plan: Words, last: Subscribed | None) -> Subscribed | None:
        counted = self._counted_until(at)
        if counted:
            return Subscribed(counted[0], plan, rows=counted[1], counted=True)
        start = next((one for one in range(at - 1, max(at - _LONGEST, -1), -1) if self._begins(one, at)), None)
        if start is None:
            return None
        self._mentioned = self._topics(start)
        portion = self.portion(start)
        named = portion.table if portion and not portion.guessed else None
        table = named or (last.table if last else self._somebody())
        number = self.tokens[start]
        if table is None or self.domain.is_list(table):
            return None
        if number.kind == "percent":
            return Subscribed(table, plan, share=number.value)
        if number.kind == "number":
            return Subscribed(table, plan, rows=int(number.value))
        return Subscribed(table, plan, rest=True)

    def _begins(self, start: int, at: int) -> bool:
        """Whether what is said of a plan begins at a place: a share, a number without a noun, or the rest."""
        plain = self._kind(start) == "percent" or (self._kind(start) == "number" and start == at - 1)
        portion = self.portion(start)
        are = portion is not None and self._text(portion.end) in _BEING
        return plain or (portion is not None and portion.is_rest and portion.end + are == at)

    def _counted_until(self, at: int) -> tuple[str, int] | None:
        """The 100 accounts of "100 accounts on enterprise"."""
        for start in range(max(0, at - _LONGEST), at):
            counted = self._counted_noun(start)
            if counted and counted[2] == at and counted[0].kind == "number" and not counted[0].article:
                return counted[1], int(counted[0].value)
        return None

    def _somebody(self) -> str | None:
        """Who was spoken of last that may be on a plan."""
        return next((table for table in reversed(self._mentioned) if is_somebody(table)), None)

    def find(self) -> Iterator[Breakdown]:
        """The column of plans of every table that has none."""
        mentions = list(self.mentions())
        planned = {hook.table for hook in self.domain.rates if is_of_plans(hook)}
        counted = {fact.table: fact.rows for fact in self.facts if isinstance(fact, Count) and not fact.qualifier}
        for table in dict.fromkeys(one.table for one in mentions if one.table not in planned):
            told = [one for one in mentions if one.table == table]
            said = tuple(dict.fromkeys(one.plan for one in told))
            rows = sum(one.rows for one in told)
            whole = any(one.rest for one in told) or sum(one.share for one in told) == 1
            # Those counted by their own name are all that there are: "100 accounts on enterprise and 200 on pro".
            whole = whole or (rows > 0 and rows == counted.get(table, rows if told[0].counted else 0))
            if COLUMN not in self.domain.data["tables"][table]["columns"]:
                yield Breakdown(table, COLUMN, said, whole, other_plan(said))


def subscribed(tokens: list[Token], domain: Domain) -> list[Breakdown]:
    """The columns of plans that a story asks for, and a domain lacks."""
    return list(Subscribers(tokens, domain).find())
