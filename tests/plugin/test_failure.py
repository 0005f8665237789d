"""A failing test that used our data says which, and how to replay it."""

from __future__ import annotations

import pytest

FAILING = """
@pytest.mark.misata(story=STORY, seed=5)
def test_marked(misata_tables):
    assert misata_tables is None

def test_factory(misata):
    tables = misata(story=STORY, seed=6)
    assert tables is None

def test_unused():
    assert False

@pytest.mark.misata(story=STORY, seed=5)
def test_passing(misata_tables): pass
"""


def sections(result: pytest.RunResult) -> str:
    text: str = result.stdout.str()
    assert text.count("- misata -") == 2
    return text


def test_the_dataset_and_the_command(suite, run) -> None:
    suite(FAILING)
    result = run("-p", "no:randomly")
    result.assert_outcomes(failed=3, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*- misata -*",
            'story="A SaaS company with 20 users", seed=5',
            "replay: pytest test_it.py::test_marked --misata-seed=5",
            "*- misata -*",
            'story="A SaaS company with 20 users", seed=6',
            "replay: pytest test_it.py::test_factory --misata-seed=6",
        ]
    )
    sections(result)


def test_the_command_repeats_what_was_given_outside_the_files(suite, run, monkeypatch) -> None:
    suite(FAILING, ini="misata_rows = 3\n")
    monkeypatch.setenv("MISATA_LOCALE", "en_US")
    result = run("--misata-database=sqlite", "-k", "marked")
    result.stdout.fnmatch_lines(
        ["replay: pytest test_it.py::test_marked --misata-seed=5 --misata-locale=en_US --misata-database=sqlite"]
    )


def test_the_command_replays_the_failure(suite, run, pytester: pytest.Pytester) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("word", ["two words"])
def test_it(misata_tables, word):
    assert misata_tables.fingerprint() == "?"
"""
    )
    import shlex

    first = run("--misata-seed=random")
    (line,) = [line for line in first.outlines if line.startswith("replay: ")]
    words = shlex.split(line.removeprefix("replay: "))
    assert words[0] == "pytest"
    second = run(*words[1:])
    found = [[line for line in result.outlines if "AssertionError: assert" in line] for result in (first, second)]
    assert found[0] == found[1] != []


def test_it_survives_xdist(suite, run) -> None:
    suite(FAILING)
    sections(run("-n", "2"))


def test_a_password_is_not_shown(suite, run) -> None:
    suite(
        "@pytest.mark.misata(story=STORY, url='postgresql://me:secret@host/t_test')\ndef test_it():\n    assert False"
    )
    result = run()
    result.assert_outcomes(errors=1)
    assert "secret" not in result.stdout.str().replace("url='postgresql://me:secret@host/t_test'", "")
