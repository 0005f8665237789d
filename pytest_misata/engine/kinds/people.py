"""Kinds that describe one person: names, gender, email and username, all of the same hidden person of the row.

A row's person is a ticket: a keyed permutation gives every row another one of 2**32 or more. Names hold tickets in
proportion to how often they are met, and a ticket's place among those of its name is the number in the
email. So names follow real frequencies and emails are unique, without a list of those given out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import Key, below, draw
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.permutation import permutation
from pytest_misata.engine.vocabulary import Words, data_file
from pytest_misata.schema.uniqueness import carried_by

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Texts = NDArray[np.object_]

_FIRST_TICKETS, _LAST_TICKETS = 2**13, 2**14
_VARIANT_BITS = 5
_NAMES = ("full_name", "first_name", "last_name")
_SEPARATORS = (".", "_")
_SHORT_HOST = "mail.example"
EACH_ONCE = "each name once"
"""Begins the role of people of whom no two have the same name."""
_FAMILY_NAME_FIRST = {"zh": "{last}{first}", "ko": "{last}{first}", "ja": "{last} {first}", "hu": "{last} {first}"}


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names with the tickets each holds.

    `name` and `number` have one entry a ticket: which name it is, and its place among the tickets of all names that are
    written alike in an address; `size` has how many those are, one entry a name.
    """

    words: Texts
    slugs: Texts
    name: Index
    number: Index
    size: Index

    @property
    def tickets(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class People:
    """One person a row, as positions in the lists of names."""

    first: Index
    last: Index
    number: Index
    variant: Index


class Population:
    """The names of a locale."""

    def __init__(self, world: World) -> None:
        women = world.vocabulary.words("person", "first_names_female", "first_names")
        men = world.vocabulary.words("person", "first_names_male", "first_names")
        self.women = len(women.words)
        self.firsts = _names([women, men], _FIRST_TICKETS)
        self.lasts = _names([world.vocabulary.words("person", "last_names")], _LAST_TICKETS)

    def people(self, frame: Frame, role: str = "") -> People:
        """The person of each row, or the one of the row who has this role: another one for each."""
        size = self.firsts.tickets * self.lasts.tickets << _VARIANT_BITS
        key = frame.world.key(frame.table.key, "@person", *([role] if role else []))
        if role.startswith(EACH_ONCE):
            return self._each_once(key, frame.rows)
        ticket, variant = np.divmod(permutation(key, size).forward(frame.rows), 1 << _VARIANT_BITS)
        last, first = np.divmod(ticket, self.firsts.tickets)
        first_name, last_name = self.firsts.name[first], self.lasts.name[last]
        number = self.firsts.number[first] * self.lasts.size[last_name] + self.lasts.number[last]
        return People(first_name, last_name, number, variant)

    @property
    def pairs(self) -> int:
        """How many full names there are."""
        return len(_once(self.firsts)) * len(_once(self.lasts))

    def _each_once(self, key: Key, rows: Index) -> People:
        """People no two of whom have the same full name."""
        firsts, lasts = _once(self.firsts), _once(self.lasts)
        last_at, first_at = np.divmod(permutation(key, self.pairs).forward(rows % self.pairs), len(firsts))
        first, last = firsts[first_at], lasts[last_at]
        # The first ticket of each name: what names that are written alike are told apart by.
        first_ticket, last_ticket = _first_ticket(self.firsts)[first], _first_ticket(self.lasts)[last]
        number = self.firsts.number[first_ticket] * self.lasts.size[last] + self.lasts.number[last_ticket]
        return People(first, last, number, below(draw(key, rows), 1 << _VARIANT_BITS))


def _once(names: Names) -> Index:
    """The names, each once where several lists have it or capitals alone tell two apart."""
    lower = [word.lower() for word in names.words.tolist()]
    return np.array(sorted({word: at for at, word in reversed(list(enumerate(lower)))}.values()), dtype=np.int64)


def _first_ticket(names: Names) -> Index:
    return np.searchsorted(names.name, np.arange(len(names.words)))


def person(frame: Frame, role: str = "") -> tuple[Population, People]:
    """The people of a frame's rows who have a role, and the population they are from."""
    population = frame.world.keep("population", lambda: Population(frame.world))
    return population, frame.keep(("person", role), lambda: population.people(frame, role))


@kind("first_name")
def first_name(site: Site, *, role: str = "") -> Maker:
    """Given names, as often as they are met. Columns of one `role` are of one person, for this and the next kinds."""
    return lambda frame: _of_person(site, frame, "firsts", "first", role)


@kind("last_name")
def last_name(site: Site, *, role: str = "") -> Maker:
    """Family names, as often as they are met."""
    return lambda frame: _of_person(site, frame, "lasts", "last", role)


@kind("full_name")
def full_name(site: Site, *, role: str = "") -> Maker:
    """Given and family name, in the order of the locale."""
    if role.startswith(EACH_ONCE):
        site.require(
            site.world.keep("population", lambda: Population(site.world)).pairs, "make the column by another kind"
        )
    pattern = _FAMILY_NAME_FIRST.get(site.world.schema.locale.partition("_")[0], "{first} {last}")

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        firsts = population.firsts.words[people.first].tolist()
        lasts = population.lasts.words[people.last].tolist()
        if pattern == "{first} {last}":
            return text_cells(site.column.type, [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)])
        pairs = zip(firsts, lasts, strict=True)
        return text_cells(site.column.type, [pattern.format(first=first, last=last) for first, last in pairs])

    return make


