"""Leagues: who meets whom, and the table that follows from it."""

from collections import Counter

import numpy as np
import pytest

import pytest_misata as misata
from pytest_misata.engine.kinds.fixtures import Rounds
from pytest_misata.errors import GenerationError


@pytest.mark.parametrize("sides", range(2, 24))
def test_everyone_meets_everyone_at_home_and_away(sides):
    matches = sides // 2
    home, away = Rounds(sides).pairs(np.arange(sides * (sides - 1), dtype=np.int64))
    assert len(set(zip(home.tolist(), away.tolist(), strict=True))) == sides * (sides - 1)
    assert (home != away).all()
    for first in range(0, len(home), matches):
        seen = [*home[first : first + matches].tolist(), *away[first : first + matches].tolist()]
        assert len(set(seen)) == 2 * matches


def test_the_table_of_a_league_follows_from_its_matches():
    tables = misata.generate("A football league with 12 teams and 200 matches, 10% cup matches")
    assert tables.check() == []
    points, goals = Counter(), Counter()
    leagues = dict(zip(tables["matches"]["id"], tables["matches"]["competition"] == "league", strict=True))
    for match in tables["results"].rows(0, 200):
        sides = match["home_team_id"], match["away_team_id"]
        scored = match["home_goals"], match["away_goals"]
        for side, own, other in zip(sides, scored, reversed(scored), strict=True):
            if leagues[match["match_id"]]:
                points[side] += 3 * (own > other) + (own == other)
                goals[side] += own
    for team in tables["teams"].rows(0, 12):
        assert (team["points"], team["goals_for"]) == (points[team["id"]], goals[team["id"]])
        assert team["played"] == team["won"] + team["drawn"] + team["lost"]


def test_a_single_side_meets_nobody():
    schema = misata.parse("A football league with 12 teams and 20 matches")
    schema.table("teams").rows = 1
    with pytest.raises(GenerationError, match=r"matches.home_team_id: two rows of teams at least have to meet"):
        misata.generate_from_schema(schema)["matches"]["home_team_id"]


def test_articles_go_with_their_words():
    from pytest_misata.engine.texts.phrases import fitted

    words = ["dog", "owl", "union", "umbrella", "hour", "house", "MRI", "UPS", "one-way ticket", "user", "X-ray"]
    told = [fitted("is a ", word) + word for word in words]
    assert [text.split()[1] for text in told] == ["a", "an", "a", "an", "an", "a", "an", "a", "a", "a", "an"]
    assert fitted("Vitamina ", "owl") == "Vitamina "


def test_invoices_are_numbered_one_after_another():
    numbers = misata.generate("A telecom with 50 subscribers")["invoices"]["number"].tolist()
    counted = [int(number.removeprefix("B-")) for number in numbers]
    assert counted == list(range(counted[0], counted[0] + len(counted)))
    assert len({len(number) for number in numbers}) == 1
