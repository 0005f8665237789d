"""How many rows there are for each row of another table, put into a schema: in the keys from children to parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import prod

from pytest_misata.errors import StoryError
from pytest_misata.schema import types
from pytest_misata.schema.config import Column, ForeignKey, Generator, TableConfig
from pytest_misata.story.facts import Ratio
from pytest_misata.story.owning import is_of_siblings
from pytest_misata.story.paths import bridges
from pytest_misata.story.placing.placement import Placing

_MOST_DEALT = 1000
"""Rows at the most that others are dealt out to one by one."""


def _take_turns(table: TableConfig, key: str, rows: int, times: int) -> str:
    """Let the rows of an owner have each row of another table so often; the column that numbers those of a pair."""
    table.columns[key].generator = Generator("turn", {"size": rows, "times": times})
    name = "number" if "number" not in table.columns else "repetition"
    table.columns[name] = Column(name, types.INTEGER, generator=Generator("turn", {"size": times}))
    return name


def _told_first(keys: list[ForeignKey]) -> list[ForeignKey]:
    """The keys between a child and its parent, first the one that a ratio of them tells.

    What part of a table is of a class stays as it is: a ratio of the class tells how many there are of all classes.
    """
    return sorted(keys, key=lambda key: key.inherits)


class RatioPlacing(Placing):
    """Puts ratios into a schema."""

    def _crossed(self, ratios: Iterable[Ratio]) -> Iterator[Ratio]:
        """The ratios, of which those for each row of two tables are for each of one, once with each of the other."""
        for ratio in ratios:
            if ratio.across is None:
                yield ratio
                continue
            table, rows = self.schema.tables[ratio.child], self.schema.tables[ratio.across].rows
            pair = [self._key_to(table, name) for name in (ratio.parent, ratio.across)]
            times = int(ratio.number)
            if times != ratio.number or not times or ratio.bounds or rows is None or not all(pair):
                self._unplaced(
                    ratio, f"how many {ratio.child} there are for each of so many {ratio.across} is not told"
                )
                continue
            columns = [key.columns[0] for key in pair if key]
            if times > 1:
                columns.append(_take_turns(table, columns[1], rows, times))
            table.uniques = [*table.uniques, tuple(columns)]
            yield replace(ratio, number=Fraction(rows * times), each=True, times=times)

    def _key_to(self, table: TableConfig, parent: str) -> ForeignKey | None:
        return next((key for key in table.foreign_keys if key.parent == parent), None)

    def _adopted(self, ratio: Ratio) -> Ratio:
        """The ratio, as one of tables of which one belongs to the other; a domain's keys can follow it as they are.

        Where rows of both are joined by those of a third it is about that: "10 candidates per job" are applications.
        """
        lent = ratio.done and any(bridges(self.schema, ratio.child, ratio.parent))
        if self._keys_between(ratio) and not lent:
            return ratio
        if ratio.compared and ratio.number:
            swapped = replace(ratio, child=ratio.parent, parent=ratio.child, number=1 / ratio.number)
            return swapped if self._keys_between(swapped) else ratio
        bridge = next(iter(bridges(self.schema, ratio.child, ratio.parent)), None)
        direct = any(key.parent == ratio.parent for key in self.schema.tables[ratio.child].foreign_keys)
        ratio = ratio if bridge is None or direct else replace(ratio, child=bridge.key)
        if ratio.each and not self._keys_between(ratio):
            self._lay_out(self.schema.tables[ratio.child], ratio.parent)
        return ratio

    def _lay_out(self, table: TableConfig, parent: str) -> None:
        """Let rows be laid out by another parent than the usual one, where no column tells of siblings or sums them."""
        key = next((key for key in table.foreign_keys if key.parent == parent), None)
        made = [column.generator for column in table.columns.values() if column.generator]
        free = key is not None and table.columns[key.columns[0]].generator is None
        if key is None or not free or any(is_of_siblings(one) for one in made) or self._is_summed(table):
            return
        for other in table.foreign_keys:
            other.owner, other.per_parent, other.minimum = False, None, 0
        key.owner, key.null_rate, key.per_parent = True, Fraction(0), Fraction(1)

    def _is_summed(self, table: TableConfig) -> bool:
        """Whether a column of the usual parent tells of all rows that are laid out by it: what an order comes to."""
        parent = self.schema.tables[table.owner.parent] if table.owner else None
        made = [column.generator for column in parent.columns.values() if column.generator] if parent else []
        return any(str(one.options.get("of", "")).startswith(f"{table.key}.") for one in made)

    def _keys_between(self, ratio: Ratio) -> list[ForeignKey]:
        """The owner keys from the child up to the parent; empty where the parent does not own it."""
        keys: list[ForeignKey] = []
        table = ratio.child
        while (key := self.schema.tables[table].owner) is not None and key.per_parent:
            keys.append(key)
            if key.parent == ratio.parent:
                return keys
            table = key.parent
        return []

    def _ratios(self, ratios: list[Ratio]) -> None:
        # From the parents down, since an indirect ratio is divided by those between.
        for ratio in sorted(ratios, key=lambda ratio: len(self._keys_between(ratio))):
            self._agree(ratio, ratios)
            key, *others = _told_first(self._keys_between(ratio))
            between = prod(other.per_parent or 1 for other in others)
            if ratio.some and self._is_sized_otherwise(ratio):
                self._unplaced(ratio, f"there are more {ratio.child} than one for each: who has how many is not told")
                continue
            if ratio.bounds and others:
                self._unplaced(ratio, f"{ratio.child} belong to {ratio.parent} through {key.parent}: no range is kept")
                continue
            key.per_parent = ratio.number / between
            key.minimum = min(key.minimum, int(key.per_parent))
            if ratio.each and not others:
                key.minimum, key.maximum = ratio.bounds or (int(ratio.number), None)
                key.spread = "skewed" if ratio.bounds else "even"
                self._exact.add(ratio.child)
            self._size_by(ratio)
            self.placed.append(replace(ratio, each=ratio.each and not any(other.inherits for other in others)))

    def _is_sized_otherwise(self, ratio: Ratio) -> bool:
        """Whether there is another number of children than one for each of the share of parents that has any."""
        child, parent = (self.schema.tables[name].rows for name in (ratio.child, ratio.parent))
        return child is not None and (parent is None or child != int(parent * ratio.number))

    def _size_by(self, ratio: Ratio) -> None:
        """What the story says of how many there are each holds, whatever children of theirs it counts besides."""
        child, parent = self.schema.tables[ratio.child], self.schema.tables[ratio.parent]
        if child.rows is None and parent.rows is not None:
            child.rows = int(parent.rows * ratio.number)

    def _agree(self, ratio: Ratio, ratios: Iterable[Ratio]) -> None:
        for other in ratios:
            same = (other.child, other.parent) == (ratio.child, ratio.parent)
            if same and (other.number, other.bounds) != (ratio.number, ratio.bounds):
                raise self._contradict(*sorted([ratio, other], key=lambda fact: fact.start))
        child, parent = (self.schema.tables[name].rows for name in (ratio.child, ratio.parent))
        if child is None or parent is None:
            return
        if ratio.bounds:
            self._agree_with_bounds(ratio, ratio.bounds, child, parent)
        if not ratio.bounds and child != int(parent * ratio.number):
            raise StoryError(
                f"the story contradicts itself: {self.quote(ratio)!r} makes {int(parent * ratio.number):,} "
                f"{ratio.child} for {parent:,} {ratio.parent}, and it states {child:,}"
            )

    def _agree_with_bounds(self, ratio: Ratio, bounds: tuple[int, int | None], child: int, parent: int) -> None:
        low, high = bounds
        if low * parent <= child and (high is None or child <= high * parent):
            return
        made = f"{low * parent:,} to {high * parent:,}" if high is not None else f"at least {low * parent:,}"
        raise StoryError(
            f"the story contradicts itself: {self.quote(ratio)!r} makes {made} "
            f"{ratio.child} for {parent:,} {ratio.parent}, and it states {child:,}"
        )

    def _references(self, ratios: list[Ratio]) -> None:
        """Ratios to a parent that does not own the child: the count follows, the spread stays as it is."""
        for ratio in ratios:
            child = self.schema.tables[ratio.child]
            joined = ratio.compared or any(key.parent == ratio.parent for key in child.foreign_keys)
            reason = "" if joined else "do not belong to"
            told_apart = ratio.bounds or (ratio.each and not ratio.every)
            dealt = not reason and told_apart and self._deal_out(ratio)
            reason = "are not laid out by" if told_apart and not (reason or dealt) else reason
            if reason:
                self._unplaced(ratio, f"{ratio.child} {reason} {ratio.parent}")
                continue
            self._agree(ratio, ratios)
            child.rows = int(self._plan()[ratio.parent] * ratio.number)
            self.placed.append(replace(ratio, each=dealt))

    def _deal_out(self, ratio: Ratio) -> bool:
        """Let each row of another table than the owner be pointed at as often; False where that is too much."""
        key = self._key_to(self.schema.tables[ratio.child], ratio.parent)
        parent, parents = self.schema.tables[ratio.parent], self._plan()[ratio.parent]
        column = self.schema.tables[ratio.child].columns[key.columns[0]] if key else None
        numbered = parent.columns[parent.primary_key[0]].generator == Generator("serial")
        if key is None or column is None or column.generator or ratio.bounds or not numbered:
            return False
        if len(key.columns) > 1 or not 0 < parents <= _MOST_DEALT:
            return False
        key.null_rate = Fraction(0)
        column.generator = Generator("choice", {"values": list(range(1, parents + 1)), "exact": True})
        return True
