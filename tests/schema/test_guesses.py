"""What a database does not say and its tables let one guess: sequences of applications, UUIDs kept as text."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

import pytest_misata as misata
from pytest_misata.schema.config import Generator


def tables(metadata: sa.MetaData, *names: str) -> sa.MetaData:
    for name in names:
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    return metadata


def sequences(engine: sa.Engine) -> dict[str, str | None]:
    schema = misata.schema_from_db(engine)
    return {name: table.columns["id"].sequence for name, table in schema.tables.items()}


@pytest.mark.parametrize("backend", ["postgresql", "mysql"])
def test_a_sequence_goes_to_the_table_it_is_named_for(backend: str, request: pytest.FixtureRequest) -> None:
    engine = sa.create_engine(request.getfixturevalue(f"{backend}_url"))
    metadata = tables(sa.MetaData(), "orders", "order_lines", "users")
    sa.Table("tags", metadata, sa.Column("id", sa.Integer, primary_key=True))
    for name in ("seq_user_id", "orders_id_seq"):
        sa.Sequence(name, metadata=metadata)
    metadata.create_all(engine)
    found = sequences(engine)
    assert (found["users"], found["orders"]) == ("seq_user_id", "orders_id_seq")
    # It numbers itself, by a sequence of its own or none.
    assert found["tags"] in {None, "tags_id_seq"}
    engine.dispose()


def test_a_sequence_named_for_no_table_is_for_all(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    metadata = tables(sa.MetaData(), "orders", "users")
    sa.Sequence("global_numbers", metadata=metadata)
    metadata.create_all(engine)
    assert set(sequences(engine).values()) == {"global_numbers"}
    misata.seed_database(misata.generate_from_schema(misata.schema_from_db(engine), counts={"users": 70}), engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT nextval('global_numbers')")) == 101
    engine.dispose()


def test_uuids_kept_as_text(database_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    plain = sa.Table("plain", metadata, sa.Column("id", sa.CHAR(32), primary_key=True))
    hyphens = sa.Table(
        "hyphens",
        metadata,
        sa.Column("id", sa.CHAR(36), primary_key=True),
        sa.Column("plain_id", sa.CHAR(32), sa.ForeignKey("plain.id")),
    )
    metadata.create_all(database_engine)
    schema = misata.schema_from_db(database_engine)
    assert schema.table("hyphens").column("id").generator == Generator("uuid")
    misata.seed_database(misata.generate_from_schema(schema, rows=30), database_engine)
    with database_engine.connect() as connection:
        assert all(UUID(value).hex == value for value in connection.scalars(sa.select(plain.c.id)))
        assert all(str(UUID(value)) == value for value in connection.scalars(sa.select(hyphens.c.id)))