@kind("gender")
def gender(site: Site, *, values: Sequence[Any] = ("female", "male"), role: str = "") -> Maker:
    """The gender that goes with the given name: the first of `values` for women, the second for men."""
    stated = encode(site.column.type, values)

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        return stated.take((people.first >= population.women).astype(np.int64))

    return make


@kind("email")
def email(site: Site, *, role: str = "", longest: int | None = None) -> Maker:
    """Unique addresses made from the row's own name, at reserved hosts (RFC 2606) that no mail can reach.

    Those longer than `longest` characters are written in a short way: the name is cut, and a number of the row's own
    stands behind it.
    """
    if longest is not None:
        return _no_longer(email(site, role=role), _short_handles(site, role, longest, f"@{_SHORT_HOST}"), longest)
    hosts = data_file("emails.json")["hosts"]
    slots = _share_exactly(list(hosts.values()), 1 << _VARIANT_BITS - 1)
    host = np.repeat(np.arange(len(slots)), slots)
    rank = np.arange(len(host)) - (np.cumsum(slots) - slots)[host]
    tails = _objects([f"@{name}" for name in hosts])[host]

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        slot, separator = people.variant >> 1, people.variant & 1
        # A host has several slots: the number tells those apart too.
        number = people.number * slots[host[slot]] + rank[slot]
        handles = _handles(population, people, number, separator, tails[slot])
        return text_cells(site.column.type, _of_stated_names(frame, handles, f"@{next(iter(hosts))}"))

    _require_people(site)
    return make


@kind("username")
def username(site: Site, *, role: str = "", longest: int | None = None) -> Maker:
    """Unique user names made from the row's own name; with `longest` as in `email`."""
    if longest is not None:
        return _no_longer(username(site, role=role), _short_handles(site, role, longest, ""), longest)

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        # Emails tell the variants apart by separator and host; here the number has to.
        number = (people.number << _VARIANT_BITS) + people.variant
        empty = np.full(len(frame), "", dtype=object)
        handles = _handles(population, people, number, people.variant & 0, empty)
        return text_cells(site.column.type, _of_stated_names(frame, handles, ""))

    _require_people(site)
    return make


def _handles(population: Population, people: People, number: Index, separator: Index, tail: Texts) -> list[str]:
    firsts = population.firsts.slugs[people.first].tolist()
    lasts = population.lasts.slugs[people.last].tolist()
    between = np.array(_SEPARATORS, dtype=object)[separator].tolist()
    parts = zip(firsts, between, lasts, number.tolist(), tail.tolist(), strict=True)
    return [f"{first}{mark}{last}{digits or ''}{end}" for first, mark, last, digits, end in parts]


def _of_stated_names(frame: Frame, handles: list[str], tail: str) -> list[str]:
    """The same, from the stated name where a row states one. A hyphen, which no other has, keeps them unique."""
    stated = frame.world.keep(f"stated names of {frame.table.key}", lambda: _stated_names(frame))
    for at in np.flatnonzero(frame.rows < len(stated)).tolist():
        if name := stated[int(frame.rows[at])]:
            handles[at] = name + tail
    return handles


def _stated_names(frame: Frame) -> list[str]:
    """For each row that states a name, the name as written in an address; empty for the other stated rows."""
    table, world = frame.table, frame.world
    kinds = {column.generator.kind: name for name, column in table.columns.items() if column.generator}
    pinned = [kinds[kind] for kind in _NAMES if kind in kinds and world.pins.states(table.key, kinds[kind])]
    if not pinned:
        return []
    count = world.pins.rows[table.key]
    rows = world.frame(table.key, 0, count)
    parts = [kinds[kind] for kind in ("first_name", "last_name") if kind in kinds]
    columns = [
        rows[name].to_list() for name in (pinned if _NAMES[0] in kinds and kinds[_NAMES[0]] in pinned else parts)
    ]
    stating = [any(world.pins.states(table.key, name, row) for name in pinned) for row in range(count)]
    names = ["-".join(slug(word) for text in row for word in str(text).split()) for row in zip(*columns, strict=True)]
    return _numbered([name if states else "" for name, states in zip(names, stating, strict=True)])


