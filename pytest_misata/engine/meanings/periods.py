"""Rows that stand for periods of a calendar, and columns that tell what the row's date is: `[dates]` in `rows.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.registry import spelled
from pytest_misata.engine.meanings.rows import is_birth, is_tied, spelled_name
from pytest_misata.engine.meanings.stages import END, MOMENTS, NOWHERE, START, stage_of, stage_of_words, words_of_moment
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.uniqueness import carried_by, unique_keys
from pytest_misata.schema.words import is_counting

_NUMBERS, _TEXTS = frozenset({"integer", "numeric"}), frozenset({"string", "text"})
_FINEST = ("week", "month", "quarter", "half", "year")
_NAMED_UNITS = frozenset({"week", "month", "quarter"})
"""Periods that a day is called by that is their first."""
_PERIOD = frozenset({"period", "cycle"})
_SHORTEST = ("day_of_year", "day", "week", "month", "number", "quarter", "half", "year")
_UNITS = {"day_of_year": "day", "number": "month"}
"""The periods that parts of a date tell apart, where they are called otherwise."""
_OF_DAYS = frozenset({"day", "weekday", "day_of_year", "is_weekend", "is_weekday", "is_month_end"})
_LONGEST = {"month": 9, "weekday": 9, "name": 14, "code": 8, "sprint": 12, "year": 4, "quarter": 2, "half": 2}
"""Characters of the longest text of a part."""


def period_of(table: TableConfig, column: Column) -> Generator | None:
    """How a column of a period, or one that tells what the row's date is, is made; None for any other column."""
    told = column.generator is not None or column.generated or column.opaque
    if told or table.foreign_key(column.name) is not None or is_tied(table, column):
        return None
    season = _season(table, column)
    if season is not None:
        return season
    if _is_numbering(table, column):
        return None
    part, among = _part(table, column), periods_in(table)
    own = part or _end_of_period(table, column)
    if among is None and carried_by(table, column) is not None:
        return None
    if own is not None and (among is not None or _unit_named(column) is not None):
        return _period(table, own, among or "")
    main = _main_date(table) if part not in {None, "name", "code", "number"} else None
    if part is None or (main is not None and main.name == column.name):
        return None
    if main is not None and (column.nullable or not main.nullable) and _is_sure(table, part):
        return Generator("date_part", {"of": main.name, "part": part})
    return _period(table, part, "") if part in {*_FINEST, "number"} and _is_periodic(table) else None


def _period(table: TableConfig, part: str, among: str) -> Generator:
    unit = _unit(table)
    told = {"fortnight": "week"}.get(unit, unit) if part == "number" else part
    # Nobody has paid the bill of the last month yet.
    lag = {"lag": 1} if among and _has_sequel(table) else {}
    order = {"ascending": True} if among == "siblings" and is_numbered(table) else {}
    return Generator("period", {"part": told, "unit": unit, **({"among": among} if among else {}), **lag, **order})


def is_numbered(table: TableConfig) -> bool:
    """Whether the rows of one parent are numbered one after another, and so follow each other in time."""
    return any(_is_numbering(table, column) for column in table.columns.values())


def _is_numbering(table: TableConfig, column: Column) -> bool:
    """Whether a number tells the children of one owner apart by itself."""
    counts = column.type.kind == "integer" and column.generator is None and is_counting(column.name)
    return counts and carried_by(table, column) == "siblings" and not _is_beside_year(table, column)


def _is_beside_year(table: TableConfig, column: Column) -> bool:
    keys = [key for key in unique_keys(table) if column.name in key]
    return any(_named_part(table, table.columns[name]) in {"year", "iso_year"} for key in keys for name in key)


def follows_period(table: TableConfig) -> bool:
    """Whether rows are papers about a period, which are written when it is over: bills, statements, payslips."""
    return not {*toml_file("rows.toml")["dates"]["papers"]}.isdisjoint(nouns_of(table.name))


def _has_sequel(table: TableConfig) -> bool:
    """Whether something comes of a period when it is over, as a bill does."""
    moments = [column for column in table.columns.values() if _is_date(column) and column.generator is None]
    free = [column.name for column in moments if _end_of_period(table, column) is None]
    stages = [stage for name in free if (stage := stage_of(name)) is not NOWHERE]
    return follows_period(table) or any(0 < stage.rank <= END for stage in stages)


def periods_in(table: TableConfig) -> str | None:
    """Among which rows each stands for a period of its own: those of the table, or the siblings; None where none do."""
    found = next(iter(_period_keys(table)), None)
    if found is None:
        return _in_series(table)
    owner = table.owner
    return "siblings" if owner is not None and {*owner.telling} <= {*found} else "table"


def _in_series(table: TableConfig) -> str | None:
    """The same for what follows one upon another, as sprints and bills do, where it tells both of its ends."""
    free = [column for column in table.columns.values() if column.generator is None]
    ends = {end: column for column in free if (end := _end_of_period(table, column)) is not None}
    if not _tells_ends(table, {*ends}) or any(carried_by(table, c) for c in table.columns.values() if _is_date(c)):
        return None
    named = table.owner is not None and all(map(_is_of_period, ends.values()))
    if not _is_series(table) and not named:
        return None
    return "siblings" if table.owner is not None else "table"


