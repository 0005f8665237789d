"""Kinds of text: phrases from word lists, codes by pattern, identifiers, addresses on the net."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws import patterns
from pytest_misata.engine.draws.hashing import U64, below, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.datings import OPEN, quoted, told
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.phrases import SLOT, Phrases
from pytest_misata.engine.vocabulary import data_file, toml_file

Index = NDArray[np.int64]

_REMEMBERED = 2**15
_ENDS = ".!?:)"


@kind("phrase")
def phrase(
    site: Site,
    *,
    templates: Sequence[str],
    words: Mapping[str, Sequence[str]] | None = None,
    unique: bool = False,
    capital: bool = False,
    sentences: Sequence[int] = (1, 1),
    dated: str | None = None,
    quoting: Mapping[str, str] | None = None,
) -> Maker:
    """Text composed from templates such as "{adjective} {noun}" and a list of words for each name in braces.

    Names without a list of their own are looked up in `data/phrases.toml`: `{weekday}`, `{month}`, `{relation}`.
    `capital=True` begins each text with a capital letter. With `sentences` (from, to) it is so many such texts, one
    after another, no two of the same template or with a word in common. `dated` names a moment of the row, or of a
    parent: `{weekday}`, `{month}`, `{season}` and `{daytime}` without a list of their own are those of it. With
    `quoting` names stand for what columns of the row or of a parent say: `{ client = "client_id.name" }`.
    """
    first, last = sentences
    if not 1 <= first <= last or (unique and last > 1):
        raise site.error(f"sentences: the least and the greatest number, 1 for unique texts, not {list(sentences)}")
    known = {**toml_file("phrases.toml"), **(OPEN if dated else {}), **(words or {})}
    known |= {name: [f"{{{name}}}"] for name in quoting or ()}
    missing = {name for template in templates for name in SLOT.findall(template)} - set(known)
    if missing:
        raise site.error(f"no words for {', '.join(sorted(missing))}")
    phrases = Phrases(templates, known, capital=capital)
    if unique:
        site.require(phrases.size, "add words or templates")
    make = phrased(site, phrases, unique=unique) if last == 1 else _in_a_row(site, phrases, first, last)
    make = told(site, make, dated) if dated else make
    return quoted(site, make, quoting) if quoting else make


@kind("sentence")
def sentence(site: Site) -> Maker:
    """Short plain remarks of office life, for notes and descriptions."""
    data = data_file("sentences.json")
    return phrased(site, Phrases(data["templates"], data["words"]))


@kind("code")
def code(
    site: Site,
    *,
    pattern: str,
    unique: bool = True,
    consecutive: bool = False,
    lower: bool = False,
    then: Sequence[str] = (),
    quoting: Mapping[str, str] | None = None,
) -> Maker:
    """Codes by pattern: # is a digit, @ a capital letter, ? either; anything else stands for itself.

    `consecutive` ones are given out one after another, from a number in the second tenth of them on, and the rest after
    the last; `lower` writes them in lower case. Once all unique ones are given out, those of the patterns of `then`
    follow, which must have none of the same texts. `quoting` is as in `phrase`: `{dept}-####`.
    """
    every = [pattern, *then] if unique else [pattern]
    sizes = [patterns.capacity(each) for each in every]
    if unique:
        site.require(sum(sizes), "lengthen its pattern" if site.column.generator else "lengthen the column")
    if max(sizes) > 2**62:
        raise site.error(f"the pattern {pattern!r} has more than 2**62 texts; shorten it")
    if len(every) > 1:
        return _codes_in_turn(site, every, sizes)
    size = sizes[0]
    numbered = _consecutive(site, size) if consecutive else _scattered(site, size, unique=unique)

    def made(frame: Frame) -> Cells:
        numbers = numbered(frame)
        texts = patterns.render(pattern, numbers)
        return (
            text_cells(site.column.type, [text.lower() for text in texts]) if lower else Cells(site.column.type, texts)
        )

    return quoted(site, made, quoting) if quoting else made


def _scattered(site: Site, size: int, *, unique: bool) -> Callable[[Frame], Index]:
    keyed = permutation(site.key("order"), size) if unique else None
    return lambda frame: keyed.forward(frame.rows) if keyed else below(site.draw(frame, "value"), size)


def _consecutive(site: Site, size: int) -> Callable[[Frame], Index]:
    """Numbers as they are given out: a firm that has been at it for a while does not begin at 1."""
    tenth = size // 10
    first = tenth + (int(below(draw(site.key("first"), np.zeros(1, dtype=np.int64)), tenth)[0]) if tenth else 0)
    return lambda frame: (frame.rows + first) % size


def _codes_in_turn(site: Site, every: Sequence[str], sizes: Sequence[int]) -> Maker:
    starts = [0, *accumulate(sizes)]
    keyed = [permutation(site.key(f"order {each}"), size) for each, size in zip(every, sizes, strict=True)]

    def make(frame: Frame) -> Cells:
        texts = np.empty(len(frame), dtype=object)
        for number, each in enumerate(every):
            at = np.flatnonzero((frame.rows >= starts[number]) & (frame.rows < starts[number + 1]))
            texts[at] = patterns.render(each, keyed[number].forward(frame.rows[at] - starts[number]))
        return Cells(site.column.type, texts)

    return make


@kind("uuid")
def uuid(site: Site) -> Maker:
    """UUIDs of version 4."""

    # Version and variant take 6 of the 128 bits; 61 in each half are drawn.
    def make(frame: Frame) -> Cells:
        high = (site.draw(frame, "high") & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000)
        low = (site.draw(frame, "low") >> np.uint64(2)) | np.uint64(1 << 63)
        digits = np.concatenate([_nibbles(high), _nibbles(low)], axis=1)
        text = np.insert(_HEX[digits], (8, 12, 16, 20), ord("-"), axis=1)
        return Cells(site.column.type, _joined(text))

    return make


@kind("token")
def token(site: Site, *, length: int = 32, alphabet: str = "hex", prefix: str = "") -> Maker:
    """Random lower-case hexadecimal digits, unique for any likely number of rows from 32 on, behind a `prefix`.

    Other alphabets are `base58`, `bech32` and `base32`, those of addresses on chains.
    """
    if alphabet not in {"hex", *_ALPHABETS}:
        raise site.error(f"no alphabet {alphabet!r}; there are hex, {', '.join(_ALPHABETS)}")
    letters, width = (_HEX, 16) if alphabet == "hex" else (_ALPHABETS[alphabet], 8)

    def make(frame: Frame) -> Cells:
        parts = [site.draw(frame, f"part {part}") for part in range(-(-length // width))]
        words = [_nibbles(part) if width == 16 else _digits(part, len(letters)) for part in parts]
        texts = _joined(letters[np.concatenate(words, axis=1)[:, :length]])
        return Cells(site.column.type, np.array([prefix + text for text in texts], dtype=object) if prefix else texts)

    return make


@kind("ip")
def ip(site: Site) -> Maker:
    """IPv4 addresses of the blocks reserved for documentation and private use (RFC 5737, RFC 1918)."""

    def make(frame: Frame) -> Cells:
        octets = below(site.draw(frame, "value"), 2**24)
        parts = zip((octets >> 16).tolist(), (octets >> 8 & 255).tolist(), (octets & 255).tolist(), strict=True)
        return text_cells(site.column.type, [f"10.{a}.{b}.{c}" for a, b, c in parts])

    return make


def phrased(site: Site, phrases: Phrases, *, unique: bool = False) -> Maker:
    """Any of some phrases, or in a unique column one that no other row has."""
    keyed = permutation(site.key("order"), phrases.size) if unique else None
    known: list[NDArray[np.object_]] = []

    def make(frame: Frame) -> Cells:
        if keyed:
            numbers = keyed.forward(frame.rows)
        else:
            numbers = phrases.pick(site.draw(frame, "template"), site.draw(frame, "words"))
        if phrases.size > _REMEMBERED:
            return text_cells(site.column.type, [phrases.text(number) for number in numbers.tolist()])
        if not known:
            known.append(text_cells(site.column.type, [phrases.text(number) for number in range(phrases.size)]).data)
        return Cells(site.column.type, numbers, known[0])

    return make


def _in_a_row(site: Site, phrases: Phrases, first: int, last: int) -> Maker:
    """From `first` to `last` phrases for each row, as far as there are as many."""
    last, most = min(last, phrases.size), site.column.type.length or 2**31

    def make(frame: Frame) -> Cells:
        count = first + below(site.draw(frame, "count"), max(last - first + 1, 1))
        each = [phrases.pick(site.draw(frame, f"template {n}"), site.draw(frame, f"words {n}")) for n in range(last)]
        rows = zip(count.tolist(), *(numbers.tolist() for numbers in each), strict=True)
        texts = [
            _row_of([phrases.text(one) for one in _apart(phrases, numbers[:many])], most) for many, *numbers in rows
        ]
        return text_cells(site.column.type, texts)

    return make


def _apart(phrases: Phrases, numbers: Sequence[int]) -> Iterator[int]:
    """Those of some phrases that have no template and no word in common with one before."""
    seen: set[int | str] = set()
    for number in numbers:
        template, words = phrases.choices(number)
        if seen.isdisjoint((template, *words)):
            seen.update((template, *words))
            yield number


def _row_of(texts: Sequence[str], most: int) -> str:
    """The texts one after another, as far as so many characters have room; the last alone may end without a mark."""
    whole = texts[0]
    for text in texts[1:]:
        longer = f"{whole}{'' if whole[-1] in _ENDS else '.'} {text}"
        if len(longer) > most:
            break
        whole = longer
    return whole


_HEX = np.array([ord(digit) for digit in "0123456789abcdef"], dtype=np.uint32)


_ALPHABETS = {
    name: np.array([ord(letter) for letter in letters], dtype=np.uint32)
    for name, letters in {
        "base58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
        "bech32": "023456789acdefghjklmnpqrstuvwxyz",
        "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    }.items()
}


def _digits(words: U64, base: int) -> Index:
    """Eight digits of a base of up to 256 from each number."""
    octets = words.astype(">u8").view(np.uint8).reshape(-1, 8)
    return octets.astype(np.int64) * base >> 8


def _nibbles(words: U64) -> NDArray[np.uint8]:
    """The 16 hexadecimal digits of each number, highest first."""
    octets = words.astype(">u8").view(np.uint8).reshape(-1, 8)
    return np.stack([octets >> 4, octets & 15], axis=2).reshape(-1, 16)


def _joined(letters: NDArray[np.uint32]) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = (
        np.ascontiguousarray(letters, dtype=np.uint32).view(f"U{letters.shape[1]}").ravel().astype(object)
    )
    return texts
