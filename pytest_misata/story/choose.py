"""Which domain a story is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten

from pytest_misata.errors import StoryError
from pytest_misata.story.assortments import SHOP, stocked, trade_of
from pytest_misata.story.composing.apart import told_apart
from pytest_misata.story.composing.compose import compose, with_amounts_and_places
from pytest_misata.story.composing.opening import opening
from pytest_misata.story.domain import Domain, domain_files, domains
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Aged, Amount, AnyFact, Count, Dealt, Pace, Ratio, Subject, Unplaced, Where
from pytest_misata.story.grammar.leftovers import leftovers
from pytest_misata.story.grammar.reading import read_facts
from pytest_misata.story.grammar.vocabulary import domains_named
from pytest_misata.story.paths import path_up
from pytest_misata.story.sizing import of_two


@dataclass(frozen=True, slots=True)
class Reading:
    """A story as read in one domain."""

    domain: Domain
    facts: Sequence[AnyFact]

    @property
    def tables(self) -> int:
        """How many tables the story counts."""
        return len({fact.child if isinstance(fact, Ratio) else fact.table for fact in self._sizes()})

    @property
    def named(self) -> int | None:
        """Where the story names the domain first."""
        places = [fact.start for fact in self.facts if isinstance(fact, Subject) and fact.is_domain]
        return min(places, default=None)

    @property
    def letters(self) -> int:
        """How many letters of the story name the domain: the more they are, the closer the name."""
        return max(
            (fact.end - fact.start for fact in self.facts if isinstance(fact, Subject) and fact.is_domain), default=0
        )

    @property
    def narrowed(self) -> bool:
        """Whether the story says that its domain is one of a special kind."""
        return any(fact.narrowed for fact in self.facts if isinstance(fact, Subject))

    @property
    def measures(self) -> bool:
        """Whether the story tells amounts or places, for which there may be no column."""
        return any(isinstance(fact, Aged | Amount | Where) for fact in self.facts)

    @property
    def whole(self) -> bool:
        """Whether everything the story says has a place."""
        return not any(isinstance(fact, Unplaced) for fact in self.facts)

    def _sizes(self) -> list[Count | Dealt | Ratio | Pace]:
        return [fact for fact in self.facts if isinstance(fact, Count | Dealt | Ratio | Pace)]


def choose(story: str, tokens: list[Token]) -> Reading:
    """The story as read in the domain it is about.

    Of the domains named, the one with the most of the tables counted, then the first. Where none is named, the one
    that has a place for all that is said. What a domain lacks is composed, and all of it where no domain fits.
    Raises StoryError where the story speaks of nothing that could be a table.
    """
    own = compose(tokens) if _is_otherwise(tokens) else None
    if own is not None:
        return _read(tokens, own)
    # Most stories name their domain, and to read one in every domain takes a while.
    trade = trade_of(tokens)
    likely = [stocked(found, trade) for found in domains_named(tokens)]
    named = [reading for domain in likely if _is_about(tokens, reading := _read(tokens, domain))]
    best = max(named, key=lambda one: (one.tables, -(one.named or 0), not one.narrowed, one.letters), default=None)
    if best and (best.tables or not _counts_things(tokens)):
        return _completed(tokens, best)
    if trade is not None and not best:
        shop = _read(tokens, stocked(next(file for file in domain_files() if file.file == SHOP), trade))
        whole = _completed(tokens, shop)
        if whole.whole and whole.tables and len(whole.domain.names) == len(shop.domain.names):
            return whole
    readings = [_read(tokens, domain) for domain in domains() if _speaks_of(tokens, domain)]
    fitting = [
        reading
        for reading in readings
        if reading.tables and _fits(reading, best) and _belongs(story, reading) and _is_called_so(story, reading)
    ]
    closest = max(fitting, key=_closeness, default=None)
    if closest and (closest.tables > 1 or (len(fitting) == 1 and not best)):
        return _about(_completed(tokens, closest))
    if best:
        return _completed(tokens, best)
    near = [
        reading
        for reading in readings
        if reading.tables > 1 and not opening(tokens) and _belongs(story, reading) and _is_called_so(story, reading)
    ]
    if near:
        return _completed(tokens, max(near, key=_closeness))
    composed = compose(tokens)
    if composed is None:
        raise StoryError(
            f"nothing in {shorten(story, _QUOTED)!r} names a table or a domain that is known. {could_say()}"
        )
    return _read(tokens, composed)


def _is_otherwise(tokens: Sequence[Token]) -> bool:
    """Whether a word before the name of a domain tells another trade: "dance school", "surf school"."""
    *_, before, name = ("", "", *opening(tokens))
    return any(before in file.otherwise and (name,) in file.phrases for file in domain_files())


def _speaks_of(tokens: Sequence[Token], domain: Domain) -> bool:
    """Whether some word of a story may name a table of a domain: to read it in every domain takes a while."""
    said = {token.text for token in tokens}
    return not said.isdisjoint(domain.nouns()) or not said.isdisjoint({"person", "persons"})


_QUOTED = 120
"""Letters of a story that a message quotes, at the most."""


def _is_about(tokens: Sequence[Token], reading: Reading) -> bool:
    """Whether the story names the domain of a reading, other than by what it has several of: "25 tournaments"."""
    named = [fact for fact in reading.facts if isinstance(fact, Subject) and fact.is_domain]
    counted = min((fact.start for fact in reading.facts if isinstance(fact, Count | Ratio)), default=tokens[-1].end)
    return any(_is_a_name(tokens, fact, counted) for fact in named)


def _is_a_name(tokens: Sequence[Token], subject: Subject, counted: int) -> bool:
    """Whether words name a trade: not "retailers" of a brewery with 45 retailers, nor behind what is counted of it.

    Nor what there is so much for: "3 harvests per parcel".
    """
    at = next(at for at, token in enumerate(tokens) if token.start == subject.start)
    word, before = tokens[at], tokens[at - 1] if at else None
    if before is not None and before.text in _FOR_EACH:
        return False
    if word.end < subject.end or singular(word.text) == word.text:
        return True
    several = before is not None and before.kind == "number" and not before.article
    return subject.start < counted and not (several and opening(tokens))


_FOR_EACH = frozenset({"per", "each", "every"})


def _counts_things(tokens: Sequence[Token]) -> bool:
    """Whether the story counts several things, by which its trade may be told."""
    return sum(token.kind == "number" and not token.article for token in tokens) > 1


def _fits(reading: Reading, best: Reading | None) -> bool:
    """Whether everything the story says has a place, but for words that name the domain of another reading."""
    named = [fact for fact in (best.facts if best else ()) if isinstance(fact, Subject) and fact.is_domain]
    missed = [fact for fact in reading.facts if isinstance(fact, Unplaced)]
    return all(any(one.start <= fact.start and fact.end <= one.end for one in named) for fact in missed)


def _about(reading: Reading) -> Reading:
    """The reading, in which words that name no table only say what the story is about."""
    facts = [
        Subject(fact.start, fact.end, reading.domain.subject) if isinstance(fact, Unplaced) else fact
        for fact in reading.facts
    ]
    return Reading(reading.domain, facts)


def _is_called_so(story: str, reading: Reading) -> bool:
    """Whether most tables that are counted are called as the story calls them, rather than by other words for them."""
    counts = [fact for fact in reading.facts if isinstance(fact, Count | Ratio | Pace | Dealt)]
    named = [fact.child if isinstance(fact, Ratio) else fact.table for fact in counts]
    said = [story[fact.start : fact.end].lower().replace("-", " ") for fact in counts]
    # "A podcast with 20 episodes" speaks of its shows by what it is.
    pairs = [pair for pair in zip(named, said, strict=True) if pair[1].partition(" ")[0] not in {"a", "an"}]
    return sum(table.replace("_", " ")[:-1] in text for table, text in pairs) * 2 > len(pairs)


def _belongs(story: str, reading: Reading) -> bool:
    """Whether nothing that the story says is at or in something has that in the domain: "100 users at 5 companies"."""
    counts = [fact for fact in reading.facts if isinstance(fact, Count)]
    return not any(
        path_up(reading.domain.usual_schema(), other.table, one.table)
        for one, other in pairwise(counts)
        if one.table != other.table and story[one.end : other.start].strip().lower() in _WITHIN
    )


_WITHIN = frozenset({"at", "in", "across", "from", "of", "within", "spread across", "spread over"})


def _closeness(reading: Reading) -> tuple[int, bool, int]:
    """How well a domain that is not named fits: by the tables counted, by what is usual, by what it has besides."""
    return reading.tables, reading.domain.usual, -len(reading.domain.names)


def _completed(tokens: list[Token], reading: Reading) -> Reading:
    """The story as read in a domain that has tables for all it names."""
    alone = compose(tokens) if _is_alone(reading) else None
    if alone is not None:
        return _read(tokens, alone)
    apart = told_apart(tokens, reading.domain)
    if apart is not reading.domain:
        reading = _read(tokens, apart)
    if reading.whole:
        return _read(tokens, with_amounts_and_places(tokens, reading.domain)) if reading.measures else reading
    composed = compose(tokens, reading.domain)
    if composed is None:
        return reading
    whole = _read(tokens, composed)
    if (reading.narrowed and reading.tables * 2 < whole.tables) or _is_apart(reading, whole):
        # A dance school is no school if most of what it has is no school's.
        own = compose(tokens)
        return _read(tokens, own) if own else whole
    return whole


def _is_alone(reading: Reading) -> bool:
    """Whether there is but one of what the domain has two different ones of in rows that are counted: our one team."""
    counts = {fact.table: fact.rows for fact in reading.facts if isinstance(fact, Count) and not fact.qualifier}
    pairs = of_two(reading.domain.usual_schema()) if 1 in counts.values() else ()
    return any(counts.get(table.key) and counts.get(parent) == 1 for table, parent in pairs)


def _is_apart(reading: Reading, whole: Reading) -> bool:
    """Whether what the story speaks of has nothing to do with the tables of the domain that it names.

    Or it is of other rows than there: readings that are of turbines need no meters of customers.
    """
    own = set(reading.domain.names)
    new = set(whole.domain.names) - own
    tables = whole.domain.usual_schema().tables
    keys = [(name, key.parent) for name, table in tables.items() for key in table.foreign_keys]
    met = any((child in new) != (parent in new) for child, parent in keys)
    if not reading.tables:
        return whole.tables > 0 and new <= set(tables) and not met
    moved = {fact.child for fact in whole.facts if isinstance(fact, Ratio) and fact.child in own and fact.parent in new}
    said = {fact.table for fact in whole.facts if isinstance(fact, Count) and fact.table in own}
    return bool(moved) and not said and all(reading.domain.owner_of(name) not in {None, *said} for name in moved)


def could_say() -> str:
    """What a story may be, by example."""
    return "It could be: " + "; ".join(f"{domain.example!r} ({domain.title})" for domain in domain_files())


def _read(tokens: list[Token], domain: Domain) -> Reading:
    facts, taken = read_facts(tokens, domain)
    return Reading(domain, sorted([*facts, *leftovers(tokens, taken, domain)], key=lambda fact: fact.start))
