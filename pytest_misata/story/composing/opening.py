"""What a story says that it is about, where nobody knows such a trade: "beekeeping cooperative"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import is_no_table, noun_of, outputs
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.grammar.facts import SAYING
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.situations import is_place
from pytest_misata.story.grammar.vocabulary import OPENING_ENDS

_LONGEST = 5


def opening(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words after the story's first article, or those it begins with, up to what it has."""
    starts = [at + 1 for at, token in enumerate(tokens) if token.article or token.text == "the"]
    for at in [*starts, 0]:
        at += 3 * (at + 1 < len(tokens) and tokens[at].kind == "number" and tokens[at + 1].text == "-")
        found = tuple(_trade(tokens, at))
        if (
            found
            and not all(word in FILLER for word in found)
            and not any(map(_is_aside, {found[-1], *([] if _is_first_part(tokens, found) else found[:1])}))
        ):
            return found
    return ()


def _is_first_part(tokens: Sequence[Token], found: Sequence[str]) -> bool:
    """Whether the first of several words only makes a noun with the next: second-hand shop, data center."""
    known = noun_of((found[-1],))
    placed = len(found) > 1 and known.known and known.kind.name in {"organisation", "place", "group"}
    return _is_joined(tokens, found[0]) or placed or (len(found) > 1 and found[0] in _NARROWING)


def _is_joined(tokens: Sequence[Token], word: str) -> bool:
    """Whether a word is a part of another one: the second of "second-hand"."""
    return any(one.text == word and other.text == "-" for one, other in pairwise(tokens))


def _is_aside(word: str) -> bool:
    """Whether a word tells how often or how many, rather than what the story is about: "a week", "the remaining"."""
    return is_no_table(word) or word in _LEFT


_LEFT = frozenset({"remaining", "remainder", "rest", "others", "majority", "every", "each"})


def _narrows(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that says little by itself tells what is named after it: the data of a data center."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    noun = after is not None and after.kind == "word" and after.text not in FILLER | OPENING_ENDS | SAYING
    return tokens[at].text in _NARROWING and noun and after is not None and not is_participle(after.text)


_NARROWING = frozenset("startup data business app service office product record running group company".split())


def _trade(tokens: Sequence[Token], at: int) -> Iterator[str]:
    taken = 0
    for place in range(at, min(at + _LONGEST + 2, len(tokens))):
        token = tokens[place]
        if token.text == "-" and taken and token.start == tokens[place - 1].end:
            continue
        counts = place + 1 < len(tokens) and tokens[place + 1].kind == "number"
        if (
            token.kind != "word"
            or token.text in OPENING_ENDS
            or taken == _LONGEST
            or (counts and token.text in outputs())
        ):
            return
        narrows = _narrows(tokens, place)
        said = token.text in SAYING or (token.text in FILLER and not narrows)
        if not taken and (said or is_place(tokens, place)):
            continue
        # A plural is no trade but what it has: "the members".
        if not taken and not narrows and singular_of(token.text) not in {None, token.text}:
            return
        taken += 1
        yield token.text
