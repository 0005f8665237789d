"""States of rows that no column tells: "10% of the users are admins" asks for a column of those who are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_misata.story.composing.following import follows
from pytest_misata.story.domain import Domain, domain_files
from pytest_misata.story.english.idioms import idiom, standing, told_of_all
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import is_no_state, is_quality, is_rate, kind_of, noun_of, outcome_of
from pytest_misata.story.english.naming import Words, is_state
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.english.verbs import IRREGULAR, is_participle, past
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.fitting import (
    fits_kind,
    has_plans,
    is_known_of,
    known_rate,
    likely_table,
    may_be_of_nobody,
    past_of,
)
from pytest_misata.story.grammar.saying import STOPS
from pytest_misata.story.grammar.situations import AT_HAND
from pytest_misata.story.grammar.values import SUBJECT_ENDS, Portion
from pytest_misata.story.rates import GENDER_WORDS

_BEING = frozenset({"are", "is", "were", "was", "be", "being", "been", "got", "get", "gets"})
_AMID = frozenset("who that which a an the currently still already now".split())
_WILL = frozenset({"should", "must", "will"})
"""Verbs after which it is said what rows are to have done: "5% should fail" have failed."""
"""Words between a share and what is said of it that change nothing."""
_HAVING = frozenset({"have", "has", "with", "use", "uses", "using", "had", "own", "owns", "hold", "holds"})
_LONGEST = 3
_BY = frozenset({"in", "at", "by", "on", "under"})
_ON_TIME = ("on", "time")
_LOOSE = frozenset({"late", "early", "online", "offline"})
_ENDING = frozenset({"happening", "occasion", "document", "money"})
_PARTICIPLES = ("ed", "en", "ing", "able", "ible", "ive", "ful", "less", "ous", "ent", "ant", "ic")


_DOING = frozenset({"did", "do", "does", "have", "has"})
_NOT_DOING = frozenset({"never", "don't", "didn't", "doesn't"})
_PERIODS = frozenset("daily weekly monthly quarterly yearly annually".split())
_ABSTRACT = ("ness", "ity", "tion", "sion", "ment", "ance", "ence", "age", "ship", "cy", "ure", "al")
"""Ends of nouns that stand for no rows: "20% humidity"."""
_ADJECTIVES = frozenset(
    "international national regional local rural residential commercial industrial digital virtual seasonal manual "
    "bilingual multilingual unusual original royal oral".split()
)
"""Adjectives that end as such nouns do."""
GENDERED = frozenset(word for phrases in GENDER_WORDS for (word,) in phrases)
GENDER = "gender"
"""The column of what names tell."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A flag that a table is to have, and the words that say of a row that it is true."""

    table: str
    column: str
    words: Words


_PROGRESS = frozenset({"status", "stage", "state"})
_HOW_FAR = frozenset("open closed unpaid running ongoing pending finished unfinished completed current".split())
"""How far rows are, which one column tells."""


