"""A story beside models, written into databases; and beside the databases that those made."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pytest_misata.api import generate_from_schema, seed_from_sqlalchemy_models
from pytest_misata.load.seed import seed_database
from pytest_misata.schema.sources.database import schema_from_db
from pytest_misata.story.reader import StoryWarning
from tests.story.schemas import SCHEMAS

STORIES = {
    "django": "A blog with 30 users, 2 groups per user, 4 posts per user, 20% deleted and 10% inactive",
    "chinook": "A music store with 20 customers, each with 3 invoices, 30% unpaid, 20% refunded, 5 tracks per playlist",
    "prefixed": "A SaaS company with 50 users, 20% churned, 30% on the pro plan and 70% on free, 2 tickets per user",
    "german": "An online shop with 40 customers, 2 orders per customer, 20% storniert, no line items",
    "tenants": "20 companies, 5 members per company, 25% admins, 30 users, 10% suspended, 3 projects per company",
    "sqlmodel": "4 hero teams with 6 heroes each, half of them retired",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request):
    engine = sa.create_engine(request.getfixturevalue(f"{request.param}_url"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", STORIES)
def test_the_database_takes_what_the_story_asks_for_by_either_road(name, engine):
    story = STORIES[name]
    report = seed_from_sqlalchemy_models(SCHEMAS[name](), engine, story=story, truncate=True)
    again = seed_database(generate_from_schema(schema_from_db(engine), story=story), engine, truncate=True)

    assert report.story == again.story == story
    assert report.table_rows == again.table_rows


def test_a_story_lands_on_tables_of_several_schemas(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    story = "20 crm users, 30 shop users with 2 orders each, 20% of the shop users are blocked"
    report = seed_from_sqlalchemy_models(SCHEMAS["qualified"](), engine, story=story)
    read = schema_from_db(engine, schemas=["crm", "shop"])
    engine.dispose()

    assert report.table_rows == {"crm.users": 20, "shop.users": 30, "shop.orders": 60}
    assert generate_from_schema(read, story=story).counts == report.table_rows


def test_rows_do_without_what_there_is_none_of(engine):
    story = "20 users, 30 projects, 20 employees, no genres, 40 tracks"
    with pytest.warns(StoryWarning, match="'30 projects'.*no table of the schema is meant"):
        report = seed_from_sqlalchemy_models(SCHEMAS["chinook"](), engine, story=story)
    with engine.connect() as connection:
        track = SCHEMAS["chinook"]().tables["Track"]
        assert connection.scalar(sa.select(sa.func.count()).where(track.c.GenreId.is_(None))) == 40

    assert report.table_rows["Genre"] == 0


def test_what_is_written_is_what_the_story_says(engine):
    seed_from_sqlalchemy_models(SCHEMAS["prefixed"](), engine, story=STORIES["prefixed"])
    with engine.connect() as connection:
        plans = connection.execute(sa.text("SELECT plan_name FROM tbl_plan ORDER BY plan_id")).scalars().all()
        churned = connection.scalar(sa.text("SELECT count(*) FROM tbl_user WHERE churned = 'Y'"))
        orphans = connection.scalar(
            sa.text("SELECT count(*) FROM tbl_support_ticket WHERE fk_user NOT IN (SELECT user_id FROM tbl_user)")
        )

    assert {"pro", "free"} <= set(plans)
    assert 5 <= churned <= 15
    assert orphans == 0
