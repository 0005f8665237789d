"""Nouns that name a sort of the rows of a table: trams are vehicles of one mode, and calls usage records of one kind.

A domain file lists them as `sorts` of a rate. What is counted by such a noun are the rows of that sort, and what is
said of them is said of these alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.domain import RateHook
from pytest_misata.story.english import words
from pytest_misata.story.facts import Aged, Amount, AnyFact, Count, Dealt, Pace, Rate, Ratio, Unplaced, Where
from pytest_misata.story.grammar.nouns import Nouns
from pytest_misata.story.rates import values_together

Sort = tuple[RateHook, str]
"""A column, and the value of it that rows of the sort have, or several together."""
Told = Sequence[tuple[AnyFact, Sequence[Sort]]]
"""Facts, each with the sorts that its words name."""
_APART = "which of the {table} each row has so many of is not told apart by their sort"


def by_sort(facts: Sequence[AnyFact], nouns: Nouns) -> list[AnyFact]:
    """The facts, in which what is counted by a noun for a sort of rows are rows of that sort."""
    told: Told = [(fact, _sorts_in(fact, nouns)) for fact in facts]
    for table in dict.fromkeys(hook.table for _, sorts in told for hook, _ in sorts):
        told = _of_table(told, table) if _tells_apart(told, table) else told
    return [fact for fact, _ in told]


def _sorts_in(fact: AnyFact, nouns: Nouns) -> list[Sort]:
    """The sorts of rows that the words of a fact name, in their order."""
    places = [at for at, token in enumerate(nouns.tokens) if fact.start <= token.start < fact.end]
    found: list[Sort] = []
    past = 0
    for at in places:
        named = nouns.table_named(at) if at >= past else None
        if named is not None:
            past = at + named[1]
            sort = nouns.sort_at(at)
            found += [sort] if sort else []
    return found


def _tells_apart(told: Told, table: str) -> bool:
    """Whether sorts of a table are spoken of, and not just its rows by their usual name: lawyers, but no paralegals."""
    sorts = {(hook.column, value): hook for _, named in told for hook, value in named if hook.table == table}
    own = tuple(table.split("_"))
    usual = (any(words.length_of_match(own, name) for name in hook.counted[of]) for (_, of), hook in sorts.items())
    return len(sorts) > 1 or not all(usual)


def _of_table(told: Told, table: str) -> Told:
    """The facts, in which those of one table are of the sorts that they name."""
    sorts = {value for _, named in told for hook, value in named if hook.table == table}
    others = any(_counted(fact) == table and not _own(fact, named) for fact, named in told)
    mixed = len(sorts) > 1 or others
    rows = {fact.table: fact.rows for fact, _ in told if isinstance(fact, Count) and not fact.qualifier}
    each = _ratios(told, table)
    found: list[tuple[AnyFact, Sequence[Sort]]] = []
    for fact, named in told:
        found += [(one, named) for one in _told_of(fact, _own(fact, named, table), rows, each if mixed else None)]
    return [(_of_part(fact, named, table) if mixed else fact, named) for fact, named in found]


def _counted(fact: AnyFact) -> str | None:
    """The table of which a fact tells how many rows there are."""
    if isinstance(fact, Ratio):
        return fact.child
    return fact.table if isinstance(fact, Count | Pace | Dealt) else None


def _own(fact: AnyFact, named: Sequence[Sort], table: str | None = None) -> Sort | None:
    """The sort of the rows that a fact counts."""
    counted = _counted(fact)
    return next((sort for sort in named if sort[0].table == counted and table in {None, counted}), None)


def _ratios(told: Told, table: str) -> Mapping[str, Sequence[Ratio]]:
    """The ratios of rows of a sort, by the parent that they are for each row of."""
    found: dict[str, list[Ratio]] = {}
    for fact, named in told:
        if isinstance(fact, Ratio) and _own(fact, named, table):
            found.setdefault(fact.parent, []).append(fact)
    return found


def _told_of(
    fact: AnyFact, sort: Sort | None, rows: Mapping[str, int], each: Mapping[str, Sequence[Ratio]] | None
) -> Iterator[AnyFact]:
    """What is said of rows of a sort; where there are others as well, only what can be said of a part of a table."""
    if sort is None:
        yield fact
    elif isinstance(fact, Count) and not fact.qualifier:
        yield _part(fact, fact.rows, sort) if fact.rows else _share(fact, sort, Fraction(0))
    elif each is None:
        yield fact
        yield _share(fact, sort, Fraction(1))
    elif isinstance(fact, Ratio) and not (fact.each or fact.bounds or fact.every or fact.across or fact.some):
        yield from _ratio(fact, sort, rows, each[fact.parent])
    else:
        yield Unplaced(fact.start, fact.end, _APART.format(table=sort[0].table))


def _part(fact: Count | Ratio, rows: int, sort: Sort) -> Count:
    """So many rows of a sort."""
    hook, value = sort
    return Count(fact.start, fact.end, hook.table, rows, " or ".join(values_together(value)), sort)


def _share(fact: AnyFact, sort: Sort, share: Fraction) -> Rate:
    """A share of the rows that is of a sort."""
    return Rate(fact.start, fact.end, *sort, share)


def _ratio(fact: Ratio, sort: Sort, rows: Mapping[str, int], alike: Sequence[Ratio]) -> Iterator[AnyFact]:
    """So many of a sort on average: as many rows of it, or a part of what there is of all sorts for each parent."""
    number = rows.get(fact.parent, 0) * fact.number
    if number.denominator == 1 and number:
        yield _part(fact, int(number), sort)
        return
    whole = sum((one.number for one in alike), Fraction(0))
    if len(alike) > 1 and whole:
        yield from [replace(fact, number=whole)] if fact is alike[0] else []
        yield _share(fact, sort, fact.number / whole)
        return
    yield Unplaced(fact.start, fact.end, _APART.format(table=fact.child))


def _of_part(fact: AnyFact, named: Sequence[Sort], table: str) -> AnyFact:
    """What is said of rows of one sort, where those of others are there as well, is not told of them alone."""
    sort = next((one for one in named if one[0].table == table), None)
    if sort is None:
        return fact
    above = isinstance(fact, Ratio) and fact.parent == table
    where = fact.hook.table if isinstance(fact, Rate) else fact.where if isinstance(fact, Amount) else None
    where = fact.table if isinstance(fact, Where | Aged) else where
    other = not isinstance(fact, Rate) or fact.column != (sort[0].table, sort[0].column)
    if not above and not (where == table and other):
        return fact
    return Unplaced(fact.start, fact.end, f"it is said of a part of the {table}, and no column tells it of that alone")
