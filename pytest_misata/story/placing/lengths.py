"""How long something lasts, put into a schema where dates decide it: stays, loans, rentals, trips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.english.lexicon import is_somebody
from pytest_misata.story.english.naming import singular, split_name
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.facts import Amount
from pytest_misata.story.placing.histories import reach_back
from pytest_misata.story.placing.windows import moment_options

_DAY = 86_400
_SECONDS = {
    "seconds": Fraction(1),
    "minutes": Fraction(60),
    "hours": Fraction(3_600),
    "days": Fraction(_DAY),
    "nights": Fraction(_DAY),
    "weeks": Fraction(7 * _DAY),
    "months": Fraction(1461 * _DAY, 48),
}
_SAID = frozenset({"length", "duration", "time", "stay", "visit", "session", "period", "turnaround", "lasting"})
"""What how long something lasts is called, whatever it is."""
_ENDS = frozenset(
    "ended finished closed returned discharged checked check due dropoff completed resolved left until end ends".split()
)
"""How columns of what is over are called."""
_WHOLE = frozenset({"resolved", "completed", "closed"})
"""How columns are called that tell when all was done, counted from the first moment: not from a reply amid it."""
_STEM = 5
_ROOM = Fraction(16, 5)
"""How many times as long as its rows last there is: half of that, as they begin at any time of their stretch."""
_WIDE = 3
"""How many times the mean a row may last at the most."""

Stay = tuple[TableConfig, str, str]
"""A table, and the columns since when and until when its rows last."""


def seconds_of(unit: str) -> Fraction | None:
    """How many seconds a unit of time has; None of any other unit."""
    found = unit_of(unit)
    if found is None:
        return None
    return _SECONDS.get(found.suffix)


def stay_of(schema: SchemaConfig, fact: Amount) -> Stay | None:
    """The columns between which lies what a mean or a median length is said of: of its table, or of somebody's rows."""
    if fact.statistic == "bounds" or not fact.unit or seconds_of(fact.unit) is None or fact.where not in schema.tables:
        return None
    tables = [schema.tables[str(fact.where)]]
    if is_somebody(str(fact.where)):
        tables += [one for one in schema.tables.values() if any(key.parent == fact.where for key in one.foreign_keys)]
    found = (stay for table in tables for stay in _stays(table) if _is_said(fact, *stay) and _is_told(fact, *stay))
    return next(found, None)


def _is_told(fact: Amount, table: TableConfig, start: str, end: str) -> bool:
    """Whether columns tell lengths of such a unit: dates tell no hours, which are those of some work."""
    timed = all(table.columns[name].type.kind == "datetime" for name in (start, end))
    return timed or (seconds_of(fact.unit) or 0) >= _DAY


def _stays(table: TableConfig) -> Iterator[Stay]:
    """From when to when rows of a table last: as what counts the days has it, what comes after, or taking turns."""
    for name in table.columns:
        after = moment_options(table, name).get("after", ())
        own = len(after) == 1 and after[0] in table.columns and _ENDS & set(split_name(name))
        if own and not (_WHOLE & set(split_name(name)) and moment_options(table, after[0]).get("after")):
            yield table, after[0], name
    yield from _turns(table)
    for name, column in table.columns.items():
        made = _made(table, name)
        if made.kind == "difference" and column.type.kind == "integer":
            end, *others = made.options["of"]
            if len(others) == 1 and {end, *others} <= set(table.columns) and moment_options(table, end):
                yield table, others[0], end


def _turns(table: TableConfig) -> Iterator[Stay]:
    for turn in table.turns:
        if len(turn.begin) == 1 and turn.end and moment_options(table, turn.end):
            yield table, turn.begin[0], turn.end


def _is_said(fact: Amount, table: TableConfig, start: str, end: str) -> bool:
    """Whether the words of an amount are those of a stay: not those of how long it took somebody to answer."""
    said = {singular(word) for word in fact.noun} - _SAID - set(split_name(singular(table.key)))
    stems = {word[:_STEM] for word in (*split_name(start), *split_name(end)) if len(word) >= _STEM}
    here = table.key == fact.where or bool(fact.noun) or (table, start, end) in list(_turns(table))
    return here and all(word[:_STEM] in stems or _is_named(fact, word) for word in said)


