"""Amounts that a story states, put into a schema: the mean, the median or the bounds of a column of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.checked import ceiling, limits, why_not
from pytest_misata.story.english.lexicon import is_somebody, kind_of
from pytest_misata.story.english.naming import Words, same_name, singular, split_name
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.facts import Amount, AnyFact, Unplaced
from pytest_misata.story.paths import is_joined
from pytest_misata.story.placing.aging import state_ages
from pytest_misata.story.placing.lengths import state_length, stay_of
from pytest_misata.story.placing.pricing import is_listed, state_prices
from pytest_misata.story.placing.spreads import (
    between,
    depends_on,
    drawn,
    fitted,
    kept,
    limits_of,
    marks,
    narrowed,
    spread,
    step,
)
from pytest_misata.story.placing.worth import (
    bounded_by,
    is_drawn,
    is_of_lines,
    portion_of,
    portions_of,
    state_each,
    state_mean,
    worth_of,
)
from pytest_misata.story.placing.worth import made_of as _made

_FITTING = frozenset({"lognormal", "normal", "uniform", "exponential", "choice"})
"""Kinds of number that a mean or bounds can be given to."""
_GENERAL = tuple(
    "amount price value total cost fee size salary rent premium budget spend fare charge principal bill basket".split()
)
"""What the amount of a table is called where the story names the table alone: "average claim"."""
_ALIKE = (
    frozenset({"price", "rate", "fare", "cost", "charge", "fee", "tariff", "premium"}),
    frozenset({"salary", "pay", "wage", "income", "earnings"}),
    frozenset({"amount", "value", "total", "size", "sum", "spend", "budget", "bill", "basket"}),
)
"""Words for one amount, of which a table has either: a room's price is its rate."""
_IN_ALL = (("bill",), ("total",))
"""What says that all is meant that is to be paid, tips and taxes included."""
AGE = ("age",)
_MONEYLIKE, _DATED = frozenset({"numeric", "float"}), frozenset({"date", "datetime"})

Place = tuple[TableConfig, Column]


def place_amounts(schema: SchemaConfig, facts: Sequence[Amount], story: str) -> Iterator[AnyFact]:
    """What each amount became. Raises StoryError where two of the same kind are about one column."""
    found: dict[tuple[str, str, bool], Amount] = {}
    # Every place is looked up before a column changes.
    places = [(fact, _place_of(schema, fact)) for fact in sorted(facts, key=lambda fact: fact.statistic != "bounds")]
    for fact, place in places:
        if isinstance(place, str):
            yield Unplaced(fact.start, fact.end, place)
            continue
        table, column = place
        fact = in_unit_of(column, fact)
        key = (table.key, column.name, fact.statistic == "bounds")
        other = found.setdefault(key, fact)
        if (other.statistic, other.low, other.high) != (fact.statistic, fact.low, fact.high):
            quotes = " and ".join(repr(story[one.start : one.end]) for one in (other, fact))
            raise StoryError(f"the story contradicts itself: {quotes} cannot both hold")
        if other is fact:
            reason = _state(schema, place, fact, found.get((table.key, column.name, True)))
            yield Unplaced(fact.start, fact.end, reason) if reason else _placed(fact, table, column)
        else:
            yield _placed(fact, table, column)


def _placed(fact: Amount, table: TableConfig, column: Column) -> Amount:
    return replace(fact, where=f"{table.key}.{column.name}", unit=fact.unit if column.type.kind in _DATED else "")


# --- which column ---


