"""A domain for a story that speaks of more than any domain file has: tables are composed from the sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pytest_misata.schema.relations import birth_of
from pytest_misata.story.composing.breakdowns import Breakdown, breakdowns
from pytest_misata.story.composing.candidates import Candidate, Candidates
from pytest_misata.story.composing.conditions import GENDER, conditions
from pytest_misata.story.composing.described import Descriptions, column_of
from pytest_misata.story.composing.earned import earned, paying
from pytest_misata.story.composing.eventful import eventful
from pytest_misata.story.composing.goods import become
from pytest_misata.story.composing.inflection import singular_of
from pytest_misata.story.composing.lexicon import Noun, Words, kind_of, noun_of
from pytest_misata.story.composing.located import placeless
from pytest_misata.story.composing.measured import measures
from pytest_misata.story.composing.opening import opening
from pytest_misata.story.composing.outcomes import outcomes
from pytest_misata.story.composing.parts import parts
from pytest_misata.story.composing.premises import settle
from pytest_misata.story.composing.relations import Entity, relate
from pytest_misata.story.composing.tables import key_of, parents_of, rates_of, redated, table_of, there_before
from pytest_misata.story.composing.turns import days_of, take_turns
from pytest_misata.story.composing.widening import widening
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.facts import AnyFact, Count, Rate, Ratio
from pytest_misata.story.grammar import read_facts
from pytest_misata.story.nouns import Nouns
from pytest_misata.story.tokens import Token

_FILE = "the tables composed from the story"
_MEETING = frozenset({"happening", "occasion", "group"})
"""What the same people may be in time and again."""
_ROOTS = {"topic": "1/20", "organisation": "1/20", "place": "1/10", "group": "1/10", "person": "1/4"}
"""Rows of a table that belongs to nothing, for each row of the main one. Assumptions."""


def compose(tokens: list[Token], base: Domain | None = None) -> Domain | None:
    """The domain with tables and columns for what the story names and it lacks; None where there is nothing known.

    Without a `base` all tables are composed.
    """
    domain = with_tables(tokens, base) or base
    if domain is None:
        return None
    for more in (with_payments, with_parts, with_columns, with_wider_lists, with_outcomes, with_shares, with_flags):
        domain = more(tokens, domain)
    return with_amounts_and_places(tokens, domain)


def with_payments(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with a table of payments, where the story tells what is earned and of nothing that is paid for."""
    data = paying(tokens, domain)
    return replace(domain_of(data, _FILE), composed=True, described=domain.described) if data else domain


def with_columns(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with the columns that the story names."""
    found = list(Descriptions(tokens, domain).find())
    if not found:
        return domain
    data = deepcopy(dict(domain.data))
    for one in found:
        data["tables"][one.table]["columns"].setdefault(one.column, column_of(one))
    described = {one.at: (one.end, one.meaning) for one in found}
    return replace(domain_of(data, _FILE), composed=domain.composed, described=described)


def with_amounts_and_places(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns for the amounts and the places that the story states."""
    amounts, tables = measures(tokens, domain), list(placeless(tokens, domain))
    paid = earned(tokens, domain)
    if not amounts and not tables and not paid:
        return domain
    data = deepcopy(dict(domain.data))
    if paid:
        data["tables"][paid[0]]["columns"] |= paid[1]
    for table, name, column in amounts:
        data["tables"][table]["columns"][name] = column
    for table, columns in tables:
        data["tables"][table]["columns"] |= {name: dict(column) for name, column in columns.items()}
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)


