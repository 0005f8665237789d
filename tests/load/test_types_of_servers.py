"""Values of every type that only a server has, made without a generator, and taken by the server itself."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

import pytest_misata as misata

PLAIN = """
    inet cidr macaddr macaddr8 int4range int8range numrange daterange tsrange tstzrange int4multirange int8multirange
    nummultirange datemultirange tsmultirange tstzmultirange tsvector tsquery hstore bit(12) varbit(20) ltree oid money
    jsonb uuid bytea interval time timetz date timestamp timestamptz numeric numeric(4,4) numeric(38,18) real smallint
    text varchar(12) char(5) citext integer[] text[] varchar(4)[] boolean[] numeric(6,2)[] date[] uuid[] inet[] jsonb[]
    timestamptz[] interval[] bytea[]
""".split()
UNCOMPARED = "xml point json jsonpath box".split()
ROWS = 1500


@pytest.fixture(scope="module", params=["plain", "unique"])
def keyed(request: pytest.FixtureRequest) -> bool:
    return request.param == "unique"


def test_every_type_takes_its_values(postgresql_url: str, keyed: bool) -> None:
    types = PLAIN if keyed else [*PLAIN, *UNCOMPARED]
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        for extension in ("hstore", "ltree", "citext"):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        for number, type_ in enumerate(types):
            unique = "UNIQUE" if keyed else ""
            connection.execute(text(f"CREATE TABLE t{number} (v {type_} NOT NULL {unique}, n {type_})"))
    schema = misata.schema_from_db(engine)
    misata.seed_database(misata.generate_from_schema(schema, rows=ROWS), engine)
    with engine.begin() as connection:
        for number, type_ in enumerate(types):
            counted = text(f"SELECT count(*), count(n), count(DISTINCT v::text) FROM t{number}")
            rows, there, different = connection.execute(counted).one()
            assert rows == ROWS, type_
            assert ROWS // 2 < there < ROWS, type_
            assert different == ROWS if keyed else different > 3, type_
    engine.dispose()


def test_objects_and_arrays_are_read_back_as_such(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE people (id int PRIMARY KEY, address jsonb NOT NULL, emails text[] NOT NULL)")
        )
    schema = misata.schema_from_db(engine)
    misata.seed_database(misata.generate_from_schema(schema, rows=200), engine)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people WHERE address ? 'city'")) == 200
        assert connection.scalar(text("SELECT max(cardinality(emails)) FROM people")) == 4
        assert connection.scalar(text("SELECT count(*) FROM people, unnest(emails) AS e WHERE e NOT LIKE '%@%'")) == 0
    engine.dispose()


@pytest.mark.parametrize(
    "type_",
    [
        "tinyint unsigned",
        "decimal(5,5)",
        "year",
        "time",
        "bit(8)",
        "binary(4)",
        "inet6",
        "char(3)",
        "varchar(30)",
        "float",
    ],
)
def test_types_of_mariadb_have_distinct_values(mysql_url: str, type_: str) -> None:
    engine = create_engine(mysql_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE t (id int PRIMARY KEY, v {type_} NOT NULL UNIQUE, n {type_})"))
    schema = misata.schema_from_db(engine)
    misata.seed_database(misata.generate_from_schema(schema, rows=100), engine)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(DISTINCT v) FROM t")) == 100
    engine.dispose()
