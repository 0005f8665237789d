"""What companies are called, and where they are on the net: with names of the country that the row is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, product
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws import patterns
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.texts import phrased
from pytest_misata.engine.people.countries import country, country_of
from pytest_misata.engine.people.names import names_of
from pytest_misata.engine.people.nations import nations
from pytest_misata.engine.texts.phrases import Phrases
from pytest_misata.engine.texts.terms import slugged
from pytest_misata.engine.vocabulary import data_file

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_FAMILIES, _PARTNERS, _LONGEST = 600, 300, 14
_LATIN = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\u2019]*")


@kind("company")
def company(site: Site, *, unique: bool = True, trades: bool = True) -> Maker:
    """Names of companies, with family names and a legal form of the country that the row is in.

    A number stands for the same name but for its form in all countries of one language; others have no name in common
    that is one's family name. So names differ across countries, too. Without `trades` no name tells what they do.
    """
    size = _companies(site.world, (None,), 0, trades=trades).size
    if unique:
        site.require(size, "make the column by another kind, for example code")
    once = _each_once(site, _companies(site.world, (None,), 0, trades=trades).sizes) if unique else None

    def make(frame: Frame) -> Cells:
        codes, at = nations(frame, "")
        known = [_companies(site.world, codes, nation, trades=trades) for nation in range(len(codes))]
        numbers = once(frame) if once else known[0].pick(site.draw(frame, "template"), site.draw(frame, "words"))
        pairs = zip(numbers.tolist(), [0] * len(frame) if at is None else at.tolist(), strict=True)
        return text_cells(site.column.type, [known[nation].text(number) for number, nation in pairs])

    return make


def _each_once(site: Site, sizes: Sequence[int]) -> Callable[[Frame], Index]:
    """Another number for each row: of every template in turn, as long as it has any left."""
    keyed = [permutation(site.key(f"order {at}"), size) for at, size in enumerate(sizes)]
    starts, order = np.cumsum([0, *sizes[:-1]]), np.argsort(sizes, kind="stable")

    def numbers(frame: Frame) -> Index:
        made, first, used = np.empty(len(frame), dtype=np.int64), 0, 0
        for smallest in range(len(sizes)):
            left = order[smallest:]
            until = first + len(left) * (sizes[left[0]] - used)
            here = np.flatnonzero((frame.rows >= first) & (frame.rows < until))
            turn, place = np.divmod(frame.rows[here] - first, len(left))
            place = (place + below(draw(site.key("turn"), turn), len(left))) % len(left)
            for at, template in enumerate(left.tolist()):
                of_it = place == at
                made[here[of_it]] = starts[template] + keyed[template].forward(turn[of_it] + used)
            first, used = until, sizes[left[0]]
        return made

    return numbers


def _companies(world: World, codes: Sequence[str | None], nation: int, *, trades: bool) -> Phrases:
    """The names that companies of one of several countries may have."""
    families = _families(world, codes, nation)

    def compose() -> Phrases:
        data = data_file("companies.json")
        forms = [*country(codes[nation] or "US").legal_forms, *data["words"]["form"]]
        words = {**data["words"], "form": forms, "family": families, "partner": families[:_PARTNERS]}
        return Phrases([each for each in data["templates"] if trades or "{trade}" not in each], words)

    return world.keep(f"companies of {codes[: nation + 1]} {trades}", compose)


def _families(world: World, codes: Sequence[str | None], nation: int) -> Sequence[str]:
    """So many family names in the language of a country, none of which the countries before it have in another."""
    tongues = [country(code or country_of(world.schema.locale) or "US").languages[0] for code in codes[: nation + 1]]
    first = tongues.index(tongues[nation])

    def compose() -> Sequence[str]:
        others = [_families(world, codes, at) for at in dict.fromkeys(map(tongues.index, tongues[:first]))]
        taken = set(map(slugged, chain.from_iterable(others)))
        own = [name for name in _names(world, codes[first]) if slugged(name) not in taken]
        return list(islice(chain(own, _with_initials(own)), _FAMILIES))

    return world.keep(f"family names of companies of {codes[: first + 1]}", compose)


def _names(world: World, code: str | None) -> Sequence[str]:
    """The family names of a country in Latin letters, each once however it is written: Juarez, and no Juárez."""
    if code in (None, country_of(world.schema.locale)):
        words = world.vocabulary.words("person", "last_names").words
    else:
        words = names_of(world.vocabulary, code).lasts[1].words
    spell = names_of(world.vocabulary, code).slug
    plain = [word if _LATIN.fullmatch(word) else spell(word).capitalize() for word in words if len(word) <= _LONGEST]
    return list({slugged(word): word for word in reversed(plain)}.values())[::-1]


def _with_initials(names: Sequence[str]) -> Iterator[str]:
    letters = [f"{letter}." for letter in ascii_uppercase]
    first = [*letters, *map(" ".join, product(letters, letters))]
    return (f"{initials} {name}" for initials, name in product(first, names))


@kind("url")
def url(site: Site, *, path: str = "", of: str = "") -> Maker:
    """Web addresses at hosts reserved for examples; `path` may be a pattern as in `code`.

    With `of` it is the site of the company whose name that column tells.
    """
    words = data_file("companies.json")["words"]
    stems = Phrases(
        ["https://www.{stem}{tail}.example/"], {key: [w.lower() for w in words[key]] for key in ("stem", "tail")}
    )
    hosts = phrased(site, stems)

    def make(frame: Frame) -> Cells:
        told = read(frame, of) if of else hosts(frame)
        texts = [_site_of(text) if of else text for text in told.objects().tolist()]
        if path:
            texts = [a + b for a, b in zip(texts, patterns.fill(path, draw(site.key("path"), frame.rows)), strict=True)]
        return text_cells(site.column.type, texts)

    return make


def _site_of(name: str) -> str:
    """Where a company of this name is on the net."""
    return f"https://www.{_host_of(name)}/"


def _host_of(name: str) -> str:
    """The name without its legal form, in small letters, at a host reserved for examples."""
    words = re.findall(r"[A-Za-z0-9]+", anyascii(name))
    told = [word for word in words if len(word) > 1 and word.lower() not in _FORMS]
    return f"{''.join(told[:2]).lower() or 'company'}.example"


_FORMS = frozenset("llc inc ltd corp gmbh ag kg plc sa srl bv nv oy ab as aps pty ltda eireli spa sas sarl kk".split())
"""Legal forms as they stand in names."""
_DESKS = ("info", "contact", "office", "hello", "accounts", "mail")


@kind("desk_email")
def desk_email(site: Site, *, of: str) -> Maker:
    """Addresses of an organisation, not of a person there: info@ and the like, at the host of its name in `of`."""

    def make(frame: Frame) -> Cells:
        desks = below(site.draw(frame, "desk"), len(_DESKS)).tolist()
        names = read(frame, of).objects().tolist()
        return text_cells(site.column.type, [f"{_DESKS[at]}@{_host_of(n)}" for at, n in zip(desks, names, strict=True)])

    return make
