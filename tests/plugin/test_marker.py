"""The marker is checked when tests are collected, and the nearest one wins, argument by argument."""

from __future__ import annotations

import pytest

from pytest_misata.fixtures.marker import complaints, merge


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        (
            "misata(storey='x')",
            "*test_it.py::test_it: the misata marker has no argument 'storey'; did you mean 'story'?*",
        ),
        ("misata(sead=3)", "*no argument 'sead'; did you mean 'seed'?*"),
        ("misata(zzzzzz=3)", "*no argument 'zzzzzz'. The arguments are story, models, *"),
        ("misata('A SaaS')", "*takes keyword arguments only; did you mean story='A SaaS'?*"),
        ("misata(story=3)", "*the misata marker's story is 3; it takes a sentence*"),
        ("misata(story='x', seed=-1)", "*seed is -1; it takes an integer from 0 to 2[*][*]64 - 1*"),
        ("misata(story='x', seed=2**64)", "*it takes an integer from 0 to 2[*][*]64 - 1*"),
        ("misata(story='')", "*test_it.py::test_it: the misata marker's story is ''; it takes a sentence*"),
        ("misata(story='   ')", "*story is '   '; it takes a sentence*"),
        ("misata(story='x', rows=-1)", "*rows is -1; it takes an integer from 0 to 2[*][*]40*"),
        ("misata(story='x', rows=2**41)", "*it takes an integer from 0 to 2[*][*]40*"),
        ("misata(story='x', counts={'users': -1})", "*counts is *-1*; it takes a mapping*"),
        ("misata(story='x', counts={3: 1})", "*counts is {3: 1}; it takes a mapping*"),
        ("misata(story='x', pin=[3])", "*pin is *3*; it takes a mapping of table name to a list of rows*"),
        ("misata(story='x', pin={'users': {'id': 1}})", "*pin is *; it takes a mapping of table name to a list*"),
        ("misata(story='x', pin={'users': [3]})", "*pin is *; it takes a mapping of table name to a list of rows*"),
        ("misata(story='x', url='nonsense')", "*url is not one; it takes a database URL*"),
        ("misata(story='x', url=3)", "*url is not one; it takes a database URL*"),
        ("misata(models='myapp.models')", "*models is 'myapp.models'; it takes *'package.module:name'*"),
        ("misata(story='x', locale='')", "*locale is ''; it takes a locale's name*"),
        ("misata(story='x', rows=True)", "*rows is True; it takes an integer*"),
        ("misata(story='x', counts=[3])", "*counts is *3*; it takes a mapping*"),
        (
            "misata(story='x', isolation='perhaps')",
            "*isolation is 'perhaps'; it takes rollback, restore, clone or none*",
        ),
    ],
)
def test_a_wrong_marker_is_a_usage_error_that_names_the_test(suite, run, marker: str, message: str) -> None:
    suite(f"@pytest.mark.{marker}\ndef test_it(misata_session): pass")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_wrong_url_is_not_repeated_for_it_may_hold_a_password(suite, run) -> None:
    suite("@pytest.mark.misata(story='x', url='me:hunter2@host/app_test')\ndef test_it(misata_session): pass")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "hunter2" not in result.stderr.str() + result.stdout.str()


def test_a_wrong_marker_on_a_test_without_our_fixtures_is_refused_too(suite, run) -> None:
    suite("@pytest.mark.misata(storey='x')\ndef test_it(): pass")
    assert run().ret == pytest.ExitCode.USAGE_ERROR


def test_a_wrong_marker_on_a_test_case_is_refused(suite, run) -> None:
    suite(
        """
import unittest

@pytest.mark.misata(storey='x')
class TestIt(unittest.TestCase):
    def test_method(self): pass
"""
    )
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*TestIt::test_method*storey*"])


def test_under_xdist_the_test_itself_fails(suite, run) -> None:
    suite("@pytest.mark.misata(storey='x')\ndef test_it(): pass\n\ndef test_other(): pass")
    result = run("-n", "1")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*test_it.py::test_it: the misata marker has no argument 'storey'*"])


def test_the_marker_is_registered(run, suite) -> None:
    suite("@pytest.mark.misata(story=STORY)\ndef test_it(): pass")
    run("--strict-markers", "--co").assert_outcomes()
    run("--markers").stdout.fnmatch_lines(["@pytest.mark.misata([*], story, models, schema, rows, counts, seed*"])


def marks(*arguments: dict[str, object]) -> list[pytest.Mark]:
    return [pytest.mark.misata(**each).mark for each in arguments]


def test_the_nearest_wins_argument_by_argument() -> None:
    nearest_first = marks({"seed": 0}, {"seed": 5, "rows": 3}, {"story": "far", "rows": 9})
    assert merge(nearest_first) == {"seed": 0, "rows": 3, "story": "far"}


def test_a_nearer_schema_puts_aside_a_farther_story() -> None:
    schema = object()
    assert merge(marks({"schema": schema}, {"story": "far", "seed": 1})) == {"schema": schema, "seed": 1}
    assert merge(marks({"story": "near"}, {"schema": schema, "seed": 1})) == {"story": "near", "seed": 1}


