"""What a story says in the words of one domain."""

from __future__ import annotations

from pytest_misata.story.domain import Domain
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import AnyFact, Rate, Unplaced
from pytest_misata.story.grammar.facts import Reader


def read_facts(tokens: list[Token], domain: Domain) -> tuple[list[AnyFact], list[bool]]:
    """The facts of a story in one domain, and which tokens they are made of."""
    reader = Reader(tokens, domain)
    facts = reader.read()
    return [_unlimited(fact) for fact in facts], reader.taken


def _unlimited(fact: AnyFact) -> AnyFact:
    """A share over the whole is no share."""
    if isinstance(fact, Rate) and fact.share is not None and not 0 <= fact.share <= 1:
        return Unplaced(fact.start, fact.end, "a share lies between 0% and 100%")
    return fact
