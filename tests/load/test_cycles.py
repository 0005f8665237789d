"""A cycle of foreign keys is loaded with NULLs, which one UPDATE fills in."""

from sqlalchemy import Column as SqlColumn
from sqlalchemy import DateTime, Integer, MetaData, Table, create_engine, func, text
from sqlalchemy import ForeignKey as ForeignKeyTo

from pytest_misata import generate_from_schema, schema_from_models, seed_database
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import INTEGER, string


def cycle(*, primary_key=("id",)):
    teams = TableConfig(
        "teams",
        {"id": Column("id", INTEGER), "name": Column("name", string(40)), "lead_id": Column("lead_id", INTEGER, True)},
        primary_key=primary_key,
        uniques=[("id",)],
        foreign_keys=[ForeignKey(("lead_id",), "people", ("id",))],
    )
    people = TableConfig(
        "people",
        {
            "id": Column("id", INTEGER),
            "team_id": Column("team_id", INTEGER),
            "boss_id": Column("boss_id", INTEGER, True),
        },
        primary_key=("id",),
        foreign_keys=[ForeignKey(("team_id",), "teams", ("id",)), ForeignKey(("boss_id",), "people", ("id",))],
    )
    return SchemaConfig({"teams": teams, "people": people})


def read(url, query):
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def test_a_cycle_is_loaded_as_it_was_made(database_url):
    tables = generate_from_schema(cycle(), rows=60)
    for _ in range(2):
        report = seed_database(tables, database_url, create=True, truncate=True, batch_size=25)
    made = [(row["id"], row["lead_id"]) for row in tables["teams"].rows()]
    assert read(database_url, "SELECT id, lead_id FROM teams ORDER BY id") == made
    assert any(lead for _, lead in made)
    assert any(lead is None for _, lead in made)
    bosses = [(row["id"], row["boss_id"]) for row in tables["people"].rows()]
    assert read(database_url, "SELECT id, boss_id FROM people ORDER BY id") == bosses
    assert report.fingerprint == tables.fingerprint()


def test_a_table_without_primary_key_cannot_be_filled_in(database_url):
    seed_database(generate_from_schema(cycle(primary_key=()), rows=5), database_url, create=True)
    assert {lead for (lead,) in read(database_url, "SELECT lead_id FROM teams")} == {None}


def test_when_a_row_was_last_changed_stays_as_it_was_made(database_url):
    metadata = MetaData()
    Table(
        "teams",
        metadata,
        SqlColumn("id", Integer, primary_key=True),
        SqlColumn("lead_id", ForeignKeyTo("people.id", use_alter=True, name="led_by")),
        SqlColumn("updated_at", DateTime, onupdate=func.now(), nullable=False),
        SqlColumn("version", Integer, nullable=False, onupdate=7777),
    )
    Table(
        "people",
        metadata,
        SqlColumn("id", Integer, primary_key=True),
        SqlColumn("team_id", ForeignKeyTo("teams.id"), nullable=False),
    )
    engine = create_engine(database_url)
    metadata.create_all(engine)
    if engine.dialect.name == "mysql":
        with engine.begin() as connection:
            changing = "MODIFY updated_at TIMESTAMP NOT NULL DEFAULT '2020-01-01' ON UPDATE CURRENT_TIMESTAMP"
            connection.execute(text(f"ALTER TABLE teams {changing}"))
    tables = generate_from_schema(schema_from_models(metadata), rows=40)
    seed_database(tables, engine, truncate=True)
    engine.dispose()
    made = [(row["id"], row["updated_at"], row["version"]) for row in tables["teams"].rows()]
    found = read(database_url, "SELECT id, updated_at, version FROM teams WHERE lead_id IS NOT NULL ORDER BY id")
    assert {(number, version) for number, _, version in found} <= {(number, version) for number, _, version in made}
    assert {str(moment)[:19] for _, moment, _ in found} <= {str(moment)[:19] for _, moment, _ in made}
    assert found
