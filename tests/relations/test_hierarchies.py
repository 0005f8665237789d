"""Classes that share a table or extend one: the discriminator says which, and the other tables agree."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from sqlalchemy import Enum, ForeignKey, String, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

from pytest_misata import GenerationError, generate_from_schema, schema_from_db, schema_from_models, seed_database
from tests.relations.filled import column, filled, rows


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(String(60))
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_on": "type", "polymorphic_identity": "person"}


class Employee(Person):
    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    salary: Mapped[int]
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "employee"}


class Manager(Employee):
    __tablename__ = "managers"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    level: Mapped[int]
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "manager"}


class Customer(Person):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "customer"}


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(Enum("card", "transfer", name="method"))
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_on": "method", "polymorphic_abstract": True}


class CardPayment(Payment):
    __tablename__ = "card_payments"
    id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    last_digits: Mapped[str] = mapped_column(String(4))
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "card"}


class Transfer(Payment):
    __tablename__ = "transfers"
    id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    iban: Mapped[str] = mapped_column(String(34))
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "transfer"}


class Vehicle(Base):
    __tablename__ = "vehicles"
    id: Mapped[int] = mapped_column(primary_key=True)
    wheels: Mapped[int]
    sort: Mapped[str] = mapped_column(String(20))
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_on": "sort", "polymorphic_identity": "vehicle"}


class Car(Vehicle):
    doors: Mapped[int | None]
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "car"}


class Truck(Vehicle):
    payload: Mapped[int | None]
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "truck"}


CLASSES = {Person: 100, Employee: 50, Manager: 25, Customer: 25, Payment: 100, CardPayment: 50, Transfer: 50}


def _classes_of(session: Session) -> dict[type[Any], int]:
    return {class_: len(session.scalars(select(class_)).all()) for class_ in CLASSES}


def test_every_row_is_of_the_class_that_its_tables_say():
    with filled(Base) as connection, Session(connection) as session:
        assert _classes_of(session) == CLASSES
        loaded = Counter(type(person) for person in session.scalars(select(Person)))
        assert loaded == {Person: 25, Employee: 25, Manager: 25, Customer: 25}


def test_columns_of_other_classes_are_null():
    with filled(Base) as connection:
        assert column(connection, "SELECT count(*) FROM vehicles WHERE sort <> 'car' AND doors IS NOT NULL") == [0]
        assert column(connection, "SELECT count(*) FROM vehicles WHERE sort <> 'truck' AND payload IS NOT NULL") == [0]
        assert column(connection, "SELECT count(*) FROM vehicles WHERE sort = 'car' AND doors IS NOT NULL")[0] > 10
        assert column(connection, "SELECT count(DISTINCT sort) FROM vehicles") == [3]


def test_columns_of_other_classes_are_null_in_the_table_of_a_joined_class_too():
    class Models(DeclarativeBase):
        pass

    class Vessel(Models):
        __tablename__ = "vessels"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str] = mapped_column(String(20))
        __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_on": "kind", "polymorphic_identity": "vessel"}

    class Boat(Vessel):
        __tablename__ = "boats"
        id: Mapped[int] = mapped_column(ForeignKey("vessels.id"), primary_key=True)
        __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "boat"}

    class Yacht(Boat):
        cabins: Mapped[int | None]
        __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "yacht"}

    with filled(Models) as connection:
        cabins = "SELECT kind, count(cabins) FROM vessels JOIN boats USING (id) GROUP BY kind ORDER BY kind"
        (boat, none), (yacht, some) = rows(connection, cabins)
        assert (boat, none, yacht) == ("boat", 0, "yacht")
        assert some > 10


def test_sizes_of_classes_can_be_stated():
    with filled(Base, counts={"people": 200, "managers": 10, "customers": 120}) as connection:
        assert column(connection, "SELECT type FROM people").count("manager") == 10
        assert column(connection, "SELECT type FROM people").count("customer") == 120
    with filled(Base, counts={"card_payments": 30}) as connection:
        assert column(connection, "SELECT count(*) FROM transfers") == [30]
        assert column(connection, "SELECT count(*) FROM payments") == [60]


def test_classes_that_do_not_add_up_are_an_error():
    schema = schema_from_models(Base)
    with pytest.raises(
        GenerationError, match="payments: 100 rows were asked for, and 40 of card_payments and transfers"
    ):
        generate_from_schema(schema, counts={"payments": 100, "card_payments": 20, "transfers": 20})
    with pytest.raises(GenerationError, match="people: 10 rows were asked for, and 40 of employees and customers"):
        generate_from_schema(schema, counts={"people": 10, "customers": 20, "employees": 20})


@pytest.mark.parametrize(("people", "sizes"), [(1, [0, 0, 0]), (2, [1, 1, 1]), (3, [1, 1, 1]), (9, [4, 2, 2])])
def test_each_class_has_a_row_where_there_are_enough(people: int, sizes: list[int]):
    tables = generate_from_schema(schema_from_models(Base), counts={"people": people})
    assert [len(tables[name]) for name in ("employees", "managers", "customers")] == sizes


def test_a_class_that_extends_a_table_of_one_row_has_it():
    tables = generate_from_schema(schema_from_models(Base), counts={"people": 1, "customers": 0})
    assert (tables["people"]["type"][0], len(tables["managers"])) == ("manager", 1)


def test_a_database_tells_classes_by_the_names_of_tables():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    schema = schema_from_db(engine)
    tables = generate_from_schema(schema)
    assert set(tables["people"]["type"]) == {"person", "employee", "manager", "customer"}
    seed_database(tables, engine)
    with Session(engine) as session:
        loaded = Counter(type(person) for person in session.scalars(select(Person)))
        assert loaded == {Person: 25, Employee: 25, Manager: 25, Customer: 25}


def test_a_class_between_that_no_value_is_called_by_is_guessed():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        kinds = "kind TEXT NOT NULL CHECK (kind IN ('SportsCar', 'truck'))"
        connection.execute(text(f"CREATE TABLE vehicles (id INTEGER PRIMARY KEY, {kinds})"))
        for name, above in [("car_base", "vehicles"), ("sports_cars", "car_base"), ("truck_vehicles", "vehicles")]:
            connection.execute(text(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY REFERENCES {above} (id))"))
    tables = generate_from_schema(schema_from_db(engine))
    sports = {row["id"] for row in tables["vehicles"].rows() if row["kind"] == "SportsCar"}
    assert sports == set(tables["sports_cars"]["id"]) == set(tables["car_base"]["id"])
    assert len(sports) + len(tables["truck_vehicles"]) == len(tables["vehicles"])


def test_a_column_that_tells_rows_apart_does_not_tell_classes():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parts (id INTEGER PRIMARY KEY, kind TEXT UNIQUE)"))
        connection.execute(text("CREATE TABLE wheels (id INTEGER PRIMARY KEY REFERENCES parts (id))"))
    tables = generate_from_schema(schema_from_db(engine))
    seed_database(tables, engine)
    assert len(set(tables["parts"]["kind"])) == len(tables["parts"])


def test_a_slice_of_a_hierarchy_is_the_same_alone():
    whole = list(generate_from_schema(schema_from_models(Base))["managers"].rows())
    assert list(generate_from_schema(schema_from_models(Base))["managers"].rows(5, 9)) == whole[5:9]


PARTIES = """
CREATE TABLE party (id INTEGER PRIMARY KEY, type VARCHAR({length}) NOT NULL {check});
CREATE TABLE person (id INTEGER PRIMARY KEY REFERENCES party (id), employer_id INTEGER REFERENCES company (id));
CREATE TABLE company (id INTEGER PRIMARY KEY REFERENCES party (id), ceo_id INTEGER UNIQUE REFERENCES person (id));
CREATE TABLE bank (id INTEGER PRIMARY KEY REFERENCES company (id), bic VARCHAR(11) UNIQUE);
CREATE TABLE {beside} (id INTEGER PRIMARY KEY REFERENCES {of} (id), remark TEXT)
"""


@pytest.mark.parametrize(
    ("beside", "of"), [("person_profile", "person"), ("party_settings", "party"), ("addresses", "party")]
)
@pytest.mark.parametrize("length", [10, 40])
@pytest.mark.parametrize("check", ["", "CHECK (type IN ('person', 'company', 'bank'))"])
def test_a_table_that_holds_more_of_the_same_rows_is_no_class(beside: str, of: str, length: int, check: str):
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for statement in PARTIES.format(beside=beside, of=of, length=length, check=check).split(";"):
            connection.execute(text(statement))
    seed_database(generate_from_schema(schema_from_db(engine), rows=200), engine)
    with engine.connect() as connection:
        assert column(connection, "SELECT count(*) FROM person JOIN company USING (id)") == [0]
        kinds = dict(rows(connection, "SELECT type, count(*) FROM party GROUP BY type"))
        assert kinds["person"] == column(connection, "SELECT count(*) FROM person")[0]
        assert kinds["bank"] == column(connection, "SELECT count(*) FROM bank")[0]
        assert set(kinds) <= {"party", "person", "company", "bank"}
        assert column(connection, f"SELECT count(*) FROM {beside}")[0] > 20
