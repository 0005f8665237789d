"""The nouns of a story that name tables nobody has yet: those that are counted, had each by something, or listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pytest_misata.story.composing.adjectives import is_adjective
from pytest_misata.story.composing.breakdowns import parted
from pytest_misata.story.composing.described import are_rows, are_rows_beside
from pytest_misata.story.composing.following import told_by
from pytest_misata.story.composing.given import is_given
from pytest_misata.story.composing.not_counted import NotCounted
from pytest_misata.story.composing.shortening import head_said
from pytest_misata.story.english.inflection import plural_of, singular_of
from pytest_misata.story.english.lexicon import (
    Noun,
    Words,
    are_places,
    happens,
    is_held_for_all,
    is_no_table,
    meant_by,
    measured,
    noun_of,
)
from pytest_misata.story.english.naming import stem
from pytest_misata.story.english.tokens import spoken
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.english.verbs import deeds_of, is_participle
from pytest_misata.story.grammar.absence import LACKING, places_absent
from pytest_misata.story.grammar.doings import BEING, OFTEN, is_deed
from pytest_misata.story.grammar.holding import grouping
from pytest_misata.story.grammar.leftovers import near_miss
from pytest_misata.story.grammar.nouns import ABOUT, REGULARLY
from pytest_misata.story.grammar.occasion import words_of
from pytest_misata.story.grammar.outputs import output_at
from pytest_misata.story.grammar.quantities import FIXED, MEASURING
from pytest_misata.story.grammar.saying import STOPS
from pytest_misata.story.grammar.shares import SORTS

_LONGEST = 3
_BOUNDARIES = frozenset({"with", "and", "plus", "including", "has", "have", "its", "their", "having", "or", "also"})
_VERBS = frozenset(
    "placed taken made sold bought written posted who that which are were was is be being been had made between "
    "during when while if not only growing rising increasing declining falling shrinking doubling".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A noun that is to be a table: where it stands, and how it is written there."""

    at: int
    said: Words
    noun: Noun
    short: Words = ()
    """What the story calls it besides: the truck of "35 food trucks, each truck"."""

    @property
    def table(self) -> str:
        """The name of the table."""
        return "_".join(self.said)


