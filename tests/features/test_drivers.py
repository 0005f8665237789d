"""Other drivers of the same databases, which go other roads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url, orm

import pytest_misata as misata
from tests.features.filling import Filler, opened
from tests.features.test_decorators import check, models


@pytest.fixture(params=["postgresql+psycopg2", "mariadb+pymysql"])
def other_engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    url = request.getfixturevalue("postgresql_url" if "postgresql" in request.param else "mysql_url")
    with opened(make_url(url).set(drivername=request.param).render_as_string(hide_password=False)) as engine:
        yield engine


@pytest.mark.parametrize("road", ["models", "introspection"])
def test_another_driver(road: str, other_engine: sa.Engine) -> None:
    base, owner, _ = models()
    filled = Filler(other_engine, road)(base)
    if road == "models":
        check(filled.all(owner))


def test_a_type_that_refuses_a_value_is_named(feature_engine: sa.Engine) -> None:
    class Fussy(sa.TypeDecorator[str]):
        impl = sa.String(40)
        cache_ok = True

        def process_bind_param(self, value: str, dialect: object) -> str:
            if value != "sample":
                raise ValueError("only samples")
            return value

    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("c", Fussy, nullable=False))
    with pytest.raises(misata.LoadError, match=r"t\.c: Fussy does not take .*only samples.*nothing was written"):
        misata.seed_from_sqlalchemy_models(metadata, feature_engine, rows=3)


def test_tables_that_have_moved_on_from_their_models(feature_engine: sa.Engine) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "people"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        nick: orm.Mapped[str] = orm.mapped_column(sa.String(20))

    def make(columns: str) -> None:
        with feature_engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE IF EXISTS people"))
            connection.execute(sa.text(f"CREATE TABLE people (id INTEGER PRIMARY KEY, {columns})"))

    make("name VARCHAR(20)")
    with pytest.raises(misata.LoadError, match=r"people\.nick: the table in the database has no such column"):
        misata.seed_from_sqlalchemy_models(Person, feature_engine, rows=3)
    make("nick VARCHAR(20), mail VARCHAR(20) NOT NULL")
    with pytest.raises(misata.LoadError, match=r"people\.mail: the column is NOT NULL in the database"):
        misata.seed_from_sqlalchemy_models(Person, feature_engine, rows=3)
    make("nick VARCHAR(20), mail VARCHAR(20) NOT NULL DEFAULT 'none', note VARCHAR(20)")
    assert misata.seed_from_sqlalchemy_models(Person, feature_engine, rows=3).total_rows == 3
