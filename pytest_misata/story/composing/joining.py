"""The keys of composed tables, and those that tables of the domain get to them: written into the data of a domain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pytest_misata.schema.relations import birth_of
from pytest_misata.story.composing.relations import Entity, relate
from pytest_misata.story.composing.tables import key_of, there_before
from pytest_misata.story.composing.turns import days_of, take_turns
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.facts import AnyFact, Count, Ratio

_FILE = "the tables composed from the story"
_MEETING = frozenset({"happening", "occasion", "group"})
"""What the same people may be in time and again."""
_ROOTS = {"topic": "1/20", "organisation": "1/20", "place": "1/10", "group": "1/10", "person": "1/4"}
"""Rows of a table that belongs to nothing, for each row of the main one. Assumptions."""


def connect(data: dict[str, Any], entities: Sequence[Entity], facts: Sequence[AnyFact], draft: Domain) -> None:
    """Tell which rows belong to which, and write the keys into the data."""
    absent = {fact.table for fact in facts if isinstance(fact, Count) and not fact.rows and not fact.qualifier}
    many = list(_shared(facts, draft))
    facts = [fact for fact in facts if (getattr(fact, "child", ""), getattr(fact, "parent", "")) not in many]
    relate([entity for entity in entities if entity.table not in absent], _stated(facts))
    crossed = [(fact.parent, fact.across) for fact in facts if isinstance(fact, Ratio) and fact.across]
    _part([entity for entity in entities if entity.new], [*many, *crossed])
    referred = {parent for entity in entities if not entity.new for parent in entity.parents}
    for parent in sorted(referred & draft.open_):
        there_before(data["tables"], parent)
    _join(data, entities, facts, _births(data))
    for child, parent in many:
        _bridge(data, entities, child, parent)


def _shared(facts: Sequence[AnyFact], draft: Domain) -> Iterator[tuple[str, str]]:
    """The tables of which rows of one are those of several rows of the other: 2,000 films with 5 to 20 of 5,000 actors.

    It shows where fewer are counted than there would be if each were of one alone.
    """
    counts = {fact.table: fact.rows for fact in facts if isinstance(fact, Count) and not fact.qualifier}
    for fact in facts:
        met = isinstance(fact, Ratio) and kind_of(fact.child) == "person" and kind_of(fact.parent) in _MEETING
        if isinstance(fact, Ratio) and fact.child in counts and counts.get(fact.parent) and (fact.each or met):
            least = fact.bounds[0] if fact.bounds else fact.number
            new = draft.open_ & {fact.child, fact.parent}
            many = counts[fact.child]
            others = many < least * counts[fact.parent] or (fact.done and many != fact.number * counts[fact.parent])
            if others and new and not draft.joins(fact.child, fact.parent):
                yield fact.child, fact.parent


def _part(entities: Sequence[Entity], shared: Sequence[tuple[str, str]]) -> None:
    """Let no row of either table be that of one row of the other alone."""
    for entity in entities:
        entity.parents = [one for one in entity.parents if not {(entity.table, one), (one, entity.table)} & {*shared}]


def _bridge(data: Mapping[str, Any], entities: Sequence[Entity], child: str, parent: str) -> None:
    """A table of which rows of one are together with which of the other."""
    names = {table: _singular(table, entities) for table in (child, parent)}
    tables = data["tables"]
    tables[f"{names[parent]}_{child}"] = {
        "description": f"Composed from the story: which {child} are of which {parent}",
        "names": [f"{names[parent]} {names[child]}".replace("_", " ")],
        "uniques": [[f"{names[parent]}_id", f"{names[child]}_id"]],
        "columns": {
            "id": {"type": "integer", "kind": "serial"},
            f"{names[parent]}_id": key_of(parent, tables, Fraction(2)),
            f"{names[child]}_id": key_of(child, tables, None),
        },
    }


def _stated(facts: Sequence[AnyFact]) -> dict[str, list[str]]:
    """The parents that the story itself tells: "3 harvests per field"."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, Ratio):
            found.setdefault(fact.child, []).extend(filter(None, (fact.parent, fact.across)))
    return found


def _join(
    data: Mapping[str, Any], entities: Sequence[Entity], facts: Sequence[AnyFact], births: Mapping[str, str | None]
) -> None:
    """Write the keys into the tables, and how many rows there are where nothing is counted.

    `births` tells for each table the moment since which a row of it is there.
    """
    tables = data["tables"]
    for entity in entities:
        config = tables[entity.table]
        known = {
            column["references"].partition(".")[0] for column in config["columns"].values() if "references" in column
        }
        added = [parent for parent in entity.parents if parent not in known]
        keys = {}
        for number, parent in enumerate(added):
            owned = entity.new or not any(column.get("owner") for column in config["columns"].values())
            stated = entity.new or parent in _stated(facts).get(entity.table, ())
            each = _each(entity, parent, facts) if owned and stated and not number else None
            keys[f"{_singular(parent, entities)}_id"] = key_of(parent, tables, each)
        columns = {name: made for name, made in config["columns"].items() if name not in _told_by(entity, keys)}
        identity = {name: columns.pop(name) for name in list(columns)[:1]}
        config["columns"] = {**identity, **keys, **columns}
        if entity.new:
            _follow(config, births)
            take_turns(config, tables, days_of(facts))
        if entity.new and not entity.parents and entity.table != data["main"]:
            config |= {"per": data["main"], "ratio": _ROOTS.get(entity.noun.kind.name, "1/2")}


def _told_by(entity: Entity, keys: Collection[str]) -> set[str]:
    """The names that rows have of those they belong to where there are no such rows: an order its supplier's."""
    whose = {key.removesuffix("_id") for key in keys} & {*entity.noun.of}
    return {f"{word}_name" for word in entity.noun.of} if whose else set()


def _births(data: Mapping[str, Any]) -> Mapping[str, str | None]:
    """The moment since which a row of each table is there."""
    return {table.key: birth_of(table) for table in domain_of(data, _FILE).schema().tables.values()}


def _follow(config: Mapping[str, Any], births: Mapping[str, str | None]) -> None:
    """Let the moment since which a row is there come after those of the rows it refers to."""
    made = config["columns"].get(config.get("born", ""), {})
    keys = {name: one["references"].partition(".")[0] for name, one in config["columns"].items() if "references" in one}
    after = [f"{name}.{births[parent]}" for name, parent in keys.items() if births[parent]]
    if made.get("kind") == "moment" and after:
        made["after"] = after


def _singular(table: str, entities: Sequence[Entity]) -> str:
    return "_".join(next(entity.noun.words for entity in entities if entity.table == table))


def _each(child: Entity, parent: str, facts: Sequence[AnyFact]) -> Fraction:
    """How many rows there are for each row of a parent: as the story has it, or as is usual."""
    ratios = [fact for fact in facts if isinstance(fact, Ratio)]
    stated = next((one.number for one in ratios if (one.child, one.parent) == (child.table, parent)), None)
    counts = sizes(facts)
    if stated is None and counts.get(child.table) and counts.get(parent):
        stated = Fraction(counts[child.table], counts[parent])
    return stated or Fraction(child.noun.each or child.noun.kind.each)


def sizes(facts: Sequence[AnyFact]) -> dict[str, int]:
    """The row counts that the story states, as such or for each row of a table that it counts."""
    sizes = {fact.table: fact.rows for fact in facts if isinstance(fact, Count) and not fact.qualifier}
    for fact in facts:
        if isinstance(fact, Ratio) and fact.parent in sizes:
            sizes.setdefault(fact.child, int(sizes[fact.parent] * fact.number))
    return sizes
