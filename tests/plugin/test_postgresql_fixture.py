"""misata_database = postgresql: a database of our own on the server of a pytest-postgresql fixture."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from tests.plugin.conftest import engine_of

TESTS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(4))
def test_it(misata_session, misata_engine, n):
    assert misata_engine.url.get_backend_name() == "postgresql"
    assert misata_engine.url.database.startswith("misata_")
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
"""


def databases(url: str) -> set[str]:
    engine = engine_of(url)
    with engine.connect() as connection:
        found = set(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())
    engine.dispose()
    return found


def server(url: str) -> list[str]:
    parsed = make_url(url)
    password = [f"--postgresql-password={parsed.password}"] if parsed.password else []
    # A name of its own: pytest-postgresql makes a template next to it, and other runs use the same server.
    dbname = f"--postgresql-dbname={parsed.database}_pp"
    where = [f"--postgresql-host={parsed.host}", f"--postgresql-port={parsed.port}"]
    return [*where, f"--postgresql-user={parsed.username}", dbname, *password]


@pytest.mark.parametrize("workers", [(), ("-n", "2", "-p", "pytest_postgresql")], ids=["one process", "two processes"])
def test_a_named_fixture(suite, run, postgresql_url: str, workers: tuple[str, ...]) -> None:
    suite(TESTS)
    options = server(postgresql_url)
    result = run("--misata-database=postgresql:postgresql_noproc", *options, *workers)
    result.assert_outcomes(passed=4)
    left = {name for name in databases(postgresql_url) if name.startswith(make_url(postgresql_url).database or "?")}
    assert left == {make_url(postgresql_url).database}


def test_the_database_is_made_from_the_template_that_the_fixture_loads(suite, run, postgresql_url: str) -> None:
    suite(
        TESTS.replace("n):", "n):\n    assert misata_session.scalar(text('SELECT count(*) FROM loaded')) == 0"),
        conftest=f"""
    import psycopg
    from pytest_postgresql import factories

    def load(**connection):
        with psycopg.connect(**connection) as opened:
            opened.execute("CREATE TABLE loaded (id INTEGER)")

    ours = factories.postgresql_noproc(
        host={make_url(postgresql_url).host!r},
        port={make_url(postgresql_url).port!r},
        user={make_url(postgresql_url).username!r},
        password={make_url(postgresql_url).password!r},
        dbname="{make_url(postgresql_url).database}_load",
        load=[load],
    )
    """,
    )
    run("--misata-database=postgresql:ours").assert_outcomes(passed=4)


def test_a_fixture_that_is_not_there_is_one_sentence(suite, run) -> None:
    suite(TESTS)
    result = run("--misata-database=postgresql:nowhere")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(
        [
            "misata_database = postgresql:nowhere: there is no fixture 'nowhere'; name one that runs a server: "
            "postgresql_proc, postgresql_noproc, *"
        ]
    )
    for raw in ("*places.py*", "*FixtureLookupError*", "*SubRequest*", "*During handling*"):
        result.stdout.no_fnmatch_line(raw)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tmp_path_factory", "*postgresql:tmp_path_factory: the fixture gives a TempPathFactory and no server; name *"),
        ("postgresql", "*postgresql:postgresql: the fixture is not of session scope; name one that *"),
    ],
)
def test_a_fixture_that_is_no_server_is_one_sentence(suite, run, name: str, sentence: str) -> None:
    suite(TESTS)
    result = run(f"--misata-database=postgresql:{name}")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines([sentence])
    for raw in ("*places.py*", "*AttributeError*", "*ScopeMismatch*"):
        result.stdout.no_fnmatch_line(raw)


def test_a_root_user_without_a_server_is_told_the_ways_out(suite, run, monkeypatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    suite(TESTS)
    result = run("--misata-database=postgresql", "--postgresql-exec=/no/such/pg_ctl", "--postgresql-port=1")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["*Three ways out: run pytest as another user; or start a server*"])
    result.stdout.no_fnmatch_line("*CalledProcessError*")


def test_a_root_user_uses_the_server_that_answers(suite, run, monkeypatch, postgresql_url: str) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    suite(TESTS)
    result = run("--misata-database=postgresql", "--postgresql-exec=/no/such/pg_ctl", *server(postgresql_url))
    result.assert_outcomes(passed=4)


def test_without_pytest_postgresql(suite, run) -> None:
    suite(TESTS)
    result = run("--misata-database=postgresql", "-p", "no:postgresql")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["*needs pytest-postgresql: pip install 'pytest-misata?postgresql?'*"])