def _place_of(schema: SchemaConfig, fact: Amount) -> Place | str:
    """The column an amount is about, or why there is none."""
    if fact.noun == AGE and not fact.unit and (births := list(_births(schema, fact))):
        return births[0]
    measured = list(_in_unit(schema, fact)) if fact.unit else []
    free = [place for place in measured if _is_free(_made(*place))]
    if not free and (stay := stay_of(schema, fact)) is not None:
        return stay[0], stay[0].columns[stay[2]]
    if measured:
        return free[0] if free else _follows(*measured[0])
    if fact.unit and not fact.noun:
        # "Weighing 2 tonnes" is nothing that is paid.
        return f"no column is measured in {fact.unit}"
    numbers = list(_numbers(schema, fact))
    named = [(table, column) for table, column in numbers if _is_meant(fact.noun, column)]
    if not named and _is_general(fact.noun):
        named = [(table, column) for table, column in numbers if table.key == fact.where and _is_meant((), column)]
    if not fact.noun or _is_general(fact.noun):
        # What all is worth is the total, rather than a part of it; lines add up to a total by themselves.
        named = [place for place in named if not _is_part(*place)]
        named.sort(key=lambda place: len(split_name(place[1].name)))
    named = named or [place for place in numbers if fact.where and _is_alike(schema, fact, *place)]
    if _is_general(fact.noun):
        # What rows are worth in all is not what a part of them costs each.
        own = any(table.key == fact.where for table, _ in named)
        alike = [place for place in numbers if fact.where and _is_alike(schema, fact, *place)]
        # A bill is what all comes to, and not what tips and taxes are added to.
        alike.sort(key=lambda place: _is_added(*place))
        named = sorted(named, key=lambda place: _is_added(*place))
        named += [place for place in alike if place[0].key == fact.where or not own]
    sources = [_source(schema, *place) for place in named]
    if fact.statistic == "median" and named and sources[0] != named[0] and fact.where == named[0][0].key:
        return f"{named[0][0].key}.{named[0][1].name} is a copy of {sources[0][0].key}.{sources[0][1].name}"
    pairs = [place for place in sources if fact.statistic == "bounds" and _is_highest(*place) and bounded_by(*place)]
    free = [place for place in sources if _is_free(_made(*place))]
    derived = [place for place in named if fact.statistic == "mean" and worth_of(schema, *place)]
    derived += [place for place in named if fact.statistic == "bounds" and bounded_by(*place)]
    told_each = [place for place in named if fact.statistic != "mean" and _is_of_lines(schema, *place)]
    derived += told_each
    sources = [place for place in sources if fact.noun or place[0].key == fact.where]
    listed = [place for place in sources if fact.statistic == "bounds" and is_listed(*place)]
    if not (pairs or free) and derived and _is_only_part(fact, named[0], derived[0]):
        return _follows(*named[0])
    if pairs or free or derived or listed:
        return (pairs or free or derived or listed)[0]
    return _follows(*named[0]) if named else f"no column of numbers stands for {' '.join(fact.noun) or 'it'}"


def _is_only_part(fact: Amount, whole: Place, part: Place) -> bool:
    """Whether one amount is but added to others in what is meant: an average bill is not that of what was ordered."""
    made = _made(*whole)
    added = made.kind == "sum" and whole[0] is part[0] and part[1].name in made.options["of"]
    return added and fact.statistic == "mean" and fact.noun in _IN_ALL


def _is_highest(table: TableConfig, column: Column) -> bool:
    """Whether a column tells the highest of what another tells the lowest of: salaries from `_min` to `_max`."""
    return column.name.endswith("_max") and f"{column.name.removesuffix('_max')}_min" in table.columns


def _is_part(table: TableConfig, column: Column) -> bool:
    """Whether an amount is only a part of another of its row."""
    return _is_added(table, column) and _made(table, column).kind != "total"


def _is_added(table: TableConfig, column: Column) -> bool:
    """Whether an amount is added to others in another of its row."""
    made = [_made(table, other) for other in table.columns.values()]
    return any(one.kind == "sum" and column.name in one.options["of"] for one in made)


def _follows(table: TableConfig, column: Column) -> str:
    return f"{table.key}.{column.name} follows from other columns, or is one of a list"


def _source(schema: SchemaConfig, table: TableConfig, column: Column) -> Place:
    """The column that a column's amounts are copies of: the price of a ticket is that of its type."""
    made = _made(table, column)
    if made.kind != "copy" or made.options.get("cases"):
        return table, column
    path = str(made.options["of"]).split(".")
    for name in path[:-1]:
        key = table.foreign_key(name)
        if key is None:
            return table, column
        table = schema.tables[key.parent]
    return _source(schema, table, table.columns[path[-1]])


def _in_unit(schema: SchemaConfig, fact: Amount) -> Iterator[Place]:
    """The columns in the unit, of the table spoken of or of one that refers to it."""
    unit = unit_of(fact.unit)
    said = {singular(word) for word in fact.noun}
    for suffix in (unit.suffix, *(name for name, _ in unit.others)) if unit else ():
        for table, column in _numbers(schema, fact, everywhere=True):
            near = table.key == fact.where or any(key.parent == fact.where for key in table.foreign_keys)
            name = split_name(column.name)
            fits = (
                (name[-1] == suffix or name[-2:] == (singular(suffix), "count"))
                and "per" not in name
                and (not said or unit is None or said & {*name, unit.quantity} or said <= _VAGUE)
            )
            # "Matters averaging 14 hours" take as long each, and not each entry of theirs.
            own = table.key == fact.where or said or is_somebody(str(fact.where))
            if near and fits and own:
                yield table, column


_VAGUE = frozenset({"length", "duration", "time", "distance", "weight", "stay", "size"})


