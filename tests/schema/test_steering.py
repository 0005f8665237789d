"""`info={"misata": {...}}` on a column says how it is made."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from pytest_misata import generate_from_schema
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Generator
from pytest_misata.schema.sources.models import schema_from_models
from tests.schema.features import Level


def steered(said: Any, type_: Any = sa.String) -> Generator | None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", type_, info={"misata": said, "other": 1}))
    return schema_from_models(table).table("t").column("c").generator


def test_a_kind_with_its_options() -> None:
    assert steered({"kind": "code", "pattern": "##"}) == Generator("code", {"pattern": "##"})


def test_values_by_weight() -> None:
    expected = Generator("choice", {"values": ["free", "pro"], "weights": [8, 2]})
    assert steered({"choose": {"free": 8, "pro": 2}}) == expected


def test_values_alike_often_and_sometimes_none() -> None:
    expected = Generator("choice", {"values": ["a", "b"], "weights": [1, 1], "null_rate": "0.1"})
    assert steered({"choose": ["a", "b"], "null_rate": "0.1"}) == expected


def test_members_of_an_enumeration_are_stored_as_the_column_stores_them() -> None:
    weights = {Level.LOW: 3, Level.HIGH: 1}
    by_name = steered({"choose": weights}, sa.Enum(Level))
    by_value = steered({"choose": weights}, sa.Enum(Level, values_callable=lambda all_: [one.value for one in all_]))
    assert by_name == Generator("choice", {"values": ["LOW", "HIGH"], "weights": [3, 1]})
    assert by_value == Generator("choice", {"values": ["is low", "is high"], "weights": [3, 1]})
    assert steered({"kind": "listed", "values": [Level.LOW]}, sa.Enum(Level)) == Generator(
        "listed", {"values": ["LOW"]}
    )


def test_no_word_of_misata_is_no_generator() -> None:
    assert steered({}) is None


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("email", r"t\.c: info\['misata'\] is a mapping such as \{'kind': 'email'\}, not 'email'"),
        ({"pattern": "##"}, r"t\.c: info=\{'misata': ...\} needs 'kind' \(see docs/kinds\.md\) or 'choose'"),
        ({"choose": {}}, r"t\.c: 'choose' is a mapping of values to weights or a list of values, not \{\}"),
        ({"choose": 7}, r"t\.c: 'choose' is a mapping"),
    ],
)
def test_mistakes_are_named(said: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        steered(said)


def test_mistakes_in_a_tables_info_are_named() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer), info={"misata": {"row": 5}})
    with pytest.raises(SchemaError, match=r"t: info=\{'misata': ...\} has no 'row'; did you mean 'rows'\?"):
        schema_from_models(table)
    table.info["misata"] = {"rows": "many"}
    with pytest.raises(SchemaError, match="t: rows: 'many' is not a value for it"):
        schema_from_models(table)


@pytest.mark.parametrize(
    ("type_", "values", "message"),
    [
        (sa.String(4), ["free", "enterprise"], r"t\.c: 'enterprise' has 10 characters and the column holds 4"),
        (sa.Enum("on", "off"), {"on": 1, "maybe": 2}, r"t\.c: 'maybe' is none of on, off"),
        (sa.SmallInteger, [1, 70_000], r"t\.c: 70000 does not lie between -32768 and 32767"),
        (sa.Numeric(4, 2), [1, 250], r"t\.c: 250 does not lie between -100 and 100"),
        (sa.Integer, ["a"], r"t\.c: 'a' does not fit its type integer"),
    ],
)
def test_values_that_the_column_cannot_hold_are_named_when_rows_are_planned(
    type_: Any, values: Any, message: str
) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", type_, info={"misata": {"choose": values}}))
    with pytest.raises(SchemaError, match=message):
        generate_from_schema(schema_from_models(table))


@pytest.mark.parametrize(
    ("type_", "said", "wanted"),
    [
        (sa.String(5), {"kind": "email"}, r"t\.c: kind 'email': '.+' has \d+ characters and the column holds 5"),
        (sa.SmallInteger(), {"kind": "uniform", "low": 40_000, "high": 90_000}, "lie between -32768 and 32767"),
        (sa.Numeric(5, 2), {"kind": "uniform", "low": 1000, "high": 99_999}, "lie between -1000 and 1000"),
    ],
)
def test_a_kind_that_gives_more_than_the_column_holds_is_an_error(type_: Any, said: Any, wanted: str) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", type_, info={"misata": said}))
    with pytest.raises(SchemaError, match=wanted):
        list(generate_from_schema(schema_from_models(table))["t"].rows())


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"per_parnt": 5}, "did you mean 'per_parent'"),
        ({"per_parent": -5}, "per_parent: -5"),
        ({"null_rate": 2}, "2 is"),
    ],
)
def test_what_is_wrong_on_a_foreign_key_is_an_error(said: Any, wanted: str) -> None:
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("c", metadata, sa.Column("p_id", sa.ForeignKey("p.id", info={"misata": said})))
    with pytest.raises(SchemaError, match=rf"c\.p_id: .*{wanted}"):
        schema_from_models(metadata)
