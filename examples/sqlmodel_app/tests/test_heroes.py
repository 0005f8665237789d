from __future__ import annotations

import pytest
from sqlmodel import select

from heroes import Hero, Rank, Team, count, promote


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_promotion_is_undone_after_the_test(session, attempt):
    legends = count(session, Rank.legend)
    promoted = promote(session, Rank.rookie)
    assert promoted > 0
    assert count(session, Rank.legend) == legends + promoted


def test_every_team_of_a_hero_is_there(session):
    teams = {team.id for team in session.exec(select(Team))}
    assert len(teams) == 6
    assert {hero.team_id for hero in session.exec(select(Hero))} <= teams | {None}


@pytest.mark.misata(pin={"hero": [{"full_name": "Rusty Lock", "rank": "legend"}]})
def test_a_hero_that_the_test_cares_about(session):
    assert session.get(Hero, 1).full_name == "Rusty Lock"
