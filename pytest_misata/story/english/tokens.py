"""A story cut into tokens: words, numbers, and the quantities made of them (shares, money, dates, ranges)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pytest_misata.story.english.hyphens import lacks_hyphen
from pytest_misata.story.english.naming import abbreviations
from pytest_misata.story.english.numbers import Number, find_numbers
from pytest_misata.story.english.seasons import LONGEST_SEASON, season_at
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.english.words import WORD

TokenKind = Literal["word", "number", "range", "percent", "money", "date", "stop", "symbol"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]` of the story; `text` is in lower case.

    `value` is a number's value or a share's part of 1, and the lower end of a range whose other end is `high`.
    """

    kind: TokenKind
    start: int
    end: int
    text: str
    value: Fraction = Fraction(0)
    whole: bool = False
    article: bool = False
    high: Fraction = Fraction(0)
    name: bool = False
    """A word that is written like a name."""


_PIECE = re.compile(rf"w/o?(?=\s)|\b[a-zA-Z]{{2,6}}\.(?=\s+[\da-z])|{WORD}|\S")
"""A word, with the slash or the dot of one that is cut short, or a single sign."""
_STOPS = frozenset(",.;:()!?\u2014\u2013")
_CURRENCY_SIGNS = frozenset("$\u20ac\u00a3\u00a5\u20b9\u20ba\u20a9\u20bd")
_CURRENCY_WORDS = frozenset(
    "usd eur gbp jpy chf cad aud nzd inr try brl cny mxn sek nok dkk pln krw zar ils aed sar egp ngn kes pkr bdt idr "
    "php vnd thb twd huf czk ron ars clp cop sgd hkd dollar dollars euro euros pound pounds yen yuan cent cents bucks "
    "lira rupee rupees pesos zloty reais naira baht shekels dirhams".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)
_ORDINALS = frozenset({"first", "second", "third", "fourth"})
_SEASONS = frozenset({"spring", "summer", "autumn", "fall", "winter"})
_YEAR_LEADS = frozenset(
    "in since during until till from of by before after between to year season and through within throughout".split()
)


def tokenize(story: str) -> list[Token]:
    """The tokens of a story in order; blanks are dropped, everything else belongs to exactly one token."""
    tokens = _pieces(story, find_numbers(story))
    for joined in (_unit, _fraction, _date, _percent, _money, _timed_range, _range):
        tokens = _merge(story, tokens, joined)
    return [one for at, token in enumerate(tokens) for one in (token, *_unwritten(tokens, at))]


def _unwritten(tokens: list[Token], at: int) -> list[Token]:
    """The hyphen that is meant after a number, though it is not written."""
    end = tokens[at].end
    return [Token("symbol", end, end, "-")] if lacks_hyphen(tokens, at) else []


def _pieces(story: str, numbers: list[Number]) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    for number in numbers:
        tokens += _words(story, at, number.start)
        text = story[number.start : number.end].lower()
        tokens.append(Token("number", number.start, number.end, text, number.value, number.whole, number.article))
        at = number.end
    return tokens + _words(story, at, len(story))


def _words(story: str, start: int, end: int) -> list[Token]:
    found = []
    for match in _pieces_of(story, start, end):
        text = _SPELT.get(match.group()) or _whole(match.group())
        kind: TokenKind = "stop" if text in _STOPS else "word" if text[0].isalnum() else "symbol"
        found.append(Token(kind, match.start(), match.end(), text, name=match.group().istitle()))
    return found


