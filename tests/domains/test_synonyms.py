"""What people call those whom the tables of a domain are about, by other words than the tables' own."""

import pytest

from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A food delivery app with 50 riders", "couriers"),
        ("A food delivery app with 50 delivery riders", "couriers"),
        ("A food delivery app with 50 clients", "customers"),
        ("A parcel delivery service with 50 riders", "couriers"),
        ("A restaurant with 50 customers", "guests"),
        ("A restaurant with 50 crew", "staff"),
        ("A hotel with 50 visitors", "guests"),
        ("A gym with 50 patrons", "members"),
        ("A library with 50 patrons", "members"),
        ("A university with 50 undergraduates", "students"),
        ("A school with 50 pupils", "students"),
        ("An online store with 50 members", "customers"),
        ("A telecom with 50 clients", "customers"),
        ("A taxi company with 50 clients", "riders"),
        ("A dental practice with 50 clients", "patients"),
        ("A travel agency with 50 users", "travellers"),
    ],
)
def test_those_of_a_domain_are_known_by_other_names(story, table):
    schema = parse(story)

    assert schema.tables[table].rows == 50
    assert all(fact.understood for fact in schema.facts)
