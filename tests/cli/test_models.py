"""`misata seed --models` and `misata seed` on a database that has its tables."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_database import URL, count

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
"""


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zoo_models.py").write_text(MODELS)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "zoo_models", raising=False)


@pytest.mark.usefixtures("zoo")
def test_models_and_then_the_database_they_made(misata_command: Run) -> None:
    done = misata_command("seed", "--models", "zoo_models:Base", "--db-url", URL, "--db-create", "--rows", 7)
    assert done.exit_code == 0, done.output
    assert (count("dev.db", "owners"), count("dev.db", "pets")) == (7, 21)
    done = misata_command("seed", "--db-url", URL, "--db-truncate", "--rows", 9)
    assert done.exit_code == 0, done.output
    assert (count("dev.db", "owners"), count("dev.db", "pets")) == (9, 27)


@pytest.mark.usefixtures("zoo")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("zoo_models:Bass", "has no attribute 'Bass'"),
        ("no_such_models:Base", "No module named 'no_such_models'"),
        ("zoo_models", "models are named as package.module:name"),
    ],
)
def test_models_that_are_not_there_are_one_line(misata_command: Run, name: str, message: str) -> None:
    done = misata_command("seed", "--models", name, "--db-url", URL, "--db-create")
    assert done.exit_code == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_models_beside_a_story_are_wrong_usage(misata_command: Run) -> None:
    done = misata_command("seed", "--models", "a:b", "--story", "A SaaS company with 2 users", "--db-url", URL)
    assert done.exit_code == 2
    assert "choose one" in done.stderr


def test_an_empty_database_has_nothing_to_fill(misata_command: Run) -> None:
    done = misata_command("seed", "--db-url", URL)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
