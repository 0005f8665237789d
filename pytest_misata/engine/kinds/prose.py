"""The kind of running text: remarks, descriptions, articles, as long as the column has room for."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.vocabulary import toml_file

Index = NDArray[np.int64]

_VARIETY = 5
"""Whole sentences are used where at least so many fit; shorter remarks otherwise."""


@kind("prose")
def prose(site: Site, *, of: str = "note", sentences: Sequence[int] = (1, 2), form: str = "sentences") -> Maker:
    """So many sentences (from, to) on a subject, which is a table of `data/prose.toml`; a few words with form `brief`.

    Where there is no room it is one sentence, or a few words.
    """
    if of not in toml_file("prose.toml"):
        raise site.error(f"no text about {of!r}; there is {', '.join(toml_file('prose.toml'))}")
    first, last = (1, 1) if form == "brief" else sentences
    if not 1 <= first <= last:
        raise site.error(f"sentences is the least and the greatest number, not {list(sentences)}")
    texts = fitting_texts(of, site.column.type.length, form)
    if not texts:
        raise site.error("no text is short enough for the column")
    most = _most(texts, site.column.type.length)
    return _joined(site, texts, min(first, most), min(last, most))


def fitting_texts(of: str, length: int | None, form: str = "sentences") -> list[str]:
    """The sentences that fit the column; remarks of a few words where hardly any does, or where they are asked for."""
    entry = toml_file("prose.toml")[of]
    whole = [text for text in entry["sentences"] if length is None or len(text) <= length] if form != "brief" else []
    if len(whole) >= _VARIETY:
        return whole
    return whole + [text for text in entry["brief"] if length is None or len(text) <= length]


def _most(texts: Sequence[str], length: int | None) -> int:
    """How many sentences fit at the least."""
    if length is None:
        return len(texts)
    longest = max(len(text) for text in texts)
    return max(1, min(len(texts), (length + 1) // (longest + 1)))


def _joined(site: Site, texts: Sequence[str], first: int, last: int) -> Maker:
    vocabulary = text_cells(site.column.type, list(texts)).data
    strides = [step for step in range(1, len(texts) + 1) if gcd(step, len(texts)) == 1]

    def make(frame: Frame) -> Cells:
        start = below(site.draw(frame, "start"), len(texts))
        if last == 1:
            return Cells(site.column.type, start, vocabulary)
        count = first + below(site.draw(frame, "count"), last - first + 1)
        stride = np.array(strides, dtype=np.int64)[below(site.draw(frame, "stride"), len(strides))]
        return text_cells(site.column.type, _texts(texts, start, count, stride))

    return make


def _texts(texts: Sequence[str], start: Index, count: Index, stride: Index) -> list[str]:
    """From each start so many texts, no two alike since the stride visits all of them."""
    rows = zip(start.tolist(), count.tolist(), stride.tolist(), strict=True)
    return [" ".join(texts[(at + n * step) % len(texts)] for n in range(many)) for at, many, step in rows]
