"""Models, and the database made from them, are read as the same schema where they know the same facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from pytest_misata.schema.config import Column, Default, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.sources.database import schema_from_db
from pytest_misata.schema.sources.models import schema_from_models
from tests.schema.features import postgresql_models, shop_models

Pair = tuple[SchemaConfig, SchemaConfig]


def both(base: Any, engine: sa.Engine, **options: Any) -> Pair:
    """The schema of models and that of the database, after the models were created there."""
    base.metadata.create_all(engine)
    return schema_from_models(base, dialect=engine.dialect.name), schema_from_db(engine, **options)


@pytest.fixture
def pair(database_engine: sa.Engine) -> Pair:
    return both(shop_models(), database_engine)


@pytest.fixture
def postgresql_pair(postgresql_url: str) -> Iterator[Pair]:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA stock"))
    yield both(postgresql_models(), engine, schemas=["public", "stock"])
    engine.dispose()


def columns(schema: SchemaConfig) -> dict[str, Column]:
    return {f"{key}.{name}": column for key, table in schema.tables.items() for name, column in table.columns.items()}


def stored(column: Column) -> Any:
    """The column's type, without what only a model knows: that a VARCHAR is an enumeration."""
    if column.type.kind == "enum" and column.type.native is None:
        return replace(column.type, kind="string", values=(), name=None)
    return column.type


def test_the_same_tables(pair: Pair) -> None:
    models, database = pair
    assert set(models.tables) == set(database.tables) == {"accounts", "orders", "lines", "log"}


def test_the_same_columns_and_types(pair: Pair) -> None:
    models, database = (columns(schema) for schema in pair)
    assert {name: stored(column) for name, column in models.items()} == {
        name: stored(column) for name, column in database.items()
    }


def test_the_same_nulls(pair: Pair) -> None:
    models, database = (columns(schema) for schema in pair)
    assert {name: column.nullable for name, column in models.items() if not column.generated} == {
        name: column.nullable for name, column in database.items() if not column.generated
    }


def test_the_same_defaults(pair: Pair) -> None:
    for schema in pair:
        found = {name: column.server_default for name, column in columns(schema).items() if column.server_default}
        assert {name: default.value for name, default in found.items()} == {
            "accounts.stars": 3,
            "accounts.state": "it's new",
        }


def test_the_same_generated_columns(pair: Pair) -> None:
    for schema in pair:
        assert [name for name, column in columns(schema).items() if column.generated] == ["orders.gross"]


def test_the_same_numbered_columns(pair: Pair) -> None:
    for schema in pair:
        assert [name for name, column in columns(schema).items() if column.autoincrement] == ["accounts.id"]


def keys(table: TableConfig) -> Any:
    foreign = [(key.columns, key.parent, key.parent_columns, key.on_delete) for key in table.foreign_keys]
    return table.primary_key, table.uniques, foreign


def test_the_same_keys(pair: Pair) -> None:
    models, database = pair
    assert {name: keys(table) for name, table in models.tables.items()} == {
        name: keys(table) for name, table in database.tables.items()
    }
    assert keys(models.table("orders")) == (
        ("tenant", "number"),
        [],
        [
            (("account",), "accounts", ("id",), "CASCADE"),
            (("contact",), "accounts", ("email",), None),
            (("tenant", "previous"), "orders", ("tenant", "number"), None),
        ],
    )
    assert models.table("accounts").uniques == [("email",), ("tenant", "code")]
    assert keys(models.table("log")) == ((), [], [])


def test_the_same_checks_by_name(pair: Pair) -> None:
    for schema in pair:
        names = [check.name for check in schema.table("accounts").checks]
        assert names == ["grown_up", "in_order", "level", "mood"]
        assert not any(table.checks for name, table in schema.tables.items() if name != "accounts")


def test_a_check_is_kept_as_sql(pair: Pair) -> None:
    for schema in pair:
        check = schema.table("accounts").checks[0].sql
        assert check.replace("`", "").lower() == "age >= 18 and age < 130"


def test_enumerations_by_name_and_by_value(pair: Pair) -> None:
    models, _ = pair
    assert models.table("accounts").column("level").type.values == ("LOW", "HIGH")
    assert models.table("accounts").column("mood").type.values == ("is low", "is high")


def test_everything_is_understood(pair: Pair) -> None:
    assert [schema.not_understood for schema in pair] == [[], []]


def test_both_remember_the_dialect_and_the_source(pair: Pair, database_engine: sa.Engine) -> None:
    for schema in pair:
        assert schema.dialect == database_engine.dialect.name
        assert set(schema.source.tables) == set(schema.tables)


