"""Foreign keys that share columns: parents agree."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, MetaData, String, Table, UniqueConstraint

from pytest_misata import CapacityError, generate_from_schema, schema_from_models
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
