"""Where values usually lie, and how the columns of a sum are made one after another inside these windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import islice, product
from math import lcm, prod
from typing import TYPE_CHECKING, Any

from pytest_misata.engine.checks.atoms import Polynomial
from pytest_misata.engine.checks.binary import is_binary
from pytest_misata.engine.checks.linear import Bound, Plan, bound, fits, met, plan
from pytest_misata.engine.checks.numbers import NoSet, Numbers, Piece, between
from pytest_misata.engine.checks.pairs import settled
from pytest_misata.engine.checks.sets import Domain
from pytest_misata.engine.checks.setting import NUMBERS, Setting, everything, units
from pytest_misata.engine.meaning import generator_for

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Way

Range = tuple[int, int]

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MOST_SPLITS = 16
_MOST_CHOICES = 4096
_USUAL = (1_000_000, 10_000, 1_000, 300, 100, 30, 10, 3, 1)
"""Numbers are looked for from 0 to this; less far where a product of them would not fit its column."""
_LIFETIME = 100 * 365


@dataclass(frozen=True, slots=True)
class Grain:
    """The steps in which a column's values are made: the kept integers that leave `offset` when divided by `step`."""

    step: int = 1
    offset: int = 0

    def counted(self, kept: Any) -> Any:
        """The number of steps to a kept integer, or to the last one below it that is in step."""
        return (kept - self.offset) // self.step

    def kept(self, count: Any) -> Any:
        """The kept integer after some steps."""
        return count * self.step + self.offset

    def holds(self, kept: Any) -> Any:
        """Which kept integers are in step."""
        return self.kept(self.counted(kept)) == kept


@dataclass(frozen=True, slots=True)
class Relations:
    """How the columns of some sums are made: in which order, in which grains, and within which bounds.

    The bounds of `usual` keep to where values usually lie, those of `wide` to what the columns can hold.
    """

    usual: Plan | None
    wide: Plan
    grains: Mapping[str, Grain]
    usual_ranges: Mapping[str, Range]
    wide_ranges: Mapping[str, Range]
    products: Mapping[str, tuple[str, ...]]
    exact: bool

    @property
    def left(self) -> tuple[Bound, ...]:
        """What columns that are made elsewhere have to meet."""
        return self.wide.left


def window(setting: Setting, name: str, usual: int = _USUAL[0]) -> Range:
    """Where the values of a column usually lie, in kept integers."""
    column = setting.table.columns[name]
    type_ = column.type
    if type_.kind in NUMBERS:
        return 0, usual * units(type_)
    if type_.kind == "time":
        return 0, _DAY - _SECOND
    if type_.kind == "interval":
        return 0, 30 * _DAY
    end = (setting.today - dt.date(1970, 1, 1)).days
    birth = generator_for(setting.table, column).kind == "birth_date"
    low, high = (end - _LIFETIME, end - 1) if birth else (end - setting.history_days, end - 1)
    return (low, high) if type_.kind == "date" else (low * _DAY, (high + 1) * _DAY - _SECOND)


def near(values: Numbers, usual: Range) -> Numbers:
    """The part of some numbers that lies where values usually do, or next to it where none does."""
    inside = values & between(*usual)
    if inside:
        return inside
    width = max(usual[1] - usual[0], 1) // 100
    low, high = values.least, values.greatest
    if low is not None and low > usual[1]:
        return values & between(low, low + max(width, values.step))
    if high is not None and high < usual[0]:
        return values & between(high - max(width, values.step), high)
    above = [span for span in values.spans if span[0] is not None and span[0] > usual[1]]
    start = above[0][0] if above else None
    return values & between(start, None if start is None else start + width) if above else values


def split(way: Way, setting: Setting, free: frozenset[str]) -> list[Way]:
    """The way with its columns' order of making; one for each interval where a column's values lie in several.

    Raises NoSet where it is not known how to make them, though they may exist.
    """
    way_ = settled(way, setting)
    if way_ is None:
        return []
    names = [name for name in dict.fromkeys(n for found in way.sums for n in found.columns) if name in free]
    if not names:
        return [way_]
    found, unsure = [], False
    choices = [_pieces(way_.domains.get(name), name, setting) for name in names]
    for chosen in islice(product(*choices), _MOST_SPLITS):
        pieces = dict(zip(names, chosen, strict=True))
        try:
            relations = _relations(way_.sums, pieces, setting)
        except NoSet:
            unsure = True
            continue
        if relations is not None:
            domains = dict(way_.domains)
            for name, piece in pieces.items():
                domain = domains.get(name, everything(setting.table.columns[name]))
                domains[name] = replace(domain, values=Numbers((piece,))) if domain.values else domain
            finer = _finer(way_.sums, pieces, relations, setting)
            found.append(replace(way_, domains=domains, relations=relations, finer=finer))
    if unsure and not found:
        raise NoSet
    return found


def _finer(
    sums: Sequence[Polynomial], pieces: Mapping[str, Piece], coarse: Relations, setting: Setting
) -> Relations | None:
    decimals = [name for name in coarse.grains if setting.type(name).kind in {"numeric", "float"}]
    if all(coarse.grains[name].step == 1 for name in decimals):
        return None
    try:
        return _relations(sums, pieces, replace(setting, exact=True))
    except NoSet:
        return None


