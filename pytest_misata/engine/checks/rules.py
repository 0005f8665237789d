"""What the CHECKs of a table mean for its columns: a domain for each, and ways out for those that hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice

from pytest_misata.engine.checks.atoms import Pair, Polynomial, Setting, everything, typed
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.sets import Anything, Domain, NoSet, Numbers, Texts
from pytest_misata.engine.checks.windows import Relations, split
from pytest_misata.errors import SchemaError
from pytest_misata.schema.checks import Reading
from pytest_misata.schema.config import Column
from pytest_misata.schema.predicates import (
    ALWAYS,
    NEVER,
    And,
    Col,
    IsNull,
    Not,
    Or,
    Predicate,
    Truth,
    Unknown,
    columns,
    conjuncts,
    every,
    passes,
    some,
)

_MOST_WAYS = 256


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions that a CHECK is the conjunction of."""

    reading: Reading
    formula: Predicate


@dataclass(frozen=True, slots=True)
class Way:
    """One way to meet the conditions of some columns."""

    domains: Mapping[str, Domain] = field(default_factory=dict)
    sums: tuple[Polynomial, ...] = ()
    pairs: tuple[Pair, ...] = ()
    given: tuple[Predicate, ...] = ()
    """What the columns that are made elsewhere have to meet for it."""
    relations: Relations | None = None

    def and_(self, other: Way) -> Way | None:
        """Both; None where that cannot be."""
        domains = dict(self.domains)
        for name, domain in other.domains.items():
            domains[name] = domains[name] & domain if name in domains else domain
            if not domains[name]:
                return None
        sums = tuple(dict.fromkeys((*self.sums, *other.sums)))
        pairs = tuple(dict.fromkeys((*self.pairs, *other.pairs)))
        return Way(domains, sums, pairs, tuple(dict.fromkeys((*self.given, *other.given))))


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


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns a condition can be met by: their values are made to fit, or only whether they are NULL."""

    free: frozenset[str]
    optional: frozenset[str]
    lonely: frozenset[str]
    """Columns of `free` that are made by themselves, as unique ones are."""
    entangled: frozenset[str] = frozenset()
    """Columns that are made elsewhere from those made here."""

    @property
    def made(self) -> frozenset[str]:
        """All columns that can be made to fit a condition about several."""
        return (self.free - self.lonely) | self.optional


def rules_of(readings: Sequence[Reading], setting: Setting, roles: Roles) -> Rules:
    """What the checks of a table mean. Raises SchemaError where they contradict each other."""
    rules = Rules()
    parts = parts_of(readings, setting)
    for part in parts:
        if part.formula == NEVER:
            raise _contradiction(setting, [part])
    rules.unmade = [part for part in parts if roles.entangled & set(columns(part.formula))]
    parts = [part for part in parts if not roles.entangled & set(columns(part.formula))]
    for names, joined in _components(parts, roles):
        if len(names) == 1 and names[0] in roles.free and all(columns(part.formula) == names for part in joined):
            _single(rules, names[0], joined, setting)
        else:
            _group(rules, tuple(names), joined, setting, roles)
    made = {id(part) for group in rules.groups for part in group.parts}
    alone = [part for part in parts if not roles.made & set(columns(part.formula))]
    rules.unmade += [part for part in alone if id(part) not in made and not _is_single(part, roles)]
    return rules


def parts_of(readings: Sequence[Reading], setting: Setting) -> list[Part]:
    """The conditions that the checks of a table are made of."""
    return [
        Part(reading, part)
        for reading in readings
        for part in conjuncts(_without_nulls(passes(reading.predicate), setting))
        if part != ALWAYS
    ]


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


def _components(parts: Sequence[Part], roles: Roles) -> Iterator[tuple[list[str], list[Part]]]:
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
        elif is_vague(part, setting):
            rules.unmade.append(part)
        else:
            raise _contradiction(setting, [*met, part])
    if met:
        rules.domains[name] = domain


def domain_of(formula: Predicate, column: Column, setting: Setting) -> Domain:
    """What a formula about one column leaves of its values; what is not understood is left out of a disjunction."""
    whole = everything(column)
    nothing = replace(whole, null=False, values=_nothing(whole))
    match formula:
        case And(parts):
            return reduce(lambda a, b: a & b, (domain_of(part, column, setting) for part in parts))
        case Or(parts):
            return reduce(lambda a, b: a | b, (domain_of(part, column, setting) for part in parts))
        case Truth(value):
            return nothing if value is False else replace(whole, null=True)
        case IsNull(_):
            return replace(nothing, null=True)
        case Not(IsNull(_)):
            return replace(whole, null=False)
        case _:
            atom = typed(formula, setting)
            if atom is None or isinstance(atom, Pair):
                return nothing
            return Domain(True, whole.values & atom.values)  # type: ignore[operator]  # noqa: FBT003


def _nothing(whole: Domain) -> Numbers | Texts | Anything:
    if isinstance(whole.values, Numbers):
        return Numbers(())
    return Texts(words=()) if isinstance(whole.values, Texts) else Anything(some=False)


def is_vague(part: Part, setting: Setting) -> bool:
    """Whether something in it is not understood, so that it may be met in ways unknown to us."""
    atoms = [found for found in _atoms(part.formula) if not isinstance(found, Truth)]
    return any(isinstance(found, Unknown) or typed(found, setting) is None for found in atoms)


def _atoms(formula: Predicate) -> Iterator[Predicate]:
    match formula:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _atoms(part)
        case IsNull(_) | Not(IsNull(_)):
            return
        case _:
            yield formula


def _group(rules: Rules, names: tuple[str, ...], parts: Sequence[Part], setting: Setting, roles: Roles) -> None:
    """Conditions about several columns: all ways to meet them."""
    # Those about one column first: they leave fewer ways to go on from.
    ordered = sorted(parts, key=lambda part: len(columns(part.formula)))
    search = _Search(names, setting, roles)
    outcome = search.ways(ordered)
    if not outcome.ways:
        # A comparison passes where a column is NULL: that is resorted to where nothing else is left.
        outcome = replace(search, with_nulls=True).ways(ordered)
    if not outcome.ways and outcome.contradicting:
        raise _contradiction(setting, outcome.contradicting)
    rules.unmade += outcome.unmade
    if outcome.ways and outcome.met:
        rules.unmade += [part for part in outcome.met if not _is_assured(part, names, outcome.ways, roles)]
        rules.groups.append(Group(names, tuple(outcome.ways[:_MOST_WAYS]), tuple(outcome.met)))


@dataclass(slots=True)
class _Outcome:
    ways: list[Way] = field(default_factory=list)
    met: list[Part] = field(default_factory=list)
    unmade: list[Part] = field(default_factory=list)
    contradicting: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for the ways to meet conditions about some columns."""

    names: tuple[str, ...]
    setting: Setting
    roles: Roles
    with_nulls: bool = False

    def ways(self, parts: Sequence[Part]) -> _Outcome:
        outcome, ways = _Outcome(), [Way()]
        for part in parts:
            more = list(islice(_all_ways(ways, self.of(part.formula)), _MOST_WAYS))
            if more:
                ways = more
                outcome.met.append(part)
            elif self._is_open(part):
                outcome.unmade.append(part)
            else:
                return _Outcome(contradicting=[*outcome.met, part])
        outcome.ways, vague = _open_ways(ways, self.setting, self.roles.made & frozenset(self.names))
        if not outcome.ways:
            if not vague and not any(self._is_open(part) for part in outcome.met):
                return _Outcome(contradicting=outcome.met)
            outcome.unmade += outcome.met
        return outcome

    def _is_open(self, part: Part) -> bool:
        """Whether it may be met in ways unknown to us, or by columns that are made elsewhere."""
        return is_vague(part, self.setting) or _given(part, self.names)

    def of(self, formula: Predicate) -> list[Way]:
        """The ways to meet a formula."""
        about = columns(formula)
        mine = [name for name in about if name in self.names]
        if not mine:
            return [Way(given=(formula,))]
        if len(about) == 1 and (mine[0] in self.roles.free or _only_nulls(formula)):
            return _alone(formula, mine[0], self.setting)
        match formula:
            case Or(parts):
                return [way for part in _needed(parts) for way in self.of(part)]
            case And(parts):
                ways = [Way()]
                for part in parts:
                    ways = list(islice(_all_ways(ways, self.of(part)), _MOST_WAYS))
                return ways
        if not set(mine) & self.roles.free:
            return [Way(given=(formula,))]
        return [*_relation(formula, self.setting), *(self._nulls(mine) if self.with_nulls else ())]

    def _nulls(self, names: Sequence[str]) -> list[Way]:
        table = self.setting.table
        wholes = [(name, everything(table.columns[name])) for name in names]
        return [Way({name: replace(whole, values=_nothing(whole))}) for name, whole in wholes if whole.null]


