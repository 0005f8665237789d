"""Columns that fill themselves: by the server, by the application, at an update."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy import orm

from tests.features.filling import Filler


def slug_of(context: object) -> str:
    """What a column gets from another one of the row."""
    return str(context.get_current_parameters()["title"]).lower()[:20]


def models() -> tuple[type, type, type]:
    class Base(orm.DeclarativeBase):
        pass

    class Draft(Base):
        __tablename__ = "drafts"
        id: orm.Mapped[str] = orm.mapped_column(sa.String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
        title: orm.Mapped[str] = orm.mapped_column(sa.String(60))
        slug: orm.Mapped[str] = orm.mapped_column(sa.String(20), default=slug_of)
        state: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="draft")
        mood: orm.Mapped[str] = orm.mapped_column(sa.String(8), insert_default="calm")
        stars: orm.Mapped[int] = orm.mapped_column(server_default="3")
        ratio: orm.Mapped[float] = orm.mapped_column(server_default=sa.text("0.5"))
        active: orm.Mapped[bool] = orm.mapped_column(server_default=sa.true())
        created_at: orm.Mapped[dt.datetime] = orm.mapped_column(server_default=sa.func.now())
        updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(default=dt.datetime.now, onupdate=dt.datetime.now)
        size: orm.Mapped[int] = orm.mapped_column(default=sa.select(sa.literal(7)).scalar_subquery())
        note: orm.Mapped[str | None] = orm.mapped_column(sa.Text, server_default=sa.null())

    class Comment(Base):
        __tablename__ = "comments"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        draft_id: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("drafts.id"))
        body: orm.Mapped[str] = orm.mapped_column(sa.Text)

    return Base, Draft, Comment


def test_defaults_of_every_sort(fill: Filler) -> None:
    base, draft, comment = models()
    filled = fill(base)
    drafts = filled.all(draft)
    assert {type(one.active) for one in drafts} == {bool}
    assert all(one.created_at <= one.updated_at for one in drafts)
    new = draft(title="Something new")
    filled.add(new)
    filled.add(comment(draft_id=new.id, body="yes"))
    assert (new.slug, new.state, new.mood, new.stars, new.active, new.size) == (
        "something new",
        "draft",
        "calm",
        3,
        True,
        7,
    )
    assert len({one.id for one in filled.all(draft)}) == 41


def test_columns_that_may_be_null(fill: Filler) -> None:
    base = orm.declarative_base()

    class Profile(base):
        __tablename__ = "profiles"
        id = sa.Column(sa.Integer, primary_key=True)
        nickname = sa.Column(sa.String(20))
        bio = sa.Column(sa.Text)
        age = sa.Column(sa.SmallInteger)
        score = sa.Column(sa.Numeric(5, 2))
        seen_at = sa.Column(sa.DateTime)
        data = sa.Column(sa.JSON)
        photo = sa.Column(sa.LargeBinary)
        flag = sa.Column(sa.Boolean)

    filled = fill(base, counts={"profiles": 400})
    found = filled.all(Profile)
    assert len(found) == 400
    for name in ("nickname", "bio", "age", "score", "seen_at"):
        empty = sum(getattr(one, name) is None for one in found)
        assert 0 <= empty < 300, f"{name}: {empty} of 400 are NULL"
    filled.add(Profile())


def test_the_word_that_the_server_fills_in_is_a_frequent_one(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Job(Base):
        __tablename__ = "jobs"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        status: orm.Mapped[str] = orm.mapped_column(sa.String(20), server_default="parked")
        tier: orm.Mapped[str] = orm.mapped_column(sa.String(20), server_default="standard")

    jobs = fill(Base, counts={"jobs": 200}).all(Job)
    for words in ([job.status for job in jobs], [job.tier for job in jobs]):
        usual = max(set(words), key=words.count)
        assert usual in {"parked", "standard"}
        assert 60 < words.count(usual) < 140
