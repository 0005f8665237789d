"""CHECK constraints in the engine: columns that are made to meet them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.groups import has_own_order
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.uniqueness import is_checked

if TYPE_CHECKING:
    from pytest_misata.engine.checks.determining import Determination
    from pytest_misata.engine.checks.rules import Group, Rules
    from pytest_misata.engine.checks.sets import Domain
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.world import World
    from pytest_misata.schema.checks import Reading
    from pytest_misata.schema.config import SchemaConfig
    from pytest_misata.schema.evaluation import Condition

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


def constrained(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """A column without a generator of its own, made so that its table's CHECKs are met. Raises SchemaError.

    `make` is what the column would be without them, and is returned where none of them is about it.
    """
    if not _matters(table, column):
        return make
    from pytest_misata.engine.checks.seekers import seeker_for

    make, seeker = _solved(world, table, column, make), seeker_for(world, table, column)
    return make if seeker is None else seeker.maker(column, make)


def _solved(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """The column made so that those CHECKs are met that are understood."""
    from pytest_misata.engine.checks.choosing import absent_by_way
    from pytest_misata.engine.checks.following import behind, following_of
    from pytest_misata.engine.checks.loosening import loosened
    from pytest_misata.engine.checks.single import within

    rules, setting = rules_for(world, table), setting_for(world.schema, table)
    site = Site(world, table, column)
    group = rules.group(column.name)
    if table.foreign_key(column.name) is not None:
        make = absent_by_way(site, make, group, setting) if group is not None else make
        return loosened(world, table, column, make)
    following = following_of(world, table, column.name)
    if following is not None:
        return behind(site, following, make)
    if group is not None:
        return _jointly(world, table, column, group, setting)
    domain = rules.domains.get(column.name)
    return make if domain is None else within(site, domain, setting)


def _jointly(world: World, table: TableConfig, column: Column, group: Group, setting: Setting) -> Maker:
    """A column of a group: usual values where the row's are right together, else those that meet the conditions."""
    from pytest_misata.engine.checks.choosing import way_of
    from pytest_misata.engine.checks.making import Joint
    from pytest_misata.engine.checks.usual import usual_for

    def make_all() -> Joint:
        usual = usual_for(world, table, group, setting)
        return Joint(world, table, group, setting, usual.cells if usual else None)

    joint = world.keep(f"group of {table.key}.{group.name}", make_all)
    make = joint.maker(column, lambda frame: way_of(frame, group, setting))
    usual = usual_for(world, table, group, setting)
    return usual.maker(column, make) if usual else make


def _matters(table: TableConfig, column: Column) -> bool:
    """Whether any CHECK may be about the column, told without parsing one."""
    return column.generator is None and is_checked(table, column)


def rules_for(world: World, table: TableConfig) -> Rules:
    """What the table's CHECKs mean, read once."""
    return world.keep(f"rules of {table.key}", lambda: _rules(world, table))


def parts_for(world: World, table: TableConfig) -> list[Part]:
    """The conditions that the table's CHECKs are made of, read once."""
    return world.keep(conditions_name(table), lambda: _parts(world.schema, table))


def conditions_name(table: TableConfig) -> str:
    """What a world keeps the conditions of a table under."""
    return f"conditions of {table.key}"


def _parts(schema: SchemaConfig, table: TableConfig) -> list[Part]:
    from pytest_misata.engine.checks.rules import parts_of
    from pytest_misata.schema.checks import read_checks

    return parts_of(read_checks(table, schema.dialect), setting_for(schema, table))


def left_alone_for(world: World, table: TableConfig) -> Mapping[str, Domain]:
    """What follows for single columns from conditions that are sought values for: see `checks.implied`."""
    found: Mapping[str, Domain] = world.keep(f"implied domains of {table.key}", lambda: _left_alone(world, table))
    return found


def _left_alone(world: World, table: TableConfig) -> dict[str, Domain]:
    from pytest_misata.engine.checks.implied import implied
    from pytest_misata.engine.checks.rules import left_alone
    from pytest_misata.schema.predicates import columns

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
    from pytest_misata.schema.predicates import columns

    groups = [group for group in rules.groups if found.region & set(group.columns)]
    return [part for group in groups for part in group.parts if found.names & set(columns(part.formula))]


def determination_for(world: World, table: TableConfig) -> Determination:
    """The columns that equations of the table's CHECKs determine, where these are not solved by themselves."""
    return world.keep(f"determined columns of {table.key}", lambda: _determination(world, table))