def _is_named(fact: Amount, word: str) -> bool:
    return word in split_name(singular(str(fact.where)))


def state_length(schema: SchemaConfig, table: TableConfig, end: str, fact: Amount) -> str:
    """Have rows last as stated; why not, where they cannot."""
    stay = stay_of(schema, fact)
    unit = seconds_of(fact.unit)
    assert stay is not None
    assert unit is not None
    start, days = stay[1], fact.low * unit / _DAY
    options = moment_options(table, end)
    if options.get("until_next") and not _room_for(schema, table, start, days):
        return f"{table.key} follow one another, and have no time for so long ones"
    column = table.columns[end]
    step = {} if column.type.kind == "date" else {"step": int(unit) if unit < _DAY and fact.low * 2 >= 1 else 60}
    lasts = {"since": start, fact.statistic: str(fact.low), "seconds": str(unit), **(step if _counted(table) else {})}
    # What else rows are over by, such as the day on which they are due, does not move.
    fixed = any("after" in case for case in options.get("cases", ()))
    widest = dict(options) if fixed else _widened(options, days)
    if "within_days" in widest and Fraction(str(widest["within_days"])) < days:
        return f"{table.key} are over by {end} at the latest {widest['within_days']} days after {start}"
    _keep_apart(table, start, widest)
    column.generator = Generator("moment", {**widest, "lasts": lasts})
    return ""


def _counted(table: TableConfig) -> bool:
    """Whether a column counts how long rows last in whole units."""
    return any(_made(table, name).kind == "elapsed" for name in table.columns)


def _widened(options: Mapping[str, Any], days: Fraction) -> dict[str, Any]:
    """The options of an end that leave rows time to last longer, and to be over sooner."""
    within = Fraction(str(options.get("within_days", days)))
    factor = max(days * _WIDE / within, Fraction(1)) if within else Fraction(1)
    found = {**options, **_scaled(options, days, factor)}
    if "cases" in options:
        cases = options["cases"]
        found["cases"] = [case if "kind" in case else {**case, **_scaled(case, days, factor)} for case in cases]
    return found


def _scaled(options: Mapping[str, Any], days: Fraction, factor: Fraction) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "within_days" in options and not isinstance(options["within_days"], Mapping):
        within = Fraction(str(options["within_days"])) * factor
        found["within_days"] = str(within) if days < 1 else ceil(within)
    if "minimum_days" in options and not isinstance(options["minimum_days"], Mapping):
        least = min(Fraction(str(options["minimum_days"])), days / 2)
        found["minimum_days"] = str(least) if days < 1 else max(floor(least), min(1, options["minimum_days"]))
    return found


def _keep_apart(table: TableConfig, start: str, options: Mapping[str, Any]) -> None:
    """Have those that are kept apart stay so, however long they last."""
    for name in table.columns:
        own = moment_options(table, name)
        minutes = own.get("spaced_minutes")
        within = [
            Fraction(str(one["within_days"])) for one in (options, *options.get("cases", ())) if "within_days" in one
        ]
        if isinstance(minutes, int) and minutes and within:
            most = ceil(max(within) * 24 * 60) + minutes // 4
            table.columns[name].generator = Generator("moment", {**own, "spaced_minutes": max(minutes, most)})


def _room_for(schema: SchemaConfig, table: TableConfig, start: str, days: Fraction) -> bool:
    """Give rows that follow one another time for as long as they last; False where the data has none."""
    options, owner = moment_options(table, start), table.owner
    if owner is None or not options.get("sequence"):
        return True
    planned = plan_rows(schema)
    each = Fraction(planned[table.key], max(planned[owner.parent], 1))
    need = ceil(each * days * _ROOM)
    if isinstance(options.get("last_days"), int):
        longer = {**options, "last_days": max(need, options["last_days"])}
        table.columns[start].generator = Generator("moment", longer)
    reach_back(schema, max(schema.history_days, need + _BEFORE))
    return need < _LONGEST


_BEFORE, _LONGEST = 90, 3_650
"""How long before the first row there is what comes before it, and how long data reaches back at the most, in days."""


def _made(table: TableConfig, name: str) -> Generator:
    return table.columns[name].generator or generator_for(table, table.columns[name])
