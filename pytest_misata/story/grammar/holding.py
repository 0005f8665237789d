"""The grammar of how many something holds, or is for at a time, and how full it is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.facts import Amount, AnyFact, Ratio, Unplaced
from pytest_misata.story.grammar.bounds import Bounds
from pytest_misata.story.grammar.nouns import ABOUT, Nouns
from pytest_misata.story.grammar.quantities import LASTING, LASTS

PEOPLE = frozenset(
    "people persons guests diners players adults participants visitors passengers children tourists pupils students "
    "riders walkers climbers heads pax covers".split()
)
_PARTIES = frozenset("group groups party parties team teams".split())
_MANNED = _PARTIES | {"crew", "squad"}
_CLASSES = frozenset("groups teams crews squads classes shifts troops units cohorts".split())
"""What people are in, so many in each."""
_FAR = 10
"""How many times as much, or as little, as is told amounts are at the most where only one end of them is stated."""
PARTY = ("party", "size")
CAPACITY = ("capacity",)
OCCUPANCY = ("occupancy",)
MEMBERS = ("member", "count")
_FULL = (("full",), ("capacity",), ("of", "capacity"), ("of", "the", "seats", "sold"), ("filled",))
_LIMITS = (("at", "most"), ("up", "to"), ("no", "more", "than"), ("not", "more", "than"), ("a", "maximum", "of"))


class Holding(Bounds):
    """Reads off the tokens of a story for how many people things are."""

    def _party(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Reservations] for 2 to 6 people; [tours] for groups of 10 to 25; [bookings] for parties of 4."""
        if self._is_of_members(at):
            return self._of_members(at, str(self._just_named(at))), at + 2
        among = self._grouped_among(at)
        if among is not None:
            return among
        table = self._just_named(at) or (self._mentioned[-1] if self._mentioned else None)
        grouped = self._past_parties(at)
        number = grouped or at + 1
        if table is None or not (grouped or self._text(at) == "for"):
            return None
        people = self._text(number + 1) in PEOPLE
        token = self.tokens[number] if number < len(self.tokens) else None
        if token is None or token.kind not in ({"range", "number"} if grouped else {"range"}) or token.article:
            return None
        if not (people or (grouped and self._kind(number + 1) != "word")) or not (grouped or self._just_named(at)):
            return None
        if self._mentions_groups(at, grouped):
            return None
        end = number + 1 + people
        high = token.high if token.kind == "range" else token.value
        return [Amount(*self._stated(at, end), "bounds", PARTY, table, token.value, high)], end

    def _grouped_among(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[60 employees] in teams of 5; [300 pupils] in classes of 25: so many of those named are in each group."""
        table = self._just_named(at)
        number = grouping(self, at) if table and kind_of(table) == "person" else 0
        if not table or not number:
            return None
        named, span = self._table(at + 1), self._stated(at, number + 1)
        if named is None or not self.domain.related(table, named[0]):
            return [Unplaced(*span, f"no table tells in which of them {table} are")], number + 1
        return [Ratio(*span, table, named[0], self.tokens[number].value, each=True)], number + 1

    def _is_of_members(self, at: int) -> bool:
        """Whether it is told here of how many each group is: "12 crews of 4"."""
        table = self._just_named(at) if self._text(at) == "of" else None
        plain = self._kind(at + 1) == "number" and self.tokens[at + 1].whole and not self.tokens[at + 1].article
        group = kind_of(str(table)) == "group" or singular(self._text(at - 1)) in _MANNED
        return bool(table) and group and plain and self._ends_clause(at + 2)

    def _of_members(self, at: int, table: str) -> list[AnyFact]:
        """So many people of each group, where there are such, or how many it has."""
        many, span = self.tokens[at + 1].value, self._stated(at, at + 2)
        people = (name for name in self.domain.names if kind_of(name) == "person")
        child = next((name for name in people if self.domain.owner_of(name) == table), None)
        if child is not None:
            return [Ratio(*span, child, table, many, each=True)]
        return [Amount(*span, "bounds", MEMBERS, table, many, many)]

    def _past_parties(self, at: int) -> int:
        """The number after "for groups of", "in parties of"; 0 where there is none."""
        lead = self._text(at) in {"for", "in", "by"}
        named = self._text(at + lead) in _PARTIES and self._text(at + lead + 1) == "of"
        begins = lead or (self._text(at - 1) in {",", ";", "with", "and"} and self._table(at) is None)
        return at + lead + 2 if named and begins else 0

    def _mentions_groups(self, at: int, grouped: int) -> bool:
        """Whether the groups are rows themselves: "50 groups", "in groups of 10 pupils" where pupils are counted."""
        return bool(grouped) and self._table(at + 1) is not None

    def _of_capacity(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Classes of at most 20; rooms for up to 12: how many each holds."""
        named = self._table(at)
        lead = at + named[1] if named else at
        if named is None or self._text(lead) not in {"of", "for"}:
            return None
        size = next((len(w) for w in _LIMITS if tuple(self._said(lead + 1, lead + 1 + len(w))) == w), 0)
        number = lead + 1 + size
        plain = size and self._kind(number) == "number" and self.tokens[number].whole
        people = self._text(number + 1) in PEOPLE and self._table(number + 1) is None
        if not plain or (self._kind(number + 1) == "word" and not (people or self._ends_clause(number + 1))):
            return None
        end, most = number + 1 + people, self.tokens[number].value
        self._mentioned.append(named[0])
        least = max(Fraction(1), Fraction(int(most / 2)))
        return [Amount(*self._stated(at, end), "bounds", CAPACITY, named[0], least, most)], end

    def _ends_clause(self, at: int) -> bool:
        return self._text(at) in {"", ",", ".", ";", "and", "with", "each"}

    def _filled(self, at: int) -> tuple[list[AnyFact], int] | None:
        """60% full; on average 85% of capacity: how much of what there is room for is taken."""
        start = at + 2 * (self._said(at, at + 2) == ["on", "average"])
        start += self._text(start) == "at"
        while self._text(start) in ABOUT:
            start += 1
        half = self._text(start) == "half"
        if not (half or self._kind(start) == "percent") or not self._mentioned:
            return None
        end = start + 1
        size = next((len(words) for words in _FULL if tuple(self._said(end, end + len(words))) == words), 0)
        full = size and not (half and self._text(end) != "full") and self._text(end + size) != "-"
        # A position is filled, or it is not, and so is an order.
        full = full and not self._in_state(end, self._mentioned[-1])
        if not full or (
            self._kind(end + size) == "word" and not (self._ends_clause(end + size) or self._mean(end + size))
        ):
            return None
        stop = end + size + 2 * self._mean(end + size)
        share = Fraction(50) if half else self.tokens[start].value * 100
        amount = Amount(*self._stated(at, stop), "mean", OCCUPANCY, self._mentioned[-1], share, share, "percent")
        return [replace(amount, where=self._just_stated(at) or amount.where)], stop

    def _in_state(self, at: int, table: str | None) -> bool:
        """Whether words are a state of rows of a table: "cancelled in 2024" tells not when orders were placed."""
        hooks = [hook for hook in self.domain.rates if hook.table == table]
        return any(self._phrase(at, phrases) for hook in hooks for phrases in hook.phrases.values() if phrases)

    def _none_beyond(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[An average basket of 32 EUR,] none below 5 EUR; nothing over 200: the least or the most of what was told."""
        last = next((fact for fact in reversed(self.facts) if isinstance(fact, Amount)), None)
        below, above = (self._text(at + 1) in words for words in ({"below", "under"}, {"above", "over"}))
        number = at + 2
        if last is None or self._text(at) not in {"none", "nothing"} or not (below or above):
            return None
        if self._kind(number) not in {"money", "number"} or self.tokens[number].article:
            return None
        (amount, *more), end = self._amounting(at, number, "bounds", last.noun, last.where)
        far = max(amount.low, last.high) if isinstance(amount, Amount) else Fraction(0)
        if not isinstance(amount, Amount):
            return None
        low, high = (amount.low, far * _FAR) if below else (min(last.low, amount.low) / _FAR, amount.high)
        return [replace(amount, unit=amount.unit or last.unit, low=low, high=high), *more], end

    def _each_lasting(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Each show lasting 55 minutes; every parcel weighs 2 kg: what all of them measure."""
        named = self._table(at + 1) if self._text(at) in {"each", "every", "all"} else None
        verb = at + 1 + named[1] if named else at
        number = verb + 1
        while self._text(number) in ABOUT:
            number += 1
        if named is None or self._text(verb) not in LASTING | LASTS or self._kind(number) not in {"number", "range"}:
            return None
        late = self._unit_end(number)
        if self.tokens[number].article or (late == number + 1 and self._kind(number) == "number"):
            return None
        (amount, *more), end = self._amounting(at, number, "bounds", (), named[0])
        return [amount, *more], end

    def _mean(self, at: int) -> bool:
        return self._said(at, at + 2) == ["on", "average"]


def grouping(nouns: Nouns, at: int) -> int:
    """The number of "in teams of 5", where that is said from here on and no more of it; 0 otherwise."""
    said = nouns.text_at(at) in {"in", "into"} and nouns.text_at(at + 1) in _CLASSES and nouns.text_at(at + 2) == "of"
    number = nouns.tokens[at + 3] if said and at + 3 < len(nouns.tokens) else None
    plain = number is not None and number.kind == "number" and number.whole and number.value > 1
    return at + 3 if plain and nouns.text_at(at + 4) in {"", ",", ".", ";", "and", "with", "each"} else 0
