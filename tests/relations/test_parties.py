"""A row about something between two parties is of one of the two."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, MetaData

import pytest_misata as misata
from tests.relations.filled import filled, rows
from tests.relations.test_holders import made, reference

GOALS = (
    "SELECT s.team_id, a.team_id, home_team_id, away_team_id FROM goals JOIN matches m ON m.id = match_id "
    "JOIN players s ON s.id = scorer_id LEFT JOIN players a ON a.id = assist_id"
)


def football(*more: Column[Any]) -> MetaData:
    return made(
        teams=[],
        players=[reference("team_id", "teams")],
        matches=[reference("home_team_id", "teams"), reference("away_team_id", "teams")],
        goals=[
            reference("match_id", "matches"),
            reference("scorer_id", "players"),
            reference("assist_id", "players", nullable=True),
            *more,
        ],
    )


def test_goals_are_scored_by_players_of_the_match_and_assisted_by_their_mates() -> None:
    found = rows(filled(football(), rows=30), GOALS)
    assert len(found) > 100
    assert all(scorer in {home, away} for scorer, _, home, away in found)
    assert all(mate in {scorer, None} for scorer, mate, _, _ in found)
    assert 0.3 < sum(scorer == home for scorer, _, home, _ in found) / len(found) < 0.7


def test_a_message_is_sent_by_one_of_the_two_who_talk() -> None:
    models = made(
        users=[],
        conversations=[reference("user1_id", "users"), reference("user2_id", "users")],
        messages=[reference("conversation_id", "conversations"), reference("sender_id", "users")],
    )
    query = "SELECT sender_id, user1_id, user2_id FROM messages JOIN conversations c ON c.id = conversation_id"
    found = rows(filled(models, rows=20), query)
    assert all(sender in {one, other} for sender, one, other in found)
    assert {sender == one for sender, one, _ in found} == {True, False}


def test_others_than_two_parties_comment_too() -> None:
    models = made(
        users=[],
        tickets=[reference("reporter_id", "users"), reference("assignee_id", "users")],
        comments=[reference("ticket_id", "tickets"), reference("author_id", "users")],
    )
    query = "SELECT author_id, reporter_id, assignee_id FROM comments JOIN tickets t ON t.id = ticket_id"
    assert any(author not in {one, other} for author, one, other in rows(filled(models, rows=50), query))


@pytest.mark.parametrize("counts", [{"teams": 50, "players": 10}, {"teams": 1, "players": 4, "matches": 2}])
def test_where_a_team_has_no_players_others_score(counts: dict[str, int]) -> None:
    tables = misata.generate_from_schema(misata.schema_from_models(football()), counts=counts)
    assert {name: len(tables[name]) for name in counts} == counts
    assert len(tables["goals"]) > 0
    assert tables.check() == []
