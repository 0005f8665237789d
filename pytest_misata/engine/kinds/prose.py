"""The kind of running text: remarks, descriptions, articles, as long as the column has room for."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import Uniqueness, from_list
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.sentences import APART, different_texts, fitting_texts
from pytest_misata.engine.vocabulary import toml_file

Index = NDArray[np.int64]


@kind("prose")
def prose(
    site: Site,
    *,
    of: str = "note",
    sentences: Sequence[int] = (1, 2),
    form: str = "sentences",
    unique: Uniqueness = False,
) -> Maker:
    """So many sentences (from, to) on a subject, which is a table of `data/prose.toml`; a few words with form `brief`.

    Where there is no room it is one sentence, or a few words. Unique ones are of as many sentences as tell them apart
    and fit, and say what they are about once there are no more: `Parking: Same as last time.`
    """
    if of not in toml_file("prose.toml"):
        raise site.error(f"no text about {of!r}; there is {', '.join(toml_file('prose.toml'))}")
    first, last = (1, 1) if form == "brief" else sentences
    if not 1 <= first <= last:
        raise site.error(f"sentences is the least and the greatest number, not {list(sentences)}")
    length = site.column.type.length
    texts = fitting_texts(of, length - APART if unique and length is not None else length, form)
    if not texts:
        raise site.error("no text is short enough for the column")
    if unique:
        return from_list(site, different_texts(tuple(texts), length), unique=unique, number=_about)
    most = _most(texts, site.column.type.length)
    return _joined(site, texts, min(first, most), min(last, most))


def _about(text: str, number: int) -> str:
    """The text as one about something: `Parking: Same as last time.`; after the last such thing, with a number."""
    topics: Sequence[str] = toml_file("phrases.toml")["topic"]
    if number - 2 < len(topics):
        return f"{topics[(number - 2 + _mixed(text)) % len(topics)]}: {text}"
    stem, mark = (text[:-1], text[-1]) if text[-1:] in ".!?" else (text, "")
    return f"{stem} ({number - len(topics)}){mark}"


def _mixed(text: str) -> int:
    """Where a text begins among topics, so that rows that follow each other are about different things."""
    return sum(map(ord, text))


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
