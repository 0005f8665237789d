"""The grammar of portions: so many of the rows, a share of them, or the rest, before it is said what they are."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.story.english.dates import span_at
from pytest_misata.story.english.idioms import idiom
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import is_no_table
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.facts import AnyFact, Count, Ratio
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.uncounted import uncounted
from pytest_misata.story.grammar.values import SUBJECT_ENDS, Portion, Values

_VAGUE = {
    "all": Fraction(1),
    "every": Fraction(1),
    "none": Fraction(0),
    "most": Fraction(4, 5),
    "mostly": Fraction(4, 5),
    "mainly": Fraction(4, 5),
    "predominantly": Fraction(4, 5),
    "largely": Fraction(4, 5),
    "half": Fraction(1, 2),
    "majority": Fraction(3, 5),
    "minority": Fraction(1, 4),
    "few": Fraction(1, 10),
    "nobody": Fraction(0),
    "nothing": Fraction(0),
    "everything": Fraction(1),
    "everybody": Fraction(1),
    "everyone": Fraction(1),
}
"""Shares that words leave open, as they are usually meant. Assumptions."""
_PEOPLE = frozenset({"nobody", "everybody", "everyone", "nothing", "everything"})
_ALMOST, _NEARLY_ALL = frozenset({"almost", "nearly", "virtually"}), Fraction(19, 20)
_REST = frozenset({"rest", "remainder", "remaining", "others"})
_STILL = frozenset({"still", "already", "currently", "now"})
_BEING = frozenset({"are", "is", "were", "was", "remain"})
_AFTER_STATE = frozenset({"", ",", ".", ";", "and", ")"})
_AFTER_PART = _AFTER_STATE | {"in", "during", "since", "last", "over"}
_NO_PARTS = frozenset("in from on who that whose based living located each apiece per".split())
_LARGEST_WHOLE = 1000
"""Of how many at the most so many are said to be: "3 calls in 10"."""


class Portions(Values):
    """Reads off the tokens of a story of which part of the rows something is said."""

    def _uncounted(self, at: int) -> tuple[list[AnyFact], int] | None:
        """1/2 customers: no part of anything, and no number of rows."""
        return uncounted(self, at)

    def portion(self, at: int) -> Portion | None:
        """20%; 20% of the users; 20 of them; of which 20; mostly; none of the orders; the rest."""
        start = at + (self._text(at) == "of" and self._text(at + 1) in {"which", "whom"}) * 2
        start += self._text(start) in {"about", "around", "roughly", "including"}
        for rule in (self._percentage, self._so_many_in, self._some_of, self._left, self._loose):
            found = rule(start, of_which=start >= at + 2)
            if found is not None:
                return found
        return None

    def _percentage(self, at: int, *, of_which: bool) -> Portion | None:
        if self._kind(at) != "percent":
            return None
        table, end = self._of_table(at + 1)
        return Portion(end, table or (self._last_mentioned() if of_which else None), self.tokens[at].value)

    def _so_many_in(self, at: int, *, of_which: bool) -> Portion | None:
        """3 calls in 10."""
        table = self._table(at + 1) if self._kind(at) == "number" and not self.tokens[at].article else None
        joint = at + 1 + (table[1] if table else 0)
        if table is None or self._text(joint) != "in" or self._kind(joint + 1) != "number":
            return None
        some, many = self.tokens[at].value, self.tokens[joint + 1].value
        plain = self._kind(joint + 2) == "word" and not self._table(joint + 2) and many <= _LARGEST_WHOLE
        return Portion(joint + 2, table[0], some / many) if 0 < some < many and plain else None

    def _some_of(self, at: int, *, of_which: bool) -> Portion | None:
        """20 of them; 20 of the users; of which 20; 15 still; 15 are: so many of those spoken of."""
        number = self._number(at)
        if number is None or number[0].kind != "number" or not number[0].whole or number[0].article:
            return None
        token, end = number
        if self._text(end) == "of":
            table, after = self._of_table(end)
            last = self.facts[-1] if self.facts else None
            if isinstance(last, Ratio) and last.each and last.child == table and self._text(after - 1) == "which":
                # "Each with 3 keys, one of which is revoked": a third of them.
                return Portion(after, table, token.value / last.number) if token.value <= last.number else None
            return Portion(after, table, rows=int(token.value)) if table and after > end else None
        known = self._table(end)
        still = self._text(end) in _STILL or (self._text(end) in _BEING and self._kind(end + 1) == "word")
        still_said, still = still, still or self._in_a_state(end)
        if known is None and self._mentioned and (of_which or still):
            table = self._last_with(int(token.value))
            if not (of_which or still_said) and self._is_adjective(end) and self._are_more(int(token.value)):
                return None
            return Portion(
                end + (self._text(end) in _STILL), table, rows=int(token.value), guessed=not (of_which or still_said)
            )
        return None

    def _are_more(self, rows: int) -> bool:
        """Whether there are not so many rows of anything counted, so that a word is hardly a state: "2,200 judoka"."""
        counts = [fact.rows for fact in self.facts if isinstance(fact, Count)]
        return bool(counts) and rows > max(counts)

    def _last_with(self, rows: int) -> str | None:
        """The table mentioned last of which there are so many rows, as far as it is said how many there are."""
        counts = {fact.table: fact.rows for fact in self.facts if isinstance(fact, Count) and not fact.qualifier}
        last = self._last_mentioned()
        if last is None or counts.get(last, rows) >= rows:
            return last
        return next((name for name in reversed(self._mentioned) if counts.get(name, 0) >= rows), last)

    def _in_a_state(self, at: int) -> bool:
        """Whether no more is said here than a state: the "in repair" of "80 cars, 4 in repair"."""
        said = idiom(self._texts(at))
        end = at + (len(said) or 1)
        if self._text(at) in {"on", "under"}:
            end = at + 1 + (self._text(at + 1) == "the")
            end += len([text for text in self._texts(end)[:2] if text not in {"and", "average"}])
            return end > at + 1 and self._text(end) in _AFTER_STATE and self._text(end - 1) != "average"
        told = bool(said) or is_participle(self._text(at)) or self._is_adjective(at)
        return told and (self._text(end) in _AFTER_STATE or span_at(self.tokens, end) is not None)

    def _part_after(self, at: int, table: str, rows: int) -> str:
        """What is said of some of the rows that were counted before: the "absent" of "420 pupils, 12 pupils absent"."""
        counted = [fact.rows for fact in self.facts if isinstance(fact, Count) and fact.table == table]
        said = idiom(self._texts(at)) or tuple(self._texts(at)[:1])
        plain = bool(said) and (len(said) > 1 or said[0] not in FILLER | _NO_PARTS) and self._table(at) is None
        closed = plain and self._text(at + len(said)) in _AFTER_PART
        return " ".join(said) if closed and any(rows < one for one in counted) else ""

    def _is_adjective(self, at: int) -> bool:
        """Whether a word after a number of several is no plural, so that it counts nothing: "3 fatal"."""
        several = (
            self._kind(at - 1) == "number" and self._text(at) not in {"on", "under"} and self.tokens[at - 1].value > 1
        )
        word = self._text(at) if several and self._kind(at) == "word" else ""
        plain = word.isalpha() and len(word) > 2 and word not in FILLER and not self.tokens[at].name
        return plain and not is_no_table(word) and singular_of(word) is None and unit_of(word) is None

    def _left(self, at: int, *, of_which: bool) -> Portion | None:
        at += self._text(at) == "the"
        else_ = self._text(at) in _PEOPLE and self._text(at + 1) == "else"
        if self._text(at) not in _REST and not else_:
            return None
        table, end = self._of_table(at + 1 + else_)
        return Portion(end, table or self._last_mentioned())

    def _loose(self, at: int, *, of_which: bool) -> Portion | None:
        almost = self._text(at) in _ALMOST
        at += almost
        at += self._text(at) in {"the", "a"} and self._text(at + 1) in {"majority", "minority", "few"}
        share = _VAGUE.get(self._text(at))
        if self._text(at) == "every" and self._table(at + 2):
            # "Every active user has 2 notes" is said of the active ones, and not that all are.
            return None
        if share is None or (almost and self._text(at) != "all") or self._text(at + 1) in {"a", "an"}:
            return None
        table, end = self._of_table(at + 1)
        # Nobody and everybody are people, of whichever table.
        table = table or (None if self._text(at) in _PEOPLE else self._last_mentioned())
        return Portion(end, table, _NEARLY_ALL if almost else share, vague=True)

    def _is_whole(self, at: int) -> bool:
        """Whether a number here counts what a share is of: the 2,500 of "30% of the 2,500 books"."""
        counts = self._kind(at) == "number" and not self.tokens[at].article and self.tokens[at].whole
        return counts and self._text(at - 1) in {"of", "the", "our", "all"} and self._table(at + 1) is not None

    def _of_table(self, at: int) -> tuple[str | None, int]:
        """`of [the] users`, `of them`: the table a share is of, and the token after."""
        if self._text(at) != "of":
            at += self._text(at) == "the" and self.table_at(at + 1) is not None
            table = self._table(at)
            # "30% members only" are for these, and no share of them.
            named = table and self._text(at + table[1] + self._is_hyphen(at + table[1])) != "only"
            return (table[0], at + table[1]) if table and named and not self._hook(at, None) else (None, at)
        at += 1 + (self._text(at + 1) in {"the", "all", "our", "its", "their"})
        at += self._is_whole(at)
        if self._text(at) in SUBJECT_ENDS:
            return self._last_mentioned(), at + 1
        table = self._table(at)
        return (table[0], at + table[1]) if table else (None, at)
