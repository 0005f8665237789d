"""So many rows in one state and so many in another are the rows there are, unless the story counts all of them."""

from collections import Counter

import pytest

from pytest_misata.api import generate


@pytest.mark.parametrize(
    ("story", "column", "rows"),
    [
        ("A SaaS with 100 users on pro and 200 on free", "users.plan", {"pro": 100, "free": 200}),
        (
            "A SaaS with 100 users on the pro plan and 200 users on the free plan",
            "users.plan",
            {"pro": 100, "free": 200},
        ),
        ("A gym with 40 members on premium and 60 on standard", "members.plan", {"premium": 40, "standard": 60}),
        (
            "A streaming service with 400 subscribers on premium, 300 on basic and 100 on standard",
            "subscribers.plan",
            {"premium": 400, "basic": 300, "standard": 100},
        ),
        ("A shop with 100 orders cancelled and 200 delivered", "orders.status", {"cancelled": 100, "delivered": 200}),
        (
            "A ship breaker with 30 vessels, 20 scrapped and 10 waiting",
            "vessels.status",
            {"scrapped": 20, "waiting": 10},
        ),
        ("A car dealer with 130 cars in stock and 40 sold", "cars.status", {"in_stock": 130, "sold": 40}),
        ("A landlord with 60 flats rented and 12 vacant", "flats.status", {"rented": 60, "vacant": 12}),
        (
            "A court with 300 cases closed, 120 pending and 40 appealed",
            "cases.status",
            {"closed": 300, "pending": 120, "appealed": 40},
        ),
        ("A helpdesk with 40 tickets open, 60 closed", "tickets.status", {"open": 40, "closed": 60}),
        ("A library with 300 loans overdue and 500 returned", "loans.status", {"overdue": 300, "returned": 500}),
    ],
)
def test_parts_are_all_there_is(story, column, rows):
    table, _, name = column.partition(".")

    assert Counter(generate(story, seed=3)[table][name].tolist()) == rows


@pytest.mark.parametrize("story", ["A SaaS with 500 users, 100 users on pro", "A SaaS with 500 users, 100 on pro"])
def test_a_part_of_a_whole_is_a_part(story):
    tables = generate(story, seed=3)

    assert len(tables["users"]) == 500
    assert tables["users"]["plan"].tolist().count("pro") == 100
