"""With --misata-reuse the default database is kept for later runs, and made anew as soon as it no longer holds."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.plugin.conftest import TELLS_WHEN_MADE as TEST
from tests.plugin.conftest import repeating

COMMITS = TEST.replace("misata_session, ", "misata_session, misata_engine, ").replace(
    "STORY)", "STORY, isolation='restore')"
)


@pytest.fixture
def again(run):
    """Runs pytest with reuse on the default database."""
    return repeating(run)


def kept(pytester: pytest.Pytester) -> list[Path]:
    return sorted(pytester.path.glob(".pytest_cache/d/misata/*.db"))


@pytest.mark.parametrize("test", [TEST, COMMITS], ids=["rollback", "restore"])
def test_the_next_run_takes_the_same_data(suite, again, test: str) -> None:
    suite(test)
    made, said = again()
    assert said == []
    assert again() == (made, [])
    assert again("--misata-verify") == (made, [])


def test_copying_leaves_nothing_behind(suite, again, pytester: pytest.Pytester) -> None:
    suite(TEST)
    again()
    files = sorted(pytester.path.glob(".pytest_cache/d/misata/**/*"))
    again()
    assert sorted(pytester.path.glob(".pytest_cache/d/misata/**/*")) == files


def test_without_the_flag_nothing_is_kept(suite, run, pytester: pytest.Pytester) -> None:
    suite(TEST)
    run().assert_outcomes(passed=1)
    assert kept(pytester) == []


def test_a_change_of_the_marker_says_what_changed(suite, again) -> None:
    suite(TEST)
    made, _ = again()
    suite(TEST.replace("story=STORY", "story=STORY, seed=7"))
    other, said = again()
    assert other != made
    assert said == ["seed was 42 and is 7"]
    suite(TEST)
    assert again() == (made, [])


def test_another_version_of_the_vocabulary(suite, again, monkeypatch) -> None:
    from pytest_misata.fixtures import keys

    suite(TEST)
    again()
    monkeypatch.setattr(keys, "versions", lambda: {"faker": "0.1"})
    _, said = again()
    assert len(said) == 1
    assert "faker was " in said[0]


def test_a_file_that_was_written_to(suite, again, pytester: pytest.Pytester) -> None:
    suite(TEST)
    made, _ = again()
    (file,) = kept(pytester)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM users WHERE id = 1")
        connection.commit()
    other, said = again()
    assert other != made
    assert said == ["its file was written to"]


def test_verify_sees_what_hides_from_the_mark(suite, again, pytester: pytest.Pytester) -> None:
    suite(TEST)
    made, _ = again()
    (file,) = kept(pytester)
    found = file.stat()
    content = file.read_bytes()
    file.write_bytes(content[:4096] + content[4096:].replace(b"@", b"#", 1))
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert again()[0] == made
    assert again("--misata-verify")[1] == ["its file was written to"]
    assert file.read_bytes() == content


def test_create_makes_it_anew(suite, again) -> None:
    suite(TEST)
    made, _ = again()
    other, said = again("--misata-create")
    assert other != made
    assert said == ["--misata-create is given"]


def test_cache_clear_removes_it(suite, again, run, pytester: pytest.Pytester) -> None:
    suite(TEST)
    again()
    assert len(kept(pytester)) == 1
    run("--cache-clear", "--collect-only")
    assert kept(pytester) == []


def test_what_prepare_does_is_part_of_it(suite, again, pytester: pytest.Pytester) -> None:
    conftest = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE audit (line VARCHAR(80))")
    return prepare
"""
    suite(TEST, conftest=conftest)
    made, _ = again()
    assert again() == (made, [])
    suite(TEST, conftest=conftest.replace("80", "90"))
    other, said = again()
    assert other != made
    assert said[0].startswith("misata_prepare ")
    with closing(sqlite3.connect(kept(pytester)[-1])) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)


MODELS = """
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): pass

class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(100))
"""
OF_MODELS = """
@pytest.mark.misata(models="shop_models:Base", rows=20)
def test_it(misata_session, misata_report):
    print(f"made={misata_report.seconds['total']}!")
"""


def test_models_that_changed(suite, pytester: pytest.Pytester) -> None:
    suite(OF_MODELS)
    pytester.makepyfile(shop_models=MODELS)

    def again() -> list[str]:
        result = pytester.runpytest_subprocess("--misata-reuse", "-rP", "-p", "no:randomly", "-o", "pythonpath=.")
        result.assert_outcomes(passed=1)
        return [line for line in result.outlines if line.startswith(("made=", "misata: made anew"))]

    first = again()
    assert again() == first
    pytester.makepyfile(shop_models=MODELS.replace("100", "90"))
    changed = again()
    assert changed[0] != first[0]
    assert changed[1:] == ["misata: made anew for later runs: models changed"]


def test_workers_share_what_is_kept(suite, run, pytester: pytest.Pytester) -> None:
    suite(TEST.replace("def test_it(", "@pytest.mark.parametrize('n', range(6))\ndef test_it(n, "))
    made = set()
    for _ in range(2):
        result = run("-n", "2", "--misata-reuse", "-rP")
        result.assert_outcomes(passed=6)
        made |= {line for line in result.outlines if line.startswith("made=")}
    assert len(made) == 1
    assert len(kept(pytester)) == 1


def test_a_random_seed_is_not_kept(suite, run, pytester: pytest.Pytester) -> None:
    suite(TEST)
    run("--misata-reuse", "--misata-seed=random").assert_outcomes(passed=1)
    assert kept(pytester) == []


def test_without_a_cache_it_says_so(suite, run) -> None:
    suite(TEST)
    result = run("--misata-reuse", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--misata-reuse: databases are kept in pytest's cache, which -p no:cacheprovider*"])


def test_a_warm_start_imports_nothing_heavy(pytester: pytest.Pytester, monkeypatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import sys
        import pytest

        @pytest.mark.misata(story="A SaaS company with 20 users")
        def test_it(misata_session, misata_engine, misata_url, misata_report, misata_seed):
            heavy = {"numpy", "faker", "sqlglot", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.postgresql"}
            print(sorted(heavy & set(sys.modules)), "!")
        """
    )
    options = ("-p", "pytest_misata.plugin", "--misata-reuse", "-rP")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    result = pytester.runpytest_subprocess(*options)
    result.stdout.fnmatch_lines(["[[]] !"])
