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


@pytest.mark.parametrize("source", ["--misata-database", "MISATA_DATABASE"])
def test_a_password_is_left_to_the_environment(suite, run, monkeypatch, source: str) -> None:
    suite(FAILING)
    url = "postgresql://app:swordfish@127.0.0.1/app_test"
    if source == "MISATA_DATABASE":
        monkeypatch.setenv(source, url)
    result = run(*([f"{source}={url}"] if source.startswith("--") else []), "-k", "marked")
    result.stdout.fnmatch_lines(
        [
            "replay: pytest test_it.py::test_marked --misata-seed=5",
            f"with MISATA_DATABASE=postgresql://app:[*][*][*]@127.0.0.1/app_test, its password as {source} had it",
        ]
    )
    assert "swordfish" not in result.stdout.str()


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


HARD = """
@pytest.mark.misata(pin={"users": [{"email": "a b@example.com"}]})
@pytest.mark.parametrize("word", ["it's", "$HOME", "ünï [x] `y`"])
class TestHard:
    def test_it(self, misata_session, word):
        rows = misata_session.execute(text("SELECT * FROM users ORDER BY id")).all()
        assert rows == word
"""
WAYS = {
    "a story with quotes": ['--misata-story=A SaaS company with 20 users called "it\'s" $HOME'],
    "ini given with -o": ["-o", "misata_story=A SaaS company with 30 users", "-o", "misata_seed=9"],
    "a random seed": ["--misata-seed=random", "--misata-story=A SaaS company with 20 users"],
    "two workers": ["-n", "2", "--misata-story=A SaaS company with 20 users"],
    "repeated": ["--count=2", "--misata-story=A SaaS company with 20 users"],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_command_replays_its_failure(suite, run, pytester: pytest.Pytester, way: str) -> None:
    import shlex

    suite(HARD)
    pytester.makeini("[pytest]\ndisable_test_id_escaping_and_forfeit_all_rights_to_community_support = true\n")
    options = ("-W", "ignore:not understood in the story", "-p", "no:randomly")
    first = run(*options, *WAYS[way])
    replays = [line.removeprefix("replay: ") for line in first.outlines if line.startswith("replay: ")]
    assert len(replays) == (6 if way == "repeated" else 3)
    second = run(*options, *shlex.split(replays[0])[1:])
    second.assert_outcomes(failed=1)
    said = [line for line in second.outlines if line.startswith("E   ")]
    assert "@" in said[0]
    assert said[0] in first.outlines


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
