"""What a database's catalogue says beyond SQLAlchemy's Inspector. A database is one module, and a line below."""

from __future__ import annotations

from pytest_misata.schema.sources.catalogs.default import Catalog
from pytest_misata.schema.sources.catalogs.mysql import MySQLCatalog
from pytest_misata.schema.sources.catalogs.postgresql import PostgreSQLCatalog
from pytest_misata.schema.sources.catalogs.sqlite import SQLiteCatalog

__all__ = ["Catalog", "catalog_for"]

_CATALOGS: dict[str, type[Catalog]] = {
    "postgresql": PostgreSQLCatalog,
    "mysql": MySQLCatalog,
    "mariadb": MySQLCatalog,
    "sqlite": SQLiteCatalog,
}


def catalog_for(name: str) -> Catalog:
    """The catalogue of a database by SQLAlchemy's name for it."""
    return _CATALOGS.get(name, Catalog)()
