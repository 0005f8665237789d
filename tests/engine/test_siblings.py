"""Children that come by combination are counted, numbered and summed like others."""

from __future__ import annotations

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.schema.config import Column, ForeignKey, Generator, Rule, SchemaConfig, TableConfig
from pytest_misata.schema.types import INTEGER


@pytest.fixture
def tables() -> Tables:
    """Ten lists and twelve songs, of which each list has some, none of them twice."""
    serial = Generator("serial", {})
    lists = TableConfig("lists", {"id": Column("id", INTEGER, generator=serial)}, ("id",), rows=10)
    lists.columns["length"] = Column("length", INTEGER, generator=Generator("total", {"of": "entries.seconds"}))
    lists.rules = [Rule("length = sum(entries.seconds)"), Rule("max(entries.position) = count(entries.position)")]
    songs = TableConfig("songs", {"id": Column("id", INTEGER, generator=serial)}, ("id",), rows=12)
    entries = TableConfig("entries", uniques=[("list_id", "song_id")], primary_key=("list_id", "song_id"))
    entries.columns = {"list_id": Column("list_id", INTEGER), "song_id": Column("song_id", INTEGER)}
    entries.columns["position"] = Column("position", INTEGER, generator=Generator("position", {}))
    uniform = Generator("uniform", {"low": 60, "high": 400})
    entries.columns["seconds"] = Column("seconds", INTEGER, generator=uniform)
    entries.foreign_keys = [
        ForeignKey(("list_id",), "lists", ("id",), owner=True, per_parent=5),
        ForeignKey(("song_id",), "songs", ("id",)),
    ]
    return generate_from_schema(SchemaConfig({"lists": lists, "songs": songs, "entries": entries}))


def test_a_total_is_the_sum_of_them(tables: Tables) -> None:
    assert tables["lists"]["length"].sum() == tables["entries"]["seconds"].sum() > 0


def test_rules_hold(tables: Tables) -> None:
    assert tables.check() == []


def test_they_are_numbered_for_each_parent(tables: Tables) -> None:
    entries = tables["entries"].to_pandas()
    for _, group in entries.groupby("list_id"):
        assert sorted(group.position) == list(range(1, len(group) + 1))


def test_any_slice_is_the_same(tables: Tables) -> None:
    whole = tables["entries"]["position"].tolist()
    assert [int(row["position"]) for at in (7, 31) for row in tables["entries"].rows(at, at + 1)] == [
        whole[7],
        whole[31],
    ]
