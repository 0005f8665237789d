"""Realistic, relational, reproducible test data: from a sentence, from models or from a live database.

Names are imported when first used, so that `pytest` pays nothing for having the plugin installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_misata.api import generate as generate
    from pytest_misata.api import generate_from_schema as generate_from_schema
    from pytest_misata.api import misata_loader as misata_loader
    from pytest_misata.api import seed_from_sqlalchemy_models as seed_from_sqlalchemy_models
    from pytest_misata.engine.draws.hashing import ENGINE_VERSION as ENGINE_VERSION
    from pytest_misata.engine.tables import Table as Table
    from pytest_misata.engine.tables import Tables as Tables
    from pytest_misata.engine.violations import Violation as Violation
    from pytest_misata.errors import CapacityError as CapacityError
    from pytest_misata.errors import ConfigurationError as ConfigurationError
    from pytest_misata.errors import GenerationError as GenerationError
    from pytest_misata.errors import GuardError as GuardError
    from pytest_misata.errors import LoadError as LoadError
    from pytest_misata.errors import MisataError as MisataError
    from pytest_misata.errors import MissingDependencyError as MissingDependencyError
    from pytest_misata.errors import SchemaError as SchemaError
    from pytest_misata.errors import StoryError as StoryError
    from pytest_misata.errors import TableNotEmptyError as TableNotEmptyError
    from pytest_misata.load.report import SeedReport as SeedReport
    from pytest_misata.load.seed import seed_database as seed_database
    from pytest_misata.schema.config import Column as Column
    from pytest_misata.schema.config import ForeignKey as ForeignKey
    from pytest_misata.schema.config import Generator as Generator
    from pytest_misata.schema.config import Rule as Rule
    from pytest_misata.schema.config import SchemaConfig as SchemaConfig
    from pytest_misata.schema.config import TableConfig as TableConfig
    from pytest_misata.schema.config import Turns as Turns
    from pytest_misata.schema.sources.database import schema_from_db as schema_from_db
    from pytest_misata.schema.sources.models import schema_from_models as schema_from_models
    from pytest_misata.schema.types import ColumnType as ColumnType
    from pytest_misata.story.reader import StoryWarning as StoryWarning
    from pytest_misata.story.reader import parse as parse

__version__ = "0.1.0"

_HOMES = {
    "pytest_misata.api": ("generate", "generate_from_schema", "misata_loader", "seed_from_sqlalchemy_models"),
    "pytest_misata.errors": (
        "MisataError",
        "StoryError",
        "SchemaError",
        "GenerationError",
        "CapacityError",
        "ConfigurationError",
        "LoadError",
        "TableNotEmptyError",
        "GuardError",
        "MissingDependencyError",
    ),
    "pytest_misata.engine.draws.hashing": ("ENGINE_VERSION",),
    "pytest_misata.engine.tables": ("Table", "Tables"),
    "pytest_misata.engine.violations": ("Violation",),
    "pytest_misata.load.report": ("SeedReport",),
    "pytest_misata.load.seed": ("seed_database",),
    "pytest_misata.schema.config": (
        "SchemaConfig",
        "TableConfig",
        "Column",
        "ForeignKey",
        "Generator",
        "Rule",
        "Turns",
    ),
    "pytest_misata.schema.sources.database": ("schema_from_db",),
    "pytest_misata.schema.sources.models": ("schema_from_models",),
    "pytest_misata.schema.types": ("ColumnType",),
    "pytest_misata.story.reader": ("StoryWarning", "parse"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