def in_unit_of(column: Column, fact: Amount) -> Amount:
    """The amount in the unit of a column: minutes as seconds, where that is what it tells."""
    unit = unit_of(fact.unit) if fact.unit and column.type.kind not in _DATED else None
    times = dict(unit.others).get(split_name(column.name)[-1], Fraction(1)) if unit else Fraction(1)
    return replace(fact, low=fact.low * times, high=fact.high * times)


def column_of_amount(schema: SchemaConfig, fact: Amount) -> tuple[str, str] | None:
    """The table and the column that an amount is about, if there is one."""
    place = _place_of(schema, fact)
    return None if isinstance(place, str) else (place[0].key, place[1].name)


def has_place(schema: SchemaConfig, fact: Amount) -> bool:
    """Whether there is a column that an amount could be about: one that can be stated, or is near the table spoken of.

    Near are the table itself, and those that refer to it: what a trip costs may be told by its payment.
    """
    place = _place_of(schema, fact)
    named = schema.tables.get(place.partition(".")[0]) if isinstance(place, str) else place[0]
    if named is None or (len(fact.noun) > 1 and isinstance(place, str)):
        return named is not None
    if not isinstance(place, str) and (fact.where is None or not _is_general(fact.noun) or _is_highest(*place)):
        return True
    if not isinstance(place, str) and _is_of_goods(schema, fact, *place):
        return True
    # What a row is worth is no other table's price, but that which its own is a copy of.
    own = [] if fact.where not in schema.tables else [key.parent for key in schema.tables[fact.where].foreign_keys]
    copied = not isinstance(place, str) and named.key in own and place[1].name in schema.tables[str(fact.where)].columns
    return named.key == fact.where or copied or any(key.parent == fact.where for key in named.foreign_keys)


def _is_of_goods(schema: SchemaConfig, fact: Amount, table: TableConfig, column: Column) -> bool:
    """Whether prices are those of what is dealt in, where a story speaks of the dealings: orders have no price."""
    price = {singular(word) for word in fact.noun} == {"price"} and column.name == "price"
    return price and kind_of(str(fact.where)) in _DEALINGS and is_joined(schema, str(fact.where), table.key)


_DEALINGS = frozenset({"happening", "document", "money", "person", "organisation"})


def _is_free(made: Generator) -> bool:
    """Whether numbers can be others: not where some of them are made otherwise, or are zero."""
    return made.kind in _FITTING and is_drawn(made, above_zero=True)


def _births(schema: SchemaConfig, fact: Amount) -> Iterator[Place]:
    """Dates of birth: of the table the story speaks of, or the main one."""
    # The ages of drivers are not those of passengers, who may be what the data is about.
    tables = (fact.where,) if is_somebody(str(fact.where)) else (fact.where, schema.main)
    for name in dict.fromkeys(name for name in tables if name in schema.tables):
        table = schema.tables[str(name)]
        yield from ((table, column) for column in table.columns.values() if _made(table, column).kind == "birth_date")


def _is_alike(schema: SchemaConfig, fact: Amount, table: TableConfig, column: Column) -> bool:
    """Whether a column is what a price, say, is called elsewhere, in the table spoken of or one that refers to it."""
    said = {singular(word) for word in fact.noun}
    group = next((group for group in _ALIKE if said and said <= group), frozenset())
    near = table.key == fact.where or any(key.parent == fact.where for key in table.foreign_keys)
    return near and column.type.kind in _MONEYLIKE and bool(group & set(split_name(column.name)))


def _numbers(schema: SchemaConfig, fact: Amount, *, everywhere: bool = False) -> Iterator[Place]:
    """Columns of numbers: of the table the story speaks of, then of the main one, then of the others."""
    first = [name for name in (fact.where, schema.main) if name in schema.tables]
    for name in dict.fromkeys([*first, *schema.tables] if fact.noun or everywhere else first[:1]):
        table = schema.tables[str(name)]
        keys = {column for key in table.foreign_keys for column in key.columns} | set(table.primary_key)
        for column in table.columns.values():
            if column.name not in keys and column.type.kind in {*_MONEYLIKE, "integer"} and not column.generated:
                yield table, column


def _is_meant(noun: Words, column: Column) -> bool:
    """Whether the words name a column, or, where there are none, the column is what an amount usually is called."""
    name = split_name(column.name)
    if not noun:
        return column.type.kind in _MONEYLIKE and any(part in _GENERAL for part in name)
    said = tuple(singular(word) for word in noun)
    return same_name(noun, name) or all(word in name for word in said)


def _is_general(noun: Words) -> bool:
    return bool(noun) and all(singular(word) in _GENERAL for word in noun)


# --- what it becomes ---


