"""The errors this package raises on purpose, all of one family."""

from __future__ import annotations


class MisataError(Exception):
    """Base of every error pytest-misata raises on purpose."""


class StoryError(MisataError, ValueError):
    """A story that cannot be read: empty, meaningless or contradictory."""


class SchemaError(MisataError, ValueError):
    """A schema that cannot be filled: an unknown table or column, a key that points nowhere."""


class GenerationError(MisataError, ValueError):
    """Values that cannot be made as asked: a bad seed, a bad count, a bad option of a column."""


class CapacityError(GenerationError):
    """More unique values are asked for than a column can hold.

    The parts of the message are kept as `table`, `column`, `capacity` and `rows`.
    """

    def __init__(self, table: str, column: str, *, capacity: int, rows: int, advice: str) -> None:
        self.table, self.column, self.capacity, self.rows = table, column, capacity, rows
        fewer = f", or ask for fewer rows: counts={{{table!r}: {capacity}}}" if capacity else ""
        super().__init__(
            f"{table}.{column} can hold {capacity:,} unique values and {rows:,} rows were asked for; {advice}{fewer}"
        )


class ConfigurationError(MisataError, ValueError):
    """A setting, marker argument or option that is not valid."""


class LoadError(MisataError, RuntimeError):
    """The database refused the data; nothing was written unless the message says otherwise."""


class TableNotEmptyError(LoadError):
    """A table to be filled holds rows already, and neither truncate nor append was asked for."""


class GuardError(MisataError, PermissionError):
    """Destructive work was asked for on a database that does not look like a test database."""


class MissingDependencyError(MisataError, ImportError):
    """An optional package is needed for what was asked, and is not installed."""
