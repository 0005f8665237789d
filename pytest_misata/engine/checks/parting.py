"""Columns that tell rows apart, made with the other columns of their row where the ways to meet CHECKs allow that.

`(state = 'stock') = (phone IS NULL)` or `(brand = 'amex') = (length(number) = 15)` with a unique phone or number: where
no two ways share a value of such a column, values that differ within each way differ in the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from pytest_misata.engine.checks.atoms import Pair, Polynomial
from pytest_misata.engine.checks.chains import Chain
from pytest_misata.engine.checks.numbers import NoSet
from pytest_misata.engine.checks.rules import joined_by
from pytest_misata.engine.checks.sets import Anything, Texts, Values, listed_size
from pytest_misata.engine.checks.setting import Setting, everything
from pytest_misata.engine.checks.ways import Part, Roles, Search, Way
from pytest_misata.engine.checks.words import Words
from pytest_misata.schema.sql.predicates import columns
from pytest_misata.schema.uniqueness import carried_by, may_be_null


def parted(parts: Sequence[Part], setting: Setting, roles: Roles, rows: int) -> Roles:
    """The roles in which columns that ways part are no longer made by themselves; `rows` is how many are needed."""
    for name in _candidates(parts, setting, roles):
        freed = replace(roles, lonely=roles.lonely - {name})
        if _is_parted(name, parts, setting, freed, rows):
            roles = freed
    return roles


def _candidates(parts: Sequence[Part], setting: Setting, roles: Roles) -> Iterator[str]:
    table, about = setting.table, [set(columns(part.formula)) for part in parts]
    for name in sorted(roles.lonely):
        column = table.columns[name]
        told = carried_by(table, column) and (not column.nullable or may_be_null(table, column))
        if told and any(name in names and names & roles.made for names in about):
            yield name


def _is_parted(name: str, parts: Sequence[Part], setting: Setting, roles: Roles, rows: int) -> bool:
    names, joined = next(found for found in joined_by(parts, roles) if name in found[0])
    outcome = Search(tuple(names), setting, roles).ways(joined)
    if not outcome.ways or outcome.unmade or any(_relates(way, name) for way in outcome.ways):
        return False
    whole = everything(setting.table.columns[name])
    left = dict.fromkeys(way.domains.get(name, whole).values for way in outcome.ways)
    narrow = [values for values in left if values and values != whole.values]
    length = setting.type(name).length
    roomy = all(_size(values, length) >= rows for values in narrow)
    return roomy and not any(_overlap(*pair) for pair in combinations([values for values in left if values], 2))


def _relates(way: Way, name: str) -> bool:
    """Whether a way ties the values of a column to those of others."""
    relations: list[Polynomial | Pair | Chain] = [*way.sums, *way.pairs, *way.chains]
    return any(name in relation.columns for relation in relations)


def _overlap(one: Values, other: Values) -> bool:
    try:
        return bool(one & other)  # type: ignore[operator]
    except NoSet:
        return True


def _size(values: Values, length: int | None) -> float:
    """How many values there are that differ."""
    if isinstance(values, Anything):
        return 0
    if isinstance(values, Texts) and values.words is None:
        return Words(values.language, length).size
    return listed_size(values)
