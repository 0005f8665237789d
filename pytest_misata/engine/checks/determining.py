"""Columns that the equations of a table's CHECKs determine: they are computed from the others, in the order of these.

`vat = round(net * rate, 2)` and `gross = net + vat` say what `vat` and `gross` are once `net` and `rate` are made. Of
each equation one column at the most is determined, and no column in a circle. Such columns are computed only where
something about them is not solved in another way: sums alone are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_misata.engine.checks.ways import Part
from pytest_misata.schema.sql.compiler import Value
from pytest_misata.schema.sql.equations import INVERTED, Equation
from pytest_misata.schema.sql.evaluation import Condition
from pytest_misata.schema.sql.predicates import columns

_LEFT_OUT = 30
"""What it costs that an equation determines no column."""
_LISTED = 15
"""What it costs that a column of few values is determined."""
_MOST_TRIED = 20_000


@dataclass(frozen=True, slots=True)
class Determined:
    """A column, what it is computed by, and from which columns."""

    name: str
    value: Value
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Determination:
    """Columns that equations determine, each after those that it is computed from, and all columns that take part."""

    columns: tuple[Determined, ...] = ()
    region: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The columns that are computed."""
        return frozenset(found.name for found in self.columns)

    def is_about(self, part: Part) -> bool:
        """Whether a condition can be met only once the columns are computed, and not by other columns then."""
        names = set(columns(part.formula))
        inputs = self.region - self.names
        return bool(names & self.names) and (names <= self.region or bool(names & inputs))


def determination(
    conditions: Sequence[Condition], able: Collection[str], few: Collection[str], unsolved: Iterable[Iterable[str]]
) -> Determination:
    """The columns to be computed for some conditions.

    `able` are the columns that may be, `few` those of them with few values, `unsolved` the columns of each condition
    that nothing else sees to.
    """
    chosen = _chosen(_choices(conditions, able), few)
    region, found = {name for names in unsolved for name in names}, dict[str, Equation]()
    while True:
        more = {name: one for name, one in chosen.items() if name not in found and region & {name, *one.reads}}
        if not more:
            break
        found |= more
        region |= {name for column, one in more.items() for name in (column, *one.reads)}
    region = {name for column, one in found.items() for name in (column, *one.reads)}
    return Determination(tuple(_in_order(found)), frozenset(region))


def _choices(conditions: Sequence[Condition], able: Collection[str]) -> list[list[Equation]]:
    """For each equation what it may say of one column or another."""
    found: dict[tuple[int, int], list[Equation]] = {}
    for number, condition in enumerate(conditions):
        for equation in condition.equations:
            if equation.column in able and equation.reads and equation.form < INVERTED:
                found.setdefault((number, equation.part), []).append(equation)
    return list(found.values())


def _chosen(choices: Sequence[Sequence[Equation]], few: Collection[str]) -> dict[str, Equation]:
    """One column for each equation, in no circle: those first that stand alone in theirs."""
    best: tuple[int, dict[str, Equation]] = (_LEFT_OUT * len(choices), {})
    for tried, (cost, found) in enumerate(_assignments(choices, few)):
        if cost < best[0]:
            best = cost, found
        if tried > _MOST_TRIED:
            break
    return best[1]


def _assignments(
    choices: Sequence[Sequence[Equation]], few: Collection[str]
) -> Iterator[tuple[int, dict[str, Equation]]]:
    if not choices:
        yield 0, {}
        return
    first, *rest = choices
    for cost, found in _assignments(rest, few):
        for equation in first:
            if equation.column not in found and not _closes_circle(equation, found):
                own = equation.form + _LISTED * (equation.column in few)
                yield cost + own, {**found, equation.column: equation}
        yield cost + _LEFT_OUT, found


def _closes_circle(equation: Equation, found: Mapping[str, Equation]) -> bool:
    reads, seen = set(equation.reads), set[str]()
    while reads - seen:
        name = (reads - seen).pop()
        seen.add(name)
        reads |= found[name].reads if name in found else set()
    return equation.column in reads


def _in_order(found: Mapping[str, Equation]) -> Iterator[Determined]:
    left = dict(found)
    while left:
        ready = sorted(name for name, one in left.items() if not one.reads & left.keys())
        for name in ready:
            equation = left.pop(name)
            yield Determined(name, equation.value, equation.reads)
