"""Which column tells what is paid, and by which moment its sums go: for revenue or donations that a story states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.placing.windows import birth_column

_NAMES = (
    "revenue subtotal items_total net_amount net total amount gross fare premium fee charge room_total price mrr spend"
).split()
"""What amounts are called, the likeliest to be what is earned first."""
_BASES = frozenset({"lognormal", "normal", "uniform", "exponential", "copy", "choice", "map", "share"})
_COUNTS = frozenset({"choice", "uniform", "lognormal", "exponential"})
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Earning:
    """A column of amounts: `by` is the moment (own, or of a parent) its sums go by, which is `born` of table `dated`.

    With `quantity` it is a price, and what is paid is the price times that column. `taxed` are the net amount and the
    tax that an amount is the sum of, and the part of it that is net.
    """

    table: str
    column: str
    by: str
    dated: str
    born: str
    quantity: str | None = None
    taxed: tuple[str, str, Fraction] | None = None

    @property
    def place(self) -> str:
        """Where the sums are, for a person to read."""
        return f"{self.table}.{self.column}" + (f" times {self.quantity}" if self.quantity else "")


def earning_of(schema: SchemaConfig, name: str | None) -> Earning | str:
    """What is paid for rows of a table, or, where none is named, what the data earns; why not, where nothing is."""
    tables = [schema.tables[name]] if name else list(schema.tables.values())
    found = sorted(_candidates(schema, tables), key=lambda one: one[0])
    reason = f"no amount of {name or 'the data'} goes by a date"
    for _, table, column, by, dated in found:
        earning = _resolved(schema, table, column, by, dated, _DEEPEST)
        if isinstance(earning, Earning):
            return _with_tax(schema.tables[earning.table], earning)
        reason = earning
    return reason


def _with_tax(table: TableConfig, net: Earning) -> Earning:
    """The sum of a net amount and the tax on it, where the table has one: that is what is paid."""
    for column in table.columns.values() if net.quantity is None else ():
        made = _made(table, column)
        parts = list(made.options.get("of", ())) if made.kind == "sum" else []
        if len(parts) == 2 and parts[0] == net.column:
            tax = _made(table, table.columns[parts[1]])
            if tax.kind == "share" and tax.options["of"] == net.column and "when" not in tax.options:
                return replace(
                    net, column=column.name, taxed=(net.column, parts[1], 1 / (1 + Fraction(str(tax.options["rate"]))))
                )
    return net


_Dated = tuple[str, str]


def _candidates(
    schema: SchemaConfig, tables: list[TableConfig]
) -> Iterator[tuple[tuple[int, int], TableConfig, Column, str, _Dated]]:
    for order, table in enumerate(tables):
        moment = None if table.fixed else moment_of(schema, table)
        for column in table.columns.values() if moment else ():
            if column.name in _NAMES and column.type.kind in {"numeric", "float"} and column.type.scale:
                yield (_NAMES.index(column.name), order), table, column, moment[0], moment[1:]  # type: ignore[index]


def moment_of(schema: SchemaConfig, table: TableConfig) -> tuple[str, str, str] | None:
    """The moment that a row is of: its own, or that of the row it belongs to; the table of it, and its column there."""
    born = birth_column(table)
    if born:
        return born, table.key, born
    owner = table.owner
    above = moment_of(schema, schema.tables[owner.parent]) if owner and owner.parent != table.key else None
    return (f"{owner.columns[0]}.{above[0]}", *above[1:]) if owner and above else None


def _made(table: TableConfig, column: Column) -> Generator:
    return column.generator or generator_for(table, column)


def _resolved(
    schema: SchemaConfig, table: TableConfig, column: Column, by: str, dated: _Dated, deep: int
) -> Earning | str:
    """The column whose values the amounts are made of."""
    made, place = _made(table, column), f"{table.key}.{column.name}"
    of = made.options.get("of")
    if not deep or any("sign" in one for one in (made.options, *made.options.get("cases", ()))):
        return f"{place} has amounts above and below zero" if deep else f"{place} follows from too much else"
    if made.kind == "sum" and of:
        return _resolved(schema, table, table.columns[of[0]], by, dated, deep - 1)
    if made.kind == "total":
        child, _, name = str(of).partition(".")
        other = schema.tables[child]
        key = other.owner.columns[0] if other.owner else ""
        return _resolved(schema, other, other.columns[name], f"{key}.{by}", dated, deep - 1)
    if made.kind == "product":
        return _priced(schema, table, list(of or ()), by, dated) or f"{place} follows from other columns"
    if made.kind in _BASES and not made.options.get("cases", ()) and _stands_alone(schema, table, made):
        return Earning(table.key, column.name, by, *dated)
    if made.kind in {"lognormal", "normal", "uniform", "exponential", "choice"}:
        return Earning(table.key, column.name, by, *dated)
    return f"{place} follows from other columns, or is stated otherwise"


def _stands_alone(schema: SchemaConfig, table: TableConfig, made: Generator) -> bool:
    """Whether a copy is one of a price that is agreed on, and not of an amount that adds up from others."""
    if made.kind != "copy":
        return True
    source, at = table, str(made.options["of"])
    while "." in at:
        name, _, at = at.partition(".")
        key = source.foreign_key(name)
        if key is None:
            return False
        source = schema.tables[key.parent]
    return _made(source, source.columns[at]).kind not in {"sum", "total", "product", "difference"}


def _priced(schema: SchemaConfig, table: TableConfig, of: list[str], by: str, dated: _Dated) -> Earning | None:
    """The price of a product of a quantity and a price."""
    if len(of) != 2 or any(name not in table.columns for name in of):
        return None
    first, second = (table.columns[name] for name in of)
    count, price = (first, second) if first.type.kind in {"integer", "smallint", "bigint"} else (second, first)
    made = _made(table, count)
    counted = count.type.kind in {"integer", "smallint", "bigint"} and made.kind in _COUNTS
    if not counted or price.type.kind != "numeric" or _made(table, price).kind not in _BASES:
        return None
    if not _stands_alone(schema, table, _made(table, price)):
        return None
    return Earning(table.key, price.name, by, *dated, quantity=count.name)
