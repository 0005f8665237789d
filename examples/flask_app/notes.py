"""Notes, by authors."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Author(db.Model):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)


class Note(db.Model):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    title: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[dt.datetime]


def create_app(database_url: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)

    @app.get("/authors/<int:author_id>/notes")
    def count(author_id: int) -> dict[str, int]:
        notes = select(func.count()).select_from(Note).where(Note.author_id == author_id)
        return {"notes": db.session.scalar(notes) or 0}

    @app.post("/authors/<int:author_id>/notes")
    def write(author_id: int) -> dict[str, int]:
        note = Note(author_id=author_id, title="Shopping list", written_at=dt.datetime(2026, 1, 1))
        db.session.add(note)
        db.session.commit()
        return {"id": note.id}

    @app.delete("/authors/<int:author_id>")
    def leave(author_id: int) -> dict[str, str]:
        db.session.query(Note).filter_by(author_id=author_id).delete()
        db.session.query(Author).filter_by(id=author_id).delete()
        db.session.commit()
        return {}

    return app
