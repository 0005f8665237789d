"""Ages that a story states, put into a schema: the dates of birth of people, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pytest_misata.engine.kinds.ages import people_aged
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.people.gazetteer import FALLBACK
from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.facts import Aged, Amount, AnyFact, Unplaced
from pytest_misata.story.grammar.ages import OLDEST

_ADULT, _OLD, _LAST = 18, 90, 104
_CHILDHOOD = 13
"""Years that the youngest of whom only the oldest age is stated are younger than that, at the most."""
_LATE = 10
"""Years that the oldest of whom only the youngest age is stated are older than that, at the least."""

Part = tuple[int, int, Fraction]
"""The youngest and the oldest of a part of the people, and its share."""


def births_of(table: TableConfig) -> Iterator[str]:
    """The columns of a table that are dates of birth."""
    for column in table.columns.values():
        if column.type.kind in {"date", "datetime"}:
            made = column.generator or generator_for(table, column)
            if made.kind == "birth_date":
                yield column.name


def ages_around(made: Generator, middle: Fraction) -> tuple[int, int]:
    """The youngest and the oldest of people of whom a mean or a median is stated: as usual, if it lies between."""
    low, high = _usual(made)
    return (low if middle > low + 1 else max(0, int(middle) - _CHILDHOOD)), max(high, min(_LAST, int(middle) + _LATE))


def place_ages(
    schema: SchemaConfig, facts: Sequence[Aged], planned: Mapping[str, int], story: str
) -> Iterator[AnyFact]:
    """What each age became. Raises StoryError where the parts of one table are more than the whole, or overlap."""
    for name in dict.fromkeys(fact.table for fact in facts):
        table = schema.tables[name]
        stated = [fact for fact in facts if fact.table == name]
        column = next(births_of(table), None)
        if column is None:
            yield from (Unplaced(fact.start, fact.end, f"no column of {name} tells an age") for fact in stated)
            continue
        made = table.columns[column].generator or generator_for(table, table.columns[column])
        parts = [_part(fact, made, planned[name]) for fact in stated]
        if _overlap(parts) or sum(share for _, _, share in parts) > 1:
            quotes = " and ".join(repr(story[fact.start : fact.end]) for fact in stated)
            raise StoryError(f"the story contradicts itself: {quotes} cannot all hold")
        rest = _rest(parts, made, {fact.edge for fact in stated})
        if not rest and sum(share for _, _, share in parts) < 1:
            yield from (Unplaced(fact.start, fact.end, "no age is left for the others") for fact in stated)
            continue
        table.columns[column].generator = _made(made, [*parts, *rest])
        yield from (
            replace(fact, low=low, high=high, where=f"{name}.{column}")
            for fact, (low, high, _) in zip(stated, parts, strict=True)
        )


def _usual(made: Generator) -> tuple[int, int]:
    return int(made.options.get("minimum_age", _ADULT)), int(made.options.get("maximum_age", _OLD))


def _part(fact: Aged, made: Generator, rows: int) -> Part:
    """The ages that are stated, from the youngest there usually are, or to the oldest."""
    share = fact.share if fact.share is not None else Fraction(fact.rows or 0, max(rows, 1))
    youngest, oldest = _usual(made)
    low, high = fact.low, fact.high
    if low == 0:
        low = youngest if youngest < high else max(0, high + 1 - _CHILDHOOD)
    if high == _LAST:
        high = min(_LAST, max(oldest, low + _LATE))
    return low, high, share


def _overlap(parts: Sequence[Part]) -> bool:
    ordered = sorted(parts)
    return any(one[1] >= other[0] for one, other in pairwise(ordered))


def _rest(parts: Sequence[Part], made: Generator, edges: set[int | None]) -> list[Part]:
    """The ages between and beside those that are stated, in the shares that people are of them."""
    left = 1 - sum((share for _, _, share in parts), Fraction(0))
    youngest, oldest = _usual(made)
    taken = {age for low, high, _ in parts for age in range(low, high + 1)} | edges
    free = [age for age in range(youngest, oldest + 1) if age not in taken]
    runs: list[tuple[int, int]] = []
    for age in free:
        if runs and runs[-1][1] == age - 1:
            runs[-1] = runs[-1][0], age
        else:
            runs.append((age, age))
    whole = sum(people_aged(FALLBACK, low, high) for low, high in runs)
    if not left or not whole:
        return []
    return [(low, high, left * people_aged(FALLBACK, low, high) / whole) for low, high in runs]


def _made(made: Generator, parts: Sequence[Part]) -> Generator:
    told = [{"minimum_age": low, "maximum_age": high, "share": str(share)} for low, high, share in parts if share]
    return Generator("birth_date", {**made.options, "parts": told})


def state_ages(column: Column, made: Generator, fact: Amount) -> str:
    """The lowest and the highest age, in whole years, or the mean and the median of ages."""
    if fact.high > OLDEST or (fact.statistic == "bounds" and (fact.low.denominator, fact.high.denominator) != (1, 1)):
        return "ages are told in years, and bounds of them in whole ones"
    if fact.statistic == "bounds":
        column.generator = Generator(
            "birth_date", {**made.options, "minimum_age": int(fact.low), "maximum_age": int(fact.high)}
        )
        return ""
    low, high = ages_around(made, fact.low)
    if not low < fact.low < high:
        return f"it does not lie between {low} and {high}"
    ages = {"minimum_age": low, "maximum_age": high, fact.statistic: str(fact.low)}
    column.generator = Generator("birth_date", {**made.options, **ages})
    return ""
