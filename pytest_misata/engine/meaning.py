"""What a column means, from its name, type and table, where the schema does not say how to make it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_misata.engine.meanings import distinct, fitting, lives, rows
from pytest_misata.engine.meanings.bounds import bounded
from pytest_misata.engine.meanings.clocks import end_by_clock
from pytest_misata.engine.meanings.distinct import ROOMY
from pytest_misata.engine.meanings.events import event_of
from pytest_misata.engine.meanings.files import endings_for, type_of_file
from pytest_misata.engine.meanings.houses import street_alone
from pytest_misata.engine.meanings.late import late_fee
from pytest_misata.engine.meanings.lengths import length_of
from pytest_misata.engine.meanings.listed_by import listed_by
from pytest_misata.engine.meanings.lookup import NUMBERS, TEXTS, made_by, meaning_of
from pytest_misata.engine.meanings.names import nouns_of
from pytest_misata.engine.meanings.naming import anything, named
from pytest_misata.engine.meanings.paid import paid_amount
from pytest_misata.engine.meanings.periods import period_of
from pytest_misata.engine.meanings.registry import Found, Meaning
from pytest_misata.engine.meanings.seats import place_in_row
from pytest_misata.engine.meanings.settled import settled
from pytest_misata.engine.meanings.stages import MOMENTS, stage_of
from pytest_misata.engine.meanings.states import told_of_state
from pytest_misata.engine.meanings.trees import place_in_tree
from pytest_misata.engine.meanings.years import year_of
from pytest_misata.engine.texts.terms import RESERVE, terms
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.uniqueness import Scope, carried_by, may_be_null

EACH_ONCE = "each name once"
"""Begins the role of people of whom no two have the same name."""
SELDOM = Fraction(1, 10)
"""The share of NULLs in columns that may be empty and of which nothing else is known."""

_UNIQUE = Fraction(1, 50)
_USUAL = {
    kind: Fraction(share, 100)
    for kind, share in {
        "term": 3,
        "choice": 4,
        "lognormal": 5,
        "flag": 5,
        "full_name": 3,
        "code": 5,
        "position": 0,
    }.items()
}
"""The same by kind."""

_WITH_ROLE = frozenset(
    "first_name last_name full_name title gender email username city region region_code postcode street country "
    "country_code currency time_zone locale language phone latitude longitude".split()
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a column is taken for: the name of the meaning, and the generator it is made by."""

    name: str
    generator: Generator
    seldom: Fraction | None = None


def generator_for(table: TableConfig, column: Column) -> Generator:
    """The generator of a column that has none of its own."""
    taken = taken_for(table, column)
    share = _null_rate(table, column, taken)
    if not share or "null_rate" in taken.generator.options:
        return taken.generator
    event = event_of(table, column)
    if event is not None and carried_by(table, column) is None:
        return Generator(taken.generator.kind, {**taken.generator.options, "there_with": event})
    state = told_of_state(table, column)
    if state is not None and carried_by(table, column) is None:
        return Generator(taken.generator.kind, {**taken.generator.options, "when": state})
    return Generator(taken.generator.kind, {**taken.generator.options, "null_rate": str(share)})


def describe(table: TableConfig, column: Column) -> str:
    """What a column is taken for, in a word or two: `email`, `status: choice`."""
    if column.generator is not None:
        return column.generator.kind
    if table.foreign_key(column.name) is not None or column.generated:
        return ""
    taken = taken_for(table, column)
    plain = taken.name in {taken.generator.kind, "number", "text"}
    return taken.generator.kind if plain else f"{taken.name}: {taken.generator.kind}"


def taken_for(table: TableConfig, column: Column) -> Taken:
    """The meaning of a column, and its generator without regard to NULLs."""
    period = period_of(table, column)
    if period is not None:
        return Taken("period", period, Fraction(0))
    tree = place_in_tree(table, column)
    if tree is not None:
        return Taken("place in the tree", tree, Fraction(0))
    seat = place_in_row(table, column)
    if seat is not None:
        return Taken("place in a row", seat, Fraction(0))
    if column.told is not None and column.told.kind == "keyed_number":
        return Taken("key", column.told, Fraction(0))
    scope = _scope(table, column)
    found = _with_role(table, column, meaning_of(table, column))
    if scope is not None:
        unique = distinct.distinct(column, scope, found.meaning, found.meaning.generator)
        unique = _in_its_time(table, column, _slug(table, column, unique, scope), scope)
        return Taken(found.meaning.name, unique, found.meaning.seldom)
    return with_default(column, _in_row(table, column, found))


