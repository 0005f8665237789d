"""The commands, and how a failure of theirs is told: one line and an exit code."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from pytest_misata import __version__
from pytest_misata.cli import options
from pytest_misata.cli.wording import CONSENT, in_options
from pytest_misata.errors import MisataError

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Tables


class _Group(click.Group):
    """A group whose commands end in one line on standard error, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _show_warning
            try:
                return super().invoke(ctx)
            except (MisataError, OSError) as error:
                if ctx.meta.get(options.TRACEBACK):
                    raise
                raise click.ClickException(in_options(error)) from error


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    click.echo(f"Warning: {in_options(message)}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="misata")
def app() -> None:
    """Realistic, relational, reproducible test data, from a sentence to a seeded database.

    \b
    Examples:
      misata plan --story "A SaaS company with 1000 users"
      misata generate --story "A SaaS company with 1000 users" --output-dir data
      misata seed --story "A SaaS company with 1000 users" --db-url sqlite:///./dev.db --db-create

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """


class _Story(TypedDict):
    """What the options of `options.story_options` say."""

    story: str
    rows: int | None
    seed: int
    locale: str | None


class _Database(TypedDict):
    """What the options of `options.database_options` say."""

    db_create: bool
    db_truncate: bool
    db_append: bool
    batch_size: int | None
    allow_database: tuple[str, ...]


class _Files(TypedDict):
    """What the options of `options.file_options` say."""

    output_dir: Path | None
    format: str | None
    dialect: str | None
    force: bool


class _Generate(_Story, _Database, _Files):
    db_url: str | None


class _Seed(_Database):
    story: str | None
    rows: int | None
    seed: int
    locale: str | None
    db_url: str


@app.command()
@options.story_options(required=True)
@options.database_options(required=False)
@options.file_options
@options.traceback_option
def generate(**given: Unpack[_Generate]) -> None:
    """Make the tables of a story, and load them into a database or write them to files.

    The same story, rows and seed always give the same values.

    \b
    Examples:
      misata generate --story "An online shop with 500 customers" --output-dir data --format jsonl
      misata generate --story "A SaaS company with 1000 users" --rows 1000 \\
        --db-url sqlite:///./dev.db --db-create --db-truncate
    """
    _check_destination(given)
    tables = _tables(given)
    if given["output_dir"] is not None:
        _write(tables, given)
    if given["db_url"] is not None:
        _load(tables, given["db_url"], given)


@app.command()
@options.story_options(required=False)
@click.option("--models", metavar="NAME", help="SQLAlchemy models to fill, as package.module:name.")
@options.database_options(required=True)
@options.traceback_option
def seed(*, models: str | None, **given: Unpack[_Seed]) -> None:
    """Fill a database: with a story's tables, with those of SQLAlchemy models, or the tables it has.

    Without --story and --models the database's own tables are read and filled. --rows then sizes the tables that
    point at no other. All rows are written in one transaction: after an error the database is as it was.

    \b
    Examples:
      misata seed --story "A fintech app with 200 users" --db-url sqlite:///./dev.db --db-create
      misata seed --models shop.models:Base --db-url sqlite:///./dev.db --db-create --rows 50
      misata seed --db-url postgresql://user:pass@localhost/app_test --db-truncate
      misata seed --story "A SaaS company with 1000 users" --seed 7 \\
        --db-url postgresql://user:pass@localhost/app_test --db-create --db-truncate
    """
    if given["story"] is not None and models is not None:
        raise click.UsageError("--story and --models both say what to fill the database with: choose one.")
    _check_modes(given)
    tables = _tables(given) if given["story"] is not None else _read_tables(models, given)
    _load(tables, given["db_url"], given)


@app.command()
@options.story_options(required=True)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Sample rows to show of each table.",
)
@options.traceback_option
def plan(*, samples: int, **given: Unpack[_Story]) -> None:
    """Show what a story means, how many rows it gives, and a few of them; write nothing.

    \b
    Example:
      misata plan --story "A SaaS company with 1000 users" --samples 5
    """
    from pytest_misata.cli.preview import show_plan

    show_plan(_tables(given), samples=samples)


def _check_destination(given: _Generate) -> None:
    if given["db_url"] is None and given["output_dir"] is None:
        raise click.UsageError("Say where the tables go: --db-url or --output-dir ('misata plan' only shows them).")
    if given["db_url"] is None:
        _refuse(given, ("db_create", "db_truncate", "db_append", "batch_size"), without="--db-url")
    if given["output_dir"] is None:
        _refuse(given, ("format", "dialect", "force"), without="--output-dir")
    if given["dialect"] is not None and given["format"] != "sql":
        raise click.UsageError("--dialect is the dialect of --format sql.")
    _check_modes(given)


def _refuse(given: _Generate, names: tuple[str, ...], *, without: str) -> None:
    values: dict[str, Any] = {**given}
    stated = [f"--{name.replace('_', '-')}" for name in names if values[name]]
    if stated:
        raise click.UsageError(f"{', '.join(stated)} says nothing without {without}.")


def _check_modes(given: _Database) -> None:
    if given["db_truncate"] and given["db_append"]:
        raise click.UsageError("--db-truncate empties the tables and --db-append keeps their rows: choose one.")


def _tables(given: _Story | _Seed) -> Tables:
    from pytest_misata.api import generate

    story = given["story"] or ""
    return generate(story, rows=given["rows"], seed=given["seed"], locale=given["locale"])


def _read_tables(models: str | None, given: _Seed) -> Tables:
    """Tables for models, or for what the database has."""
    from pytest_misata.api import generate_from_schema
    from pytest_misata.load.engines import url_of
    from pytest_misata.schema.database import schema_from_db
    from pytest_misata.schema.importing import import_models
    from pytest_misata.schema.models import schema_from_models

    if models is None:
        schema = schema_from_db(given["db_url"])
    else:
        # The command stands in a folder of scripts; models are meant as seen from here.
        sys.path.insert(0, str(Path.cwd()))
        found = import_models(models, setting="--models")
        schema = schema_from_models(found, dialect=url_of(given["db_url"]).get_backend_name())
    schema.locale = given["locale"] or schema.locale
    return generate_from_schema(schema, rows=given["rows"], seed=given["seed"])


def _write(tables: Tables, given: _Generate) -> None:
    from pytest_misata.cli.files import write_files
    from pytest_misata.cli.progress import Progress

    assert given["output_dir"] is not None
    with Progress("writing", total=sum(tables.counts.values())) as progress:
        written = write_files(
            tables,
            given["output_dir"],
            format=given["format"] or "csv",
            dialect=given["dialect"] or "sqlite",
            force=given["force"],
            progress=progress.advance,
        )
    for path, rows in written:
        click.echo(f"{path}: {rows:,} rows")


def _load(tables: Tables, url: str, given: _Database) -> None:
    from pytest_misata.cli.progress import Progress
    from pytest_misata.load.guard import check_destructive
    from pytest_misata.load.seed import seed_database

    if given["db_truncate"] or given["db_create"]:
        check_destructive(
            url,
            allow=given["allow_database"],
            action="truncate" if given["db_truncate"] else "create",
            consent=CONSENT,
        )
    with Progress("loading", total=sum(tables.counts.values())) as progress:
        report = seed_database(
            tables,
            url,
            create=given["db_create"],
            truncate=given["db_truncate"],
            append=given["db_append"],
            batch_size=given["batch_size"],
            progress=progress.of_table,
        )
    click.echo(str(report))
    for warning in report.warnings:
        _show_warning(warning)


def main() -> None:
    """Run the `misata` command on `sys.argv`."""
    app(prog_name="misata")
