"""What differs between databases: one class a dialect, one small module each, found by the name SQLAlchemy gives it.

A module in this folder that defines a `Dialect` decorated with `@register("name")` is all it takes: see
`docs/add-a-dialect.md`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pytest_misata.load.dialects.default import Dialect as Dialect
from pytest_misata.load.dialects.default import Target as Target
from pytest_misata.load.dialects.default import registered


def dialect_for(name: str) -> Dialect:
    """The verbs for a database, by the name SQLAlchemy has for it; those of any database where it has none."""
    if name not in registered:
        _find(name)
    return registered.get(name, Dialect)()


@cache
def _find(name: str) -> None:
    # The others bring NumPy along, and a database that an earlier run kept is taken without it.
    modules = [module.name for module in iter_modules(__path__) if module.name not in registered]
    for module in [name] if name in modules else modules:
        import_module(f"{__name__}.{module}")
