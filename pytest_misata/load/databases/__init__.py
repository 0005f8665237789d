"""Making a whole database, empty or from a template: one class per kind of database."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import URL

from pytest_misata.errors import ConfigurationError
from pytest_misata.load.databases.base import Databases, Release, base_name

__all__ = ["Databases", "Release", "base_name", "databases_of"]

_KINDS = {
    "sqlite": ("sqlite", "SQLiteDatabases"),
    "postgresql": ("postgresql", "PostgreSQLDatabases"),
    "mysql": ("mysql", "MySQLDatabases"),
    "mariadb": ("mysql", "MySQLDatabases"),
}
"""Module and class by SQLAlchemy's name of the database. A run imports the one that it needs."""


def databases_of(url: URL, base: str | None = None) -> Databases:
    """The databases beside the one that `url` names. Raises ConfigurationError for a kind that is not known."""
    try:
        module, name = _KINDS[url.get_backend_name()]
    except KeyError:
        raise ConfigurationError(
            f"a database of its own is made on {', '.join(_KINDS)}, not on {url.get_backend_name()}; "
            "run without -n, or override the fixture misata_database"
        ) from None
    kind: type[Databases] = getattr(import_module(f"{__name__}.{module}"), name)
    return kind(url, base)
