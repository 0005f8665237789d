"""The kind of bytes: digests, keys, small pictures, texts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import U64, below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.sentences import fitting_texts

_UNIQUE = 8
"""So many random bytes are a number of the row's own; fewer are counted through."""


@kind("octets")
def octets(site: Site, *, form: str = "random", size: int = 16, unique: bool = False) -> Maker:
    """Bytes that fit the column, and fill it where its length is fixed: `form` is random, png, text or ip.

    `size` is the length of random ones. Pictures and texts that do not fit are random bytes instead.
    """
    if form not in {"random", "png", "text", "ip"} or size < 1:
        raise site.error(f"form is random, png, text or ip and a size at least 1, not {form!r} and {size}")
    type_ = site.column.type
    size = min(size, type_.length or size)
    if type_.fixed or unique:
        return _random(site, type_.length if type_.fixed and type_.length else size, unique=unique)
    write = _WRITERS.get(form)
    if write is None or (type_.length is not None and type_.length < _LONGEST[form]):
        return _random(site, size, unique=False)

    def make(frame: Frame) -> Cells:
        return text_cells(type_, [write(bits) for bits in site.draw(frame, "value").tolist()])

    return make


def _random(site: Site, size: int, *, unique: bool) -> Maker:
    if unique and size < _UNIQUE:
        site.require(256**size, "lengthen the column")
        keyed = permutation(site.key("order"), 256**size)
        return lambda frame: text_cells(
            site.column.type, [number.to_bytes(size, "big") for number in keyed.forward(frame.rows).tolist()]
        )
    # The first eight bytes are a permutation of the row's number, so that no two rows share them.
    keyed = permutation(site.key("order"), 2**62)

    def make(frame: Frame) -> Cells:
        first = keyed.forward(frame.rows).astype(np.uint64) if unique else site.draw(frame, "part 0")
        words = [first, *(site.draw(frame, f"part {part}") for part in range(1, -(-size // 8)))]
        joined = b"".join(_rows(words))
        width = 8 * len(words)
        return text_cells(site.column.type, [joined[at : at + size] for at in range(0, len(joined), width)])

    return make


def _rows(words: list[U64]) -> list[bytes]:
    stacked: NDArray[np.uint64] = np.stack(words, axis=1) if len(words[0]) else np.empty((0, 1), np.uint64)
    return [stacked.astype(">u8").tobytes()]


def _png(bits: int) -> bytes:
    """A picture of one pixel, in one of 2**24 colours (RFC 2083)."""
    pixel = b"\0" + bits.to_bytes(8, "big")[:3]
    # Stored, not compressed: what a compressor makes of it differs between its versions.
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(pixel), len(pixel) ^ 0xFFFF) + pixel
    stored += struct.pack(">I", zlib.adler32(pixel))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", stored) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _text(bits: int) -> bytes:
    texts = fitting_texts("note", None)
    return texts[bits % len(texts)].encode()


def _ip(bits: int) -> bytes:
    number = int(below(np.array([bits], dtype=np.uint64), 2**24)[0])
    return bytes([10]) + number.to_bytes(3, "big")


_WRITERS: dict[str, Callable[[int], bytes]] = {"png": _png, "text": _text, "ip": _ip}
_LONGEST = {"png": 80, "text": 120, "ip": 4}
