"""Numbers and nouns of a story: the words at one place of it that count, and those that name a table."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.story.domain import Domain, Phrase, RateHook
from pytest_misata.story.english import words
from pytest_misata.story.english.idioms import idiom
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import is_no_table, is_quality
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.english.words import by_first_word

ABOUT = frozenset("about around approximately roughly circa some nearly almost over exactly approx only just ~".split())
_LEADS = by_first_word(
    "no more than",
    "not more than",
    "no fewer than",
    "no less than",
    "more than",
    "less than",
    "fewer than",
    "at least",
    "at most",
    "up to",
    "close to",
    "a total of",
    "a maximum of",
    "a minimum of",
    "an average of",
    "on average",
    "maximum",
    "minimum",
    "max",
    "min",
    "average",
)
_ADJECTIVES = 2
"""How many words may stand between a number and the noun it counts."""
_NO_ADJECTIVES = frozenset(
    "and or with of in per each every who that which for to from on at by are is has have a an the than plus average "
    "avg median mean".split()
)


_KINDS = frozenset(
    "kind kinds type types sort sorts variety varieties brand brands style styles pair pairs piece pieces".split()
)


_GENERAL = frozenset("item items line lines entry entries record records".split())
"""Nouns that stand for something else with each noun before them."""
_PLAIN = frozenset("new old different distinct various unique active open total single individual additional".split())
_OF_EACH = frozenset({"per", "each", "every"})
_OF_SO_MANY = frozenset({"by", "in", "at", "across", "from", "to"})


REGULARLY = frozenset("hourly daily weekly monthly quarterly yearly annual".split())
"""How often what is paid or measured time and again is."""
_HAVING = frozenset({"has", "have", "contains", "includes", "holds"})


class Nouns:
    """What stands at a place among the tokens of a story, in the words of one domain."""

    def __init__(self, tokens: list[Token], domain: Domain) -> None:
        self.tokens, self.domain = tokens, domain
        self._text_by_place = {at: token.text for at, token in enumerate(tokens)}
        self._tables: dict[int, tuple[str, int] | None] = {}
        self._spoken: dict[int, tuple[list[str], list[int]]] = {}
        self._begun: dict[int, tuple[tuple[Phrase, ...], frozenset[str]]] = {}

    def _kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def _said(self, at: int, end: int) -> list[str]:
        return [token.text for token in self.tokens[at:end]]

    # --- nouns ---

    def _texts(self, at: int) -> list[str]:
        """The words from here on, up to the first token that is no word."""
        texts = []
        for token in self.tokens[at : at + 6]:
            if token.kind != "word":
                break
            texts.append(token.text)
        return texts

    def _phrase(self, at: int, phrases: tuple[Phrase, ...]) -> int:
        """How many tokens from here on are one of the phrases; hyphens inside count."""
        texts, ends = self._spoken_at(at)
        if not texts or texts[0] not in self._first_words(phrases):
            return 0
        sizes = [words.length_of_match(texts, phrase) for phrase in phrases]
        size = max(sizes, default=0)
        return ends[size - 1] - at if size else 0

    def _spoken_at(self, at: int) -> tuple[list[str], list[int]]:
        if at not in self._spoken:
            self._spoken[at] = spoken(self.tokens, at)
        return self._spoken[at]

    def _first_words(self, phrases: tuple[Phrase, ...]) -> frozenset[str]:
        """The words that some phrases begin with: most phrases begin with none that stands at a place."""
        # The phrases are held, so that no others have their id.
        if id(phrases) not in self._begun:
            self._begun[id(phrases)] = phrases, words.first_words(phrases)
        return self._begun[id(phrases)][1]

    def said_at(self, at: int, phrases: tuple[Phrase, ...]) -> int:
        """How many tokens at a place say one of the phrases."""
        return self._phrase(at, phrases)

    def _table(self, at: int) -> tuple[str, int] | None:
        """The table named here and how many tokens name it; the longest name wins."""
        if at not in self._tables:
            self._tables[at] = self._find_table(at)
        return self._tables[at]

    def table_named(self, at: int) -> tuple[str, int] | None:
        """The table named at a place, and how many tokens name it."""
        return self._table(at)

    def sort_at(self, at: int) -> tuple[RateHook, str] | None:
        """The value that the rows have which are named here, where the noun is one of a sort of them: "trams"."""
        named = self._table(at)
        said = tuple(text for text in self._said(at, at + named[1]) if text != "-") if named else ()
        return self.domain.sort_of(named[0], said) if named else None

    def table_at(self, at: int) -> str | None:
        """The table named at a place."""
        named = self._table(at)
        return named[0] if named else None

    def _find_table(self, at: int) -> tuple[str, int] | None:
        texts, ends = self._spoken_at(at)
        best, size = "", 0
        for table, name in self.domain.names_beginning(texts[0]) if texts else ():
            length = words.length_of_match(texts, name)
            if length > size:
                best, size = table, length
        if not size and self._text(at) in {"person", "persons"}:
            people = next((table for table, names in self.domain.names.items() if ("people",) in names), None)
            return (people, 1) if people is not None else None
        return (best, ends[size - 1] - at) if size else None

    def _topics(self, end: int) -> list[str]:
        """The tables spoken of before a place, less those that only say of what: "per shoot", "by 50 authors"."""
        found = list(self._named_until(end))
        return [name for at, name in found if not self._is_aside(at) or (at, name) == found[0]]

    def _named_until(self, end: int) -> Iterator[tuple[int, str]]:
        """The tables named before a place; the licences of "dog licences" are no table of their own."""
        at = 0
        while at < end:
            named = self._table(at)
            if named and not self._is_of_state(at):
                yield at, named[0]
            at += named[1] if named else 1

    def _is_of_state(self, at: int) -> bool:
        """Whether a noun is a part of a state: the display of "60% on display"."""
        said = idiom(self._texts(at - 1)) if at else ()
        return len(said) > 1 and not self._text(at - 1).endswith("ing")

    def _is_aside(self, at: int) -> bool:
        """Whether what stands here only says what something else is of, by or in."""
        counted = at > 0 and self._kind(at - 1) == "number" and not self.tokens[at - 1].article
        named = self._table(at)
        if self._text(at - 1) in _OF_EACH - {"per"} and named and self._text(at + named[1]) in _HAVING:
            # "Each order has items" speaks of the order first.
            return False
        return self._text(at - 1) in _OF_EACH or (counted and self._text(at - 2) in _OF_SO_MANY)

    def _is_hyphen(self, at: int) -> bool:
        """Whether a hyphen here makes one word of those beside it, rather than a pause."""
        if self._text(at) != "-" or at == 0 or self._kind(at + 1) != "word":
            return False
        return self.tokens[at - 1].end == self.tokens[at].start and self.tokens[at].end == self.tokens[at + 1].start

    def _text(self, at: int) -> str:
        return self._text_by_place.get(at, "")

    def text_at(self, at: int) -> str:
        """The text of a token; empty where there is none."""
        return self._text(at)

    def _stated(self, at: int, end: int) -> tuple[int, int]:
        return self.tokens[at].start, self.tokens[end - 1].end

    # --- numbers ---

    def _number(self, at: int) -> tuple[Token, int] | None:
        """A number or a range of numbers here, after words such as "about"; and the token after it."""
        while at < len(self.tokens):
            leads = _LEADS.get(self._text(at), ())
            lead = next((lead for lead in leads if self._said(at, at + len(lead)) == lead), [])
            if not lead and self._text(at) not in ABOUT:
                break
            at += len(lead) or 1
        if at >= len(self.tokens) or self.tokens[at].kind not in {"number", "range"}:
            return None
        token = self.tokens[at]
        return token, at + 1 + (self._text(at + 1) in ({"single"} if token.article else {"-", "+"}))

    def _counted_noun(self, at: int) -> tuple[Token, str, int, str] | None:
        """A number, the table it counts, the token after it, and the adjectives between."""
        number = self._number(at)
        if number is None:
            return None
        token, noun = number[0], self._past_kinds(number[1])[0]
        if self._is_length(noun):
            return None
        for skipped in range(_ADJECTIVES + 1):
            table = self._table(noun + skipped)
            end = noun + skipped + (table[1] if table else 0)
            if skipped and table and self._text(end - 1) in _GENERAL and not self._is_plain(noun + skipped - 1):
                # "Menu items" are no items of orders.
                return None
            if skipped and table and token.value > 1 and self._text(end - 1).endswith("ing"):
                # The "borrowing" of "260 gardeners borrowing" is what they do.
                return None
            if table and token.value > 1 and self._narrows_unknown(noun + skipped, end):
                return None
            if table and not self._is_compound(noun + skipped, end):
                fits = not token.article or self._is_one_thing(noun + skipped, end)
                return (token, table[0], end, " ".join(self._texts(noun)[:skipped])) if fits else None
            if token.article or not self._may_be_adjective(noun + skipped):
                return None
        return None

    def _is_plain(self, at: int) -> bool:
        """Whether a word before a noun makes it no other one: "donated items" are items, and "menu items" are not."""
        return self._text(at) in _PLAIN or is_participle(self._text(at)) or is_quality(self._text(at))

    def _is_length(self, at: int) -> bool:
        """Whether what is joined to a number here is a unit: the minute of "10-minute readings"."""
        return self._text(at - 1) == "-" and is_no_table(self._text(at)) and self._kind(at + 1) == "word"

    def _past_kinds(self, at: int) -> tuple[int, bool]:
        """Past the "kinds of" of "30 kinds of bread", and whether it is there."""
        start = at + (self._text(at) in {"different", "various", "distinct"})
        kinds = self._text(start) in _KINDS and self._text(start + 1) == "of"
        return (start + 2, True) if kinds else (at, False)

    def _is_compound(self, at: int, end: int) -> bool:
        """Whether a noun only narrows down the next one: the "customer" of "500 customer reviews"."""
        return self._is_singular(end) and self._table(end) is not None and self._text(at) != self._text(end)

    def _narrows_unknown(self, at: int, end: int) -> bool:
        """Whether what follows is what there are several of, and no table yet: the officers of "12 loan officers"."""
        plain = self._kind(end) == "word" and self._is_singular(end) and not self._table(end)
        plain = plain and self._text(at - 1) != "-" and not self._phrase(end, self.domain.phrases)
        later = self._text(end)
        return plain and singular_of(self._text(end - 1)) is None and singular_of(later) not in {None, later}

    def _is_one_thing(self, at: int, end: int) -> bool:
        """Whether "a" counts here: "a user and an order", not "a user database" or "a user-run site"."""
        if self._text(end) == "-":
            return False
        return self._is_singular(end) and (self._kind(end) != "word" or self._text(end) in _NO_ADJECTIVES)

    def _is_singular(self, end: int) -> bool:
        last = self._text(end - 1)
        return last in self.domain.last_words()

    def _may_be_adjective(self, at: int) -> bool:
        if at >= len(self.tokens) or self.tokens[at].kind != "word":
            return False
        return self._text(at) not in _NO_ADJECTIVES
