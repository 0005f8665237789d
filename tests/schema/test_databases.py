"""What is read from databases that nobody has models of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

import pytest_misata as misata
from pytest_misata import generate_from_schema, seed_database
from pytest_misata.errors import LoadError, SchemaError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.sources.database import schema_from_db


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def mysql(mysql_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(mysql_url)
    yield engine
    engine.dispose()


def kinds(schema: SchemaConfig, table: str) -> dict[str, str]:
    """Each column's type in short: the kind, or the name of a native type."""
    return {name: column.type.native or column.type.kind for name, column in schema.table(table).columns.items()}


def test_views_and_alembics_table_are_left_alone(database_engine: sa.Engine) -> None:
    run(
        database_engine,
        "CREATE TABLE users (id INTEGER PRIMARY KEY)",
        "CREATE VIEW everybody AS SELECT * FROM users",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
    )
    assert list(schema_from_db(database_engine)) == ["users"]


def test_a_url_an_engine_and_a_connection(database_engine: sa.Engine, database_url: str) -> None:
    run(database_engine, "CREATE TABLE users (id INTEGER PRIMARY KEY)")
    assert list(schema_from_db(database_url)) == ["users"]
    assert list(schema_from_db(database_engine.url)) == ["users"]
    with database_engine.connect() as connection:
        assert list(schema_from_db(connection)) == ["users"]
        assert not connection.in_transaction()


def test_a_callers_transaction_goes_on(database_engine: sa.Engine) -> None:
    with database_engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("CREATE TABLE users (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO users VALUES (1)")
        assert list(schema_from_db(connection)) == ["users"]
        assert transaction.is_active
        assert connection.exec_driver_sql("SELECT count(*) FROM users").scalar() == 1


def test_a_database_without_tables_is_an_error(database_engine: sa.Engine) -> None:
    with pytest.raises(SchemaError, match="no tables in"):
        schema_from_db(database_engine)


def test_an_unknown_schema_is_an_error(database_engine: sa.Engine) -> None:
    with pytest.raises(SchemaError, match="no schema 'nowhere': there are "):
        schema_from_db(database_engine, schemas=["nowhere"])


def test_none_among_schemas_is_the_default_one(database_engine: sa.Engine) -> None:
    run(database_engine, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    assert list(schema_from_db(database_engine, schemas=[None])) == ["t"]


def test_schemas_are_a_list(database_engine: sa.Engine) -> None:
    with pytest.raises(SchemaError, match=r"schemas is a list of names: \['public'\]"):
        schema_from_db(database_engine, schemas="public")


def test_a_database_that_is_not_there() -> None:
    with pytest.raises(LoadError, match="cannot connect"):
        schema_from_db("sqlite:////nowhere/at/all.db")


def test_plain_unique_constraints_written_beside_their_column(database_engine: sa.Engine) -> None:
    run(database_engine, "CREATE TABLE t (a INTEGER UNIQUE, b INTEGER, c INTEGER, UNIQUE (c, b), UNIQUE (b))")
    assert schema_from_db(database_engine).table("t").uniques == [("a",), ("b",), ("c", "b")]


def test_checks_without_names_and_over_several_lines(database_engine: sa.Engine) -> None:
    run(
        database_engine,
        """CREATE TABLE t (
            a INTEGER CHECK (a > 0),
            b VARCHAR(20) CHECK (b <> 'check (x) )'),
            CONSTRAINT both_set CHECK (
                a IS NOT NULL
                OR (b IS NOT NULL)
            )
        )""",
    )
    checks = schema_from_db(database_engine).table("t").checks
    assert len(checks) == 3
    assert [check.name for check in checks].count("both_set") == 1
    assert any("'check (x) )'" in check.sql for check in checks)


def test_parents_in_other_schemas_come_along(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE SCHEMA a",
        "CREATE SCHEMA b",
        "CREATE TABLE b.parents (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b.others (id INTEGER PRIMARY KEY)",
        "CREATE TABLE a.children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES b.parents)",
    )
    schema = schema_from_db(postgresql, schemas=["a"])
    assert list(schema) == ["a.children", "b.parents"]
    assert schema.table("a.children").foreign_keys[0].parent == "b.parents"


def test_another_database_of_a_mysql_server(mysql: sa.Engine) -> None:
    name = mysql.url.database
    run(mysql, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0), j JSON)")
    other = sa.create_engine(mysql.url.set(database="mysql"))
    schema = schema_from_db(other, schemas=[str(name)])
    assert list(schema) == [f"{name}.t"]
    assert [check.sql for check in schema.table(f"{name}.t").checks] == ["`a` > 0"]
    other.dispose()


