"""Countries and currencies of a story, put into a schema: which places and money the rows of its tables have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

from pytest_misata.engine.kinds.places import PLACE_KINDS
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.people.countries import codes, country
from pytest_misata.engine.people.gazetteer import ELSEWHERE, HERE, home_of, members, problem_with
from pytest_misata.errors import StoryError
from pytest_misata.schema import types
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.facts import AnyFact, Currency, Unplaced, Where

WAYS = frozenset({"origin", "destination"})
"""The roles of places that rows come from, or go to."""
_LOCAL = PLACE_KINDS | {"first_name", "last_name", "full_name", "company", "iban", "national_number"}


def place_countries(schema: SchemaConfig, facts: Collection[Where], story: str) -> Iterator[AnyFact]:
    """What each country became. Raises StoryError where those of one table are more than the whole."""
    home = _home(schema, facts)
    if home is not None:
        schema.locale = home
    located: dict[tuple[str, str], list[Where]] = {}
    for fact in facts:
        named = [table for table in schema.tables.values() if fact.table in {None, table.key}]
        tables = [table for table in named if _columns(table, fact.role)]
        if problem_with(fact.country):
            yield Unplaced(fact.start, fact.end, f"no places of {fact.country}; there are {', '.join(codes())}")
        elif not tables and fact.role:
            yield Unplaced(fact.start, fact.end, f"no column of {fact.table} tells {_ENDS[fact.role]} by country")
        elif not tables and home is not None and _tells_a_locale(schema):
            yield fact
        elif not tables:
            yield Unplaced(fact.start, fact.end, f"no column of {fact.table or 'the schema'} tells the country")
        else:
            for table in tables:
                located.setdefault((table.key, fact.role), []).append(fact)
            yield fact
    for (name, role), wheres in located.items():
        table = schema.tables[name]
        weights = _weights(table, [fact for fact in wheres if fact.table] or wheres, story)
        _locate(table, role, weights, home_of(schema.locale))


_COUNTRIES = frozenset({"country", "country_code"})
_ENDS = {"origin": "where they come from", "destination": "where they go"}


def _home(schema: SchemaConfig, facts: Collection[Where]) -> str | None:
    """The locale of the one country in which everything is, where the schema states none of its own."""
    facts = [fact for fact in facts if not fact.role]
    named = {code for fact in facts if not problem_with(fact.country) for code in members(fact.country)}
    if len(named) != 1 or schema.locale != SchemaConfig().locale:
        return None
    return country(named.pop()).locales[0] if all(_is_whole(schema, fact) for fact in facts) else None


def _tells_a_locale(schema: SchemaConfig) -> bool:
    """Whether some column shows the country of a schema without one of the row: names of people and of companies."""
    return any(
        _made(table, column).kind in _LOCAL for table in schema.tables.values() for column in table.columns.values()
    )


def _is_whole(schema: SchemaConfig, fact: Where) -> bool:
    """Whether a fact is about all rows, of all tables or of the main one: then names are those of that country."""
    rows = None if fact.table is None else schema.tables[fact.table].rows
    return fact.share in {None, 1} and fact.rows in {None, rows} and fact.table in {None, schema.main}


def _weights(table: TableConfig, facts: Collection[Where], story: str) -> Mapping[str, str]:
    """The share of the rows of each country, and of all others."""
    shares: dict[str, Fraction] = {}
    for fact in facts:
        whole = Fraction(1) if fact.rows is None or not table.rows else Fraction(fact.rows, table.rows)
        share = whole if fact.share is None else fact.share
        alone = fact.rows is None and fact.share is None
        shares[fact.country] = share if alone else shares.get(fact.country, Fraction(0)) + share
    shares = _around(shares)
    rest = 1 - sum(shares.values())
    if rest < 0:
        quotes = " and ".join(repr(story[fact.start : fact.end]) for fact in facts)
        raise StoryError(f"the story contradicts itself: {quotes} cannot both hold")
    weights = shares | ({ELSEWHERE: Fraction(rest)} if rest else {})
    return {code: str(share) for code, share in weights.items()}


def _around(shares: dict[str, Fraction]) -> dict[str, Fraction]:
    """Shares in which an area that holds the others has what these leave: "across Europe, 30% of them in Germany"."""
    for area, share in shares.items():
        inside = [other for other in shares if other != area and set(members(other)) <= set(members(area))]
        if (
            share == 1
            and len(inside) == len(shares) - 1 > 0
            and (rest := share - sum(shares[one] for one in inside)) >= 0
        ):
            return {**shares, area: rest} if rest else {one: shares[one] for one in inside}
    return shares


def has_places(table: TableConfig, area: str, role: str = "") -> bool:
    """Whether a table has columns that tell places, and for an area within a country its cities or regions."""
    kinds = {_made(table, column).kind for column in _columns(table, role)}
    return bool(kinds & {"city", "region", "region_code"} if "/" in area else kinds)


def _columns(table: TableConfig, role: str = "") -> list[Column]:
    """The columns that tell a place: where the row is, or where it comes from or goes to."""
    made = {column.name: _made(table, column) for column in table.columns.values()}
    places = {name: str(one.options.get("role", "")) for name, one in made.items() if one.kind in PLACE_KINDS}
    return [table.columns[name] for name, own in places.items() if (own if own in WAYS else "") == role]


def _made(table: TableConfig, column: Column) -> Generator:
    if column.generator is None and (table.foreign_key(column.name) or column.type.kind not in {"string", "text"}):
        return Generator("")
    return column.generator or generator_for(table, column)


def _locate(table: TableConfig, role: str, weights: Mapping[str, str], home: str) -> None:
    areas: Any = next(iter(weights)) if len(weights) == 1 else dict(weights)
    for column in _columns(table, role):
        made = _made(table, column)
        if areas == home and made.options.get("country") == HERE:
            # A town of the country that the story names.
            continue
        # A share of the rows counts those that would say nothing.
        told = {"null_rate"} if len(weights) > 1 and made.kind in _COUNTRIES else set()
        kept = {name: option for name, option in made.options.items() if name not in told}
        column.generator = Generator(made.kind, {**kept, "country": areas})


def place_currency(schema: SchemaConfig, facts: Collection[Currency], story: str, *, add: bool) -> Iterator[AnyFact]:
    """What each currency became: the value of all columns that tell one. Raises StoryError where there are several.

    With `add` tables that have prices get such a column where there is none.
    """
    first = next((fact for fact in facts if not fact.implied), next(iter(facts), None))
    for fact in facts:
        if first is not None and fact.code != first.code and fact.implied:
            yield Unplaced(fact.start, fact.end, f"amounts are in {first.code}")
            continue
        if first is not None and fact.code != first.code:
            quotes = " and ".join(repr(story[one.start : one.end]) for one in (first, fact))
            raise StoryError(f"the story contradicts itself: {quotes} cannot both hold")
        columns = [one for table in schema.tables.values() for one in table.columns.values() if _is_currency(one)]
        columns = columns or (list(_added(schema)) if add else [])
        for column in columns:
            column.make("constant", value=fact.code)
        reason = f"no column tells the currency; amounts are numbers, to be read as {fact.code}"
        yield fact if columns else Unplaced(fact.start, fact.end, reason)


def _added(schema: SchemaConfig) -> Iterator[Column]:
    for table in schema.tables.values():
        if not table.fixed and any(column.type == types.MONEY for column in table.columns.values()):
            yield table.columns.setdefault("currency", Column("currency", types.string(3)))


def _is_currency(column: Column) -> bool:
    """Whether a column has codes of currencies; what is copied from another one follows it."""
    named = column.name.lower().removesuffix("_code").endswith("currency") and column.type.kind in {"string", "text"}
    return named and (column.generator is None or column.generator.kind != "copy")
