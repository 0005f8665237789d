"""CHECK constraints in the engine: columns that are made to meet them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import is_checked

if TYPE_CHECKING:
    from pytest_misata.engine.checks.determining import Determination
    from pytest_misata.engine.checks.linear import Bound
    from pytest_misata.engine.checks.rules import Group, Rules
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part, Way
    from pytest_misata.engine.world import World
    from pytest_misata.schema.checks import Reading
    from pytest_misata.schema.config import SchemaConfig
    from pytest_misata.schema.evaluation import Condition

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_COMMON = 3
"""Ways with the fewest NULLs are taken this much more often than the others."""


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
    rules, setting = rules_for(world, table), setting_for(world.schema, table)
    site = Site(world, table, column)
    group = rules.group(column.name)
    if table.foreign_key(column.name) is not None:
        return _absent(site, make, group) if group is not None else make
    from pytest_misata.engine.checks.following import behind, following_of
    from pytest_misata.engine.checks.single import within

    following = following_of(world, table, column.name)
    if following is not None:
        return behind(site, following, make)
    if group is not None:
        return _jointly(world, table, column, group, setting)
    domain = rules.domains.get(column.name)
    return make if domain is None else within(site, domain, setting)


def _jointly(world: World, table: TableConfig, column: Column, group: Group, setting: Setting) -> Maker:
    """A column of a group: usual values where the row's are right together, else those that meet the conditions."""
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
    unmade = dict.fromkeys(part.reading for part in _rules_but_for(world, table, nothing).unmade)
    foreign = {name for key in table.foreign_keys for name in key.columns}
    readings = read_checks(table, world.schema.dialect) if unmade else []
    conditions = {reading: condition_of(reading, setting) for reading in readings}
    told = [one for one in conditions.values() if one is not None and not foreign & set(one.columns)]
    if not any(one.equations for one in told):
        return nothing
    every = parts_for(world, table)
    roles = roles_of(table, every, setting)
    able = roles.free - roles.lonely - {name for unique in unique_keys(table) for name in unique}
    unsolved = [one.columns for one in (conditions[reading] for reading in unmade) if one in told and one is not None]
    return determination(told, able, few_alone(every, setting, able), unsolved)


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


def _absent(site: Site, make: Maker, group: Group) -> Maker:
    """A foreign key that is NULL, or is not, where the way chosen for the row says so."""
    key = site.table.foreign_key(site.column.name)
    assert key is not None
    setting = setting_for(site.world.schema, site.table)
    states = np.array([_state(way, site.column.name) for way in group.ways], dtype=np.int64)
    parent_column = key.parent_columns[key.columns.index(site.column.name)]

    def make_by_way(frame: Frame) -> Cells:
        from pytest_misata.engine.references import left_without

        cells, state = make(frame), states[way_of(frame, group, setting)]
        null, there = np.zeros(len(frame), np.bool_), np.zeros(len(frame), np.bool_)
        null = null if cells.null is None else cells.null
        # A row without a parent breaks the CHECK, which is told before rows are written; an orphan is not.
        for absent in (frame.parent(key)[parent_column].null, left_without(frame, key)):
            there = there if absent is None else there | absent
        null = np.where(state == _THERE, there, null) | (state == _NULL)
        return Cells(cells.type, cells.data, cells.vocabulary, null if null.any() else None)

    return make_by_way


_EITHER, _NULL, _THERE = 0, 1, 2


def _state(way: Way, name: str) -> int:
    domain = way.domains.get(name)
    if domain is None:
        return _EITHER
    return _NULL if not domain.values else _EITHER if domain.null else _THERE


def way_of(frame: Frame, group: Group, setting: Setting) -> Index:
    """The way chosen for each row, among those that the columns made elsewhere leave open."""
    return frame.keep(("way", group.name), lambda: _choose(frame, group, setting))


def _choose(frame: Frame, group: Group, setting: Setting) -> Index:
    if len(group.ways) == 1:
        return np.zeros(len(frame), dtype=np.int64)
    given = _given_cells(frame, group)
    weights = np.array(_weights(group), dtype=np.int64)
    open_ = np.stack([_is_open(frame, way, given, setting) for way in group.ways])
    fitting = open_ & np.stack([_has_parents(frame, way) for way in group.ways])
    open_ = np.where(fitting.any(axis=0), fitting, open_)
    open_ = _nearest(frame, group, setting, open_)
    shares = np.cumsum(open_ * weights[:, None], axis=0)
    # Where none is open the first one is taken, and the row is reported when it is verified.
    total = np.maximum(shares[-1], 1)
    pick = below(frame.draw("check", group.name), total.astype(np.uint64))
    way: Index = np.minimum((shares <= pick).sum(axis=0), len(group.ways) - 1)
    return np.where(shares[-1] > 0, way, 0)


