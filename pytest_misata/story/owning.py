"""The keys that decide how many rows there are: those from children to the parents that own them."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows


def without_minimum(schema: SchemaConfig) -> dict[str, int]:
    """The row counts as they would be if no parent needed a child."""
    keys = owners(schema)
    minimums = [key.minimum for key in keys]
    for key in keys:
        key.minimum = 0
    try:
        return plan_rows(schema)
    except GenerationError as error:
        raise StoryError(f"the story's numbers do not fit together: {error}") from None
    finally:
        for key, minimum in zip(keys, minimums, strict=True):
            key.minimum = minimum


def owners(schema: SchemaConfig) -> list[ForeignKey]:
    """Every key that owns rows."""
    return [key for table in schema.tables.values() if (key := table.owner)]


def have_none(table: TableConfig) -> None:
    """A table that is to be empty tells nothing of how many parents there are."""
    if table.owner is not None:
        table.owner.per_parent, table.owner.minimum = Fraction(0), 0


def is_of_siblings(made: Generator) -> bool:
    """Whether a column depends on the place of its row among those of the same owner."""
    options = (made.options, *made.options.get("cases", ()))
    ordered = any(one.get("sequence") or one.get("until_next") or one.get("distinct") for one in options)
    return ordered or made.kind == "position" or any(name[0] == "@" for one in options for name in one.get("when", {}))
