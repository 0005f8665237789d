"""Bank accounts of a domain, numbered as the country of the story numbers them: by IBANs where it has these."""

from __future__ import annotations

from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.gazetteer import HOME, home_of
from pytest_misata.schema import types
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig

_NUMBER, _IBAN, _BALANCE = "account_number", "iban", "balance"
_LONGEST = 34
"""Characters of the longest IBAN there may be (ISO 13616)."""


def number_accounts(schema: SchemaConfig) -> None:
    """Have accounts an IBAN in place of a number in countries that have them: the bank is of one country."""
    if "iban" not in country(home_of(schema.locale)).numbers:
        return
    for table in schema.tables.values():
        if {_NUMBER, _BALANCE} <= set(table.columns) and _IBAN not in table.columns:
            _renumber(table)


def _renumber(table: TableConfig) -> None:
    made = Generator("iban", {"country": HOME, "unique": True})
    iban = Column(_IBAN, types.string(_LONGEST), generator=made)
    columns = [(_IBAN, iban) if name == _NUMBER else (name, column) for name, column in table.columns.items()]
    table.columns.clear()
    table.columns.update(columns)
    for keys in (table.uniques, table.indexes):
        keys[:] = [tuple(_IBAN if name == _NUMBER else name for name in key) for key in keys]
