"""Schemas that somebody else named: in the manner of Django, of Chinook, of a German shop, of a multi-tenant SaaS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Enum, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.schema.features import kept


def _id(name: str = "id") -> Column[Any]:
    return Column(name, Integer, primary_key=True)


def _to(name: str, target: str, **options: Any) -> Column[Any]:
    return Column(name, ForeignKey(target), **{"nullable": False, **options})


def django() -> MetaData:
    """Tables called by application and model, with joins that have ids of their own."""
    found = MetaData()
    user = [_id(), Column("username", String(150), unique=True, nullable=False), Column("is_active", Boolean)]
    Table("auth_user", found, *user, Column("deleted_at", DateTime), Column("date_joined", DateTime, nullable=False))
    Table("auth_group", found, _id(), Column("name", String(150), unique=True, nullable=False))
    Table("auth_user_groups", found, _id(), _to("user_id", "auth_user.id"), _to("group_id", "auth_group.id"))
    Table("auth_permission", found, _id(), Column("codename", String(100), nullable=False))
    Table("blog_post", found, _id(), _to("author_id", "auth_user.id"), Column("title", String(200), nullable=False))
    Table("blog_comment", found, _id(), _to("post_id", "blog_post.id"), Column("spam", Boolean, nullable=False))
    Table("django_session", found, Column("session_key", String(40), primary_key=True))
    return found


def chinook() -> MetaData:
    """CamelCase, in the singular; employees that report to employees; a join without columns of its own."""
    found = MetaData()
    Table("Employee", found, _id("EmployeeId"), _to("ReportsTo", "Employee.EmployeeId", nullable=True))
    Table("Customer", found, _id("CustomerId"), _to("SupportRepId", "Employee.EmployeeId", nullable=True))
    invoice = [_id("InvoiceId"), _to("CustomerId", "Customer.CustomerId"), Column("IsPaid", Boolean, nullable=False)]
    Table("Invoice", found, *invoice, Column("InvoiceDate", DateTime, nullable=False), Column("RefundedAt", DateTime))
    Table("InvoiceLine", found, _id("Id"), _to("InvoiceId", "Invoice.InvoiceId"), _to("TrackId", "Track.TrackId"))
    Table("Genre", found, _id("GenreId"), Column("Name", String(120), unique=True))
    track = [_id("TrackId"), Column("Name", String(200), nullable=False)]
    Table("Track", found, *track, _to("GenreId", "Genre.GenreId", nullable=True))
    Table("Playlist", found, _id("PlaylistId"), Column("Name", String(120)))
    keys = [_to(name, f"{name[:-2]}.{name}", primary_key=True) for name in ("PlaylistId", "TrackId")]
    Table("PlaylistTrack", found, *keys)
    return found


def prefixed() -> MetaData:
    """tbl_ before every name, flags as letters, states listed by CHECKs, the plan a table of its own."""
    found = MetaData()
    Table("tbl_plan", found, _id("plan_id"), Column("plan_name", String(20), unique=True, nullable=False))
    user = [_id("user_id"), _to("plan_id", "tbl_plan.plan_id"), Column("created_on", DateTime, nullable=False)]
    churned = Column("churned", String(1), CheckConstraint("churned IN ('Y', 'N')"), nullable=False)
    Table("tbl_user", found, *user, churned, Column("suspended_on", DateTime))
    states = CheckConstraint("state = 'open' OR state = 'in_progress' OR state = 'closed'")
    ticket = [_id("ticket_id"), _to("fk_user", "tbl_user.user_id"), Column("state", String(20), nullable=False)]
    Table("tbl_support_ticket", found, *ticket, states)
    Table("TBLORDERS", found, _id("order_id"), _to("user_id", "tbl_user.user_id"), Column("tier", String(12)))
    return found


def german() -> MetaData:
    """Named in another language than the story's."""
    found = MetaData()
    Table("benutzer", found, _id(), Column("aktiv", Boolean, nullable=False))
    status = Enum("offen", "bezahlt", "storniert", name="bestellstatus", create_constraint=True)
    Table("bestellungen", found, _id(), _to("benutzer_id", "benutzer.id"), Column("status", status, nullable=False))
    Table("artikel", found, _id(), Column("bezeichnung", String(40), nullable=False))
    keys = [_to("bestellung_id", "bestellungen.id"), _to("artikel_id", "artikel.id")]
    Table("bestellpositionen", found, _id(), *keys, Column("menge", Integer, nullable=False))
    return found