def _tells_ends(table: TableConfig, ends: set[str | None]) -> bool:
    """Whether rows tell both ends of their periods, or one of those that are numbered."""
    numbered = periodic_noun(table) is not None and not ends.isdisjoint({"start", "end"}) and is_numbered(table)
    return {"start", "end"} <= ends or numbered


def _is_series(table: TableConfig) -> bool:
    """Whether rows follow one upon another by the name of their table."""
    known = toml_file("rows.toml")["dates"]
    return periodic_noun(table) is not None or not {*known["series"], *known["papers"]}.isdisjoint(nouns_of(table.name))


def _is_of_period(column: Column) -> bool:
    """Whether a day is an end of a period that others follow upon, by its name: not of the current one."""
    known, words = toml_file("rows.toml")["dates"], words_of_moment(column.name)
    return not {*words}.isdisjoint(_PERIOD) and {*words} <= {*known["ends"], *known["of_series"]}


def _is_date(column: Column) -> bool:
    return column.type.kind in MOMENTS


def _season(table: TableConfig, column: Column) -> Generator | None:
    """The name of a season or a term, by the day on which it begins."""
    name = column.type.kind in _TEXTS and spelled_name(column.name) in toml_file("rows.toml")["dates"]["parts"]["name"]
    sorts: Mapping[str, str] = toml_file("rows.toml")["dates"]["called"]
    part = next((sorts[noun] for noun in nouns_of(table.name) if noun in sorts), None)
    if not name or part is None or carried_by(table, column) is not None:
        return None
    for other in table.columns.values():
        if _end_of_period(table, other) == "start" and not other.nullable and periods_in(table) is None:
            return Generator("date_part", {"of": other.name, "part": part})
    return None


def ends_of_periods(table: TableConfig) -> dict[str, bool]:
    """The days that are those of the row's period, and whether each is its last."""
    if periods_in(table) is None:
        return {}
    days = [column for column in table.columns.values() if column.type.kind in MOMENTS]
    told = {column.name: _end_of_period(table, column) for column in days if period_of(table, column) is not None}
    return {name: end == "end" for name, end in told.items()}


def _period_keys(table: TableConfig) -> dict[tuple[str, ...], str | None]:
    """The unique keys that tell periods apart, each with the shortest period that it does so for, if any one."""
    foreign = referring(table)
    found: dict[tuple[str, ...], str | None] = {}
    for unique in unique_keys(table):
        own = [table.columns[name] for name in unique if name not in foreign]
        parts = {_part(table, column) or _end_of_period(table, column) for column in own}
        days = [column for column in own if column.type.kind in MOMENTS]
        if not own or None in parts or not any(_tells_period(table, column) for column in table.columns.values()):
            continue
        if len(days) == len(own) and not _is_periodic(table):
            continue
        if not parts.isdisjoint({"start", "end", "pay", "name", "code"}):
            found[unique] = None
        elif "year" in parts and parts <= {*_SHORTEST}:
            found[unique] = next(part for part in _SHORTEST if part in parts)
    return found


def _tells_period(table: TableConfig, column: Column) -> bool:
    return _end_of_period(table, column) is not None or _part(table, column) in {*_FINEST, "number"}


def _is_named_for_period(table: TableConfig) -> bool:
    """Whether rows are months or the like, and are called so, rather than budgets of a month."""
    return periodic_noun(table) is not None and not {*nouns_of(table.name)}.isdisjoint({*_FINEST, "period"})


@lru_cache(maxsize=2)
def _parts(listed: str = "parts") -> Mapping[str, str]:
    """The part that a name tells, of names as words in the singular."""
    parts: Mapping[str, list[str]] = toml_file("rows.toml")["dates"][listed]
    return {" ".join(spelled(words_of(name))): part for part, names in parts.items() for name in names}


def _named_part(table: TableConfig, column: Column, listed: str = "parts") -> str | None:
    name, parts = spelled_name(column.name), _parts(listed)
    part = parts.get(name) or parts.get(_without_table(table, name))
    return None if part == "year" and "season" in words_of(column.name) and _is_episodic(table) else part


def _is_episodic(table: TableConfig) -> bool:
    """Whether seasons are those of a series."""
    names = (table.name, *table.columns, *(key.parent for key in table.foreign_keys))
    return any(
        word in toml_file("rows.toml")["dates"]["episodic"] for name in names for word in spelled(words_of(name))
    )


def _keyed_part(table: TableConfig, column: Column) -> str | None:
    """What part of a year a column tells beside this in a unique key."""
    part = _named_part(table, column, "keyed")
    keys = [unique for unique in unique_keys(table) if column.name in unique] if part is not None else []
    years = [name for key in keys for name in key if _named_part(table, table.columns[name]) == "year"]
    return part if years else None