def _determination(world: World, table: TableConfig) -> Determination:
    from pytest_misata.engine.checks.determining import Determination, determination
    from pytest_misata.engine.checks.roles import roles_of
    from pytest_misata.engine.checks.rules import few_alone
    from pytest_misata.schema.checks import read_checks
    from pytest_misata.schema.uniqueness import unique_keys

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
    from pytest_misata.engine.checks.atoms import Polynomial
    from pytest_misata.engine.checks.reading import typed
    from pytest_misata.schema.predicates import columns

    grouped = any(part is other and set(columns(part.formula)) - set(group.columns) for group, other in _grouped(rules))
    return grouped and isinstance(typed(part.formula, setting), Polynomial)


def _grouped(rules: Rules) -> list[tuple[Group, Part]]:
    return [(group, part) for group in rules.groups for part in group.parts]


def _rules_but_for(world: World, table: TableConfig, found: Determination, moved: Sequence[Part] = ()) -> Rules:
    """The rules without what is met once determined columns are computed: that, and `moved`, is unmade."""
    from pytest_misata.engine.alternatives import alternatives
    from pytest_misata.engine.checks.following import followings
    from pytest_misata.engine.checks.parting import parted
    from pytest_misata.engine.checks.roles import roles_of
    from pytest_misata.engine.checks.rules import rules_of

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
    from pytest_misata.schema.predicates import columns

    return rules.group(name) is None and any(name in columns(part.formula) for part in rules.unmade)


def _resorts_to_null(part: Part, setting: Setting) -> bool:
    """Whether a NULL is all that is understood of it, and values can be looked for instead."""
    from pytest_misata.engine.checks.ways import is_vague
    from pytest_misata.schema.predicates import IsNull, Or

    parts = part.formula.parts if isinstance(part.formula, Or) else ()
    clear = [one for one in parts if not is_vague(one, setting)]
    only_null = 0 < len(clear) < len(parts) and all(isinstance(one, IsNull) for one in clear)
    return only_null and condition_of(part.reading, setting) is not None


def condition_of(reading: Reading, setting: Setting) -> Condition | None:
    """The CHECK as what can be evaluated on plain values; None where it cannot."""
    from pytest_misata.schema.evaluation import condition
    from pytest_misata.schema.predicates import Compare, columns, walk

    ordering = [part for part in walk(reading.predicate) if isinstance(part, Compare) and part.op not in {"=", "<>"}]
    if any(has_own_order(setting.type(name), setting.dialect) for part in ordering for name in columns(part)):
        return None
    return condition(reading.check.sql, tuple(setting.table.columns), setting.dialect)


def _in_order(table: TableConfig, rules: Rules) -> list[Part]:
    """That moments which CHECKs tie to other columns come one after another, where no CHECK compares them."""
    from pytest_misata.engine.checks.ways import Part, atoms_of
    from pytest_misata.engine.meanings.lives import in_order
    from pytest_misata.schema.checks import Reading
    from pytest_misata.schema.config import Check
    from pytest_misata.schema.predicates import Col, Compare, columns

    found = []
    for group in rules.groups:
        compared = [set(columns(atom)) for part in group.parts for atom in atoms_of(part.formula)]
        for one, other in in_order(table, group.columns):
            if not any({one, other} <= names for names in compared):
                check = Check(f"{one} <= {other}", implied=True)
                formula = Compare("<=", Col(one), Col(other))
                found.append(Part(Reading(check, check.sql, formula), formula))
    return found


def about_keys(world: World, table: TableConfig) -> list[Part]:
    """The conditions that are about columns of foreign keys alone."""
    from pytest_misata.schema.predicates import columns

    foreign = {name for key in table.foreign_keys for name in key.columns}
    parts = parts_for(world, table) if foreign else []
    return [part for part in parts if foreign.issuperset(columns(part.formula))]


def setting_for(schema: SchemaConfig, table: TableConfig) -> Setting:
    """What the atoms of a table's CHECKs are read with."""
    from pytest_misata.engine.checks.setting import Setting

    return Setting(table, schema.dialect, schema.reference_date, schema.history_days)


def ways_by_parents(world: World, table: TableConfig) -> list[list[frozenset[str]]]:
    """The ways of which CHECKs have to leave one open, each as the columns of foreign keys that have a value in it."""
    from pytest_misata.engine.checks.choosing import always_open, needs_parent

    groups, foreign = rules_for(world, table).groups, referring(table)
    found = []
    for ways in (ways for group in groups if foreign & {*group.columns} for ways in always_open(group)):
        asked = {frozenset(name for name in foreign if needs_parent(way, name)) for way in ways}
        # What asks for more than another way leaves no more rows than that.
        found.append(sorted((one for one in asked if not any(other < one for other in asked)), key=sorted))
    return found
