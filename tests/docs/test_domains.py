"""The pages of the domains are what their data files give today."""

from __future__ import annotations

import pytest

from pytest_misata.story.domain import domains
from tests.docs.blocks import ROOT
from tests.docs.domain_pages import DOCS, listing, page, path_of


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)
def test_the_page_of_a_domain_is_current(domain):
    written = (DOCS / path_of(domain)).read_text(encoding="utf-8")
    assert written == page(domain), "run python tests/docs/domain_pages.py"


def test_the_list_of_domains_is_current():
    assert (DOCS / "domains.md").read_text(encoding="utf-8") == listing()
    assert {f"domains/{path.name}" for path in (DOCS / "domains").iterdir()} == {*map(path_of, domains())}


def test_the_number_of_domains_is_told():
    told = f"There are {len(domains())} domains"
    assert told in (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
