"""How things ended, share by share: "45% funded, 30% rejected, the rest pending" are what the status of rows can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_misata.story.composing.breakdowns import Breakdown
from pytest_misata.story.composing.conditions import tells_what_was_done
from pytest_misata.story.composing.parts import Part, Parts
from pytest_misata.story.composing.tables import is_composed
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.naming import states_like
from pytest_misata.story.english.tokens import Token

_STATUS = "status"
_ENDING = frozenset({"happening", "document", "occasion", "money"})
"""Kinds of noun that end in one way or another; things and people may be in several states at a time."""


class Outcomes(Parts):
    """Finds runs of states that exclude each other, of rows whose status nobody but us has listed."""

    _idioms = True

    def find(self) -> Iterator[Breakdown]:
        """Every status that such shares ask for, in the order of the story."""
        self.read()
        # What the usual status has a value for is a part of the run all the same.
        self.taken = [False] * len(self.tokens)
        at = 0
        while at < len(self.tokens):
            run = self._run_of_parts(at)
            at = run[-1].end if run else at + 1
            found = self._status_of(run)
            if found is not None:
                yield found

    def _status_of(self, run: list[Part]) -> Breakdown | None:
        if len(run) < 2 or not all(part.rest or tells_what_was_done(part.words) for part in run):
            return None
        table = run[0].table or self.domain.main
        config = self.domain.data["tables"][table]
        listed = _listed(config)
        free = is_composed(config) and _STATUS not in config["columns"]
        said = tuple(dict.fromkeys(part.words for part in run))
        if not (listed or free) or len(said) < len(run) or any(part.lead for part in run):
            return None
        whole = any(part.rest for part in run) or self._sum(run) == 1
        if not (whole or (listed and kind_of(table) in _ENDING)) or all("_".join(words) in listed for words in said):
            return None
        told = {*said, *(other for words in said for other in states_like(words))}
        others = () if whole else tuple(value for value in listed if tuple(value.split("_")) not in told)
        return Breakdown(table, _STATUS, said, whole, others)


def _listed(config: Mapping[str, Any]) -> list[str]:
    """What the status of a composed table can be."""
    status = config["columns"].get(_STATUS, {}) if is_composed(config) else {}
    return list(status.get("values", ())) if status.get("kind") == "choice" else []


def outcomes(tokens: list[Token], domain: Domain) -> list[Breakdown]:
    """The statuses that a story states shares of, and tables have other lists for."""
    return list(Outcomes(tokens, domain).find())
