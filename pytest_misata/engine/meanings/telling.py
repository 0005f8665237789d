"""Which columns are made from those of other tables, told of a whole schema."""

from __future__ import annotations

from pytest_misata.engine.meanings.across import counts, payments, portions, prices, totals
from pytest_misata.engine.meanings.dated import date
from pytest_misata.engine.meanings.told import FINDERS, states_of_payment
from pytest_misata.schema.config import SchemaConfig


def tell(schema: SchemaConfig) -> None:
    """Say of columns how they are made from those of other tables, as far as names tell (`Column.told`).

    Changes the schema. What is told never goes in a circle: of two tables, one is made from the other.
    """
    read: dict[str, set[str]] = {}
    for find in (totals, prices, payments, counts, portions, *FINDERS):
        for tie in list(find(schema)):
            if tie.column.told is None and tie.table.key not in _reached(read, tie.other):
                tie.column.told = tie.made
                read.setdefault(tie.table.key, set()).add(tie.other)
    # Which rows have payments does not depend on what these say, so a status may.
    for tie in list(states_of_payment(schema)):
        tie.column.told = tie.made
    date(schema)


def _reached(read: dict[str, set[str]], start: str) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        for table in read.get(ahead.pop(), ()):
            if table not in found:
                found.add(table)
                ahead.append(table)
    return found
