"""Every way a person writes a number in a sentence: digits, separators, suffixes and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

_SMALL = {word: value for value, word in enumerate(_UNITS)}
_SMALL |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_SCALES = {
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_GROUPS = {"couple": 2, "pair": 2, "dozen": 12, "hundred": 100} | _SCALES
"""Words that count things by the group: "a dozen", "two hundred", "a couple"."""

_SUFFIXES = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "mio": 10**6,
    "b": 10**9,
    "bn": 10**9,
}
_SPACED_SUFFIXES = frozenset({"k", "K", "M", "mn", "mln", "mio", "bn"})
"""Suffixes that may stand apart from their digits; "5 m" and "5 b" may mean something else."""

_SEPARATORS = ",_'\u2019 \u00a0\u202f\u2009"
_GROUPED = "|".join(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+" for mark in _SEPARATORS)
_DIGITS = re.compile(rf"(?<![\w.,])-?(?:{_GROUPED}|\d{{1,3}}(?:\.\d{{3}}){{2,}}|\d+(?:,\d{{1,2}})?)(?:\.\d+)?(?!\d)")
_COMMA = re.compile(r",(?=\d{1,2}$)")
_SUFFIX = re.compile(r"([ \u00a0]?)([A-Za-z]+)(?![\w])")
_WORD = re.compile(r"\b(?!no-)[A-Za-z]++(?!\d)", re.IGNORECASE)
"""Words; the "no" of "no-show" counts nothing, and no more does the "A" of "A4"."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: `text[start:end]` of the sentence, and its exact value.

    `decimal` tells that it was written with a decimal point and no scale ("1.5", not "1.5 million"): such a
    number counts nothing. `article` tells that it is a bare "a" or "an".
    """

    start: int
    end: int
    value: Fraction
    decimal: bool = False
    article: bool = False

    @property
    def whole(self) -> bool:
        """Whether it can count things."""
        return self.value.denominator == 1 and not self.decimal


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    joined: bool
    """Whether nothing but blanks or one hyphen stands between the word before and this one."""
    letter: bool = False
    """An "A" that is no article: "30% type A, 40% type O"."""


_CLOSED = re.compile(r"\s*(?:$|[,.;:)]|and\b|or\b|but\b|while\b)")
"""What an article never stands before."""


def find_numbers(text: str) -> list[Number]:
    """All numbers of a text, in order, none overlapping.

    "a" and "an" are given as articles with the value 1; whether they count anything is for the reader to say.
    """
    words = _words(text)
    taken = sorted([*_numerals(text), *_spelled(words)], key=lambda number: (number.start, -number.end))
    found: list[Number] = []
    for number in taken:
        if not found or number.start >= found[-1].end:
            found.append(number)
    return found


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for match in _WORD.finditer(text):
        before = text[words[-1].end : match.start()] if words else "."
        joined = before.strip() in {"", "-"}
        letter = match.group() == "A" and bool(before.strip() or words) and bool(_CLOSED.match(text, match.end()))
        words.append(_Word(match.start(), match.end(), match.group().lower(), joined, letter))
    return words


def _numerals(text: str) -> Iterator[Number]:
    """Numbers written in digits, with what scales them: "5k", "1.5 million", "2 dozen"."""
    for match in _DIGITS.finditer(text):
        value = _digits_value(match.group())
        scale, end = _scale_after(text, match.end())
        decimal = scale is None and _has_point(match.group())
        if scale is None and text[end : end + 1].isalpha():
            continue
        yield Number(match.start(), end, value * (scale or 1), decimal=decimal)


def _has_point(written: str) -> bool:
    """Whether it was written with a decimal point, or a decimal comma as in "1,5 million"."""
    return written.count(".") == 1 or bool(_COMMA.search(written))


def _digits_value(written: str) -> Fraction:
    point = _COMMA.sub(".", written)
    whole = re.sub(f"[{re.escape(_SEPARATORS)}]", "", point)
    return Fraction(whole.replace(".", "") if whole.count(".") > 1 else whole)


def _scale_after(text: str, at: int) -> tuple[int | None, int]:
    """The product of the suffixes and scale words that follow, and where they end."""
    scale: int | None = None
    while match := _SUFFIX.match(text, at):
        factor = _suffix(match.group(2), spaced=bool(match.group(1)))
        if factor is None:
            break
        scale, at = (scale or 1) * factor, match.end()
    return scale, at


def _suffix(word: str, *, spaced: bool) -> int | None:
    if spaced:
        scales = _SUFFIXES if word in _SPACED_SUFFIXES else _GROUPS
        return scales.get(word.lower())
    return _SUFFIXES.get(word.lower()) or _SCALES.get(word.lower())


def _spelled(words: list[_Word]) -> Iterator[Number]:
    """Numbers written in words: "two thousand", "half a dozen", "a couple of", "no"."""
    at = 0
    while at < len(words):
        found = _Spelled(words, at).read()
        if found is None:
            at += 1
            continue
        value, stop = found
        article = stop == at + 1 and words[at].text in {"a", "an"}
        if article and words[at].letter:
            at = stop
            continue
        yield Number(words[at].start, words[stop - 1].end, value, article=article)
        at = stop


class _Spelled:
    """A reader of one spelled number that starts at a given word.

    number   := part (["and"] part)*                  two thousand five hundred; a million and one
    part     := (fraction | hundreds | article) group*
    hundreds := small ["hundred" ["and" small]]       twenty-five hundred; three hundred and sixty-five
    fraction := half | a quarter of | two and a half  (only before a group)
    """

    def __init__(self, words: list[_Word], at: int) -> None:
        self.words, self.first, self.at = words, at, at
        self._scale = self._below = 1

    def read(self) -> tuple[Fraction, int] | None:
        """The value and the index after the last word, or None when no number starts here."""
        if self._word() == "no":
            return Fraction(0), self.at + 1
        total = self._part()
        if total is None:
            return None
        self._below = self._scale
        while (more := self._attempt(self._next_part)) is not None:
            total, self._below = total + more, self._scale
        self._attempt(self._of)
        return total, self.at

    def _word(self, offset: int = 0) -> str:
        """The word `offset` further on, or "" where the run of words is broken."""
        at = self.at + offset
        if at >= len(self.words):
            return ""
        run = self.words[self.first + 1 : at + 1]
        return self.words[at].text if all(word.joined for word in run) else ""

    def _attempt(self, rule: Callable[[], Fraction | None]) -> Fraction | None:
        at = self.at
        value = rule()
        if value is None:
            self.at = at
        return value

    def _next_part(self) -> Fraction | None:
        """A further part, smaller than the one before: "two thousand [and] five hundred"."""
        if self._word() == "and":
            self.at += 1
        if self._word() not in _SMALL:
            return None
        value = self._part()
        return value if value is not None and 0 < value < self._below else None

    def _part(self) -> Fraction | None:
        for rule in (self._fraction, self._hundreds, self._article):
            count = self._attempt(rule)
            if count is not None:
                return self._scaled(count)
        return self._scaled(Fraction(1)) if self._word() in _BARE else None

    def _hundreds(self) -> Fraction | None:
        """seven; twenty-five; three hundred and sixty-five; twenty-five hundred."""
        count = self._small() if self._word() in _SMALL else self._article()
        if count is None or self._word() != "hundred":
            return count if self.words[self.at - 1].text in _SMALL else None
        self.at += 1
        rest = self._attempt(self._below_hundred)
        return count * 100 + (rest or 0)

    def _below_hundred(self) -> Fraction | None:
        if self._word() == "and":
            self.at += 1
        return self._small()

    def _scaled(self, count: Fraction) -> Fraction:
        """The count times the groups that follow it: "two hundred thousand", "a couple of hundred"."""
        self._scale = 1
        while True:
            skip = 1 if self._word() == "of" and self._word(1) in _GROUPS and self._scale != 1 else 0
            factor = _GROUPS.get(self._word(skip))
            if factor is None:
                return count
            count, self.at = count * factor, self.at + skip + 1
            self._scale = factor

    def _fraction(self) -> Fraction | None:
        """Half a; a quarter of a; three quarters of a; one and a half: only before a group."""
        for words, value in _FRACTIONS:
            if tuple(self._word(i) for i in range(len(words))) == words and self._word(len(words)) in _GROUPS:
                self.at += len(words)
                return value
        whole = self._attempt(self._small)
        if whole is None or tuple(self._word(i) for i in range(3)) != ("and", "a", "half"):
            return None
        self.at += 3
        return whole + Fraction(1, 2) if self._word() in _GROUPS else None

    def _small(self) -> Fraction | None:
        """seven; twenty; twenty-five."""
        value = _SMALL.get(self._word())
        if value is None:
            return None
        self.at += 1
        unit = _SMALL.get(self._word(), 0)
        if value >= 20 and 0 < unit < 10:
            self.at += 1
            value += unit
        return Fraction(value)

    def _article(self) -> Fraction | None:
        if self._word() not in {"a", "an"}:
            return None
        self.at += 1
        return Fraction(1)

    def _of(self) -> Fraction | None:
        """The "of" of "a couple of", "a dozen of"."""
        if self._word() != "of" or self.words[self.at - 1].text not in {"couple", "pair", "dozen"}:
            return None
        self.at += 1
        return Fraction(0)


_BARE = frozenset({"hundred", "thousand", "million", "billion", "dozen"})
"""Groups that may stand without a count: "a database of thousand users"."""

_FRACTIONS = [
    (("half", "a"), Fraction(1, 2)),
    (("a", "half"), Fraction(1, 2)),
    (("half",), Fraction(1, 2)),
    (("a", "quarter", "of", "a"), Fraction(1, 4)),
    (("quarter", "of", "a"), Fraction(1, 4)),
    (("quarter",), Fraction(1, 4)),
    (("three", "quarters", "of", "a"), Fraction(3, 4)),
]
