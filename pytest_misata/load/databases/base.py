"""Whole databases of one server: made, copied, dropped, found again, and held by a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pytest_misata.errors import LoadError
from pytest_misata.load.comments import COMMENT
from pytest_misata.load.engines import make_engine, open_connection, sqlite_file, synchronous

Release = Callable[[], None]
"""Gives up a hold."""


def noted(note: str) -> str:
    """The comment of a database with a note on it."""
    return f"{COMMENT}: {note}" if note else COMMENT


def note_in(comment: str | None) -> str:
    """The note in a comment."""
    return (comment or "").removeprefix(COMMENT).removeprefix(": ")


def base_name(url: URL) -> str:
    """The name of a URL's own database: for SQLite, the file's without its suffix."""
    file = sqlite_file(url)
    return file.stem if file else url.database or "misata"


class Databases:
    """The databases beside the one that a URL names. What is made here is marked, so that a later run knows it."""

    def __init__(self, url: URL, base: str | None = None) -> None:
        self.url = url
        self.base = base or base_name(url)
        """What the names of those made here begin with: the URL's own database, unless stated."""

    def url_of(self, name: str) -> URL:
        """The URL of a database of that name."""
        return self.url.set(database=name)

    def create(self, name: str, template: str | None = None, *, note: str = "") -> None:
        """Make a database, empty or with everything that `template` holds; nobody may be connected to that.

        The `note`, in letters of ASCII, is kept with it where the server has a place for such.
        """
        raise NotImplementedError

    def fetch(self, name: str, home: Databases, template: str) -> None:
        """Make a database as a copy of one that lies where `home` has its own."""
        self.create(name, template)

    def annotate(self, name: str, note: str) -> None:
        """Put another note on a database made here."""

    def seal(self, name: str) -> None:
        """Keep everybody from connecting to a database that is only to be copied, where the server can do so."""

    def mark(self, name: str) -> str:
        """What every write to a database changes, once it is sealed."""
        raise NotImplementedError

    def digest(self, name: str) -> str:
        """A digest of all that is in a database, the same for its copies."""
        raise NotImplementedError

    def drop(self, name: str) -> None:
        """Drop a database if it is there."""
        raise NotImplementedError

    def exists(self, name: str) -> bool:
        """Whether there is a database of that name."""
        raise NotImplementedError

    def owns(self, name: str) -> bool:
        """Whether the database of that name was made here, as far as the server can tell."""
        raise NotImplementedError

    def made(self, prefix: str) -> list[str]:
        """The databases made here, by whichever run, whose names begin so."""
        return [*self.notes(prefix)]

    def notes(self, prefix: str) -> dict[str, str]:
        """The databases made here whose names begin so, each with the note on it, or an empty one."""
        raise NotImplementedError

    def hold(self, name: str) -> Release | None:
        """Have a database to oneself as long as this process lives. None when another process has it."""
        raise NotImplementedError


class ServerDatabases(Databases):
    """Those of a server, by statements on a connection of their own each."""

    def execute(self, *statements: str) -> None:
        """Run statements outside of a transaction."""
        with self.administration() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def names(self, query: str, *values: Any) -> list[str]:
        """The first column of a query."""
        with self.administration() as connection:
            return [str(name) for name in connection.exec_driver_sql(query, values).scalars()]

    @contextmanager
    def administration(self) -> Iterator[Connection]:
        """A connection that commits each statement. Raises LoadError where the user lacks the right to one."""
        with open_connection(self.url) as connection:
            try:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")
            except DBAPIError as error:
                if not self.is_denied(error.orig):
                    raise
                raise LoadError(self._denied(error.orig)) from None

    def is_denied(self, error: Any) -> bool:
        """Whether the driver's error says that the user may not do it."""
        raise NotImplementedError

    def grant(self) -> str:
        """The statement that gives the user of the URL the right to make databases beside it."""
        raise NotImplementedError

    def _denied(self, error: Any) -> str:
        said = str(error.args[-1]).strip().splitlines()[0]
        user = self.url.username or "this user"
        return (
            f"{user} may not make databases beside {self.base} ({said}), which the workers of -n and "
            f"isolation='clone' need: {self.grant()}; or run without them"
        )

    def literal(self, text: str) -> str:
        """A text of ASCII as a literal, percent signs doubled for the driver."""
        escaped = text.replace("\\", "").replace("'", "''").replace("%", "%%")
        return f"'{escaped}'"

    def quoted(self, name: str) -> str:
        """A name as an identifier, percent signs doubled for the driver."""
        preparer = synchronous(self.url).get_dialect()().identifier_preparer
        return preparer.quote_identifier(name)

    def locked(self, url: URL, statement: str, key: str) -> Release | None:
        """Take a lock of the server, which it gives up by itself when this process is gone."""
        engine = make_engine(url)
        try:
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except SQLAlchemyError:
            engine.dispose()
            raise

        def release() -> None:
            with suppress(SQLAlchemyError):
                # Closed and not given back to the pool: the lock ends with the connection.
                connection.invalidate()
            connection.close()
            engine.dispose()

        if connection.exec_driver_sql(statement, (key,)).scalar():
            return release
        release()
        return None
