"""Keys that the database checks at the end of the transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, Table, UniqueConstraint, create_engine, text

import pytest_misata as misata


def circle() -> MetaData:
    metadata = MetaData()
    late = {"deferrable": True, "initially": "IMMEDIATE"}
    Table(
        "hens",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("egg", ForeignKey("eggs.id", use_alter=True, name="fk_egg", **late), nullable=False),
    )
    Table(
        "eggs",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("hen", ForeignKey("hens.id", name="fk_hen", **late), nullable=False),
        Column("owner", ForeignKey("owners.id", name="fk_owner", deferrable=True, initially="DEFERRED")),
    )
    Table("owners", metadata, Column("id", Integer, primary_key=True))
    return metadata


@pytest.fixture
def engine(postgresql_url: str):
    engine = create_engine(postgresql_url)
    yield engine
    engine.dispose()


def test_the_callers_transaction_keeps_its_way_of_checking(engine: Engine) -> None:
    metadata = circle()
    metadata.create_all(engine)
    with engine.connect() as connection, connection.begin() as transaction:
        misata.seed_from_sqlalchemy_models(metadata, connection, rows=20)
        # What is deferred by itself still is, and what is not is checked at once.
        connection.execute(text("INSERT INTO eggs (id, hen, owner) VALUES (900, 1, 900)"))
        connection.execute(text("INSERT INTO owners (id) VALUES (900)"))
        with pytest.raises(Exception, match="fk_egg"):
            connection.execute(text("INSERT INTO hens (id, egg) VALUES (901, 901)"))
        transaction.rollback()


def test_a_refusal_at_the_end_is_a_load_error(engine: Engine) -> None:
    circle().create_all(engine)
    rows = {"eggs": [{"id": 1, "hen": 1, "owner": 7}], "hens": [{"id": 1, "egg": 1}]}
    with pytest.raises(misata.LoadError, match=r"fk_(owner|egg|hen).*nothing was written"):
        misata.seed_database(rows, engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM eggs")) == 0


@pytest.mark.parametrize("alike", ["hens", "eggs"])
def test_a_cycle_is_not_cut_where_only_one_row_may_be_null(engine: Engine, alike: str) -> None:
    metadata = MetaData()
    for name, other in (("hens", "eggs"), ("eggs", "hens")):
        key = ForeignKey(f"{other}.id", name=f"fk_{name}", use_alter=True)
        only = [UniqueConstraint("other", postgresql_nulls_not_distinct=True)] if name == alike else []
        Table(name, metadata, Column("id", Integer, primary_key=True), Column("other", Integer, key), *only)
    misata.seed_from_sqlalchemy_models(metadata, engine, rows=20)
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(DISTINCT other) = count(*) FROM {alike}"))
