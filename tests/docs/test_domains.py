"""The page of domains lists each with its tables."""

from __future__ import annotations

import pytest

from pytest_misata.story.domain import domains
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "domains.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)
def test_each_domain_is_on_the_page(domain):
    tables = ", ".join(f"`{name}`" for name in domain.schema().tables)
    assert f"| {domain.title} | {domain.example} | {tables} |" in PAGE


def test_the_page_lists_nothing_else():
    assert PAGE.count("\n| ") - 1 == len(domains())
    told = f"There are {len(domains())} domains"
    assert told in (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
