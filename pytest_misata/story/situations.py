"""The grammar of where and when: spans of time, countries and currencies that a story speaks of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Literal

from pytest_misata.engine.gazetteer import GROUP, OR
from pytest_misata.story.areas import area_at
from pytest_misata.story.dates import span_at
from pytest_misata.story.domain import Phrase
from pytest_misata.story.facts import Amount, AnyFact, Count, Currency, When, Where
from pytest_misata.story.nouns import ABOUT, Nouns
from pytest_misata.story.tokens import Token, tokenize

_BIRTHS = tuple(
    tuple(verb.split())
    for verb in (
        "signed up",
        "sign up",
        "signing up",
        "registered",
        "joined",
        "enrolled",
        "hired",
        "created",
        "opened",
        "founded",
        "admitted",
        "onboarded",
        "started",
        "placed",
        "ordered",
        "booked",
        "made",
        "filed",
        "posted",
        "published",
        "issued",
        "sold",
        "listed",
        "recorded",
        "taken",
        "submitted",
        "reported",
        "raised",
        "received",
        "applied",
        "bought",
        "purchased",
        "adopted",
        "launched",
        "arrived",
        "sent",
        "written",
        "born",
        "built",
        "held",
        "played",
    )
)
_SHAPES = frozenset("growing growth grows grew rising falling declining doubling tripling revenue spike peak".split())
_LONGEST_NAME = 4
_SPREAD_OVER = frozenset({"in", "from", "across", "over", "of"})
_USUAL_COUNTRIES = ("US", "GB", "DE", "FR", "CA", "AU", "ES", "IT", "NL", "IN", "BR", "TR")
"""The countries that are meant where a story says only how many: large ones that it is easy to think of."""
PLACED = tuple(
    tuple(words.split())
    for words in (
        "who live in",
        "that live in",
        "living in",
        "located in",
        "based in",
        "who are in",
        "who are from",
        "in",
        "from",
        "across",
        "throughout",
        "all over",
        "all across",
        "around",
        "spread across",
        "spread over",
        "living across",
        "based across",
        "in the city of",
    )
)
_JOINTS = frozenset({",", "and", "or", "&", "the", "in"})
_WORLD = f"{GROUP}world"


@cache
def _words(section: str) -> dict[str, tuple[Phrase, ...]]:
    """The words for each country or currency."""
    found = tomllib.loads(files("pytest_misata.story").joinpath("places.toml").read_text("utf-8"))[section]
    return {code: tuple(tuple(text.split()) for text in texts) for code, texts in found.items()}


class Situations(Nouns):
    """Reads off the tokens of a story where and when what it speaks of is."""

    facts: list[AnyFact]
    _mentioned: list[str]

    def _when(self, at: int) -> tuple[list[AnyFact], int] | None:
        """In 2024; over the last two years; who signed up between January and June 2023."""
        start = self._coming_to_be(at)
        found = span_at(self.tokens, start)
        if found is None or self._tells_a_shape(at):
            return None
        span, end = found
        return [When(*self._stated(at, end), span, self._just_named(at), born=start > at)], end

    def _coming_to_be(self, at: int) -> int:
        """The token after words that tell how rows come to be: "who signed up", "joined", "were hired"."""
        next_ = at + (self._text(at) in {"who", "that", "which"})
        next_ += self._text(next_) in {"have", "has", "had", "were", "was", "all", "are"}
        size = next((len(verb) for verb in _BIRTHS if tuple(self._texts(next_)[: len(verb)]) == verb), 0)
        return next_ + size if size else at

    def _just_named(self, at: int) -> str | None:
        """The table that the words before this place name."""
        first = max(0, at - _LONGEST_NAME)
        return next(
            (found[0] for start in range(first, at) if (found := self._table(start)) and start + found[1] == at), None
        )

    def _tells_a_shape(self, at: int) -> bool:
        """Whether the clause is about how numbers run over time: "growing from $50k in January"."""
        for token in reversed(self.tokens[:at]):
            if token.kind == "stop":
                return False
            if token.kind == "money" or token.text in _SHAPES:
                return True
        return False

    def _where(self, at: int) -> tuple[list[AnyFact], int] | None:
        """300 users in Germany and 100 in France; based in Brazil."""
        more = self._kind(at) == "number" and self.tokens[at].whole and not self.tokens[at].article
        start = at + more
        size = next((len(lead) for lead in PLACED if tuple(self._texts(start)[: len(lead)]) == lead), 0)
        found = self._places(start + size) if size else self._everywhere(start)
        if found is None:
            return None
        code, end = found
        last = self.facts[-1] if self.facts else None
        if more:
            table = last.table if isinstance(last, Where | Count) else None
            if table is None:
                return None
            span, rows = self._stated(at, end), int(self.tokens[at].value)
            return [Count(*span, table, rows, f"in {code}", located=True), Where(*span, code, table, rows)], end
        named = self._just_named(at)
        whole = last.rows if isinstance(last, Count) and named == last.table else None
        return [Where(*self._stated(at, end), code, named, whole)], end

    def _countries(self, at: int) -> tuple[list[AnyFact], int] | None:
        """In 3 countries; from five different countries: as many rows in each, where that is no table."""
        number = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if self._text(at) not in _SPREAD_OVER or number is None or number.kind != "number" or not number.whole:
            return None
        noun = at + 2 + (self._text(at + 2) in {"different", "european"})
        if self._text(noun) != "countries" or self._table(noun) or not 0 < number.value <= len(_USUAL_COUNTRIES):
            return None
        codes = _USUAL_COUNTRIES[: int(number.value)]
        span, share = self._stated(at, noun + 1), Fraction(1, len(codes))
        return [Where(*span, code, self._just_named(at), None, share) for code in codes], noun + 1

    def _nationality(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A Brazilian fintech; an online shop from another rule."""
        found = self._country(at)
        follows = found and (self._kind(found[1]) == "word" or self._text(found[1]) == "-")
        if found is None or not follows or any(isinstance(fact, Count) for fact in self.facts):
            return None
        end = found[1] + (2 if self._said(found[1], found[1] + 2) == ["-", "based"] else 0)
        return [Where(*self._stated(at, end), found[0])], end

    def _currency(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Prices in TRY; priced in euros; amounts in USD."""
        size = 1 if self._text(at) in _PRICES else 0
        size += self._text(at + size) in {"are", "is", "priced", "paid"}
        if self._text(at + size) != "in" or not (size or self._text(at) == "in"):
            return None
        found = self._coded("currencies", at + size + 1)
        return ([Currency(*self._stated(at, found[1]), found[0])], found[1]) if found else None

    def _average(self, at: int) -> tuple[list[AnyFact], int] | None:
        """An average price of $350,000; median salary 55k; average claim 2,500 EUR."""
        first = at + (self.tokens[at].article and at + 1 < len(self.tokens))
        statistic = _STATISTICS.get(self._text(first))
        if statistic is None:
            return None
        size, table, noun = self._noun_of_amount(first + 1)
        end = first + 1 + size
        end += next((len(words) for words in _IS if tuple(self._said(end, end + len(words))) == words), 0)
        while self._text(end) in ABOUT:
            end += 1
        if not size or self._kind(end) not in {"money", "number"} or self._table(end + 1) or self.tokens[end].article:
            return None
        value = self.tokens[end].value
        amount = Amount(*self._stated(at, end + 1), statistic, noun, table, value, value)
        return [amount, *self._in_currency(end)], end + 1

    def _worth(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[50 deals] worth $10,000 on average; worth 10k each; costing 30 EUR apiece."""
        size = next((len(words) for words in WORTH if tuple(self._said(at, at + len(words))) == words), 0)
        table = self._just_named(at) if size else None
        end = at + size
        end += self._said(end, end + 2) == ["an", "average"] and 2 + (self._text(end + 2) == "of")
        while self._text(end) in ABOUT:
            end += 1
        if table is None or self._kind(end) not in {"money", "number"} or self.tokens[end].article:
            return None
        value, average = self.tokens[end].value, "average" in self._said(at, end)
        said = self._said(end + 1, end + 3) == ["on", "average"]
        each = not (average or said) and self._text(end + 1) in {"each", "apiece"}
        if not (average or said or each):
            return None
        stop = end + 1 + (2 if said else each)
        amount = Amount(*self._stated(at, stop), "bounds" if each else "mean", (), table, value, value)
        return [amount, *self._in_currency(end)], stop

    def _bounded(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Claims between 500 and 20,000 EUR; prices from $5 to $50."""
        for size in (3, 2, 1, 0):
            end = at + size
            end += self._text(end) in {"ranging", "priced", "of", "are", "costing", "worth"}
            end += self._text(end) == "from"
            if self._kind(end) != "range" or self._table(end + 1) or len(self._texts(at)[:size]) < size:
                continue
            found, table, noun = self._noun_of_amount(at)
            table = table if size else self._just_named(at)
            if found == size and (table or noun) and (noun or self._is_money(end)):
                low, high = self.tokens[end].value, self.tokens[end].high
                amount = Amount(*self._stated(at, end + 1), "bounds", noun, table, low, high)
                return [amount, *self._in_currency(end)], end + 1
        return None

    def _aged(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Members] aged between 18 and 65; aged 18-65; 18 to 65 years old; ages from 20 to 40."""
        named = self._table(at)
        first = at + (named[1] if named else 0)
        leads = self._text(first) in _AGED
        if named and not leads:
            return None
        start = first + leads + (leads and self._text(first + 1) in {"from", "of"})
        if self._kind(start) != "range":
            return None
        end = start + 1
        for words in (["years", "old"], ["years", "of", "age"], ["year", "olds"]):
            if self._said(end, end + len(words)) == words:
                end += len(words)
                leads = True
        if not leads:
            return None
        ages = self.tokens[start]
        table = named[0] if named else self._just_named(at) or (self._mentioned[-1] if self._mentioned else None)
        return [Amount(*self._stated(at, end), "bounds", ("age",), table, ages.value, ages.high)], end

    def _in_currency(self, at: int) -> list[AnyFact]:
        """The currency that an amount is in; dollars are what amounts are in unless a story says otherwise."""
        said = self.tokens[at].text
        codes = [code for code, phrases in _words("currencies").items() if any(_is_said(said, one) for one in phrases)]
        return [Currency(*self._stated(at, at + 1), code, implied=True) for code in codes[:1] if code != "USD"]

    def _is_money(self, at: int) -> bool:
        return any(token.kind == "money" for token in tokenize(self.tokens[at].text.removeprefix("between")))

    def _noun_of_amount(self, at: int) -> tuple[int, str | None, tuple[str, ...]]:
        """The words that name what is measured: how many, the table among them, or the last mentioned, and the rest."""
        named = self._table(at)
        start = at + (named[1] if named else 0)
        end = start
        while end < start + 3 and self._kind(end) == "word" and self._text(end) not in _ENDS:
            end += 1
        table = named[0] if named else (self._mentioned[-1] if self._mentioned else None)
        return end - at, table, tuple(self._said(start, end))

    def _country(self, at: int) -> tuple[str, int] | None:
        """The country, group of countries, region or city that is named here, and the token after it."""
        if at >= len(self.tokens):
            return None
        found = area_at(self._said(at, at + 6), cities=at > 0 and self.tokens[at].name)
        return (found[0], at + found[1]) if found else None

    def _everywhere(self, at: int) -> tuple[str, int] | None:
        return (_WORLD, at + 1) if self._text(at) in {"worldwide", "globally"} else None

    def _places(self, at: int) -> tuple[str, int] | None:
        """One place or several: Paris and Lyon; Germany, Austria or Switzerland."""
        found = self._country(at + (self._text(at) == "the"))
        while found is not None:
            area, end = found
            next_ = end
            while self._text(next_) in _JOINTS:
                next_ += 1
            more = self._country(next_) if next_ > end else None
            if more is None:
                break
            found = f"{area}{OR}{more[0]}", more[1]
        return found

    def _coded(self, section: str, at: int) -> tuple[str, int] | None:
        """The code of the country or currency named here, and the token after it."""
        texts = self._said(at, min(at + 4, len(self.tokens)))
        found = [
            (len(phrase), code)
            for code, phrases in _words(section).items()
            for phrase in phrases
            if tuple(texts[: len(phrase)]) == phrase
        ]
        size, code = max(found, default=(0, ""))
        return (code, at + size) if size else None


def is_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a country, or the people of one, are named at a place."""
    texts = [token.text for token in tokens[at : at + 6]]
    return area_at(texts, cities=False) is not None


_AGED = frozenset({"aged", "ages", "age"})


def _is_said(text: str, phrase: Phrase) -> bool:
    """Whether a text has a phrase, not as a part of other words."""
    words = re.escape(" ".join(phrase))
    return bool(re.search(rf"(?<![^\W\d]){words}(?![^\W\d])", text))


_STATISTICS: dict[str, Literal["mean", "median"]] = {
    "average": "mean",
    "avg": "mean",
    "mean": "mean",
    "median": "median",
}
WORTH = (("worth",), ("costing",), ("valued", "at"), ("priced", "at"), ("sold", "at"), ("at",), ("of",))
"""Words after a table and before what each of its rows is worth."""
_IS = (("of",), ("is",), ("at",), (":",), ("being",), ("around",), ("=",))
_ENDS = frozenset(
    "of is at being around about in and or with per for between from to ranging priced are costing worth".split()
)
_PRICES = frozenset("prices price amounts amount everything all payments paid priced billed".split())
