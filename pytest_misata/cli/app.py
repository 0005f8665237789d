"""The commands, and how a failure of theirs is told: one line and an exit code."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import click

from pytest_misata import __version__
from pytest_misata.cli import options
from pytest_misata.cli.sources import Source, tables_of
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

    story: str | None
    rows: int | None
    seed: int
    locale: str | None
    strict: bool


class _Plan(_Story):
    models: str | None
    db_url: str | None


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
    check: bool


class _Seed(_Story, _Database):
    models: str | None
    db_url: str
    check: bool


@app.command()
@options.story_options(required=True)
@options.database_options(required=False)
@options.file_options
@options.check_option
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
    if given["db_url"] is not None:
        _check_allowed(given["db_url"], given)
    tables = tables_of(_story_source(given))
    if given["check"]:
        _check_rules(tables)
    if given["output_dir"] is not None:
        _write(tables, given)
    if given["db_url"] is not None:
        _load(tables, given["db_url"], given)


@app.command()
@options.story_options(required=False)
@options.models_option
@options.database_options(required=True)
@options.check_option
@options.traceback_option
def seed(**given: Unpack[_Seed]) -> None:
    """Fill a database: the tables of SQLAlchemy models, the tables it has, or with --db-create those of a story.

    With --models, or without --db-create on a database that has tables, those are filled, and the numbers of --story
    land on the tables and columns they name. --rows sizes the story's main table, or without a story the tables that
    point at no other. All rows are written in one transaction: after an error the database is as it was.

    \b
    Examples:
      misata seed --story "A fintech app with 200 users" --db-url sqlite:///./dev.db --db-create
      misata seed --models shop.models:Base --db-url sqlite:///./dev.db --db-create --rows 50
      misata seed --models shop.models:Base --db-url sqlite:///./dev.db --db-truncate \\
        --story "500 users, 3 orders per user and 20% churned"
      misata seed --db-url postgresql://user:pass@localhost/app_test --db-truncate --story "500 users"
      misata seed --story "A SaaS company with 1000 users" --seed 7 \\
        --db-url postgresql://user:pass@localhost/app_test --db-create --db-truncate
    """
    _check_modes(given)
    _check_allowed(given["db_url"], given)
    source = replace(_story_source(given), models=given["models"], db_url=given["db_url"], create=given["db_create"])
    tables = tables_of(source)
    if given["check"]:
        _check_rules(tables)
    _load(tables, given["db_url"], given)


@app.command()
@options.story_options(required=False)
@options.models_option
@click.option("--db-url", metavar="URL", help="SQLAlchemy URL of a database whose tables are meant.")
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Sample rows to show of each table.",
)
@options.traceback_option
def plan(*, samples: int, **given: Unpack[_Plan]) -> None:
    """Show what a story means, how many rows it gives, and a few of them; write nothing.

    With --models or --db-url the tables are those of the models or the database, and the story is read beside them.

    \b
    Examples:
      misata plan --story "A SaaS company with 1000 users" --samples 5
      misata plan --models shop.models:Base --story "500 users with 3 orders each"
    """
    from pytest_misata.cli.preview import show_plan

    if all(given[name] is None for name in ("story", "models", "db_url")):
        raise click.UsageError("Say what to plan: --story, --models or --db-url.")
    source = replace(_story_source(given), models=given["models"], db_url=given["db_url"])
    show_plan(tables_of(source), samples=samples)


def _story_source(given: _Story) -> Source:
    return Source(
        story=given["story"],
        rows=given["rows"],
        seed=given["seed"],
        locale=given["locale"],
        strict=given["strict"],
    )


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


def _check_allowed(url: str, given: _Database) -> None:
    """Refuse a database that does not read as one for tests, before anything is connected to."""
    from pytest_misata.load.guard import check_destructive

    if given["db_truncate"] or given["db_create"]:
        action: Literal["truncate", "create"] = "truncate" if given["db_truncate"] else "create"
        check_destructive(url, allow=given["allow_database"], action=action, consent=CONSENT)


def _check_rules(tables: Tables) -> None:
    """Tell each rule that rows break, and stop there."""
    broken = tables.check()
    for violation in broken:
        click.echo(str(violation), err=True)
    if broken:
        rules = "1 rule is" if len(broken) == 1 else f"{len(broken)} rules are"
        raise click.ClickException(f"{rules} broken; nothing was written")


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
    from pytest_misata.load.seed import seed_database

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
    for warning in (*report.warnings, *(f"not followed: {line}" for line in report.not_understood)):
        _show_warning(warning)


def main() -> None:
    """Run the `misata` command on `sys.argv`."""
    app(prog_name="misata")
