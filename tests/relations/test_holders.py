"""What a row joins is of one tenant, clinic or league, though the row itself names none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

import pytest_misata as misata
from tests.relations.filled import filled, rows


def reference(name: str, parent: str, **options: Any) -> Column[Any]:
    return Column(name, ForeignKey(f"{parent}.id"), **{"nullable": False, **options})


def made(**tables: list[Column[Any]]) -> MetaData:
    """Tables with a numbered `id`, unless their columns are a key."""
    metadata = MetaData()
    for name, columns in tables.items():
        keyed = any(column.primary_key for column in columns)
        Table(name, metadata, *([] if keyed else [Column("id", Integer, primary_key=True)]), *columns)
    return metadata


def workspaces(holder: str = "tenant") -> MetaData:
    of_one = [reference(f"{holder}_id", f"{holder}s")]
    return made(
        **{f"{holder}s": [Column("name", String(40))]},
        users=[column._copy() for column in of_one],
        roles=[column._copy() for column in of_one],
        projects=[column._copy() for column in of_one],
        user_roles=[reference("user_id", "users", primary_key=True), reference("role_id", "roles", primary_key=True)],
        tickets=[reference("project_id", "projects"), reference("assignee_id", "users", nullable=True)],
        comments=[reference("ticket_id", "tickets"), reference("author_id", "users")],
    )


@pytest.mark.parametrize("size", [3, 100])
@pytest.mark.parametrize("holder", ["tenant", "workspace"])
def test_rows_join_what_one_tenant_has(holder: str, size: int) -> None:
    connection = filled(workspaces(holder), rows=size)
    of = f"{holder}_id"
    pairs = {
        "roles": f"SELECT u.{of}, r.{of} FROM user_roles JOIN users u ON u.id = user_id JOIN roles r ON r.id = role_id",
        "tickets": f"SELECT u.{of}, p.{of} FROM tickets JOIN users u ON u.id = assignee_id "
        "JOIN projects p ON p.id = project_id",
        "comments": f"SELECT u.{of}, p.{of} FROM comments JOIN tickets t ON t.id = ticket_id "
        "JOIN users u ON u.id = author_id JOIN projects p ON p.id = t.project_id",
    }
    for query in pairs.values():
        found = rows(connection, query)
        assert len(found) >= size
        assert all(one == other for one, other in found)


def test_the_tables_have_no_column_for_it() -> None:
    tables = misata.generate_from_schema(misata.schema_from_models(workspaces()))
    assert tables["user_roles"].columns == ("user_id", "role_id")
    assert tables.notes == ()
    assert tables.check() == []


def test_things_of_several_sorts_go_together_in_a_clinic_and_two_doctors_need_not() -> None:
    models = made(
        clinics=[],
        doctors=[reference("clinic_id", "clinics")],
        rooms=[reference("clinic_id", "clinics")],
        visits=[reference("doctor_id", "doctors"), reference("room_id", "rooms")],
        referrals=[reference("referring_doctor_id", "doctors"), reference("other_doctor_id", "doctors")],
    )
    connection = filled(models, rows=20)
    visits = (
        "SELECT d.clinic_id, r.clinic_id FROM visits JOIN doctors d ON d.id = doctor_id JOIN rooms r ON r.id = room_id"
    )
    assert all(one == other for one, other in rows(connection, visits))
    referrals = (
        "SELECT a.clinic_id, b.clinic_id FROM referrals JOIN doctors a ON a.id = referring_doctor_id "
        "JOIN doctors b ON b.id = other_doctor_id"
    )
    assert any(one != other for one, other in rows(connection, referrals))


def test_teams_of_a_league_meet_each_other_and_never_themselves() -> None:
    models = made(
        leagues=[],
        teams=[reference("league_id", "leagues")],
        matches=[reference("home_team_id", "teams"), reference("away_team_id", "teams")],
    )
    found = rows(
        filled(models, rows=20),
        "SELECT h.league_id, a.league_id, h.id, a.id FROM matches JOIN teams h ON h.id = home_team_id "
        "JOIN teams a ON a.id = away_team_id",
    )
    assert all(home == away and one != other for home, away, one, other in found)


def test_more_rows_than_tenants_have_pairs_join_others_too() -> None:
    models = workspaces()
    counts = {"tenants": 10, "users": 10, "roles": 10, "user_roles": 50}
    assert rows(filled(models, counts=counts), "SELECT count(*) FROM user_roles") == [(50,)]


def test_a_table_without_room_leaves_the_others_as_they_are() -> None:
    counts = {"tenants": 10, "users": 10, "roles": 10, "user_roles": 50}
    found = rows(
        filled(workspaces(), counts=counts),
        "SELECT u.tenant_id, p.tenant_id FROM tickets JOIN users u ON u.id = assignee_id "
        "JOIN projects p ON p.id = project_id",
    )
    assert all(one == other for one, other in found)


def test_what_is_paid_is_paid_by_the_card_of_the_same_customer() -> None:
    own = [reference("customer_id", "customers") for _ in range(4)]
    models = made(
        customers=[],
        cards=[own[0]],
        orders=[own[1]],
        accounts=[own[2]],
        posts=[own[3]],
        payments=[reference("order_id", "orders"), reference("card_id", "cards")],
        refunds=[reference("payment_id", "payments"), reference("card_id", "cards")],
        transfers=[reference("card_id", "cards"), reference("to_account_id", "accounts")],
        comments=[reference("post_id", "posts"), reference("order_id", "orders")],
    )
    connection = filled(models, rows=30)

    def pairs(table: str, one: str, other: str) -> list[tuple[Any, ...]]:
        joins = f"JOIN {one}s a ON a.id = {one}_id JOIN {other.removeprefix('to_')}s b ON b.id = {other}_id"
        return rows(connection, f"SELECT a.customer_id, b.customer_id FROM {table} {joins}")

    assert all(one == other for one, other in pairs("payments", "order", "card"))
    payers = "SELECT o.customer_id, c.customer_id FROM refunds JOIN payments p ON p.id = payment_id "
    payers += "JOIN orders o ON o.id = p.order_id JOIN cards c ON c.id = refunds.card_id"
    assert all(one == other for one, other in rows(connection, payers))
    # Money goes to others, and who writes on a post need not be the one who wrote it.
    assert any(one != other for one, other in pairs("transfers", "card", "to_account"))
    assert any(one != other for one, other in pairs("comments", "post", "order"))
