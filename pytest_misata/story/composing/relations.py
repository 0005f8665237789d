"""Who belongs to whom: which rows the rows of a composed table point at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_misata.engine.meanings.naming import sort_of
from pytest_misata.story.composing.given import GIVEN
from pytest_misata.story.english.lexicon import Noun, are_people, is_had_by_people, is_joined_by_many

_MOST = 3
"""Keys that a composed table has at the most."""
_HAPPENING = frozenset({"happening", "occasion"})
_DONE = frozenset({"happening", "occasion", "document", "measurement", "money"})
_PARTS = frozenset({"place", "thing"})
"""Kinds of noun that are a part of what they belong to, so that what is of them is of that, too."""
_PLACES = frozenset({"place", "organisation"})
_ALL_OF = frozenset({("happening", "person"), ("document", "person")})
"""Kinds of which a row of a kind may have several: the member and the librarian of a loan."""


@dataclass(slots=True)
class Entity:
    """A table as far as it matters here: its noun, where the story speaks of it, and what it has keys to."""

    table: str
    noun: Noun
    at: int
    new: bool
    names: frozenset[str]
    """All that a row of it is called."""
    rows: int = 0
    """How many rows the story says it has."""
    main: bool = False
    """Whether it is what the domain is about."""
    said: bool = True
    """Whether the story speaks of it."""
    settled: bool = False
    """Whether it is told already what is of it, and that it is of nothing else: the hotels of a chain."""
    parents: list[str] = field(default_factory=list)
    """The tables its rows point at; of a new one the first decides how many rows it has."""
    stated: Sequence[str] = ()
    """Those of them that the story, or the domain, tells."""

    @property
    def level(self) -> int:
        """The level of its kind."""
        return self.noun.kind.level


def relate(entities: Sequence[Entity], stated: Mapping[str, Sequence[str]]) -> None:
    """Give every new entity its parents; `stated` are those that the story tells, by table."""
    by_table = {entity.table: entity for entity in entities}
    for entity in entities:
        new = [parent for parent in stated.get(entity.table, ()) if parent not in entity.parents]
        entity.parents += [parent for parent in new if entity.new or (parent in by_table and by_table[parent].new)]
        entity.stated = tuple(entity.parents)
    for entity in sorted(entities, key=lambda entity: entity.level):
        if entity.new and not entity.settled:
            _add(entity, _likely(entity, entities), by_table)
        elif not entity.new:
            _add(entity, (other for other in entities if other.new and _has(other, entity)), by_table, most=_MOST * 3)
    for entity in entities:
        if (
            entity.new
            and not entity.settled
            and not entity.parents
            and not any(entity.table in other.parents for other in entities)
        ):
            _connect(entity, entities, by_table)
            _place(entity, entities, by_table)


def _connect(entity: Entity, entities: Sequence[Entity], by_table: Mapping[str, Entity]) -> None:
    """Let what happens nearby happen to rows that nothing has to do with yet; else they belong to the nearest."""
    happening = [other for other in entities if other.new and other.noun.kind.name in _HAPPENING]
    below = [other for other in happening if other.level > entity.level and _may_have(other, entity, by_table)]
    groups = [other for other in below if entity.table not in other.stated and not _may_take_part(other, entity)]
    if below and groups == below and entity.noun.kind.name == "person":
        # Those who take part are in one of the few classes there are.
        _add(entity, iter(sorted(groups, key=lambda other: abs(other.at - entity.at))), by_table, most=1)
        return
    if below:
        min(below, key=lambda other: abs(other.at - entity.at)).parents.append(entity.table)
        return
    lower = (other for other in entities if other.new and other.level < entity.level and _may_be_of(entity, other))
    _add(entity, lower, by_table, most=1)


def _place(entity: Entity, entities: Sequence[Entity], by_table: Mapping[str, Entity]) -> None:
    """Let what the domain is about be at one of the places that nothing has to do with yet: 3 branches, 20 shops.

    Events are those of the groups that nothing has to do with: 45 bands.
    """
    if entity.parents or any(entity.table in one.parents for one in entities):
        return
    kind, there = entity.noun.kind.name, [one for one in entities if not one.new]
    happening = {"place": _DONE, "group": {"occasion"}}.get(kind, ())
    done = [one for one in there if one.said and one.noun.kind.name in happening]
    main = [one for one in there if one.main and kind in _PLACES]
    at = next(iter((*done, *main)), None)
    if at is not None and entity.rows > 1 and at.table not in _above(entity.table, by_table):
        at.parents.append(entity.table)


def _may_have(child: Entity, parent: Entity, by_table: Mapping[str, Entity]) -> bool:
    if child.noun.kind.name in parent.noun.apart or not child.noun.kind.belongs_to or _is_none_of(child, parent):
        return False
    return len(child.parents) < _MOST and child.table not in _above(parent.table, by_table)


def _add(child: Entity, parents: Iterator[Entity], by_table: Mapping[str, Entity], *, most: int = _MOST) -> None:
    for parent in parents:
        near = {*child.parents, *(name for one in child.parents for name in _above(one, by_table))}
        # What belongs to a parent is known through it.
        if parent.table in near or child.table in _above(parent.table, by_table) or parent is child:
            continue
        if child.noun.kind.name in parent.noun.apart:
            continue
        if len(child.parents) < most:
            above = _above(parent.table, by_table) if parent.noun.kind.name in _PARTS else ()
            child.parents = [one for one in child.parents if one in child.stated or one not in above]
            child.parents.append(parent.table)


def _above(table: str, by_table: Mapping[str, Entity]) -> Collection[str]:
    """The tables that rows of a table point at, and those above."""
    found: set[str] = set()
    waiting = [table]
    while waiting:
        entity = by_table.get(waiting.pop())
        new = set(entity.parents) - found if entity else set()
        found |= new
        waiting += new
    return found


def _likely(child: Entity, entities: Sequence[Entity]) -> Iterator[Entity]:
    """What rows of a new table belong to, the likeliest first."""
    others = [other for other in entities if other is not child]
    for word in child.noun.of:
        yield from (other for other in others if _is(other, word) and _may_take_part(child, other))
    yield from (other for other in others if _has(other, child))
    for kind in child.noun.kind.belongs_to:
        found = [other for other in others if _is_kind(other, kind, child) and other.level < child.level]
        found = [other for other in found if _may_be_of(child, other)]
        # Those that the story speaks of are meant, where there are such.
        found = [other for other in found if other.said] or found
        found.sort(key=lambda other: abs(other.at - child.at))
        if kind == "person" and child.noun.kind.name == "occasion":
            # Who leads it, of whom there are fewer than of those who take part.
            found.sort(key=lambda other: other.rows)
        if kind == "person" and child.noun.words[-1] in GIVEN:
            # Those who give are many, and those whom it is given to are not.
            found = sorted(found, key=lambda other: -other.rows)[:1]
        yield from found if (child.noun.kind.name, kind) in _ALL_OF else found[:1]


def _is_kind(entity: Entity, kind: str, child: Entity) -> bool:
    """Whether rows are of a kind that others belong to; those who live together do, and give, what people do."""
    done = kind == "person" and child.noun.kind.name in _DONE - {"occasion", "measurement"}
    return entity.noun.kind.name == kind or (done and are_people(entity.table))


def _may_take_part(child: Entity, parent: Entity) -> bool:
    """Whether people, where what they belong to is an event, are those of one alone: there are more of them.

    An event is none of one of several people alone, where there are more of those: 30 classes are not 30 students'.
    """
    kinds = child.noun.kind.name, parent.noun.kind.name
    if kinds == ("occasion", "person") and is_joined_by_many(child.noun.words[-1]):
        return not 0 < child.rows < parent.rows
    return kinds != ("person", "occasion") or child.rows > parent.rows > 0


def _may_be_of(child: Entity, parent: Entity) -> bool:
    """Whether nothing tells against a key that only the kinds of two nouns suggest.

    What is there, rather than happens, is hardly a part of what there is more of: 7 agents are not those of 210 flats,
    and 52 services are led by none of 340 members. Allergies of children are what no outing has.
    """
    if parent.stated and parent.noun.kind.name == "topic" and is_had_by_people(parent.table):
        return False
    led = child.noun.kind.name == "occasion" and parent.noun.kind.name == "person"
    fewer = (led or child.noun.kind.name not in _DONE) and 0 < child.rows < parent.rows
    return not fewer and not _is_none_of(child, parent)


def _is_none_of(child: Entity, parent: Entity) -> bool:
    """Whether it is known that rows of a noun are not those of one of another: a rehearsal is no single musician's."""
    word = parent.noun.words[-1]
    return bool({word, sort_of([word])} & {*child.noun.not_of})


def _has(owner: Entity, thing: Entity) -> bool:
    return any(_is(thing, word) for word in owner.noun.has)


def _is(entity: Entity, word: str) -> bool:
    return word in entity.names or entity.noun.words[-1] == word