def _part(table: TableConfig, column: Column) -> str | None:
    """What part of a date a column tells, if its type can."""
    part = _named_part(table, column) or _keyed_part(table, column)
    kind = column.type.kind
    if part is None or (part.startswith("is_")) != (kind == "boolean"):
        return None
    if part == "name" and kind in _TEXTS and periodic_noun(table) == "fortnight" and _in_series(table):
        part = "sprint"
    if part in {"name", "code"}:
        part = part if kind in _TEXTS and _is_named_for_period(table) else None
    fits = kind in _NUMBERS or kind == "boolean" or (kind in _TEXTS and _fits(column, part or ""))
    return part if fits else None


def _fits(column: Column, part: str) -> bool:
    return part in _LONGEST and (column.type.length is None or column.type.length >= _LONGEST[part])


def _without_table(table: TableConfig, name: str) -> str:
    """A name without the noun of its table: `election_year` is the year of an election."""
    words = name.split()
    return " ".join(words[1:]) if len(words) > 1 and words[0] in nouns_of(table.name) else name


def _end_of_period(table: TableConfig, column: Column) -> str | None:
    """Whether a day is the first, the last or the pay day of a period."""
    if column.type.kind not in MOMENTS:
        return None
    known: Mapping[str, Any] = toml_file("rows.toml")["dates"]
    words = words_of_moment(column.name)
    if " ".join(words) in known["pay"]:
        return "pay"
    if _unit_named(column) is not None:
        return "start"
    stage = stage_of_words(words)
    told = not {*words}.isdisjoint(_PERIOD) or {*words} <= {*known["ends"]}
    if words[-1:] == ("at",) or stage is NOWHERE or not told:
        return None
    return {START: "start", END: "end"}.get(stage.rank)


def _unit_named(column: Column) -> str | None:
    """The unit of the period that a day stands for by its name: `month`, `billing_month`."""
    known: Mapping[str, Any] = toml_file("rows.toml")["dates"]
    words = [word for word in words_of(column.name) if word not in {*known["of_series"], "fiscal", "calendar"}]
    return words[0] if column.type.kind in MOMENTS and len(words) == 1 and words[0] in _NAMED_UNITS else None


def periodic_noun(table: TableConfig) -> str | None:
    """The unit of the periods that rows of a table stand for, by its name."""
    units: Mapping[str, str] = toml_file("rows.toml")["dates"]["units"]
    return next((units[noun] for noun in nouns_of(table.name) if noun in units), None)


def _is_periodic(table: TableConfig) -> bool:
    named = any("period" in words_of(name) for name in table.columns)
    units = any(map(_unit_named, table.columns.values()))
    return named or units or periodic_noun(table) is not None or follows_period(table)


def _unit(table: TableConfig) -> str:
    """The shortest period that the columns of a table tell, or that its name does."""
    keys = {part for part in _period_keys(table).values() if part is not None}
    parts = {_part(table, column) for column in table.columns.values()}
    # Keys that tell quarters apart have no months.
    order = _FINEST[:-1] if not keys else (*_FINEST[::-1], "day")
    chosen = {_UNITS.get(part or "", part) for part in keys or parts}
    chosen |= {_unit_named(column) for column in table.columns.values()}
    told = next((part for part in order if part in chosen), None)
    return told or periodic_noun(table) or ("year" if "year" in parts else "month")


def _main_date(table: TableConfig) -> Column | None:
    """The date that other columns of the row tell about: one that is called so, or the only one there is."""
    known: Mapping[str, Any] = toml_file("rows.toml")["dates"]
    found = list(_dates(table))
    for name in known["main"]:
        for column in found:
            if spelled_name(column.name) == name:
                return column
    return found[0] if len(found) == 1 else None


def _dates(table: TableConfig) -> Iterator[Column]:
    aside = {*toml_file("rows.toml")["dates"]["aside"]}
    for column in table.columns.values():
        if column.type.kind in MOMENTS and not is_birth(column) and aside.isdisjoint(words_of(column.name)):
            yield column


def _is_sure(table: TableConfig, part: str) -> bool:
    """Whether a part is about the date of the row: a year alone may be that of a model."""
    parts = {_part(table, column) for column in table.columns.values()} - {None}
    told = part in _OF_DAYS or len(parts) > 1 or _is_periodic(table) or _named_for_table(table)
    return told or (part == "year" and _is_numbered_by_year(table))


def _is_numbered_by_year(table: TableConfig) -> bool:
    """Whether rows have numbers of a year, as the cases of a court."""
    keys = [[table.columns[name] for name in unique] for unique in unique_keys(table)]
    return any(
        any(_named_part(table, column) == "year" for column in key) and any(_is_number(column) for column in key)
        for key in keys
    )


def _is_number(column: Column) -> bool:
    return column.type.kind == "integer" and is_counting(column.name)


def _named_for_table(table: TableConfig) -> bool:
    """Whether a year is named after what the rows are, as that of an election, or is a fiscal one."""
    nouns = {*nouns_of(table.name), "fiscal", "calendar"}
    return any(words_of(name)[-1:] == ("year",) and words_of(name)[0] in nouns for name in table.columns)
