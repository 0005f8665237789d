"""The grammar of throughput: so many tonnes a day of what is sold, made or taken in, a row for each day."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.story.english.dates import span_at
from pytest_misata.story.english.lexicon import outputs
from pytest_misata.story.english.units import Unit, unit_of
from pytest_misata.story.facts import Amount, AnyFact, Pace
from pytest_misata.story.grammar.attrition import Attrition
from pytest_misata.story.grammar.nouns import ABOUT, Nouns

_TIMES = frozenset({"second", "minute", "hour", "day", "night", "week", "month", "year"})
_LONGEST = 4
"""Words between a measure and the unit of time it is of, at the most: "litres of raw milk a day"."""
_EVERY = frozenset({"a", "an", "per", "each", "every"})
_DAYS = frozenset({"day", "week", "month", "hour"})


def output_at(nouns: Nouns, at: int) -> tuple[str, Unit, int, int] | None:
    """The table that a verb here asks for, the unit, where the number is, and where the unit of time is.

    As the "selling" of "selling 40 tonnes of gravel a day" does.
    """
    table = outputs().get(nouns.text_at(at))
    number = at + 1
    while nouns.text_at(number) in ABOUT:
        number += 1
    token = nouns.tokens[number] if table and number < len(nouns.tokens) else None
    unit = unit_of(nouns.text_at(number + 1)) if token and token.kind == "number" and not token.article else None
    if table is None or unit is None or unit.names[0] in _TIMES or unit.suffix == "percent":
        return None
    places = range(number + 2, number + 2 + _LONGEST + 1)
    every = next((p for p in places if nouns.text_at(p) in _EVERY and nouns.text_at(p + 1) in _DAYS), 0)
    between = [nouns.tokens[p] for p in range(number + 2, every)] if every else []
    plain = every and all(one.kind == "word" for one in between)
    return (table, unit, number, every + 1) if plain else None


class Outputs(Attrition):
    """Reads off the tokens of a story how much goes in or out in each unit of time."""

    def _output(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Selling 40 tonnes a day in March 2024; producing 900 litres of milk a day."""
        found = output_at(self, at)
        if found is None or found[0] not in self.domain.names:
            return None
        table, unit, number, time = found
        span = span_at(self.tokens, time + 1)
        end = span[1] if span else time + 1
        said = self._stated(at, end)
        value = self.tokens[number].value
        self._mentioned.append(table)
        pace = Pace(*said, table, Fraction(1), self._text(time), span and span[0])
        return [pace, Amount(*said, "mean", (), table, value, value, unit.names[0])], end
