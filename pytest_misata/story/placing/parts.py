"""Parts that stand beside each other: 100 users on pro and 200 on free are all the users there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_misata.story.facts import AnyFact, Count, Rate


def beside_each_other(facts: Iterable[AnyFact]) -> Iterator[AnyFact]:
    """The facts, in which so many rows of another state count as those of the first do, where all are so counted."""
    facts = list(facts)
    counts = [fact for fact in facts if isinstance(fact, Count)]
    whole = {count.table for count in counts if not count.qualifier}
    parts = {(count.value[0].table, count.value[0].column) for count in counts if count.value}
    for fact in facts:
        place = (fact.hook.table, fact.hook.column) if isinstance(fact, Rate) and fact.rows else None
        if isinstance(fact, Rate) and fact.rows and place in parts and fact.hook.table not in whole:
            value = (fact.hook, fact.value)
            yield Count(fact.start, fact.end, fact.hook.table, fact.rows, fact.value, value)
        else:
            yield fact
