"""What the CHECKs of a table mean for its columns: a domain for each, and ways out for those that hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pytest_misata.engine.checks.apart import agreed, followed, lonely_in, rests_on
from pytest_misata.engine.checks.expansion import expanded
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import NoSet, Numbers
from pytest_misata.engine.checks.sets import Domain, Texts
from pytest_misata.engine.checks.setting import Setting, everything
from pytest_misata.engine.checks.ways import (
    MOST_WAYS,
    Part,
    Roles,
    Search,
    Way,
    atoms_of,
    domain_of,
    is_given,
    is_vague,
)
from pytest_misata.errors import SchemaError
from pytest_misata.schema.sql.checks import Reading
from pytest_misata.schema.sql.predicates import (
    ALWAYS,
    NEVER,
    And,
    Col,
    IsNull,
    Not,
    Or,
    Predicate,
    columns,
    conjuncts,
    every,
    passes,
    some,
)

_FEW = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that conditions hang together, and the ways to meet these."""

    columns: tuple[str, ...]
    ways: tuple[Way, ...]
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """What its draws are told apart by."""
        return "+".join(sorted(self.columns))


@dataclass(slots=True)
class Rules:
    """The conditions of a table in the form in which columns are made; `unmade` are those that are not."""

    domains: dict[str, Domain] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    unmade: list[Part] = field(default_factory=list)

    def group(self, column: str) -> Group | None:
        """The group a column is of."""
        return next((group for group in self.groups if column in group.columns), None)


def rules_of(conditions: Sequence[Part], setting: Setting, roles: Roles) -> Rules:
    """What the checks of a table mean. Raises SchemaError where they contradict each other."""
    rules, parts = Rules(), list(conditions)
    for part in parts:
        if part.formula == NEVER:
            raise _contradiction(setting, [part])
    rules.unmade = [part for part in parts if roles.entangled & set(columns(part.formula))]
    parts = [part for part in parts if not roles.entangled & set(columns(part.formula))]
    groups = []
    for names, joined in joined_by(parts, roles):
        if len(names) == 1 and names[0] in roles.free and all(columns(part.formula) == names for part in joined):
            _single(rules, names[0], joined, setting)
        else:
            groups.append((tuple(names), joined))
    for members, joined in groups:
        _group(rules, members, joined, setting, roles)
    _settle_lonely(rules, parts, setting, roles)
    made = {id(part) for group in rules.groups for part in group.parts}
    alone = [part for part in parts if not roles.made & set(columns(part.formula))]
    rules.unmade += [part for part in alone if id(part) not in made and not _is_single(part, roles)]
    return rules


def parts_of(readings: Sequence[Reading], setting: Setting) -> list[Part]:
    """The conditions that the checks of a table are made of."""
    return [
        Part(reading, part)
        for reading in readings
        for part in conjuncts(expanded(_without_nulls(passes(reading.predicate), setting), setting))
        if part != ALWAYS
    ]


def few_alone(parts: Sequence[Part], setting: Setting, names: Iterable[str]) -> frozenset[str]:
    """The columns that their types, and the conditions about them alone, leave few values."""
    found = set()
    for name in names:
        domain = left_alone(name, parts, setting)
        if isinstance(domain.values, Texts):
            few = domain.values.words is not None or domain.values.language.few(_FEW) is not None
        else:
            few = isinstance(domain.values, Numbers) and (domain.values.size or _FEW) < _FEW
        if few:
            found.add(name)
    return frozenset(found)


def left_alone(name: str, parts: Sequence[Part], setting: Setting) -> Domain:
    """What the type of a column and the conditions about it alone leave. Raises SchemaError where that is nothing."""
    rules = Rules()
    _single(rules, name, [part for part in parts if columns(part.formula) == [name]], setting)
    return rules.domains.get(name, everything(setting.table.columns[name]))


def _is_single(part: Part, roles: Roles) -> bool:
    names = columns(part.formula)
    return len(names) == 1 and names[0] in roles.free


def _without_nulls(formula: Predicate, setting: Setting) -> Predicate:
    """The formula, knowing which columns are never NULL."""
    match formula:
        case And(parts):
            return every(_without_nulls(part, setting) for part in parts)
        case Or(parts):
            return some(_without_nulls(part, setting) for part in parts)
        case IsNull(Col(name)) if _never_null(name, setting):
            return NEVER
        case Not(IsNull(Col(name))) if _never_null(name, setting):
            return ALWAYS
        case _:
            return formula