def _open_ways(ways: Sequence[Way], setting: Setting, free: frozenset[str]) -> tuple[list[Way], bool]:
    """The ways that some values are left for, and whether there may be others."""
    found, vague = [], False
    for way in ways:
        try:
            found += split(way, setting, free)
        except NoSet:
            vague = True
    return found, vague


def _is_assured(part: Part, names: Iterable[str], ways: Sequence[Way], roles: Roles) -> bool:
    """Whether the making of the columns alone sees to a condition."""
    if _given(part, names):
        return False
    about = set(columns(part.formula))
    if any(set(columns(atom)) & roles.optional for atom in _atoms(part.formula)):
        return False
    sums = [way for way in ways if way.relations and about & set(way.relations.grains)]
    return all(way.relations.exact for way in sums if way.relations)


def _given(part: Part, names: Iterable[str]) -> bool:
    return not set(columns(part.formula)) <= set(names)


def _all_ways(ways: Sequence[Way], more: Sequence[Way]) -> Iterator[Way]:
    for first in ways:
        for second in more:
            both = first.and_(second)
            if both is not None:
                yield both


def _needed(parts: Sequence[Predicate]) -> list[Predicate]:
    """Without "a is NULL" beside an atom about a, which a NULL passes anyway."""
    passed = {name for part in parts if not isinstance(part, And | IsNull) for name in columns(part)}
    nulls = [part for part in parts if isinstance(part, Not) and isinstance(part.part, IsNull)]
    passed -= {name for part in nulls for name in columns(part)}
    return [part for part in parts if not isinstance(part, IsNull) or not passed & set(columns(part))]


