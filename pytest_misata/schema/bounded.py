"""Which tables cannot have more rows than their CHECKs leave values: five days of eight periods."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.predicates import Among, Compare, Predicate, columns, walk
from pytest_misata.schema.uniqueness import capacity, unique_keys


def is_bounded(table: TableConfig, dialect: str | None) -> bool:
    """Whether a unique key of the table is over columns alone of which each takes few values."""
    few = {name for name, column in table.columns.items() if capacity(column)}
    few |= {*_listed(table, dialect)} if table.checks else set()
    return any(few.issuperset(unique) for unique in unique_keys(table))


def _listed(table: TableConfig, dialect: str | None) -> Iterator[str]:
    """The columns that a CHECK gives a list of values, or bounds from both sides."""
    for reading in read_checks(table, dialect):
        names = columns(reading.predicate)
        if len(names) == 1 and reading.understood and _has_an_end(reading.predicate):
            yield names[0]


def _has_an_end(predicate: Predicate) -> bool:
    parts = [*walk(predicate)]
    compared = {part.op[0] for part in parts if isinstance(part, Compare)}
    return any(isinstance(part, Among) for part in parts) or compared >= {"<", ">"}
