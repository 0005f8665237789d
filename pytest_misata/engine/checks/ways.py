"""The ways to meet conditions: for each what is left of the values of the columns, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice

from pytest_misata.engine.checks.atoms import Always, Pair, Polynomial
from pytest_misata.engine.checks.chains import Chain
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import NO_NUMBER, NoSet, Numbers
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.sets import Anything, Domain, Texts
from pytest_misata.engine.checks.setting import Setting, everything, fitting
from pytest_misata.engine.checks.windows import Relations, split
from pytest_misata.schema.config import Column
from pytest_misata.schema.sql.checks import Reading
from pytest_misata.schema.sql.predicates import And, IsNull, Not, Or, Predicate, Truth, Unknown, columns

MOST_WAYS = 256


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
    chains: tuple[Chain, ...] = ()
    given: tuple[Predicate, ...] = ()
    """What the columns that are made elsewhere have to meet for it."""
    relations: Relations | None = None
    finer: Relations | None = None
    """The same in all digits of decimals, where `relations` leaves those that binary fractions do not have."""

    def and_(self, other: Way) -> Way | None:
        """Both; None where that cannot be."""
        domains = dict(self.domains)
        for name, domain in other.domains.items():
            domains[name] = domains[name] & domain if name in domains else domain
            if not domains[name]:
                return None
        sums = tuple(dict.fromkeys((*self.sums, *other.sums)))
        pairs = tuple(dict.fromkeys((*self.pairs, *other.pairs)))
        chains = tuple(dict.fromkeys((*self.chains, *other.chains)))
        return Way(domains, sums, pairs, chains, tuple(dict.fromkeys((*self.given, *other.given))))


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


@dataclass(slots=True)
class Outcome:
    """The ways found for some conditions, and what became of each of these."""

    ways: list[Way] = field(default_factory=list)
    met: list[Part] = field(default_factory=list)
    unmade: list[Part] = field(default_factory=list)
    contradicting: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for the ways to meet conditions about some columns."""

    names: tuple[str, ...]
    setting: Setting
    roles: Roles
    with_nulls: bool = False

    def ways(self, parts: Sequence[Part]) -> Outcome:
        outcome, ways = Outcome(), [Way()]
        for part in parts:
            more = list(islice(_all_ways(ways, self.of(part.formula)), MOST_WAYS))
            if more:
                ways = more
                outcome.met.append(part)
            elif self._is_open(part):
                outcome.unmade.append(part)
            else:
                return Outcome(contradicting=[*outcome.met, part])
        outcome.ways, vague = _open_ways(ways, self.setting, self.roles.made & frozenset(self.names))
        if not outcome.ways:
            if not vague and not any(self._is_open(part) for part in outcome.met):
                return Outcome(contradicting=outcome.met)
            outcome.unmade += outcome.met
        return outcome

    def _is_open(self, part: Part) -> bool:
        """Whether it may be met in ways unknown to us, or by columns that are made elsewhere."""
        return is_vague(part.formula, self.setting) or is_given(part, self.names)

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
                    ways = list(islice(_all_ways(ways, self.of(part)), MOST_WAYS))
                return ways
        if not set(mine) & self.roles.free:
            return [Way(given=(formula,))]
        return [*_relation(formula, self.setting, self.roles), *(self._nulls(mine) if self.with_nulls else ())]

    def _nulls(self, names: Sequence[str]) -> list[Way]:
        table = self.setting.table
        wholes = [(name, everything(table.columns[name])) for name in names]
        return [Way({name: replace(whole, values=no_value_of(whole))}) for name, whole in wholes if whole.null]


def _open_ways(ways: Sequence[Way], setting: Setting, free: frozenset[str]) -> tuple[list[Way], bool]:
    """The ways that some values are left for, and whether there may be others."""
    found, vague = [], False
    for way in ways:
        try:
            found += split(way, setting, free)
        except NoSet:
            vague = True
    return found, vague


def is_given(part: Part, names: Iterable[str]) -> bool:
    """Whether a condition is about other columns too."""
    return not set(columns(part.formula)) <= set(names)


def domain_of(formula: Predicate, column: Column, setting: Setting) -> Domain:
    """What a formula about one column leaves of its values; what is not understood is left out of a disjunction."""
    whole = everything(column)
    nothing = replace(whole, null=False, values=no_value_of(whole))
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
            if atom is None or isinstance(atom, Pair | Chain):
                return nothing
            if isinstance(atom, Always):
                return replace(whole, null=True)
            return Domain(True, whole.values & atom.values)  # type: ignore[operator]  # noqa: FBT003


def no_value_of(whole: Domain) -> Numbers | Texts | Anything:
    """No value of the kind that a column holds."""
    if isinstance(whole.values, Numbers):
        return NO_NUMBER
    return Texts(words=()) if isinstance(whole.values, Texts) else Anything(some=False)


def is_vague(formula: Predicate, setting: Setting) -> bool:
    """Whether something in it is not understood, so that it may be met in ways unknown to us."""
    atoms = [found for found in atoms_of(formula) if not isinstance(found, Truth)]
    return any(isinstance(found, Unknown) or typed(found, setting) is None for found in atoms)


def atoms_of(formula: Predicate) -> Iterator[Predicate]:
    """The atoms of a formula, without those that only ask for NULL."""
    match formula:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms_of(part)
        case IsNull(_) | Not(IsNull(_)):
            return
        case _:
            yield formula


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
    return next(atoms_of(formula), None) is None


def _alone(formula: Predicate, name: str, setting: Setting) -> list[Way]:
    column = setting.table.columns[name]
    try:
        domain = fitting(everything(column) & domain_of(formula, column, setting), column)
    except (NoSet, TooLarge):
        parts = formula.parts if isinstance(formula, Or) else ()
        return [way for part in parts for way in _alone(part, name, setting)]
    return [Way({name: domain})] if domain else []


def _relation(formula: Predicate, setting: Setting, roles: Roles) -> list[Way]:
    atom = typed(formula, setting)
    match atom:
        case Polynomial(terms, "<>"):
            return [Way(sums=(Polynomial(terms, op),)) for op in ("<", ">")]
        case Polynomial():
            return [Way(sums=(atom,))]
        case Pair():
            return [Way(pairs=(atom,))]
        case Chain():
            return [Way(chains=(_turned(atom, roles),))]
    return []


def _turned(chain: Chain, roles: Roles) -> Chain:
    """A text that tells rows apart is made by itself, and its one part that is a column is taken out of it."""
    parts = [name for name in chain.columns if name != chain.column]
    if chain.column in roles.made or not chain.is_open or len(parts) != 1 or parts[0] not in roles.made:
        return chain
    return replace(chain, taken=parts[0])
