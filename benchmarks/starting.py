"""How long a run of one test takes, as a whole process: bare pytest, the same on ready data, and with --misata-reuse.

    python benchmarks/starting.py [--rounds N]

The test opens a session on a database of SQLite with about 10,000 rows. Shown are the least seconds of all rounds,
which take turns, and of processor time.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STORY = "A SaaS company with 2000 users"
EMPTY = "def test_it():\n    pass\n"
BARE = """
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

@pytest.fixture
def session():
    engine = create_engine("sqlite:///ready.db")
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()
    engine.dispose()

def test_it(session):
    assert session.scalar(text("SELECT count(*) FROM users")) == 2000
"""
OURS = f"""
import pytest
from sqlalchemy import text

@pytest.mark.misata(story={STORY!r})
def test_it(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 2000
"""
PLUGIN = ("-p", "pytest_misata.plugin")


def main() -> None:
    """Run every way in turn and print the least of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (("test_empty.py", EMPTY), ("test_bare.py", BARE), ("test_ours.py", OURS)):
            (folder / file).write_text(text)
        run(folder, *PLUGIN, "--misata-reuse", "test_ours.py")
        (kept,) = folder.glob(".pytest_cache/d/misata/*.db")
        shutil.copy(kept, folder / "ready.db")
        report(folder, rounds)


def report(folder: Path, rounds: int) -> None:
    """The table."""
    ways = {
        "an empty test": ("test_empty.py",),
        "the same test, by hand": ("test_bare.py",),
        "with --misata-reuse": (*PLUGIN, "--misata-reuse", "test_ours.py"),
        "made in every run": (*PLUGIN, "test_ours.py"),
    }
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, arguments in ways.items():
            found[way].append(run(folder, *arguments))
    print(f"{'':24} {'seconds':>8} {'processor':>10}")
    for way, times in found.items():
        print(f"{way:24} {min(t for t, _ in times):8.2f} {min(c for _, c in times):10.2f}")


def run(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and seconds of processor time of one process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
