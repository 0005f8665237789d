"""What a text says of other columns: the day of the week, month, season and time of day of a moment, or all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.periods import MONTHS, WEEKDAYS
from pytest_misata.engine.kinds.registry import Maker, Site, read

Index = NDArray[np.int64]

_DAY, _HOUR = 86_400_000_000, 3_600_000_000
_THURSDAY = 3
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_DAYTIMES = ("night", "morning", "noon", "afternoon", "evening")
_LONGEST = 2**31
_FROM = (5, 11, 14, 18)
"""The hours at which one time of day gives way to the next."""
_TOLD: Mapping[str, Sequence[str]] = {
    "weekday": WEEKDAYS,
    "month": MONTHS,
    "season": _SEASONS,
    "daytime": _DAYTIMES,
}
"""The words for what a moment is, by the name that templates have for it."""

OPEN: Mapping[str, Sequence[str]] = {name: [f"{{{name}}}"] for name in _TOLD}
"""Words that leave in a text what a moment tells."""


def told(site: Site, make: Maker, moment: str) -> Maker:
    """Texts whose `{weekday}`, `{month}`, `{season}` and `{daytime}` are those of a column's moment."""

    def make_told(frame: Frame) -> Cells:
        texts, cells = make(frame).objects(), read(frame, moment)
        day = cells.data if cells.type.kind == "date" else cells.data // _DAY
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        hour = cells.data % _DAY // _HOUR if cells.type.kind == "datetime" else np.full(len(day), _FROM[0])
        at = [(day + _THURSDAY) % 7, month, (month + 1) % 12 // 3, np.searchsorted(_FROM, hour, side="right")]
        each = zip(texts.tolist(), *(numbers.tolist() for numbers in at), strict=True)
        filled = text_cells(site.column.type, [_filled(text, numbers) for text, *numbers in each])
        return filled.cut(site.column.type.length or _LONGEST)

    return make_told


def _filled(text: str, numbers: Sequence[int]) -> str:
    if "{" in text:
        for (name, words), number in zip(_TOLD.items(), numbers, strict=True):
            text = text.replace(f"{{{name}}}", words[number])
    return text


def quoted(site: Site, make: Maker, quoting: Mapping[str, str]) -> Maker:
    """Texts in which names in braces stand for what columns of the row, or of a parent, say."""

    def make_quoted(frame: Frame) -> Cells:
        texts = make(frame).objects().tolist()
        for name, column in quoting.items():
            said = read(frame, column).objects().tolist()
            texts = [text.replace(f"{{{name}}}", str(word)) for text, word in zip(texts, said, strict=True)]
        return text_cells(site.column.type, texts).cut(site.column.type.length or _LONGEST)

    return make_quoted
