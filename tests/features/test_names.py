"""Names of every sort, tables in schemas, tables without a key, and the forms models come in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import sqlmodel
from sqlalchemy import orm

import pytest_misata as misata
from tests.features.filling import ROWS, Filler, check_rows, opened
from tests.servers import administration, mysql_server

NAMES = (
    "order",
    "select",
    "a b",
    "MixedCase",
    "UPPER",
    "per%cent",
    "%s",
    "100%",
    'double"quote',
    "single'quote",
    "colon:name",
    "brackets(here)",
    "square[brackets]",
    "semi;colon",
    "dash-ed",
    "dot.ted",
    "slash/ed",
    "back\\slash",
    "größe",
    "日本",
    "question?",
    "$dollar",
    "1st",
    "values",
    "back`tick",
    "c0",
)


def strange_names(names: tuple[str, ...]) -> type[orm.DeclarativeBase]:
    class Base(orm.DeclarativeBase):
        pass

    columns = [sa.Column(name, sa.String(20), key=f"key_{number}") for number, name in enumerate(names)]
    sa.Table(
        "Order Table %",
        Base.metadata,
        sa.Column("the id", sa.Integer, primary_key=True, key="id"),
        *columns,
        sa.Column("blob's %", sa.LargeBinary),
    )
    sa.Table(
        "user",
        Base.metadata,
        sa.Column("ID", sa.Integer, primary_key=True),
        sa.Column("group", sa.ForeignKey("Order Table %.id"), nullable=False),
        sa.Column("unique %", sa.String(30), unique=True),
        sa.Column("Next", sa.ForeignKey("user.ID")),
    )
    return Base


def test_names_that_need_quotes(fill: Filler) -> None:
    base = strange_names(NAMES)
    filled = fill(base)
    table = base.metadata.tables["Order Table %"]
    for name in NAMES:
        column = next(column for column in table.columns if column.name == name)
        assert any(value for value in filled.column(column)), name


def test_names_on_the_slower_roads(mysql_url: str, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_misata.load.dialects import postgresql

    monkeypatch.setattr(postgresql, "_COPY", {})
    base = strange_names(NAMES)
    for url in (mysql_url, postgresql_url):
        engine = sa.create_engine(url, connect_args={"local_infile": False} if url == mysql_url else {})
        report = misata.seed_from_sqlalchemy_models(base, engine, rows=ROWS)
        assert report.total_rows > ROWS
        with engine.connect() as connection:
            check_rows(connection, base.metadata)
        engine.dispose()


def test_attributes_with_other_names_than_their_columns(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "people"
        key: orm.Mapped[int] = orm.mapped_column("person_id", primary_key=True)
        mail: orm.Mapped[str] = orm.mapped_column("email_address", sa.String(80), unique=True)
        chief: orm.Mapped[int | None] = orm.mapped_column("boss_id", sa.ForeignKey("people.person_id"))
        team: orm.Mapped[int | None] = orm.mapped_column("team_id", sa.ForeignKey("teams.team_id"))

    class Team(Base):
        __tablename__ = "teams"
        key: orm.Mapped[int] = orm.mapped_column("team_id", primary_key=True)
        lead: orm.Mapped[int] = orm.mapped_column(
            "lead_id", sa.ForeignKey("people.person_id", use_alter=True, name="fk_lead")
        )

    filled = fill(Base)
    assert all("@" in person.mail for person in filled.all(Person))
    assert any(person.team for person in filled.all(Person))
    person = Person(mail="new@example.com")
    filled.add(person)
    filled.add(Team(lead=person.key))


def test_tables_without_a_primary_key(fill: Filler) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "log",
        metadata,
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("source", sa.ForeignKey("sources.name"), nullable=False),
        sa.Column("line", sa.Text),
    )
    sa.Table("sources", metadata, sa.Column("name", sa.String(20), unique=True, nullable=False))
    fill(metadata)


def in_schemas(first: str, second: str) -> type[orm.DeclarativeBase]:
    class Base(orm.DeclarativeBase):
        pass

    class Account(Base):
        __tablename__ = "accounts"
        __table_args__ = {"schema": first}  # noqa: RUF012
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        name: orm.Mapped[str] = orm.mapped_column(sa.String(30))

    class Invoice(Base):
        __tablename__ = "invoices"
        __table_args__ = {"schema": second}  # noqa: RUF012
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        account_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey(f"{first}.accounts.id"))
        previous_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey(f"{second}.invoices.id"))

    class Note(Base):
        """One in the schema that is meant when none is named, called as one elsewhere."""

        __tablename__ = "accounts"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        text: orm.Mapped[str] = orm.mapped_column(sa.String(30))

    Base.kept = (Account, Invoice, Note)
    return Base


def check_schemas(fill: Filler, base: Any, first: str, second: str) -> None:
    account, invoice, note = base.kept
    filled = fill(base, schemas=[None, first, second])
    assert {one.account_id for one in filled.all(invoice)} <= {one.id for one in filled.all(account)}
    assert any(one.previous_id for one in filled.all(invoice))
    filled.add(account(name="new"), note(text="new"), invoice(account_id=1))


def default_schema(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return [str(sa.inspect(connection).default_schema_name)]


def test_schemas_of_postgresql(fill_postgresql: Filler) -> None:
    check_schemas(fill_postgresql, in_schemas("bank", "Sales dept"), "bank", "Sales dept")


@pytest.fixture
def two_databases() -> Iterator[tuple[str, str]]:
    names = tuple(f"misata_test_{uuid4().hex[:12]}" for _ in range(2))
    with administration(mysql_server()) as engine, engine.connect() as connection:
        for name in names:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield names[0], names[1]
        for name in names[::-1]:
            connection.execute(sa.text(f"DROP DATABASE {name}"))


@pytest.mark.parametrize("road", ["models", "introspection"])
def test_databases_of_mariadb(road: str, mysql_url: str, two_databases: tuple[str, str]) -> None:
    with opened(mysql_url) as engine:
        check_schemas(Filler(engine, road), in_schemas(*two_databases), *two_databases)


@pytest.mark.parametrize("road", ["models", "introspection"])
def test_attached_files_of_sqlite(road: str, tmp_path: Any) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'main.db'}")

    @sa.event.listens_for(engine, "connect")
    def attach(connection: Any, _: Any) -> None:
        connection.execute(f"ATTACH '{tmp_path / 'first.db'}' AS first")
        connection.execute(f"ATTACH '{tmp_path / 'second.db'}' AS second")

    # SQLite keeps no foreign key from one file to another: only the models know of it.
    first = "first" if road == "models" else "second"
    check_schemas(Filler(engine, road), in_schemas(first, "second"), first, "second")
    engine.dispose()


def test_a_schema_that_sqlite_has_not_attached_is_named(sqlite_url: str) -> None:
    with pytest.raises(misata.LoadError, match=r"no schema first: on SQLite a schema is an attached database"):
        misata.seed_from_sqlalchemy_models(in_schemas("first", "first"), sqlite_url, rows=3)


def classic() -> Any:
    base = orm.declarative_base()

    class Thing(base):
        __tablename__ = "things"
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(20))

    base.kept = Thing
    return base


def imperative() -> Any:
    registry = orm.registry()

    class Thing:
        pass

    columns = (sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    registry.map_imperatively(Thing, sa.Table("things", registry.metadata, *columns))
    return registry


def listed() -> Any:
    base = classic()
    return [base.kept, sa.Table("more", base.metadata, sa.Column("thing", sa.ForeignKey("things.id")))]


@cache
def sql_model() -> Any:
    # SQLModel resolves annotations in the module, where a class of a function is not to be found.
    hints = {"id": int | None, "name": str, "owner_id": int | None}
    fields = {
        "id": sqlmodel.Field(default=None, primary_key=True),
        "name": sqlmodel.Field(index=True, max_length=20),
        "owner_id": sqlmodel.Field(default=None, foreign_key="things.id"),
    }
    namespace = {"__module__": __name__, "__tablename__": "things", "__annotations__": hints, **fields}
    return [type(sqlmodel.SQLModel)("Thing", (sqlmodel.SQLModel,), namespace, table=True)]


@pytest.mark.parametrize(
    "models",
    [classic, lambda: classic().metadata, imperative, lambda: imperative().metadata, listed, sql_model],
    ids=["classic", "metadata", "registry", "mapped metadata", "list", "sqlmodel"],
)
def test_every_form_of_models(models: Any, feature_engine: sa.Engine) -> None:
    report = misata.seed_from_sqlalchemy_models(models(), feature_engine, rows=20)
    assert report.table_rows["things"] == 20


def test_views_and_the_version_of_the_schema_are_left_alone(feature_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("things", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    version = sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32), primary_key=True))
    metadata.create_all(feature_engine)
    with feature_engine.begin() as connection:
        connection.execute(version.insert().values(version_num="abc"))
        connection.execute(sa.text("CREATE VIEW named AS SELECT name FROM things"))
    misata.seed_from_sqlalchemy_models(metadata, feature_engine, rows=10)
    tables = misata.generate_from_schema(misata.schema_from_db(feature_engine), rows=10)
    assert list(tables) == ["things"]
    misata.seed_database(tables, feature_engine, truncate=True)
    with feature_engine.connect() as connection:
        assert connection.scalars(sa.select(version.c.version_num)).all() == ["abc"]


def test_partitions_are_filled_through_their_parent(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.begin() as connection:
        for statement in (
            "CREATE TABLE events (id int NOT NULL, region text NOT NULL, at date NOT NULL, PRIMARY KEY (id, region)) "
            "PARTITION BY LIST (region)",
            "CREATE TABLE events_eu PARTITION OF events FOR VALUES IN ('de', 'fr')",
            "CREATE TABLE events_us PARTITION OF events FOR VALUES IN ('us')",
            "CREATE TABLE visits (day date NOT NULL, n int) PARTITION BY RANGE (day)",
            "CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            "CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        ):
            connection.execute(sa.text(statement))
    tables = misata.generate_from_schema(misata.schema_from_db(postgresql_engine), rows=60)
    report = misata.seed_database(tables, postgresql_engine)
    assert set(report.table_rows) == {"events", "visits"}
    with postgresql_engine.connect() as connection:
        assert {"de", "us"} <= set(connection.scalars(sa.text("SELECT region FROM events")))
        assert connection.scalar(sa.text("SELECT count(*) FROM visits_2025")) > 0