def generator_inside(table: TableConfig, column: Column, *, role: str = "") -> Generator:
    """The generator of a value inside another one: a field of an object, an element of an array."""
    usual = meaning_of(table, column).meaning.generator
    if usual.kind == "slug":
        usual = Generator("term", {"of": "article", "form": "slug"})
    if role and usual.kind in _WITH_ROLE:
        return Generator(usual.kind, {**usual.options, "role": role})
    return usual


def with_default(column: Column, taken: Taken) -> Taken:
    """What the column is taken for, and in half of the rows the word that it defaults to, where that is no other."""
    default = column.default or column.server_default
    word, options = default.value if default is not None else None, taken.generator.options
    words = options.get("values")
    if taken.generator.kind != "choice" or not isinstance(words, list | tuple) or options.get("distinct"):
        return taken
    if column.type.values or not isinstance(word, str) or not word or word in words:
        return taken
    weights = list(options.get("weights") or [1] * len(words))
    own = {"values": [word, *words], "weights": [sum(map(Fraction, map(str, weights))), *weights]}
    return replace(taken, generator=Generator("choice", {**options, **own}))


def distinct_generator(column: Column) -> Generator:
    """The generator of values of the column's type that differ from row to row."""
    alone = TableConfig("", {column.name: column})
    found = meaning_of(alone, column).meaning
    return distinct.distinct(column, "table", found, found.generator)


def _scope(table: TableConfig, column: Column) -> Scope | None:
    """How far values have to differ: also where a unique slug is made from them."""
    scope = carried_by(table, column)
    if scope is not None:
        return scope
    if column.type.kind in TEXTS and not column.type.values and not column.nullable:
        for slug in rows.slugs_of(table, column):
            return carried_by(table, slug)
    return None


def _in_row(table: TableConfig, column: Column, found: Found) -> Taken:
    """The meaning, with what the column has to do with the others of its row."""
    meaning, usual = found.meaning, found.meaning.generator
    if column.told is not None and not rows.is_tied(table, column):
        return Taken(column.told.kind, column.told, meaning.seldom)
    if column.type.kind in MOMENTS and usual.kind == "moment":
        moment, seldom = lives.moment(table, column)
        return Taken("moment", moment, seldom)
    year = year_of(table, column)
    if year is not None:
        return Taken("year", *year)
    total = paid_amount(table, column) or rows.arithmetic(table, column)
    if total is not None:
        return Taken("total", total, meaning.seldom)
    endings = endings_for(table, column) if usual.kind == "term" else []
    if endings:
        return Taken(meaning.name, Generator("term", {**usual.options, "endings": endings}), meaning.seldom)
    followed = (
        _followed(table, column, meaning) or listed_by(table, column, usual) or street_alone(table, column, usual)
    )
    if followed is not None:
        return Taken(meaning.name, followed, meaning.seldom)
    if usual.kind == "slug":
        return Taken(meaning.name, _slug(table, column, usual, None), meaning.seldom)
    if usual.kind == "stamp":
        stage = stage_of(column.name).rank // 10
        return Taken(meaning.name, Generator("stamp", {**usual.options, "stage": stage}), meaning.seldom)
    return Taken(meaning.name, usual, meaning.seldom)


def _followed(table: TableConfig, column: Column, meaning: Meaning) -> Generator | None:
    """What follows from another column of the row."""
    if meaning.name == "age":
        return rows.age(table, column)
    opinion = rows.opinion(table, column, meaning.generator, meaning.name)
    digits = rows.last_digits(table, column, meaning.name)
    length = length_of(table, column) or late_fee(table, column) or end_by_clock(table, column, meaning.name)
    state = settled(table, column, meaning.generator)
    return opinion or digits or type_of_file(table, column) or length or state or bounded(table, column)


