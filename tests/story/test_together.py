"""Words that mean several values of a column together."""

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError
from pytest_misata.story.domain import read_domain
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "column", "values", "rows"),
    [
        (
            "A ride hailing app with 601 trips, 11% cancelled, 5% cancelled by the driver",
            "trips.status",
            {"cancelled_by_rider", "cancelled_by_driver"},
            66,
        ),
        ("An accounting firm with 400 invoices, 30 unpaid", "invoices.status", {"open", "overdue"}, 30),
        (
            "A ride hailing app with 60 cancelled trips",
            "trips.status",
            {"cancelled_by_rider", "cancelled_by_driver"},
            60,
        ),
    ],
)
def test_they_have_the_share_together(story, column, values, rows):
    table, _, name = column.partition(".")
    cells = generate(story, seed=1)[table][name].tolist()

    assert sum(cell in values for cell in cells) == rows


def test_a_part_may_not_be_more_than_the_whole_of_it():
    with pytest.raises(StoryError, match="3% opened"):
        parse("A newsletter with 1,000 subscribers, 3% opened and 9% clicked")


def test_each_of_them_must_be_a_value_of_the_column():
    text = (
        'name = "x"\ntitle = "x"\nexample = "x"\nmain = "cases"\nwords = ["x"]\n'
        '[tables.cases.columns]\nid = { type = "integer", kind = "serial" }\n'
        'status = { type = "string(9)", kind = "choice", values = ["open", "shut"] }\n'
        '[[rates]]\ncolumn = "cases.status"\nwords = { "open|ajar" = ["unlocked"] }\n'
    )

    with pytest.raises(Exception, match="no value 'ajar'"):
        read_domain(text, "x.toml")
