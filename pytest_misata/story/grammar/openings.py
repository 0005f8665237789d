"""Values that only the story has: "30% on the gold plan" makes `gold` a value of a column `plan` that lists none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pytest_misata.story.attributes import ELSEWHERE, SYNONYM, Attribute
from pytest_misata.story.domain import Phrase
from pytest_misata.story.english.naming import Words, is_state, runs, same_name
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.grammar.saying import LONGEST_NAME, STOPS, Names
from pytest_misata.story.grammar.values import RATE_JOINTS

LONGEST_VALUE = 3
"""Words of a value at the most."""
_STATES = frozenset({"status", "state"})
"""Columns that a state said without its column is meant to be of."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words after a share: where they are, and the column that is named after them."""

    start: int
    end: int
    run: Phrase
    column: Attribute | None


@dataclass(slots=True)
class Opened:
    """A column that lists no values, and those that the story states shares of."""

    attribute: Attribute
    rest: str
    """What the other rows have, where nothing tells."""
    stated: dict[str, tuple[Phrase, Fraction]] = field(default_factory=dict)

    def phrases(self) -> Iterator[tuple[str, Phrase]]:
        """Each value with the words that mean it."""
        return ((value, run) for value, (run, _) in self.stated.items())

    def values(self) -> list[str]:
        """The values stated, then those the column usually has, if any, for the rest of the rows."""
        made, elsewhere = self.attribute.generator, any(rank == ELSEWHERE for _, _, rank in self.attribute.values)
        listed = made.options["values"] if made is not None and not elsewhere else ()
        usual = [value for value in listed if value not in self.stated]
        some_left = sum(share for _, share in self.stated.values()) < 1
        return [*self.stated, *usual, *([self.rest] if some_left and not usual else [])]


class Openings:
    """Reads the values that a story gives to columns without a list of them."""

    def __init__(
        self,
        story: str,
        tokens: list[Token],
        names: Names,
        attributes: Sequence[Attribute],
        is_known: Callable[[Words], bool],
    ) -> None:
        self._story, self._tokens, self._names, self._is_known = story, tokens, names, is_known
        self._open = [attribute for attribute in attributes if _is_open(attribute)]
        self._found: list[Opened] = []

    def read(self) -> list[Opened]:
        """The columns that get values: first those the story names, then those that go without saying."""
        shares = [(at, token.value) for at, token in enumerate(self._tokens) if token.kind == "percent"]
        said = [(at, share, self._after(at + 1)) for at, share in shares]
        for _, share, words in said:
            if words.column is not None:
                self._state(words.column, "other", words, share)
        for at, share, words in said:
            if words.column is None and words.run and not self._is_known(words.run):
                self._state_unnamed(at, words, share)
        return [opened for opened in self._found if opened.stated]

    def _state_unnamed(self, at: int, words: Said, share: Fraction) -> None:
        """A value of the column named elsewhere in the story; a state is of the status of the table spoken of."""
        if is_state(words.run):
            status = self._status(at)
            if status is not None:
                self._state(status, "active", words, share)
        elif self._found:
            self._state(self._found[-1].attribute, self._found[-1].rest, words, share)

    def _state(self, attribute: Attribute, rest: str, words: Said, share: Fraction) -> None:
        value = self._story[self._tokens[words.start].start : self._tokens[words.end - 1].end]
        if attribute.length is not None and max(len(value), len(rest)) > attribute.length:
            return
        opened = next((one for one in self._found if one.attribute is attribute), None)
        if opened is None:
            opened = Opened(attribute, rest)
            self._found.append(opened)
        opened.stated[value] = (words.run, share)

    # --- words ---

    def _after(self, at: int) -> Said:
        """The words after a share, less those that only join, up to a column's name or the end of the phrase."""
        at = start = self._past_joints(self._past_table(at))
        column = None
        while at < len(self._tokens) and at - start <= LONGEST_VALUE:
            column = self._column(at) if at > start else None
            if column is not None or self._tokens[at].kind != "word" or self._tokens[at].text in STOPS:
                break
            at += 1
        run = tuple(token.text for token in self._tokens[start:at] if token.kind == "word")
        return Said(start, at, run if at - start <= LONGEST_VALUE else (), column)

    def _past_joints(self, at: int) -> int:
        while at < len(self._tokens) and self._tokens[at].text in RATE_JOINTS:
            at += 1
        return at

    def _past_table(self, at: int) -> int:
        """Past the "of [the] users" that a share is of."""
        if at >= len(self._tokens) or self._tokens[at].text != "of":
            return at
        at += 1
        while at < len(self._tokens) and self._tokens[at].text in {"the", "all", "our", "its", "their", "them"}:
            at += 1
        return self._table(at)[1]

    def _table(self, at: int) -> tuple[str | None, int]:
        """The table named here, and the token after."""
        texts, ends = spoken(self._tokens, at)
        for run in runs(texts, LONGEST_NAME):
            table = self._names.table(run)
            if table is not None:
                return table, ends[len(run) - 1]
        return None, at

    # --- columns ---

    def _column(self, at: int) -> Attribute | None:
        """The open column that is named here, of the table that the story names first."""
        for run in runs(spoken(self._tokens, at)[0], 2):
            found = [attribute for attribute in self._open if attribute.noun and same_name(run, attribute.noun)]
            if found:
                return min(found, key=lambda attribute: self._distance(attribute.table))
        return None

    def _distance(self, table: str) -> tuple[int, int]:
        mentioned = self._names.mentioned
        place = mentioned.index(table) if table in mentioned else len(mentioned)
        return place, -self._names.finder.connections(table)

    def _status(self, at: int) -> Attribute | None:
        """The status of the table a share is said of: the one named after it, or else last before it."""
        said_of = [self._table(after)[0] for after in range(at + 1, min(at + 5, len(self._tokens)))]
        before = [self._table(earlier)[0] for earlier in range(at - 1, -1, -1)]
        status = {one.table: one for one in self._open if one.lookup is None and _STATES & set(one.noun[-1:])}
        return next((status[table] for table in (*said_of, *before) if table in status), None)


def _is_open(attribute: Attribute) -> bool:
    """Whether nothing says which values there are; what such columns usually hold says it not."""
    return all(rank >= SYNONYM for _, _, rank in attribute.values)
