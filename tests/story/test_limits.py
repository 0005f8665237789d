"""Limits, comparisons and groups: at most so many each, twice as many as, so many groups of so many."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError

LIMITS = [
    ("A blog with 20 posts and up to 5 comments per post", "comments", "post_id", 0, 5),
    ("A shop with 50 customers, each with at least 2 orders", "orders", "customer_id", 2, None),
    ("A shop with 50 customers, 2+ orders per customer", "orders", "customer_id", 2, None),
    ("A bank with 100 customers; no customer has more than 3 accounts", "accounts", "customer_id", 0, 3),
    ("A gym with 60 members; every member has at most 4 check-ins", "check_ins", "member_id", 0, 4),
    ("A winery with 12 vineyards and fewer than 4 harvests per vineyard", "harvests", "vineyard_id", 0, 3),
    ("A shop with 200 customers. Customers have 1 to 3 orders", "orders", "customer_id", 1, 3),
]


@pytest.mark.parametrize(("story", "child", "key", "least", "most"), LIMITS)
def test_no_parent_has_more_or_fewer(story, child, key, least, most):
    tables = generate(story, strict=True)
    parent = tables.schema.table(child).foreign_key(key).parent
    each = np.bincount(tables[child][key], minlength=len(tables[parent]) + 1)[1:]

    assert each.min() >= least
    assert most is None or each.max() <= most
    assert len(set(each.tolist())) > 1


SIZES = [
    ("An online shop with 100 customers, twice as many orders as customers", {"orders": 200}),
    ("A shop with 300 orders and half as many customers as orders", {"customers": 150}),
    ("A clinic with 10 doctors and 3 times as many patients as doctors", {"patients": 30}),
    ("A SaaS with 10k+ users", {"users": 10_000}),
    ("A SaaS with 100-200 users", {"users": 150}),
    ("A school with 3 courses of 25 students", {"courses": 3, "enrollments": 75, "students": 75}),
    ("A recruitment agency with 30 jobs and 10 applicants per job", {"applications": 300}),
    ("A call center with 12 agents", {"agents": 12, "requesters": 480}),
    ("A CRM with 50 leads", {"leads": 50, "accounts": 33}),
]


@pytest.mark.parametrize(("story", "sizes"), SIZES)
def test_sizes_follow(story, sizes):
    tables = generate(story, strict=True)

    assert {name: len(tables[name]) for name in sizes} == sizes


def test_a_limit_that_the_counts_go_beyond_is_a_contradiction():
    with pytest.raises(StoryError, match="makes 0 to 100 comments for 20 posts, and it states 300"):
        generate("A blog with 20 posts, 300 comments and up to 5 comments per post")
