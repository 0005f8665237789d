"""A lending library: what is out, and bringing it back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(120), unique=True)


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))


class Loan(Base):
    __tablename__ = "loans"
    __table_args__ = (CheckConstraint("returned_on IS NULL OR returned_on >= lent_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    lent_on: Mapped[dt.date]
    returned_on: Mapped[dt.date | None]


async def books_out(session: AsyncSession) -> int:
    """How many loans have not come back."""
    query = select(func.count()).select_from(Loan).where(Loan.returned_on.is_(None))
    return await session.scalar(query) or 0


async def bring_back_everything(session: AsyncSession, today: dt.date) -> None:
    """Mark every open loan as returned, and commit."""
    for loan in await session.scalars(select(Loan).where(Loan.returned_on.is_(None))):
        loan.returned_on = today
    await session.commit()
