"""Rows that the database can number: identity, autoincrement and sequences."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from pytest_misata.load.dialects import postgresql
from tests.features.filling import Filler


def numbered(*first: object, sqlite: bool = False) -> tuple[type, type, type]:
    """A parent that is numbered in some way, and its child."""

    class Base(orm.DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        __table_args__ = {"sqlite_autoincrement": sqlite}  # noqa: RUF012
        id: orm.Mapped[int] = orm.mapped_column(*first, primary_key=True)
        name: orm.Mapped[str] = orm.mapped_column(sa.String(40))

    class Book(Base):
        __tablename__ = "books"
        id: orm.Mapped[int] = orm.mapped_column(*first, primary_key=True)
        author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("authors.id"))
        author: orm.Mapped[Author] = orm.relationship()

    return Base, Author, Book


def check(fill: Filler, base: type, author: type, book: type) -> None:
    filled = fill(base)
    found = filled.all(author)
    assert len(found) == 40
    assert {one.author.id for one in filled.all(sa.select(book).options(orm.joinedload(book.author)))} <= {
        one.id for one in found
    }
    new = author(name="new")
    filled.add(new, book(author=new))
    assert new.id > max(one.id for one in found)


def test_identity_by_default(fill):
    check(fill, *numbered(sa.Identity()))


def test_identity_by_default_that_begins_elsewhere(fill):
    check(fill, *numbered(sa.Identity(start=100, increment=1)))


def test_identity_always(fill):
    check(fill, *numbered(sa.Identity(always=True)))


def test_identity_always_through_a_driver_without_copy(
    fill_postgresql: Filler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_COPY", {})
    check(fill_postgresql, *numbered(sa.Identity(always=True)))


def test_autoincrement(fill):
    check(fill, *numbered())


def test_autoincrement_that_sqlite_remembers(fill):
    check(fill, *numbered(sqlite=True))


def test_big_numbers(fill):
    check(fill, *numbered(sa.BigInteger().with_variant(sa.Integer, "sqlite")))


def test_an_explicit_sequence(fill):
    check(fill, *numbered(sa.Sequence("all_ids")))


def sequences() -> tuple[type, type, type]:
    class Base(orm.DeclarativeBase):
        pass

    shared = sa.Sequence("document_numbers", metadata=Base.metadata)
    places = sa.Sequence("places", metadata=Base.metadata, start=500)

    class Invoice(Base):
        __tablename__ = "invoices"
        id: orm.Mapped[int] = orm.mapped_column(shared, primary_key=True, server_default=shared.next_value())
        place: orm.Mapped[int] = orm.mapped_column(places, server_default=places.next_value(), unique=True)
        title: orm.Mapped[str] = orm.mapped_column(sa.String(30))

    class Receipt(Base):
        __tablename__ = "receipts"
        id: orm.Mapped[int] = orm.mapped_column(shared, primary_key=True, server_default=shared.next_value())
        invoice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("invoices.id"))

    return Base, Invoice, Receipt


def test_a_sequence_of_two_tables_and_one_of_another_column(fill_postgresql):
    base, invoice, receipt = sequences()
    filled = fill_postgresql(base, counts={"receipts": 90})
    assert len(filled.all(invoice)) == 40
    new = invoice(title="new")
    filled.add(new)
    assert new.id > 90
    assert new.place > max(filled.column(sa.select(invoice.place).where(invoice.id != new.id).subquery().c.place))
    filled.add(receipt(invoice_id=new.id))


def test_an_identity_is_numbered_as_it_says(fill_postgresql):
    base, author, book = numbered(sa.Identity(always=True, start=500, increment=10))
    filled = fill_postgresql(base)
    assert [one.id for one in filled.all(sa.select(author).order_by(author.id))] == [500 + 10 * at for at in range(40)]
    assert {one.author_id for one in filled.all(book)} <= {one.id for one in filled.all(author)}


def test_an_identity_with_bounds(fill_postgresql):
    base, author, book = numbered(sa.Identity(start=1000, minvalue=1000, increment=10))
    filled = fill_postgresql(base)
    new = author(name="new")
    filled.add(new, book(author=new))
    assert new.id >= 1000
