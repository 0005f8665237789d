"""SQLAlchemy models, and the database they make, are filled with rows that read back through the ORM."""

import datetime as dt
import enum
import uuid
from decimal import Decimal

import pytest
from sqlalchemy import JSON, Column, Computed, DateTime, ForeignKey, Numeric, String, Table, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

import pytest_misata as misata


class State(enum.Enum):
    new = "new"
    paid = "paid"
    void = "void"


class Reversed(TypeDecorator):
    """Text that is stored backwards."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value[::-1]

    def process_result_value(self, value, dialect):
        return None if value is None else value[::-1]


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(80), unique=True)
    first_name: Mapped[str] = mapped_column(String(40))
    nickname: Mapped[str | None] = mapped_column(Reversed)
    guid: Mapped[uuid.UUID]
    created_at: Mapped[dt.datetime]
    prefs: Mapped[dict] = mapped_column(JSON)
    orders: Mapped[list["Order"]] = relationship(back_populates="user")


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[State]
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    twice: Mapped[Decimal] = mapped_column(Numeric(12, 2), Computed("total * 2", persisted=True))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    user: Mapped[User] = relationship(back_populates="orders")


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)


Table(
    "order_tag",
    Base.metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


@pytest.fixture
def engine(database_url):
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_models_are_filled_and_read_back(engine):
    report = misata.seed_from_sqlalchemy_models(Base, engine, rows=50)
    assert report.table_rows == {"user_account": 50, "tags": 10, "orders": 150, "order_tag": 600}
    with Session(engine) as session:
        orders = session.scalars(select(Order)).all()
        users = session.scalars(select(User)).all()
    assert {type(order.state) for order in orders} == {State}
    assert all(order.twice == 2 * order.total for order in orders)
    assert {type(user.guid) for user in users} == {uuid.UUID}
    assert all(user.email.startswith(user.first_name.lower()[:3]) for user in users if user.first_name.isascii())


def test_types_of_the_user_have_their_say(engine):
    misata.seed_from_sqlalchemy_models(Base, engine, rows=30)
    tables = misata.generate_from_schema(misata.schema_from_models(Base, dialect=engine.dialect.name), rows=30)
    with Session(engine) as session:
        read = [name for (name,) in session.execute(select(User.nickname).order_by(User.id))]
    assert read == tables["user_account"]["nickname"].tolist()


def test_a_live_database_is_read_and_filled(engine):
    Base.metadata.create_all(engine)
    schema = misata.schema_from_db(engine)
    misata.seed_database(misata.generate_from_schema(schema, rows=40), engine)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 120
        assert session.scalars(select(User)).first().email


def test_both_roads_make_the_same_rows_where_they_know_the_same(engine):
    Base.metadata.create_all(engine)
    models = misata.schema_from_models(Base, dialect=engine.dialect.name)
    made, read = (misata.generate_from_schema(schema, rows=20) for schema in (models, misata.schema_from_db(engine)))
    for column in ("id", "email", "first_name", "created_at"):
        assert made["user_account"][column].tolist() == read["user_account"][column].tolist()