class Conditions(Reader):
    """Finds the states that a story gives shares of, and a domain has no column for."""

    def find(self) -> Iterator[Condition]:
        """Every such state, in the order of the story."""
        self.read()
        for at in range(len(self.tokens)):
            # What was spoken of last is what was by then.
            self._mentioned = self._topics(at)
            told = None if self.taken[at] else self._rate(at) or self._rate_after(at) or self._of_outcome(at)
            if (rate := told) is not None:
                yield rate
                continue
            portion = None if self.taken[at] else self.portion(at)
            if portion is not None and not portion.is_rest and at + 1 < len(self.tokens):
                condition = self._for_these_only(portion) or self._said_of(portion)
                if condition is not None and (not portion.vague or self._is_surely_said(portion, condition.words)):
                    yield condition

    def _is_surely_said(self, portion: Portion, words: Words) -> bool:
        """Whether what is said of all, most or none is a state: nobody who "has been fired" is there."""
        closed = self._kind(portion.end + 1) != "word"
        none = portion.share == 0 and (closed or self._text(portion.end) in _BEING | _HAVING)
        return is_state(words) or (none and is_participle(words[-1]))

    def _of_outcome(self, at: int) -> Condition | None:
        """41% success rate; a success rate of 41%; mortality of 2%; 63% turnout: how many rows ended so."""
        share = self._kind(at) == "percent"
        word = self._text(at + share)
        rate = self._text(at + share + 1) == "rate"
        end = at + share + 1 + rate
        while not share and self._text(end) in {"of", "at", "is", ":", "around", "about"}:
            end += 1
        # "Mortality of 2%" is its rate, as "2% mortality" is, where no more is said: there are "10% success stories".
        state = outcome_of(word) if rate or is_rate(word) or not share or self._is_said(end) else ""
        if not state or not (share or self._kind(end) == "percent") or self._hook(at + share, None):
            return None
        # Who succeeds is known by what they did, and not the other way round.
        deeds = [name for name in self._mentioned if kind_of(name) in _ENDING]
        table = next(iter(reversed(deeds or self._mentioned)), None)
        return Condition(table, f"is_{state}", (word,)) if table else None

    def _rate(self, at: int) -> Condition | None:
        """Churn 6%; a defect rate of 2%: a rate that is known of such rows in any trade."""
        size = next(
            (size for size in (2, 1) if len(self._texts(at)[:size]) == size and known_rate(self._texts(at)[:size])), 0
        )
        end = at + size
        end += self._text(end) == "rate"
        while self._text(end) in {"of", "at", "is", ":", "around", "about"}:
            end += 1
        if not size or self._kind(end) != "percent" or not self._mentioned:
            return None
        words = tuple(self._texts(at)[:size])
        table = likely_table(words, self._mentioned, self.domain)
        if table is None or not is_known_of(words, table, self.domain):
            return None
        return Condition(table, f"is_{past_of(words)}", words)

    def _rate_after(self, at: int) -> Condition | None:
        """9% no-shows; 12 no-shows: so many of what a rate counts in any trade."""
        if self._kind(at) not in {"percent", "number"} or self.tokens[at].article or not self._mentioned:
            return None
        said = spoken(self.tokens, at + 1)[0]
        words = next((words for size in (2, 1) if known_rate(words := _in_the_singular(said[:size]))), ())
        table = likely_table(words, self._mentioned, self.domain) if words and not self._table(at + 1) else None
        if table is None or not is_known_of(words, table, self.domain) or self._hook(at + 1, None):
            return None
        told = past_of(words) if said[len(words) :][:1] == ["rate"] else ""
        return Condition(table, f"is_{told or '_'.join(words)}", words)

    def adjectives(self) -> Iterator[Condition]:
        """The states that counted rows are in, said before them: the "registered" of "1,000 registered cars"."""
        for at in range(len(self.tokens)):
            counted = self._counted_noun(at)
            if counted is None or counted[0].kind != "number" or counted[0].article:
                continue
            table, words = counted[1], tuple(counted[3].split())
            if self._adjective(at, counted[2], counted[3], table):
                continue
            after = None if words else self._said_after(counted[2], table, int(counted[0].value))
            if after or (len(words) == 1 and _tells_some(words[0])):
                said = words or tuple(str(after).split())
                if not self._lists(table, "_".join(said)) and not self._lists_beside(table):
                    yield Condition(table, f"is_{'_'.join(said)}", said)

    def _said_after(self, at: int, table: str, rows: int) -> str:
        """What is said after some of the rows, of which no column tells."""
        said = told_of_all(self._texts(at))
        # "60 flats for rent" are what there is; "30 instruments on loan" are all in that state.
        standing_so = said and said not in AT_HAND and self._is_said(at + len(said))
        after = self._part_after(at, table, rows) or (" ".join(said) if standing_so else "")
        return "" if self._hook(at, table) else after

    def _lists_beside(self, table: str) -> bool:
        """Whether other rows are counted in a state that a column lists, so that this one would contradict it."""
        found = (self._counted_noun(at) for at in range(len(self.tokens)))
        said = [one[3] for one in found if one and one[1] == table and " " not in one[3]]
        return any(word and self._lists(table, word) for word in said)

    def _lists(self, table: str, word: str) -> bool:
        """Whether a value of a column is called so, whose shares cannot be stated."""
        columns = self.domain.data["tables"][table]["columns"].values()
        lists = (column.get("values", ()) for column in columns)
        return any(word in (one.values() if isinstance(one, Mapping) else one) for one in lists)

    def _for_these_only(self, portion: Portion) -> Condition | None:
        """Whom or what alone rows are for: "prescription only", "are members only", "cash-only"."""
        at = portion.end
        while self._text(at) in _BEING | {"for"}:
            at += 1
        words, end = self._predicate(at)
        after = end + 1
        closed = self._text(end) == "only" and (self._is_said(after) or self._table(after) is not None)
        if not words or not closed or is_no_state(words) or self._country(at):
            return None
        words = (*words, "only")
        table = portion.table or self._table_after(after) or self._about(at, words)
        # What a column of theirs tells by itself, it tells alone: the plan of "30% weekends only".
        told = table is None or self._hook(at, table)
        return None if told else Condition(str(table), f"is_{'_'.join(words)}", words)

    def _said_of(self, portion: Portion) -> Condition | None:
        """What is said of a portion: "are admins", "have a dog", "overdue"."""
        at, being, having = portion.end, False, False
        while self._text(at) in _BEING | _HAVING | _AMID | _WILL:
            being |= self._text(at) in _BEING
            having |= self._text(at) in _HAVING
            at += 1
        said = idiom(self._texts(at)) or idiom(self._texts(portion.end))
        said = said or self._denied(portion.end) or standing(self._texts(at))
        words, end = (said, at) if said else self._predicate(at)
        if words and is_participle(words[-1]) and self._said(end, end + 2) == list(_ON_TIME):
            words, end = (*words, *_ON_TIME), end + 2
        elif self._tells_where(words, end):
            words, end = (*words, *self._said(end, end + 2)), end + 2
        pronoun = self._text(portion.end - 1) in SUBJECT_ENDS
        told = None if pronoun or self._is_of_others_named(at, words, portion) else portion.table
        table = told or self._table_after(end) or self._about(at, words)
        words = words[1:] if len(words) > 1 and words[0] in _PERIODS else words
        lasting = words[:-1] if len(words) > 1 and words[-1] in _PERIODS else words
        if not words or table is None or is_no_state(lasting) or (self._country(at) and words != ("international",)):
            return None
        if len(words) == 2 and words[0] == "on" and not idiom(words) and has_plans(table, self.domain):
            # A plan that nobody knows makes no flag beside the plans that there are.
            return None
        if words == ("without",):
            # "10% without loans" is said of those who have some.
            return None
        if words[0] in GENDERED and {"first_name", "full_name"} & set(self.domain.data["tables"][table]["columns"]):
            return Condition(table, GENDER, words)
        if words[0] in GENDERED and kind_of(table) not in {"person", "thing"}:
            # Clubs are no girls, whoever is in them.
            return None
        one = len(words) == 1 or "-" in self._said(portion.end, end)
        attributive = len(words) == 1 and portion.table is None and self._table_after(end) is not None
        plain = (attributive or (one and self._is_said(end))) and not _is_abstract(words[0])
        denied = words[0] in _DOING | _NOT_DOING
        plain = plain or _are_some(words)
        if not (being or having or portion.table or plain or denied or tells_a_state(words)):
            return None
        if denied:
            return Condition(table, "_".join(words).replace("'", ""), words)
        if portion.table and not (being or having) and _is_acting(words):
            return Condition(table, "_".join((f"{words[0]}s", *words[1:])), words)
        done = self._text(at - 1) in _WILL and len(words) == 1
        last = past(words[0]) if done else singular_of(words[-1]) or words[-1]
        name = "_".join((*words[:-1], last))
        return Condition(table, f"{'has' if having and not being else 'is'}_{name}", words)

    def _tells_where(self, words: Words, at: int) -> bool:
        """Whether more is said of what was done, which makes it another state: "born in captivity", "made by hand"."""
        done = bool(words) and is_participle(words[-1]) and self._text(at) in _BY
        plain = done and self._kind(at + 1) == "word" and singular_of(self._text(at + 1)) is None
        known = plain and (self._table(at + 1) or self._country(at + 1) or self._hook(at + 1, None))
        return plain and not known and self.tokens[at + 1].text not in STOPS and self._is_said(at + 2)

    def _is_said(self, at: int) -> bool:
        """Whether a state ends before a place: at no word, or at the "and" before another number."""
        more = self._text(at) in {"and", "plus"} and self._kind(at + 1) in {"number", "percent", "range", "money"}
        return self._kind(at) != "word" or more

    def _is_of_others_named(self, at: int, words: Words, portion: Portion) -> bool:
        """Whether a state is one of other rows spoken of than those that so many were guessed to be of."""
        others = portion.guessed and any(fits_kind(words, one) for one in self._topics(at))
        return others and not fits_kind(words, str(portion.table))

    def _denied(self, at: int) -> Words:
        """What rows did not do: "did not finish", "never return"."""
        size = (
            2 if self._text(at) in _DOING and self._text(at + 1) == "not" else 1 if self._text(at) in _NOT_DOING else 0
        )
        acts = size and self._kind(at + size) == "word" and not self._table(at + size)
        return tuple(self._said(at, at + size + 1)) if acts else ()

    def _predicate(self, at: int) -> tuple[Words, int]:
        words: list[str] = []
        while len(words) < _LONGEST and self._kind(at) == "word" and self._text(at) not in STOPS:
            if words and self._table(at) and self._text(at - 1) != "-":
                break
            words.append(self._text(at))
            at += 1
            # "Part-time" is one word, as "non-smoking" is.
            at += self._is_hyphen(at)
        return tuple(words), at

    def _table_after(self, at: int) -> str | None:
        """The table after an adjective: the users of "10% blocked users"."""
        found = self._table(at)
        return found[0] if found else None

    def _about(self, at: int, words: Words) -> str | None:
        """The table that the clause speaks of: the last one named before, unless it is said of another one."""
        still, topics = self._still_about(at), self._topics(at)
        if still and (fits_kind(words, still) or not any(fits_kind(words, one) for one in topics)):
            return still
        if may_be_of_nobody(words, topics, self.domain):
            return None
        return likely_table(words, topics, self.domain) or self.domain.main

    def _still_about(self, at: int) -> str | None:
        """The table that the share before this one names: "60% of tasks done, 10% blocked" are all tasks."""
        portions = [one for place in range(at - 1) if (one := self.portion(place)) and one.end < at - 1]
        last = portions[-1] if portions else None
        named = last is not None and last.table and self._table(last.end - 1) is not None
        spoken_of = last is not None and any(self._table(place) for place in range(last.end, at))
        return last.table if named and last and not spoken_of else None


