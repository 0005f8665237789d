"""Columns that are made by themselves, as unique ones are, though a condition about several columns is about them.

They cannot follow the other columns of the row. So of the ways to meet the condition those are kept that agree about
what such a column may be, and it is made of that in all rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import gcd, inf
from operator import and_, or_

from pytest_misata.engine.checks.atoms import Polynomial
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.linear import Bound
from pytest_misata.engine.checks.numbers import LONGEST_STEP, NoSet, Numbers, between, solved
from pytest_misata.engine.checks.sets import Domain, listed_size
from pytest_misata.engine.checks.setting import Setting, everything
from pytest_misata.engine.checks.ways import Outcome, Part, Roles, Search, Way, domain_of
from pytest_misata.schema.sql.predicates import columns
from pytest_misata.schema.uniqueness import unique_keys

_NULLS = 1000
"""Where only NULL is left there is room for any number of rows, but values are better, also beside other columns."""
_MOST_TRIED = 16
_MOST_FOLLOWED = 256


def lonely_in(parts: Iterable[Part], roles: Roles) -> tuple[str, ...]:
    """The columns of some conditions that are made by themselves."""
    names = dict.fromkeys(name for part in parts for name in columns(part.formula))
    return tuple(name for name in names if name in roles.lonely)


def rests_on(way: Way, lonely: Iterable[str]) -> bool:
    """Whether a way is open only for some values of these columns."""
    names = set(lonely)
    if any(names & set(columns(formula)) for formula in way.given):
        return True
    if any(equation.op == "=" and names & set(equation.columns) for equation in way.sums):
        return True
    left = way.relations.left if way.relations else ()
    return any(names & set(variable.split("*")) for bound in left for variable, _ in bound.factors)


def followed(
    ways: Sequence[Way], lonely: Sequence[str], domains: Mapping[str, Domain], setting: Setting
) -> tuple[str, ...]:
    """The lonely column of listed values that the others of the row can follow, as each of its values leaves a way."""
    given = {name for way in ways for formula in way.given for name in columns(formula)}
    if len(given) != 1 or not given <= set(lonely) or any(way.relations and way.relations.left for way in ways):
        return ()
    (name,) = given
    column = setting.table.columns[name]
    known = domains.get(name, everything(column))
    if known.null or listed_size(known.values) > _MOST_FOLLOWED:
        return ()
    try:
        left = [reduce(and_, (domain_of(one, column, setting) for one in way.given), known) for way in ways]
    except (NoSet, TooLarge):
        return ()
    return (name,) if _holds_all(reduce(or_, left), known) else ()


def agreed(
    names: Sequence[str],
    lonely: Sequence[str],
    parts: Sequence[Part],
    setting: Setting,
    roles: Roles,
    domains: Mapping[str, Domain],
) -> tuple[Outcome, dict[str, Domain]] | None:
    """The ways left where each of the lonely columns is made of one domain, and these domains; the roomiest are chosen.

    `domains` are what other conditions leave of columns. None where no way is found.
    """
    outcome = Search((*names, *lonely), setting, roles).ways(parts)
    known = {name: domains.get(name, everything(setting.table.columns[name])) for name in lonely}
    alone = {name for unique in unique_keys(setting.table) for name in unique if len(unique) == 1}
    # What is made elsewhere may leave a way to no row at all: the fewer conditions about that the better.
    for best in sorted(outcome.ways, key=lambda way: (len(way.given), -_room(way, known, alone)))[:_MOST_TRIED]:
        chosen = _chosen(best, known)
        if chosen is not None:
            kept = [_without(way, lonely) for way in outcome.ways if _allows(way, best, chosen)]
            return replace(outcome, ways=kept), chosen
    return None


def _room(way: Way, known: Mapping[str, Domain], alone: Collection[str]) -> float:
    """For how many rows a way has values, in the lonely column of the fewest; `alone` are unique by themselves."""
    chosen = _chosen(way, known)
    sizes = {} if chosen is None else {name: _size(domain, name in alone) for name, domain in chosen.items()}
    return -1 if chosen is None else min(sizes.values(), default=inf)


def _size(domain: Domain, alone: bool) -> float:  # noqa: FBT001
    return listed_size(domain.values) if domain.values else _NULLS if alone else 0


def _chosen(way: Way, known: Mapping[str, Domain]) -> dict[str, Domain] | None:
    try:
        found = {name: way.domains.get(name, domain) & domain for name, domain in known.items()}
        for bound in way.relations.left if way.relations else ():
            _narrow(found, bound)
        for equation in way.sums:
            _keep_whole(found, equation)
    except NoSet:
        return None
    return found if all(found.values()) else None


def _narrow(found: dict[str, Domain], bound: Bound) -> None:
    """Take from a column the values for which no others are left in the row, where it alone decides that."""
    (name, factor), *others = bound.factors
    values = found[name].values if name in found and not others else None
    if isinstance(values, Numbers):
        found[name] = replace(found[name], values=values & solved(factor, -bound.limit, "<="))


def _keep_whole(found: dict[str, Domain], equation: Polynomial) -> None:
    """Of a column that an equation ties to others, keep the values for which these come out whole: `b = c * 2`."""
    factors = {names[0]: factor for names, factor in equation.terms if len(names) == 1}
    told = [name for name in factors if name in found]
    plain = all(len(names) < 2 for names, _ in equation.terms)
    if equation.op != "=" or not plain or len(factors) < 2 or len(told) != 1:
        return
    (name,), step = told, gcd(*(factor for other, factor in factors.items() if other not in found))
    values, factor, constant = found[name].values, factors[name], dict(equation.terms).get((), 0)
    if not isinstance(values, Numbers):
        return
    if len(factors) == 2 and factor * constant < 0:
        # No number that goes with it lies below zero where that need not be.
        positive = values & between(-constant // factor, None)
        found[name] = replace(found[name], values=positive or values)
        values = positive or values
    common = gcd(step, factor)
    if step == common:
        return
    if constant % common or step // common > LONGEST_STEP:
        raise NoSet
    step, factor, constant = step // common, factor // common, constant // common
    whole = between(None, None, step, -constant * pow(factor, -1, step))
    found[name] = replace(found[name], values=values & whole)


def _allows(way: Way, best: Way, chosen: Mapping[str, Domain]) -> bool:
    """Whether all values of the chosen domains, which are those of the best way, are right in another one."""
    return all(
        name not in way.domains or way.domains[name] == best.domains.get(name) or _holds_all(way.domains[name], domain)
        for name, domain in chosen.items()
    )


def _holds_all(wide: Domain, domain: Domain) -> bool:
    """Whether a domain holds all of another one; languages are not compared."""
    try:
        return wide & domain == domain
    except NoSet:
        return False


def _without(way: Way, lonely: Sequence[str]) -> Way:
    return replace(way, domains={name: domain for name, domain in way.domains.items() if name not in lonely})
