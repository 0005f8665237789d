"""Which rows those of a composed table belong to, where the story names several that it could be."""

from __future__ import annotations

import pytest

from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "table", "parents"),
    [
        ("An orchestra with 80 musicians, 6 rooms and 120 rehearsals", "rehearsals", {"rooms"}),
        ("4 choirs with 120 singers, 3 conductors and 90 rehearsals", "rehearsals", {"choirs", "conductors"}),
        ("A theatre group with 6 plays, 30 actors and 90 rehearsals", "rehearsals", {"plays", "venues"}),
        ("A band with 5 musicians and 40 rehearsals", "rehearsals", set()),
    ],
)
def test_a_rehearsal_is_of_those_who_rehearse_together(story: str, table: str, parents: set[str]) -> None:
    assert {key.parent for key in parse(story).table(table).foreign_keys} == parents
