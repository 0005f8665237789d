"""Shapes over time, put into a schema: the calendars of moments, and amounts whose sums by month are stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pytest_misata.engine.calendars import profile
from pytest_misata.engine.meaning import generator_for
from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.english.dates import Span
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.facts import AnyFact, Options, Shape, Unplaced
from pytest_misata.story.placing.dealing import Stated, deal, make_room
from pytest_misata.story.placing.earnings import Earning, earning_of, moment_of
from pytest_misata.story.placing.histories import reach_back
from pytest_misata.story.placing.pacing import cents, monthly_levels, sums_of
from pytest_misata.story.placing.time_shares import portion_in_words, portions_told, unmet
from pytest_misata.story.placing.windows import birth_column, bound, moment_options, reach, spread_over
from pytest_misata.story.placing.worth import release

_MANY = 4
"""Rows a day of which some lie even in a first month in which hardly anybody is there yet."""
_FITTED = ("when", "null_rate", "exact_nulls")


@dataclass(slots=True)
class _Plan:
    """What all shapes together make of one column of moments."""

    table: str
    column: str
    options: dict[str, Any] = field(default_factory=dict)
    span: tuple[dt.date, dt.date] | None = None
    facts: list[Shape] = field(default_factory=list)
    exact: bool = False
    """What it became: dealt out exactly, or followed as far as lives allow."""


def place_shapes(schema: SchemaConfig, facts: Sequence[Shape], story: str, stated: Stated) -> Iterator[AnyFact]:
    """What each shape became, where some shares are stated. Raises StoryError where two shapes contradict."""
    told = list(_tellable(schema, [_dated(schema, fact) for fact in facts]))
    yield from (one for one in told if isinstance(one, Unplaced))
    facts = [one for one in told if isinstance(one, Shape)]
    plans: dict[tuple[str, str], _Plan] = {}
    earned: list[tuple[Shape, Earning]] = []
    for fact in facts:
        if fact.money:
            earning = earning_of(schema, fact.table)
            if isinstance(earning, str):
                yield Unplaced(fact.start, fact.end, earning)
                continue
            earned.append((fact, earning))
            plan = plans.setdefault((earning.dated, earning.born), _Plan(earning.dated, earning.born))
            _add_levels(schema, plan, fact, story)
            continue
        places = _places(schema, fact)
        if not places:
            yield Unplaced(fact.start, fact.end, f"no column of {fact.table or schema.main} tells when rows came to be")
        for place in places:
            _add(plans.setdefault(place, _Plan(*place)), fact, story)
    if any({"season", "events", "portions"} & set(dict(fact.options)) for fact in facts):
        spread_over(schema)
    for plan in plans.values():
        for fact, why in unmet(schema, plan.table, plan.facts, story):
            plan.facts.remove(fact)
            yield Unplaced(fact.start, fact.end, why)
        plan.options |= {"portions": portions_told(schema, plan.table, plan.facts)}
    start = schema.reference_date - dt.timedelta(days=schema.history_days)
    for plan in _parents_first(schema, plans.values()):
        _carry_out(schema, plan, stated, start)
    for fact in facts:
        found = [plan for plan in plans.values() if fact in plan.facts]
        if found and not fact.money:
            columns = tuple((plan.table, plan.column) for plan in found)
            yield replace(fact, became="; ".join(_became(fact, plan) for plan in found), places=columns)
    for fact, earning in earned:
        _state_sums(schema, fact, earning)
        yield replace(
            fact,
            became=_told(schema, fact, earning),
            places=((earning.table, earning.column), (earning.dated, earning.born)),
        )


def _tellable(schema: SchemaConfig, facts: Sequence[Shape]) -> Iterator[Shape | Unplaced]:
    """What is stated of hours only where moments tell these, and once: they are the same hours on all days."""
    for at, fact in enumerate(facts):
        own = dict(fact.options)
        places = _places(schema, fact) if "hours" in own else []
        before = [dict(one.options) for one in facts[:at] if one.table == fact.table]
        if "hours" in own and any(_are_other_hours(own, one) for one in before):
            yield Unplaced(fact.start, fact.end, "the hours are those of all days, and other ones were stated")
        elif places and all(schema.tables[table].columns[name].type.kind == "date" for table, name in places):
            yield Unplaced(fact.start, fact.end, f"{'.'.join(places[0])} tells days, and no hours of them")
            days = tuple(option for option in fact.options if option[0] != "hours")
            yield from [replace(fact, options=days)] if days else []
        else:
            yield fact


def _are_other_hours(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two shapes are of different hours, and one of them of some days: Friday nights, and Sunday mornings."""
    return "hours" in other and one["hours"] != other["hours"] and "weekdays" in {*one, *other}


