"""Which domain a story is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_misata.errors import StoryError
from pytest_misata.story.domain import Domain, domains
from pytest_misata.story.facts import AnyFact, Count, Ratio, Subject, Unplaced
from pytest_misata.story.grammar import read_facts
from pytest_misata.story.leftovers import leftovers
from pytest_misata.story.tokens import Token
from pytest_misata.story.vocabulary import is_named


@dataclass(frozen=True, slots=True)
class Reading:
    """A story as read in one domain."""

    domain: Domain
    facts: Sequence[AnyFact]

    @property
    def tables(self) -> int:
        """How many tables the story counts."""
        return len({fact.table if isinstance(fact, Count) else fact.child for fact in self._sizes()})

    @property
    def named(self) -> int | None:
        """Where the story names the domain first."""
        places = [fact.start for fact in self.facts if isinstance(fact, Subject) and fact.is_domain]
        return min(places, default=None)

    @property
    def whole(self) -> bool:
        """Whether everything the story says has a place."""
        return not any(isinstance(fact, Unplaced) for fact in self.facts)

    def _sizes(self) -> list[Count | Ratio]:
        return [fact for fact in self.facts if isinstance(fact, Count | Ratio)]


def choose(story: str, tokens: list[Token]) -> Reading:
    """The story as read in the domain it is about.

    Of the domains named, the one with the most of the tables counted, then the first. Where none is named, the one
    domain that has a place for all that is said; of several the one that is usual.
    Raises StoryError where no domain, or more than one, fits.
    """
    # Most stories name their domain, and to read one in every domain takes a while.
    likely = [domain for domain in domains() if is_named(domain, tokens)]
    named = [reading for domain in likely if (reading := _read(tokens, domain)).named is not None]
    if named:
        return max(named, key=lambda reading: (reading.tables, -(reading.named or 0)))
    readings = [_read(tokens, domain) for domain in domains()]
    fitting = [reading for reading in readings if reading.tables and reading.whole]
    most = max((reading.tables for reading in fitting), default=0)
    best = [reading for reading in fitting if reading.tables == most]
    best = [reading for reading in best if reading.domain.usual] or best
    if len(best) == 1:
        return best[0]
    if best:
        titles = " or ".join(reading.domain.title for reading in best)
        raise StoryError(f"{story!r} does not tell what it is about: {titles}? {could_say()}")
    raise StoryError(f"nothing in {story!r} names a domain that is known. {could_say()}")


def could_say() -> str:
    """What a story may be, by example."""
    return "It could be: " + "; ".join(f"{domain.example!r} ({domain.title})" for domain in domains())


def _read(tokens: list[Token], domain: Domain) -> Reading:
    facts, taken = read_facts(tokens, domain)
    return Reading(domain, sorted([*facts, *leftovers(tokens, taken, domain)], key=lambda fact: fact.start))