def _only_nulls(formula: Predicate) -> bool:
    return next(_atoms(formula), None) is None


def _alone(formula: Predicate, name: str, setting: Setting) -> list[Way]:
    column = setting.table.columns[name]
    try:
        domain = everything(column) & domain_of(formula, column, setting)
    except (NoSet, TooLarge):
        parts = formula.parts if isinstance(formula, Or) else ()
        return [way for part in parts for way in _alone(part, name, setting)]
    return [Way({name: domain})] if domain else []


def _relation(formula: Predicate, setting: Setting) -> list[Way]:
    atom = typed(formula, setting)
    match atom:
        case Polynomial(terms, "<>"):
            return [Way(sums=(Polynomial(terms, op),)) for op in ("<", ">")]
        case Polynomial():
            return [Way(sums=(atom,))]
        case Pair():
            return [Way(pairs=(atom,))]
    return []


def _contradiction(setting: Setting, parts: Sequence[Part]) -> SchemaError:
    names = list(dict.fromkeys(part.reading.name for part in reversed(parts)))
    others = f", together with {', '.join(names[1:])}" if len(names) > 1 else ""
    about = ", ".join(dict.fromkeys(name for part in parts for name in columns(part.formula)))
    about = f" (columns: {about})" if about else ""
    return SchemaError(f"{setting.table.key}: no row can meet CHECK {names[0]}{others}{about}; change the constraint")