def _parents_first(schema: SchemaConfig, plans: Iterable[_Plan]) -> list[_Plan]:
    """Plans of tables before those of the tables that belong to them."""

    def depth(plan: _Plan) -> int:
        table, found = schema.tables[plan.table], 0
        while table.owner is not None and table.owner.parent != table.key:
            table, found = schema.tables[table.owner.parent], found + 1
        return found

    return sorted(plans, key=depth)


def _dated(schema: SchemaConfig, fact: Shape) -> Shape:
    """The shape with the days that its span is, as long as today is not moved by others."""
    days = fact.span.days(schema.reference_date, schema.history_days) if fact.span else None
    return replace(fact, span=Span(*days)) if days else fact


# --- which moments ---


def _places(schema: SchemaConfig, fact: Shape) -> list[tuple[str, str]]:
    """The columns a shape is about: of the table it names, else of all that happens, else of the main table."""
    if fact.table is not None:
        found = moment_of(schema, schema.tables[fact.table])
        own = found is not None and (found[1] == fact.table or _is_event(schema.tables[found[1]]))
        return [found[1:]] if found and own else []
    main = schema.main if dict(fact.options).get("growth") and not fact.events else None
    # Days of the week and hours hold for what follows, too: replies come when threads do.
    rhythm = dict(fact.options).keys() <= {"weekdays", "hours"}
    happening = (
        table for table in schema.tables.values() if (_happens(schema, table) if rhythm else _starts(schema, table))
    )
    tables = [schema.tables[main]] if main else list(happening)
    places = [(table.key, born) for table in tables if (born := birth_column(table))]
    if places:
        return places
    every = [(table.key, born) for table in schema.tables.values() if (born := birth_column(table))]
    return every[:1]


def _happens(schema: SchemaConfig, table: TableConfig) -> bool:
    """Whether the rows of a table are what happens, and nothing that is there: a spot on which cars park in turn."""
    if not _is_event(table) or (birth_column(table) == "created_at" and kind_of(table.key) in _THERE):
        return False
    keys = (other.foreign_key(one.of) for other in schema.tables.values() for one in other.turns)
    return table.key not in {key.parent for key in keys if key}


_THERE = frozenset({"thing", "place"})
"""Kinds of nouns whose rows are there once they are created: the bikes of a station."""


def _is_event(table: TableConfig) -> bool:
    """Whether the rows of a table are what happens, rather than who or what is there."""
    if table.owner is None or table.fixed or table.lookup or birth_column(table) is None:
        return False
    kinds = {(column.generator or generator_for(table, column)).kind for column in table.columns.values()}
    return not kinds & _PEOPLE


_PEOPLE = frozenset({"first_name", "last_name", "full_name"})


def _starts(schema: SchemaConfig, table: TableConfig) -> bool:
    """Whether rows of a table are what happens, and do not follow from other such rows."""
    above = table.owner
    while above is not None and above.parent != table.key:
        if _happens(schema, schema.tables[above.parent]):
            return False
        above = schema.tables[above.parent].owner
    return _happens(schema, table)


# --- what they become ---


def _add(plan: _Plan, fact: Shape, story: str) -> None:
    for name, value in fact.options:
        if name == "events":
            plan.options.setdefault("events", []).extend({"on": on, "times": times} for on, times in value)
            continue
        if name == "portions":
            continue
        other = plan.options.setdefault(name, value)
        if name == "weekdays" and isinstance(value, tuple) and other is not value:
            plan.options[name] = _both(other, value)
        elif other != value and fact.vague:
            continue
        elif other != value and _is_vague(plan, name, other):
            plan.options[name] = value
        elif other != value:
            first = next(shape for shape in plan.facts if dict(shape.options).get(name) == other)
            raise _contradiction(story, first, fact)
    plan.span = _days(fact) or plan.span
    plan.facts.append(fact)


