"""Mistakes of the user end in one sentence, never in a traceback of ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from pytest_misata.fixtures.mistakes import user_mistakes


def one_sentence(result: pytest.RunResult, sentence: str, *, errors: int = 1) -> None:
    result.assert_outcomes(errors=errors)
    result.stdout.fnmatch_lines([sentence])
    result.stdout.no_fnmatch_line("*During handling of the above exception*")
    for ours in ("*pytest_misata/*", "*Traceback*", "*plugin.py*"):
        result.stdout.no_fnmatch_line(ours)


@pytest.mark.parametrize("fixture", ["misata_tables", "misata_session", "misata_engine", "misata_report"])
def test_a_fixture_without_any_story(suite, run, fixture: str) -> None:
    suite(f"def test_it({fixture}): pass")
    one_sentence(run(), "nothing says which data this test wants: mark it @pytest.mark.misata(story=*misata_story*")


def test_a_story_that_says_nothing(suite, run) -> None:
    suite("@pytest.mark.misata(story='qwertz uiop')\ndef test_it(misata_session): pass")
    one_sentence(run(), "*SaaS*")


def test_the_sentence_is_printed_once(suite, run) -> None:
    suite("@pytest.mark.misata(story=STORY, counts={'userz': 3})\ndef test_it(misata_session): pass")
    result = run("-rN")
    sentences = [line for line in [*result.outlines, *result.errlines] if "userz" in line and "counts={" not in line]
    assert len(sentences) == 1


def test_a_mistake_inside_a_test_is_printed_once(suite, run) -> None:
    suite("def test_it(misata):\n    misata(story='qwertz uiop')")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*During handling of the above exception*")


def test_models_that_cannot_be_imported(suite, run) -> None:
    suite("def test_it(misata_session): pass", ini="misata_models = no.such.module:Base\n")
    run().assert_outcomes(errors=1)


def test_a_table_that_counts_names_and_the_story_lacks(suite, run) -> None:
    suite("@pytest.mark.misata(story=STORY, counts={'userz': 3})\ndef test_it(misata_session): pass")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it: the misata marker's counts names 'userz'*did you mean 'users'?"])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_plain_test_is_not_touched(suite, run) -> None:
    suite("def test_it(request):\n    assert not [name for name in request.fixturenames if 'misata' in name]")
    run().assert_outcomes(passed=1)


def test_what_a_driver_says_of_a_broken_database_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"no database " * 1000)
    sentence = "^the database of this test cannot be used: file is not a database$"
    with (
        closing(sqlite3.connect(file)) as connection,
        pytest.raises(pytest.fail.Exception, match=sentence) as found,
        user_mistakes(create_engine("sqlite://")),
    ):
        connection.execute("SELECT * FROM users")
    assert not found.value.pytrace


LEFT_OUT = """
from sqlalchemy import inspect

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"))
            connection.execute(text(
                "CREATE TRIGGER odd BEFORE INSERT ON users WHEN NEW.id % 2 = 0 BEGIN SELECT RAISE(IGNORE); END"
            ))
    return prepare

@pytest.mark.misata(models="database", counts={"users": 20})
def test_it(misata_report):
    assert misata_report.table_rows == {"users": 10}
"""


def test_rows_that_the_database_leaves_out_are_a_warning(suite, pytester) -> None:
    suite(LEFT_OUT)
    result = pytester.runpytest(
        "-W", "default", "-W", "ignore:The configuration option:pytest.PytestDeprecationWarning"
    )
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*users: 10 of 20 rows are there; the database left out the others*"])
