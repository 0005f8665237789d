"""What rows are of, part by part: "250 subscribers: 120 monthly, 80 quarterly, 50 yearly" asks for a column of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_misata.story.domain import Domain
from pytest_misata.story.english.idioms import idiom
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Words, is_no_table, noun_of
from pytest_misata.story.english.naming import is_state
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.saying import STOPS

_OPENS = frozenset({":", "(", "\u2014", "-"})
_JOINS = frozenset({",", "and", "&", "plus", ";"})
PERIODS = frozenset("daily weekly fortnightly monthly quarterly annual annually yearly lifetime".split())
_LEADS = frozenset({"on", "with", "by", "in"})
_LONGEST = 2
_FEW = 2
_STATUS = "status"
_COLUMNS = ("type", "kind", "category")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The column that tells the parts of a table apart, and the words of each."""

    table: str
    column: str
    parts: tuple[Words, ...]
    whole: bool
    """Whether the parts are all there is."""
    others: Words = ("other",)
    """What the rows are that are no such part."""


def parted(tokens: list[Token]) -> set[int]:
    """The tokens after numbers that break a count down exactly: "350 members (200 adults, 150 juniors)"."""
    found: set[int] = set()
    for at, token in enumerate(tokens):
        opens = next(
            (end for end in range(at + 2, at + 5) if end < len(tokens) and tokens[end].text in _OPENS | {","}), 0
        )
        if token.kind != "number" or token.article or not opens:
            continue
        numbers = list(_listed(tokens, opens + 1))
        plain = len(numbers) > (_FEW if tokens[opens].text == "," else 1)
        if plain and sum(tokens[one].value for one in numbers) == token.value:
            found |= {one + 1 for one in numbers}
    return found


def _listed(tokens: list[Token], at: int) -> Iterator[int]:
    """The numbers of a list whose items are a number and one or two words."""
    while at < len(tokens) and tokens[at].kind == "number" and not tokens[at].article:
        number = at
        start = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text in _LEADS)
        at = start
        while (
            at < len(tokens) and tokens[at].kind == "word" and at - start < _LONGEST and tokens[at].text not in _JOINS
        ):
            at += 1
        if at == start:
            return
        yield number
        while at < len(tokens) and tokens[at].text in _JOINS:
            at += 1


def _is_plain(token: Token) -> bool:
    return token.kind == "word" and token.text not in _JOINS


class Breakdowns(Reader):
    """Finds counts that are broken down into parts for which a domain has no column."""

    def find(self) -> Iterator[Breakdown]:
        """Every such breakdown, in the order of the story."""
        for at in range(len(self.tokens)):
            counted = self._counted_noun(at)
            yield from self._by_state(counted) if counted and counted[0].kind == "number" else ()
            if counted is None or counted[0].kind != "number" or self._text(counted[2]) not in _OPENS | {","}:
                continue
            parts = list(self._parts(counted[2] + 1))
            rows, total = int(counted[0].value), sum(number for number, _ in parts)
            # After a comma as well, where several are just all there are: "64 singers, 20 sopranos, 18 altos ...".
            states = all(is_participle(said[0]) or said[0].endswith("ing") for _, said in parts)
            listed = self._text(counted[2]) != "," or (total == rows and (len(parts) > _FEW or states))
            if len(parts) > 1 and total <= rows and listed:
                words = tuple(said for _, said in parts)
                free = self.domain.made_up(counted[1]) and states
                column = _STATUS if free else self._column(counted[1], words)
                yield Breakdown(counted[1], column, words, total == rows)

    def _by_state(self, counted: tuple[Token, str, int, str]) -> Iterator[Breakdown]:
        """130 cars in stock and 40 sold: so many in one state and so many in another are all there are."""
        _, table, at, adjectives = counted
        said = [state] if (state := self._state(at)) and not adjectives else []
        known = [self._hook(at, table) is not None]
        while said and (number := self._next_number(at + len(said[-1]))) and (state := self._state(number)):
            said, at = [*said, state], number
            known.append(self._hook(at, table) is not None)
        several = len(said) > 1 and len(set(said)) == len(said)
        free = self.domain.made_up(table) or _STATUS not in self.domain.data["tables"][table]["columns"]
        if several and free and not (all(known) or (any(known) and not self.domain.made_up(table))):
            yield Breakdown(table, _STATUS, tuple(said), whole=True)

    def _next_number(self, at: int) -> int:
        """The token after a bare number that goes on with a list; 0 where there is none."""
        joint = at + (self._text(at) in _JOINS) + (self._text(at + 1) == "and")
        number = self._number(joint) if joint > at else None
        plain = number is not None and number[0].kind == "number" and not number[0].article and number[0].whole
        return number[1] if number is not None and plain else 0

    def _state(self, at: int) -> Words:
        """The state of rows that is told here, and nothing more of them."""
        said = idiom(self._texts(at)) or tuple(self._texts(at)[:1])
        told = bool(said) and (len(said) > 1 or is_participle(said[0]) or is_state(said) or self._is_adjective(at))
        end = at + len(said)
        return said if told and (self._kind(end) != "word" or self._text(end) in {"and", "plus"}) else ()

    def _is_adjective(self, at: int) -> bool:
        """Whether a word stands for no rows, no unit and no place, so that only a state can be told by it."""
        word = self._text(at)
        noun = noun_of((word,)).known or singular_of(word) is not None or is_no_table(word) or unit_of(word)
        return word not in STOPS | FILLER and not (noun or self._table(at) or self._country(at))

    def _parts(self, at: int) -> Iterator[tuple[int, Words]]:
        """120 monthly; 80 quarterly: numbers with words that name no table and no value of a column."""
        while (number := self._number(at)) and number[0].whole and not number[0].article:
            at = number[1]
            words: list[str] = []
            at += self._text(at) in _LEADS
            while self._kind(at) == "word" and len(words) <= _LONGEST and self._text(at) not in STOPS:
                words.append(self._text(at))
                at += 1
            known = self._table(at - len(words)) or self._hook(at - len(words), None)
            if not 0 < len(words) <= _LONGEST or known or (words and self._country(at - len(words))):
                return
            yield int(number[0].value), tuple(words)
            while self._text(at) in _JOINS:
                at += 1

    def _column(self, table: str, parts: tuple[Words, ...]) -> str:
        names = ("billing",) if all(part[0] in PERIODS for part in parts) else ()
        there = self.domain.data["tables"][table]["columns"]
        free: Iterator[str] = (name for name in (*names, *_COLUMNS, "part") if name not in there)
        return next(free)


def breakdowns(tokens: list[Token], domain: Domain) -> list[Breakdown]:
    """The breakdowns that a story makes of tables, and a domain has no columns for."""
    return list(Breakdowns(tokens, domain).find())
