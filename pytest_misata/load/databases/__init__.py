"""Making a whole database, empty or from a template: one class per kind of database."""

from __future__ import annotations

from sqlalchemy import URL

from pytest_misata.errors import ConfigurationError
from pytest_misata.load.databases.base import Databases, Release, base_name
from pytest_misata.load.databases.mysql import MySQLDatabases
from pytest_misata.load.databases.postgresql import PostgreSQLDatabases
from pytest_misata.load.databases.sqlite import SQLiteDatabases

__all__ = ["Databases", "Release", "base_name", "databases_of"]

_KINDS: dict[str, type[Databases]] = {
    "sqlite": SQLiteDatabases,
    "postgresql": PostgreSQLDatabases,
    "mysql": MySQLDatabases,
    "mariadb": MySQLDatabases,
}


def databases_of(url: URL, base: str | None = None) -> Databases:
    """The databases beside the one that `url` names. Raises ConfigurationError for a kind that is not known."""
    try:
        return _KINDS[url.get_backend_name()](url, base)
    except KeyError:
        raise ConfigurationError(
            f"a database of its own is made on {', '.join(_KINDS)}, not on {url.get_backend_name()}; "
            "run without -n, or override the fixture misata_database"
        ) from None
