"""What an amount that follows from others is made of, so that its mean can be stated: an order's total of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig

_DRAWN = frozenset({"lognormal", "normal", "uniform", "exponential"})
_LISTS = frozenset({"choice", "map"})
_COUNTS = frozenset({"choice", "uniform", "lognormal", "exponential"})
_WHOLE = frozenset({"integer", "smallint", "bigint"})
_DEEPEST = 4
_KEPT = frozenset({"when", "null_rate", "exact_nulls"})


@dataclass(frozen=True, slots=True)
class Worth:
    """The column whose amounts, `factor` times, make up those of another, for each row of the table `per`.

    With `quantity` they count as often as that column says, of which a row in every block is one where `closed`.
    """

    table: str
    column: str
    per: str | None = None
    quantity: str | None = None
    closed: bool = False
    factor: Fraction = Fraction(1)
    less: tuple[str, ...] = ()
    """What is added to them, as `table.column`."""


def worth_of(
    schema: SchemaConfig, table: TableConfig, column: Column, per: str | None = None, deep: int = _DEEPEST
) -> Worth | None:
    """What the amounts of a column are made of; None where that is too much to state their mean by."""
    made = made_of(table, column)
    lists = (made.options, *made.options.get("cases", ()))
    if not deep or any("sign" in one or "only" in one for one in lists):
        return None
    if is_drawn(made):
        return Worth(table.key, column.name, per)
    if made.options.get("cases"):
        return None
    if made.kind == "copy":
        return Worth(table.key, column.name, per) if _is_listed(schema, table, made) else None
    if made.kind == "total":
        child, _, name = str(made.options["of"]).partition(".")
        other = schema.tables[child]
        return worth_of(schema, other, other.columns[name], per or table.key, deep - 1)
    if made.kind == "product":
        return _priced(table, list(made.options["of"]), per) or _multiplied(table, column, per)
    return _in_part(schema, table, made, per, deep)


def _in_part(schema: SchemaConfig, table: TableConfig, made: Generator, per: str | None, deep: int) -> Worth | None:
    """A share of another amount, or a sum of which one part is stated and the others are shares of it, or drawn."""
    if made.kind == "share":
        net, rate = str(made.options["of"]), _rate(made)
        found = worth_of(schema, table, table.columns[net], per, deep - 1) if rate and net in table.columns else None
        return replace(found, factor=found.factor * rate) if found and rate and not found.less else None
    of = list(made.options["of"]) if made.kind == "sum" else []
    if not all(name in table.columns for name in of):
        return None
    tried = (_with_others(schema, table, of, net, per, deep) for net in of)
    return next((found for found in tried if found), None)


def _with_others(
    schema: SchemaConfig, table: TableConfig, of: list[str], net: str, per: str | None, deep: int
) -> Worth | None:
    """A sum, by one of its parts."""
    parts = {name: made_of(table, table.columns[name]) for name in of if name != net}
    shares = {name: part for name, part in parts.items() if part.kind == "share" and part.options["of"] == net}
    rates = [_rate(part) for part in shares.values()]
    free = [name for name in parts if name not in shares]
    if not all(rates) or not all(_stands_apart(parts[name], net) for name in free):
        return None
    found = worth_of(schema, table, table.columns[net], per, deep - 1)
    if found is None or found.less:
        # What is added on top of a part of a sum would have to be weighed by it.
        return None
    times = 1 + sum(filter(None, rates), Fraction(0))
    return replace(found, factor=found.factor * times, less=tuple(f"{table.key}.{name}" for name in free))


def _stands_apart(made: Generator, net: str) -> bool:
    """Whether a part of a sum is drawn by itself, whatever the others are."""
    cases = made.options.get("cases", ())
    told = {name for case in cases for name in case["when"]} | {str(made.options.get("of", ""))}
    kinds = {made.kind, *(case.get("kind", made.kind) for case in cases)}
    return kinds <= _DRAWN | _LISTS | {"constant", "copy"} and net not in told


def _rate(share: Generator) -> Fraction | None:
    """The share that all rows have."""
    plain = not share.options.get("cases") and "when" not in share.options
    return Fraction(str(share.options["rate"])) if plain else None


def _rates(share: Generator) -> list[Fraction]:
    """The shares that rows have, in one state or another."""
    told = [share.options, *share.options.get("cases", ())]
    plain = "when" not in share.options and all("rate" in one and "kind" not in one for one in told)
    return [Fraction(str(one["rate"])) for one in told] if plain else []


def _priced(table: TableConfig, of: list[str], per: str | None) -> Worth | None:
    """The price of a product of a quantity and a price."""
    columns = [table.columns[name] for name in of if name in table.columns]
    counts = [column for column in columns if column.type.kind in _WHOLE]
    prices = [column for column in columns if column.type.kind == "numeric"]
    if len(of) != 2 or len(counts) != 1 or len(prices) != 1:
        return None
    made = made_of(table, prices[0])
    plain = made.kind in {"copy", "product"} and not made.options.get("cases")
    if not (is_drawn(made) or plain):
        return None
    counted = made_of(table, counts[0])
    closed = counted.kind in _COUNTS and "when" not in counted.options
    return Worth(table.key, prices[0].name, per, counts[0].name, closed)


def _multiplied(table: TableConfig, column: Column, per: str | None) -> Worth | None:
    """A product of what is no count, where no rule says that it is just that."""
    told = re.compile(rf"\b{column.name}\b.*\*|\*.*\b{column.name}\b")
    return None if any(told.search(rule.sql) for rule in table.rules) else Worth(table.key, column.name, per)


def _is_listed(schema: SchemaConfig, table: TableConfig, made: Generator) -> bool:
    """Whether a copy is one of a price, which the rows of the table may differ from."""
    at = str(made.options["of"])
    while "." in at:
        name, _, at = at.partition(".")
        key = table.foreign_key(name)
        if key is None:
            return False
        table = schema.tables[key.parent]
    source = made_of(table, table.columns[at])
    return source.kind == "listed" or is_drawn(source)


@dataclass(frozen=True, slots=True)
class Added:
    """The one part of a sum that is drawn, with what the others add to it: so much at the most, and such a share."""

    column: Column
    most_added: Fraction
    least_times: Fraction
    most_times: Fraction
    rounded: int = 0
    """How many shares are rounded by themselves."""

    def least(self, low: Fraction) -> Fraction:
        """What the part is at the least, so that the sum is no less than `low`; in whole cents."""
        spare = Fraction(max(0, self.rounded - 1), 100)
        return Fraction(-(-(low + spare) * 100 // self.least_times), 100)

    def most(self, high: Fraction) -> Fraction:
        """What the part is at the most, so that the sum is no more than `high`; a cent a share is left for rounding."""
        spare = Fraction(self.rounded, 100)
        return Fraction((high - self.most_added - spare) * 100 // self.most_times, 100)


def bounded_by(table: TableConfig, column: Column) -> Added | None:
    """By which part the bounds of a sum can be stated: the one that is drawn, where the others are of lists, or shares.

    None where there is no such part.
    """
    made = made_of(table, column)
    of = list(made.options["of"]) if made.kind == "sum" and not made.options.get("cases") else []
    parts = {name: made_of(table, table.columns[name]) for name in of if name in table.columns}
    drawn = [name for name, part in parts.items() if part.kind in _DRAWN and is_drawn(part, above_zero=True)]
    drawn = drawn or [name for name, part in parts.items() if part.kind == "total"]
    if len(drawn) != 1 or len(parts) != len(of) or "when" in made.options:
        return None
    others = [part for name, part in parts.items() if name != drawn[0]]
    listed = [part for part in others if part.kind == "choice" and is_drawn(part)]
    shares = [_rates(part) for part in others if part.kind == "share" and part.options["of"] == drawn[0]]
    if len(listed) + len(shares) != len(others) or not all(shares):
        return None
    most = sum((max(Fraction(str(value)) for value in _values(part)) for part in listed), Fraction(0))
    least_times, most_times = (1 + sum((end(rates) for rates in shares), Fraction(0)) for end in (min, max))
    return Added(table.columns[drawn[0]], most, least_times, most_times, len(shares))


def is_drawn(made: Generator, *, above_zero: bool = False) -> bool:
    """Whether amounts are drawn, or picked from lists, and are not below zero, or above it."""
    cases = made.options.get("cases", ())
    kinds = {made.kind, *(case.get("kind", made.kind) for case in cases)}
    return kinds <= _DRAWN | _LISTS and all(_is_amount(value, above_zero=above_zero) for value in _values(made))


def _values(made: Generator) -> Iterator[object]:
    for one in (made.options, *made.options.get("cases", ())):
        values = one.get("values", ())
        yield from values.values() if isinstance(values, dict) else values
        yield from [one["default"]] if "default" in one else []


def _is_amount(value: object, *, above_zero: bool) -> bool:
    try:
        amount = Fraction(str(value))
    except ValueError:
        return False
    return not isinstance(value, bool) and (amount > 0 or (amount == 0 and not above_zero))


def made_of(table: TableConfig, column: Column) -> Generator:
    """How a column is made."""
    return column.generator or generator_for(table, column)


def state_mean(schema: SchemaConfig, worth: Worth, mean: Fraction) -> None:
    """Let amounts be worth so much on average."""
    table = schema.tables[worth.table]
    column = table.columns[worth.column]
    made = made_of(table, column)
    options = {name: value for name, value in made.options.items() if name not in _KEPT}
    kept = {name: value for name, value in made.options.items() if name in _KEPT}
    stated = {"of": made.kind, "options": options, "mean": str(mean)}
    more = {"per": worth.per, "quantity": worth.quantity, "factor": str(worth.factor), "less": list(worth.less)}
    told = {name: value for name, value in more.items() if value and value != "1"}
    release(table, column)
    column.generator = Generator("averaged", {**stated, **told, **kept})
    if worth.quantity and worth.closed:
        count = table.columns[worth.quantity]
        usual = made_of(table, count)
        count.generator = Generator("closing", {"of": usual.kind, "options": dict(usual.options)})


def state_each(schema: SchemaConfig, worth: Worth, whole: Generator) -> None:
    """Let what amounts make up for each owner be drawn so, one by one."""
    table = schema.tables[worth.table]
    column = table.columns[worth.column]
    made = made_of(table, column)
    kept = {name: value for name, value in made.options.items() if name in _KEPT}
    inner = {name: value for name, value in made.options.items() if name not in _KEPT}
    more = {
        "quantity": worth.quantity,
        "factor": str(worth.factor),
        "less": [name.partition(".")[2] for name in worth.less],
    }
    told = {name: value for name, value in more.items() if value and value != "1"}
    release(table, column)
    stated = {"of": made.kind, "options": inner, **told, **kept}
    owner = schema.tables[table.owner.parent] if table.owner else table
    column.generator = portions_of(owner, Generator("portioned", stated), whole)
    if worth.quantity:
        count = table.columns[worth.quantity]
        usual = made_of(table, count)
        count.generator = Generator("alone", {"of": usual.kind, "options": dict(usual.options)})


def portion_of(schema: SchemaConfig, owner: TableConfig) -> Column | None:
    """The column whose amounts make up what is drawn for each row of an owner."""
    lines = [table for table in schema.tables.values() if table.owner and table.owner.parent == owner.key]
    columns = (column for table in lines for column in table.columns.values())
    return next((one for one in columns if one.generator and one.generator.kind == "portioned"), None)


def portions_of(owner: TableConfig, made: Generator | None, whole: Generator) -> Generator:
    """Portions of something else that each row of an owner has."""
    options = made.options if made else {}
    added = [_most(owner, name) for name in options.get("less", ())]
    reached = _above(whole, sum(added, Fraction(0)) + 1) if added else whole.options
    return Generator("portioned", {**options, "whole": {"kind": whole.kind, **reached}})


def _most(table: TableConfig, name: str) -> Fraction:
    """The most that is in a column of a list of amounts."""
    return max((Fraction(str(value)) for value in _values(made_of(table, table.columns[name]))), default=Fraction(0))


def _above(whole: Generator, least: Fraction) -> Mapping[str, Any]:
    """The options of what is drawn around a middle, so that it is no less than what is in it anyway and a bit more.

    A basket of 5 with a shipping of 12.99 would be worth more than was drawn, and so the mean of all.
    """
    options = whole.options
    middle = Fraction(options.get("mean", options.get("median", 0)))
    if whole.kind != "fitted" or not Fraction(options.get("low", 0)) < least < middle:
        return options
    inner = {**options["options"], "minimum": str(least)} if "minimum" in options["options"] else options["options"]
    return {**options, "options": inner, "low": str(least)}


def is_of_lines(schema: SchemaConfig, worth: Worth | None, table: TableConfig) -> bool:
    """Whether amounts of rows of a table can be told one by one: they are made of those of what they own."""
    if worth is None or worth.per != table.key:
        return False
    owner = schema.tables[worth.table].owner
    lines = schema.tables[worth.table]
    counted = worth.quantity is None or worth.closed
    own = owner is not None and owner.parent == table.key and owner.minimum > 0
    plain = not any(name in made_of(lines, lines.columns[worth.column]).options for name in _KEPT)
    return own and counted and plain and all(name.startswith(f"{table.key}.") for name in worth.less)


def release(table: TableConfig, column: Column) -> None:
    """Drop the rules that a column is a copy by: what a story states of it holds instead."""
    made = made_of(table, column)
    if made.kind == "copy":
        copied = re.compile(rf"\s*{column.name}\s*=\s*{re.escape(str(made.options['of']))}\s*")
        table.rules = [rule for rule in table.rules if not copied.fullmatch(rule.sql)]
