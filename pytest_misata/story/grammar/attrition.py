"""The grammar of attrition: how many of those who are there leave in each month or year."""

from __future__ import annotations

from pytest_misata.story.facts import AnyFact, Unplaced
from pytest_misata.story.grammar.paces import EVERY
from pytest_misata.story.grammar.trends import Trends

_NOUNS = frozenset({"churn", "attrition", "turnover"})
_VERBS = frozenset(
    "leave leaves leaving quit quits churn churns churning lapse lapses unsubscribe unsubscribes resign resigns cancel "
    "cancels cancelling".split()
)
_LOSING = frozenset("lose loses losing".split())
_PEOPLE = frozenset({"member", "customer", "staff", "employee", "user", "subscriber", "employees", "logo"})
_JOINTS = frozenset({"of", "at", "is", ":", "around", "about", "=", "rate", "(", "runs"})
_WHY = "a rate of each {unit} is of those who are there then, and no share of all rows, which can be stated"


class Attrition(Trends):
    """Reads off the tokens of a story which share of those who are there leaves in each unit of time."""

    def _attrition(self, at: int) -> tuple[list[AnyFact], int] | None:
        """12% monthly churn; churn of 4% a month; monthly staff turnover 2%; 5% of the members leave every month.

        No share of all rows, as "12% churn" is.
        """
        for rule in (self._share_first, self._noun_first, self._leaving, self._losing):
            found = rule(at)
            if found is not None:
                unit, end = found
                return [Unplaced(*self._stated(at, end), _WHY.format(unit=unit))], end
        return None

    def _every(self, at: int) -> tuple[str, int] | None:
        """Monthly; a month; each year: the unit, and the token after it."""
        unit = self._word("units", at) if self._text(at) in EVERY else None
        period = self._period(at) if unit is None else None
        return unit or (period and period[1:])

    def _past_noun_of_leaving(self, at: int) -> int:
        """The token after "churn", "staff turnover" or "customer attrition rate"; 0 where there is none."""
        at += self._text(at) in _PEOPLE and self._text(at + 1) in _NOUNS
        return at + 1 + (self._text(at + 1) == "rate") if self._text(at) in _NOUNS else 0

    def _share_first(self, at: int) -> tuple[str, int] | None:
        """12% monthly churn; a 4% churn rate per month."""
        if self._kind(at) != "percent":
            return None
        unit = self._every(at + 1)
        end = self._past_noun_of_leaving(unit[1] if unit else at + 1)
        late = self._every(end) if end and not unit else None
        return (unit[0], end) if unit and end else late

    def _noun_first(self, at: int) -> tuple[str, int] | None:
        """Monthly churn of 4%; churn of 4% a month."""
        unit = self._every(at)
        end = self._past_noun_of_leaving(unit[1] if unit else at)
        while end and self._text(end) in _JOINTS:
            end += 1
        if not end or self._kind(end) != "percent":
            return None
        return (unit[0], end + 1) if unit else self._every(end + 1)

    def _leaving(self, at: int) -> tuple[str, int] | None:
        """5% of the members leave every month."""
        portion = self.portion(at) if self._kind(at) == "percent" else None
        leaves = portion is not None and self._text(portion.end) in _VERBS
        return self._every(portion.end + 1) if portion and leaves else None

    def _losing(self, at: int) -> tuple[str, int] | None:
        """Losing 5% of its customers a month."""
        portion = self.portion(at + 1) if self._text(at) in _LOSING and self._kind(at + 1) == "percent" else None
        return self._every(portion.end) if portion else None
