"""PostgreSQL: a template is copied by the server, a lock says who has a database, a mark that it was made here.

The mark is a connection limit that nobody reaches: it comes with the CREATE itself, whatever happens after that, and is
not copied to what is made from a template. A comment says the same to people.
"""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from pytest_misata.load.comments import COMMENT
from pytest_misata.load.databases.base import Release, ServerDatabases

_MARK = 1_833_741_905
"""More connections than a server can have, and a number that nobody else would think of."""
_MADE = f"SELECT datname FROM pg_database WHERE datconnlimit = {_MARK} AND left(datname, length(%s)) = %s ORDER BY 1"
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('pytest-misata ' || %s, 0))"
_MEETING_PLACE = "postgres"
"""Advisory locks are seen within one database: the one that every server has, and that nobody drops."""


class PostgreSQLDatabases(ServerDatabases):
    """The databases of a PostgreSQL server."""

    def create(self, name: str, template: str | None = None) -> None:
        origin = f" TEMPLATE {self.quoted(template)}" if template else ""
        quoted = self.quoted(name)
        self.execute(
            f"CREATE DATABASE {quoted}{origin} CONNECTION LIMIT {_MARK}",
            f"COMMENT ON DATABASE {quoted} IS '{COMMENT}'",
        )

    def drop(self, name: str) -> None:
        # FORCE ends what a test left connected, which would keep the database alive.
        self.execute(f"DROP DATABASE IF EXISTS {self.quoted(name)} WITH (FORCE)")

    def exists(self, name: str) -> bool:
        return bool(self.names("SELECT datname FROM pg_database WHERE datname = %s", name))

    def owns(self, name: str) -> bool:
        return name in self.made(name)

    def made(self, prefix: str) -> list[str]:
        return self.names(_MADE, prefix, prefix)

    def hold(self, name: str) -> Release | None:
        try:
            return self.locked(self.url.set(database=_MEETING_PLACE), _LOCK, name)
        except SQLAlchemyError:
            return self.locked(self.url, _LOCK, name)
