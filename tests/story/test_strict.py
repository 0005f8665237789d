"""Stories that are read strictly: what is not understood is an error that names it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.cli.app import app
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from tests.story.schemas import SCHEMAS

STORY = "A SaaS with 5 users and 7 subscribtions"


def test_a_strict_story_names_what_is_not_understood() -> None:
    with pytest.raises(
        StoryError, match=r"'7 subscribtions' \(no table of the SaaS domain is called so; did you mean 'subscriptions'"
    ):
        generate(STORY, strict=True)


def test_a_strict_story_that_is_understood_is_made() -> None:
    assert len(generate("A SaaS with 5 users", strict=True)["users"]) == 5


def test_beside_models_as_well() -> None:
    with pytest.raises(StoryError, match="7 unicorns"):
        generate_from_schema(schema_from_models(SCHEMAS["django"]()), story="5 users and 7 unicorns", strict=True)


@pytest.mark.parametrize("command", ["plan", "generate"])
def test_the_command_line_fails_with_one_line(command: str, tmp_path: object) -> None:
    more = ["--output-dir", str(tmp_path)] if command == "generate" else []
    result = CliRunner().invoke(app, [command, "--story", STORY, "--strict", *more])

    assert result.exit_code == 1
    assert "'7 subscribtions'" in result.output
