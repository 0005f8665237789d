"""Types of the user: what goes in through `process_bind_param` comes back through `process_result_value`."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

import pytest_misata as misata


class Guid(sa.TypeDecorator[uuid.UUID]):
    """A UUID where the database has one, and 32 digits elsewhere."""

    impl = sa.CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.UUID() if native else sa.CHAR(32))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        value = value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
        return str(value) if dialect.name == "postgresql" else value.hex

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else uuid.UUID(str(value))


class Epoch(sa.TypeDecorator[dt.datetime]):
    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else round((value - dt.datetime(1970, 1, 1)).total_seconds())

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=value)


class Utc(sa.TypeDecorator[dt.datetime]):
    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class JsonText(sa.TypeDecorator[Any]):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


class Sealed(sa.TypeDecorator[str]):
    """Text that is stored as other bytes."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else bytes(byte ^ 0x5A for byte in value.encode())

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else bytes(byte ^ 0x5A for byte in value).decode()


class Sized(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class ByNumber(sa.TypeDecorator[Sized]):
    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Sized(value).value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Sized(value)


class Cents(sa.TypeDecorator[Decimal]):
    """An amount of money as a whole number of cents."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else int(Decimal(value) * 100)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Decimal(value) / 100


class Comma(sa.TypeDecorator[list[str]]):
    """A list of words with commas between them."""

    impl = sa.String(200)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, list):
            raise TypeError("a list is wanted")
        return ",".join(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.split(",")


class Document(sa.TypeDecorator[Any]):
    """JSON of a database that has it, text elsewhere."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value if value is None or dialect.name == "postgresql" else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value if value is None or dialect.name == "postgresql" else json.loads(value)


class Wrapped(sa.TypeDecorator[Any]):
    """JSON under a decorator."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else {"inner": value}

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value["inner"]


def models() -> tuple[Any, Any, Any]:
    class Base(orm.DeclarativeBase):
        pass

    class Owner(Base):
        __tablename__ = "owners"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(Guid, primary_key=True, default=uuid.uuid4)
        since: orm.Mapped[dt.datetime] = orm.mapped_column(Epoch)
        seen: orm.Mapped[dt.datetime] = orm.mapped_column(Utc)
        facts: orm.Mapped[Any] = orm.mapped_column(JsonText)
        secret: orm.Mapped[str] = orm.mapped_column(Sealed)
        size: orm.Mapped[Sized] = orm.mapped_column(ByNumber)
        price: orm.Mapped[Decimal] = orm.mapped_column(Cents)
        tags: orm.Mapped[list[str]] = orm.mapped_column(Comma)
        pickled: orm.Mapped[Any] = orm.mapped_column(sa.PickleType)
        document: orm.Mapped[Any] = orm.mapped_column(Document)
        wrapped: orm.Mapped[Any] = orm.mapped_column(Wrapped)
        maybe: orm.Mapped[str | None] = orm.mapped_column(Sealed)

    class Pet(Base):
        __tablename__ = "pets"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(Guid, primary_key=True, default=uuid.uuid4)
        owner_id: orm.Mapped[uuid.UUID] = orm.mapped_column(Guid, sa.ForeignKey("owners.id"))
        mother_id: orm.Mapped[uuid.UUID | None] = orm.mapped_column(Guid, sa.ForeignKey("pets.id"))
        owner: orm.Mapped[Owner] = orm.relationship()

    return Base, Owner, Pet


def check(owners: list[Any]) -> None:
    for one in owners:
        assert isinstance(one.id, uuid.UUID)
        assert one.since.year >= 2000
        assert one.seen.tzinfo is dt.UTC
        assert isinstance(one.facts, dict | list)
        assert isinstance(one.secret, str)
        assert isinstance(one.size, Sized)
        assert isinstance(one.price, Decimal)
        assert isinstance(one.tags, list)
        assert isinstance(one.document, dict | list)
        assert one.pickled is not None
        assert one.wrapped is not None


def test_every_type_comes_back(fill: Any) -> None:
    base, owner, pet = models()
    filled = fill(base)
    if fill.from_models:
        check(filled.all(owner))
        assert {type(one.owner) for one in filled.all(sa.select(pet).options(orm.joinedload(pet.owner)))} == {owner}
        moment = dt.datetime(2025, 1, 1)
        new = owner(
            since=moment,
            seen=moment.replace(tzinfo=dt.UTC),
            facts={},
            secret="é",
            size=Sized.LARGE,
            price=Decimal("1.20"),
            tags=["a"],
            pickled={1},
            document={},
            wrapped=1,
        )
        filled.add(pet(owner=new))
    else:
        assert len({one.id for one in filled.all(sa.select(pet).options(orm.load_only(pet.id)))}) > 40


@pytest.mark.parametrize("driver", ["insert", "file"])
def test_every_type_by_the_slower_roads(
    driver: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL without COPY, MariaDB with and without LOAD DATA."""
    from pytest_misata.load.dialects import postgresql as road

    base, owner, _ = models()
    monkeypatch.setattr(road, "_COPY", {})
    urls = ["mysql_url", "postgresql_url"] if driver == "insert" else ["mysql_url"]
    for name in urls:
        options = {"local_infile": driver == "file"} if name == "mysql_url" else {}
        engine = sa.create_engine(request.getfixturevalue(name), connect_args=options)
        misata.seed_from_sqlalchemy_models(base, engine, rows=20)
        with orm.Session(engine) as session:
            check(list(session.scalars(sa.select(owner))))
        engine.dispose()
