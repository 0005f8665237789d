"""Rows as text for a database's bulk road, made column by column without touching single values.

Each column becomes a block of bytes, one line of fixed width a row, padded with zero bytes. The blocks stand side by
side, and the padding is dropped from the whole in one go. A zero byte cannot be part of a value: PostgreSQL has
none in text, and the other roads that use this module escape it first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.errors import LoadError

Block = NDArray[np.uint8]
Integers = NDArray[np.int64]

DAY = 86_400_000_000
_SECOND = 1_000_000
_TEN_THOUSAND = np.int64(10_000)
_WIDEST = 1 << 22
"""Bytes of padded text to work on at a time: enough to amortise a call, little enough for a processor's cache."""
_LARGEST_VOCABULARY = 1 << 15
"""Words to escape once for all batches; of larger vocabularies each batch escapes what it uses."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a database wants its rows written: what stands before, between and after values, and how text is escaped."""

    separator: bytes = b"\t"
    begin: bytes = b""
    end: bytes = b"\n"
    null: bytes = b"\\N"
    quote: bytes = b""
    escapes: tuple[tuple[bytes, bytes], ...] = (
        (b"\\", b"\\\\"),
        (b"\t", b"\\t"),
        (b"\n", b"\\n"),
        (b"\r", b"\\r"),
    )
    formats: dict[str, Callable[[Cells, Layout], Block]] = field(default_factory=dict)
    """Kinds of column written otherwise than here."""
    bare: frozenset[str] = frozenset({"integer", "numeric", "float", "boolean"})
    """Kinds that are never quoted."""
    utc: bytes = b""
    """What follows a moment or a time of day that has a time zone."""

    def escape(self, raw: bytes) -> bytes:
        """The bytes with everything escaped that would end or change a value."""
        for special, written in self.escapes:
            if special in raw:
                raw = raw.replace(special, written)
        return raw


class Writer:
    """Writes the rows of one table. Vocabularies are escaped once each, and kept for the next batch."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._vocabularies: dict[str, tuple[Any, Block]] = {}

    def rows(self, columns: dict[str, Cells]) -> bytes:
        """The rows of these columns, in the order of the mapping."""
        blocks = [self._finished(name, cells) for name, cells in columns.items()]
        size = len(blocks[0])
        step = max(1, _WIDEST // max(1, sum(block.shape[1] for block in blocks)))
        return b"".join(self._join([b[start : start + step] for b in blocks]) for start in range(0, size, step))

    def _join(self, blocks: Sequence[Block]) -> bytes:
        layout = self._layout
        parts: list[bytes | Block] = [layout.begin]
        for position, block in enumerate(blocks):
            parts += [layout.separator] * bool(position) + [block]
        flat = beside(len(blocks[0]), *parts, layout.end).ravel()
        raw: bytes = flat[flat != 0].tobytes()
        return raw

    def _finished(self, name: str, cells: Cells) -> Block:
        layout = self._layout
        block = self._block(name, cells)
        if layout.quote and cells.type.kind not in layout.bare:
            block = beside(len(block), layout.quote, block, layout.quote)
        return block if cells.null is None else _with_null(block, cells.null, layout.null)

    def _block(self, name: str, cells: Cells) -> Block:
        special = self._layout.formats.get(cells.type.kind)
        if special is not None:
            return special(cells, self._layout)
        if cells.type.is_text:
            return self._text(name, cells)
        return _FORMATS[cells.type.kind](cells, self._layout)

    def _text(self, name: str, cells: Cells) -> Block:
        if cells.vocabulary is None:
            return text_block(name, cells.objects(), self._layout)
        if len(cells.vocabulary) > max(_LARGEST_VOCABULARY, len(cells)):
            return text_block(name, cells.vocabulary[visible(cells)], self._layout)
        known, block = self._vocabularies.get(name, (None, None))
        if block is None or known is not cells.vocabulary:
            block = text_block(name, cells.vocabulary, self._layout)
            self._vocabularies[name] = (cells.vocabulary, block)
        found: Block = block[visible(cells)]
        return found


def visible(cells: Cells) -> Integers:
    """The data, with 0 where it is NULL: what stands there may be anything, and widths follow the largest."""
    return cells.data if cells.null is None else np.where(cells.null, 0, cells.data)


def as_objects(values: list[Any]) -> NDArray[np.object_]:
    """An array of Python objects, whatever they are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def beside(rows: int, *parts: bytes | Block) -> Block:
    """Blocks and constant text side by side."""
    widths = [len(part) if isinstance(part, bytes) else part.shape[1] for part in parts]
    out = np.empty((rows, sum(widths)), dtype=np.uint8)
    start = 0
    for part, width in zip(parts, widths, strict=True):
        out[:, start : start + width] = np.frombuffer(part, np.uint8) if isinstance(part, bytes) else part
        start += width
    return out


def _with_null(block: Block, null: NDArray[np.bool_], word: bytes) -> Block:
    if block.shape[1] < len(word):
        block = beside(len(block), block, bytes(len(word) - block.shape[1]))
    elif not block.flags.owndata or not block.flags.writeable:
        block = block.copy()
    block[null] = 0
    block[null, : len(word)] = np.frombuffer(word, np.uint8)
    return block


def text_block(name: str, values: NDArray[np.object_], layout: Layout) -> Block:
    """Escaped UTF-8 of each str."""
    # A vocabulary may hold None for what is NULL.
    raw = "\0".join([value or "" for value in values.tolist()]).encode()
    found = np.frombuffer(layout.escape(raw), np.uint8)
    ends = np.flatnonzero(found == 0)
    if len(ends) != max(0, len(values) - 1):
        raise LoadError(f"column {name}: a text with a NUL character cannot be loaded here")
    return _scattered(found, ends, len(values))


