"""A story beside a schema that is there: its numbers land on the tables and columns that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Column, Fact, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import DEFAULT_TABLE_ROWS
from pytest_misata.schema.relations import complete, completed
from pytest_misata.story.domain import Phrase
from pytest_misata.story.english.naming import runs
from pytest_misata.story.english.tokens import Token, spoken, tokenize
from pytest_misata.story.english.words import length_of_match
from pytest_misata.story.facts import AnyFact, Count, Currency, Rate, Ratio
from pytest_misata.story.grammar.leftovers import leftovers, listing
from pytest_misata.story.grammar.reading import read_facts
from pytest_misata.story.grammar.vocabulary import Vocabulary, main_of_domain, vocabulary_of
from pytest_misata.story.paths import bridges, keys_to, path_up
from pytest_misata.story.placing.apply import Application
from pytest_misata.story.placing.locating import place_currency
from pytest_misata.story.reader import check_rows, check_story, facts_of, overruled, refuse_missed, warn_of

_ROOTS_PER_ROW = Fraction(1, 10)
"""Rows of a table without parents that the story does not name, for each row of the story's main table: above the
default of such tables, since a catalogue grows more slowly than what is sold from it."""
_FEWEST = 20
"""Rows of such a table where the main one is small: enough for children to have different parents."""
_NAMED = 3
"""How many of the tables that words could mean besides are named."""
_CHOICE = 4
"""How many times as many rows there are to choose from as a row is to be joined to."""


def apply_story(schema: SchemaConfig, story: str, *, rows: int | None = None, strict: bool = False) -> SchemaConfig:
    """A copy of the schema that follows a story: counts, ratios and shares land on the tables and columns they name.

    `rows` sizes the story's main table, the first that it counts, where the story has no number for it. `facts` of the
    result tells what every phrase became; for those that were not understood StoryWarning is given, or with `strict`
    StoryError raised. Raises StoryError where the story is empty, names nothing of the schema, or contradicts itself.
    """
    check_story(story, f"The schema has {_to_name([table.name for table in schema.tables.values()])}")
    check_rows(rows)
    result, tokens = completed(schema), tokenize(story)
    vocabulary = vocabulary_of(result, story, tokens)
    facts = _read(story, tokens, vocabulary)
    result.story, result.main = story, _main(facts) or result.main or main_of_domain(result, tokens)
    application = SchemaApplication(story, result)
    placed = application.apply(facts, rows=rows)
    complete(result)
    told = [*facts_of(story, placed), *_unsure(story, tokens, facts, vocabulary)]
    result.facts = [*told, *overruled(result, rows)]
    if strict:
        refuse_missed(told)
    _scale_roots(result, application.needed)
    warn_of(result, stacklevel=4)
    return result


def _read(story: str, tokens: list[Token], vocabulary: Vocabulary) -> list[AnyFact]:
    found, taken = read_facts(tokens, vocabulary)
    facts = sorted([*found, *leftovers(tokens, taken, vocabulary)], key=lambda fact: fact.start)
    if not vocabulary.says_something and not any(isinstance(fact, Rate | Count) for fact in facts):
        names = _to_name(list(vocabulary.names))
        raise StoryError(f"nothing in {story!r} names a table or a value of the schema. It has {names}")
    return facts


def _to_name(tables: Sequence[str]) -> str:
    """The tables that a story could name, and how."""
    return f"{listing(tables)}: say for example '500 {tables[0]}'"


def _main(facts: Sequence[AnyFact]) -> str | None:
    """The table that the story is about: the first it counts, or has children of, or tells a share of."""
    counts = [fact for fact in facts if isinstance(fact, Count) and fact.rows]
    if counts:
        return next((fact.table for fact in counts if fact.rows > 1), counts[0].table)
    ratio = next((fact for fact in facts if isinstance(fact, Ratio)), None)
    rate = next((fact for fact in facts if isinstance(fact, Rate)), None)
    return ratio.parent if ratio else rate.hook.table if rate else None


def _unsure(story: str, tokens: list[Token], facts: Sequence[AnyFact], vocabulary: Vocabulary) -> list[Fact]:
    """The words of facts that name several tables, each once, with the one that was taken."""
    found: dict[Phrase, Fact] = {}
    at = 0
    while at < len(tokens):
        run, end = _named(tokens, at, vocabulary)
        counted = any(fact.start <= tokens[at].start < fact.end for fact in facts if isinstance(fact, Count | Ratio))
        if run in vocabulary.unsure and counted:
            which = vocabulary.unsure[run]
            meaning = f"{which.table} is taken: say the name of the one that is meant"
            others = " or ".join([which.table, *which.others[:_NAMED]])
            phrase = story[tokens[at].start : tokens[end - 1].end]
            found.setdefault(run, Fact(phrase, f"could be {others}; {meaning}", understood=False))
        at = max(end, at + 1)
    return list(found.values())


def _named(tokens: list[Token], at: int, vocabulary: Vocabulary) -> tuple[Phrase, int]:
    """The longest run of words here that names a table, and the token after it."""
    texts, ends = spoken(tokens, at)
    names = [name for names in vocabulary.names.values() for name in names]
    run = next((run for run in runs(texts) if any(length_of_match(run, name) == len(run) for name in names)), ())
    return run, ends[len(run) - 1] if run else at


def _scale_roots(schema: SchemaConfig, needed: Mapping[str, int]) -> None:
    """Let tables that nothing else sizes follow the main one: fewer rows where it is small, more where it is large."""
    main = schema.tables.get(schema.main or "")
    if main is None or not main.rows:
        # Without a number for it the main table is sized like any other.
        schema.main = None
        return
    extended = {key.parent for table in schema.tables.values() for key in table.foreign_keys if key.inherits}
    wanted = min(max(main.rows, _FEWEST), max(DEFAULT_TABLE_ROWS, int(main.rows * _ROOTS_PER_ROW)))
    for table in schema.tables.values():
        free = table.rows is None and table.owner is None and table.scale is None and not table.lookup
        if free and table.key not in {main.key, *extended}:
            table.scale = (main.key, Fraction(max(wanted, needed.get(table.key, 0)), main.rows))


class SchemaApplication(Application):
    """Puts facts into a schema that somebody else made: keys and columns are first made to follow them."""

    def __init__(self, story: str, schema: SchemaConfig) -> None:
        super().__init__(story, schema)
        self.needed: dict[str, int] = {}
        """Rows that tables need at the least, so that what is joined to them has a choice."""

    def _adopted(self, ratio: Ratio) -> Ratio:
        """The ratio, with the keys between its tables deciding how many rows there are.

        Where rows of both tables are joined by those of a third, the ratio is about that: "2 tags per post".
        """
        child, parent = self.schema.tables[ratio.child], ratio.parent
        direct = keys_to(child, parent)
        if direct:
            self._own(child, direct[0])
        elif not self._keys_between(ratio):
            bridge = next(iter(bridges(self.schema, ratio.child, parent)), None)
            if bridge is not None:
                self._own(bridge, keys_to(bridge, parent)[0])
                self.needed[ratio.child] = ceil(ratio.number * _CHOICE)
                return replace(ratio, child=bridge.key)
            for table, key in path_up(self.schema, ratio.child, parent):
                self._own(table, key)
        return ratio

    def _currency(self, facts: list[Currency]) -> Iterable[AnyFact]:
        return place_currency(self.schema, facts, self.story, add=False)

    def _denominate(self, facts: list[Currency]) -> None:
        """Amounts of somebody else's tables stay as they are."""

    def _own(self, table: TableConfig, key: ForeignKey) -> None:
        """Let a key decide the size of its table."""
        for other in table.foreign_keys:
            if other.owner and other is not key:
                other.owner, other.per_parent, other.minimum = False, None, 0
        key.owner, key.null_rate, table.guessed = True, Fraction(0), False
        key.per_parent = key.per_parent or Fraction(1)

    def _rates(self, rates: list[Rate]) -> None:
        fitting = [rate for rate in rates if self._lists(rate)]
        super()._rates(fitting)
        for rate in fitting:
            table = self.schema.tables[rate.hook.table]
            self._fill_lookup(table, table.columns[rate.hook.column], rate)

    def _lists(self, rate: Rate) -> bool:
        """Whether the table that a rate's values are the rows of can have just those."""
        lookup, made = rate.hook.lookup, rate.hook.generator
        if lookup is None or made is None:
            return True
        table, values = self.schema.tables[lookup.table], made.options["values"]
        length = table.columns[lookup.label].type.length or 255
        if table.rows in {None, len(values)} and max(len(str(value)) for value in values) <= length:
            return True
        self._unplaced(rate, f"{lookup.table} cannot have just the rows {', '.join(map(str, values))}")
        return False

    def _fill_lookup(self, table: TableConfig, column: Column, rate: Rate) -> None:
        """The rows of a lookup table are the values of the key that points there, which is made of their keys."""
        lookup, made = rate.hook.lookup, column.generator
        key = next(key for key in table.foreign_keys if column.name in key.columns) if lookup else None
        if lookup is None or key is None or made is None or self.schema.tables[lookup.table].fixed:
            return
        parent, labels = self.schema.tables[lookup.table], list(made.options["values"])
        parent.rows, parent.fixed = len(labels), True
        parent.columns[lookup.label].make("listed", values=labels)
        if lookup.label not in key.parent_columns:
            parent.columns[key.parent_columns[0]].make("serial")
            numbers = list(range(1, len(labels) + 1))
            column.generator = Generator("choice", {**made.options, "values": numbers})
        key.owner, key.per_parent, key.minimum, key.null_rate = False, None, 0, Fraction(0)