def test_postgresql_types(postgresql_pair: Pair) -> None:
    models, database = (columns(schema) for schema in postgresql_pair)
    assert {name: column.type for name, column in models.items()} == {
        name: column.type for name, column in database.items()
    }
    assert {name: column.nullable for name, column in models.items()} == {
        name: column.nullable for name, column in database.items()
    }


def test_postgresql_tables_in_schemas(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        assert set(schema.tables) == {"rooms", "stock.things"}
        things = schema.table("stock.things")
        assert (things.name, things.schema, things.key, things.description) == (
            "things",
            "stock",
            "stock.things",
            "what there is",
        )
        assert [(key.columns, key.parent) for key in things.foreign_keys] == [(("room",), "rooms")]
        assert things.column("mood").description == "how it is"


def test_postgresql_native_enumerations_and_domains(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        things = schema.table("stock.things")
        assert things.column("mood").type.values == ("LOW", "HIGH")
        assert things.column("mood").type.name == "mood"
        assert things.column("all_moods").type.item == things.column("mood").type
        place = things.column("place")
        assert (place.type.kind, place.type.length, place.type.name, place.nullable) == ("string", 5, "postcode", False)
        assert "place" in things.checks[0].sql
        assert "^(?:[0-9]{5})$" in things.checks[0].sql


def test_postgresql_numbering(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        rooms = schema.table("rooms")
        assert rooms.column("id").identity == "always"
        assert rooms.column("number").identity == "by default"
    assert postgresql_pair[0].table("rooms").column("ticket").sequence == "tickets"


def test_postgresql_generated_columns(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        generated = [name for name, column in columns(schema).items() if column.generated]
        assert generated == ["stock.things.words"]


def test_postgresql_unique_keys_beyond_columns(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        rooms = schema.table("rooms")
        assert rooms.uniques == [("number",)]
        assert [(key.name, key.columns, key.where, key.nulls_distinct) for key in rooms.unique_indexes] == [
            ("uq_door", ("door",), "NOT deleted", True),
            ("uq_place", ("floor", "door"), None, False),
            ("uq_name", (None,), None, True),
        ]
        assert rooms.unique_indexes[2].expressions[0].startswith("lower(name")


def test_postgresql_exclude_constraints_over_ranges_are_seen_to(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        assert [(one.name, one.elements) for one in schema.table("rooms").excludes] == [
            ("one_at_a_time", (("during", "&&"),))
        ]
        assert schema.table("rooms").column("during").generator == Generator("span", {"within": []})
        assert schema.not_understood == []


def test_postgresql_deferrable_keys(postgresql_pair: Pair) -> None:
    for schema in postgresql_pair:
        assert [(key.name, key.deferrable) for key in schema.table("rooms").foreign_keys] == [("fk_floor", True)]


def test_a_sequence_behind_a_default(postgresql_url: str) -> None:
    metadata = sa.MetaData()
    numbers = sa.Sequence("numbers", metadata=metadata)
    sa.Table("t", metadata, sa.Column("n", sa.Integer, server_default=numbers.next_value()))
    engine = sa.create_engine(postgresql_url)
    metadata.create_all(engine)
    for schema in (schema_from_models(metadata, dialect="postgresql"), schema_from_db(engine)):
        column = schema.table("t").column("n")
        assert (column.sequence, column.server_default) == ("numbers", None)
    engine.dispose()


def test_a_native_enumeration_needs_no_check(database_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    type_ = sa.Enum("a", "b", name="letters", create_constraint=True)
    sa.Table("t", metadata, sa.Column("c", type_), sa.Column("d", sa.Boolean(name="d", create_constraint=True)))
    metadata.create_all(database_engine)
    models = schema_from_models(metadata, dialect=database_engine.dialect.name)
    found = [[check.name for check in schema.table("t").checks] for schema in (models, schema_from_db(database_engine))]
    expected = {"sqlite": ["d", "letters"], "postgresql": [], "mysql": ["d"]}[database_engine.dialect.name]
    assert found == [expected, expected]


def test_a_default_that_is_more_than_a_literal(database_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("at", sa.DateTime, server_default=sa.func.current_timestamp()))
    metadata.create_all(database_engine)
    for schema in (schema_from_models(metadata), schema_from_db(database_engine)):
        default = schema.table("t").column("at").server_default
        assert isinstance(default, Default)
        assert default.value is None
        assert default.sql is not None
        assert "current_timestamp" in default.sql.lower() or "now()" in default.sql
