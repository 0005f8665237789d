"""What a project overrides in its conftest.py: misata_database, misata_prepare, misata_models; and its own engine."""

from __future__ import annotations

import pytest

LEAK = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(3))
def test_it(misata_session, misata_engine, app_engine, n):
    assert misata_engine is app_engine
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
"""

ENGINE = """
    import pytest
    from sqlalchemy import create_engine, text
    {imports}

    @pytest.fixture(scope="session")
    def app_engine():
        engine = create_engine({arguments})
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE before_us (id INTEGER)"))
        yield engine
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw.isolation_level == ""
            connection.execute(text("INSERT INTO before_us VALUES (1)"))
            connection.rollback()
            assert connection.scalar(text("SELECT count(*) FROM before_us")) == 0
            assert connection.scalar(text("SELECT count(*) FROM users")) == 20
            assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
        engine.dispose()

    @pytest.fixture(scope="session")
    def misata_database(app_engine):
        return app_engine
    """


def test_an_engine_on_a_sqlite_file_is_rolled_back_and_left_as_it_was(suite, run, sqlite_url: str) -> None:
    suite(LEAK, conftest=ENGINE.format(imports="", arguments=repr(sqlite_url)))
    run().assert_outcomes(passed=3)


def test_an_engine_in_memory_keeps_what_it_held(suite, run) -> None:
    arguments = "'sqlite://', poolclass=StaticPool"
    suite(LEAK, conftest=ENGINE.format(imports="from sqlalchemy.pool import StaticPool", arguments=arguments))
    run().assert_outcomes(passed=3)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_an_engine_on_a_server(suite, run, kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    suite(
        LEAK,
        conftest=f"""
    import pytest
    from sqlalchemy import create_engine
    from pytest_misata.load.engines import synchronous, url_of

    @pytest.fixture(scope="session")
    def app_engine():
        engine = create_engine(synchronous(url_of({url!r})))
        yield engine
        engine.dispose()

    @pytest.fixture(scope="session")
    def misata_database(app_engine):
        return app_engine
    """,
    )
    run().assert_outcomes(passed=3)


def test_an_engine_with_the_documented_sqlite_recipe_of_its_own(suite, run, sqlite_url: str) -> None:
    suite(
        LEAK,
        conftest=f"""
    import pytest
    from sqlalchemy import create_engine, event

    @pytest.fixture(scope="session")
    def app_engine():
        engine = create_engine({sqlite_url!r})

        @event.listens_for(engine, "connect")
        def connect(raw, record):
            raw.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection):
            connection.exec_driver_sql("BEGIN")

        yield engine
        engine.dispose()

    @pytest.fixture(scope="session")
    def misata_database(app_engine):
        return app_engine
    """,
    )
    run().assert_outcomes(passed=3)


def test_something_that_is_no_database_is_one_sentence(suite, run) -> None:
    suite(
        "@pytest.mark.misata(story=STORY)\ndef test_it(misata_session): pass",
        conftest="import pytest\n\n@pytest.fixture(scope='session')\ndef misata_database():\n    return 3\n",
    )
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["misata_database is a int; it takes a URL or an Engine"])


def test_misata_prepare_runs_before_the_data_is_loaded(suite, run) -> None:
    suite(
        """
from sqlalchemy import inspect

@pytest.mark.misata(story=STORY)
def test_it(misata_engine, prepared):
    assert prepared == [[]]
    assert inspect(misata_engine).has_table("migrated")
""",
        conftest="""
    import pytest
    from sqlalchemy import inspect

    @pytest.fixture(scope="session")
    def prepared():
        return []

    @pytest.fixture(scope="session")
    def misata_prepare(prepared):
        def prepare(engine):
            prepared.append(inspect(engine).get_table_names())
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE migrated (id INTEGER)")
        return prepare
    """,
    )
    run().assert_outcomes(passed=1)


def test_a_project_may_give_tables_of_its_own(suite, run) -> None:
    suite(
        """
def test_it(misata_session, misata_report):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 3
""",
        conftest="""
    import pytest
    import pytest_misata as misata

    @pytest.fixture(scope="session")
    def misata_tables():
        return misata.generate_from_schema(misata.parse("A SaaS company"), counts={"users": 3})
    """,
    )
    run().assert_outcomes(passed=1)


def test_a_users_own_session_fixture_is_rebuilt_with_the_dataset(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story="A SaaS company with 3 users")
def test_a(app):
    assert app == 3

@pytest.mark.misata(story="A SaaS company with 4 users")
def test_b(app):
    assert app == 4
""",
        conftest="""
    import pytest
    from sqlalchemy import text

    @pytest.fixture(scope="session")
    def app(misata_engine):
        with misata_engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM users"))
    """,
    )
    run().assert_outcomes(passed=2)