class Candidates(NotCounted):
    """Finds the nouns of a story that are no tables of a domain, and could be."""

    def find(self) -> list[Candidate]:
        """Each such noun once, in the order of the story; what is shorter for one that is counted is that one."""
        found: dict[Words, Candidate] = {}
        for candidate in self._all():
            found.setdefault(candidate.noun.words, candidate)
        found = {words: one for words, one in found.items() if not self._is_only_per(one, found.values())}
        for words in [words for words, one in found.items() if not self._is_counted(one.at)]:
            longer = [other for other in found if len(other) > len(words) and other[-len(words) :] == words]
            if len(longer) == 1:
                found[longer[0]] = replace(found[longer[0]], short=words)
                del found[words]
        return [replace(one, short=one.short or head_said(self, one.said, found)) for one in found.values()]

    def _is_only_per(self, one: Candidate, others: Collection[Candidate]) -> bool:
        """Whether nothing says how many there are, and something is so many of each: "85 cars per crossing"."""
        forms = {one.said[-1], str(singular_of(one.said[-1]))}
        alone = sum(token.text in forms for token in self.tokens) == 1 and self._text(one.at - 1) == "per"
        owned = any(one.noun.words[-1] in other.noun.of for other in others)
        return alone and not owned and any(self._is_counted(other.at) for other in others if other is not one)

    def _is_counted(self, at: int) -> bool:
        return at > 0 and self._kind(at - 1) in {"number", "range"} and not self.tokens[at - 1].article

    def _all(self) -> Iterator[Candidate]:
        parts, absent = parted(self.tokens), frozenset(places_absent(self))
        for at, token in enumerate(self.tokens):
            if parts & {at, at + 1} or at in absent:
                continue
            number = None if token.article else self._number(at)
            if number is not None and self._text(at - 1) == "from" and "countries" in self._said(at + 1, at + 3):
                # Where guests are "from 20 countries", these tell where they come from.
                continue
            if number is not None and self._is_of_party(at):
                continue
            if grouping(self, at) and self._is_of_people(at) and not self._table(at + 1):
                groups = self._candidate(at + 1, (self._text(at + 1),))
                if groups is not None:
                    yield groups
                continue
            if token.article and (self._is_had_each(at) or self._is_regular(at)):
                candidate = self._one_each(at + 1) or self._regular_one(at + 1)
                if candidate is not None:
                    yield candidate
                continue
            if self._is_measured(at) or self._is_limit(at):
                continue
            if (output := output_at(self, at)) is not None:
                made = noun_of((str(singular_of(output[0])),))
                yield Candidate(at, (output[0],), replace(made, of=(), kind=replace(made.kind, belongs_to=())))
                continue
            if number is not None and self._is_length(number[1]):
                candidate = self._measured(number[1] + 1)
            elif number is not None and self._is_joined(at):
                candidate = self._part_of_subject(at + 2)
            elif number is not None and not number[0].value and self._is_told(number[1]):
                # Where some subscriptions are trialing, "no trials" wants none of these, and no table without rows.
                continue
            elif number is not None:
                noun, kinds = self._past_kinds(number[1])
                candidate = self._kinds_of(noun) if kinds else self._counted(noun, one=number[0].value == 1)
            elif token.text in {"per", "each", "every"}:
                candidate = self._one_each(at + 1)
            elif token.text in REGULARLY or self._is_length(at):
                candidate = self._measured(at + 1) or self._held(at + 1) or self._listed(at)
            else:
                candidate = self._labelled_one(at) or self._listed(at) or self._deed(at)
            if candidate is not None:
                yield candidate

    def _deed(self, at: int) -> Candidate | None:
        """The milkings of "1,800 cows milked twice a day": what is done to rows, or by them, time and again."""
        verb = self._text(at)
        if verb in BEING:
            return None
        often = self._text(at + 1) in OFTEN or (self._kind(at + 1) == "number" and self._text(at + 2) == "times")
        regular = self._text(at + 1) in REGULARLY and is_participle(verb)
        regular = regular or (self._text(at + 1) == "every" and verb.endswith("ing") and self._is_often(at + 2))
        regular = regular or (
            self._text(at + 1) in {"every", "each"} and is_participle(verb) and self._text(at + 2) in _PERIODS
        )
        of_rows = at > 0 and (singular_of(self._text(at - 1)) or self._text(at - 1) in BEING)
        of_rows = of_rows or self._text(at - 1) == "each" or (at > 1 and self._text(at - 2) in {"each", "every"})
        if not (often or regular) or not of_rows or self._kind(at) != "word" or self._table(at):
            return None
        if any(is_deed(verb, name[0]) for names in self.domain.names.values() for name in names if len(name) == 1):
            return None
        likely = (noun_of((said,)) for said in deeds_of(verb))
        noun = next((one for one in likely if one.known and happens((plural_of(one.words[-1]),))), None)
        noun = noun or noun_of((deeds_of(verb)[-1],))
        return Candidate(at, (plural_of(noun.words[-1]),), noun)

    def _is_of_people(self, at: int) -> bool:
        """Whether people are what was just named, so that they may be in groups: the employees of "60 employees in"."""
        noun = noun_of((str(singular_of(self._text(at - 1)) or self._text(at - 1)),))
        return noun.kind.name == "person"

    def _is_often(self, at: int) -> bool:
        """Whether a short span of time is said here, after "every": 15 minutes, an hour."""
        at += self._kind(at) == "number"
        return (singular_of(self._text(at)) or self._text(at)) in {"minute", "hour"}

    def _is_regular(self, at: int) -> bool:
        """Whether one of what stands here is there in each unit of time: "a position every 5 minutes"."""
        every = next((place for place in (at + 2, at + 3) if self._text(place) in _EVERY), 0)
        often = self._kind(every + 1) == "number" or (measured(plural_of(self._text(every - 1))) if every else False)
        days = self._text(every + 1) in _PERIODS or self._text(every + 1) in _WEEKDAYS
        often = often or (days and noun_of((self._text(every - 1),)).known)
        return bool(every) and often and self._kind(at + 1) == "word"

    def _regular_one(self, at: int) -> Candidate | None:
        run = tuple(self._said(at, next(place for place in (at + 1, at + 2) if self._text(place) in _EVERY)))
        return None if self._table(at) else self._candidate(at, (*run[:-1], plural_of(run[-1])))

    def _is_joined(self, at: int) -> bool:
        """Whether a number tells how many of what is joined to it by a hyphen there are: "a 200-seat cinema"."""
        begins = at == 0 or self.tokens[at - 1].article
        return begins and self._text(at + 1) == "-" and self.tokens[at].value > 1 and self._kind(at + 3) == "word"

    def _part_of_subject(self, at: int) -> Candidate | None:
        """The seats of a 200-seat cinema."""
        noun = noun_of((self._text(at),))
        fits = (
            noun.known and noun.kind.name in {"thing", "place", "person", "group"} and not singular_of(self._text(at))
        )
        return self._candidate(at, (plural_of(self._text(at)),)) if fits and not self._table(at) else None

    def _labelled_one(self, at: int) -> Candidate | None:
        """The quotes of "Quotes: 2 to 6 per request": a plural before a colon and how many there are."""
        counted = self._text(at + 1) in {":", "="} and self._kind(at + 2) in {"number", "range"}
        named = self._kind(at) == "word" and singular_of(self._text(at)) and not self._table(at)
        begins = at == 0 or self._kind(at - 1) == "stop"
        return self._candidate(at, (self._text(at),)) if counted and named and begins else None

    def _is_had_each(self, at: int) -> bool:
        """Whether each of something has what stands here, one each, and that is rows: "each lesson has a quiz"."""
        if self._text(at - 1) not in {"has", "gets"} or not any(
            self._text(before) in {"each", "every"} for before in range(max(0, at - 4), at - 1)
        ):
            return False
        run = self._run(at + 1)
        end = at + 1 + len(run)
        ends = bool(run) and (self._kind(end) != "word" or self._text(end) in _ENDS)
        return ends and are_rows(run) and are_rows_beside(self, end)

    def _counted(self, at: int, *, one: bool) -> Candidate | None:
        """40 hives; 300 blood samples; one greenhouse."""
        run = self._run(at)
        if self._is_named(at, run) or self._is_length(at):
            return None
        if self._text(at - 1) == "no" and self._said(at + len(run), at + len(run) + 2) == ["more", "than"]:
            # "No donor gives more than 4 times" speaks of donors, and of no gives.
            return None
        heads = [size for size in range(1, len(run) + 1) if singular_of(run[size - 1])]
        if one and not heads:
            each = len(run) == 1 and self._text(at + 1) in {"per", "each", "every"}
            return self._one_each(at) or (self._candidate(at, (plural_of(run[0]),)) if each else None)
        for size in heads:
            # The last of nouns in a row is what is counted: "20 sports clubs".
            last = size
            while last < len(run) and singular_of(run[last]) and not self._is_verb(at, run, last):
                last += 1
            return self._candidate(at, run[:last])
        return None

    def _is_named(self, at: int, run: Words) -> bool:
        """Whether words name a table that is there, and do not only say of what others are: "customer complaints"."""
        named = self._table(at)
        return named is not None and not (len(run) > 1 and self._narrows_unknown(at, at + named[1]))

    def _is_verb(self, at: int, run: Words, last: int) -> bool:
        """Whether what looks like a plural after one is what rows do: the "does" of "3 bays does 45 washes"."""
        end = self._after(at, run[: last + 1])
        acts = self._text(end) in ABOUT | {"between", "from"} or self._kind(end) in {"number", "range", "money"}
        return acts and singular_of(run[last - 1]) is not None

    def _kinds_of(self, at: int) -> Candidate | None:
        """The bread of "30 kinds of bread": kinds of it are rows."""
        run = self._run(at)[:1]
        if not run or self._table(at):
            return None
        return self._candidate(at, run if singular_of(run[0]) else (plural_of(run[0]),))

    def _one_each(self, at: int) -> Candidate | None:
        """Per hive; every flower bed: in the singular, and of a known kind."""
        measuring = self._text(at) in MEASURING and self._kind(at + 1) in {"number", "range", "money"}
        if self._table(at) or measuring:
            return None
        run = self._run(at)
        for size in (2, 1):
            noun = noun_of(run[:size]) if len(run) >= size else None
            if noun is not None and noun.known and not singular_of(run[size - 1]) and not self._table(at + size - 1):
                return self._candidate(at, (*run[: size - 1], plural_of(run[size - 1])))
        return None

    def _measured(self, at: int) -> Candidate | None:
        """The temperature readings of "hourly temperature readings": what is measured in each unit of time."""
        run = self._run(at)
        size = next((size for size in range(1, len(run) + 1) if measured(run[size - 1])), 0)
        return self._candidate(at, run[:size]) if size and not self._table(at) else None

    def _held(self, at: int) -> Candidate | None:
        """The meetings of "a monthly meeting": what is held for everybody time and again."""
        name = plural_of(self._text(at)) if self._kind(at) == "word" else ""
        single = self.tokens[at - 2].article if at > 1 else False
        return self._candidate(at, (name,)) if single and is_held_for_all(name) and not self._table(at) else None

    def _listed(self, at: int) -> Candidate | None:
        """With invoices and support tickets: plurals of known kinds in a list."""
        before = self._text(at - 1) if at else ""
        starts = before in _BOUNDARIES or (before in {",", ":", ";", "&"} and at > 0)
        among = {"evenly", "equally"} & {token.text for token in self.tokens[max(0, at - _FAR) : at]}
        if not starts or self._kind(at) != "word" or self._table(at) or among:
            return None
        run = self._up_to_acting(self._run(at))
        if not run or len(run) > 2 or not singular_of(run[-1]):
            return None
        end = self._after(at, run)
        paid = self._kind(end) == "range" and singular_of(run[-1]) in _PAID
        paid = paid or (self._text(end) == "at" and self._is_paid_at(end + 1) and singular_of(run[-1]) not in FIXED)
        paid = paid or (self._text(end) in _COSTS and self._kind(end + 1) in {"money", "range"})
        paid = paid or is_given(self, at, end, str(singular_of(run[-1])))
        held = self._text(end) in {"of", "for"} and self._is_limit(end + 1)
        # "Lessons of 45 minutes" are rows that last as long, and no measure of pupils.
        counted = self._text(end) == "of" and self._kind(end + 1) in {"number", "range"}
        lasting = counted and unit_of(self._text(end + 2)) is not None
        held = held or (lasting and noun_of((*run[:-1], str(singular_of(run[-1])))).kind.name == "occasion")
        if not (paid or held) and self._text(end) not in _ENDS and not self._acts(end):
            return None
        if self._table(end - 1):
            return None
        candidate = self._candidate(at, run)
        return candidate if candidate and candidate.noun.known else None

    def _is_paid_at(self, at: int) -> bool:
        """Whether a price, or a list of prices, stands here: $12; 25, 40 and 60 EUR."""
        while self._kind(at) == "number" and self._text(at + 1) in {",", "and", "or"}:
            at += 2 + (self._text(at + 2) in {"and", "or"})
        return self._kind(at) == "money"

    def _up_to_acting(self, run: Words) -> Words:
        """The nouns before what they do: the tenants of "tenants paying a rent"."""
        acts = (
            at for at in range(1, len(run)) if (_is_acting(run[at]) or run[at] in _COSTS) and singular_of(run[at - 1])
        )
        return run[: next(acts, len(run))]

    def _acts(self, at: int) -> bool:
        """Whether what stands here is what rows do, or how many they become: "orders doubling every year"."""
        changes = any(self._phrase(at, phrases) for phrases in words_of("factors").values())
        return changes or (_is_acting(self._text(at)) and self._text(at) not in MEASURING)

    def _run(self, at: int) -> Words:
        """The words from here on that could be one noun; hyphens are left out."""
        words = []
        for text in spoken(self.tokens, at)[0][:_LONGEST]:
            if text in STOPS | _VERBS | LACKING or len(text) < 2:
                break
            words.append(text)
        return tuple(words)

    def _after(self, at: int, run: Words) -> int:
        """The token after a run of words."""
        return spoken(self.tokens, at)[1][len(run) - 1]

    def _candidate(self, at: int, run: Words) -> Candidate | None:
        while len(run) > 1 and is_adjective(run[0], before_table=self._table(at + 1) is not None):
            at, run = at + 1, run[1:]
        singular = singular_of(run[-1])
        told = len(run) > 1 and singular in _OF_SOMETHING
        if singular is None or (is_no_table(singular) and not told) or self._is_named(at, run):
            return None
        if self._is_value(at) and not self._is_among(at):
            return None
        noun = meant_by((*run[:-1], singular), {token.text for token in self.tokens})
        misspelt = not noun.known and near_miss(run, self.domain)
        return None if misspelt else Candidate(at, run, noun)

    def _is_value(self, at: int) -> bool:
        """Whether the word is a value of a column of what the story speaks of, and no thing: "20 returns"."""
        if are_places(self._text(at)):
            return False
        named = {self.table_at(place) for place in range(len(self.tokens))}
        stated = [hook for hook in self.domain.rates if (not hook.rank and hook.table in named) or hook.column in SORTS]
        return any(self._phrase(at, phrases) for hook in stated for phrases in hook.phrases.values() if phrases)

    def _is_told(self, at: int) -> bool:
        """Whether a value of some column is of the same stem: the trialing of trials."""
        tables = self.domain.data["tables"] if not self.domain.composed else {}
        values = (value for name in tables for words in told_by(name, self.domain) for value in words)
        return singular_of(self._text(at)) is not None and stem(self._text(at)) in set(map(stem, values))

    def _is_among(self, at: int) -> bool:
        """Whether something is in, at or across so many of what is named here: then those are things."""
        number = at - 1
        return number > 0 and self._kind(number) == "number" and self._text(number - 1) in _AMONG


_PAID = frozenset(
    "pledge contribution donation deposit withdrawal refund grant payment expense payout invoice bill order sale job "
    "purchase loan claim bid contract transaction transfer".split()
)
"""What is paid time and again, so that amounts of it are those of rows, and not of what it is paid for."""
_OF_SOMETHING = frozenset({"record"})
"""What is a thing only where it is said of what: harvest records."""
_FAR = 8
"""Tokens after "evenly" in which values are listed."""
_EVERY = frozenset({"every", "per", "each", "a", "an"})
_PERIODS = frozenset({"day", "week", "month", "quarter", "year"})
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_COSTS = frozenset({"cost", "costs", "costing"})
_AMONG = frozenset({"across", "at", "in", "over"})
_ENDS = frozenset(
    {"", ",", ".", ";", "and", "plus", "with", "for", "in", "where", "!", ")", "or", "per", "each", "too"}
    | {"growing", "rising", "who", "that", "which", "every", "each", "only"}
)


def _is_acting(word: str) -> bool:
    """Whether a word is what rows do: "paying"; "building" and "training" are nouns."""
    return word.endswith("ing") and not noun_of((word,)).known
