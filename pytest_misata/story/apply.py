"""The facts of a story, put into the schema of its domain."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import DEFAULT_ROWS, plan_rows
from pytest_misata.story.amounts import place_amounts
from pytest_misata.story.facts import (
    Amount,
    AnyFact,
    Count,
    Currency,
    Rate,
    Ratio,
    Shape,
    Subject,
    Unplaced,
    When,
    Where,
)
from pytest_misata.story.lists import keep_listed, rows_of_list
from pytest_misata.story.locating import place_countries, place_currency
from pytest_misata.story.owning import have_none, is_of_siblings, owners, without_minimum
from pytest_misata.story.pacing import paced
from pytest_misata.story.paths import bridges
from pytest_misata.story.restating import restated, values_of
from pytest_misata.story.shaping import place_shapes
from pytest_misata.story.sizing import keep_pairs_apart, keep_parents_few
from pytest_misata.story.volume import rows_for
from pytest_misata.story.windows import place_windows

Placed = list[AnyFact]

TOO_MANY = 2**40
"""No table may have this many rows."""


class Application:
    """Puts facts into a schema, and keeps what each became: those without a place as Unplaced."""

    def __init__(self, story: str, schema: SchemaConfig) -> None:
        self.story, self.schema = story, schema
        self.placed: Placed = []
        self._exact: set[str] = set()
        self._usual_rows = {name: table.rows for name, table in schema.tables.items()}
        self._parts: list[Rate] = []

    def apply(self, facts: Iterable[AnyFact], *, rows: int | None = None) -> Placed:
        """All facts in the order of the story, after they took effect. Raises StoryError where two contradict.

        `rows` is the main table's number where the story has none for it.
        """
        facts = list(paced(self.schema, list(facts), self.story))
        self.placed += [fact for fact in facts if isinstance(fact, Subject | Unplaced)]
        self._counts([fact for fact in facts if isinstance(fact, Count)])
        if self.schema.main is not None:
            main = self.schema.table(self.schema.main)
            main.rows = rows if main.rows is None else main.rows
            if all(table.rows == self._usual_rows[name] for name, table in self.schema.tables.items()):
                main.rows = rows_for(self.schema, [fact for fact in facts if isinstance(fact, Shape)])
        stated = [fact for fact in facts if isinstance(fact, Rate)]
        ratios = [self._adopted(fact) for fact in facts if isinstance(fact, Ratio)]
        self._ratios([ratio for ratio in ratios if self._keys_between(ratio)])
        keep_pairs_apart(self.schema)
        self._size_main({ratio.child for ratio in ratios})
        self._size_parents({ratio.parent for ratio in ratios})
        rates = [*stated, *self._parts_beside(stated)]
        keep_listed(self.schema, _stated(rates))
        self._rates(rates)
        self.placed += place_countries(self.schema, [fact for fact in facts if isinstance(fact, Where)], self.story)
        self.placed += self._currency([fact for fact in facts if isinstance(fact, Currency)])
        self.placed += place_amounts(self.schema, [fact for fact in facts if isinstance(fact, Amount)], self.story)
        self.placed += place_windows(self.schema, [fact for fact in facts if isinstance(fact, When)], self.story)
        shapes = [fact for fact in facts if isinstance(fact, Shape)]
        self.placed += place_shapes(self.schema, shapes, self.story, _stated([*stated, *self._parts]))
        self._references([ratio for ratio in ratios if not self._keys_between(ratio)])
        self._relax()
        self._check()
        return sorted(self.placed, key=lambda fact: (fact.start, fact.end))

    def quote(self, fact: AnyFact) -> str:
        """The words of the story that state a fact."""
        return self.story[fact.start : fact.end]

    def _unplaced(self, fact: AnyFact, reason: str) -> None:
        self.placed.append(Unplaced(fact.start, fact.end, reason))

    def _contradict(self, *facts: AnyFact) -> StoryError:
        quotes = " and ".join(repr(self.quote(fact)) for fact in facts)
        return StoryError(f"the story contradicts itself: {quotes} cannot both hold")

    # --- counts ---

    def _counts(self, counts: list[Count]) -> None:
        for table in dict.fromkeys(count.table for count in counts):
            self._count(self.schema.tables[table], [count for count in counts if count.table == table])

    def _count(self, table: TableConfig, counts: list[Count]) -> None:
        if table.fixed:
            self._count_fixed(table, counts)
            return
        whole = [count for count in counts if not count.qualifier]
        # "A vet with 3 vets" speaks of the practice first.
        numbered = [count for count in whole if self.quote(count).lower().partition(" ")[0] not in {"a", "an"}]
        about = [count for count in whole if numbered and count not in numbered]
        self.placed += [
            Subject(count.start, count.end, f"what the story is about, with {table.name}") for count in about
        ]
        whole = numbered or whole
        parts = [count for count in counts if count.qualifier]
        for count in whole[1:]:
            if count.rows != whole[0].rows:
                raise self._contradict(whole[0], count)
        table.rows = whole[0].rows if whole else self._sum_of_parts(parts)
        if table.rows == 0:
            have_none(table)
        self.placed += whole or parts
        for part in parts:
            if whole and part.rows > whole[0].rows:
                raise self._contradict(whole[0], part)
            if part.located:
                continue
            if part.value is not None and table.rows:
                hook, value = part.value
                self._parts.append(Rate(part.start, part.end, hook, value, Fraction(part.rows, table.rows)))
            elif whole:
                self._unplaced(part, f"a part of {table.name} has no place yet")

    def _parts_beside(self, stated: list[Rate]) -> list[Rate]:
        """The shares that parts make of a table: not of a column of which the story states shares as such."""
        columns = {(rate.hook.table, rate.hook.column) for rate in stated}
        for part in self._parts:
            if (part.hook.table, part.hook.column) in columns:
                self._unplaced(part, f"shares of {part.hook.table}.{part.hook.column} are stated beside it")
        return [part for part in self._parts if (part.hook.table, part.hook.column) not in columns]

    def _sum_of_parts(self, parts: list[Count]) -> int:
        """300 users in Germany and 100 in France are 400 users."""
        seen: dict[str, Count] = {}
        for part in parts:
            other = seen.setdefault(part.qualifier, part)
            if other.rows != part.rows:
                raise self._contradict(other, part)
        return sum(part.rows for part in seen.values())

    def _count_fixed(self, table: TableConfig, counts: list[Count]) -> None:
        may_be = rows_of_list(self.schema, table)
        for count in counts:
            if count.rows != counts[0].rows and not count.qualifier:
                raise self._contradict(counts[0], count)
            if count.rows in may_be and not count.qualifier:
                table.rows = count.rows
                self.placed.append(count)
            else:
                self._unplaced(count, f"{table.name} is a list of {may_be[-1]} rows; there may be {_from_to(may_be)}")

    def _size_main(self, follow: Collection[str]) -> None:
        """Size the main table by the others, where neither the story nor a ratio that it follows does."""
        main = self.schema.tables.get(self.schema.main or "")
        if main is not None and main.rows is None and main.key not in follow:
            main.rows = self._following(main)

    def _size_parents(self, told: Collection[str]) -> None:
        """Let what nobody named be no more than what is counted of it: 400 admissions are of 400 patients at most."""
        try:
            keep_parents_few(self.schema, self._usual(), told)
        except GenerationError as error:
            raise StoryError(f"the story's numbers do not fit together: {error}") from None

    def _following(self, main: TableConfig) -> int | None:
        """The rows of the main table that go with the other tables counted, as they are to each other by default.

        None where it is for the plan to say: nothing is counted, or what is counted belongs to the main table.
        """
        counted = {name: table.rows for name, table in self.schema.tables.items() if table.rows and not table.fixed}
        stated = {name: rows for name, rows in counted.items() if self._usual_rows.get(name) != rows}
        if not stated or any(self._is_below(name, main.key) for name in stated):
            return None
        usual = self._usual()
        ratios = [Fraction(rows, usual[name]) for name, rows in stated.items() if usual.get(name)]
        return max(1, round(usual[main.key] * min(ratios))) if ratios else None

    def _is_below(self, name: str, parent: str) -> bool:
        owner = self.schema.tables[name].owner
        return (
            owner is not None
            and name != owner.parent
            and (owner.parent == parent or self._is_below(owner.parent, parent))
        )

    def _usual(self) -> dict[str, int]:
        """The row counts where nothing is stated."""
        schema = deepcopy(self.schema)
        for name, table in schema.tables.items():
            table.rows = self._usual_rows[name]
        return plan_rows(schema, rows=DEFAULT_ROWS)

    # --- ratios ---

    def _adopted(self, ratio: Ratio) -> Ratio:
        """The ratio, as one of tables of which one belongs to the other; a domain's keys can follow it as they are.

        Where rows of both are joined by those of a third it is about that: "10 candidates per job" are applications.
        """
        if self._keys_between(ratio):
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
        """Let rows be laid out by another parent than the usual one, where no column tells its place among siblings."""
        key = next((key for key in table.foreign_keys if key.parent == parent), None)
        made = [column.generator for column in table.columns.values() if column.generator]
        free = key is not None and table.columns[key.columns[0]].generator is None
        if key is None or not free or any(is_of_siblings(one) for one in made):
            return
        for other in table.foreign_keys:
            other.owner, other.per_parent, other.minimum = False, None, 0
        key.owner, key.null_rate, key.per_parent = True, Fraction(0), Fraction(1)

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
            key, *above = self._keys_between(ratio)
            between = Fraction(1)
            for other in above:
                between *= other.per_parent or 1
            if ratio.some and self._is_sized_otherwise(ratio):
                self._unplaced(ratio, f"there are more {ratio.child} than one for each: who has how many is not told")
                continue
            if ratio.bounds and above:
                self._unplaced(ratio, f"{ratio.child} belong to {ratio.parent} through {key.parent}: no range is kept")
                continue
            key.per_parent = ratio.number / between
            key.minimum = min(key.minimum, int(key.per_parent))
            if ratio.each and not above:
                key.minimum, key.maximum = ratio.bounds or (int(ratio.number), None)
                key.spread = "skewed" if ratio.bounds else "even"
                self._exact.add(ratio.child)
            self._size_by(ratio)
            self.placed.append(ratio)

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
            reason = "are not laid out by" if told_apart and not reason else reason
            if reason:
                self._unplaced(ratio, f"{ratio.child} {reason} {ratio.parent}")
                continue
            self._agree(ratio, ratios)
            child.rows = int(self._plan()[ratio.parent] * ratio.number)
            self.placed.append(replace(ratio, each=False))

    # --- money ---

    def _currency(self, facts: list[Currency]) -> Iterable[AnyFact]:
        """A domain's tables get a column for what they do not tell; those of somebody else stay as they are."""
        return place_currency(self.schema, facts, self.story, add=True)

    # --- rates ---

    def _rates(self, rates: list[Rate]) -> None:
        for table, column in dict.fromkeys((rate.hook.table, rate.hook.column) for rate in rates):
            of_column = [rate for rate in rates if (rate.hook.table, rate.hook.column) == (table, column)]
            target = self.schema.tables[table].columns[column]
            generator = target.generator or of_column[0].hook.generator or Generator("choice")
            target.generator = restated(generator, self._shares(of_column, values_of(generator)))
            self.placed += of_column

    def _shares(self, rates: list[Rate], values: list[str]) -> dict[str, Fraction]:
        """The share of each value; together no more than the whole, and no less where every value is stated."""
        stated: dict[str, Rate] = {}
        for rate in rates:
            other = stated.setdefault(rate.value, rate)
            if (other.share, other.rows) != (rate.share, rate.rows):
                raise self._contradict(other, rate)
        shares = {value: self._share(rate) for value, rate in stated.items()}
        known = [share for share in shares.values() if share is not None]
        total, rests = sum(known, Fraction(0)), len(shares) - len(known)
        if total > 1 or (total < 1 and not rests and len(stated) == len(values)):
            raise self._contradict(*stated.values())
        return {value: (1 - total) / rests if share is None else share for value, share in shares.items()}

    def _share(self, rate: Rate) -> Fraction | None:
        """A share as stated, or that which so many rows are of the table; None for the rest of it."""
        if rate.rows is None:
            return rate.share
        whole = self._plan()[rate.hook.table]
        if rate.rows > whole:
            raise StoryError(
                f"the story contradicts itself: {self.quote(rate)!r} cannot hold, there are {whole:,} {rate.hook.table}"
            )
        return Fraction(rate.rows, whole) if whole else Fraction(0)

    # --- the whole ---

    def _relax(self) -> None:
        """Fewer children than parents are what a story asks for; then not every parent has one."""
        tables = self.schema.tables.values()
        if all(table.rows is None for table in tables) or not any(key.minimum for key in owners(self.schema)):
            return
        planned = without_minimum(self.schema)
        for name, table in self.schema.tables.items():
            key = table.owner
            if key is not None and name not in self._exact and planned[name] < key.minimum * planned[key.parent]:
                key.minimum = 0

    def _check(self) -> None:
        for name, rows in self._plan().items():
            if rows >= TOO_MANY:
                raise StoryError(f"the story asks for {rows:,} {name}; there may be fewer than {TOO_MANY:,}")

    def _plan(self) -> dict[str, int]:
        try:
            return plan_rows(self.schema)
        except GenerationError as error:
            raise StoryError(f"the story's numbers do not fit together: {error}") from None


def _from_to(numbers: range) -> str:
    """The numbers of a range, for a message."""
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else "no other number of them"


def _stated(rates: Iterable[Rate]) -> dict[tuple[str, str], frozenset[str]]:
    """The values of each column whose shares are stated."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for rate in rates:
        place = rate.hook.table, rate.hook.column
        found[place] = found.get(place, frozenset()) | {rate.value}
    return found
