"""A domain for a story that speaks of more than any domain file has: tables are composed from the sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pytest_misata.story.composing.breakdowns import Breakdown, breakdowns
from pytest_misata.story.composing.candidates import Candidate, Candidates
from pytest_misata.story.composing.conditions import GENDER, conditions
from pytest_misata.story.composing.described import Descriptions, column_of
from pytest_misata.story.composing.earned import earned, paying
from pytest_misata.story.composing.eventful import eventful
from pytest_misata.story.composing.goods import become
from pytest_misata.story.composing.joining import connect, sizes
from pytest_misata.story.composing.located import placeless
from pytest_misata.story.composing.measured import measures
from pytest_misata.story.composing.opening import opening
from pytest_misata.story.composing.origins import origins
from pytest_misata.story.composing.outcomes import outcomes
from pytest_misata.story.composing.parts import parts
from pytest_misata.story.composing.plans import with_plans
from pytest_misata.story.composing.premises import settle
from pytest_misata.story.composing.relations import Entity
from pytest_misata.story.composing.shared import shared
from pytest_misata.story.composing.stocked import free_of_charge, in_stock
from pytest_misata.story.composing.subscribed import subscribed
from pytest_misata.story.composing.tables import parents_of, rates_of, redated, table_of
from pytest_misata.story.composing.widening import widening
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Noun, Words, noun_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import AnyFact, Count, Rate, Ratio
from pytest_misata.story.grammar.nouns import Nouns
from pytest_misata.story.grammar.reading import read_facts

_FILE = "the tables composed from the story"


def compose(tokens: list[Token], base: Domain | None = None) -> Domain | None:
    """The domain with tables and columns for what the story names and it lacks; None where there is nothing known.

    Without a `base` all tables are composed.
    """
    domain = with_tables(tokens, base) or base
    if domain is None:
        return None
    domain = with_origins(tokens, with_subscribed(tokens, with_plans(tokens, domain)))
    for more in (with_payments, with_parts, with_columns, with_wider_lists, with_outcomes, with_shares, with_flags):
        domain = more(tokens, domain)
    return with_shared(tokens, with_amounts_and_places(tokens, domain))


def with_shared(tokens: list[Token], domain: Domain) -> Domain:
    """The domain in which all parts that something is said of have a column for it."""
    data = shared(tokens, domain)
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described) if data else domain


def with_origins(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns of where rows come from, where there are no places of that."""
    data = origins(tokens, domain)
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described) if data else domain


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
    domain = with_origins(tokens, domain)
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
        columns |= in_stock(columns, one.column)
        free_of_charge(data["tables"][one.table], one.column)
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


def with_subscribed(tokens: list[Token], domain: Domain) -> Domain:
    """The domain with columns for the plans that the story says rows are on."""
    return _with_values(domain, subscribed(tokens, domain))


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
    new = frozenset(candidate.table for candidate in candidates)
    if base is None:
        data["main"] = candidates[0].table
    draft = replace(domain_of(data, _FILE), open_=new)
    facts = read_facts(tokens, draft)[0]
    if base is None:
        data["main"] = _main(facts) or data["main"]
        data |= _about(tokens)
    counts = sizes(facts)
    found, candidates = candidates, eventful(candidates, counts)
    for candidate in candidates:
        if candidate not in found:
            names = tables[candidate.table]["names"]
            tables[candidate.table] = {**table_of(candidate.noun, candidate.table), "names": names}
    settle(data, candidates)
    entities = _entities(tokens, candidates, draft, facts)
    for entity in entities:
        entity.rows = counts.get(entity.table, 0)
        entity.settled = entity.table in data["holders"]
    connect(data, entities, facts, draft)
    data["rates"] = [*data.get("rates", ()), *_rates(tables, new)]
    return replace(domain_of(data, _FILE), composed=base is None)


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


def _entities(
    tokens: list[Token], candidates: Sequence[Candidate], draft: Domain, facts: Sequence[AnyFact]
) -> list[Entity]:
    """The new tables, and those of the domain that they could have to do with."""
    new = {candidate.table: candidate for candidate in candidates}
    wanted = {word for candidate in candidates for word in (*candidate.noun.of, *candidate.noun.has)}
    mentioned = _mentioned(tokens, draft)
    ratios = [fact for fact in facts if isinstance(fact, Ratio)]
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


def _rates(tables: Mapping[str, Any], new: frozenset[str]) -> list[dict[str, Any]]:
    return [rate for name in tables if name in new for rate in rates_of(name, tables[name]["columns"])]
