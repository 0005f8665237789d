"""People: one a row, of the country the row is in, drawn so that names follow their frequencies and emails are unique.

A row's person is a ticket: a keyed permutation gives every row another one of 2**32 or more. Names hold tickets in
proportion to how often they are met, and a ticket's place among those of its name is the number in the email. So no
list is kept of what was given out. Names of several countries that are written alike in an address share their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import Key, below, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.meaning import EACH_ONCE
from pytest_misata.engine.people.names import NamesOfCountry, names_of
from pytest_misata.engine.people.nations import nations
from pytest_misata.engine.vocabulary import Vocabulary, Words

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]
Texts = NDArray[np.object_]

FIRST_TICKETS, LAST_TICKETS = 2**13, 2**14
VARIANT_BITS = 5


@dataclass(frozen=True, slots=True)
class Tickets:
    """What the holders of tickets are called: which name it is, and its number among those that are written alike."""

    name: Index
    number: Index

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class People:
    """One person a row, as positions in the lists of names."""

    first: Index
    last: Index
    number: Index
    variant: Index


class Roll:
    """The names of several lists one after another, with their spellings."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._slugs: list[str] = []
        self.held: dict[str, int] = defaultdict(int)
        """How many tickets the names of each spelling hold."""

    def add(self, words: Words, tickets: int, names: NamesOfCountry, *, apart: bool) -> Tickets:
        """The tickets of a list, a number by weight for each; `apart` is from what other lists' names have."""
        slugs = [names.slug(word) for word in words.words]
        shares = _share(words.weights, tickets)
        running = self.held if apart else defaultdict(int)
        offsets = []
        for text, count in zip(slugs, shares.tolist(), strict=True):
            offsets.append(running[text])
            running[text] += count
        if not apart:
            self.held.update({text: max(count, self.held[text]) for text, count in running.items()})
        name = np.repeat(np.arange(len(slugs)), shares)
        starts = np.cumsum(shares) - shares
        number = np.arange(len(name)) - starts[name] + np.array(offsets, dtype=np.int64)[name]
        first = len(self._words)
        self._words += words.words
        self._slugs += slugs
        return Tickets(name + first, number)

    @property
    def words(self) -> Texts:
        return _objects(self._words)

    @property
    def slugs(self) -> Texts:
        return _objects(self._slugs)

    @property
    def sizes(self) -> Index:
        """How many numbers there are for the spelling of each name."""
        return np.array([self.held[text] for text in self._slugs], dtype=np.int64)