def _nearest(frame: Frame, group: Group, setting: Setting, open_: Bool) -> Bool:
    """Of the open ways those that change least of what the row would have without CHECKs, where that can be told."""
    from pytest_misata.engine.checks.usual import usual_for

    usual = usual_for(frame.world, frame.table, group, setting)
    if usual is None:
        return open_
    far = np.iinfo(np.int64).max
    distances = np.where(open_, np.stack([usual.distance(frame, way) for way in group.ways]), far)
    nearest: Bool = open_ & (distances == distances.min(axis=0))
    return nearest


def _weights(group: Group) -> list[int]:
    """Ways that leave few columns NULL are taken more often."""
    nulls = [sum(not domain.values for domain in way.domains.values()) for way in group.ways]
    return [_COMMON if count == min(nulls) else 1 for count in nulls]


def needs_parent(way: Way, name: str) -> bool | None:
    """Whether a column of a foreign key has a value in a way, or is NULL; None where it may be either."""
    return {_EITHER: None, _NULL: False, _THERE: True}[_state(way, name)]


def is_needed(world: World, table: TableConfig, names: Sequence[str]) -> bool:
    """Whether CHECKs ask for a parent by these columns of a key, unless columns made elsewhere meet them."""
    if not any(is_checked(table, table.columns[name]) for name in names):
        return False
    groups = [group for group in rules_for(world, table).groups if set(names) & set(group.columns)]
    return any(all(needs_parent(way, name) for way in _always_open(group)) for group in groups for name in names)


def _always_open(group: Group) -> Sequence[Way]:
    """The ways that no column made elsewhere can close; all where there is none."""
    found = [way for way in group.ways if not way.given and not (way.relations and way.relations.left)]
    return found or group.ways


def is_left_open(way: Way, given: Mapping[str, Cells], setting: Setting, rows: int) -> Bool:
    """Where these columns, as far as conditions are about them alone, leave a way open."""
    from pytest_misata.engine.checks.formulas import NotEvaluable, meets
    from pytest_misata.schema.predicates import columns

    found = np.ones(rows, dtype=np.bool_)
    for formula in way.given:
        if set(columns(formula)) <= set(given):
            try:
                found &= meets(formula, given, setting, rows)
            except NotEvaluable:
                continue
    for bound in way.relations.left if way.relations else ():
        found &= _met(bound, given, way, rows)
    return found


def _is_open(frame: Frame, way: Way, given: Mapping[str, Cells], setting: Setting) -> Bool:
    """Where what is made elsewhere, or pinned, leaves a way open."""
    found = is_left_open(way, given, setting, len(frame))
    for name, domain in way.domains.items():
        pinned = _pinned(frame, name)
        if pinned is not None:
            at, cells = pinned
            found[at] &= domain.holds(cells)
    return found


def _has_parents(frame: Frame, way: Way) -> Bool:
    """Where the foreign keys that are to be there have parents left."""
    from pytest_misata.engine.references import left_without

    found = np.ones(len(frame), dtype=np.bool_)
    for name in way.domains:
        key = frame.table.foreign_key(name)
        without = left_without(frame, key) if key is not None and _state(way, name) == _THERE else None
        if without is not None:
            found &= ~without
    return found


def _met(bound: Bound, given: Mapping[str, Cells], way: Way, rows: int) -> Bool:
    assert way.relations is not None
    total, unknown = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.bool_)
    for variable, factor in bound.factors:
        for name in way.relations.products.get(variable, (variable,)):
            if name not in given:
                return np.ones(rows, dtype=np.bool_)
        part = np.full(rows, factor, dtype=np.int64)
        for name in way.relations.products.get(variable, (variable,)):
            part = part * given[name].data
            null = given[name].null
            unknown = unknown if null is None else unknown | null
        total += part
    met: Bool = (total <= bound.limit) | unknown
    return met


def _given_cells(frame: Frame, group: Group) -> dict[str, Cells]:
    """The columns of the conditions that are made elsewhere; of a foreign key its value, NULL or not."""
    from pytest_misata.schema.predicates import columns

    names = {name for way in group.ways for formula in way.given for name in columns(formula)}
    for way in group.ways:
        names |= set(way.relations.grains) - set(group.columns) if way.relations else set()
    result = {}
    for name in names:
        key = frame.table.foreign_key(name)
        if key is not None and name in group.columns:
            result[name] = frame.parent(key)[key.parent_columns[key.columns.index(name)]]
        elif name not in group.columns:
            result[name] = frame[name]
    return result


def _pinned(frame: Frame, name: str) -> tuple[Index, Cells] | None:
    """The rows for which a column is pinned, and its values there."""
    world, table = frame.world, frame.table.key
    if not world.pins.states(table, name) or not len(frame) or int(frame.rows.min()) >= world.pins.rows.get(table, 0):
        return None
    at = np.array([at for at, row in enumerate(frame.rows.tolist()) if world.pins.states(table, name, row)], np.int64)
    nothing = encode(frame.table.columns[name].type, [None] * len(frame))
    return (at, world.pins.over(frame, name, lambda _: nothing).take(at)) if len(at) else None
