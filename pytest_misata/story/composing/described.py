"""Columns that a story names: "each product has a weight and a colour"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pytest_misata.engine.meanings.naming import sort_of
from pytest_misata.engine.meanings.registry import Found, find
from pytest_misata.story.composing.tables import finished
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import kind_of, noun_of
from pytest_misata.story.english.naming import Words, same_name, split_name
from pytest_misata.story.grammar.nouns import Nouns
from pytest_misata.story.grammar.saying import STOPS
from pytest_misata.story.grammar.situations import LANGUAGES

_HAVE = frozenset({"has", "have", "having", "with", "carries", "carry", "gets", "get", "stores", "store"})
_LONGEST = 3
_LISTING = frozenset(
    "size colour color grade flavour flavor material shape finish format language rank quality blood_group zone band "
    "tier gauge category".split()
)
"""What rows have one of, where a story lists what that can be."""
_CODE = 3
"""Letters that a code has at the most, such as a size: it is written in capitals."""
_TYPES = {
    "text": "string(80)",
    "numeric": "numeric(10,2)",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}
"""Types by the kind whose meanings are looked up, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Described:
    """A column that the words from token `at` to before `end` name."""

    at: int
    end: int
    table: str
    column: str
    known: bool
    """The table has such a column."""
    values: tuple[str, ...] = ()
    """What it can be, where that is said: "sizes S, M and L"."""

    @property
    def meaning(self) -> str:
        """What the words became."""
        return f"the column {self.table}.{self.column}"


class Descriptions(Nouns):
    """Finds the columns that a story gives to tables."""

    def find(self) -> Iterator[Described]:
        """Every column named, in the order of the story."""
        for at in range(len(self.tokens)):
            table = self._table(at)
            if table is None:
                yield from self._with_values(at)
                continue
            name, size = table
            end, every = at + size, at > 0 and self._text(at - 1) in {"each", "every", "all"}
            start = at - 1
            comma = self._text(end) == ","
            if self._text(end + comma) == "each":
                # How many there are of them is said before.
                start, end, every = end + comma, end + comma + 1, True
            if (self._text(end) in _HAVE and not self._is_of_some(at)) or self._text(end) == "(":
                items = self._list(name, end + 1, every=every or self._text(end) == "(")
                first = next(items, None)
                if first is not None:
                    yield replace(first, at=start) if every else first
                    yield from items

    def _is_of_some(self, at: int) -> bool:
        """Whether what follows is said of a share of the rows: "38% of the donors with blood type O"."""
        start = at - (self._text(at - 1) in {"the", "our", "all"})
        return self._text(start - 1) == "of" and self._kind(start - 2) == "percent"

    def _with_values(self, at: int) -> Iterator[Described]:
        """Sizes S, M, L and XL; in the colours red, green and blue: what the rows spoken of last can be."""
        yield from self._in_languages(at)
        noun, topics = singular_of(self._text(at)) if self._kind(at) == "word" else None, self._topics(at)
        if noun == "group" and self._text(at - 1) == "blood":
            at, noun = at - 1, "blood_group"
        if noun not in _LISTING or not topics or self._table(at):
            return
        start = at + 1 + (noun == "blood_group")
        start += self._text(start) in {":", "are"}
        values, last = self._listed(start)
        if self._narrows(at - 1):
            at, noun = at - 1, f"{self._text(at - 1)}_{noun}"
        closed = self._text(last + 1) in {"", ",", ".", ";", "and", ")"}
        # What somebody has in the blood is nothing that happened.
        people = [name for name in topics if kind_of(name) == "person"] if noun == "blood_group" else []
        topics = people or topics
        there = self.domain.data["tables"][topics[-1]]["columns"]
        if len(values) > 1 and closed and noun not in there:
            yield Described(at, last + 1, topics[-1], noun, known=False, values=tuple(values))

    def _in_languages(self, at: int) -> Iterator[Described]:
        """[400 projects] into German and French: which languages rows are in, or are brought into."""
        topics = self._topics(at) if self._text(at) == "into" or self._text(at - 1) != "live" else []
        named = any((one := self._table(start)) and start + one[1] == at for start in range(max(0, at - 4), at))
        if self._text(at) not in {"into", "in"} or not topics or not named or self._text(at + 1) not in LANGUAGES:
            return
        values, last = self._listed(at + 1)
        single = not values and self._text(at + 2) in {"", ",", ".", ";", ")"}
        values, last = ([self._text(at + 1)], at + 1) if single else (values, last)
        name = "target_language" if self._text(at) == "into" else "language"
        known = set(values) <= LANGUAGES and name not in self.domain.data["tables"][topics[-1]]["columns"]
        if values and known:
            told = tuple(value.title() for value in values)
            yield Described(at, last + 1, topics[-1], name, known=False, values=told)

    def _narrows(self, at: int) -> bool:
        """Whether a word begins a clause, and says of what a size or a colour is: "paper sizes", "frame colours"."""
        begins = self._text(at - 1) in {",", ";", "and", "with", "in", ":"}
        return begins and self._kind(at) == "word" and self._is_item(at) and not self._table(at)

    def _listed(self, at: int) -> tuple[list[str], int]:
        """The values of a list, up to the one after an "and", and where the last of them is; none without an "and"."""
        values: list[str] = []
        while self._is_item(at) and not self._table(at):
            values.append(self._text(at))
            end = at + 1
            while self._text(end) in {",", "and", "or"}:
                end += 1
            if self._text(at - 1) in {"and", "or"}:
                return values, at
            if end == at + 1:
                break
            at = end
        return [], at

    def _is_item(self, at: int) -> bool:
        """Whether a word here, or a letter, may be a value."""
        return self._text(at) == "a" or (self._kind(at) == "word" and self._text(at) not in STOPS)

    def _list(self, table: str, at: int, *, every: bool) -> Iterator[Described]:
        """A weight, a colour and a date of manufacture: up to what is no column."""
        while (found := self._item(table, at, every=every)) is not None:
            yield found
            at = found.end
            while self._text(at) in {",", "and", "plus"}:
                at += 1

    def _item(self, table: str, at: int, *, every: bool) -> Described | None:
        article = at < len(self.tokens) and self.tokens[at].article
        start = at + (article or self._text(at) in {"their", "its", "the"})
        if not article and start < len(self.tokens) and self.tokens[start].kind != "word":
            return None
        if self._table(start) or not self._is_word(start):
            return None
        words = self._words(start)
        if words and self._is_stated(start + len(words)):
            return None
        if not words or not (_is_known(words) or (every and article)):
            return None
        if article and every and are_rows(words) and are_rows_beside(self, start + len(words)):
            return None
        column = self._column(table, words)
        name = column or "_".join((*words[:-1], singular_of(words[-1]) or words[-1]))
        return Described(start, start + len(words), table, name, column is not None)

    def _is_stated(self, at: int) -> bool:
        """Whether it is told here how much it is, so that it is an amount: "prices from 9,000 to 65,000 dollars"."""
        at += self._text(at) in {"from", "between", "of", "around", "averaging", "ranging", "under", "over"}
        at += self._text(at) in {"from", "between", "around", "about"}
        return self._kind(at) in {"money", "range"} or (self._kind(at) == "number" and not self.tokens[at].article)

    def _is_word(self, at: int) -> bool:
        return self._kind(at) == "word"

    def _words(self, at: int) -> Words:
        """The longest run of words that is known, or all up to the end of the item."""
        run: list[str] = []
        for text in self._texts(at)[:_LONGEST]:
            if text in STOPS and text not in {"of"}:
                break
            run.append(text)
        return tuple(run)

    def _column(self, table: str, words: Words) -> str | None:
        """The column of that name that the table has."""
        columns = self.domain.data["tables"][table]["columns"]
        return next((name for name in columns if same_name(words, split_name(name))), None)


