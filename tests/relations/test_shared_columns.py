"""Foreign keys that share columns: parents agree."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
)
from sqlalchemy.pool import StaticPool

from pytest_misata import CapacityError, generate_from_schema, schema_from_models, seed_database
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import MisataError
from tests.relations.filled import column, filled, rows


def tenants() -> MetaData:
    """Users and projects of tenants, and who is on which project."""
    metadata = MetaData()
    Table("tenants", metadata, Column("id", Integer, primary_key=True), Column("name", String(40)))
    for name in ("users", "projects"):
        Table(
            name,
            metadata,
            Column("tenant_id", ForeignKey("tenants.id"), primary_key=True),
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("lead_id", Integer),
            Column("parent_id", Integer),
            ForeignKeyConstraint(["tenant_id", "parent_id"], [f"{name}.tenant_id", f"{name}.id"]),
            ForeignKeyConstraint(["tenant_id", "lead_id"], ["users.tenant_id", "users.id"]),
        )
    Table(
        "memberships",
        metadata,
        Column("tenant_id", ForeignKey("tenants.id"), primary_key=True),
        Column("project_id", Integer, primary_key=True),
        Column("user_id", Integer, primary_key=True),
        ForeignKeyConstraint(["tenant_id", "project_id"], ["projects.tenant_id", "projects.id"]),
        ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
    )
    Table(
        "tasks",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("tenant_id", Integer, nullable=False),
        Column("project_id", Integer, nullable=False),
        Column("assignee_id", Integer),
        Column("reporter_id", Integer, nullable=False),
        ForeignKeyConstraint(["tenant_id", "project_id"], ["projects.tenant_id", "projects.id"]),
        ForeignKeyConstraint(["tenant_id", "assignee_id"], ["users.tenant_id", "users.id"]),
        ForeignKeyConstraint(["tenant_id", "reporter_id"], ["users.tenant_id", "users.id"]),
    )
    return metadata


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_parents_of_a_row_are_of_its_tenant(seed):
    with filled(tenants(), seed=seed) as connection:
        assert len(set(column(connection, "SELECT tenant_id FROM tasks"))) > 50
        assert 0 < column(connection, "SELECT count(*) FROM tasks WHERE assignee_id IS NULL")[0] < 300
        assert len(set(rows(connection, "SELECT tenant_id, reporter_id FROM tasks"))) > 100
        assert rows(connection, "SELECT count(*) > 100, count(parent_id) > 50 FROM projects") == [(1, 1)]


def test_trees_stay_inside_their_tenant_and_have_roots():
    with filled(tenants()) as connection:
        loops = "SELECT count(*) FROM users WHERE id = parent_id"
        assert column(connection, loops) == [0]
        roots = "SELECT count(DISTINCT tenant_id) FROM users WHERE parent_id IS NULL"
        assert column(connection, roots) == column(connection, "SELECT count(DISTINCT tenant_id) FROM users")


def test_more_members_than_users_and_projects_go_together_is_an_error():
    schema = schema_from_models(tenants())
    with pytest.raises(CapacityError, match=r"memberships\.tenant_id, project_id, user_id can hold .* 5,000 rows"):
        generate_from_schema(schema, counts={"tenants": 20, "users": 60, "projects": 60, "memberships": 5000})


def test_a_slice_is_the_same_as_in_the_whole():
    tables = generate_from_schema(schema_from_models(tenants()))
    for name, table in tables.items():
        whole = list(table.rows())
        again = generate_from_schema(schema_from_models(tenants()))[name]
        assert list(again.rows(40, 60)) == whole[40:60]


def test_a_parent_that_another_key_leaves_out_is_not_picked():
    metadata = MetaData()
    Table("networks", metadata, Column("id", String(36), primary_key=True))
    Table("shared", metadata, Column("network_id", ForeignKey("networks.id"), primary_key=True))
    Table(
        "ports",
        metadata,
        Column("id", String(36), primary_key=True),
        Column("network_id", ForeignKey("networks.id"), nullable=False),
        UniqueConstraint("id", "network_id"),
    )
    Table(
        "advertised",
        metadata,
        Column("port_id", String(36), primary_key=True),
        Column("network_id", ForeignKey("shared.network_id"), nullable=False),
        ForeignKeyConstraint(["port_id", "network_id"], ["ports.id", "ports.network_id"]),
    )
    with filled(metadata) as connection:
        assert column(connection, "SELECT count(*) FROM advertised")[0] > 50


def test_the_ring_of_three_keys_agrees():
    metadata = MetaData()
    Table("regions", metadata, Column("code", String(8), primary_key=True))
    Table(
        "depots",
        metadata,
        Column("region", ForeignKey("regions.code"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
    )
    Table(
        "routes",
        metadata,
        Column("region", ForeignKey("regions.code"), primary_key=True),
        Column("name", String(20), primary_key=True),
    )
    Table(
        "trips",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("region", String(8), nullable=False),
        Column("depot", Integer, nullable=False),
        Column("route", String(20), nullable=False),
        ForeignKeyConstraint(["region", "depot"], ["depots.region", "depots.number"]),
        ForeignKeyConstraint(["region", "route"], ["routes.region", "routes.name"]),
        ForeignKeyConstraint(["region"], ["regions.code"]),
        UniqueConstraint("region", "depot", "route"),
    )
    with filled(metadata) as connection:
        assert column(connection, "SELECT count(*) FROM trips")[0] > 100


def test_a_key_that_cuts_a_cycle_leaves_the_primary_key_alone():
    metadata = MetaData()
    Table(
        "orgs",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("owner_id", Integer),
        ForeignKeyConstraint(["id", "owner_id"], ["members.org_id", "members.id"], use_alter=True, name="owned"),
    )
    Table(
        "members",
        metadata,
        Column("org_id", ForeignKey("orgs.id"), primary_key=True),
        Column("id", Integer, primary_key=True, autoincrement=False),
    )
    with filled(metadata, rows=40) as connection:
        owned = "SELECT count(*) FROM orgs JOIN members ON members.org_id = orgs.id AND members.id = owner_id"
        assert column(connection, "SELECT count(owner_id) FROM orgs") == column(connection, owned)
        assert column(connection, owned)[0] > 20


def bookings() -> MetaData:
    """Bookings of members that need a card of the member unless their fee is one of a few."""
    metadata = MetaData()
    Table("members", metadata, Column("code", CHAR(7), primary_key=True))
    Table(
        "cards",
        metadata,
        Column("member", ForeignKey("members.code"), primary_key=True),
        Column("since", Date, nullable=False),
        UniqueConstraint("member", "since"),
    )
    Table(
        "bookings",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("member", ForeignKey("members.code"), nullable=False),
        Column("card_since", Date),
        Column("guest", Boolean),
        Column("fee", Integer, nullable=False),
        ForeignKeyConstraint(["member", "card_since"], ["cards.member", "cards.since"]),
        CheckConstraint("fee IN (19, 21, 24) OR card_since IS NOT NULL", name="fee_or_card"),
        UniqueConstraint("guest", "fee", "member"),
    )
    return metadata


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_whose_check_needs_an_optional_parent_are_of_those_that_have_one(seed):
    with filled(bookings(), rows=12, counts={"cards": 5}, seed=seed) as connection:
        assert rows(connection, "SELECT count(*), count(card_since) FROM bookings") == [(36, 36)]
        assert 1 < column(connection, "SELECT count(DISTINCT member) FROM bookings")[0] <= 5


def bookings_with_passes(*checks: CheckConstraint) -> MetaData:
    """Bookings that need a card and a pass of the same member, unless their fee is one of a few."""
    metadata = bookings()
    since = Column("since", Date, nullable=False)
    member = Column("member", ForeignKey("members.code"), primary_key=True)
    Table("passes", metadata, member, since, UniqueConstraint("member", "since"))
    table = metadata.tables["bookings"]
    table.append_column(Column("pass_since", Date))
    table.append_constraint(ForeignKeyConstraint(["member", "pass_since"], ["passes.member", "passes.since"]))
    for check in (CheckConstraint("fee IN (19, 21, 24) OR pass_since IS NOT NULL", name="fee_or_pass"), *checks):
        table.append_constraint(check)
    return metadata


def of_two_members(metadata: MetaData, engine: Engine) -> Tables:
    """One card and one pass, of different members."""
    metadata.create_all(engine)
    tables = generate_from_schema(schema_from_models(metadata), rows=12, counts={"cards": 1, "passes": 1}, seed=3)
    assert {row["member"] for row in tables["cards"].rows()} != {row["member"] for row in tables["passes"].rows()}
    return tables


def test_where_two_parents_are_needed_and_none_agree_a_value_that_needs_none_is_taken():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    seed_database(of_two_members(bookings_with_passes(), engine), engine)
    with engine.connect() as connection:
        assert rows(connection, "SELECT count(*) > 0, min(fee IN (19, 21, 24)) FROM bookings") == [(1, 1)]


def test_where_two_parents_are_needed_and_none_agree_the_check_is_told_before_anything_is_written():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables = of_two_members(bookings_with_passes(CheckConstraint("fee < 5")), engine)
    with pytest.raises(MisataError, match="fee_or_"):
        seed_database(tables, engine)
    with engine.connect() as connection:
        assert column(connection, "SELECT count(*) FROM members") == [0]


def test_a_table_whose_parents_share_no_value_has_no_rows_and_a_note_says_so():
    metadata = MetaData()
    Table("regions", metadata, Column("code", String(12), primary_key=True))
    Table("depots", metadata, Column("code", String(12), primary_key=True))
    Table(
        "routes",
        metadata,
        Column("code", ForeignKey("regions.code"), primary_key=True),
        Column("no", Integer, primary_key=True),
    )
    Table(
        "stops",
        metadata,
        Column("code", ForeignKey("depots.code"), primary_key=True),
        Column("no", Integer, nullable=False),
        ForeignKeyConstraint(["code", "no"], ["routes.code", "routes.no"]),
    )
    schema = schema_from_models(metadata)
    tables = generate_from_schema(schema, rows=12)
    assert len(tables["stops"]) == 0
    assert any(
        note.startswith("stops: 0 rows, since stops.code, no: no row of routes goes with") for note in tables.notes
    )
    with pytest.raises(MisataError, match="no row of routes goes with a row of the other tables"):
        generate_from_schema(schema, rows=12, counts={"stops": 3})


KIND = "(kind = 'shelf' AND shelf_id IS NOT NULL AND box_id IS NULL) OR (kind = 'box' AND box_id IS NOT NULL)"


@pytest.mark.parametrize(
    "check", ["shelf_id IS NOT NULL OR box_id IS NOT NULL", "(shelf_id IS NULL) <> (box_id IS NULL)", KIND]
)
@pytest.mark.parametrize("told", [False, True])
def test_a_tenant_leaves_rows_one_of_the_parents_of_which_a_check_asks_for_some(check, told):
    metadata = MetaData()
    Table("tenants", metadata, Column("id", Integer, primary_key=True))
    for name in ("shelves", "boxes"):
        Table(
            name,
            metadata,
            Column("tenant_id", ForeignKey("tenants.id"), primary_key=True),
            Column("id", Integer, primary_key=True),
        )
    Table(
        "documents",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("kind", String(10), nullable=False),
        Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
        Column("shelf_id", Integer),
        Column("box_id", Integer),
        ForeignKeyConstraint(["tenant_id", "shelf_id"], ["shelves.tenant_id", "shelves.id"]),
        ForeignKeyConstraint(["tenant_id", "box_id"], ["boxes.tenant_id", "boxes.id"]),
        CheckConstraint(check, name="somewhere"),
    )
    schema = schema_from_models(metadata)
    if told:
        schema.table("documents").column("kind").choose(["shelf", "box"])
    tables = generate_from_schema(schema, rows=1000)
    seed_database(tables, "sqlite://", create=True)
    placed = [(row["shelf_id"] is None, row["box_id"] is None) for row in tables["documents"].rows()]
    assert len(placed) == 3000
    assert {(True, False), (False, True)} <= set(placed)


def test_columns_that_follow_from_a_unique_key_leave_it_room():
    metadata = MetaData()
    Table("surveys", metadata, Column("id", Integer, primary_key=True))
    Table(
        "questions",
        metadata,
        Column("survey_id", ForeignKey("surveys.id"), primary_key=True),
        Column("seq", Integer, primary_key=True),
    )
    Table(
        "responses",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("survey_id", ForeignKey("surveys.id"), nullable=False),
        UniqueConstraint("id", "survey_id"),
    )
    Table(
        "answers",
        metadata,
        Column("response_id", Integer, primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("survey_id", Integer, nullable=False),
        ForeignKeyConstraint(["response_id", "survey_id"], ["responses.id", "responses.survey_id"]),
        ForeignKeyConstraint(["survey_id", "seq"], ["questions.survey_id", "questions.seq"]),
    )
    counts = {"surveys": 50, "questions": 150, "responses": 150}
    pairs = "SELECT count(*) FROM responses JOIN questions USING (survey_id)"
    with filled(metadata, counts=counts) as connection:
        room = column(connection, pairs)[0]
        assert column(connection, "SELECT count(*) FROM answers") == [room // 2]
    with filled(metadata, counts={**counts, "answers": room}) as connection:
        assert column(connection, "SELECT count(*) FROM answers") == [room] == column(connection, pairs)
    with pytest.raises(CapacityError, match=f"answers.response_id, seq can hold {room} unique values"):
        generate_from_schema(schema_from_models(metadata), counts={**counts, "answers": room + 1})
