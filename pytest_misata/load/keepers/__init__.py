"""Noticing what was written to a seeded database, and putting it back: one keeper per kind of database."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import Engine

from pytest_misata.load.keepers.base import Damage, Keeper

__all__ = ["Damage", "Keeper", "is_empty", "keeper_for"]

_KEEPERS = {
    "mariadb": ("mysql", "MySQLKeeper"),
    "mysql": ("mysql", "MySQLKeeper"),
    "postgresql": ("postgresql", "PostgreSQLKeeper"),
    "sqlite": ("sqlite", "SQLiteKeeper"),
}
"""Module and class by dialect. A run imports the one that it needs."""
_ANY = ("digests", "DigestKeeper")


def keeper_for(engine: Engine) -> Keeper:
    """A keeper of the database behind this engine, which knows nothing until it is told to `remember`."""
    kind = _keeper(*_KEEPERS.get(engine.dialect.name, _ANY))
    return kind(engine) if kind.able(engine) else _keeper(*_ANY)(engine)


def is_empty(engine: Engine) -> bool:
    """Whether nothing is in the database, as far as the keeper of its kind can tell."""
    return _keeper(*_KEEPERS.get(engine.dialect.name, _ANY)).is_empty(engine)


def _keeper(module: str, name: str) -> type[Keeper]:
    kind: type[Keeper] = getattr(import_module(f"{__name__}.{module}"), name)
    return kind