def _with_role(table: TableConfig, column: Column, found: Found) -> Found:
    """The meaning, with whose name or address it is."""
    usual = found.meaning.generator
    if usual.kind not in _WITH_ROLE:
        return found
    role = _role(table, column, found)
    if rows.is_personal(usual.kind) and _is_once(table, role):
        role = f"{EACH_ONCE}{role}"
    if not role:
        return found
    return Found(made_by(found.meaning, Generator(usual.kind, {**usual.options, "role": role})), found.rest)


def _role(table: TableConfig, column: Column, found: Found) -> str:
    if not found.rest:
        return ""
    return rows.role_of(table, column, found.meaning.generator.kind, found.rest, _kinds(table))


def _is_once(table: TableConfig, role: str) -> bool:
    """Whether the full names of people of a role have to differ."""
    for column in table.columns.values():
        if column.generator is None and column.type.kind in TEXTS and carried_by(table, column) is not None:
            found = meaning_of(table, column)
            roomy = (column.type.length or ROOMY) >= ROOMY
            if found.meaning.generator.kind == "full_name" and roomy and _role(table, column, found) == role:
                return True
    return False


def _kinds(table: TableConfig) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The kinds of the texts of a table that are made by their meaning, with what their names leave over."""
    for column in table.columns.values():
        if column.generator is None and column.type.kind in TEXTS | NUMBERS:
            found = meaning_of(table, column)
            yield found.meaning.generator.kind, found.rest


def _in_its_time(table: TableConfig, column: Column, unique: Generator, scope: Scope) -> Generator:
    """A moment that differs among siblings, in the time of what they belong to as any other is."""
    if unique.kind != "moment" or scope != "siblings" or rows.is_tied(table, column):
        return unique
    beside = lives.beside_others(table, column, lives.stage_in(table, column.name))
    return Generator("moment", {**unique.options, **beside})


def _slug(table: TableConfig, column: Column, usual: Generator, scope: Scope | None) -> Generator:
    """A slug of the row's title, or of some other name where the row has none."""
    if usual.kind != "slug":
        return usual
    source = None if rows.is_tied(table, column) else rows.slug_source(table, column)
    if source is None:
        return _slug_of_its_own(table, column, scope)
    if scope is None or _tells_apart(table, source, column):
        return Generator("slug", {"of": source.name})
    return Generator("slug", {"of": source.name, "numbered": True})


def _slug_of_its_own(table: TableConfig, column: Column, scope: Scope | None) -> Generator:
    nouns = nouns_of(table.name)
    name = named(nouns) or anything(nouns[0] if nouns else "item")
    term = name if name.kind == "term" else anything("item")
    options = {**term.options, "form": "slug"}
    if scope is None:
        return fitting.fit(Generator("term", options), column.type) or fitting.short_text(column.type)
    unique = distinct.distinct_text(column.type, scope, Meaning("slug", term), term)
    if unique.kind != "term":
        return unique
    return Generator("term", {**unique.options, "form": "slug"})


def _tells_apart(table: TableConfig, source: Column, slug: Column) -> bool:
    """Whether the slugs of a column differ as its texts do: names from a list, all of which fit."""
    if source.generator is not None or _scope(table, source) != carried_by(table, slug):
        return False
    made = taken_for(table, source).generator
    if made.kind != "term" or not made.options.get("unique"):
        return False
    longest = max(len(text) for text in terms(made.options["of"], made.options.get("noun")))
    return slug.type.length is None or longest + RESERVE <= slug.type.length


def _null_rate(table: TableConfig, column: Column, taken: Taken) -> Fraction:
    """The share of NULLs: none where the column has a default, or is told to be there by a key."""
    filled = column.default or column.server_default or column.identity or column.autoincrement or column.sequence
    if not may_be_null(table, column) or filled or column.generated:
        return Fraction(0)
    if taken.generator.kind == "constant":
        return Fraction(0)
    if carried_by(table, column) is not None:
        return min(_UNIQUE, _UNIQUE if taken.seldom is None else taken.seldom)
    return _USUAL.get(taken.generator.kind, SELDOM) if taken.seldom is None else taken.seldom