def are_rows(words: Words) -> bool:
    """Whether a noun stands for rows of their own rather than for what a column tells: "each lesson has a quiz"."""
    noun = noun_of(words)
    return noun.known and noun.kind.name in _ROWS and _meant(words) is None


def are_rows_beside(nouns: Nouns, at: int) -> bool:
    """Whether what each has besides is rows as well: a licence that stands beside a price is a column."""
    at += nouns.text_at(at) == ","
    at += nouns.text_at(at) == "and"
    listed = 0 < at < len(nouns.tokens) and nouns.tokens[at].article and nouns.text_at(at - 1) in {",", "and"}
    word = nouns.text_at(at + 1) if listed else ""
    return not word or are_rows((word,))


_ROWS = frozenset({"occasion", "document", "measurement"})


def _is_known(words: Words) -> bool:
    """Whether a column of that name means something."""
    return _type(words) is not None


def _type(words: Words) -> str | None:
    named = sort_of([" ".join(words), singular_of(words[-1]) or words[-1]])
    return _meant(words) or ("string(80)" if named else None)


def _meant(words: Words) -> str | None:
    """The type of what a name means, where anything is known of it."""
    if words[0] in {"is", "has", "can"}:
        return "boolean"
    found = {type_: find("string" if kind == "text" else kind, words, ()) for kind, type_ in _TYPES.items()}
    known = [
        (len(meaning.rest), type_) for type_, meaning in found.items() if meaning and _tells_the_end(meaning, words)
    ]
    return min(known, key=lambda pair: pair[0])[1] if known else None


def _tells_the_end(found: Found, words: Words) -> bool:
    """Whether the noun of a name is what its meaning is about: the temperature of "maximum temperature"."""
    return found.rest == words[: len(found.rest)]


def column_of(described: Described) -> dict[str, Any]:
    """The column, as a domain file writes it."""
    if described.values:
        short = max(map(len, described.values)) <= _CODE and not described.column.endswith("language")
        values = [value.upper() if short else value for value in described.values]
        return {"type": "string(30)", "kind": "choice", "values": values}
    words = tuple(described.column.split("_"))
    type_ = _type(words) or ("date" if words[-1] in {"date", "day"} else "string(80)")
    return finished(described.table, described.column, {"type": type_})
