"""What a domain has as the country of the story has it: which number an account has, where an airline flies to."""

from __future__ import annotations

from pytest_misata.schema.config import SchemaConfig
from pytest_misata.story.placing.accounts import number_accounts
from pytest_misata.story.placing.branches import name_branches
from pytest_misata.story.placing.flying import fly_from_home


def settle(schema: SchemaConfig) -> None:
    """Have the tables of a schema, all facts of which are placed, be those of the country that it is in."""
    number_accounts(schema)
    fly_from_home(schema)
    name_branches(schema)
