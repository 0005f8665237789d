"""The grammar of bounds: what things cost at the least and at the most, what they are worth, and how old they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.facts import Amount, AnyFact, Shape
from pytest_misata.story.naming import singular
from pytest_misata.story.nouns import ABOUT
from pytest_misata.story.quantities import AGED, COSTING, FIXED, IS, LASTING, LASTS, NO_NOUNS, Quantities
from pytest_misata.story.units import unit_of

WORTH = (
    ("worth",),
    ("totalling",),
    ("totaling",),
    ("costing",),
    ("valued", "at"),
    ("priced", "at"),
    ("sold", "at"),
    ("at",),
    ("of",),
)
"""Words after a table and before what each of its rows is worth."""
_AT_MOST = (("up", "to"), ("at", "most"), ("no", "more", "than"), ("not", "exceeding"), ("under",), ("below",))
_AT_LEAST = (
    *(("at", "least"), ("more", "than"), ("no", "less", "than"), ("upwards", "of"), ("starting", "at")),
    *(("above",), ("over",), ("exceeding",)),
)
_WHOLE = Fraction(100)
_FAR = 10
"""How many times as much as the least amounts are at the most, where a story does not say. An assumption."""
_PARTY = frozenset({"people", "persons", "guests", "diners", "players", "adults", "participants"})
_PRICED = frozenset({"priced", "sold", "costing"})
_WORTH_IN_ALL = frozenset({"worth", "totalling", "totaling", "valued"})


class Bounds(Quantities):
    """Reads off the tokens of a story between which bounds the amounts are that it speaks of."""

    def _worth(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[50 deals] worth $10,000 on average; worth 10k each; priced at $49; costing 30 EUR apiece."""
        size = next((len(words) for words in WORTH if tuple(self._said(at, at + len(words))) == words), 0)
        table = self._just_named(at) if size else None
        end = at + size
        end += self._said(end, end + 2) == ["an", "average"] and 2 + (self._text(end + 2) == "of")
        while self._text(end) in ABOUT:
            end += 1
        if table is None or self._kind(end) not in {"money", "number"} or self.tokens[end].article:
            return None
        value, average = self.tokens[end].value, "average" in self._said(at, end)
        said = self._said(end + 1, end + 3) == ["on", "average"]
        apiece = self._text(end + 1) in {"each", "apiece"}
        # What things are sold at is what each of them costs.
        each = not (average or said) and (apiece or self._text(at) in _PRICED)
        if not (average or said or each):
            return self._worth_in_all(at, end, table) if self._text(at) in _WORTH_IN_ALL else None
        stop = end + 1 + (2 if said else apiece)
        amount = Amount(*self._stated(at, stop), "bounds" if each else "mean", (), table, value, value)
        return [amount, *self._in_currency(end)], stop

    def _worth_in_all(self, at: int, end: int, table: str) -> tuple[list[AnyFact], int]:
        """[50 deals] worth $500,000 [in total]: all of them together."""
        stop = end + 1
        for words in (["in", "total"], ["altogether"], ["together"], ["combined"], ["overall"]):
            stop += len(words) * (self._said(stop, stop + len(words)) == words)
        value = self.tokens[end].value
        shape = Shape(*self._stated(at, stop), table, money=True, levels=(value, value), step=0)
        return [shape, *self._in_currency(end)], stop

    def _bounded(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Claims between 500 and 20,000 EUR; prices from $5 to $50."""
        at += self._text(at) in {"each", "every"} and self._table(at + 1) is not None
        for size in (3, 2, 1, 0):
            end = at + size
            end += self._text(end) in {"ranging", "priced", "of", "are", "worth"} | COSTING
            costing = self._text(end - 1) in COSTING
            end += self._text(end) == "from"
            end += self._text(end) in LASTING | LASTS
            if self._kind(end) != "range" or self._table(end + 1) or len(self._texts(at)[:size]) < size:
                continue
            found, table, noun = self._noun_of_amount(at)
            table = table if size else self._just_named(at)
            if any(word in NO_NOUNS for word in noun):
                continue
            measured = noun or self._is_money(end) or unit_of(self._text(end + 1))
            if found == size and (table or noun) and measured:
                return self._amounting(at, end, "bounds", noun or ("price",) * costing, table)
        return self._up_to(at) or self._from_on(at) or self._costing(at) or self._fixed(at)

    def _up_to(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Weights up to 30 kg; fines of at most 20 EUR: from nothing on."""
        return self._limited_by(_AT_MOST, at, lambda limit: replace(limit, low=Fraction(0)))

    def _from_on(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Uptime above 99%; balances over 10,000 EUR: to the whole, or to some times as much."""
        return self._limited_by(
            _AT_LEAST, at, lambda limit: replace(limit, high=_WHOLE if limit.unit == "percent" else limit.low * _FAR)
        )

    def _limited_by(
        self, leads: tuple[tuple[str, ...], ...], at: int, limited: Callable[[Amount], Amount]
    ) -> tuple[list[AnyFact], int] | None:
        for size in (3, 2, 1):
            end = at + size + (self._text(at + size) in {"of", "is", "are"})
            lead = next((len(words) for words in leads if tuple(self._said(end, end + len(words))) == words), 0)
            end += lead
            if not lead or self._kind(end) not in {"money", "number", "percent"} or self.tokens[end].article:
                continue
            found, table, noun = self._noun_of_amount(at)
            measured = self._kind(end) in {"money", "percent"} or unit_of(self._text(end + 1))
            if found == size and noun and measured and not any(word in NO_NOUNS for word in noun):
                facts, stop = self._amounting(at, end, "bounds", noun, table)
                return [limited(one) if isinstance(one, Amount) else one for one in facts], stop
        return None

    def _fixed(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Lesson price 45 pounds; a deposit of 100 dollars; ticket price: $12: what every row has."""
        start = at + (at < len(self.tokens) and self.tokens[at].article)
        size = next((size for size in (1, 2, 3) if singular(self._text(start + size - 1)) in FIXED), 0)
        end = start + size
        end += next((len(words) for words in IS if tuple(self._said(end, end + len(words))) == words), 0)
        if not size or len(self._texts(start)[:size]) < size or self._kind(end) != "money":
            return None
        if self._said(end + 1, end + 3) == ["on", "average"] or self._text(at - 1) in {"total", "average", "median"}:
            return None
        found, table, noun = self._noun_of_amount(start)
        return self._amounting(at, end, "bounds", noun, table) if found == size and noun else None

    def _costing(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Lessons cost 25 euros; each ticket costs $14: what every row of a table costs."""
        each = self._text(at) in {"each", "every"}
        table = self._table(at + each)
        end = at + each + (table[1] if table else 0)
        if table is None or self._text(end) not in COSTING:
            return None
        end += 1
        while self._text(end) in ABOUT:
            end += 1
        if self._kind(end) != "money" or self._said(end + 1, end + 3) == ["on", "average"]:
            return None
        self._mentioned.append(table[0])
        return self._amounting(at, end, "bounds", ("price",), table[0])

    def _party(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Reservations] for 2 to 6 people: how many each is for."""
        if self._text(at) != "for" or self._kind(at + 1) != "range" or self._text(at + 2) not in _PARTY:
            return None
        table = self._just_named(at)
        if table is None:
            return None
        people = self.tokens[at + 1]
        fact = Amount(*self._stated(at, at + 3), "bounds", ("party", "size"), table, people.value, people.high)
        return [fact], at + 3

    def _aged(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Members] aged between 18 and 65; aged 18-65; 18 to 65 years old; [cheeses] aged 3 to 24 months."""
        named = self._table(at)
        first = at + (named[1] if named else 0)
        leads = self._text(first) in AGED
        if named and not leads:
            return None
        start = first + leads + (leads and self._text(first + 1) in {"from", "of"})
        if self._kind(start) != "range":
            return None
        end = start + 1
        for words in (["years", "old"], ["years", "of", "age"], ["year", "olds"]):
            if self._said(end, end + len(words)) == words:
                end += len(words)
                leads = True
        unit = unit_of(self._text(end)) if end == start + 1 else None
        end += unit is not None
        if not leads:
            return None
        ages = self.tokens[start]
        table = named[0] if named else self._just_named(at) or (self._mentioned[-1] if self._mentioned else None)
        measured = unit.names[0] if unit and unit.names[0] != "year" else ""
        return [Amount(*self._stated(at, end), "bounds", ("age",), table, ages.value, ages.high, measured)], end