def test_keys_from_another_database_of_a_mysql_server_to_the_default_one(mysql: sa.Engine) -> None:
    name, other = mysql.url.database, f"{mysql.url.database}_b"
    run(
        mysql,
        "CREATE TABLE users (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES users (id))",
        f"CREATE DATABASE {other}",
        f"CREATE TABLE {other}.logs (id INTEGER PRIMARY KEY, who INTEGER NOT NULL REFERENCES {name}.users (id))",
    )
    try:
        schema = schema_from_db(mysql, schemas=[None, other])
        assert {key: [k.parent for k in table.foreign_keys] for key, table in schema.tables.items()} == {
            f"{other}.logs": ["users"],
            "users": ["users"],
        }
    finally:
        run(mysql, f"DROP DATABASE {other}")


def test_sqlite_unique_indexes(sqlite: sa.Engine) -> None:
    run(
        sqlite,
        "CREATE TABLE t (a TEXT, b TEXT, c INTEGER)",
        "CREATE UNIQUE INDEX plain ON t (b, a DESC)",
        "CREATE UNIQUE INDEX lowered ON t (lower(a), c)",
        "CREATE UNIQUE INDEX partial ON t (b) WHERE c IS NOT NULL AND a <> 'x,)'",
    )
    table = schema_from_db(sqlite).table("t")
    assert table.uniques == [("b", "a")]
    assert [(key.expressions, key.columns, key.where) for key in table.unique_indexes] == [
        (("b",), ("b",), "c IS NOT NULL AND a <> 'x,)'"),
        (("lower(a)", "c"), (None, "c"), None),
    ]


def test_sqlite_types_are_any_word(sqlite: sa.Engine) -> None:
    run(
        sqlite,
        """CREATE TABLE t (id INTEGER PRIMARY KEY, a UUID, b INTERVAL, c STRING, d VARCHAR(7), e bool, f json,
        g timestamp with time zone, h DECIMAL(8, 2), i INET, j MYSTERY(3), k, l double precision, m INT UNSIGNED)""",
    )
    schema = schema_from_db(sqlite)
    assert kinds(schema, "t") == {
        "id": "integer",
        "a": "uuid",
        "b": "interval",
        "c": "text",
        "d": "string",
        "e": "boolean",
        "f": "json",
        "g": "datetime",
        "h": "numeric",
        "i": "inet",
        "j": "text",
        "k": "text",
        "l": "float",
        "m": "integer",
    }
    assert schema.not_understood == ["t.j: type MYSTERY(3)"]


def test_sqlite_virtual_tables_are_left_alone(sqlite: sa.Engine) -> None:
    run(sqlite, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE VIRTUAL TABLE found USING fts5(body)")
    assert list(schema_from_db(sqlite)) == ["t"]


def test_sqlite_generated_columns(sqlite: sa.Engine) -> None:
    run(sqlite, "CREATE TABLE t (a INTEGER, b INTEGER AS (a * 2), c INTEGER GENERATED ALWAYS AS (a + 1) STORED)")
    columns = schema_from_db(sqlite).table("t").columns
    assert [name for name, column in columns.items() if column.generated] == ["b", "c"]


def test_sqlite_keys_that_wait_and_stand_with_their_column(sqlite: sa.Engine) -> None:
    run(
        sqlite,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, [u id] INTEGER NOT NULL REFERENCES u DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t(id) NOT DEFERRABLE)",
    )
    schema = schema_from_db(sqlite)
    assert [key.deferrable for name in ("t", "u") for key in schema.table(name).foreign_keys] == [True, False]
    misata.seed_database(misata.generate_from_schema(schema, rows=20), sqlite)