def _never_null(name: str, setting: Setting) -> bool:
    return not setting.table.columns[name].nullable or name in setting.table.primary_key


def joined_by(parts: Sequence[Part], roles: Roles) -> Iterator[tuple[list[str], list[Part]]]:
    """Columns that conditions about several of them join, with all conditions about any of them."""
    joined: dict[str, list[str]] = {}
    order: dict[str, None] = {}
    for part in parts:
        names = [name for name in columns(part.formula) if name in roles.made]
        names += [name for name in columns(part.formula) if name in roles.lonely and _is_single(part, roles)]
        order.update(dict.fromkeys(names))
        together = list(dict.fromkeys(other for name in names for other in joined.get(name, [name])))
        joined.update(dict.fromkeys(together, together))
    for names in {id(group): group for group in (joined[name] for name in order)}.values():
        touching = [part for part in parts if set(names) & set(columns(part.formula))]
        if names[0] in roles.lonely:
            touching = [part for part in touching if _is_single(part, roles)]
        yield names, touching


def _single(rules: Rules, name: str, parts: Sequence[Part], setting: Setting) -> None:
    """Conditions about one column alone: what they leave of its values."""
    column = setting.table.columns[name]
    domain = everything(column)
    met: list[Part] = []
    for part in parts:
        try:
            narrower = domain & domain_of(part.formula, column, setting)
        except (NoSet, TooLarge):
            rules.unmade.append(part)
            continue
        if narrower:
            domain = narrower
            met.append(part)
        elif is_vague(part.formula, setting):
            rules.unmade.append(part)
        else:
            raise _contradiction(setting, [*met, part])
    if met:
        rules.domains[name] = domain


def _group(rules: Rules, names: tuple[str, ...], parts: Sequence[Part], setting: Setting, roles: Roles) -> None:
    """Conditions about several columns: all ways to meet them."""
    # Those about one column first: they leave fewer ways to go on from.
    ordered = sorted(parts, key=lambda part: len(columns(part.formula)))
    search = Search(names, setting, roles)
    outcome = search.ways(ordered)
    if not outcome.ways:
        # A comparison passes where a column is NULL: that is resorted to where nothing else is left.
        outcome = replace(search, with_nulls=True).ways(ordered)
    lonely = lonely_in(parts, roles)
    covered = names if not lonely else (*names, *followed(outcome.ways, lonely, rules.domains, setting))
    if lonely and covered == names and all(way.given or rests_on(way, lonely) for way in outcome.ways):
        found = agreed(names, lonely, ordered, setting, roles, rules.domains)
        if found is not None:
            outcome, domains = found
            rules.domains.update(domains)
    if not outcome.ways and outcome.contradicting:
        raise _contradiction(setting, outcome.contradicting)
    rules.unmade += outcome.unmade
    if outcome.ways and outcome.met:
        rules.unmade += [part for part in outcome.met if not _is_assured(part, covered, outcome.ways, roles)]
        rules.groups.append(Group(names, tuple(outcome.ways[:MOST_WAYS]), tuple(outcome.met)))


def _settle_lonely(rules: Rules, parts: Sequence[Part], setting: Setting, roles: Roles) -> None:
    """Conditions about several columns that are all made by themselves, or elsewhere."""
    about = [part for part in parts if not roles.made & set(columns(part.formula)) and not _is_single(part, roles)]
    for names, joined in joined_by(about, Roles(roles.lonely, frozenset(), frozenset())):
        found = agreed((), names, joined, setting, roles, rules.domains)
        if found is not None:
            rules.domains.update(found[1])


def _is_assured(part: Part, names: Iterable[str], ways: Sequence[Way], roles: Roles) -> bool:
    """Whether the making of the columns alone sees to a condition."""
    if is_given(part, names):
        return False
    about = set(columns(part.formula))
    if any(set(columns(atom)) & roles.optional for atom in atoms_of(part.formula)):
        return False
    sums = [way for way in ways if way.relations and about & set(way.relations.grains)]
    return all(way.relations.exact for way in sums if way.relations)


def _contradiction(setting: Setting, parts: Sequence[Part]) -> SchemaError:
    names = list(dict.fromkeys(part.reading.name for part in reversed(parts)))
    others = f", together with {', '.join(names[1:])}" if len(names) > 1 else ""
    about = ", ".join(dict.fromkeys(name for part in parts for name in columns(part.formula)))
    about = f" (columns: {about})" if about else ""
    return SchemaError(f"{setting.table.key}: no row can meet CHECK {names[0]}{others}{about}; change the constraint")
