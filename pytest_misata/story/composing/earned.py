"""A dated amount for a story that tells what is earned over time, and has no table of what is paid."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

from pytest_misata.story.composing.tables import key_of, table_of
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import kind_of, noun_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Count, Ratio, Shape
from pytest_misata.story.grammar.reading import read_facts
from pytest_misata.story.placing.earnings import earning_of, moment_of

_PAID = ("money", "document", "happening", "occasion", "thing")
"""Kinds of noun that something is paid for, the likeliest first."""
_PAYMENTS = "payments"
_AMOUNT = {"type": "money", "kind": "lognormal", "median": "100", "sigma": "0.6", "minimum": "0.01"}
_MOMENT = {"type": "datetime", "kind": "moment"}


_EACH = 6
"""Payments of each of those who pay, where nobody says how many. An assumption."""


def paying(tokens: list[Token], domain: Domain) -> dict[str, Any] | None:
    """The data of a domain with the payments of those it counts, where a story tells what is earned and nothing else.

    None where there is something that is paid for, or nobody who pays.
    """
    facts = read_facts(tokens, domain)[0]
    missing = any(isinstance(fact, Shape) and fact.money and fact.table is None for fact in facts)
    counted = [fact.table for fact in facts if isinstance(fact, Count) and fact.rows]
    if not (domain.composed and missing and counted) or any(kind_of(name) in _PAID for name in domain.data["tables"]):
        return None
    payer = next((name for name in counted if kind_of(name) == "person"), counted[0])
    data = deepcopy(dict(domain.data))
    made = table_of(noun_of(("payment",)), _PAYMENTS)
    identity, *others = made["columns"].items()
    key = {f"{singular_of(payer) or payer}_id": key_of(payer, data["tables"], Fraction(_EACH))}
    data["tables"][_PAYMENTS] = {**made, "columns": {**dict([identity]), **key, **dict(others)}}
    return data


def earned(tokens: list[Token], domain: Domain) -> tuple[str, dict[str, Any]] | None:
    """The table whose rows are paid for, and the columns that it lacks for that; None where nothing is to be added."""
    schema = domain.usual_schema()
    facts = read_facts(tokens, domain)[0]
    shapes = [fact for fact in facts if isinstance(fact, Shape) and fact.money]
    missing = [fact for fact in shapes if isinstance(earning_of(schema, fact.table), str)]
    if not missing or not (domain.composed or missing[0].table):
        return None
    counted = {fact.table: fact.rows for fact in facts if isinstance(fact, Count) and fact.rows}
    counted |= {fact.child: 0 for fact in facts if isinstance(fact, Ratio) and fact.child not in counted}
    likely = sorted(counted, key=lambda name: -counted[name])
    paid = [name for kind in _PAID for name in likely if kind_of(name) == kind]
    table = missing[0].table or next(iter(paid), None)
    if table is None or schema.tables[table].fixed:
        return None
    dated = moment_of(schema, schema.tables[table]) is not None
    return table, {"amount": dict(_AMOUNT), **({} if dated else {"paid_at": dict(_MOMENT)})}
