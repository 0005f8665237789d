"""Mistakes of the user end in one sentence, never in a traceback of ours."""

from __future__ import annotations

import pytest


def one_sentence(result: pytest.RunResult, sentence: str, *, errors: int = 1) -> None:
    result.assert_outcomes(errors=errors)
    result.stdout.fnmatch_lines([sentence])
    for ours in ("*pytest_misata/*", "*Traceback*", "*plugin.py*"):
        result.stdout.no_fnmatch_line(ours)


@pytest.mark.parametrize("fixture", ["misata_tables", "misata_session", "misata_engine", "misata_report"])
def test_a_fixture_without_any_story(suite, run, fixture: str) -> None:
    suite(f"def test_it({fixture}): pass")
    one_sentence(run(), "nothing says which data this test wants: mark it @pytest.mark.misata(story=*misata_story*")


@pytest.mark.parametrize("story", ["", "   ", "qwertz uiop"])
def test_a_story_that_says_nothing(suite, run, story: str) -> None:
    suite(f"@pytest.mark.misata(story={story!r})\ndef test_it(misata_session): pass")
    one_sentence(run(), "*SaaS*")


def test_models_that_cannot_be_imported(suite, run) -> None:
    suite("def test_it(misata_session): pass", ini="misata_models = no.such.module:Base\n")
    run().assert_outcomes(errors=1)


def test_a_table_that_counts_names_and_the_story_lacks(suite, run) -> None:
    suite("@pytest.mark.misata(story=STORY, counts={'userz': 3})\ndef test_it(misata_session): pass")
    one_sentence(run(), "*userz*")


def test_a_plain_test_is_not_touched(suite, run) -> None:
    suite("def test_it(request):\n    assert not [name for name in request.fixturenames if 'misata' in name]")
    run().assert_outcomes(passed=1)