def _pieces(domain: Domain | None, name: str, setting: Setting) -> list[Piece]:
    """The intervals of a column's values, those first that lie where values usually do; each of one remainder."""
    whole = everything(setting.table.columns[name])
    values = whole.values if domain is None else (domain & whole).values
    if not isinstance(values, Numbers):
        raise NoSet
    if not values:
        # NULL is the only value: what sums ask of it does not matter.
        values = whole.values
        assert isinstance(values, Numbers)
    usual = window(setting, name)
    pieces = [replace(piece, offsets=(offset,)) for piece in values.pieces for offset in piece.offsets]
    pieces = [piece for piece in pieces if piece.size]
    inside = [piece for piece in pieces if Numbers((piece,)) & between(*usual)]
    return inside or pieces


def _relations(sums: Sequence[Polynomial], pieces: Mapping[str, Piece], setting: Setting) -> Relations | None:
    """The plan for some sums of columns; None where no values meet them."""
    grains = {name: _grain(name, sums, setting, pieces.get(name)) for found in sums for name in found.columns}
    ranges = {name: (piece.low or 0, piece.high or 0) for name, piece in pieces.items()}
    products = {"*".join(names): names for found in sums for names, _ in found.terms if len(names) > 1}
    factors = {name for names in products.values() for name in names}
    bounds = [made for found in sums for made in _bounds(_cautious(found, setting), grains)]
    order = _order(sums, ranges, factors, grains, setting)
    derived = _derived(sums, ranges, factors, grains, setting)
    wide_ranges = _grained({**_outside(grains, ranges, setting), **ranges}, grains)
    _add_products(wide_ranges, products)
    wide = plan([*bounds, *_edges(order, wide_ranges)], order)
    if not wide.feasible:
        return None
    for usual in _USUAL:
        inner = {
            name: span if name in derived else _inner(span, window(setting, name, usual))
            for name, span in ranges.items()
        }
        usual_ranges = _grained({**_outside(grains, ranges, setting), **inner}, grains)
        _add_products(usual_ranges, products)
        narrow = plan([*bounds, *_edges(order, usual_ranges)], order)
        closed = narrow.feasible and narrow.exact and met(narrow.left, usual_ranges)
        if narrow.feasible and (closed or not products):
            break
    else:
        narrow, closed, usual_ranges = wide, False, wide_ranges
    if not _fits(wide, wide_ranges):
        # What the columns can hold is too much to reckon with: then only usual values are made.
        wide, wide_ranges = narrow, usual_ranges
        if not _fits(wide, wide_ranges):
            raise NoSet
    computable = all(name in grains for v in factors & set(order) for b in narrow.bounds[v] for name, _ in b.factors)
    if not computable:
        raise NoSet
    given = set(grains) - set(ranges)
    exact = closed or (wide.exact and wide.feasible and not wide.left)
    return Relations(narrow, wide, grains, usual_ranges, wide_ranges, products, exact and not given)


def _fits(plan_: Plan, ranges: Mapping[str, Range]) -> bool:
    return fits([found for bounds in plan_.bounds.values() for found in bounds], ranges)


def _grain(name: str, sums: Sequence[Polynomial], setting: Setting, piece: Piece | None) -> Grain:
    """Whole seconds, and in sums of binary numbers fractions of two; the piece's own steps where it has some.

    Such fractions add up without rounding in floating point, which is what SQLite makes of every decimal. A column that
    is made elsewhere, and has no piece, may have any value.
    """
    type_ = setting.type(name)
    if piece is None:
        return Grain()
    step = 1
    if type_.kind in {"datetime", "time", "interval"}:
        step = _SECOND
    elif type_.kind in {"numeric", "float"}:
        reckoned = [found.columns for found in sums if name in found.columns and not _is_comparison(found)]
        step = int(5**type_.scale) if any(is_binary(setting, names) for names in reckoned) else 1
    if piece.step == 1:
        return Grain(step)
    meeting = between(0, lcm(step, piece.step) - 1, step) & between(None, None, piece.step, piece.offsets[0])
    offset = next(meeting.listed(), None)
    if offset is None:
        raise NoSet
    return Grain(lcm(step, piece.step), offset)


def _is_comparison(found: Polynomial) -> bool:
    """One column against another, without arithmetic."""
    return len(found.terms) == 2 and all(len(names) == 1 and abs(factor) == 1 for names, factor in found.terms)


def _cautious(found: Polynomial, setting: Setting) -> Polynomial:
    """A bound that is not met to the last digit, where floating point may round: a factor such as 0.9."""
    if found.op not in {"<=", ">="} or not is_binary(setting, found.columns) or not _may_round(found, setting):
        return found
    return replace(found, op=found.op[0])


