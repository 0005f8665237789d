"""What putting any facts into a schema takes: what became of them so far, and what contradicts what."""

from __future__ import annotations

from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.facts import AnyFact, Unplaced


class Placing:
    """A schema, and the facts of a story that were put into it."""

    def __init__(self, story: str, schema: SchemaConfig) -> None:
        self.story, self.schema = story, schema
        self.placed: list[AnyFact] = []
        self._exact: set[str] = set()

    def quote(self, fact: AnyFact) -> str:
        """The words of the story that state a fact."""
        return self.story[fact.start : fact.end]

    def _unplaced(self, fact: AnyFact, reason: str) -> None:
        self.placed.append(Unplaced(fact.start, fact.end, reason))

    def _contradict(self, *facts: AnyFact) -> StoryError:
        quotes = " and ".join(repr(self.quote(fact)) for fact in facts)
        return StoryError(f"the story contradicts itself: {quotes} cannot both hold")

    def _plan(self) -> dict[str, int]:
        try:
            return plan_rows(self.schema)
        except GenerationError as error:
            raise StoryError(f"the story's numbers do not fit together: {error}") from None
