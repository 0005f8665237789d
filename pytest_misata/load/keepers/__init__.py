"""Noticing what was written to a seeded database, and putting it back: one keeper per kind of database."""

from __future__ import annotations

from sqlalchemy import Engine

from pytest_misata.load.keepers import mysql, postgresql, sqlite
from pytest_misata.load.keepers.base import Damage, Keeper
from pytest_misata.load.keepers.digests import DigestKeeper

__all__ = ["Damage", "Keeper", "keeper_for"]

_KEEPERS: dict[str, type[Keeper]] = {
    "mariadb": mysql.MySQLKeeper,
    "mysql": mysql.MySQLKeeper,
    "postgresql": postgresql.PostgreSQLKeeper,
    "sqlite": sqlite.SQLiteKeeper,
}


def keeper_for(engine: Engine) -> Keeper:
    """A keeper of the database behind this engine, which knows nothing until it is told to `remember`."""
    kind = _KEEPERS.get(engine.dialect.name, DigestKeeper)
    return kind(engine) if kind.able(engine) else DigestKeeper(engine)