def test_a_good_marker_has_no_complaints() -> None:
    good = {
        "story": "x",
        "rows": 0,
        "counts": {"users": 3},
        "seed": 0,
        "locale": "de_DE",
        "pin": {"users": [{"email": "ann@example.com"}]},
        "url": "sqlite://",
    }
    assert list(complaints(*marks(good))) == []


def test_a_schema_beside_a_story_is_refused() -> None:
    from pytest_misata.schema.config import SchemaConfig

    (complaint,) = complaints(*marks({"schema": SchemaConfig(), "story": "x"}))
    assert "drop story and models" in complaint


NAMED = """
@pytest.mark.misata(story=STORY, {argument})
def test_it(misata_session): pass

def test_other(): pass
"""


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            "counts={'subscription': 5}",
            "counts names 'subscription', and there is no such table; did you mean 'subscri*",
        ),
        ("counts={'zebras': 5}", "counts names 'zebras', and there is no such table; there are plans, users, *"),
        (
            "pin={'user': [{'email': 'a@example.com'}]}",
            "pin names 'user', and there is no such table; did you mean 'u*",
        ),
        (
            "pin={'users': [{'emial': 'a@b.c'}]}",
            "pin for users names 'emial', and there is no such column; did you me*",
        ),
    ],
)
def test_a_name_that_the_data_does_not_have_is_a_usage_error(suite, run, argument: str, message: str) -> None:
    suite(NAMED.format(argument=argument))
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*test_it.py::test_it: the misata marker's {message}"])


def test_under_xdist_the_test_itself_fails_for_such_a_name(suite, run) -> None:
    suite(NAMED.format(argument="counts={'subscription': 5}"))
    result = run("-n", "2")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["*the misata marker's counts names 'subscription', and there is no such table*"])


@pytest.mark.parametrize("options", [("-k", "other"), ("--collect-only",)])
def test_a_test_that_does_not_run_has_its_data_not_looked_at(
    pytester: pytest.Pytester, suite, options: tuple[str, ...]
) -> None:
    suite(
        NAMED.format(argument="counts={'subscription': 5}"),
        conftest="""
import sys

def pytest_sessionfinish():
    print("heavy:", sorted({"numpy", "faker"} & {*sys.modules}), "!")
""",
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:faker", "-s", *options)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*heavy: [[]] !*"])


def test_names_of_models_that_a_fixture_gives(suite, run) -> None:
    models = """
import pytest
from sqlalchemy import Column, Integer, MetaData, Table

@pytest.fixture(scope="session")
def misata_models():
    metadata = MetaData()
    Table("boats", metadata, Column("id", Integer, primary_key=True))
    return metadata
"""
    suite(
        """
@pytest.mark.misata(story="A harbour with 20 boats", counts={"boats": 5})
def test_it(misata_report):
    assert misata_report.table_rows == {"boats": 5}
""",
        conftest=models,
    )
    run().assert_outcomes(passed=1)


def test_the_help_of_the_marker_explains_each_argument(run) -> None:
    result = run("--markers")
    result.stdout.fnmatch_lines(
        ["@pytest.mark.misata(*): the data *", "*story: a sentence*", '*"clone": the test has*']
    )


OF_PARAMETERS = """
def users(number, **others):
    return pytest.mark.misata(story=f"A SaaS company with {number} users", **others)


def check(engine, number):
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == number
        connection.execute(text("DELETE FROM subscriptions"))


@pytest.mark.parametrize(
    "number", [pytest.param(20, marks=users(20)), 7, pytest.param(9, marks=users(9, isolation="clone"))]
)
def test_of_a_parameter(misata_engine, misata_url, number):
    check(misata_engine, number)
    assert ("clone" in misata_url) == (number == 9)


@pytest.mark.misata(story="A SaaS company with 3 users", seed=5)
@pytest.mark.parametrize("number", [pytest.param(20, marks=users(20)), 3])
def test_the_marker_of_a_parameter_is_the_nearest(misata_engine, misata_seed, number):
    check(misata_engine, number)
    assert misata_seed == 5


def test_added_later(misata_engine):
    check(misata_engine, 5)


def test_added_later_without_a_fixture(request):
    assert request.getfixturevalue("misata_report").table_rows["users"] == 5
"""
ADDS_LATER = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if "later" in item.name:
            item.add_marker(pytest.mark.misata(story="A SaaS company with 5 users"))
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_markers_of_parameters_and_markers_that_are_added(suite, run, workers: tuple[str, ...]) -> None:
    suite(OF_PARAMETERS, conftest=ADDS_LATER, ini="misata_story = A SaaS company with 7 users\n")
    run(*workers).assert_outcomes(passed=7)


def test_a_wrong_marker_that_is_added_is_refused(suite, run) -> None:
    suite("def test_later(): pass\n", conftest=ADDS_LATER.replace("story=", "stories="))
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it.py::test_later: *stories*"])