def _scattered(found: Block, ends: Integers, rows: int) -> Block:
    edges = np.concatenate(([-1], ends, [len(found)]))
    lengths = np.diff(edges)[:rows] - 1
    out = np.zeros((rows, int(lengths.max(initial=0))), dtype=np.uint8)
    out[np.arange(out.shape[1]) < lengths[:, None]] = found[found != 0]
    return out


@lru_cache(maxsize=1)
def _digits() -> NDArray[np.uint32]:
    """Four digits for 0 .. 9999: first without leading zeros ("" for 0), then with them."""
    padded = np.array([f"{value:04}" for value in range(10_000)], dtype="S4")
    bare = np.array(["", *(str(value) for value in range(1, 10_000))], dtype="S4")
    return np.concatenate((bare, padded)).view(np.uint32)


def _groups(values: Integers, *, count: int, leading: bool) -> Block:
    """Digits of values of 0 or more, in `count` groups of four; with leading zeros when `leading`."""
    table, out = _digits(), np.empty((len(values), count), dtype=np.uint32)
    for group in range(count - 1, -1, -1):
        rest = values // _TEN_THOUSAND if group else np.zeros_like(values)
        index = values - rest * _TEN_THOUSAND
        out[:, group] = table[index + 10_000 * (leading | (rest > 0))]
        values = rest
    return out.view(np.uint8)


def natural(values: Integers) -> Block:
    """Decimal digits of integers of 0 or more."""
    top = int(values.max(initial=0))
    block = _groups(values, count=(len(str(top)) + 3) // 4, leading=False)
    block[values == 0, -1] = 48
    return block


def fixed(values: Integers, width: int) -> Block:
    """Exactly `width` digits of integers below 10**width."""
    count = (width + 3) // 4
    return _groups(values, count=count, leading=True)[:, 4 * count - width :]


def signed(values: Integers, body: Callable[[Integers], Block]) -> Block:
    """`body` of the absolute values, with a minus sign where one belongs."""
    values = values.astype(np.int64, copy=False)
    negative = values < 0
    if not negative.any():
        return body(values)
    sign = (negative * 45).astype(np.uint8)[:, None]
    return beside(len(values), sign, body(np.abs(values)))


def _integer(cells: Cells, _layout: Layout) -> Block:
    return signed(visible(cells), natural)


def _boolean(cells: Cells, _layout: Layout) -> Block:
    return (visible(cells).astype(np.uint8) + np.uint8(48))[:, None]


def _scaled(cells: Cells, layout: Layout) -> Block:
    if cells.data.dtype.kind == "f":
        return _floats(cells, layout)
    scale = cells.type.scale
    return signed(visible(cells), lambda values: _decimal(values, scale) if scale else natural(values))


def _decimal(values: Integers, scale: int) -> Block:
    whole, part = np.divmod(values, 10**scale)
    return beside(len(values), natural(whole), b".", fixed(part, scale))


def _floats(cells: Cells, layout: Layout) -> Block:
    return text_block("float", as_objects([repr(value) for value in visible(cells).tolist()]), layout)


def day_block(days: Integers) -> Block:
    """YYYY-MM-DD of days since 1970-01-01."""
    low, high = int(days.min(initial=0)), int(days.max(initial=0))
    if high - low > 100_000:
        return _written_days(days)
    return _calendar(low // 4096, high // 4096)[days - low // 4096 * 4096]


@lru_cache(maxsize=16)
def _calendar(first: int, last: int) -> Block:
    """The days of whole stretches of 4,096, so that batches share the table."""
    return _written_days(np.arange(first * 4096, (last + 1) * 4096, dtype=np.int64))


def _written_days(days: Integers) -> Block:
    words = np.datetime_as_string(days.astype("datetime64[D]")).astype("S10")
    return words.view(np.uint8).reshape(len(days), 10)


@lru_cache(maxsize=1)
def _clock() -> Block:
    """HH:MM:SS of each second of a day."""
    seconds = np.arange(86_400)
    parts = [fixed(part, 2) for part in (seconds // 3600, seconds // 60 % 60, seconds % 60)]
    return beside(86_400, parts[0], b":", parts[1], b":", parts[2])


def clock_block(micros: Integers, *, fraction: bool = False) -> Block:
    """HH:MM:SS of microseconds since midnight, and .ffffff where any has a fraction or `fraction` says so."""
    seconds = micros // _SECOND
    rest = micros - seconds * _SECOND
    block = _clock()[seconds]
    if not fraction and not rest.any():
        return block
    return beside(len(micros), block, b".", fixed(rest, 6))


def moment_block(micros: Integers, *, fraction: bool = False) -> Block:
    """YYYY-MM-DD HH:MM:SS of microseconds since 1970-01-01, with the fraction of `clock_block`."""
    days = micros // DAY
    return beside(len(micros), day_block(days), b" ", clock_block(micros - days * DAY, fraction=fraction))


def _date(cells: Cells, _layout: Layout) -> Block:
    return day_block(visible(cells))


def _datetime(cells: Cells, layout: Layout) -> Block:
    block = moment_block(visible(cells))
    return beside(len(block), block, layout.utc) if cells.type.timezone else block


def _time(cells: Cells, layout: Layout) -> Block:
    block = clock_block(visible(cells))
    return beside(len(block), block, layout.utc) if cells.type.timezone else block


_FORMATS: dict[str, Callable[[Cells, Layout], Block]] = {
    "integer": _integer,
    "boolean": _boolean,
    "numeric": _scaled,
    "float": _scaled,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "interval": _datetime,
}
