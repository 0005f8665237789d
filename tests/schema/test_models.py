"""Models in every form they come in, and what they know that no database does."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from pytest_misata.errors import ConfigurationError, SchemaError
from pytest_misata.schema.config import Default, Variant
from pytest_misata.schema.sources.models import schema_from_models
from tests.schema.features import Level, application_models, shop_models


def small(metadata: sa.MetaData) -> sa.MetaData:
    sa.Table("parents", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("children", metadata, sa.Column("parent", sa.ForeignKey("parents.id"), nullable=False))
    sa.Table("others", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


def test_a_declarative_base() -> None:
    base = shop_models()
    schema = schema_from_models(base)
    assert set(schema) == {"accounts", "orders", "lines", "log"}
    assert schema.source is base.metadata
    assert schema.dialect is None


def test_a_classic_base() -> None:
    base = orm.declarative_base()

    class User(base):  # type: ignore[valid-type,misc]
        __tablename__ = "users"
        id = sa.Column(sa.Integer, primary_key=True)

    assert list(schema_from_models(base)) == ["users"]


def test_metadata() -> None:
    metadata = small(sa.MetaData())
    schema = schema_from_models(metadata)
    assert list(schema) == ["parents", "children", "others"]
    assert schema.source is metadata


def test_a_registry() -> None:
    registry = orm.registry()
    table = sa.Table("users", registry.metadata, sa.Column("id", sa.Integer, primary_key=True))
    registry.map_imperatively(type("User", (), {}), table)
    assert list(schema_from_models(registry)) == ["users"]


def test_an_object_that_carries_metadata() -> None:
    assert "parents" in schema_from_models(SimpleNamespace(metadata=small(sa.MetaData())))


def test_sqlmodel() -> None:
    import sqlmodel

    # SQLModel resolves annotations in the module, where a class of a function is not to be found.
    hints = {"id": int | None, "name": str, "secret": str}
    fields = {"id": sqlmodel.Field(default=None, primary_key=True), "name": sqlmodel.Field(max_length=20)}
    namespace = {"__module__": __name__, "__annotations__": hints, **fields}
    hero = type(sqlmodel.SQLModel)("Hero", (sqlmodel.SQLModel,), namespace, table=True)

    for models in (sqlmodel.SQLModel, [hero], hero):
        columns = schema_from_models(models).table("hero").columns
        assert {name: (column.type.kind, column.type.length) for name, column in columns.items()} == {
            "id": ("integer", None),
            "name": ("string", 20),
            "secret": ("string", None),
        }
        assert not any(column.bound for column in columns.values())


def test_listed_tables_bring_those_they_refer_to() -> None:
    metadata = small(sa.MetaData())
    assert list(schema_from_models([metadata.tables["children"]])) == ["children", "parents"]
    assert list(schema_from_models(metadata.tables["others"])) == ["others"]


def test_listed_classes_of_several_bases() -> None:
    shop, application = shop_models(), application_models()
    classes = [mapper.class_ for base in (shop, application) for mapper in base.registry.mappers]
    schema = schema_from_models(classes)
    assert set(schema) == {"accounts", "orders", "lines", "items", "films"}
    assert set(schema.source.tables) == set(schema)
    assert schema.table("items").discriminator == "kind"


def test_two_tables_of_one_name_are_an_error() -> None:
    with pytest.raises(SchemaError, match="two tables are called parents"):
        schema_from_models([small(sa.MetaData()), small(sa.MetaData())])


@pytest.mark.parametrize("models", [42, "app.models:Base", None, object()])
def test_what_holds_no_models_is_an_error(models: Any) -> None:
    with pytest.raises(SchemaError, match="models are a declarative base, MetaData"):
        schema_from_models(models)


def test_a_base_without_tables_is_an_error() -> None:
    with pytest.raises(SchemaError, match="no tables in"):
        schema_from_models(sa.MetaData())


def test_a_foreign_key_to_a_table_no_model_defines_is_an_error() -> None:
    metadata = sa.MetaData()
    sa.Table("children", metadata, sa.Column("parent", sa.ForeignKey("nowhere.id")))
    with pytest.raises(SchemaError, match=r"children: a foreign key points nowhere: .*'nowhere'"):
        schema_from_models(metadata)


def test_views_and_alembics_table_are_left_alone() -> None:
    metadata = small(sa.MetaData())
    sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32)))
    sa.Table("everybody", metadata, sa.Column("id", sa.Integer), info={"is_view": True})
    assert list(schema_from_models(metadata)) == ["parents", "children", "others"]


@pytest.mark.skipif(not hasattr(sa.Table, "is_view"), reason="SQLAlchemy 2.0 has no views of its own")
def test_sqlalchemys_own_views_are_left_alone() -> None:
    from sqlalchemy.schema import CreateView  # type: ignore[attr-defined]

    metadata = small(sa.MetaData())
    CreateView(sa.select(metadata.tables["parents"]), "everybody", metadata=metadata)
    assert "everybody" in metadata.tables
    assert list(schema_from_models(metadata)) == ["parents", "children", "others"]


def test_an_identity_is_one_only_where_the_database_has_them() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True))
    names = (None, "postgresql", "sqlite", "mysql")
    found = {name: schema_from_models(metadata, dialect=name).table("t").column("id").identity for name in names}
    assert found == {None: "always", "postgresql": "always", "sqlite": None, "mysql": None}


def test_a_foreign_key_has_the_type_of_what_it_refers_to() -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, sa.Column("id", sa.BigInteger, primary_key=True))
    sa.Table("b", metadata, sa.Column("id", sa.ForeignKey("a.id"), primary_key=True))
    sa.Table("c", metadata, sa.Column("id", sa.ForeignKey("b.id"), primary_key=True))
    assert schema_from_models(metadata).table("c").column("id").type.bits == 64


def test_client_defaults() -> None:
    items = schema_from_models(application_models()).table("items")
    assert items.column("colour" if "colour" in items.columns else "clr").default == Default(value="red")
    assert items.column("level").default == Default(value="HIGH")
    assert items.column("id").default == Default(function="uuid4")
    assert items.column("kind").default is None


def test_the_names_of_attributes() -> None:
    items = schema_from_models(application_models()).table("items")
    assert items.column("clr").attribute == "colour"
    assert items.column("level").attribute is None


def test_single_table_and_joined_inheritance() -> None:
    items = schema_from_models(application_models()).table("items")
    shared = ("id", "kind", "clr", "level")
    assert items.discriminator == "kind"
    assert items.variants == [
        Variant("Item", "item", (), {"items": shared}),
        Variant("Book", "book", (), {"items": (*shared, "pages")}),
        Variant("Film", "film", ("films",), {"films": ("id", "minutes"), "items": shared}),
    ]


def test_variants_whose_tables_are_not_there_are_left_out() -> None:
    base = application_models()
    items = schema_from_models(base.metadata.tables["items"]).table("items")
    assert [variant.name for variant in items.variants] == ["Item", "Book"]


def test_concrete_inheritance_shares_nothing() -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Animal(Base):
        __tablename__ = "animals"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    class Dog(Animal):
        __tablename__ = "dogs"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        __mapper_args__ = {"concrete": True}  # noqa: RUF012

    schema = schema_from_models(Base)
    assert [(table.discriminator, table.variants) for table in schema.tables.values()] == [(None, []), (None, [])]


def test_a_discriminator_that_is_an_enumeration() -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Node(Base):
        __tablename__ = "nodes"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        level: orm.Mapped[Level]
        __mapper_args__ = {"polymorphic_on": "level", "polymorphic_identity": Level.LOW}  # noqa: RUF012

    class Leaf(Node):
        __mapper_args__ = {"polymorphic_identity": Level.HIGH}  # noqa: RUF012

    assert [variant.value for variant in schema_from_models(Base).table("nodes").variants] == ["LOW", "HIGH"]


def test_a_discriminator_that_is_an_expression_is_named_as_not_understood() -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Node(Base):
        __tablename__ = "nodes"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        __mapper_args__ = {  # noqa: RUF012
            "polymorphic_on": sa.case((sa.column("id") > 5, "high"), else_="low"),
            "polymorphic_identity": "low",
        }

    assert schema_from_models(Base).not_understood == ["nodes: the classes Node are told apart by an expression"]


def test_a_partial_index_is_that_of_the_database_it_is_for() -> None:
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("a", sa.Integer), sa.Column("b", sa.Boolean))
    sa.Index("ix", table.c.a, unique=True, postgresql_where=table.c.b.is_(True))
    for dialect in (None, "postgresql"):
        config = schema_from_models(metadata, dialect=dialect).table("t")
        assert (config.uniques, [index.where for index in config.unique_indexes]) == ([], ["b IS true"])
    config = schema_from_models(metadata, dialect="sqlite").table("t")
    assert (config.uniques, config.unique_indexes) == ([("a",)], [])


def test_a_constraint_for_one_database_only() -> None:
    metadata = sa.MetaData()
    check = sa.CheckConstraint("a > 0", name="positive").ddl_if(dialect="postgresql")
    sa.Table("t", metadata, sa.Column("a", sa.Integer), check)
    counts = {
        name: len(schema_from_models(metadata, dialect=name).table("t").checks) for name in ("postgresql", "mysql")
    }
    assert counts == {"postgresql": 1, "mysql": 0}


def test_an_index_for_databases_that_a_function_names() -> None:
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("a", sa.Integer))
    index = sa.Index("live", table.c.a, unique=True)
    index.ddl_if(callable_=lambda *_, dialect, **__: dialect.name == "postgresql")
    uniques = {name: schema_from_models(metadata, dialect=name).table("t").uniques for name in ("postgresql", "mysql")}
    assert uniques == {"postgresql": [("a",)], "mysql": []}


def test_a_check_that_has_no_sql_is_named_as_not_understood() -> None:
    class Odd(sa.types.UserDefinedType[Any]):
        cache_ok = True

        def get_col_spec(self, **_: Any) -> str:
            return "ODD"

    metadata = sa.MetaData()
    column: sa.Column[Any] = sa.Column("a", Odd())
    sa.Table("t", metadata, column, sa.CheckConstraint(column == sa.literal(object(), Odd()), name="same"))
    assert schema_from_models(metadata).not_understood == ["t.a: type ODD", "t: CHECK same"]


def test_reading_changes_nothing_and_configures_no_mappers() -> None:
    class Base(orm.DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "users"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        missing: orm.Mapped[Any] = orm.relationship("NobodyKnows")

    assert list(schema_from_models(Base)) == ["users"]
    # Mappers are configured all together, and this one cannot be.
    Base.registry.dispose()


def test_rows_and_children_from_info() -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True), info={"misata": {"rows": 7}})
    steered = {"misata": {"per_parent": "2.5", "spread": "even", "owner": True, "minimum": 1}}
    sa.Table(
        "b",
        metadata,
        sa.Column("a", sa.ForeignKey("a.id", info=steered)),
        sa.Column("other", sa.ForeignKey("a.id"), info={"misata": {"null_rate": 0.1}}),
    )
    schema = schema_from_models(metadata)
    assert schema.table("a").rows == 7
    owner, other = schema.table("b").foreign_keys
    assert (owner.owner, owner.per_parent, owner.spread, owner.minimum) == (True, Fraction(5, 2), "even", 1)
    assert (other.owner, other.null_rate) == (False, Fraction(1, 10))
    assert schema.table("b").column("other").generator is None


def test_on_mariadb_an_unqualified_reference_means_the_database_of_its_own_table():
    metadata = sa.MetaData()
    for place in (None, "elsewhere"):
        sa.Table("orgs", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=place)
    sa.Table(
        "audits",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("org", sa.ForeignKey("orgs.id")),
        schema="elsewhere",
    )
    parents = {
        dialect: schema_from_models(metadata, dialect=dialect).table("elsewhere.audits").foreign_keys[0].parent
        for dialect in ("postgresql", "mysql")
    }
    assert parents == {"postgresql": "orgs", "mysql": "elsewhere.orgs"}


def test_a_dialect_that_nobody_knows_is_named() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True))
    with pytest.raises(ConfigurationError, match="dialect: SQLAlchemy knows no database 'db2'; it is for example"):
        schema_from_models(metadata, dialect="db2")
