"""Kinds that describe one person: names, title, gender, email, username, all of the same hidden person of the row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import Uniqueness
from pytest_misata.engine.kinds.once import each_name_once
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.meaning import EACH_ONCE
from pytest_misata.engine.people.countries import country_of
from pytest_misata.engine.people.names import names_of
from pytest_misata.engine.people.nations import nations
from pytest_misata.engine.people.population import (
    FIRST_TICKETS,
    LAST_TICKETS,
    NEITHER,
    VARIANT_BITS,
    People,
    Population,
    genders,
    person,
    population_of,
)
from pytest_misata.engine.vocabulary import data_file
from pytest_misata.schema.uniqueness import carried_by

Index = NDArray[np.int64]
Texts = NDArray[np.object_]

_NAMES = ("full_name", "first_name", "last_name")
_SEPARATORS = (".", "_")
_SHORT_HOST = "mail.example"
_USUAL_SHAPE = "{first} {last}"


@kind("first_name")
def first_name(site: Site, *, role: str = "", women: Any = None, unique: Uniqueness = False) -> Maker:
    """Given names, as often as they are met. Columns of one `role` are of one person, for this and the next kinds.

    With `women`, a share from 0 to 1, so many rows have names of women, to the nearest row; also in the next kinds.
    Unique ones are each name once, then each with a second one.
    """
    _check_share(site, women)
    if unique:
        return each_name_once(site, role, family=False, unique=unique)

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        return Cells(site.column.type, people.first, population.first_words)

    return make


@kind("last_name")
def last_name(site: Site, *, role: str = "", unique: Uniqueness = False) -> Maker:
    """Family names, as often as they are met; both of them where people have two. Unique ones: each, then pairs."""
    if unique:
        return each_name_once(site, role, family=True, unique=unique)
    return lambda frame: text_cells(site.column.type, _family_names(frame, role))


@kind("full_name")
def full_name(site: Site, *, role: str = "", women: Any = None, of_so_many: int | None = None) -> Maker:
    """Given and family name, in the order of the person's country; `women` as in `first_name`.

    With `of_so_many` there are that many people at the most, each in several rows: the drivers of a bus company.
    """
    _check_share(site, women)
    if role.startswith(EACH_ONCE):
        codes = nations(site.world.frame(site.table.key, 0, 0), role)[0]
        site.require(population_of(site.world, codes).pairs, "make the column by another kind")

    def make(frame: Frame) -> Cells:
        if of_so_many is not None:
            rows = below(site.draw(frame, "who"), of_so_many)
            known, which = np.unique(rows, return_inverse=True)
            return named(Frame(site.world, site.table, known)).take(which)
        return named(frame)

    def named(frame: Frame) -> Cells:
        population, people = person(frame, role)
        firsts = population.first_words[people.first].tolist()
        lasts = _family_names(frame, role).tolist()
        if all(names.shape == _USUAL_SHAPE for names in population.names):
            return text_cells(site.column.type, [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)])
        middles, nation = _middle_names(frame, role).tolist(), population.nation[people.first].tolist()
        shapes = [names.shape for names in population.names]
        rows = zip(nation, firsts, middles, lasts, strict=True)
        return text_cells(
            site.column.type, [shapes[at].format(first=first, middle=mid, last=last) for at, first, mid, last in rows]
        )

    return make


def _family_names(frame: Frame, role: str) -> Texts:
    """The family names of people; some countries' have two."""
    return frame.keep(("family names", role), lambda: _made_family_names(frame, role))


def _made_family_names(frame: Frame, role: str) -> Texts:
    population, people = person(frame, role)
    lasts: Texts = population.last_words[people.last]
    two = np.array([names.surnames > 1 for names in population.names], dtype=np.bool_)[population.nation[people.first]]
    if two.any():
        lasts = lasts.copy()
        second = population.second_last(frame.draw("@person", role, "second family name"), people)
        lasts[two] = lasts[two] + " " + population.last_words[second][two]
    return lasts


def _middle_names(frame: Frame, role: str) -> Texts:
    """The names between others, where people have one."""
    population, people = person(frame, role)
    bits = frame.draw("@person", role, "middle name")
    found = np.full(len(frame), "", dtype=object)
    for nation, names in enumerate(population.names):
        for woman, words in zip((True, False), names.middles, strict=True):
            here = (population.nation[people.first] == nation) & (population.is_woman[people.first] == woman)
            if words and here.any():
                found[here] = _objects(words)[below(bits[here], len(words))]
    return found


_PEOPLE = 200
"""People for whom there is one of another gender than their sex."""