def _is_vague(plan: _Plan, name: str, value: Any) -> bool:
    """Whether an option is only what a story says without a figure."""
    return all(fact.vague for fact in plan.facts if dict(fact.options).get(name) == value)


def _both(first: Any, second: Sequence[str]) -> tuple[str, ...]:
    """The weights of days as two phrases have them together: closed on Mondays, busiest on Fridays."""
    weights = first if isinstance(first, tuple) else [str(weight) for weight in profile("weekdays", first, 7) or ()]
    return tuple(str(Fraction(one) * Fraction(other)) for one, other in zip(weights, second, strict=True))


def _add_levels(schema: SchemaConfig, plan: _Plan, fact: Shape, story: str) -> None:
    """Months get rows in proportion to what they are to earn."""
    growth = dict(fact.options).get("growth")
    if fact.levels is not None:
        levels = monthly_levels(schema, fact)
        growth = tuple((name, str(amount)) for name, amount in levels.items())
        first, last = min(levels), max(levels)
        end = dt.date.fromisoformat(f"{last}-01") + dt.timedelta(days=32)
        plan.span = dt.date.fromisoformat(f"{first}-01"), end.replace(day=1)
    other = plan.options.setdefault("growth", growth)
    if other != growth:
        first_fact = next(iter(plan.facts), fact)
        if first_fact is not fact and not first_fact.money:
            plan.options["growth"] = other
            return
        raise _contradiction(story, first_fact, fact)
    plan.facts.append(fact)


def _days(fact: Shape) -> tuple[dt.date, dt.date] | None:
    span = fact.span
    return (span.first, span.end) if span and span.first and span.end else None


def _contradiction(story: str, first: Shape, second: Shape) -> StoryError:
    quotes = " and ".join(repr(story[fact.start : fact.end]) for fact in (first, second))
    return StoryError(f"the story contradicts itself: {quotes} cannot both hold")


def _carry_out(schema: SchemaConfig, plan: _Plan, stated: Stated, start: dt.date) -> None:
    table = schema.tables[plan.table]
    made = table.columns[plan.column].generator or generator_for(table, table.columns[plan.column])
    options = {name: _listed(value) for name, value in plan.options.items() if value or name != "portions"}
    if not options:
        return
    kept = {name: value for name, value in made.options.items() if name not in _replaced(options)}
    table.columns[plan.column].generator = Generator("moment", {**kept, **options})
    if plan.span:
        reach(schema, *plan.span)
        bound(table, plan.column, *plan.span)
    if "portions" in options:
        _lead_up(table, plan.column, options["portions"])
    plan.exact = deal(schema, table, plan.column, stated, start)
    if not plan.exact and any(fact.money for fact in plan.facts):
        table.columns[plan.column].generator = made
        _begin(schema, table, plan.span, dated=any(fact.money and not fact.undated for fact in plan.facts))


def _lead_up(table: TableConfig, column: str, portions: Any) -> None:
    """Have what rows are there before follow the same shares of days: half of the stays that are booked in July."""
    for name in moment_options(table, column).get("before", ()):
        if name in table.columns and moment_options(table, name).get("sequence"):
            days = [one for one in portions if "hours" not in one]
            table.columns[name].generator = Generator("moment", {**moment_options(table, name), "portions": days})


def _begin(schema: SchemaConfig, table: TableConfig, span: tuple[dt.date, dt.date] | None, *, dated: bool) -> None:
    """Let all data lie in the span that amounts are stated for, if no dates are, and there are rows for each month.

    Otherwise it begins earlier, so that there is something in the first month. Who pays comes at a steady pace: of a
    few that come first the sum of a month would be too much.
    """
    made = [column.generator for other in schema.tables.values() for column in other.columns.values()]
    if span is None or any(one and {"since", "until", "exact"} & set(one.options) for one in made):
        return
    if dated and plan_rows(schema)[table.key] < _MANY * (span[1] - span[0]).days:
        make_room(schema, span[0])
    elif dated:
        schema.reference_date = span[1]
        reach_back(schema, (span[1] - span[0]).days)
    above: TableConfig | None = table
    while above is not None:
        born = birth_column(above)
        if born and moment_options(above, born).get("growth") == "growing":
            options = {**moment_options(above, born), "growth": "steady"}
            above.columns[born].generator = Generator("moment", options)
        above = schema.tables[above.owner.parent] if above.owner and above.owner.parent != above.key else None