@pytest.mark.parametrize(
    "columns",
    [
        "c TEXT NOT NULL, d TEXT AS (lower(c)), UNIQUE (d)",
        "c TEXT NOT NULL, d TEXT AS (upper(trim(c))) UNIQUE, e NUMERIC(10, 2) CHECK (e > 0)",
        "d TEXT GENERATED ALWAYS AS (c || ' (' || c || ')') STORED UNIQUE, c TEXT NOT NULL, CHECK (c <> ')')",
        "c TEXT NOT NULL DEFAULT (CAST('x' AS TEXT)), [d d] TEXT AS /* (*/ (c || -- )\n ')' ) UNIQUE",
    ],
)
def test_sqlite_generated_columns_with_others_on_their_line(sqlite: sa.Engine, columns: str) -> None:
    run(sqlite, f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")
    schema = schema_from_db(sqlite)
    report = misata.seed_database(misata.generate_from_schema(schema, rows=300), sqlite)
    assert report.table_rows == {"t": 300}


def test_postgresql_partitions_are_filled_through_their_parent(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE events (id INTEGER, at DATE NOT NULL) PARTITION BY RANGE (at)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    )
    schema = schema_from_db(postgresql)
    assert list(schema) == ["events"]
    (check,) = schema.table("events").checks
    assert check.name == "events_partitions"
    assert "at >= '2024-01-01'::date" in check.sql
    assert "at < '2026-01-01'::date" in check.sql


def test_postgresql_unique_keys_of_a_partition_are_kept(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE visits (kind int NOT NULL, place int NOT NULL, day date NOT NULL) PARTITION BY LIST (kind)",
        "CREATE TABLE visits_first PARTITION OF visits FOR VALUES IN (1)",
        "CREATE TABLE visits_other PARTITION OF visits DEFAULT",
        "CREATE UNIQUE INDEX once_a_day ON visits_other (place, day)",
    )
    schema = schema_from_db(postgresql)
    assert schema.table("visits").uniques == [("place", "day")]
    seed_database(generate_from_schema(schema, rows=500), postgresql)


def test_postgresql_partitions_that_take_every_row(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE a (id INTEGER) PARTITION BY HASH (id)",
        "CREATE TABLE a_1 PARTITION OF a FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "CREATE TABLE b (id INTEGER) PARTITION BY LIST (id)",
        "CREATE TABLE b_1 PARTITION OF b FOR VALUES IN (1)",
        "CREATE TABLE b_rest PARTITION OF b DEFAULT",
    )
    schema = schema_from_db(postgresql)
    assert {name: table.checks for name, table in schema.tables.items()} == {"a": [], "b": []}


def test_postgresql_partitions_of_partitions_that_others_refer_to(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE events (id int, kind text, n int, PRIMARY KEY (id, kind, n)) PARTITION BY LIST (kind)",
        "CREATE TABLE events_ab PARTITION OF events FOR VALUES IN ('alpha', 'beta') PARTITION BY RANGE (n)",
        "CREATE TABLE events_low PARTITION OF events_ab FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE events_c PARTITION OF events FOR VALUES IN ('gamma') PARTITION BY HASH (n)",
        "CREATE TABLE events_c0 PARTITION OF events_c FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        """CREATE TABLE notes (event_id int NOT NULL, kind text NOT NULL, n int NOT NULL,
           FOREIGN KEY (event_id, kind, n) REFERENCES events)""",
    )
    schema = schema_from_db(postgresql)
    assert list(schema) == ["events", "notes"]
    assert [key.parent for key in schema.table("notes").foreign_keys] == ["events"]
    report = seed_database(generate_from_schema(schema, rows=60), postgresql)
    assert report.table_rows["notes"] > 100
    with postgresql.connect() as connection:
        assert {*connection.execute(sa.text("SELECT DISTINCT kind FROM events")).scalars()} == {
            "alpha",
            "beta",
            "gamma",
        }


def test_postgresql_domains_keep_all_that_they_say(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE DOMAIN slug AS varchar(30) NOT NULL CHECK (VALUE = lower(VALUE)) CHECK (length(VALUE) > 2)",
        "CREATE DOMAIN share AS numeric(5, 4) CHECK (VALUE BETWEEN 0 AND 1)",
        'CREATE TABLE t (a slug, "B" share)',
    )
    table = schema_from_db(postgresql).table("t")
    a, b = table.columns.values()
    assert (a.type.kind, a.type.length, a.nullable, b.nullable) == ("string", 30, False, True)
    assert (b.type.kind, b.type.precision, b.type.scale) == ("numeric", 5, 4)
    assert len(table.checks) == 3
    assert any('"B" <= (1)::numeric' in check.sql for check in table.checks)


def test_postgresql_types_without_a_class(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TYPE pair AS (a INTEGER, b INTEGER)",
        "CREATE TABLE t (a xml, b pair, c point, d pg_lsn, e xml[])",
    )
    schema = schema_from_db(postgresql)
    assert kinds(schema, "t") == {"a": "xml", "b": "pair", "c": "point", "d": "pg_lsn", "e": "array"}
    assert [part for part, _ in schema.table("t").column("b").type.parts] == ["a", "b"]
    assert schema.not_understood == []


def test_postgresql_composite_types(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TYPE mood AS ENUM ('well', 'so \"so\"')",
        "CREATE DOMAIN postcode AS VARCHAR(10)",
        "CREATE TYPE address AS (street TEXT, city TEXT, code postcode, since DATE, at POINT, how mood, ok BOOLEAN)",
        "CREATE TYPE money_of AS (amount NUMERIC(10, 2), currency CHAR(3))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, home address NOT NULL, price money_of NOT NULL, work address,"
        " moods mood[] NOT NULL, CHECK ('well' <> ALL (moods)), CHECK ((price).amount > 0))",
    )
    schema = schema_from_db(postgresql)
    report = seed_database(generate_from_schema(schema, rows=300), postgresql)
    assert report.table_rows == {"t": 300}
    with postgresql.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT (home).city, (home).since, (home).how::text, (price).currency, (price).amount FROM t")
        ).all()
    assert all(row.city and row.since and len(row.currency) == 3 and row.amount > 0 for row in rows)
    assert {row.how for row in rows} == {"well", 'so "so"'}


def test_columns_without_a_type(sqlite: sa.Engine) -> None:
    run(sqlite, "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b NOT NULL)")
    metadata = sa.MetaData()
    metadata.reflect(sqlite)
    report = misata.seed_from_sqlalchemy_models(metadata, sqlite, rows=30, create=False)
    assert (report.table_rows, report.not_understood) == ({"t": 30}, ())


def test_postgresql_exclude_constraints_over_expressions(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        """CREATE TABLE t (a INTEGER, begins DATE, ends DATE, gone BOOLEAN, CONSTRAINT apart
        EXCLUDE USING gist (int4range(a, a, '[]') WITH =, daterange(begins, ends) WITH &&) WHERE (NOT gone))""",
    )
    schema = schema_from_db(postgresql)
    (exclude,) = schema.table("t").excludes
    assert (exclude.name, exclude.where) == ("apart", "NOT gone")
    assert exclude.elements == (("int4range(a, a, '[]'::text)", "="), ("daterange(begins, ends)", "&&"))
    assert (schema.not_understood, exclude.followed) == ([], True)
    report = seed_database(generate_from_schema(schema, rows=300), postgresql)
    assert report.table_rows == {"t": 300}


def test_postgresql_periods_of_an_owner_that_keep_apart(postgresql: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("rooms", metadata, sa.Column("id", sa.Integer, primary_key=True))
    stays = sa.Table(
        "stays",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.ForeignKey("rooms.id"), nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True)),
        sa.Column("low", sa.Integer, nullable=False),
        sa.Column("high", sa.Integer, nullable=False),
        sa.CheckConstraint("ends > begins"),
    )
    room = sa.func.int4range(stays.c.room_id, stays.c.room_id, "[]")
    periods = [
        sa.func.daterange(stays.c.begins, stays.c.ends, "[]"),
        sa.func.tstzrange(stays.c.since, stays.c.upto),
        sa.func.int4range(stays.c.low, stays.c.high),
    ]
    for number, period in enumerate(periods):
        stays.append_constraint(ExcludeConstraint((room, "="), (period, "&&"), name=f"apart_{number}", using="gist"))
    report = misata.seed_from_sqlalchemy_models(metadata, postgresql, rows=60)
    assert (report.table_rows["stays"], report.not_understood) == (180, ())
    again = seed_database(generate_from_schema(schema_from_db(postgresql), rows=60), postgresql, truncate=True)
    assert (again.total_rows, again.not_understood) == (report.total_rows, ())
    with postgresql.connect() as connection:
        longest = connection.scalar(sa.select(sa.func.max(stays.c.ends - stays.c.begins)))
    assert 7 < longest < 16


def test_postgresql_what_else_must_not_be_alike_is_named(postgresql: sa.Engine) -> None:
    run(postgresql, "CREATE TABLE t (a INT4RANGE, EXCLUDE USING gist (a WITH -|-))")
    schema = schema_from_db(postgresql)
    assert schema.not_understood == ["t: EXCLUDE t_a_excl (a WITH -|-)"]


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ("extract(minute FROM since) IN (0, 30)", lambda row: row.since.minute in {0, 30}),
        ("date_trunc('hour', since) = since", lambda row: row.since.minute == 0),
        ("upto - since BETWEEN interval '1 hour' AND interval '2 hours'", lambda row: 60 <= minutes(row) <= 120),
        ("upto - since IN (interval '45 minutes', interval '90 minutes')", lambda row: minutes(row) in {45, 90}),
    ],
)
def test_postgresql_periods_that_keep_apart_meet_checks(
    postgresql: sa.Engine, condition: str, is_met: Callable[[Any], bool]
) -> None:
    run(
        postgresql,
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "CREATE TABLE rooms (id SERIAL PRIMARY KEY)",
        "CREATE TABLE guests (id SERIAL PRIMARY KEY, name TEXT NOT NULL)",
        f"""CREATE TABLE slots (id SERIAL PRIMARY KEY, guest_id INT NOT NULL REFERENCES guests,
        room_id INT NOT NULL REFERENCES rooms, since TIMESTAMP NOT NULL, upto TIMESTAMP NOT NULL, CHECK (upto > since),
        CHECK ({condition}), EXCLUDE USING gist (room_id WITH =, tsrange(since, upto) WITH &&))""",
    )
    schema = schema_from_db(postgresql)
    seed_database(generate_from_schema(schema, counts={"rooms": 20, "slots": 400}), postgresql)
    with postgresql.connect() as connection:
        found = connection.execute(sa.text("SELECT * FROM slots")).all()
    assert len(found) == 400
    assert all(is_met(row) for row in found)
    assert len({row.upto - row.since for row in found}) > 1
    assert min(row.since for row in found).year == 2025


def minutes(row: Any) -> float:
    """How long a slot lasts."""
    return (row.upto - row.since).total_seconds() / 60


def test_postgresql_constraint_triggers_are_named_as_not_understood(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE t (a INTEGER)",
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER look AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION nothing()",
    )
    assert schema_from_db(postgresql).not_understood == ["t: constraint trigger look"]


def test_postgresql_match_full(postgresql: sa.Engine) -> None:
    run(
        postgresql,
        "CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b))",
        "CREATE TABLE c (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p MATCH FULL)",
    )
    assert schema_from_db(postgresql).table("c").foreign_keys[0].full_match


def test_mysql_types(mysql: sa.Engine) -> None:
    run(
        mysql,
        """CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a TINYINT(1), b TINYINT, c MEDIUMINT UNSIGNED, d JSON,
        e ENUM('x', 'y') NOT NULL, f SET('p', 'q'), g YEAR, h BIT(3), i TINYTEXT, j LONGTEXT, k UUID, l INET6, m POINT,
        n VARBINARY(9), o BINARY(4), p TIMESTAMP NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp())""",
    )
    schema = schema_from_db(mysql)
    assert kinds(schema, "t") == {
        "id": "integer",
        "a": "boolean",
        "b": "integer",
        "c": "integer",
        "d": "json",
        "e": "enum",
        "f": "set",
        "g": "year",
        "h": "bit",
        "i": "string",
        "j": "text",
        "k": "uuid",
        "l": "inet6",
        "m": "point",
        "n": "binary",
        "o": "binary",
        "p": "datetime",
    }
    table = schema.table("t")
    assert table.column("id").autoincrement
    assert (table.column("b").type.bits, table.column("c").type.bits, table.column("c").type.unsigned) == (8, 24, True)
    assert (table.column("e").type.values, table.column("i").type.length) == (("x", "y"), 255)
    assert (table.column("o").type.length, table.column("o").type.fixed) == (4, True)
    assert table.checks == []
    assert schema.not_understood == []


def test_mysql_unique_keys_over_the_beginning_of_a_text(mysql: sa.Engine) -> None:
    run(mysql, "CREATE TABLE t (a TEXT, b VARCHAR(50), UNIQUE start (a(10), b), UNIQUE (b))")
    table = schema_from_db(mysql).table("t")
    assert table.uniques == [("b",)]
    assert [(key.expressions, key.columns) for key in table.unique_indexes] == [(("left(a, 10)", "b"), (None, "b"))]


def test_mysql_letters_that_count_as_equal(mysql: sa.Engine) -> None:
    run(mysql, "CREATE TABLE t (a VARCHAR(5) COLLATE utf8mb4_general_ci, b VARCHAR(5) COLLATE utf8mb4_bin)")
    columns = schema_from_db(mysql).table("t").columns
    assert [column.type.case_sensitive for column in columns.values()] == [False, True]


def test_mysql_generated_columns(mysql: sa.Engine) -> None:
    run(mysql, "CREATE TABLE t (a INT, b INT AS (a * 2) VIRTUAL, c INT AS (a + 1) STORED)")
    columns = schema_from_db(mysql).table("t").columns
    assert [name for name, column in columns.items() if column.generated] == ["b", "c"]


def test_mysql_periods_of_versioned_tables_are_the_servers(mysql: sa.Engine) -> None:
    run(
        mysql,
        "CREATE TABLE t (a INT, since TIMESTAMP(6) AS ROW START, upto TIMESTAMP(6) AS ROW END,"
        " PERIOD FOR SYSTEM_TIME (since, upto)) WITH SYSTEM VERSIONING",
    )
    schema = schema_from_db(mysql)
    assert [name for name, column in schema.table("t").columns.items() if column.generated] == ["since", "upto"]
    report = misata.seed_database(misata.generate_from_schema(schema, rows=20), mysql)
    assert report.table_rows == {"t": 20}


def test_unique_computed_columns(database_engine: sa.Engine) -> None:
    run(
        database_engine,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL,"
        " b INTEGER GENERATED ALWAYS AS (a * 2) STORED UNIQUE)",
    )
    schema = schema_from_db(database_engine)
    report = misata.seed_database(misata.generate_from_schema(schema, rows=300), database_engine)
    assert report.table_rows == {"t": 300}


def test_numbers_of_many_places(database_engine: sa.Engine) -> None:
    run(database_engine, "CREATE TABLE t (id INTEGER PRIMARY KEY, wei NUMERIC(38, 20) NOT NULL, r NUMERIC(18, 18))")
    schema = schema_from_db(database_engine)
    report = misata.seed_database(misata.generate_from_schema(schema, rows=50), database_engine)
    assert report.table_rows == {"t": 50}


@pytest.mark.parametrize(
    ("type_", "condition"),
    [
        ("int4range", "lower(r) >= 10000"),
        ("int8range", "lower(r) >= 0 AND upper(r) <= 90"),
        ("daterange", "lower(r) >= '2020-01-01' AND NOT isempty(r)"),
        ("daterange", "upper(r) - lower(r) BETWEEN 5 AND 9"),
        ("tstzrange", "upper(r) - lower(r) >= interval '2 hours'"),
        ("numrange", "upper(r) <= 100"),
    ],
)
def test_postgresql_ranges_meet_checks(postgresql: sa.Engine, type_: str, condition: str) -> None:
    run(postgresql, f"CREATE TABLE t (id SERIAL PRIMARY KEY, r {type_} NOT NULL, CHECK ({condition}))")
    report = seed_database(generate_from_schema(schema_from_db(postgresql), rows=200), postgresql)
    assert (report.table_rows, report.warnings) == ({"t": 200}, ())
    with postgresql.connect() as connection:
        assert connection.execute(sa.text("SELECT count(DISTINCT r) FROM t")).scalar_one() > 5


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/typo.db"
    for database in (url, sa.make_url(url)):
        with pytest.raises(SchemaError, match=r"typo\.db: there is no such file"):
            schema_from_db(database)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [5, 10, 100])
def test_mysql_texts_differ_in_the_beginning_that_is_unique(mysql: sa.Engine, length: int) -> None:
    columns = "id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(60) NOT NULL, slug VARCHAR(120) NOT NULL"
    run(mysql, f"CREATE TABLE posts ({columns}, UNIQUE KEY (slug({length})))")
    tables = generate_from_schema(schema_from_db(mysql), rows=1000)
    assert len({slug[:length] for slug in tables["posts"]["slug"]}) == 1000
    assert seed_database(tables, mysql).table_rows["posts"] == 1000


@pytest.mark.parametrize("start", ["left(slug, 8)", "substr(slug, 1, 8)"])
def test_postgresql_texts_differ_in_the_beginning_that_is_unique(postgresql: sa.Engine, start: str) -> None:
    run(postgresql, "CREATE TABLE posts (id INT PRIMARY KEY, slug TEXT NOT NULL)")
    run(postgresql, f"CREATE UNIQUE INDEX start ON posts ({start})")
    tables = generate_from_schema(schema_from_db(postgresql), rows=1000)
    assert seed_database(tables, postgresql).table_rows["posts"] == 1000


def test_a_unique_beginning_of_a_text_that_a_check_is_about_is_named(mysql: sa.Engine) -> None:
    run(mysql, "CREATE TABLE t (a VARCHAR(20) NOT NULL CHECK (char_length(a) = 20), UNIQUE start (a(4)))")
    told = generate_from_schema(schema_from_db(mysql), rows=3).schema.not_understood
    assert told == ["t: unique index start (left(a, 4))"]
