"""The factory fixture makes tables inside a test."""

from __future__ import annotations


def test_what_is_not_given_comes_from_the_marker_then_the_settings(suite, run) -> None:
    suite(
        """
def test_settings(misata):
    tables = misata(story="A SaaS company")
    assert tables.seed == 9
    assert len(tables["users"]) == 13

@pytest.mark.misata(seed=3)
def test_marker(misata):
    assert misata(story=STORY).seed == 3
    assert misata(story=STORY, seed=0).seed == 0

@pytest.mark.misata(story=STORY)
def test_story_of_the_marker(misata):
    assert len(misata()["users"]) == 20
    assert len(misata(story="A SaaS company with 2 users")["users"]) == 2

def test_equal(misata):
    assert misata(story=STORY).fingerprint() == misata(story=STORY).fingerprint()
    assert misata(story=STORY).fingerprint() != misata(story=STORY, seed=1).fingerprint()
""",
        ini="misata_seed = 9\nmisata_rows = 13\n",
    )
    run().assert_outcomes(passed=4)


def test_the_command_line_seed_wins(suite, run) -> None:
    suite("def test_it(misata):\n    assert misata(story=STORY, seed=3).seed == 8")
    run("--misata-seed=8").assert_outcomes(passed=1)


def test_a_typo_is_one_sentence(suite, run) -> None:
    suite("def test_it(misata):\n    misata(storey=STORY)")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["misata() has no argument 'storey'; did you mean 'story'?*"])
    result.stdout.no_fnmatch_line("*factory.py*")


def test_nothing_to_make_is_one_sentence(suite, run) -> None:
    suite("def test_it(misata):\n    misata()")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["nothing says which data this test wants*"])


def test_a_marker_with_defaults_for_the_factory_opens_no_database(suite, run) -> None:
    suite("@pytest.mark.misata(seed=3)\ndef test_it(misata):\n    assert misata(story=STORY).seed == 3")
    run("--misata-database=postgresql://nobody@127.0.0.1:1/no_test").assert_outcomes(passed=1)
