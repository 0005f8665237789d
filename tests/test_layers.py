"""Imports go one way: what makes a column is built on what tells what it is, and nothing on what uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_misata

PACKAGE = Path(pytest_misata.__file__).parent
ORDER = ("errors", "schema", "engine", "story", "load", "api", "fixtures", "cli")
"""The parts of the package, each of which may use those before it."""
UPWARDS = {
    # Opening a database is what both reading its tables and loading them begin with.
    ("schema.sources.database", "load.engines"),
    # A method of the schema; what it says takes the planned rows.
    ("schema.config", "engine.summary"),
}
IN_ENGINE = ("draws", "texts", "meanings", "kinds", "checks")
"""The folders of the engine, in the same order."""
IN_STORY = ("english", "grammar", "placing", "composing")
"""Those of the reader."""


def imports(path: Path) -> Iterator[str]:
    """What a module imports of the package when it runs, without `pytest_misata.`."""
    tree = ast.parse(path.read_text("utf-8"))
    typing = {id(inner) for node in ast.walk(tree) if is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing and node.module:
            name = node.module.removeprefix("pytest_misata")
            yield from [name.lstrip(".")] if name != node.module else []


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}


@pytest.mark.parametrize("part", ORDER)
def test_no_part_uses_one_that_is_built_on_it(part: str) -> None:
    above = ORDER[ORDER.index(part) + 1 :]
    for name, path in MODULES.items():
        if name.split(".")[0] == part:
            used = {other for other in imports(path) if other.split(".")[0] in above}
            assert {(name, other) for other in used} <= UPWARDS


@pytest.mark.parametrize("folder", IN_ENGINE[:-2])
def test_what_a_column_is_does_not_depend_on_how_it_is_made(folder: str) -> None:
    above = {f"engine.{other}" for other in IN_ENGINE[IN_ENGINE.index(folder) + 1 :]} | {"engine.world"}
    for name, path in MODULES.items():
        if name.startswith(f"engine.{folder}."):
            assert [other for other in imports(path) if other.startswith(tuple(above))] == []


@pytest.mark.parametrize("folder", IN_STORY)
def test_words_know_nothing_of_facts_and_facts_nothing_of_where_they_are_put(folder: str) -> None:
    above = tuple(f"story.{other}." for other in IN_STORY[IN_STORY.index(folder) + 1 :])
    for name, path in MODULES.items():
        if name.startswith(f"story.{folder}."):
            assert [other for other in imports(path) if f"{other}.".startswith(above)] == []


def test_conditions_are_read_without_knowing_where_they_come_from() -> None:
    for name, path in MODULES.items():
        if name.startswith("schema.sql."):
            used = {other for other in imports(path) if other.startswith("schema.")}
            assert {other for other in used if not other.startswith("schema.sql")} <= {"schema.config", "schema.types"}


def test_modules_of_the_engine_say_at_their_top_what_they_use() -> None:
    """A status is read off what its column is taken for, which may depend on a status: the one place with a circle."""
    inside = {
        (name, node.module)
        for name, path in MODULES.items()
        if name.startswith("engine.")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pytest_misata")
    }
    assert inside == {("engine.meanings.states", "pytest_misata.engine.meaning")}