class Population:
    """The people of some countries. What tells of a first name is told of its bearer: the gender and the country."""

    def __init__(self, vocabulary: Vocabulary, codes: Sequence[str | None]) -> None:
        self.names = [names_of(vocabulary, code) for code in codes]
        firsts, lasts = Roll(), Roll()
        self._firsts: list[Tickets] = []
        self._lasts: list[tuple[Tickets, Tickets]] = []
        women: list[Bool] = []
        for names in self.names:
            both = [firsts.add(words, FIRST_TICKETS // 2, names, apart=True) for words in names.firsts]
            self._firsts.append(Tickets(*(_joined(both, part) for part in ("name", "number"))))
            self._lasts.append(_family_names(lasts, names))
            women += [
                np.full(len(words.words), woman) for words, woman in zip(names.firsts, (True, False), strict=True)
            ]
        self.first_words, self.first_slugs = firsts.words, firsts.slugs
        self.last_words, self.last_slugs = lasts.words, lasts.slugs
        self._sizes = lasts.sizes
        self.is_woman = np.concatenate(women)
        held = [sum(len(words.words) for words in names.firsts) for names in self.names]
        self.nation = np.repeat(np.arange(len(self.names)), held)

    def people(self, key: Key, rows: Index, which: Index | None, women: Bool | None = None) -> People:
        """The person of each row, of the country that `which` tells, or of the first; a woman where `women` says so."""
        if which is None:
            return self._of_nation(key, rows, 0, women)
        made = [np.empty(len(rows), dtype=np.int64) for _ in range(4)]
        for nation in np.unique(which).tolist():
            here = np.flatnonzero(which == nation)
            people = self._of_nation(key, rows[here], nation, None if women is None else women[here])
            for array, part in zip(made, ("first", "last", "number", "variant"), strict=True):
                array[here] = getattr(people, part)
        return People(*made)

    def _of_nation(self, key: Key, rows: Index, nation: int, women: Bool | None) -> People:
        firsts, (of_women, of_men) = self._firsts[nation], self._lasts[nation]
        # Women have the first half of the tickets; where it is stated who is one, rows share out the half there is.
        half = len(firsts) // 2
        each = len(firsts) if women is None else half
        size = each * len(of_women) << VARIANT_BITS
        ticket, variant = np.divmod(permutation(key, size).forward(rows), 1 << VARIANT_BITS)
        last_at, first_at = np.divmod(ticket, each)
        first_at = first_at if women is None else first_at + np.where(women, 0, half)
        first = firsts.name[first_at]
        last, number = of_men.name[last_at], of_men.number[last_at]
        if of_women is not of_men:
            woman = self.is_woman[first]
            last = np.where(woman, of_women.name[last_at], last)
            number = np.where(woman, of_women.number[last_at], number)
        return People(first, last, firsts.number[first_at] * self._sizes[last] + number, variant)

    def second_last(self, bits: NDArray[np.uint64], people: People) -> Index:
        """Another family name for each person."""
        found = np.empty(len(bits), dtype=np.int64)
        for nation in np.unique(self.nation[people.first]).tolist():
            here = np.flatnonzero(self.nation[people.first] == nation)
            tickets = self._lasts[nation][1]
            found[here] = tickets.name[below(bits[here], len(tickets))]
        return found

    @property
    def pairs(self) -> int:
        """How many full names there are in the first country."""
        return len(_once(self.first_words[self.nation == 0])) * len(self._families())

    def each_once(self, key: Key, rows: Index) -> People:
        """People of the first country no two of whom have the same full name."""
        firsts, families = _once(self.first_words[self.nation == 0]), self._families()
        last_at, first_at = np.divmod(permutation(key, self.pairs).forward(rows % self.pairs), len(firsts))
        first = firsts[first_at]
        last = np.where(self.is_woman[first], families[last_at, 0], families[last_at, 1])
        # The first ticket of each name: what names that are written alike are told apart by.
        of_women, of_men = self._lasts[0]
        own = np.where(self.is_woman[first], _first_number(of_women, last), _first_number(of_men, last))
        number = _first_number(self._firsts[0], first) * self._sizes[last] + own
        return People(first, last, number, below(draw(key, rows), 1 << VARIANT_BITS))

    def _families(self) -> Index:
        """A family name of women and one of men in each row, no name twice."""
        columns = []
        for tickets in self._lasts[0]:
            low, high = int(tickets.name.min()), int(tickets.name.max()) + 1
            columns.append(_once(self.last_words[low:high]) + low)
        shortest = min(len(column) for column in columns)
        return np.stack([column[:shortest] for column in columns], axis=1)


def _joined(parts: Sequence[Tickets], which: str) -> Index:
    return np.concatenate([getattr(part, which) for part in parts])


def _family_names(lasts: Roll, names: NamesOfCountry) -> tuple[Tickets, Tickets]:
    """Those of women and of men, as many tickets for both."""
    women, men = names.lasts
    if women == men:
        both = lasts.add(women, LAST_TICKETS, names, apart=False)
        return both, both
    enough = max(_enough(LAST_TICKETS, len(words.words)) for words in names.lasts)
    return lasts.add(women, enough, names, apart=False), lasts.add(men, enough, names, apart=False)


def person(frame: Frame, role: str = "") -> tuple[Population, People]:
    """The people of a frame's rows who have a role, another one for each, and the population they are from."""
    return frame.keep(("person", role), lambda: _person(frame, role))


def _person(frame: Frame, role: str) -> tuple[Population, People]:
    codes, which = nations(frame, role)
    population = population_of(frame.world, codes)
    key = frame.world.key(frame.table.key, "@person", *([role] if role else []))
    if role.startswith(EACH_ONCE):
        return population, population.each_once(key, frame.rows)
    return population, population.people(key, frame.rows, which, _women(frame, role))


WOMEN, MEN, NEITHER = range(3)
"""What people can be, where their shares are stated."""


def genders(frame: Frame, role: str) -> Index | None:
    """What each row's person is, where a column of the table that is of these people states shares of it."""
    made = [column.generator for column in frame.table.columns.values() if column.generator]
    stated = [one.options for one in made if one.options.get("role", "") == role]
    told = next((options for options in stated if "women" in options), None)
    if told is None:
        return None
    women, neither = exact(told["women"]), exact(told.get("neither", 0))
    if not neither and women.denominator == 1:
        return np.full(len(frame.rows), WOMEN if women == 1 else MEN)
    key = frame.world.key(frame.table.key, "@person", role, "women")
    whole = women.denominator * neither.denominator
    weights = [int(share * whole) for share in (women, 1 - women - neither, neither)]
    least = gcd(*weights)
    parts = Shares([weight // least for weight in (weights if neither else weights[:2])])
    return parts(key, frame.rows, frame.world.counts[frame.table.key])


def _women(frame: Frame, role: str) -> Bool | None:
    """Which rows have names of women; of those who are neither, every other one."""
    found = genders(frame, role)
    return None if found is None else (found == WOMEN) | ((found == NEITHER) & (frame.rows % 2 == 0))


def population_of(world: World, codes: Sequence[str | None]) -> Population:
    """The people of some countries, made once."""

    def made() -> Population:
        population, used = _made(world.vocabulary.locale, tuple(codes))
        world.vocabulary.used.update(used)
        return population

    return world.keep(f"population {codes}", made)


@lru_cache(maxsize=4)
def _made(locale: str, codes: tuple[str | None, ...]) -> tuple[Population, Mapping[str, str]]:
    """The people of some countries, and the vocabularies that they are from: alike for all data of a locale."""
    vocabulary = Vocabulary(locale)
    return Population(vocabulary, codes), vocabulary.used


def _once(words: Texts) -> Index:
    """The names, each once where several lists have it or capitals alone tell two apart."""
    lower = [word.lower() for word in words.tolist()]
    return np.array(sorted({word: at for at, word in reversed(list(enumerate(lower)))}.values()), dtype=np.int64)


def _first_number(tickets: Tickets, names: Index) -> Index:
    at = np.minimum(np.searchsorted(tickets.name, names), len(tickets) - 1)
    return tickets.number[at]


def _enough(tickets: int, names: int) -> int:
    return max(tickets, 1 << (2 * names - 1).bit_length())


def _share(weights: Sequence[int], tickets: int) -> Index:
    """Integers in proportion to the weights, each at least 1, with `tickets` as their sum (more for more names)."""
    tickets = _enough(tickets, len(weights))
    total, spare = sum(weights), tickets - len(weights)
    ends = [0]
    running = 0
    for weight in weights:
        running += weight
        ends.append(running * spare // total)
    return np.array([high - low for low, high in pairwise(ends)], dtype=np.int64) + 1


def _objects(words: Sequence[str]) -> Texts:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array