def _pieces_of(story: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The pieces of a part of a story; a dot is one of its own, but after what is known to be cut short."""
    while (match := _PIECE.search(story, start, end)) is not None:
        if match.group().endswith(".") and match.group()[:-1].lower() not in {*abbreviations(), *_DOTTED}:
            match = _PLAIN.search(story, start, end) or match
        yield match
        start = match.end()


def _whole(text: str) -> str:
    """A word in lower case, and written out where it was cut short."""
    plain = text.lower().removesuffix(".") or "."
    return abbreviations().get(plain, plain)


_PLAIN = re.compile(rf"{WORD}|\S")
_DOTTED = frozenset({"avg", "max", "min"})
_SPELT = {"US": "usa"}
"""Words that mean something else in lower case."""

Joined = tuple[TokenKind, int, Fraction] | tuple[TokenKind, int, Fraction, Fraction] | None
"""What a run of tokens makes together: its kind, how many tokens it takes, its value, and the other end of a range."""


def _merge(story: str, tokens: list[Token], rule: Callable[[list[Token], int], Joined]) -> list[Token]:
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        joined = rule(tokens, at)
        if joined is None:
            merged.append(tokens[at])
            at += 1
            continue
        kind, size, value, *high = joined
        start, end = tokens[at].start, tokens[at + size - 1].end
        merged.append(Token(kind, start, end, story[start:end].lower(), value, high=high[0] if high else Fraction(0)))
        at += size
    return merged


def _text(tokens: list[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _kind(tokens: list[Token], at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) and not tokens[at].article else ""


def _unit(tokens: list[Token], at: int) -> Joined:
    """The km/h of "10 km/h": a unit that is written with a slash."""
    said = "".join(token.text for token in tokens[at : at + 3])
    written = at + 2 < len(tokens) and tokens[at].start + len(said) == tokens[at + 2].end
    known = _text(tokens, at + 1) == "/" and _is_number(tokens, at - 1) and unit_of(said) is not None
    return ("word", 3, Fraction(0)) if known and written else None


def _fraction(tokens: list[Token], at: int) -> Joined:
    """Half of; a third of; two thirds of; 1/4 of; one in five users: a share in words."""
    if _text(tokens, at) == "half":
        told = _text(tokens, at + 1) in {"of", "the"} or _is_among_shares(tokens, at) or _tells_half(tokens, at)
        return ("percent", 1, Fraction(1, 2)) if told else None
    if at >= len(tokens) or tokens[at].kind != "number" or not tokens[at].whole:
        return None
    if _text(tokens, at + 1) == "/" and _is_number(tokens, at + 2) and _text(tokens, at + 3) == "of":
        whole = tokens[at + 2].value
        return ("percent", 3, tokens[at].value / whole) if tokens[at].value < whole else None
    part = _PARTS.get(_text(tokens, at + 1).removesuffix("s"))
    if part and (_text(tokens, at + 2) in {"of", "the"} or _stands_for_rows(tokens, at)):
        return "percent", 2, tokens[at].value / part
    if (_text(tokens, at + 1), _text(tokens, at + 2)) == ("out", "of") and _is_number(tokens, at + 3):
        whole = tokens[at + 3].value
        return ("percent", 4, tokens[at].value / whole) if tokens[at].value < whole else None
    if _text(tokens, at + 1) == "in" and _is_number(tokens, at + 2) and tokens[at].value < tokens[at + 2].value:
        counts = at + 3 < len(tokens) and tokens[at + 3].kind == "word" and not _is_year(tokens, at + 2)
        return ("percent", 3, tokens[at].value / tokens[at + 2].value) if counts else None
    return None


def _stands_for_rows(tokens: list[Token], at: int) -> bool:
    """Whether a part begins what is said of rows: ", a tenth unpaid", "and a third are urgent"."""
    begins = at > 0 and (tokens[at - 1].kind == "stop" or tokens[at - 1].text in {"and", "with", "where", "but"})
    return begins and at + 2 < len(tokens) and tokens[at + 2].kind == "word" and _text(tokens, at + 2) not in {"and"}


def _is_among_shares(tokens: list[Token], at: int) -> bool:
    """Whether the "half" that begins an item of a list is a share, as those beside it are: "half dogs, 35% cats"."""
    begins = at > 0 and (tokens[at - 1].kind == "stop" or tokens[at - 1].text in _ITEMS)
    plain = at + 1 < len(tokens) and tokens[at + 1].kind == "word" and tokens[at + 1].text not in _NO_SHARES
    return begins and plain and any(_is_share(tokens, other) for other in range(at - _NEAR, at + _NEAR))


def _tells_half(tokens: list[Token], at: int) -> bool:
    """Whether a "half" that begins a clause is that of rows in a state, of which no more is said: ", half organic"."""
    begins = at > 0 and (tokens[at - 1].kind == "stop" or tokens[at - 1].text in _ITEMS)
    word, closed = _text(tokens, at + 1), _text(tokens, at + 2) in {"", ",", ".", ";", "and", ")"}
    return begins and closed and (is_participle(word) or word.endswith(_STATES))


_STATES = ("ic", "ive", "able", "ous", "less", "al")


def _is_share(tokens: list[Token], at: int) -> bool:
    if not 0 <= at < len(tokens):
        return False
    token = tokens[at]
    return token.text in {"%", "percent", "pct", "third", "quarter", "quarters", "thirds", "rest", "remainder"}


_ITEMS = frozenset({"and", "with", "where", "but", "are"})
_NO_SHARES = frozenset("a an as dozen hundred thousand million billion board day days price year time marathon".split())
_NEAR = 8
"""How many tokens off another item of a list of shares is, at the most."""
_PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}


def _percent(tokens: list[Token], at: int) -> Joined:
    """20%; 20 percent; 20 per cent."""
    if _kind(tokens, at) != "number":
        return None
    share = tokens[at].value / 100
    if _text(tokens, at + 1) in {"%", "percent", "pct"}:
        return "percent", 2, share
    if (_text(tokens, at + 1), _text(tokens, at + 2)) == ("per", "cent"):
        return "percent", 3, share
    return None


def _money(tokens: list[Token], at: int) -> Joined:
    """$50k; 50k USD; EUR 2,500; 350,000 dollars."""
    leads = _text(tokens, at) in _CURRENCY_SIGNS | _CURRENCY_WORDS and _kind(tokens, at + 1) == "number"
    if leads:
        return "money", 2, tokens[at + 1].value
    if _kind(tokens, at) == "number" and _text(tokens, at + 1) in _CURRENCY_SIGNS | _CURRENCY_WORDS:
        return "money", 2, tokens[at].value
    return None


def _range(tokens: list[Token], at: int) -> Joined:
    """2 to 5; 2-5; between 2 and 5. Of two shares or two amounts as well."""
    between = _text(tokens, at) == "between"
    low = at + between
    kind = _kind(tokens, low)
    if kind not in {"number", "percent", "money"} or _kind(tokens, low + 2) not in {"number", "percent", "money"}:
        return None
    joints = {"and"} if between else {"to", "-", "\u2013"}
    if _text(tokens, low + 1) not in joints:
        return None
    # "10 to 20%" is of shares at both ends.
    shared = kind == "number" and tokens[low + 2].kind == "percent"
    return "range", 3 + between, tokens[low].value / (100 if shared else 1), tokens[low + 2].value


def _timed_range(tokens: list[Token], at: int) -> Joined:
    """30 minutes to 2 hours; 5 days to 3 weeks: in the unit of the second end, which is left for what comes after."""
    between = _text(tokens, at) == "between"
    low = at + between
    units = [_SECONDS.get(_text(tokens, low + place).removesuffix("s"), 0) for place in (1, 4)]
    if _text(tokens, low) == "half" and _text(tokens, low + 1) in {"a", "an"}:
        whole = _timed_range(tokens, low + 1)
        return whole and ("range", whole[1] + 1 + between, whole[2] / 2, *whole[3:])
    ends = low < len(tokens) and tokens[low].kind == "number" == _kind(tokens, low + 3)
    joined = _text(tokens, low + 2) in ({"and"} if between else {"to", "-", "\u2013"})
    if not ends or not joined or not all(units) or units[0] > units[1]:
        return None
    return "range", 4 + between, tokens[low].value * units[0] / units[1], tokens[low + 3].value


_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
}


def _date(tokens: list[Token], at: int) -> Joined:
    """A window of two days (between January and June 2023) or one day, month, quarter or year (in 2024)."""
    lead = _text(tokens, at) in {"between", "from"}
    first = _day(tokens, at + lead)
    if not first:
        return None
    joint = at + lead + first
    joints = {"and", "to", "until", "till", "through", "-", "\u2013"}
    second = _day(tokens, joint + 1) if _text(tokens, joint) in joints else 0
    if second:
        return "date", lead + first + 1 + second, Fraction(0)
    return None if lead else ("date", first, Fraction(0))


def _is_verb(tokens: list[Token], at: int) -> bool:
    """Whether a month's name is the verb: "may" in lower case, but before a number or after what leads to a month."""
    leads = _is_number(tokens, at + 1) or _text(tokens, at - 1) in _BEFORE_MAY
    return _text(tokens, at) == "may" and not (leads or tokens[at].name)


_BEFORE_MAY = frozenset(
    "in since until till from between to through during of by last next early late every each".split()
)


def _day(tokens: list[Token], at: int) -> int:
    """How many tokens from here on name a day, a month, a quarter, a season or a year."""
    season = season_at([token.text for token in tokens[at : at + LONGEST_SEASON]])
    if season:
        return season
    if _text(tokens, at) in _MONTHS and not _is_verb(tokens, at):
        size = 1
        if _is_number(tokens, at + size) and tokens[at + size].value <= 31:
            size += 1 + (_text(tokens, at + 2) == "," and _is_year(tokens, at + 3))
        return size + _is_year(tokens, at + size)
    if _is_number(tokens, at) and tokens[at].value <= 31 and _text(tokens, at + 1) in _MONTHS:
        return 2 + _is_year(tokens, at + 2)
    if re.fullmatch(r"q[1-4]|h[12]", _text(tokens, at) + _text(tokens, at + 1)):
        return 2 + _is_year(tokens, at + 2)
    part = _part_of_month(tokens, at)
    if part:
        return part
    if _text(tokens, at) in _SEASONS:
        size = 1 + (_text(tokens, at + 1) == "of")
        return size + 1 if _is_year(tokens, at + size) else 0
    if _text(tokens, at) in _ORDINALS and _text(tokens, at + 1) in {"quarter", "half"}:
        size = 2 + (_text(tokens, at + 2) == "of")
        return size + 1 if _is_year(tokens, at + size) else 0
    if re.fullmatch(r"\d{4}-\d\d-\d\d", "".join(_text(tokens, at + i) for i in range(5))):
        return 5
    return 1 if _is_year(tokens, at) and _text(tokens, at - 1) in _YEAR_LEADS else 0


def _part_of_month(tokens: list[Token], at: int) -> int:
    """First week of June 2024; the last week of May; second half of March 2025."""
    ordinal, part = _text(tokens, at), _text(tokens, at + 1)
    fits = (part == "week" and ordinal in _ORDINALS | {"last"}) or (part == "half" and ordinal in {"first", "second"})
    month = at + 2 + (_text(tokens, at + 2) in {"of", "in"})
    if not fits or _text(tokens, month) not in _MONTHS:
        return 0
    return month + 1 - at + _is_year(tokens, month + 1)


def _is_number(tokens: list[Token], at: int) -> bool:
    return _kind(tokens, at) == "number"


def _is_year(tokens: list[Token], at: int) -> bool:
    """Whether four digits from 1900 to 2099 stand here, and count nothing that follows; or earlier ones, if said so."""
    late = re.fullmatch(r"(?:19|20)\d\d", _text(tokens, at))
    if not late and not (re.fullmatch(r"1[5-8]\d\d", _text(tokens, at)) and _is_long_ago(tokens, at)):
        return False
    return _kind(tokens, at + 1) != "word" or _text(tokens, at + 1) in _AFTER_YEAR


def _is_long_ago(tokens: list[Token], at: int) -> bool:
    """Whether something was done, or dates, before four digits: "shot between 1895 and 1930", "since 1850"."""
    before = [token.text for token in tokens[max(0, at - _NEAR_YEAR) : at]]
    return before[-1:] == ["since"] or any(is_participle(word) or word in {"dating", "dates"} for word in before)


_NEAR_YEAR = 5
_AFTER_YEAR = frozenset(
    "and to until through with or on in of for where who that which by at from per only averaging lasting costing "
    "worth between each".split()
)


def spoken(tokens: list[Token], at: int) -> tuple[list[str], list[int]]:
    """The words from here on, hyphens left out, and the index after the token of each."""
    texts: list[str] = []
    ends: list[int] = []
    for index in range(at, min(at + 10, len(tokens))):
        token = tokens[index]
        if token.kind == "word" or token.article or _is_part_of_phrase(tokens, index, first=not texts):
            texts.append(token.text)
            ends.append(index + 1)
        elif token.text != "-" or not texts:
            break
    return texts, ends


def _is_part_of_phrase(tokens: list[Token], at: int, *, first: bool) -> bool:
    """Whether a number is said as a word is: "two factor", "forty two", the 12 of "K-12"."""
    token, before = tokens[at], tokens[at - 1]
    joined = not first and before.text == "-" and before.end == token.start
    return token.kind == "number" and (token.text.isalpha() or joined)
