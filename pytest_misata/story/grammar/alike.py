"""What is said of several tables at once: of the dogs and of the cats in "80 dogs and 60 cats, 45% adopted"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pytest_misata.engine.meanings.naming import sort_of
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import noun_of, told_by_age_or_sex
from pytest_misata.story.facts import Aged, Amount, AnyFact, Count, Rate, Where
from pytest_misata.story.grammar.fitting import is_known_of
from pytest_misata.story.grammar.nouns import Nouns

_JOINTS = frozenset({",", "and", "&", "plus"})
_LAST = _JOINTS - {","}
_APART = frozenset({"thing", "place", "topic"})
"""Kinds of noun of which two that have nothing to do with each other are parts of one whole."""
_TIMES = 5
"""So many times as many as were named before are no part beside these, but what they have: jackets of boats."""


def of_all(facts: Sequence[AnyFact], nouns: Nouns) -> list[AnyFact]:
    """The facts, in which what is said after parts that are counted together is said of each that tells it."""
    groups = list(parts_counted(facts, nouns))
    return [one for fact in facts for one in _of_each(fact, groups, nouns)] if groups else list(facts)


def parts_counted(facts: Sequence[AnyFact], nouns: Nouns) -> Iterator[Sequence[Count]]:
    """The counts that stand in one list, of tables alike that have nothing to do with each other."""
    run: list[Count] = []
    for before, fact in pairwise([None, *facts, None]):
        goes_on = isinstance(before, Count) and isinstance(fact, Count) and _joined(before, fact, nouns)
        if run and not goes_on:
            if len(run) > 1 and _ends_in_and(run, nouns):
                yield run
            run = []
        if isinstance(fact, Count) and not fact.qualifier and nouns.domain.made_up(fact.table):
            # Tanks are none of the parts that fish and rays are, which follow them.
            run = [*run, fact] if _may_be(fact, run, nouns.domain) else [fact]


def said_of_parts(fact: AnyFact, groups: Sequence[Sequence[Count]], nouns: Nouns) -> Sequence[Count]:
    """The parts that a fact is said of, where it names none of them and follows them."""
    table = _table(fact)
    last = [group for group in groups if group[-1].table == table and group[-1].end <= fact.start]
    if not last or any(map(nouns.table_at, _places(fact, nouns))):
        return ()
    words = tuple(nouns.tokens[at].text for at in _places(fact, nouns) if nouns.tokens[at].kind == "word")
    known = [part for part in last[-1] if any(is_known_of((word,), part.table, nouns.domain) for word in words)]
    return known if isinstance(fact, Rate) and known and known[-1].table == table else last[-1]


def _table(fact: AnyFact) -> str | None:
    if isinstance(fact, Rate | Amount):
        return fact.hook.table if isinstance(fact, Rate) else fact.where
    # So many rows of all are only dealt out where they are told by a value.
    return fact.table if isinstance(fact, Aged | Where) and fact.share is not None else None


def _places(fact: AnyFact, nouns: Nouns) -> Iterator[int]:
    return (at for at, token in enumerate(nouns.tokens) if fact.start <= token.start < fact.end)


def _joined(before: Count, after: Count, nouns: Nouns) -> bool:
    """Whether nothing but a joint stands between two counts."""
    between = [token.text for token in nouns.tokens if before.end <= token.start < after.start]
    return 0 < len(between) <= len(_JOINTS) and _JOINTS.issuperset(between)


def _ends_in_and(run: Sequence[Count], nouns: Nouns) -> bool:
    """Whether the last of a list is joined to the others, so that it is one: "dogs, cats and rabbits"."""
    return any(run[-2].end <= token.start < run[-1].start and token.text in _LAST for token in nouns.tokens)


def _may_be(count: Count, run: Sequence[Count], domain: Domain) -> bool:
    return count.table not in {one.table for one in run} and all(
        _alike(one, count) and not _belong(one.table, count.table, domain) for one in run
    )


def _belong(one: str, other: str, domain: Domain) -> bool:
    return domain.related(one, other) or domain.related(other, one) or domain.meet(one, other)


def _alike(one: Count, other: Count) -> bool:
    """Whether two tables hold parts of one whole, by their nouns and by how many there are of each."""
    (word, kind), (more, its) = _noun(one.table), _noun(other.table)
    if told_by_age_or_sex(word) and told_by_age_or_sex(more):
        return True
    sort = sort_of([word])
    near = other.rows < _TIMES * max(1, one.rows)
    return kind == its and kind in _APART and (near or (sort is not None and sort == sort_of([more])))


def _noun(table: str) -> tuple[str, str]:
    *before, last = table.split("_")
    word = singular_of(last) or last
    return word, noun_of((*before, word)).kind.name


def _of_each(fact: AnyFact, groups: Sequence[Sequence[Count]], nouns: Nouns) -> Iterator[AnyFact]:
    parts = said_of_parts(fact, groups, nouns)
    if isinstance(fact, Rate):
        yield from _rates(fact, parts, nouns.domain)
    elif isinstance(fact, Amount):
        yield from (replace(fact, where=table) for table in _telling(fact, parts, nouns.domain))
    elif isinstance(fact, Aged | Where):
        kind = "birth_date" if isinstance(fact, Aged) else "country"
        there = [part.table for part in parts if part.table != fact.table and _has(part.table, kind, nouns.domain)]
        yield from (replace(fact, table=table) for table in [*there, str(fact.table)] if parts)
        yield from [] if parts else [fact]
    else:
        yield fact


def _rates(fact: Rate, parts: Sequence[Count], domain: Domain) -> Iterator[Rate]:
    """The share of each part; so many of all are dealt out by how many there are of each."""
    tables = {part.table: part.rows for part in parts}
    hooks = [hook for hook in domain.rates if hook.table in tables and hook.column == fact.hook.column]
    hooks = [hook for hook in hooks if fact.value in hook.phrases and hook.rank == fact.hook.rank]
    if {hook.table for hook in hooks} != {*tables} or len(hooks) < len(parts) or not parts:
        yield fact
        return
    left, whole = fact.rows, sum(tables.values())
    for hook in sorted(hooks, key=lambda hook: list(tables).index(hook.table)):
        many = None if left is None else round(left * tables[hook.table] / whole)
        yield replace(fact, hook=hook, rows=many)
        left, whole = (None if left is None or many is None else left - many), whole - tables[hook.table]


def _telling(fact: Amount, parts: Sequence[Count], domain: Domain) -> Iterator[str | None]:
    """The parts with a column of numbers for an amount, as the one has that was named last."""
    own = domain.data["tables"][fact.where]["columns"] if parts else {}
    said = {singular_of(word) or word for word in fact.noun}
    for part in parts:
        there = domain.data["tables"][part.table]["columns"]
        told = any(name in own and said & {*name.split("_")} for name in there)
        if part.table != fact.where and (told or (said == {"age"} and _has(part.table, "birth_date", domain))):
            yield part.table
    yield fact.where


def _has(table: str, kind: str, domain: Domain) -> bool:
    return any(made.get("kind") == kind for made in domain.data["tables"][table]["columns"].values())