def _became(fact: Shape, plan: _Plan) -> str:
    days = f", {plan.span[0]} to {plan.span[1] - dt.timedelta(days=1)}" if fact.span and plan.span else ""
    about = "" if plan.exact else ", as far as the lives of its rows allow"
    options = ((name, plan.options[name] if fact.vague else value) for name, value in fact.options)
    return f"{plan.table}.{plan.column}: {_in_words(tuple(options))}{days}{about}"


def _replaced(options: Mapping[str, Any]) -> set[str]:
    """What of the usual calendar gives way: what is stated of all months, or all days, holds in any season and week."""
    if "growth" not in options:
        return set()
    return {"growth", "season", *(["weekdays"] if options["growth"] == "steady" else [])}


def _listed(value: Any) -> Any:
    """Options as a column has them: pairs are mappings, other tuples lists."""
    if isinstance(value, tuple):
        return dict(value) if value and isinstance(value[0], tuple) else list(value)
    return value


def _state_sums(schema: SchemaConfig, fact: Shape, earning: Earning) -> None:
    table = schema.tables[earning.table]
    column = table.columns[earning.taxed[0] if earning.taxed else earning.column]
    made = column.generator or generator_for(table, column)
    kept = {name: value for name, value in made.options.items() if name in _FITTED}
    options = {name: value for name, value in made.options.items() if name not in _FITTED}
    stated: dict[str, Any] = {"of": made.kind, "options": options, "by": earning.by}
    if fact.levels is not None:
        stated["sums"] = {name: str(amount) for name, amount in sums_of(schema, fact).items()}
        stated |= {"where_rows": True} if fact.undated and fact.step else {}
    else:
        stated["growth"] = dict(dict(fact.options)["growth"])
    if earning.quantity:
        stated["quantity"] = earning.quantity
        count = table.columns[earning.quantity]
        usual = count.generator or generator_for(table, count)
        count.generator = Generator("closing", {"of": usual.kind, "options": dict(usual.options), "by": earning.by})
    release(table, table.columns[earning.column])
    table.columns[earning.column].generator = Generator("monthly", {**stated, **kept})
    if earning.taxed:
        net, tax, part = earning.taxed
        release(table, table.columns[net])
        table.columns[net].generator = Generator("share", {"of": earning.column, "rate": str(part)})
        table.columns[tax].generator = Generator("difference", {"of": [earning.column, net]})


# --- in words ---


def _told(schema: SchemaConfig, fact: Shape, earning: Earning) -> str:
    by = f"{earning.dated}.{earning.born}"
    if fact.levels is None:
        return f"{earning.place}: sums by month of {by} {_in_words(fact.options)}"
    return told_of_sums(earning.place, by, monthly_levels(schema, fact), whole=not fact.step)


def told_of_sums(place: str, by: str, levels: Mapping[str, Fraction], *, whole: bool) -> str:
    """What is paid by month, in words: in the first one, and in the last; or in all where it is a `whole`."""
    first, last = min(levels), max(levels)
    if whole:
        return f"{place}: {cents(sum(levels.values(), Fraction(0))):,} in all by {by}, from {first} to {last}"
    return f"{place}: by month of {by} {cents(levels[first]):,} in {first} to {cents(levels[last]):,} in {last}"


def _in_words(options: Options) -> str:
    return ", ".join(_one_in_words(name, value) for name, value in options if value is not None)


def _one_in_words(name: str, value: Any) -> str:
    if name == "growth" and value == "steady":
        return "the same each day"
    if name == "growth":
        said = dict(value)
        if "factor" not in said:
            return f"{min(said)} to {max(said)} as stated"
        factor = Fraction(said["factor"])
        return "the same each month" if factor == 1 else f"times {float(factor):g} every {said['every']}"
    if name == "portions":
        return ", ".join(portion_in_words(*one) for one in value)
    if name == "events":
        return ", ".join(f"times {float(Fraction(times)):g} on {on}" for on, times in value)
    return f"{name} {value if isinstance(value, str) else ' '.join(value)}"
