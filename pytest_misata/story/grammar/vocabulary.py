"""The words of one story in a schema of somebody else's: which name its tables, which the values of its columns.

It takes the place of a domain, so that the same grammar reads both. A domain file lists the words that mean each table;
here every word of the story is looked up in the schema instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pytest_misata.schema.config import SchemaConfig
from pytest_misata.story.domain import Domain, DomainFile, Phrase, domain_files
from pytest_misata.story.english import words
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.finding import Finder, Found
from pytest_misata.story.grammar.facts import SAYING
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.saying import STOPS, Names, longest_first
from pytest_misata.story.hooks import Rates
from pytest_misata.story.paths import is_joined

OPENING_ENDS = frozenset(
    "with that which who where whose having has have in from of on at serving and plus for containing".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary(Domain):
    """The words of a story in a schema. `unsure` has those that name several tables equally well."""

    unsure: dict[Phrase, Found] = field(default_factory=dict)
    trade: bool = False
    """Whether the story names a trade for which there is a domain file."""

    @property
    def says_something(self) -> bool:
        """Whether the story names a table, or what it is about in a way that is known."""
        return self.trade or any(self.names.values())

    @property
    def subject(self) -> str:
        """What the words that say what the story is about become."""
        return "what it is about; the tables are those of the schema"

    @property
    def scope(self) -> str:
        """Where the tables are, for the end of "no table of ..."."""
        return "the schema"

    def related(self, child: str, parent: str) -> bool:
        """Whether rows of `child` belong to rows of `parent`, through whatever keys lead there."""
        return child != parent and is_joined(self._schema, child, parent)


def vocabulary_of(schema: SchemaConfig, story: str, tokens: list[Token]) -> Vocabulary:
    """The vocabulary of one story about a schema that is complete."""
    named = [found.domain for found in domains_named(tokens)]
    groups = [group for domain in named for group in domain.names.values()]
    names = Names(Finder(schema, groups), schema, tokens)
    trades = tuple(phrase for found in domain_files() for phrase in found.phrases)
    return Vocabulary(
        name=schema.name,
        title="schema",
        example="",
        phrases=longest_first([*trades, *_opening(story, tokens, names)]),
        names={table: longest_first(phrases) for table, phrases in names.phrases.items()},
        rates=tuple(Rates(schema, story, tokens, names).hooks()) if _has_rates(tokens) else (),
        usual=False,
        _schema=schema,
        unsure=names.unsure,
        trade=bool(named),
    )


def main_of_domain(schema: SchemaConfig, tokens: list[Token]) -> str | None:
    """The table that stands for the main one of a domain the story names, if there is one."""
    file = next(domains_named(tokens), None)
    if file is None:
        return None
    domain = file.domain
    finder = Finder(schema, list(domain.names.values()))
    found = next((found for name in domain.names[domain.main] if (found := finder.find(name))), None)
    return found.table if found else None


def domains_named(tokens: list[Token]) -> Iterator[DomainFile]:
    """The domains of which some name stands anywhere in the story."""
    said = [texts for at in range(len(tokens)) if (texts := spoken(tokens, at)[0])]
    for file in domain_files():
        near = [texts for texts in said if texts[0] in file.begins]
        if any(words.length_of_match(texts, phrase) for texts in near for phrase in file.phrases):
            yield file


def _has_rates(tokens: list[Token]) -> bool:
    """Whether the story can speak of the values of columns at all."""
    return any(token.kind in {"percent", "number"} or token.text == "without" for token in tokens)


def _opening(story: str, tokens: list[Token], names: Names) -> list[Phrase]:
    """What the story begins with, if that only says what it is about: "hospital" in "A hospital with 50 patients"."""
    at = 0
    while at < len(tokens) and (tokens[at].article or tokens[at].text in FILLER):
        at += 1
    texts: list[str] = []
    for token in tokens[at:]:
        if token.kind != "word" or token.text in OPENING_ENDS:
            break
        texts.append("" if token.text in SAYING or _is_name(story, token) else token.text)
    whole = tuple(text for text in texts if text)
    if not whole or whole[0] in STOPS or names.table(whole) is not None:
        return []
    return [whole, *((text,) for text in whole if names.table((text,)) is None and text not in FILLER)]


def _is_name(story: str, token: Token) -> bool:
    """Whether a word is the name of a place or the like: "Turkish", but neither "CRM" nor the story's first word."""
    return token.start > 0 and story[token.start : token.end].istitle()
