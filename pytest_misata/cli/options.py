"""The options that commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pytest_misata.cli.formats import FORMATS, SQL_DIALECTS

TRACEBACK = "pytest_misata.traceback"
"""Where the click context keeps whether a failure shows its traceback."""

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


def _apply(command: Command, decorators: list[Decorator]) -> Command:
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def story_options(*, required: bool) -> Decorator:
    """`--story`, `--rows`, `--seed`, `--locale` and `--strict`."""
    return lambda command: _apply(
        command,
        [
            click.option("--story", required=required, metavar="TEXT", help="The sentence that says what to make."),
            click.option(
                "--rows",
                type=click.IntRange(min=0),
                metavar="N",
                help="Rows of the story's main table, where the sentence gives no number.",
            ),
            click.option(
                "--seed",
                type=click.IntRange(min=0, max=2**64 - 1),
                default=42,
                show_default=True,
                metavar="N",
                help="Another seed gives other values.",
            ),
            click.option("--locale", metavar="NAME", help="Locale of names and places, such as de_DE."),
            click.option("--strict", is_flag=True, help="Fail where a phrase of the story is not understood."),
        ],
    )


def models_option(command: Command) -> Command:
    """`--models`."""
    return click.option("--models", metavar="NAME", help="SQLAlchemy models to fill, as package.module:name.")(command)


def database_options(*, required: bool) -> Decorator:
    """`--db-url` and what is to be done there."""
    return lambda command: _apply(
        command,
        [
            click.option("--db-url", required=required, metavar="URL", help="SQLAlchemy URL of the database to fill."),
            click.option("--db-create", is_flag=True, help="Create the tables that are missing."),
            click.option("--db-truncate", is_flag=True, help="Empty the tables first."),
            click.option("--db-append", is_flag=True, help="Add to the rows that are there."),
            click.option(
                "--batch-size",
                type=click.IntRange(min=1),
                metavar="N",
                help="Rows in memory at a time; changes no value.",
            ),
            click.option(
                "--allow-database",
                multiple=True,
                metavar="NAME",
                callback=_read_names,
                envvar="MISATA_ALLOW_DATABASE",
                show_envvar=True,
                help="Let --db-create and --db-truncate work on the database of this exact name, "
                "though it does not read as one for tests.",
            ),
        ],
    )


def _read_names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for value in values for name in re.split(r"[,\s]+", value) if name)


def file_options(command: Command) -> Command:
    """`--output-dir` and what is to be written there."""
    return _apply(
        command,
        [
            click.option(
                "--output-dir",
                type=click.Path(file_okay=False, path_type=Path),
                metavar="DIR",
                help="Write the tables to files in this folder.",
            ),
            click.option("--format", type=click.Choice(sorted(FORMATS)), help="Format of the files.  [default: csv]"),
            click.option(
                "--dialect",
                type=click.Choice(sorted(SQL_DIALECTS)),
                help="SQL dialect of --format sql.  [default: sqlite]",
            ),
            click.option("--force", is_flag=True, help="Overwrite files that are there."),
        ],
    )


def _keep_traceback(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    ctx.meta[TRACEBACK] = value


def check_option(command: Command) -> Command:
    """`--check`."""
    return click.option(
        "--check", is_flag=True, help="Hold the rows against all rules first, and write none where any is broken."
    )(command)


def traceback_option(command: Command) -> Command:
    """`--traceback`, also as MISATA_TRACEBACK=1."""
    return click.option(
        "--traceback",
        is_flag=True,
        expose_value=False,
        envvar="MISATA_TRACEBACK",
        show_envvar=True,
        callback=_keep_traceback,
        help="Show the traceback of a failure.",
    )(command)