def tenants() -> MetaData:
    """Accounts that belong to organizations through memberships, and three tables that have a status."""
    found = MetaData()
    Table("organizations", found, _id(), Column("name", String(60), nullable=False))
    status = Enum("active", "suspended", "cancelled", name="account_status", create_constraint=True)
    Table("accounts", found, _id(), Column("email", String(120)), Column("status", status, nullable=False))
    keys = [_to("organization_id", "organizations.id"), _to("account_id", "accounts.id")]
    role = Enum("owner", "admin", "viewer", name="role", create_constraint=True)
    Table("memberships", found, _id(), *keys, Column("role", role, nullable=False))
    work = Enum("active", "archived", name="project_status", create_constraint=True)
    project = [_id(), _to("organization_id", "organizations.id"), Column("status", work, nullable=False)]
    Table("projects", found, *project, _to("lead_id", "accounts.id", nullable=True))
    Table("audit_log", found, _id(), _to("account_id", "accounts.id"), Column("status", String(20)))
    return found


def qualified() -> MetaData:
    """Two schemas, each with users of its own."""
    found = MetaData()
    Table("users", found, _id(), Column("blocked", Boolean, nullable=False), schema="crm")
    Table("users", found, _id(), Column("blocked", Boolean, nullable=False), schema="shop")
    Table("orders", found, _id(), _to("user_id", "shop.users.id"), schema="shop")
    return found


def tracker() -> type[DeclarativeBase]:
    """Issues of two classes with a table of their own each, and issues that are of neither."""

    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Issue(Base):
        __tablename__ = "issues"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str] = mapped_column(String(20))
        reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "issue"}  # noqa: RUF012

    classes: list[type] = [User]
    for name in ("bug", "feature"):
        key = mapped_column(ForeignKey("issues.id"), primary_key=True)
        names = {"__tablename__": f"{name}s", "id": key, "__mapper_args__": {"polymorphic_identity": name}}
        classes.append(type(name.title(), (Issue,), names))
    return kept(Base, *classes)


def staff() -> type[DeclarativeBase]:
    """Employees of two classes that share one table, each with a column of its own."""

    class Base(DeclarativeBase):
        pass

    class Employee(Base):
        __tablename__ = "employees"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str] = mapped_column(String(20))
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}  # noqa: RUF012

    classes: list[type] = []
    for name, column in (("manager", "budget"), ("engineer", "language")):
        own = {column: mapped_column(String(40), nullable=True), "__mapper_args__": {"polymorphic_identity": name}}
        classes.append(type(name.title(), (Employee,), own))
    return kept(Base, *classes)


@cache
def sqlmodel() -> Any:
    """SQLModel classes, whose tables are called in one word; kept, since SQLAlchemy forgets classes that are gone."""
    from sqlmodel import Field, SQLModel

    class Base(SQLModel):
        metadata = MetaData()

    class HeroTeam(Base, table=True):
        id: int | None = Field(default=None, primary_key=True)
        founded: dt.date

    class Hero(Base, table=True):
        id: int | None = Field(default=None, primary_key=True)
        retired: bool
        team_id: int | None = Field(default=None, foreign_key="heroteam.id")

    return [HeroTeam, Hero]


SCHEMAS: dict[str, Callable[[], Any]] = {
    "django": django,
    "chinook": chinook,
    "prefixed": prefixed,
    "german": german,
    "tenants": tenants,
    "qualified": qualified,
    "sqlmodel": sqlmodel,
    "tracker": tracker,
    "staff": staff,
}
