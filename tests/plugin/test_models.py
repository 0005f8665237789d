"""The marker's `models=` and the setting misata_models fill the tables of SQLAlchemy models."""

from __future__ import annotations

import pytest

MODELS = """
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(80))

class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
"""
TEST = """
from zoo import Base, Pet

{marker}
def test_it(misata_session, misata_report):
    assert misata_report.table_rows == {{"owners": 6, "pets": 18}}
    assert misata_session.query(Pet).count() == 18
"""


@pytest.mark.parametrize(
    ("marker", "ini"),
    [("@pytest.mark.misata(models=Base, rows=6)", ""), ("", "misata_models = zoo:Base\nmisata_rows = 6\n")],
    ids=["marker", "setting"],
)
def test_models_are_filled(pytester, suite, run, marker, ini) -> None:
    pytester.makepyfile(zoo=MODELS)
    pytester.syspathinsert()
    suite(TEST.format(marker=marker), ini=ini)
    run().assert_outcomes(passed=1)


STORY = "A zoo with 6 owners, each with 2 pets"
BESIDE = """
from zoo import Base, Pet

{marker}
def test_it(misata_session, misata_report, misata_schema):
    assert misata_report.table_rows == {{"owners": 6, "pets": 12}}
    assert misata_report.story == misata_schema.story == "A zoo with 6 owners, each with 2 pets"
    assert misata_session.query(Pet).count() == 12
"""


@pytest.fixture
def zoo(pytester) -> None:
    pytester.makepyfile(zoo=MODELS)
    pytester.syspathinsert()


@pytest.mark.usefixtures("zoo")
@pytest.mark.parametrize(
    ("marker", "ini"),
    [
        (f"@pytest.mark.misata(models=Base, story={STORY!r})", ""),
        ("", f"misata_models = zoo:Base\nmisata_story = {STORY}\n"),
        (f"@pytest.mark.misata(story={STORY!r})", "misata_models = zoo:Base\nmisata_rows = 50\n"),
    ],
    ids=["marker", "settings", "both"],
)
def test_a_story_beside_models_sizes_their_tables(suite, run, marker, ini) -> None:
    suite(BESIDE.format(marker=marker), ini=ini)
    run().assert_outcomes(passed=1)


@pytest.mark.usefixtures("zoo")
def test_a_story_of_the_settings_lands_on_models_of_the_conftest(suite, run) -> None:
    conftest = """
import pytest

@pytest.fixture(scope="session")
def misata_models():
    from zoo import Base
    return Base
"""
    suite(BESIDE.format(marker=""), conftest=conftest, ini=f"misata_story = {STORY}\n")
    run().assert_outcomes(passed=1)


@pytest.mark.usefixtures("zoo")
def test_models_of_a_marker_alone_are_not_what_the_story_of_the_settings_is_about(suite, run) -> None:
    suite(TEST.format(marker="@pytest.mark.misata(models=Base, rows=6)"), ini="misata_story = A SaaS with 9 users\n")
    run().assert_outcomes(passed=1)


@pytest.mark.usefixtures("zoo")
def test_the_story_and_the_models_are_in_the_header_and_on_a_failing_test(suite, run) -> None:
    suite("def test_it(misata_tables): assert 0", ini="misata_models = zoo:Base\n")
    result = run(f"--misata-story={STORY}")
    result.stdout.fnmatch_lines(
        [
            f'misata: *models=zoo:Base (ini), story="{STORY}" (--misata-story)',
            f'story="{STORY}", models="zoo:Base", seed=42',
            f"replay: pytest test_it.py::test_it --misata-seed=42 '--misata-story={STORY}'",
        ]
    )


@pytest.mark.usefixtures("zoo")
def test_a_story_that_names_nothing_of_the_models_is_one_sentence(suite, run) -> None:
    suite("@pytest.mark.misata(models='zoo:Base', story='500 spaceships')\ndef test_it(misata_tables): pass")
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["nothing in '500 spaceships' names a table* It has owners, pets: say for example*"])
    result.stdout.no_fnmatch_line("*beside.py*")


@pytest.mark.usefixtures("zoo")
def test_a_phrase_without_a_place_is_a_warning(suite, run_apart) -> None:
    suite("@pytest.mark.misata(models='zoo:Base', story='5 owners, 2 moons')\ndef test_it(misata_tables): pass")
    result = run_apart("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*StoryWarning: not understood in the story: '2 moons'*"])


@pytest.mark.usefixtures("zoo")
def test_the_factory_puts_a_story_beside_the_models_of_the_marker(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(models="zoo:Base", rows=3, locale="de_DE")
def test_it(misata):
    assert misata().counts == {"owners": 3, "pets": 9}
    assert misata(story="5 owners").counts == {"owners": 5, "pets": 15}
    assert misata().schema.locale == "de_DE"
"""
    )
    run().assert_outcomes(passed=1)


@pytest.mark.usefixtures("zoo")
@pytest.mark.parametrize("fixture", ["misata_schema", "misata"])
def test_models_are_read_as_the_database_has_them(suite, run, fixture, server_url, request) -> None:
    wanted = request.node.callspec.params["server_url"]
    suite(
        f"""
@pytest.mark.misata(models="zoo:Base")
def test_it({fixture}):
    schema = {fixture}().schema if callable({fixture}) else {fixture}
    assert schema.dialect == {wanted!r}
"""
    )
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)


QUALIFIED = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("{column}", sa.String(9)),
         schema="hr")
"""
QUALIFIED_TEST = """
@pytest.mark.misata(models="personnel:metadata", story="7 people")
def test_it(misata_session, misata_report):
    assert misata_session.scalar(text("SELECT count(*) FROM hr.people")) == 7
    print(f"created={misata_report.created}!")
"""


def test_tables_in_a_schema_are_known_again_and_give_way(pytester, suite, run_apart, postgresql_url) -> None:
    suite(QUALIFIED_TEST)
    seen = []
    for column in ("nick", "nick", "name"):
        pytester.makepyfile(personnel=QUALIFIED.format(column=column))
        result = run_apart(f"--misata-database={postgresql_url}", "-s", "-p", "no:cacheprovider")
        result.assert_outcomes(passed=1)
        seen.append("created=('hr.people',)!" in result.stdout.str())
    assert seen == [True, False, True]