@kind("gender")
def gender(
    site: Site,
    *,
    values: Sequence[Any] = ("female", "male"),
    role: str = "",
    women: Any = None,
    neither: Any = None,
    others: Sequence[Any] = (),
) -> Maker:
    """The gender that goes with the given name: the first of `values` for women, the second for men.

    `women` as in `first_name`; with `neither` so many rows have the third of `values`. One row in some two hundred has
    each of `others`: the share of people who said in the census of 2021 for England and Wales that their gender was
    another than their sex (ONS: 0.5 percent).
    """
    _check_share(site, women)
    _check_share(site, neither)
    if neither is not None and (women is None or len(values) < 3 or exact(women) + exact(neither) > 1):
        raise site.error("a share of neither goes with one of women, both at most 1, and with a third value")
    stated = encode(site.column.type, [*values, *others])

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        found = (~population.is_woman[people.first]).astype(np.int64)
        told = genders(frame, role) if neither is not None else None
        found = found if told is None else np.where(told == NEITHER, NEITHER, found)
        if others:
            place = below(site.draw(frame, "others"), _PEOPLE + len(others))
            found = np.where(place < _PEOPLE, found, len(values) + place - _PEOPLE)
        return stated.take(found)

    return make


def _check_share(site: Site, share: Any) -> None:
    if share is not None and not 0 <= exact(share) <= 1:
        raise site.error(f"a share lies between 0 and 1, not {share}")


@kind("title")
def title(site: Site, *, role: str = "", women: Sequence[str] = (), men: Sequence[str] = ()) -> Maker:
    """The form of address that goes with the person's gender and country, or one of those of `women` and of `men`."""
    if bool(women) != bool(men):
        raise site.error("forms of address are stated for women and for men")

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        bits = site.draw(frame, "value")
        found = np.empty(len(frame), dtype=object)
        for nation, names in enumerate(population.names):
            for woman, words in zip((True, False), (women, men) if women else names.titles, strict=True):
                here = (population.nation[people.first] == nation) & (population.is_woman[people.first] == woman)
                found[here] = _objects(words)[below(bits[here], len(words))]
        return text_cells(site.column.type, found)

    return make


@kind("email")
def email(site: Site, *, role: str = "", longest: int | None = None, host: str = "") -> Maker:
    """Unique addresses made from the row's own name, at reserved hosts (RFC 2606) that no mail can reach, or at `host`.

    Those longer than `longest` characters are written in a short way: the name is cut, and a number of the row's own
    stands behind it.
    """
    if longest is not None:
        return _no_longer(
            email(site, role=role, host=host), _short_handles(site, role, longest, f"@{host or _SHORT_HOST}"), longest
        )
    hosts = {host: 1} if host else data_file("emails.json")["hosts"]
    slots = _share_exactly(list(hosts.values()), 1 << VARIANT_BITS - 1)
    at = np.repeat(np.arange(len(slots)), slots)
    rank = np.arange(len(at)) - (np.cumsum(slots) - slots)[at]
    tails = _objects([f"@{name}" for name in hosts])[at]

    def make(frame: Frame) -> Cells:
        population, people = person(frame, role)
        slot, separator = people.variant >> 1, people.variant & 1
        # A host has several slots: the number tells those apart too.
        number = people.number * slots[at[slot]] + rank[slot]
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
        number = (people.number << VARIANT_BITS) + people.variant
        empty = np.full(len(frame), "", dtype=object)
        handles = _handles(population, people, number, people.variant & 0, empty)
        return text_cells(site.column.type, _of_stated_names(frame, handles, ""))

    _require_people(site)
    return make


def _handles(population: Population, people: People, number: Index, separator: Index, tail: Texts) -> list[str]:
    firsts = population.first_slugs[people.first].tolist()
    lasts = population.last_slugs[people.last].tolist()
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
    count, spelling = world.pins.rows[table.key], names_of(world.vocabulary, country_of(world.schema.locale))
    rows = world.frame(table.key, 0, count)
    parts = [kinds[kind] for kind in ("first_name", "last_name") if kind in kinds]
    columns = [
        rows[name].to_list() for name in (pinned if _NAMES[0] in kinds and kinds[_NAMES[0]] in pinned else parts)
    ]
    stating = [any(world.pins.states(table.key, name, row) for name in pinned) for row in range(count)]
    names = [
        "-".join(spelling.slug(word) for text in row for word in str(text).split())
        for row in zip(*columns, strict=True)
    ]
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
        firsts, lasts = population.first_slugs[people.first].tolist(), population.last_slugs[people.last].tolist()
        # Digits of a fixed number tell the rows apart, whatever letters come before them.
        own = keyed.forward(frame.rows % 10**digits).tolist()
        rows = zip(firsts, lasts, own, strict=True)
        made = [f"{(first[0] + last)[:letters]}{number:0{digits}}{tail}" for first, last, number in rows]
        return text_cells(site.column.type, made)

    return make


def _require_people(site: Site) -> None:
    capacity = FIRST_TICKETS * LAST_TICKETS << VARIANT_BITS
    site.require(capacity, "make the column by another kind, for example code")


def _share_exactly(weights: Sequence[int], size: int) -> Index:
    """Integers in proportion to the weights, with `size` as their sum."""
    total, running, ends = sum(weights), 0, [0]
    for weight in weights:
        running += weight
        ends.append(running * size // total)
    return _differences(ends)


def _differences(ends: Sequence[int]) -> Index:
    return np.array([high - low for low, high in pairwise(ends)], dtype=np.int64)


def _objects(words: Sequence[str]) -> Texts:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array