def _numbered(names: Sequence[str]) -> list[str]:
    """The second of two like names gets a 2."""
    met: dict[str, int] = {}
    numbered = []
    for name in names:
        met[name] = met.get(name, 0) + 1
        numbered.append(name + (str(met[name]) if name and met[name] > 1 else ""))
    return numbered


def _no_longer(usual: Maker, short: Maker, longest: int) -> Maker:
    """The usual texts where they fit. Those have a mark between their names and the short ones none: none are alike."""

    def make(frame: Frame) -> Cells:
        cells = usual(frame)
        texts = cells.objects().copy()
        at = np.flatnonzero(np.array([len(text) > longest for text in texts.tolist()], dtype=np.bool_))
        if len(at):
            texts[at] = short(frame).objects()[at]
        return Cells(cells.type, texts)

    return make


def _short_handles(site: Site, role: str, longest: int, tail: str) -> Maker:
    """The beginning of the row's name with a number of the row's own, as many digits as leave some letters."""
    room = longest - len(tail)
    digits = min(max(room - 3, 1), 7)
    letters = room - digits
    if letters < 1:
        raise site.error(f"{longest} characters are too few for {len(tail) + 4}")
    if carried_by(site.table, site.column) is not None:
        site.require(10**digits, "lengthen the column")
    keyed = permutation(site.key("number"), 10**digits)

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        firsts, lasts = population.firsts.slugs[people.first].tolist(), population.lasts.slugs[people.last].tolist()
        # Digits of a fixed number tell the rows apart, whatever letters come before them.
        own = keyed.forward(frame.rows % 10**digits).tolist()
        rows = zip(firsts, lasts, own, strict=True)
        made = [f"{(first[0] + last)[:letters]}{number:0{digits}}{tail}" for first, last, number in rows]
        return text_cells(site.column.type, made)

    return make


def _of_person(site: Site, frame: Frame, names: str, which: str, role: str) -> Cells:
    population, people = person(frame, role)
    words = getattr(population, names).words
    return Cells(site.column.type, getattr(people, which), words)


def _require_people(site: Site) -> None:
    capacity = _FIRST_TICKETS * _LAST_TICKETS << _VARIANT_BITS
    site.require(capacity, "make the column by another kind, for example code")


def _names(lists: Sequence[Words], tickets: int) -> Names:
    """Tickets go to the lists in equal parts, and within each by weight."""
    words = [word for list_ in lists for word in list_.words]
    shares = [_share(list_.weights, tickets // len(lists)) for list_ in lists]
    held = np.concatenate(shares)
    slugs = [slug(word) for word in words]
    offsets, size = _groups(slugs, held)
    name = np.repeat(np.arange(len(words)), held)
    starts = np.cumsum(held) - held
    number = np.arange(len(name)) - starts[name] + offsets[name]
    return Names(_objects(words), _objects(slugs), name, number, size)


def _share(weights: Sequence[int], tickets: int) -> Index:
    """Integers in proportion to the weights, each at least 1, with `tickets` as their sum (more for more names)."""
    tickets = max(tickets, 1 << (2 * len(weights) - 1).bit_length())
    total, spare = sum(weights), tickets - len(weights)
    ends = [0]
    running = 0
    for weight in weights:
        running += weight
        ends.append(running * spare // total)
    return _differences(ends) + 1


def _share_exactly(weights: Sequence[int], size: int) -> Index:
    """Integers in proportion to the weights, with `size` as their sum."""
    total, running, ends = sum(weights), 0, [0]
    for weight in weights:
        running += weight
        ends.append(running * size // total)
    return _differences(ends)


def _differences(ends: Sequence[int]) -> Index:
    return np.array([high - low for low, high in pairwise(ends)], dtype=np.int64)


def _groups(slugs: Sequence[str], held: Index) -> tuple[Index, Index]:
    """For names that are written alike: where each one's numbers begin, and how many there are in all."""
    running: dict[str, int] = {}
    offsets = []
    for text, count in zip(slugs, held.tolist(), strict=True):
        offsets.append(running.get(text, 0))
        running[text] = offsets[-1] + count
    return np.array(offsets, dtype=np.int64), np.array([running[text] for text in slugs], dtype=np.int64)


def slug(word: str) -> str:
    """A name as it is written in an address: plain lower-case letters, `user` where none are left."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain) or "user"


def _objects(words: Sequence[str]) -> Texts:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array