def _tells_some(word: str) -> bool:
    """Whether a word before a noun says of some rows what others may not be."""
    return is_participle(word) or is_state((word,)) or is_quality(word)


def _in_the_singular(words: Sequence[str]) -> Words:
    *before, last = words or [""]
    return (*before, singular_of(last) or last)


def _is_acting(words: Words) -> bool:
    """Whether words are what rows do to something: "spend money"."""
    told = tells_a_state(words) or is_participle(words[-1]) or singular_of(words[0]) or noun_of((words[0],)).known
    return len(words) == 2 and not told and not words[-1].endswith(_PARTICIPLES)


def _is_abstract(word: str) -> bool:
    """Whether a word stands, by its form, for no rows."""
    return word.endswith(_ABSTRACT) and word not in _ADJECTIVES


def _are_some(words: Words) -> bool:
    """Whether words are two nouns of which the second stands for rows: the "rush jobs" of 1,400 documents."""
    singular = singular_of(words[-1]) if len(words) == 2 else None
    noun = noun_of((str(singular),))
    return singular not in {None, words[-1]} and noun.known and noun.kind.name in {"happening", "document", "occasion"}


def tells_a_state(words: Words) -> bool:
    """Whether words are, by their form, a state that rows are in."""
    passing = bool(idiom(words) or standing(words))
    return passing or is_state(words) or words[0] in IRREGULAR | _LOOSE or words[0].endswith(_PARTICIPLES)


def tells_what_was_done(words: Words) -> bool:
    """Whether words are, beyond doubt, a state that rows came into, and no sort of them."""
    going_on = words[0].endswith("ing") and not noun_of((words[0],)).known
    return bool(idiom(words)) or is_state(words) or is_participle(words[0]) or going_on


def conditions(tokens: list[Token], domain: Domain) -> list[Condition]:
    """The flags that the tables of a domain lack for a story."""
    finder = Conditions(tokens, domain)
    found = dict.fromkeys([*finder.find(), *finder.adjectives()])
    new = (one for one in found if one.column not in domain.data["tables"][one.table]["columns"])
    return [one for one in new if not (follows(one.table, one.words, domain) or _contradicts(one, domain))]


def _contradicts(one: Condition, domain: Domain) -> bool:
    """Whether a flag would tell how far rows are beside a column of a domain file that tells it in other words."""
    if one.column.removeprefix("is_") not in _HOW_FAR:
        return False
    known = next((file.domain for file in domain_files() if file.file == f"{domain.name}.toml"), None)
    columns = known.data["tables"].get(one.table, {}).get("columns", {}) if known else {}
    return any("values" in column for name, column in columns.items() if name in _PROGRESS)
