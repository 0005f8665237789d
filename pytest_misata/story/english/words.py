"""English words of a story: plain forms, and whether two words are one noun in the singular and the plural.

Regular plurals are told by rule, since loading inflect takes about two seconds; the tests hold the rule against it
for every name in every domain. A domain lists an irregular plural among a table's names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

CODE = r"(?<![\w.])(?![QH]\d\b)[A-Z]\d{1,3}(?![\w.])"
"""A letter and digits that are one word: "A4", "B12"; quarters and halves of a year are none."""
WORD = rf"{CODE}|[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d[\w.]*"
"""A word, or the digits it has and what follows them: "web3" is "web", "3" in a story and in a domain file alike."""
_WORD = re.compile(WORD)
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_ENDINGS = {"person": "people", "child": "children", "quiz": "quizzes", "alumnus": "alumni"}
"""Nouns, and ends of nouns, that no rule tells."""


@lru_cache(maxsize=8192)
def split(phrase: str) -> tuple[str, ...]:
    """The words of a phrase in lower case; hyphens and blanks both part words."""
    return tuple(word.lower() for word in _WORD.findall(phrase))


@lru_cache(maxsize=4096)
def plural(noun: str) -> str:
    """The plural of a singular noun."""
    for ending, instead in _ENDINGS.items():
        if noun.endswith(ending):
            return noun.removesuffix(ending) + instead
    if _CONSONANT_Y.search(noun):
        return noun[:-1] + "ies"
    return noun + ("es" if _SIBILANT.search(noun) else "s")


def same_noun(word: str, singular: str) -> bool:
    """Whether a word is this noun, in the singular or the plural."""
    return word in (singular, plural(singular))


def by_first_word(*phrases: str) -> dict[str, list[list[str]]]:
    """Phrases as lists of their words, by the first of these."""
    found: dict[str, list[list[str]]] = {}
    for phrase in phrases:
        words = phrase.split()
        found.setdefault(words[0], []).append(words)
    return found


def first_words(phrases: Iterable[Sequence[str]]) -> frozenset[str]:
    """The words with which a text begins that begins with one of the phrases; the last of a phrase in either number."""
    return frozenset(
        word
        for phrase in phrases
        if phrase
        for word in ((phrase[0],) if phrase[1:] else (phrase[0], plural(phrase[0])))
    )


def length_of_match(words: Sequence[str], phrase: Sequence[str]) -> int:
    """How many of the first `words` are the phrase, its last word in either number; 0 where they are not."""
    size = len(phrase)
    if not size or len(words) < size or tuple(words[: size - 1]) != tuple(phrase[:-1]):
        return 0
    return size if same_noun(words[size - 1], phrase[-1]) else 0
