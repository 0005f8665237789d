"""Where the seed comes from: --misata-seed over every marker, and seeds that are drawn."""

from __future__ import annotations

import re

import pytest

TWO = """
@pytest.mark.misata(story=STORY, seed=5)
def test_marked(misata_seed, misata_tables):
    assert misata_tables.seed == misata_seed
    print(f"marked={misata_seed}!")

def test_plain(misata_seed):
    print(f"plain={misata_seed}!")
"""


def test_the_marker_wins_over_environment_and_ini(suite, run, monkeypatch) -> None:
    suite(TWO, ini="misata_seed = 1\n")
    monkeypatch.setenv("MISATA_SEED", "2")
    run("-s").stdout.fnmatch_lines_random(["*marked=5!*", "*plain=2!*"])


def test_the_command_line_wins_over_every_marker(suite, run) -> None:
    suite(TWO)
    run("-s", "--misata-seed=0").stdout.fnmatch_lines_random(["*marked=0!*", "*plain=0!*"])


def drawn(result: pytest.RunResult) -> str:
    found = re.search(r"misata: seed=(\d+) \(--misata-seed=\w+\)", result.stdout.str())
    assert found, result.stdout.str()
    return found[1]


def test_random_is_printed_and_last_repeats_it(suite, run) -> None:
    suite(TWO)
    first = run("-s", "--misata-seed=random")
    first.stdout.fnmatch_lines_random([f"*marked={drawn(first)}!*", f"*plain={drawn(first)}!*"])
    second = run("-s", "--misata-seed=last")
    assert drawn(second) == drawn(first)
    assert drawn(run("--misata-seed=random")) != drawn(first)


def test_workers_of_xdist_share_the_drawn_seed(suite, run) -> None:
    suite("@pytest.mark.parametrize('n', range(4))\ndef test_it(misata_seed, n):\n    assert misata_seed == 1")
    result = run("-n", "2", "--misata-seed=random")
    result.assert_outcomes(failed=4)
    found = set(re.findall(r"assert (\d+) == 1", result.stdout.str()))
    assert found == {drawn(result)}


@pytest.mark.parametrize("options", [(), ("-p", "no:cacheprovider", "-p", "no:randomly")])
def test_last_without_a_drawn_seed_is_a_usage_error(suite, run, options) -> None:
    suite(TWO)
    result = run("--misata-seed=last", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --misata-seed: no seed was drawn here before; use random once*"])


def test_random_works_without_the_cache_plugin(suite, run) -> None:
    suite(TWO)
    run("--misata-seed=random", "-p", "no:cacheprovider", "-p", "no:randomly").assert_outcomes(passed=2)
