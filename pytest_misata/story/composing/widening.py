"""Values that a list of a domain lacks, said in one run with those it has: "70% EUR, 20% USD, 10% GBP"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from pytest_misata.story.domain import Domain, RateHook
from pytest_misata.story.english.lexicon import Words
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Rate
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.saying import STOPS

_BETWEEN = frozenset({",", "and", ";", "&", "/"})
_LEADS = frozenset({"in", "on", "by", "via", "with", "from", "for", "at"})
_AFTER = frozenset({"", ",", ".", ";", "and", ")", "&", "/"})
_LONGEST = 2


@dataclass(frozen=True, slots=True)
class Wider:
    """A value that a column is to have besides those it lists, and the words that mean it."""

    table: str
    column: str
    value: str
    words: Words


class Widening(Reader):
    """Finds shares that stand beside those of a column, of values that it does not list."""

    def find(self) -> Iterator[Wider]:
        """Every such value, in the order of the story."""
        rates = [fact for fact in self.read() if isinstance(fact, Rate) and fact.share is not None]
        by_end = {fact.end: fact.hook for fact in rates}
        self._hooks = {fact.start: fact.hook for fact in rates}
        for at in range(1, len(self.tokens)):
            hook = self._before(at, by_end)
            found = self._beside(at, hook) if hook else None
            if hook and found:
                by_end[self.tokens[found[1] - 1].end] = hook
                yield Wider(hook.table, hook.column, _written(self._listed_by(hook), found[0]), found[0])

    def _before(self, at: int, by_end: Mapping[int, RateHook]) -> RateHook | None:
        """The column of the share that this one stands beside."""
        end = at
        while end and self._text(end - 1) in _BETWEEN:
            end -= 1
        hook = by_end.get(self.tokens[end - 1].end) if end and end < at else None
        return hook if hook and self._kind(at) == "percent" and self._is_free(hook) else None

    def _beside(self, at: int, hook: RateHook) -> tuple[Words, int] | None:
        """The words of the value, and the token after them."""
        start = at + 1 + (self._text(at + 1) in _LEADS)
        words = [text for text in self._texts(start)[: _LONGEST + 1] if text not in STOPS]
        end = start + len(words)
        plain = 0 < len(words) <= _LONGEST and self._text(end) in _AFTER
        known = self._hook(start, None) or self._table(start) or self._country(start)
        led = self._text(at + 1) in _LEADS or self._is_code(hook) or self._is_of_whole(at, hook)
        return (tuple(words), end) if plain and led and not known else None

    def _is_of_whole(self, at: int, hook: RateHook) -> bool:
        """Whether a share is one of those that make a whole, beginning with one of the column: all are values of it."""
        told = [place for place, token in enumerate(self.tokens) if token.kind == "percent"]
        hooks = {place: self._hooks.get(self.tokens[place].start) for place in told}
        run = told[next((number for number, place in enumerate(told) if hooks[place] == hook), len(told)) :]
        sums = list(accumulate(self.tokens[place].value for place in run))
        whole = run[: sums.index(Fraction(1)) + 1] if Fraction(1) in sums else []
        return at in whole and all(hooks[place] in (None, hook) for place in whole)

    def _is_code(self, hook: RateHook) -> bool:
        """Whether the values of a column are codes, which are no states of anything."""
        return all(value.isupper() for value in self._listed_by(hook))

    def _listed_by(self, hook: RateHook) -> list[str]:
        made = self.domain.generator(hook)
        return [str(value) for value in made.options.get("values", ())] if made else []

    def _is_free(self, hook: RateHook) -> bool:
        """Whether nothing but the column itself goes by its values."""
        made = self.domain.data["tables"][hook.table]["columns"][hook.column]
        plain = made.get("kind") == "choice" and not {"references", "cases", "by"} & set(made)
        others = [table["columns"] for table in self.domain.data["tables"].values()]
        return plain and not any(_goes_by(one, hook.column) for columns in others for one in columns.values())


def _goes_by(made: Mapping[str, Any], column: str) -> bool:
    """Whether a column is made by the values of one of that name."""
    told = [made, *made.get("cases", ())]
    names = [name for one in told for name in (*one.get("when", ()), *one.get("only", ()), one.get("by", ""))]
    return any(str(name).rpartition(".")[2] == column for name in names)


def _written(listed: list[str], words: Words) -> str:
    """A value as the others of its list are written."""
    return " ".join(words).upper() if listed and all(value.isupper() for value in listed) else "_".join(words)


def widening(tokens: list[Token], domain: Domain) -> list[Wider]:
    """The values that a story gives shares of beside those that a domain lists."""
    return list(Widening(tokens, domain).find())