def _state(schema: SchemaConfig, place: Place, fact: Amount, bounds: Amount | None) -> str:
    """Make the column as stated; why not, where it cannot be."""
    table, column = place
    made = _made(table, column)
    if made.kind == "moment":
        return state_length(schema, table, column.name, fact)
    if any("sign" in one for one in (made.options, *made.options.get("cases", ()))):
        return f"{table.key}.{column.name} has amounts above and below zero"
    from_nothing = fact.statistic == "bounds" and fact.low == 0 < fact.high
    if not (0 < fact.low <= fact.high or from_nothing):
        return "its ends are the wrong way round" if 0 < fact.high < fact.low else "an amount is more than 0"
    if refusal := why_not(table, column, fact.low or fact.high, fact.high):
        return refusal
    if made.kind == "listed":
        state_prices(schema, table, column, fact)
        return ""
    if made.kind == "birth_date":
        return state_ages(column, made, fact)
    if fact.statistic == "bounds":
        return _state_bounds(schema, table, column, fact)
    if bounds is not None and not bounds.low <= fact.low <= bounds.high:
        return f"it does not lie between {bounds.low} and {bounds.high}"
    _state_middle(schema, place, fact, bounds)
    return ""


def _state_bounds(schema: SchemaConfig, table: TableConfig, column: Column, fact: Amount) -> str:
    """The least and the most, or the only amounts there are."""
    free = _is_free(_made(table, column))
    # What lines come to with all that is added is drawn as a whole, where that can be.
    added = None if free or _is_of_lines(schema, table, column) else bounded_by(table, column)
    if added is not None:
        column, fact = added.column, replace(fact, low=added.least(fact.low), high=added.most(fact.high))
        if not 0 < fact.low <= fact.high:
            return f"what is added to {table.key}.{column.name} alone comes to more"
    made = _made(table, column)
    worth = None if free else worth_of(schema, table, column)
    if fact.among:
        column.generator = Generator("choice", {**kept(made), "values": [str(value) for value in fact.among]})
    elif closer := narrowed(made, fact):
        column.generator = closer
    elif _is_ruled(table, column, made):
        return f"{table.key}.{column.name} depends on {', '.join(depends_on(made))}"
    elif made.kind == "normal" and fact.low < fact.high:
        column.generator = Generator("normal", {**kept(made), **marks(fact.low, fact.high)})
    elif worth is not None and is_of_lines(schema, worth, table):
        state_each(schema, worth, drawn(fact, fact))
    else:
        column.generator = Generator("lognormal", {**kept(made), **between(fact.low, fact.high), **step(made, fact)})
    return ""


def _is_ruled(table: TableConfig, column: Column, made: Generator) -> bool:
    """Whether a rule says how the numbers of a list depend on those of a parent."""
    keys = [name.partition(".")[0] for name in depends_on(made)]
    return any(column.name in rule.sql and f"{key}." in rule.sql for rule in table.rules for key in keys)


def _state_middle(schema: SchemaConfig, place: Place, fact: Amount, bounds: Amount | None) -> None:
    """The mean or the median, between bounds where these are stated."""
    table, column = place
    made = _made(table, column)
    free = _is_free(made)
    told = None if free or bounds is None else portion_of(schema, table)
    worth = None if free else worth_of(schema, table, column)
    if told is not None:
        told.generator = portions_of(table, told.generator, drawn(fact, bounds))
    elif worth is not None and fact.statistic == "median":
        state_each(schema, worth, drawn(fact, None))
    elif worth is not None:
        state_mean(schema, worth, fact.low)
    else:
        steps = step(made, fact)
        ends = (bounds.low, bounds.high) if bounds else limits(table, column)
        # Marks of one to five stay marks; a list of prices does not.
        made = spread(made) if made.kind == "choice" and (bounds or None in ends) else made
        within = _natural_ends(made, fact) | {
            name: str(end) for name, end in zip(("low", "high"), ends, strict=True) if end is not None
        }
        top = ceiling(table, column.name)
        within |= {"within": top} if top and "." in top else {}
        column.generator = Generator("fitted", fitted(made, fact) | steps | kept(made) | limits_of(fact) | within)


def _natural_ends(made: Generator, fact: Amount) -> dict[str, Any]:
    """Between which numbers marks lie, whatever their mean: scores of a hundred at the most."""
    ends = {name: made.options[name] for name in ("low", "high") if made.kind == "normal" and name in made.options}
    return (
        ends if len(ends) == len(("low", "high")) and Fraction(ends["low"]) < fact.low < Fraction(ends["high"]) else {}
    )


def _is_of_lines(schema: SchemaConfig, table: TableConfig, column: Column) -> bool:
    return is_of_lines(schema, worth_of(schema, table, column), table)
