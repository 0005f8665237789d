from __future__ import annotations

import pytest


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_note_is_written_and_taken_back_after_the_test(client, attempt):
    assert client.get("/authors/1/notes").json == {"notes": 5}
    assert client.post("/authors/1/notes").json == {"id": 101}
    assert client.get("/authors/1/notes").json == {"notes": 6}


@pytest.mark.parametrize("attempt", [1, 2])
def test_an_author_leaves_and_is_back_after_the_test(client, attempt):
    client.delete("/authors/1")
    assert client.get("/authors/1/notes").json == {"notes": 0}
