"""`misata seed --models` and `misata seed` on a database that has its tables."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_database import URL, count, query

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


def test_what_could_not_be_followed_is_printed(misata_command: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dev.db") as connection:
        connection.execute("CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT CHECK (quote(name) <> ''))")
    done = misata_command("seed", "--db-url", URL, "--rows", 7)
    assert done.exit_code == 0, done.output
    assert "1 constraint or type not followed" in done.stdout
    assert "not followed: tags: CHECK (quote(name) <> '')" in done.stderr


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


@pytest.mark.usefixtures("zoo")
def test_a_story_beside_models_sizes_their_tables(misata_command: Run) -> None:
    story = "A zoo with 6 owners, each with 2 pets"
    done = misata_command(
        "seed", "--models", "zoo_models:Base", "--story", story, "--db-url", URL, "--db-create", "--locale", "de_DE"
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert (count("dev.db", "owners"), count("dev.db", "pets")) == (6, 12)


@pytest.mark.usefixtures("zoo")
def test_a_story_on_a_database_with_tables_sizes_those(misata_command: Run) -> None:
    misata_command("seed", "--models", "zoo_models:Base", "--db-url", URL, "--db-create", "--rows", 1)
    done = misata_command("seed", "--db-url", URL, "--db-truncate", "--story", "4 pets per owner, no dogs", "--rows", 5)
    assert done.exit_code == 0, done.output
    assert "'no dogs'" in done.stderr
    assert (count("dev.db", "owners"), count("dev.db", "pets")) == (5, 20)


def test_a_story_on_its_own_tables_is_still_that_story(misata_command: Run) -> None:
    story = ("--story", "A SaaS company with 20 users", "--db-url", URL)
    misata_command("seed", *story, "--db-create")
    before = query("dev.db", "SELECT * FROM invoices")
    done = misata_command("seed", *story, "--db-truncate")
    assert done.exit_code == 0, done.output
    assert query("dev.db", "SELECT * FROM invoices") == before


@pytest.mark.usefixtures("zoo")
def test_a_story_that_names_nothing_of_the_models_lists_their_tables(misata_command: Run) -> None:
    done = misata_command("plan", "--models", "zoo_models:Base", "--story", "500 spaceships")
    assert done.exit_code == 1
    assert "It has owners, pets: say for example '500 owners'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("zoo")
def test_plan_shows_a_story_beside_models_and_beside_a_database(misata_command: Run) -> None:
    misata_command("seed", "--models", "zoo_models:Base", "--db-url", URL, "--db-create", "--rows", 1)
    for source in (("--models", "zoo_models:Base"), ("--db-url", URL)):
        done = misata_command("plan", *source, "--story", "7 owners")
        assert done.exit_code == 0, done.output
        assert "owners (7 rows)" in done.stdout
        assert "'7 owners': owners: 7 rows" in done.stdout
    assert count("dev.db", "owners") == 1


def test_a_plan_of_nothing_is_wrong_usage(misata_command: Run) -> None:
    done = misata_command("plan")
    assert done.exit_code == 2
    assert "--story, --models or --db-url" in done.stderr


def test_a_plan_makes_no_database_file(misata_command: Run, tmp_path: Path) -> None:
    done = misata_command("plan", "--db-url", "sqlite:///./typo.db")
    assert done.exit_code == 1
    assert "no such file" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_has_nothing_to_fill(misata_command: Run) -> None:
    done = misata_command("seed", "--db-url", URL)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
