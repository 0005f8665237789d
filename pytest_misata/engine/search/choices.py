"""What each cell of a column may be tried with: its usual value, and others that one of the table's CHECKs asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import NoSet, Numbers
from pytest_misata.engine.checks.pacing import PACED, STEPS
from pytest_misata.engine.checks.rules import left_alone
from pytest_misata.engine.checks.sets import Anything, Domain, Texts
from pytest_misata.engine.checks.setting import Setting, everything
from pytest_misata.engine.checks.spare import listed_words, spare, unique
from pytest_misata.engine.checks.ways import Part, Roles, Search, atoms_of, domain_of
from pytest_misata.engine.keys.groups import plain
from pytest_misata.engine.kinds.registry import Site, compile_column
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import Column
from pytest_misata.schema.sql.predicates import Not, columns, passes

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_FEW = 16
"""Columns with no more values than this are tried with all of them."""
_DOMAINS = 16
USUAL, OTHER, ABSENT = 0, 1, 2
"""How little is wanted of a cell: the value that is made for it, another one, none."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The candidates of a column: one row of these arrays for each of them, one column for each row of the table."""

    data: NDArray[Any]
    null: Bool
    cost: Index
    """Of each candidate: those that cost less are preferred."""

    def of(self, column: Column, row: int) -> Cells:
        """The candidates of one row."""
        null = self.null[:, row]
        return Cells(column.type, self.data[:, row], None, null if null.any() else None)


def choices_of(frame: Frame, column: Column, domains: Sequence[Domain], setting: Setting) -> Choices:
    """The candidates of a column for the rows of a frame."""
    site, found = Site(frame.world, frame.table, column), list[tuple[Cells, int]]()
    for make, cost in _makers(site, domains, setting):
        try:
            found.append((make(frame), cost))
        except (MisataError, NoSet, TooLarge):
            continue
    if column.nullable and column.name not in frame.table.primary_key:
        found.append((absent(column, len(frame)), ABSENT))
    if not found:
        nothing = (0, len(frame))
        return Choices(np.empty(nothing, dtype=object), np.empty(nothing, np.bool_), np.empty(0, np.int64))
    data = np.stack([plain(cells) for cells, _ in found])
    null = np.stack([np.zeros(len(frame), np.bool_) if cells.null is None else cells.null for cells, _ in found])
    return Choices(data, null, np.array([cost for _, cost in found], dtype=np.int64))


def absent(column: Column, rows: int) -> Cells:
    """NULL in so many rows."""
    data = np.full(rows, "", dtype=object) if column.type.is_text else encode(column.type, [None] * rows).data
    return Cells(column.type, data, None, np.ones(rows, dtype=np.bool_))


Make = Callable[["Frame"], Cells]


def _makers(site: Site, domains: Sequence[Domain], setting: Setting) -> Iterator[tuple[Make, int]]:
    yield (lambda frame: frame[site.column.name]), USUAL
    yield (lambda frame: compile_column(site.world, site.table, site.column)(frame)), OTHER
    if site.column.type.kind in PACED:
        yield from ((_stepped(site, step), OTHER) for step in reversed(STEPS))
    for domain in domains:
        listed = _listed(site, domain)
        for value in listed:
            yield _constant(site, value), OTHER
        if not listed and domain.values and not isinstance(domain.values, Anything):
            yield _any_of(site, domain, setting), OTHER
            yield _each_once(site, domain, setting), OTHER


def _stepped(site: Site, step: int) -> Make:
    """The usual moments, each at the last whole step before it."""

    def make(frame: Frame) -> Cells:
        cells = frame[site.column.name]
        return Cells(cells.type, cells.data // step * step, None, cells.null)

    return make


def _listed(site: Site, domain: Domain) -> list[Any]:
    """All values of a domain of few, as they are kept."""
    if isinstance(domain.values, Numbers):
        size = domain.values.size
        return list(domain.values.listed()) if size is not None and size <= _FEW else []
    if isinstance(domain.values, Texts) and domain.values:
        try:
            words = listed_words(site, domain.values) or ()
        except (MisataError, TooLarge):
            return []
        return list(words) if len(words) <= _FEW else []
    return []


def _constant(site: Site, value: Any) -> Make:
    text = site.column.type.is_text
    dtype = object if text else np.bool_ if site.column.type.kind == "boolean" else np.int64
    return lambda frame: Cells(site.column.type, np.full(len(frame), value, dtype=dtype))


def _any_of(site: Site, domain: Domain, setting: Setting) -> Make:
    return lambda frame: spare(site, domain.values, setting)(frame, np.arange(len(frame), dtype=np.int64))


def _each_once(site: Site, domain: Domain, setting: Setting) -> Make:
    return lambda frame: unique(site, domain.values, setting, among_siblings=False)(frame)


def domains_of(
    names: Sequence[str], optional: Sequence[str], parts: Sequence[Part], setting: Setting
) -> dict[str, list[Domain]]:
    """For each column what the CHECKs, taken in different ways, leave of its values; the widest first."""
    found = {name: [_alone(name, parts, setting)] for name in names}
    for name, domain in (*_by_atoms(names, parts, setting), *_by_ways(names, optional, parts, setting)):
        if name in found:
            narrowed = _both(found[name][0], domain)
            if narrowed is not None and narrowed.values and narrowed not in found[name]:
                found[name].append(narrowed)
    return {name: [domain for domain in domains[:_DOMAINS] if domain] for name, domains in found.items()}


def _both(one: Domain, other: Domain) -> Domain | None:
    try:
        return one & other
    except (NoSet, TooLarge):
        return None


def _alone(name: str, parts: Sequence[Part], setting: Setting) -> Domain:
    """What the conditions about the column alone leave."""
    try:
        return left_alone(name, parts, setting)
    except MisataError:
        return everything(setting.table.columns[name])


def _by_atoms(names: Sequence[str], parts: Sequence[Part], setting: Setting) -> Iterator[tuple[str, Domain]]:
    """Where each atom about one column holds, and where it does not."""
    for part in parts:
        for atom in atoms_of(part.formula):
            about = columns(atom)
            if len(about) != 1 or about[0] not in names:
                continue
            for formula in (atom, passes(Not(atom))):
                try:
                    yield about[0], domain_of(formula, setting.table.columns[about[0]], setting)
                except (NoSet, TooLarge):
                    continue


def _by_ways(
    names: Sequence[str], optional: Sequence[str], parts: Sequence[Part], setting: Setting
) -> Iterator[tuple[str, Domain]]:
    """What each way to meet all conditions leaves."""
    roles = Roles(frozenset(names), frozenset(optional), frozenset())
    try:
        ways = Search((*names, *optional), setting, roles).ways(parts).ways
    except (NoSet, TooLarge):
        return
    for way in ways:
        yield from way.domains.items()
