"""Prices of a list that a story states: those of the plans that subscribers are on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.facts import Amount
from pytest_misata.story.lists import keep_listed, referring, rows_of_list


def is_listed(table: TableConfig, column: Column) -> bool:
    """Whether a column is the prices of a list."""
    made = column.generator
    return table.fixed and made is not None and made.kind == "listed" and column.type.kind == "numeric"


def state_prices(schema: SchemaConfig, table: TableConfig, column: Column, fact: Amount) -> None:
    """Have the prices of a list be those stated: one for each of its rows, all between two, or a single one.

    Where there is a single price there is a single row, unless others refer to several, or some are free of charge.
    """
    prices = [Fraction(str(value)) for value in (column.generator.options["values"] if column.generator else ())]
    wanted = list(fact.among) or [fact.low, fact.high]
    if fact.low == fact.high and all(prices) and _may_be_alone(schema, table):
        table.rows = 1
        keep_listed(schema)
        prices = prices[:1]
    stated = _spread(prices, wanted)
    column.generator = Generator("listed", {"values": [f"{float(price):.2f}" for price in stated]})
    _charge(schema, table, column)


def _charge(schema: SchemaConfig, table: TableConfig, price: Column) -> None:
    """Have what is paid by the row of a list be its price: the monthly amount of a subscription that of its plan."""
    for (name, key), _ in referring(schema, table):
        for column in schema.tables[name].columns.values():
            made = column.generator
            cases = made.options.get("cases", ()) if made is not None and column.type == price.type else ()
            if made is not None and cases and all(set(case["when"]) == {key} for case in cases):
                kept = {option: value for option, value in made.options.items() if option in {"when", "null_rate"}}
                column.generator = Generator("copy", {"of": f"{key}.{price.name}", **kept})


def _may_be_alone(schema: SchemaConfig, table: TableConfig) -> bool:
    told = any(made.options.get("exact") for _, made in referring(schema, table))
    return not told and 1 in rows_of_list(schema, table)


def _spread(prices: Sequence[Fraction], wanted: Sequence[Fraction]) -> list[Fraction]:
    """The prices wanted, in the order of those there are; what is free of charge stays so."""
    ranked = sorted({price for price in prices if price})
    low, high = min(wanted), max(wanted)

    def of(price: Fraction) -> Fraction:
        place = ranked.index(price)
        if len(wanted) == len(ranked):
            return sorted(wanted)[place]
        if len(ranked) == 1:
            return low
        between = low + (high - low) * (price - ranked[0]) / (ranked[-1] - ranked[0])
        return min(wanted, key=lambda one: abs(one - between)) if len(wanted) > 2 else between

    return [of(price) if price else price for price in prices]