def _may_round(found: Polynomial, setting: Setting) -> bool:
    """Whether sums of columns with decimals come with factors, or a constant, that are no fractions of two."""
    if not any(setting.type(name).kind in {"numeric", "float"} for name in found.columns):
        return False
    stated = {names: factor * prod(units(setting.type(name)) for name in names) for names, factor in found.terms}
    constant = stated.pop((), 0)
    least = min(abs(factor) for factor in stated.values())
    factors = [Fraction(abs(factor), least) for factor in stated.values()]
    if not all(_is_power(part) for ratio in factors for part in ratio.as_integer_ratio()):
        return True
    return len(factors) > 1 and not _is_power(Fraction(constant, least).denominator)


def _is_power(number: int) -> bool:
    """Of two."""
    return number & (number - 1) == 0


def _bounds(found: Polynomial, grains: Mapping[str, Grain]) -> list[Bound]:
    constant, factors = 0, dict[str, int]()
    for names, factor in found.terms:
        if not names:
            constant += factor
        else:
            factors["*".join(names)] = factor * reduce(lambda a, name: a * grains[name].step, names, 1)
            constant += factor * _shift(names, grains)
    opposite = {name: -factor for name, factor in factors.items()}
    strict = 1 if found.op in {"<", ">"} else 0
    result = []
    if found.op in {"<", "<=", "="}:
        result.append(bound(factors, -constant - strict))
    if found.op in {">", ">=", "="}:
        result.append(bound(opposite, constant - strict))
    return result


def _shift(names: Sequence[str], grains: Mapping[str, Grain]) -> int:
    """What the offset of a column's steps adds to it."""
    offsets = [grains[name].offset for name in names]
    if len(names) > 1 and any(offsets):
        raise NoSet
    return offsets[0]


def _edges(order: Sequence[str], ranges: Mapping[str, Range]) -> list[Bound]:
    low = [bound({name: -1}, -ranges[name][0]) for name in order]
    return low + [bound({name: 1}, ranges[name][1]) for name in order]


def _outside(grains: Mapping[str, Grain], ranges: Mapping[str, Range], setting: Setting) -> dict[str, Range]:
    """The ranges of columns that are made elsewhere."""
    found = {}
    for name in grains:
        if name not in ranges:
            values = everything(setting.table.columns[name]).values
            if not isinstance(values, Numbers) or values.least is None or values.greatest is None:
                raise NoSet
            found[name] = (values.least, values.greatest)
    return found


def _grained(ranges: Mapping[str, Range], grains: Mapping[str, Grain]) -> dict[str, Range]:
    return {
        name: (grains[name].counted(low - 1) + 1, grains[name].counted(high)) for name, (low, high) in ranges.items()
    }


def _add_products(ranges: dict[str, Range], products: Mapping[str, tuple[str, ...]]) -> None:
    for key, names in products.items():
        ends = [reduce(lambda a, b: a * b, choice, 1) for choice in product(*(ranges[name] for name in names))]
        ranges[key] = (min(ends), max(ends))


def _inner(span: Range, usual: Range) -> Range:
    inside = near(between(*span), usual)
    low, high = inside.least, inside.greatest
    return span if low is None or high is None else (low, high)


def _order(
    sums: Sequence[Polynomial],
    free: Mapping[str, Range],
    factors: set[str],
    grains: Mapping[str, Grain],
    setting: Setting,
) -> list[str]:
    """Columns that others are computed from first, those that follow from an equation last."""
    derived = _derived(sums, free, factors, grains, setting)
    born = setting.table.born
    place = {name: at for at, name in enumerate(setting.table.columns)}

    def key(name: str) -> tuple[int, bool, bool, bool, int]:
        last = derived.index(name) + 1 if name in derived else 0
        coarse = any(abs(b.factor(name)) > 1 for found in sums for b in _bounds(found, grains))
        return last, name not in factors, name != born, not coarse, place[name]

    return sorted(free, key=key)


def _derived(
    sums: Sequence[Polynomial],
    free: Mapping[str, Range],
    factors: set[str],
    grains: Mapping[str, Grain],
    setting: Setting,
) -> list[str]:
    """For each equation the column that follows from the others: one that stands alone, or else one far behind.

    Of `paid + balance = gross` and `net + tax = gross` the balance follows from the first, the gross from the second.
    """
    place = {name: at for at, name in enumerate(setting.table.columns)}
    choices = []
    for equation in (found for found in sums if found.op == "="):
        (first, *_) = _bounds(equation, grains)
        signs = [factor > 0 for _, factor in first.factors]
        able = [(name, signs.count(f > 0) > 1) for name, f in first.factors if abs(f) == 1 and name in free]
        choices.append([(name, joined) for name, joined in able if name not in factors])

    def cost(chosen: Sequence[tuple[str, bool]]) -> tuple[int, int]:
        return sum(joined for _, joined in chosen), -sum(place[name] for name, _ in chosen)

    assigned = (chosen for chosen in islice(product(*filter(None, choices)), _MOST_CHOICES) if _differ(chosen))
    best = min(assigned, key=cost, default=next(filter(None, choices), [])[-1:])
    return [name for name, _ in best]


def _differ(chosen: Sequence[tuple[str, bool]]) -> bool:
    return len({name for name, _ in chosen}) == len(chosen)
