"""Every domain at several sizes: rules, columns, texts, sizes. `run.py` does the same for larger ones and databases."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.schema.rules import read_rule
from pytest_misata.story.domain import Domain, domains
from tests.domains.inspection import inspected
from tests.domains.run import looked_at, refusals

every_domain = pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)


@every_domain
@pytest.mark.parametrize("rows", [1, 10])
def test_no_rule_is_broken_in_a_small_one(domain: Domain, rows: int) -> None:
    assert Tables(domain.schema(), rows=rows).check() == []


@every_domain
def test_no_rule_is_broken_and_no_column_poor_in_a_large_one(domain: Domain) -> None:
    found = inspected(Tables(domain.schema(), rows=1000))
    assert (found.violations, found.constant, found.repeated) == ([], [], [])


@every_domain
def test_every_table_with_a_status_or_a_sum_has_rules(domain: Domain) -> None:
    schema = domain.schema()
    for table in schema.tables.values():
        kinds = {column.generator.kind for column in table.columns.values() if column.generator is not None}
        assert table.rules or not kinds & {"total", "product", "difference"}, table.name
        assert all(read_rule(schema, table, rule) for rule in table.rules)


@every_domain
def test_nothing_large_is_invented(domain: Domain) -> None:
    counts: Mapping[str, int] = Tables(domain.schema(), rows=1).counts
    assert sum(counts.values()) < 600


def test_the_script_finds_nothing_wrong() -> None:
    (first, *_) = domains()
    line, wrong = looked_at(first, 10, [])
    assert wrong == []
    assert line[0] == first.name


def test_a_database_refuses_no_row() -> None:
    for domain in domains():
        assert list(refusals(Tables(domain.schema(), rows=10), ["sqlite"])) == []
