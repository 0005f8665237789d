"""What the CHECKs of a table come to: which columns are made together, and what is left of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.atoms import Polynomial
from pytest_misata.engine.checks.determining import Determination, determination
from pytest_misata.engine.checks.following import followings
from pytest_misata.engine.checks.implied import implied
from pytest_misata.engine.checks.openness import always_open, needs_parent
from pytest_misata.engine.checks.parting import parted
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.roles import roles_of
from pytest_misata.engine.checks.rules import few_alone, left_alone, rules_of
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.stated import condition_of, parts_for, setting_for
from pytest_misata.engine.checks.ways import Part, atoms_of, is_vague
from pytest_misata.engine.keys.alternatives import alternatives
from pytest_misata.engine.meanings.lives import in_order
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Check, TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.sql.checks import Reading, read_checks
from pytest_misata.schema.sql.predicates import Col, Compare, IsNull, Or, columns
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.checks.determining import Determination
    from pytest_misata.engine.checks.rules import Group, Rules
    from pytest_misata.engine.checks.sets import Domain
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


def rules_for(world: World, table: TableConfig) -> Rules:
    """What the table's CHECKs mean, read once."""
    return world.keep(f"rules of {table.key}", lambda: _rules(world, table))


def left_alone_for(world: World, table: TableConfig) -> Mapping[str, Domain]:
    """What follows for single columns from conditions that are sought values for: see `checks.implied`."""
    found: Mapping[str, Domain] = world.keep(f"implied domains of {table.key}", lambda: _left_alone(world, table))
    return found


def _left_alone(world: World, table: TableConfig) -> dict[str, Domain]:
    setting, parts = setting_for(world.schema, table), parts_for(world, table)
    more = implied(parts, setting)
    names = {name for part in more for name in columns(part.formula)}
    return {name: left_alone(name, [*parts, *more], setting) for name in sorted(names)}


def _rules(world: World, table: TableConfig) -> Rules:
    """The rules in which columns that equations determine are given to the others."""
    found = determination_for(world, table)
    if not found.columns:
        return _rules_but_for(world, table, found)
    moved: list[Part] = []
    while True:
        rules = _rules_but_for(world, table, found, moved)
        circular = [part for part in _made_from(rules, found) if part not in moved]
        if not circular:
            return rules
        moved += circular


def _made_from(rules: Rules, found: Determination) -> list[Part]:
    """The conditions by which what determined columns are computed from would be made from these."""
    groups = [group for group in rules.groups if found.region & set(group.columns)]
    return [part for group in groups for part in group.parts if found.names & set(columns(part.formula))]


def determination_for(world: World, table: TableConfig) -> Determination:
    """The columns that equations of the table's CHECKs determine, where these are not solved by themselves."""
    return world.keep(f"determined columns of {table.key}", lambda: _determination(world, table))


def _determination(world: World, table: TableConfig) -> Determination:
    setting, nothing = setting_for(world.schema, table), Determination()
    rules = _rules_but_for(world, table, nothing)
    unmade = dict.fromkeys(part.reading for part in rules.unmade if not _is_followed(part, rules, setting))
    foreign = {name for key in table.foreign_keys for name in key.columns}
    readings = read_checks(table, world.schema.dialect) if unmade else []
    conditions = {reading: condition_of(reading, setting) for reading in readings}
    told = [one for one in conditions.values() if one is not None and not foreign & set(one.columns)]
    if not any(one.equations for one in told):
        return nothing
    every = parts_for(world, table)
    roles = roles_of(table, every, setting)
    able = roles.free - roles.lonely - {name for unique in unique_keys(table) for name in unique}
    unsolved = [one.columns for one in map(conditions.get, unmade) if one in told and one is not None]
    return determination(told, able, few_alone(every, setting, able), unsolved)


def _is_followed(part: Part, rules: Rules, setting: Setting) -> bool:
    """Whether a sum of columns is met by making those of a group, beside one that is made by itself."""
    grouped = any(part is other and set(columns(part.formula)) - set(group.columns) for group, other in _grouped(rules))
    return grouped and isinstance(typed(part.formula, setting), Polynomial)


def _grouped(rules: Rules) -> list[tuple[Group, Part]]:
    return [(group, part) for group in rules.groups for part in group.parts]


def _rules_but_for(world: World, table: TableConfig, found: Determination, moved: Sequence[Part] = ()) -> Rules:
    """The rules without what is met once determined columns are computed: that, and `moved`, is unmade."""
    setting, every = setting_for(world.schema, table), parts_for(world, table)
    roles = roles_of(table, every, setting)
    roles = replace(roles, free=roles.free - found.names)
    by_keys = [part for alternative in alternatives(world, table) for part in alternative.parts]
    behind = [following.part for following in followings(world, table)]
    later = [part for part in every if found.is_about(part) or part in (*moved, *by_keys, *behind)]
    every = [part for part in every if part not in later]
    resorting = [part for part in every if _resorts_to_null(part, setting)]
    parts = [part for part in every if part not in resorting]
    roles = parted(parts, setting, roles, world.counts[table.key])
    rules = rules_of(parts, setting, roles)
    rules.domains |= {name: left for name, left in left_alone_for(world, table).items() if _is_sought(name, rules)}
    resorting = [*resorting, *later]
    rules.unmade += resorting
    believable = _in_order(table, rules)
    if not believable:
        return rules
    try:
        better = rules_of([*parts, *believable], setting, roles)
    except SchemaError:
        return rules
    better.unmade = [*(part for part in better.unmade if part not in believable), *resorting]
    return better if len(better.unmade) <= len(rules.unmade) else rules


def _is_sought(name: str, rules: Rules) -> bool:
    """Whether conditions about a column are left to be sought values for."""
    return rules.group(name) is None and any(name in columns(part.formula) for part in rules.unmade)


def _resorts_to_null(part: Part, setting: Setting) -> bool:
    """Whether a NULL is all that is understood of it, and values can be looked for instead."""
    parts = part.formula.parts if isinstance(part.formula, Or) else ()
    clear = [one for one in parts if not is_vague(one, setting)]
    only_null = 0 < len(clear) < len(parts) and all(isinstance(one, IsNull) for one in clear)
    return only_null and condition_of(part.reading, setting) is not None


def _in_order(table: TableConfig, rules: Rules) -> list[Part]:
    """That moments which CHECKs tie to other columns come one after another, where no CHECK compares them."""
    found = []
    for group in rules.groups:
        compared = [set(columns(atom)) for part in group.parts for atom in atoms_of(part.formula)]
        for one, other in in_order(table, group.columns):
            if not any({one, other} <= names for names in compared):
                check = Check(f"{one} <= {other}", implied=True)
                formula = Compare("<=", Col(one), Col(other))
                found.append(Part(Reading(check, check.sql, formula), formula))
    return found


def ways_by_parents(world: World, table: TableConfig) -> list[list[frozenset[str]]]:
    """The ways of which CHECKs have to leave one open, each as the columns of foreign keys that have a value in it."""
    groups, foreign = rules_for(world, table).groups, referring(table)
    found = []
    for ways in (ways for group in groups if foreign & {*group.columns} for ways in always_open(group)):
        asked = {frozenset(name for name in foreign if needs_parent(way, name)) for way in ways}
        # What asks for more than another way leaves no more rows than that.
        found.append(sorted((one for one in asked if not any(other < one for other in asked)), key=sorted))
    return found