def with_flags(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns for the states of rows that the story gives shares of."""
    found = conditions(tokens, domain)
    if not found:
        return domain
    data = deepcopy(dict(domain.data))
    rates = list(data.get("rates", ()))
    for one in found:
        columns = data["tables"][one.table]["columns"]
        if one.column == GENDER:
            columns[GENDER] = {"type": "string(10)", "kind": "gender"}
            continue
        columns[one.column] = {"type": "boolean", "kind": "flag", "rate": "1/2"}
        rates.append({"column": f"{one.table}.{one.column}", "words": {"true": [" ".join(one.words)]}})
    data["rates"] = rates
    made = replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)
    told = {(one.hook.table, one.hook.column) for one in _rates_read(read_facts(tokens, made)[0])}
    unread = {f"{one.table}.{one.column}" for one in found if one.column != GENDER} - {".".join(one) for one in told}
    if not unread:
        return made
    # A column that nothing is said of in the end is none.
    data["rates"] = [rate for rate in rates if rate["column"] not in unread]
    for name in unread:
        table, _, column = name.partition(".")
        del data["tables"][table]["columns"][column]
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)


def _rates_read(facts: Sequence[AnyFact]) -> Iterator[Rate]:
    """The shares among facts, and those that counts of rows in a state are."""
    for fact in facts:
        if isinstance(fact, Rate):
            yield fact
        elif isinstance(fact, Count) and fact.value is not None:
            yield Rate(fact.start, fact.end, *fact.value, None, fact.rows)


def with_parts(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns for the parts that the story breaks counts down into."""
    return _with_values(domain, breakdowns(tokens, domain))


def with_outcomes(tokens: list[Token], domain: Domain) -> Domain:
    """The domain in which the status of rows is what the story says of how they ended."""
    return _with_values(domain, outcomes(tokens, domain))


def with_shares(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns for the values that the story states shares of."""
    return _with_values(domain, parts(tokens, domain))


def with_wider_lists(tokens: list[Token], domain: Domain) -> Domain:
    """The domain in whose lists there are the values, too, that the story gives shares of beside those listed."""
    found = widening(tokens, domain)
    if not found:
        return domain
    data = deepcopy(dict(domain.data))
    rates = list(data.get("rates", ()))
    for one in found:
        made = data["tables"][one.table]["columns"][one.column]
        usual = made.get("weights") or [1] * len(made["values"])
        made |= {"values": [*made["values"], one.value], "weights": [*usual, 1]}
        rates.append({"column": f"{one.table}.{one.column}", "words": {one.value: [" ".join(one.words)]}})
    data["rates"] = rates
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)


def _with_values(domain: Domain, found: Sequence[Breakdown]) -> Domain:
    if not found:
        return domain
    data = deepcopy(dict(domain.data))
    rates = list(data.get("rates", ()))
    for one in _joined(found):
        told = {_written(words): [" ".join(words)] for words in one.parts}
        values = [*told, *([] if one.whole else one.others)]
        columns = data["tables"][one.table]["columns"]
        column = {"type": "string(30)", "kind": "choice", "values": values, **_weights(columns, one, values)}
        rates = [rate for rate in rates if rate["column"] != f"{one.table}.{one.column}"]
        columns[one.column] = column
        columns |= {name: redated(made, values) for name, made in columns.items() if made.get("by") == one.column}
        rates.append({"column": f"{one.table}.{one.column}", "noun": one.column, "words": told})
    data["rates"] = rates
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)


def _written(words: Words) -> str:
    """A value as it is written in the data: sizes and grades are capital letters."""
    return words[0].upper() if len(words) == 1 and len(words[0]) == 1 else "_".join(words)


def _weights(columns: Mapping[str, Any], one: Breakdown, values: Sequence[str]) -> Mapping[str, Any]:
    """How often values are met that a column had before; those that the story states have their shares anyway."""
    usual = columns.get(one.column, {})
    known = dict(zip(usual.get("values", ()), usual.get("weights", ()), strict=False))
    return {"weights": [known.get(value, 1) for value in values]} if known else {}


def _joined(found: Sequence[Breakdown]) -> Iterator[Breakdown]:
    """The breakdowns, of which those of one column are one: its values may be said in several places of a story."""
    columns = dict.fromkeys((one.table, one.column) for one in found)
    for column in columns:
        alike = [one for one in found if (one.table, one.column) == column]
        parts = dict.fromkeys(part for one in alike for part in one.parts)
        yield replace(alike[0], parts=tuple(parts), whole=len(alike) == 1 and alike[0].whole)


def with_tables(tokens: list[Token], base: Domain | None) -> Domain | None:
    """The domain with tables for the nouns of the story that it has none for; None where there are no such nouns."""
    empty = base or domain_of({"name": "story", "title": "story", "example": "", "words": [], "tables": {}}, _FILE)
    candidates = Candidates(tokens, empty).find()
    if not candidates:
        return None
    data = deepcopy(dict(empty.data))
    candidates = list(become(data, candidates, tokens))
    tables = data["tables"]
    for candidate in candidates:
        made = tables.setdefault(candidate.table, table_of(candidate.noun, candidate.table))
        made["names"] += [" ".join(candidate.short)] * bool(candidate.short)
    settle(data, candidates)
    new = frozenset(candidate.table for candidate in candidates)
    if base is None:
        data["main"] = candidates[0].table
    draft = replace(domain_of(data, _FILE), open_=new)
    facts = read_facts(tokens, draft)[0]
    if base is None:
        data["main"] = _main(facts) or data["main"]
        data |= _about(tokens)
    counts = _sizes(facts)
    candidates = eventful(candidates, counts)
    for candidate in candidates:
        tables[candidate.table] = {
            **table_of(candidate.noun, candidate.table),
            "names": tables[candidate.table]["names"],
        }
    entities = _entities(tokens, candidates, draft)
    for entity in entities:
        entity.rows = counts.get(entity.table, 0)
    absent = {fact.table for fact in facts if isinstance(fact, Count) and not fact.rows and not fact.qualifier}
    shared = list(_shared(facts, draft))
    facts = [fact for fact in facts if (getattr(fact, "child", ""), getattr(fact, "parent", "")) not in shared]
    relate([entity for entity in entities if entity.table not in absent], _stated(facts))
    crossed = [(fact.parent, fact.across) for fact in facts if isinstance(fact, Ratio) and fact.across]
    for entity in entities:
        # Premises are of nothing else that the domain has: accounts of a SaaS are not its plans'.
        entity.parents = [] if entity.table in data["holders"] else entity.parents
    _part([entity for entity in entities if entity.new], [*shared, *crossed])
    for parent in sorted({parent for entity in entities if not entity.new for parent in new & {*entity.parents}}):
        there_before(tables, parent)
    _join(data, entities, facts, _births(data))
    for child, parent in shared:
        _bridge(data, entities, child, parent)
    data["rates"] = [*data.get("rates", ()), *_rates(tables, new)]
    return replace(domain_of(data, _FILE), composed=base is None)


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


def _main(facts: Sequence[AnyFact]) -> str | None:
    """The table that the story is about: the first it counts, or says of how many each has."""
    counted = next((fact.table for fact in facts if isinstance(fact, Count)), None)
    return counted or next((fact.parent for fact in facts if isinstance(fact, Ratio)), None)


def _about(tokens: list[Token]) -> Mapping[str, Any]:
    trade = opening(tokens)
    return {
        "name": "_".join(trade) or "story",
        "title": " ".join(trade) or "story",
        "words": [" ".join(trade)] * any(trade),
    }


def _stated(facts: Sequence[AnyFact]) -> dict[str, list[str]]:
    """The parents that the story itself tells: "3 harvests per field"."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, Ratio):
            found.setdefault(fact.child, []).extend(filter(None, (fact.parent, fact.across)))
    return found


def _entities(tokens: list[Token], candidates: Sequence[Candidate], draft: Domain) -> list[Entity]:
    """The new tables, and those of the domain that they could have to do with."""
    new = {candidate.table: candidate for candidate in candidates}
    wanted = {word for candidate in candidates for word in (*candidate.noun.of, *candidate.noun.has)}
    mentioned = _mentioned(tokens, draft)
    ratios = [fact for fact in read_facts(tokens, draft)[0] if isinstance(fact, Ratio)]
    counted = {table for ratio in ratios for table in (ratio.child, ratio.parent)}
    found = []
    for table, config in draft.data["tables"].items():
        names = frozenset(" ".join(name) for name in draft.names[table])
        if table in new:
            found.append(Entity(table, new[table].noun, new[table].at, new=True, names=names))
        elif names & wanted or table in {*mentioned, *counted, draft.main}:
            parents, at = parents_of(config), mentioned.get(table, len(tokens))
            told = {"main": table == draft.main, "said": table in mentioned}
            found.append(Entity(table, _noun_of_table(table), at, new=False, names=names, parents=parents, **told))
    return found


def _noun_of_table(table: str) -> Noun:
    *before, last = table.split("_")
    return noun_of((*before, singular_of(last) or last))


def _mentioned(tokens: list[Token], draft: Domain) -> dict[str, int]:
    nouns = Nouns(tokens, draft)
    found: dict[str, int] = {}
    for at in range(len(tokens)):
        named = nouns.table_at(at)
        if named:
            found.setdefault(named, at)
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
        columns = dict(config["columns"])
        identity = {name: columns.pop(name) for name in list(columns)[:1]}
        config["columns"] = {**identity, **keys, **columns}
        if entity.new:
            _follow(config, births)
            take_turns(config, tables, days_of(facts))
        if entity.new and not entity.parents and entity.table != data["main"]:
            config |= {"per": data["main"], "ratio": _ROOTS.get(entity.noun.kind.name, "1/2")}


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
    counts = _sizes(facts)
    if stated is None and counts.get(child.table) and counts.get(parent):
        stated = Fraction(counts[child.table], counts[parent])
    return stated or Fraction(child.noun.each or child.noun.kind.each)


def _sizes(facts: Sequence[AnyFact]) -> dict[str, int]:
    """The row counts that the story states, as such or for each row of a table that it counts."""
    sizes = {fact.table: fact.rows for fact in facts if isinstance(fact, Count) and not fact.qualifier}
    for fact in facts:
        if isinstance(fact, Ratio) and fact.parent in sizes:
            sizes.setdefault(fact.child, int(sizes[fact.parent] * fact.number))
    return sizes


def _rates(tables: Mapping[str, Any], new: frozenset[str]) -> list[dict[str, Any]]:
    return [rate for name in tables if name in new for rate in rates_of(name, tables[name]["columns"])]
