"""Tables of which each refers to the next one, more of them than Python goes deep by itself."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, MetaData, Table

from tests.relations.filled import column, filled


def test_dates_that_follow_those_of_sixty_parents():
    metadata = MetaData()
    for number in range(60):
        parent = [Column("parent_id", ForeignKey(f"t{number - 1}.id"), nullable=False)] if number else []
        Table(
            f"t{number}",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("start_date", Date, nullable=False),
            Column("end_date", Date),
            CheckConstraint("end_date > start_date"),
            *parent,
        )
    connection = filled(metadata, counts={f"t{number}": 3 for number in range(60)})
    assert column(connection, "SELECT count(*) FROM t59 WHERE end_date <= start_date") == [0]
    assert column(connection, "SELECT count(*) FROM t59") == [3]


def test_keys_shared_by_two_hundred_tables():
    metadata = MetaData()
    for number in range(200):
        parent = [ForeignKey(f"t{number - 1}.id")] if number else []
        Table(f"t{number}", metadata, Column("id", Integer, *parent, primary_key=True))
    connection = filled(metadata, rows=20)
    assert 0 < column(connection, "SELECT count(*) FROM t199")[0] <= 20
