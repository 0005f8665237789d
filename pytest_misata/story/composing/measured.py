"""Columns of amounts that a story states and no table has: "rents between 600 and 2400 EUR"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_misata.story.domain import Domain
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.facts import Aged, Amount, Count, Dealt, Pace, Ratio
from pytest_misata.story.grammar.bounds import REGULAR, WORTH
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.holding import CAPACITY, MEMBERS, OCCUPANCY, PARTY
from pytest_misata.story.grammar.quantities import COSTING
from pytest_misata.story.placing.aging import births_of
from pytest_misata.story.placing.amounts import AGE, has_place

_OF_PEOPLE = frozenset(
    {
        "age",
        "salary",
        "wage",
        "income",
        "weight",
        "height",
        "experience",
        "bonus",
        "tenure",
        "seniority",
        "due",
        "dues",
        "admission",
        "tuition",
        "stay",
    }
)
_OF_DEALINGS = frozenset("commission fee tip discount surcharge toll duration delay time wait distance".split())
_PRICES = frozenset({"price", "cost", "value"})
_OF_THINGS = frozenset("starting reserve asking list retail catalogue sticker guide".split())
"""What a price of things for sale is called, rather than one of what is paid."""
_NOT_SOLD = frozenset({"place", "organisation", "group", "topic", "person"})
"""Kinds of noun whose prices a story that has others hardly speaks of."""
_OF_UNDERTAKINGS = frozenset({"budget", "spend", "attendance", "turnout"})
"""What weddings and campaigns have, rather than where they take place."""
_DEALINGS = frozenset({"happening", "document", "occasion", "money"})
"""Kinds of noun that such amounts are of, rather than of the things that are dealt in."""
_LET = frozenset("rentals bookings reservations hires stays leases subscriptions memberships contracts".split())
_SUMS = frozenset(
    "debt loan fine grant donation pledge arrear bill invoice payment contribution deposit refund".split()
)
"""What is an amount of money itself, so that a number is how much it is: "debts averaging 1,800"."""
_MONEY = {"type": "money", "kind": "lognormal", "median": "50", "sigma": "0.6", "minimum": "0.01"}
_MEASURE = {"type": "numeric(10,2)", "kind": "lognormal", "median": "20", "sigma": "0.5", "minimum": "0.01"}
_COUNT = {"type": "integer", "kind": "lognormal", "median": "20", "sigma": "0.5", "minimum": "1", "step": "1"}
_COUNTED = frozenset(
    "quantity size count number audience attendance capacity score point page seat headcount crew copy team group "
    "party".split()
)
"""What is told in whole numbers."""
_UNNAMED = ("amount",)
"""What the amount of a table is called that the story only says the worth of."""
_PRICED = frozenset({"thing", "occasion", "place"})
"""Kinds of noun that are paid for, so that what they are worth is a price."""
_WHOLE = 100
_PERCENT = {"type": "numeric(5,2)", "kind": "normal", "mean": "50", "sd": "18", "low": "1", "high": "100"}
_BIRTHS = {"type": "date", "kind": "birth_date"}


class Measures(Reader):
    """Finds the amounts that are of no column yet."""

    def find(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The table, the name and the making of each column that is missing."""
        schema = self.domain.usual_schema()
        for fact in self.read():
            if isinstance(fact, Aged) and not any(births_of(schema.tables[fact.table])):
                yield fact.table, "birth_date", dict(_BIRTHS)
            if isinstance(fact, Amount) and self._may_be_new(fact) and not has_place(schema, fact):
                told = str(fact.where) if fact.noun in {PARTY, CAPACITY, OCCUPANCY, MEMBERS} else None
                table = told or self._named_in(fact) or (self._table_of(fact) if fact.noun else str(fact.where))
                name = _name_of(fact)
                timed = unit_of(fact.unit) in _TIMES and _has_an_end(schema.tables[table].columns)
                if not schema.tables[table].fixed and not timed and name not in schema.tables[table].columns:
                    yield (
                        table,
                        name,
                        _column_for(fact, paid=self._is_paid(fact) or (not fact.noun and singular_of(table) in _SUMS)),
                    )

    def _may_be_new(self, fact: Amount) -> bool:
        """Whether the amount has a name, or is what rows are worth; of a table alone it is of a column there."""
        begins = next(token.text for token in self.tokens if token.start == fact.start)
        told = bool(fact.noun or fact.unit) or begins in {words[0] for words in WORTH}
        told = told or self._is_paid(fact) or singular_of(str(fact.where)) in _SUMS
        return fact.where is not None and told

    def _is_paid(self, fact: Amount) -> bool:
        """Whether the amount is told in money."""
        return any(self._kind(at) == "money" or self._is_money(at) for at in self._tokens_of(fact))

    def _named_in(self, fact: Amount) -> str | None:
        """The table that the words of the amount name: "lessons cost 25 euros", "average birth weight"."""
        at = next(at for at, token in enumerate(self.tokens) if token.start == fact.start)
        at += self._text(at) in {"each", "every"}
        named = self._table(at)
        if named and self._text(at + named[1]) in COSTING:
            return named[0]
        # The "birth weight" is that of a birth, whoever is there besides.
        if fact.among and self._just_named(at) == fact.where:
            return fact.where
        told = any(self.table_at(place) == fact.where for place in self._tokens_of(fact)) and bool(fact.noun)
        return fact.where if told else None

    def _tokens_of(self, fact: Amount) -> Iterator[int]:
        return (at for at, token in enumerate(self.tokens) if fact.start <= token.start < fact.end)

    def _table_of(self, fact: Amount) -> str:
        """The table spoken of last that can have such an amount: people have salaries, what they rent has a rent."""
        personal = (singular_of(fact.noun[-1]) or fact.noun[-1]) in _OF_PEOPLE
        before = [
            one
            for one in reversed(self.facts)
            if isinstance(one, Count | Dealt | Ratio | Pace) and one.start < fact.start
        ]
        named = [one.child if isinstance(one, Ratio) else one.table for one in before]
        # What the others only are in or at comes last: "tickets for concerts in 10 venues, prices ...".
        named.sort(key=lambda name: name in self._asides)
        alike = [name for name in named if self._has_alike(name, fact.noun[-1])]
        if fact.noun in REGULAR.values():
            # What is let is so much a day, and what people are subscribed to so much a month.
            let = [name for name in named if name.split("_")[-1] in _LET]
            paying = [name for name in named if self._is_person(name)] if fact.noun[-1] == "price" else []
            return next(iter([*let, *paying, *named]), str(fact.where))
        fitting = alike or [name for name in named if self._is_person(name) == personal]
        if (singular_of(fact.noun[-1]) or fact.noun[-1]) in _PRICES:
            fitting.sort(key=lambda name: kind_of(name) in _NOT_SOLD)
            if fact.noun[0] in _OF_THINGS:
                fitting.sort(key=lambda name: kind_of(name) != "thing")
        if (singular_of(fact.noun[-1]) or fact.noun[-1]) in _OF_DEALINGS:
            dealt = [name for name in fitting if kind_of(name) in _DEALINGS]
            fitting = dealt or [name for name in fitting if kind_of(name) != "place"] or fitting
        if (singular_of(fact.noun[-1]) or fact.noun[-1]) in _OF_UNDERTAKINGS and not alike:
            fitting.sort(key=lambda name: kind_of(name) in {"place", "organisation"})
        apart = [name for name in fitting[:1] if name in self._asides and kind_of(name) in _NOT_SOLD]
        if not personal and apart and named[0] not in self._asides:
            # The places that rows only are in are not what is measured.
            fitting = named
        return next(iter([*fitting, *named]), str(fact.where))

    def _has_alike(self, table: str, noun: str) -> bool:
        """Whether a table has columns that are called so in part: jobs with a lowest and a highest salary."""
        word = singular_of(noun) or noun
        return any(word in name.split("_") for name in self.domain.data["tables"][table]["columns"])

    def _is_person(self, table: str) -> bool:
        return kind_of(table) == "person"


