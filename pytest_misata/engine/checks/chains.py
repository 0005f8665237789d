"""Texts that are made of other columns of the row and of constants, in part or whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.numbers import Bool
from pytest_misata.schema.sql.predicates import Col

Part = Col | str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """A column whose text is made of others and of constants; any text stands where a part is None."""

    column: str
    parts: tuple[Part, ...]
    folded: bool = False
    """Whether capitals do not count."""
    taken: str | None = None
    """The column among the parts that is taken out of the text, where the text is made by itself."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        return tuple(dict.fromkeys((self.column, *(part.name for part in self.parts if isinstance(part, Col)))))

    @property
    def made_column(self) -> str:
        """The one that is made of the others."""
        return self.taken or self.column

    @property
    def is_open(self) -> bool:
        """Whether a part is any text."""
        return None in self.parts

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        texts = plain_texts(cells[self.column])
        if not self.is_open:
            return np.asarray(texts == self._joined(cells), dtype=np.bool_)
        others = self._texts(cells)
        found = [
            text is not None and self._pattern(row, {}).fullmatch(text) is not None
            for text, row in zip(texts.tolist(), others, strict=True)
        ]
        return np.array(found, dtype=np.bool_)

    def made(self, cells: Mapping[str, Cells], longest: int | None = None) -> NDArray[Any]:
        """The text of each row, of no more than so many characters where what is any text can be cut to that."""
        if not self.is_open:
            return self._joined(cells)
        usual = plain_texts(cells[self.column]).tolist()
        rows = self._texts(cells)
        if self.taken is not None:
            own = plain_texts(cells[self.taken]).tolist()
            texts = [self._taken(text, row, one) for text, row, one in zip(usual, rows, own, strict=True)]
        else:
            texts = [self._filled(text, row, longest) for text, row in zip(usual, rows, strict=True)]
        result = np.empty(len(texts), dtype=object)
        result[:] = texts
        return result

    def _joined(self, cells: Mapping[str, Cells]) -> NDArray[Any]:
        texts = [_written(cells[part.name]) if isinstance(part, Col) else part for part in self.parts]
        total: Any = np.full(len(next(iter(cells.values()))), "", dtype=object)
        for part in texts:
            total = total + part
        result: NDArray[Any] = total
        return result

    def _texts(self, cells: Mapping[str, Cells]) -> list[dict[str, Any]]:
        names = [name for name in self.columns if name != self.column]
        texts = [_written(cells[name]).tolist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)]

    def _pattern(self, row: Mapping[str, Any], unknown: Mapping[str, str]) -> re.Pattern[str]:
        def written(part: Part) -> str:
            if part is None:
                return ".*"
            if isinstance(part, str):
                return re.escape(part)
            return unknown.get(part.name) or re.escape(str(row[part.name]))

        return re.compile("".join(map(written, self.parts)), re.DOTALL | (re.IGNORECASE if self.folded else 0))

    def _taken(self, text: str, row: Mapping[str, Any], own: Any) -> Any:
        """The part of a text that a column is; what it is usually where the text has no such part."""
        name = self.taken or ""
        found = self._pattern(row, {name: "(.+?)" if self.parts[-1] is None else "(.+)"}).fullmatch(text)
        return own if found is None else found[1]

    def _filled(self, usual: str, row: Mapping[str, Any], longest: int | None) -> str:
        """The usual text where that is right, else what is left of it beside the other parts."""
        if self._pattern(row, {}).fullmatch(usual):
            return usual
        fixed = [str(row[part.name]) if isinstance(part, Col) else part for part in self.parts]
        room = None if longest is None else max(longest - sum(len(part) for part in fixed if part is not None), 0)
        fillers = [_filler(usual, self.parts, at)[:room] if part is None else part for at, part in enumerate(fixed)]
        return "".join(fillers)


def _filler(usual: str, parts: Sequence[Part], at: int) -> str:
    """What stands for any text at a place: at one end, what the usual text has there."""
    if at == 0:
        return _beside(usual, parts[1], lambda literal: usual.partition(literal)[0])
    if at == len(parts) - 1 and parts[0] is not None:
        return _beside(usual, parts[at - 1], lambda literal: usual.partition(literal)[2])
    return ""


def _beside(usual: str, literal: Part, rest: Callable[[str], str]) -> str:
    found = rest(literal) if isinstance(literal, str) and literal in usual else ""
    return found or usual


def _written(cells: Cells) -> NDArray[Any]:
    """The text of each row; a whole number as it is written."""
    plain = plain_texts(cells)
    return plain if cells.type.is_text else plain.astype(str).astype(object)


def plain_texts(cells: Cells) -> NDArray[Any]:
    """The text of each row."""
    return cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]
