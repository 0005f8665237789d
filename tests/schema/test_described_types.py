"""Type decorators that hold a model of Pydantic: what it takes is read from its JSON Schema."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, field_validator
from sqlalchemy import JSON, Column, Dialect, Integer, MetaData, Table, create_engine, select
from sqlalchemy.types import TypeDecorator

from pytest_misata import seed_from_sqlalchemy_models
from pytest_misata.schema.sources.jsonschema import examples


class Part(BaseModel):
    name: str = Field(min_length=3, max_length=5)
    size: int = Field(ge=2)
    kind: Literal["round", "flat"]


class Box(BaseModel):
    parts: list[Part] = Field(min_length=1)
    weight: float = Field(gt=0)
    sealed: bool
    label: str | None


class Wait(BaseModel):
    longest: dt.timedelta = Field(ge=dt.timedelta(seconds=2))


class Event(BaseModel):
    resource: dict[str, str]
    related: list[dict[str, str]] = Field(min_length=1)

    @field_validator("resource", "related")
    @classmethod
    def has_keys(cls, value: Any) -> Any:
        for one in value if isinstance(value, list) else [value]:
            if "resource.id" not in one:
                raise ValueError("a resource must have the label resource.id")
            if "resource_role" not in one:
                raise ValueError("a resource must have a 'resource_role'")
        return value


class Described(TypeDecorator[Any]):
    impl = JSON
    cache_ok = True

    def __init__(self, described: Any) -> None:
        super().__init__()
        self.adapter = TypeAdapter(described)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.adapter.dump_python(self.adapter.validate_python(value), mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.adapter.validate_python(value)


@pytest.mark.parametrize("described", [Part, Box, Wait, Event, Part | Box, list[Part], dict[str, int]], ids=str)
def test_a_column_holds_what_its_model_takes(described):
    metadata = MetaData()
    table = Table(
        "things",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("what", Described(described), nullable=False),
    )
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        seed_from_sqlalchemy_models(metadata, connection, rows=20)
        read = connection.execute(select(table.c.what)).scalars().all()
    assert len(read) == 20
    assert all(TypeAdapter(described).validate_python(value) is not None for value in read)


def test_a_model_that_refers_to_itself_has_an_end():
    schema = {
        "$ref": "#/$defs/Node",
        "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"]}},
    }
    assert len(str(next(examples(schema)))) < 200