_TIMES = [unit_of(unit) for unit in ("day", "night", "week", "month")]
_LAST = frozenset({"returned", "returns", "ended", "ends", "due", "until", "discharged", "closed", "out"})


def _has_an_end(columns: Iterable[str]) -> bool:
    """Whether dates tell how long a row lasts, so that no column of its own may."""
    return any(_LAST & set(name.split("_")) and name.endswith(("_on", "_at", "_out")) for name in columns)


def _name_of(fact: Amount) -> str:
    """What the column of an amount is called: its noun, and the unit that it is in."""
    if fact.noun == AGE and not fact.unit:
        return "birth_date"
    unit = unit_of(fact.unit) if fact.unit else None
    words = tuple(singular_of(word) or word for word in fact.noun)
    if unit is None:
        priced = kind_of(str(fact.where)) in _PRICED and singular_of(str(fact.where)) not in _SUMS
        return "_".join(words or (("price",) if priced else _UNNAMED))
    return "_".join((*(words or (unit.quantity,)), unit.suffix))


def _column_for(fact: Amount, *, paid: bool) -> dict[str, Any]:
    if fact.noun == AGE and not fact.unit:
        return dict(_BIRTHS)
    unit = unit_of(fact.unit) if fact.unit else None
    if unit is None and not paid:
        counted = fact.noun and (singular_of(fact.noun[-1]) or fact.noun[-1]) in _COUNTED and fact.low.denominator == 1
        return dict(_COUNT) if counted else dict(_MEASURE)
    if unit is None:
        return dict(_MONEY)
    if unit.suffix == "percent" and fact.high <= _WHOLE:
        return dict(_PERCENT)
    whole = unit.whole and fact.low.denominator == 1
    return {**_MEASURE, "type": "integer", "step": "1", "minimum": "1"} if whole else dict(_MEASURE)


def measures(tokens: list[Token], domain: Domain) -> list[tuple[str, str, dict[str, Any]]]:
    """The columns of amounts that a story asks for and a domain lacks."""
    return list(Measures(tokens, domain).find())
