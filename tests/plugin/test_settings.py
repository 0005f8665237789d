"""Command line, then environment, then ini file, then default; and what happens to values that are not valid."""

from __future__ import annotations

import pytest

SHOW = """
def test_it(misata_seed, pytestconfig):
    print(f"seed={misata_seed}!")
"""


@pytest.mark.parametrize(
    ("flag", "variable", "ini", "seed", "source"),
    [
        ("1", "2", "3", 1, "--misata-seed"),
        (None, "2", "3", 2, "MISATA_SEED"),
        (None, None, "3", 3, "ini"),
        ("0", "2", "3", 0, "--misata-seed"),
        (None, "0", "3", 0, "MISATA_SEED"),
        (None, None, "0", 0, "ini"),
        (None, None, "18446744073709551615", 2**64 - 1, "ini"),
    ],
)
def test_the_first_given_wins(suite, run, monkeypatch, flag, variable, ini, seed, source) -> None:
    suite(SHOW, ini=f"misata_seed = {ini}\n")
    if variable is not None:
        monkeypatch.setenv("MISATA_SEED", variable)
    result = run("-s", *([f"--misata-seed={flag}"] if flag else []))
    result.stdout.fnmatch_lines([f"misata: seed={seed} ({source}), *", f"*seed={seed}!*"])


def test_the_default_seed_is_42(suite, run) -> None:
    suite(SHOW)
    run("-s").stdout.fnmatch_lines(["*seed=42!*"])


def test_an_empty_story_is_a_value(suite, run) -> None:
    suite("def test_it(misata_tables): pass", ini="misata_story = A SaaS company\n")
    run("--co", "-q").assert_outcomes()
    result = run("--misata-story=")
    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("option", "value", "advice"),
    [
        ("seed", "-1", "a seed is an integer from 0 to 2[*][*]64 - 1, or random, or last"),
        ("seed", "18446744073709551616", "a seed is an integer*"),
        ("seed", "", "a seed is an integer*"),
        ("rows", "many", "a row count is an integer from 0 to 2[*][*]40"),
        ("isolation", "perhaps", "the isolations are rollback, restore, clone, none"),
        ("database", "postgres", "a database is sqlite (a temporary file), postgresql*"),
        ("models", "myapp.models", "models are named as package.module:name*"),
    ],
)
@pytest.mark.parametrize("place", ["flag", "variable", "ini"])
def test_a_value_that_is_not_valid_is_a_usage_error(suite, run, monkeypatch, option, value, advice, place) -> None:
    suite("def test_it(): pass", ini=f"misata_{option} = {value}\n" if place == "ini" else "")
    if place == "variable":
        monkeypatch.setenv(f"MISATA_{option.upper()}", value)
    result = run(*([f"--misata-{option}={value}"] if place == "flag" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    spelled = {"flag": "--misata-{}", "variable": "MISATA_{}", "ini": "misata_{} in the ini file"}[place]
    name = option.upper() if place == "variable" else option
    result.stderr.fnmatch_lines([f"ERROR: {spelled.format(name)}: '{value}' is not valid: {advice}"])


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_survive_a_broken_ini_file(suite, run, option: str) -> None:
    suite("def test_it(): pass", ini="misata_seed = broken\nmisata_database = broken\n")
    assert run(option).ret == 0


def test_help_names_every_flag_with_its_ini_option_and_variable(run) -> None:
    result = run("--help")
    result.stdout.fnmatch_lines(["*--misata-allow-database*"])
    assert "(ini misata_seed, environment MISATA_SEED)" in " ".join(result.stdout.str().split())


def test_numbers_in_native_toml(pytester: pytest.Pytester, run) -> None:
    pytester.makepyfile(SHOW)
    quoted = '"{}"' if pytest.version_tuple < (9, 2) else "{}"
    pytester.makefile(
        ".toml", pytest=f"[pytest]\nmisata_seed = {quoted.format(5)}\nmisata_allow_database = ['a', 'b']\n"
    )
    if pytest.version_tuple >= (9, 0):
        run("-s").stdout.fnmatch_lines(["*seed=5!*"])
    else:
        run("-s", "-c", "pytest.ini").stdout.fnmatch_lines(["*seed=42!*"])


def test_a_password_in_a_wrong_value_is_not_shown(suite, run) -> None:
    suite("def test_it(): pass", ini="misata_models = postgresql://me:secret@host/db\n")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "secret" not in result.stderr.str() + result.stdout.str()
