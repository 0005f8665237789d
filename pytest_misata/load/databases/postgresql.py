"""PostgreSQL: a template is copied by the server, a lock says who has a database, a mark that it was made here.

The mark is a connection limit that nobody reaches: it comes with the CREATE itself, whatever happens after that, and is
not copied to what is made from a template. A comment says the same to people.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from pytest_misata.load.databases import postgresql_text
from pytest_misata.load.databases.base import Release, ServerDatabases, note_in, noted
from pytest_misata.load.engines import open_connection

_MARK = 1_833_741_905
"""More connections than a server can have, and a number that nobody else would think of."""
_MADE = f"""
    SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
    WHERE datconnlimit = {_MARK} AND left(datname, length(%s)) = %s ORDER BY datname
"""
_STATE = """
    SELECT concat_ws(' ', system_identifier, oid, xmin, datallowconn) FROM pg_control_system(), pg_database
    WHERE datname = %s
"""
"""Who wants to write to a sealed database has to open it, which makes another version of its row in the catalogue."""
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('pytest-misata ' || %s, 0))"
_DENIED = "42501"
"""insufficient_privilege, https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_MEETING_PLACE = "postgres"
"""Advisory locks are seen within one database: the one that every server has, and that nobody drops."""


class PostgreSQLDatabases(ServerDatabases):
    """The databases of a PostgreSQL server."""

    def create(self, name: str, template: str | None = None, *, note: str = "") -> None:
        origin = f" TEMPLATE {self.quoted(template)}" if template else ""
        self.execute(f"CREATE DATABASE {self.quoted(name)}{origin} CONNECTION LIMIT {_MARK}", self._comment(name, note))

    def annotate(self, name: str, note: str) -> None:
        self.execute(self._comment(name, note))

    def _comment(self, name: str, note: str) -> str:
        return f"COMMENT ON DATABASE {self.quoted(name)} IS {self.literal(noted(note))}"

    def seal(self, name: str) -> None:
        self.execute(f"ALTER DATABASE {self.quoted(name)} ALLOW_CONNECTIONS false")

    def mark(self, name: str) -> str:
        return "".join(self.names(_STATE, name))

    def digest(self, name: str) -> str:
        sealed = not self.names("SELECT datname FROM pg_database WHERE datname = %s AND datallowconn", name)
        if sealed:
            self.execute(f"ALTER DATABASE {self.quoted(name)} ALLOW_CONNECTIONS true")
        try:
            with open_connection(self.url_of(name)) as connection:
                return postgresql_text.digest(connection)
        finally:
            if sealed:
                self.seal(name)

    def drop(self, name: str) -> None:
        # FORCE ends what a test left connected, which would keep the database alive.
        self.execute(f"DROP DATABASE IF EXISTS {self.quoted(name)} WITH (FORCE)")

    def exists(self, name: str) -> bool:
        return bool(self.names("SELECT datname FROM pg_database WHERE datname = %s", name))

    def owns(self, name: str) -> bool:
        return name in self.notes(name)

    def notes(self, prefix: str) -> dict[str, str]:
        with self.administration() as connection:
            found = connection.exec_driver_sql(_MADE, (prefix, prefix)).all()
        return {str(name): note_in(comment) for name, comment in found}

    def is_denied(self, error: Any) -> bool:
        return getattr(error, "sqlstate", None) == _DENIED

    def grant(self) -> str:
        return f"ALTER ROLE {self.url.username} CREATEDB"

    def hold(self, name: str) -> Release | None:
        try:
            return self.locked(self.url.set(database=_MEETING_PLACE), _LOCK, name)
        except SQLAlchemyError:
            return self.locked(self.url, _LOCK, name)
