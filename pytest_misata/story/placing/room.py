"""What a story's numbers leave no room for: 3,000 visits of one member do not all have a time of their own.

Numbers that are stated stand. Where rules that the rows are held against cannot be kept beside them, there are more of
what nobody counted, then those who are few are there from early on; what is left is given up, and named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from functools import partial

from pytest_misata.engine.tables import Tables
from pytest_misata.engine.violations import Violation
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import Fact, ForeignKey, Generator, SchemaConfig, Spread, TableConfig, Turns
from pytest_misata.schema.plan import DEFAULT_ROWS, plan_rows
from pytest_misata.schema.relations import birth_of
from pytest_misata.story.facts import AnyFact, Count, Ratio

_UNUSUAL = Fraction(3, 2)
"""Numbers of children that are so many times what is usual, or that part of it, are looked at."""
_SHORT = 4
"""Data of a time that is so many times shorter than usual is looked at, too."""
_WHOLE = 300_000
"""Rows of all tables up to which every rule is looked at; above it, those of turns and of children alone."""
_MOST = 4_000_000
"""Rows of a table at the most that are looked at: all are made for it."""
_ATTEMPTS = 5
"""How often there are twice as many of what nobody counted, or as many as there usually are."""
_EVENER: dict[str, Spread] = {"heavy": "moderate", "skewed": "moderate", "moderate": "even"}
"""How much less some of those who take turns have than others, where there is no time for more."""
_EARLY = Fraction(1, 20)
"""The part of the history in which those who are few begin."""


_FOLD = re.compile(r"\b(?:sum|count|min|max)\(\s*(\w+)\.", re.IGNORECASE)


class Room:
    """A schema with the numbers of a story, and what it has no room for, as facts that are not understood."""

    def __init__(
        self, story: str, schema: SchemaConfig, usual: SchemaConfig, placed: Sequence[AnyFact], *, told: bool
    ) -> None:
        self._story, self._schema, self._placed = story, schema, placed
        self._usual, self._usual_days = plan_rows(usual, rows=DEFAULT_ROWS), usual.history_days
        self._told = {schema.main} if told else set()
        self._more: dict[str, int] = {}
        self._early: set[str] = set()
        self.facts: list[Fact] = []

    def make(self) -> list[Fact]:
        """What is given up, having made room for all that there may be room for."""
        while self._is_unusual() and (broken := self._broken()):
            mended = [self._mended(one) for one in broken]
            if not any(mended):
                break
        return self.facts

    def _is_unusual(self) -> bool:
        """Whether there are far more rows that take turns in some time, or far more or fewer summed up, than usual."""
        planned, usual = plan_rows(self._schema), self._usual
        if self._is_short() and any(self._bound()):
            return True
        for child, parent, fewer in self._bound():
            one, other = planned[child] * usual.get(parent, 0), usual.get(child, 0) * planned[parent]
            if one > _UNUSUAL * other > 0 or (fewer and other > _UNUSUAL * one > 0):
                return True
        return False

    def _is_short(self) -> bool:
        return self._schema.history_days * _SHORT < self._usual_days

    def _bound(self) -> Iterator[tuple[str, str, bool]]:
        """Children and parents whose numbers some rule binds, and whether there may be too few children, too."""
        for table in self._schema.tables.values():
            keys = {key.columns[0]: key.parent for key in table.foreign_keys}
            yield from ((table.key, parent, False) for parent in keys.values() if table.turns)
            for rule in table.rules:
                yield from ((name, table.key, True) for name in _folds(rule.sql) if name in self._schema.tables)

    def _broken(self) -> list[Violation]:
        """The rules that rows break. What cannot be made at all is told when it is."""
        try:
            tables = Tables(deepcopy(self._schema))
            looked_at = [name for name, rows in tables.counts.items() if rows <= _MOST]
            return tables.crowded(looked_at, whole=sum(tables.counts.values()) <= _WHOLE)
        except MisataError:
            return []

    def _mended(self, broken: Violation) -> bool:
        """Whether something was changed so that a rule may hold, or need not."""
        turns = self._turns_of(broken)
        if turns is None:
            return self._without_rule(broken)
        table, one = turns
        parent = self._schema.tables[table.foreign_key(one.of).parent]  # type: ignore[union-attr]
        keys = list(self._keys_to(table, one.of))
        owned = any(key.owner for key in keys[:1])
        ways = [partial(self._more_of, parent, table), partial(self._all_earlier, table)]
        # In a short time nobody has had much of it who comes in that.
        ways = ways[::-1] if self._is_short() else ways
        # Where they are no owners, who takes turns may have any of the rows: few doctors see all patients.
        ways.insert(len(ways) if owned else 0, partial(_evener, keys))
        return any(way() for way in ways) or self._without_turns(table, one, parent)

    def _keys_to(self, table: TableConfig, column: str) -> Iterator[ForeignKey]:
        """The key that tells whose turn it is, or those by which it follows from the rows above: a patient's doctor."""
        made = table.columns[column].generator
        name, _, rest = str(made.options["of"]).partition(".") if made and made.kind == "copy" else (column, "", "")
        key = table.foreign_key(name)
        if key is not None:
            yield key
            yield from self._keys_to(self._schema.tables[key.parent], rest) if rest else ()

    def _turns_of(self, broken: Violation) -> tuple[TableConfig, Turns] | None:
        """The turns that are taken twice, or by which rows were moved to where they break a rule."""
        table = self._schema.tables[broken.table]
        for one in table.turns:
            if broken.rule in (one.name, one.told):
                return table, one
        if _folds(broken.sql):
            return None
        return next(self._turns_above(table), None)

    def _turns_above(self, table: TableConfig) -> Iterator[tuple[TableConfig, Turns]]:
        """The turns, with moments that keep a distance, of a table and of those that its rows refer to."""
        above = [table, *(self._schema.tables[key.parent] for key in table.foreign_keys)]
        for one in above:
            yield from ((one, turns) for turns in one.turns if _spaced(one, turns.of))

    def _more_of(self, parent: TableConfig, child: TableConfig) -> bool:
        """Twice as many of what the story does not count, but as many as there usually are before there are more."""
        often = self._more.get(parent.key, 0)
        if parent.fixed or parent.key in self._counted() or often >= _ATTEMPTS:
            return False
        self._more[parent.key] = often + 1
        planned, usual = plan_rows(self._schema), self._usual
        enough = Fraction(planned[child.key] * usual[parent.key], usual[child.key] or 1)
        twice, most = planned[parent.key] * 2, -(-enough.numerator // enough.denominator)
        parent.rows = min(twice, most) if planned[parent.key] < most else twice
        return True

    def _counted(self) -> Collection[str | None]:
        told = self._told | {fact.table for fact in self._placed if isinstance(fact, Count)}
        return told | {name for fact in self._placed if isinstance(fact, Ratio) for name in (fact.child, fact.parent)}

    def _all_earlier(self, table: TableConfig) -> bool:
        """Let those of whom rows take turns be there from early on, all others that these refer to, and theirs."""
        above = [self._schema.tables[key.parent] for key in table.foreign_keys if key.parent != table.key]
        changed = [self._earlier(parent) for parent in above] + [
            self._all_earlier(parent) for parent in above if table.owner and parent.key == table.owner.parent
        ]
        return any(changed)

    def _earlier(self, parent: TableConfig) -> bool:
        born = parent.columns.get(birth_of(parent) or "")
        made = born.generator if born else None
        if born is None or made is None or made.kind != "moment" or parent.key in self._early:
            return False
        self._early.add(parent.key)
        options = {name: value for name, value in made.options.items() if name not in {"last_days", "exact"}}
        if "until" in options or options.get("after"):
            return False
        days = round(self._schema.history_days * (1 - _EARLY))
        until = (self._schema.reference_date - dt.timedelta(days=days)).isoformat()
        born.generator = Generator(made.kind, {**options, "until": until})
        return True

    def _without_turns(self, table: TableConfig, turns: Turns, parent: TableConfig) -> bool:
        table.turns = [one for one in table.turns if one is not turns]
        for column in table.columns.values():
            if column.generator is not None and column.generator.options.get("spaced_by") == turns.of:
                options = {name: value for name, value in column.generator.options.items() if "spaced" not in name}
                column.generator = replace(column.generator, options=options)
        several = f"all {_plain(table)} one after another"
        who = f"so few {_plain(parent)} have" if parent.key in self._counted() else "there is"
        why = f"{who} no time for {several}: some are at the same time"
        self._give_up([parent.key, table.key], why)
        return True

    def _without_rule(self, broken: Violation) -> bool:
        table = self._schema.tables[broken.table]
        kept = [rule for rule in table.rules if broken.rule not in (rule.name, rule.sql)]
        if len(kept) == len(table.rules):
            return False
        table.rules = kept
        about = [name for name in _folds(broken.sql) if name in self._schema.tables]
        children = " and ".join(_plain(self._schema.tables[name]) for name in about)
        found = f"have the {children} that they should" if children else "can be as they should in so short a time"
        why = f"not all {_plain(table)} {found} ({_words(broken.rule)})"
        self._give_up([*about, table.key], why)
        return True

    def _give_up(self, about: Sequence[str], why: str) -> None:
        fact = Fact(self._phrase(about), why, understood=False)
        if fact not in self.facts:
            self.facts.append(fact)

    def _phrase(self, about: Sequence[str]) -> str:
        """What the story says of the first of some tables that it says anything of, else all of it."""
        for name in about:
            for fact in self._placed:
                if name in _tables(fact):
                    return self._story[fact.start : fact.end]
        numbers = [fact for fact in self._placed if isinstance(fact, Count | Ratio)]
        return self._story[numbers[0].start : numbers[-1].end] if numbers else self._story


def make_room(
    story: str, schema: SchemaConfig, usual: SchemaConfig, placed: Sequence[AnyFact], *, told: bool
) -> list[Fact]:
    """Change a schema so that its rules can hold beside the numbers of a story; what had to be given up, as facts.

    `usual` is the schema of the domain as it is, and `told` whether the number of main rows was asked for beside it.
    """
    if not any(isinstance(fact, Count | Ratio) for fact in placed):
        return []
    return Room(story, schema, usual, placed, told=told).make()


def _evener(keys: Sequence[ForeignKey]) -> bool:
    """Have parents have more alike numbers of rows than before, if they can."""
    uneven = [key for key in keys if key.spread in _EVENER]
    for key in uneven:
        key.spread = _EVENER[key.spread]
    return bool(uneven)


def _tables(fact: AnyFact) -> tuple[str, ...]:
    if isinstance(fact, Count):
        return (fact.table,)
    return (fact.child, fact.parent) if isinstance(fact, Ratio) else ()


def _spaced(table: TableConfig, by: str) -> bool:
    made = [column.generator for column in table.columns.values() if column.generator is not None]
    return any(one.options.get("spaced_by") == by for one in made)


def _folds(sql: str) -> list[str]:
    """The tables whose rows a rule sums or counts."""
    return list(dict.fromkeys(_FOLD.findall(sql)))


def _plain(table: TableConfig) -> str:
    return _words(table.name)


def _words(name: str) -> str:
    return name.replace("_", " ")
