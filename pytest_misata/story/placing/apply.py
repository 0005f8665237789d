"""The facts of a story, put into the schema of its domain."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import DEFAULT_ROWS, plan_rows
from pytest_misata.story.facts import (
    Aged,
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
from pytest_misata.story.owning import have_none, owners, without_minimum
from pytest_misata.story.placing.aging import place_ages
from pytest_misata.story.placing.amounts import place_amounts
from pytest_misata.story.placing.befalling import place_states
from pytest_misata.story.placing.denominating import denominate
from pytest_misata.story.placing.excluding import keep_apart
from pytest_misata.story.placing.locating import place_countries, place_currency
from pytest_misata.story.placing.pacing import paced
from pytest_misata.story.placing.parts import beside_each_other
from pytest_misata.story.placing.ratios import RatioPlacing
from pytest_misata.story.placing.remaking import ease_parents, of_the_last, refused, remake, room_for
from pytest_misata.story.placing.restating import restated, values_of
from pytest_misata.story.placing.shaping import place_shapes
from pytest_misata.story.placing.together import each_alone
from pytest_misata.story.placing.volume import rows_for
from pytest_misata.story.placing.windows import place_windows
from pytest_misata.story.rates import GENDERS, values_together
from pytest_misata.story.sizing import keep_between_few, keep_pairs_apart, keep_parents_few, room_asked

Placed = list[AnyFact]

TOO_MANY = 2**40
"""No table may have this many rows."""


class Application(RatioPlacing):
    """Puts facts into a schema, and keeps what each became: those without a place as Unplaced."""

    def __init__(self, story: str, schema: SchemaConfig) -> None:
        super().__init__(story, schema)
        self._usual_rows = {name: table.rows for name, table in schema.tables.items()}
        self._parts: list[Rate] = []
        self._told_each: set[str] = set()

    def apply(self, facts: Iterable[AnyFact], *, rows: int | None = None) -> Placed:
        """All facts in the order of the story, after they took effect. Raises StoryError where two contradict.

        `rows` is the main table's number where the story has none for it.
        """
        facts = list(beside_each_other(paced(self.schema, list(facts), self.story)))
        self.placed += [fact for fact in facts if isinstance(fact, Subject | Unplaced)]
        self._told_each = {fact.child for fact in facts if isinstance(fact, Ratio) and not fact.some}
        self._counts([fact for fact in facts if isinstance(fact, Count)])
        self._make_room([*self._parts, *(fact for fact in facts if isinstance(fact, Rate))])
        if self.schema.main is not None:
            main = self.schema.table(self.schema.main)
            main.rows = rows if main.rows is None else main.rows
            if all(table.rows == self._usual_rows[name] for name, table in self.schema.tables.items()):
                main.rows = rows_for(self.schema, [fact for fact in facts if isinstance(fact, Shape)])
        stated = [fact for fact in facts if isinstance(fact, Rate)]
        ratios = [self._adopted(fact) for fact in self._crossed(fact for fact in facts if isinstance(fact, Ratio))]
        self._give_way(ratios, {fact.table for fact in facts if isinstance(fact, Count)})
        self._ratios([ratio for ratio in ratios if self._keys_between(ratio)])
        keep_pairs_apart(self.schema)
        self._size_main({ratio.child for ratio in ratios})
        self._size_parents({ratio.parent for ratio in ratios}, {ratio.child for ratio in ratios})
        rates = self._alone([*stated, *self._parts_beside(stated)])
        keep_listed(self.schema, _stated(rates))
        self._rates(rates)
        self.placed += place_countries(self.schema, [fact for fact in facts if isinstance(fact, Where)], self.story)
        currencies = [fact for fact in facts if isinstance(fact, Currency)]
        self.placed += self._currency(currencies)
        self._denominate(currencies)
        self.placed += place_amounts(self.schema, [fact for fact in facts if isinstance(fact, Amount)], self.story)
        self.placed += place_ages(
            self.schema, [fact for fact in facts if isinstance(fact, Aged)], self._plan(), self.story
        )
        self.placed += place_windows(self.schema, [fact for fact in facts if isinstance(fact, When)], self.story)
        shapes = [fact for fact in facts if isinstance(fact, Shape)]
        self.placed += place_shapes(self.schema, shapes, self.story, _stated([*rates, *self._parts]))
        self._date_states(windowed=any(isinstance(fact, When) for fact in facts))
        self._references([ratio for ratio in ratios if not self._keys_between(ratio)])
        self._relax()
        self._check()
        return sorted(self.placed, key=lambda fact: (fact.start, fact.end))

    def _give_way(self, ratios: Iterable[Ratio], counted: Collection[str]) -> None:
        """Numbers of rows that are the domain's own make room for what the story says of each parent."""
        for ratio in ratios:
            table = self.schema.tables[ratio.child]
            if ratio.child not in counted and not table.fixed and self._keys_between(ratio):
                table.rows = None

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
        if table.key in self._told_each and not whole and all(map(_is_state, parts)):
            self._some_of_each(parts)
            return
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
                self._parts.append(Rate(part.start, part.end, *part.value, Fraction(part.rows, table.rows)))
            elif whole:
                self._unplaced(part, f"a part of {table.name} has no place yet")

    def _some_of_each(self, parts: Iterable[Count]) -> None:
        """[Each with 2 subscriptions,] 200 active subscriptions: some of those that there are of each."""
        self._parts += [Rate(part.start, part.end, *part.value, None, part.rows) for part in parts if part.value]

    def _parts_beside(self, stated: list[Rate]) -> list[Rate]:
        """The shares that parts make of a table: not of a column of which the story states shares as such."""
        columns = {(rate.hook.table, rate.hook.column) for rate in stated}
        for part in self._parts:
            if (part.hook.table, part.hook.column) in columns:
                self._unplaced(part, f"shares of {part.hook.table}.{part.hook.column} are stated beside it")
        return [part for part in self._parts if (part.hook.table, part.hook.column) not in columns]

    def _make_room(self, rates: list[Rate]) -> None:
        """Have as many parents as rows that each has one of at a time, where nothing says how many there are."""
        for rate in rates:
            table = self.schema.tables[rate.hook.table]
            key = table.owner
            if key is None or not key.per_parent or table.rows is None or rate.value not in of_the_last(rate.hook):
                continue
            parent = self.schema.tables[key.parent]
            some = rate.rows if rate.rows is not None else round(table.rows * (rate.share or 0))
            if parent.rows is None and table.rows < some * key.per_parent:
                parent.rows = some

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
                if count.rows > may_be[-1] and not count.qualifier:
                    table.rows = may_be[-1]
                self._unplaced(count, f"{table.name} is a list of {may_be[-1]} rows; there may be {_from_to(may_be)}")

    def _size_main(self, follow: Collection[str]) -> None:
        """Size the main table by the others, where neither the story nor a ratio that it follows does."""
        main = self.schema.tables.get(self.schema.main or "")
        if main is not None and main.rows is None and main.key not in follow:
            main.rows = self._following(main)

    def _size_parents(self, told: Collection[str], follow: Collection[str]) -> None:
        """Let what nobody named be no more than what is counted of it: 400 admissions are of 400 patients at most."""
        try:
            counted = {fact.table for fact in self.placed if isinstance(fact, Count)}
            keep_between_few(self.schema, {*told, *follow}, counted)
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
        needed = max((room_asked(self.schema, self.schema.tables[name], main.key) for name in stated), default=1)
        return max(needed, round(usual[main.key] * min(ratios))) if ratios else None

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

    # --- money ---

    def _currency(self, facts: list[Currency]) -> Iterable[AnyFact]:
        """A domain's tables get a column for what they do not tell; those of somebody else stay as they are."""
        return place_currency(self.schema, facts, self.story, add=True)

    def _denominate(self, facts: list[Currency]) -> None:
        """Amounts of a domain are as large as in the currency of the story."""
        denominate(self.schema, facts)

    # --- rates ---

    def _alone(self, rates: list[Rate]) -> list[Rate]:
        """The shares, of which those of several values together are one of each."""
        if not any(len(values_together(rate.value)) > 1 for rate in rates):
            return rates
        whole = self._plan()
        return [alone for rate in rates for alone in each_alone(rate, rates, self._made(rate), whole[rate.hook.table])]

    def _made(self, rate: Rate) -> Generator | None:
        """How the column of a rate is made."""
        return rate.hook.generator or self.schema.tables[rate.hook.table].columns[rate.hook.column].generator

    def _rates(self, rates: list[Rate]) -> None:
        rates = self._remade(rates)
        for table, column in dict.fromkeys((rate.hook.table, rate.hook.column) for rate in rates):
            of_column = [rate for rate in rates if (rate.hook.table, rate.hook.column) == (table, column)]
            target = self.schema.tables[table].columns[column]
            generator = _listing(target) or of_column[0].hook.generator or Generator("choice")
            target.generator = restated(generator, self._shares(of_column, values_of(generator)))
            if target.generator.kind == "apportioned":
                ease_parents(self.schema, self.schema.tables[table], target.generator, {one.column for one in rates})
            if target.type.kind == "enum" and generator.kind == "gender":
                target.type = replace(target.type, values=tuple(target.generator.options.get("values", GENDERS)))
            self.placed += of_column
        # Of which sort rows are has nothing to do with the states that they are in.
        states = (rate for rate in rates if not rate.hook.counted)
        told = [(rate, share) for rate in states if (share := self._share(rate)) is not None]
        keep_apart(self.schema, told, self.story)

    def _date_states(self, *, windowed: bool) -> None:
        """Have the rows come to be in their states when the story says so; `windowed` where it says when all is."""
        rates = [fact for fact in self.placed if isinstance(fact, Rate)]
        others = [fact for fact in self.placed if not isinstance(fact, Rate)]
        self.placed = [*others, *place_states(self.schema, rates, self.story, dated=windowed)]

    def _remade(self, rates: list[Rate]) -> list[Rate]:
        """The shares, for which columns that decide them are made otherwise, less those for which they cannot be."""
        without = list(refused(rates))
        for rate, reason in without:
            self._unplaced(rate, reason)
        kept = [rate for rate in rates if not any(rate is one for one, _ in without)]
        kept = [rate for rate in kept if self._has_room(rate, kept)]
        remake(self.schema, kept)
        return kept

    def _has_room(self, rate: Rate, rates: list[Rate]) -> bool:
        """Whether there are so many parents, where each has one row at a time in the states that are stated."""
        last, table = of_the_last(rate.hook), self.schema.tables[rate.hook.table]
        if not last:
            return True
        plan = self._plan()
        alike = [one for one in rates if one.column == rate.column and one.value in last]
        some = sum((plan[table.key] * (self._share(one) or Fraction(0)) for one in alike), Fraction(0))
        fits = room_for(table, plan, some, exact=table.key in self._exact)
        if not fits and table.owner:
            self._unplaced(rate, f"one row of {table.key} at a time is so for each of the {table.owner.parent}")
        return fits

    def _shares(self, rates: list[Rate], values: list[str]) -> dict[str, Fraction]:
        """The share of each value; together no more than the whole, and no less where every value is stated."""
        stated: dict[str, Rate] = {}
        for rate in self._over_time(rates):
            other = stated.setdefault(rate.value, rate)
            if (other.share, other.rows) != (rate.share, rate.rows):
                raise self._contradict(other, rate)
        shares = {value: self._share(rate) for value, rate in stated.items()}
        known = [share for share in shares.values() if share is not None]
        total, rests = sum(known, Fraction(0)), len(shares) - len(known)
        if total > 1 or (total < 1 and not rests and len(stated) == len(values)):
            raise self._contradict(*stated.values())
        return {value: (1 - total) / rests if share is None else share for value, share in shares.items()}

    def _over_time(self, rates: list[Rate]) -> list[Rate]:
        """The shares, those that came to have a value in several spans as one: 10% sold in June and 20% in July."""
        found: dict[str, Rate] = {}
        for rate in rates:
            other = found.get(rate.value)
            if other is None or not (other.span and rate.span and other.span != rate.span):
                found[rate.value if other is None else f"{rate.value} {rate.start}"] = rate
                continue
            both = (self._share(one) or Fraction(0) for one in (other, rate))
            found[rate.value] = replace(other, share=sum(both, Fraction(0)), rows=None)
        return list(found.values())

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


def _is_state(part: Count) -> bool:
    """Whether so many rows are told by one value of a column."""
    return part.value is not None and len(values_together(part.value[1])) == 1


def _listing(column: Column) -> Generator | None:
    """How a column is made, where that lists what it holds: of the classes of a table its hook does."""
    made = column.generator
    return None if made is not None and made.kind == "variant" else made


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
