"""Kinds of identifier: with check digits, of the net, hashes, versions, colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.numbered import Uniqueness, before_extension, from_list
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.values import number_among_siblings
from pytest_misata.engine.people.checkdigits import CHECKS, ean, iso6346, luhn, vin
from pytest_misata.engine.texts.addresses import ADDRESSES, net_addresses

Index = NDArray[np.int64]

_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def each_its_own(site: Site, capacity: int, write: Callable[[int], str]) -> Maker:
    """Texts by number, another one for each row, of `capacity` in all."""
    keyed = permutation(site.key("order"), capacity)

    def make(frame: Frame) -> Cells:
        # Columns that need not be unique go round again.
        numbers = keyed.forward(frame.rows % capacity)
        return text_cells(site.column.type, [write(number) for number in numbers.tolist()])

    return make


@kind("checked_number")
def checked_number(site: Site, *, form: str, unique: bool = False) -> Maker:
    """Numbers with a valid check digit, no two rows alike: `form` is ean, isbn, issn, card, imei, iccid, imo, container
    or vin.

    Article numbers are of the range kept for use within shops (GS1 prefix 2), card numbers of one used for tests
    (4242 42).
    """
    if form not in _FORMS:
        raise site.error(f"form is one of {', '.join(_FORMS)}, not {form!r}")
    length = site.column.type.length
    short = _SHORT.get(form)
    if length is not None and length < _LONG[form] and short is None:
        raise site.error(f"{form} needs {_LONG[form]} characters and the column holds {length}")
    digits, write = short if short and length is not None and length < _LONG[form] else _FORMS[form]
    if unique:
        site.require(10**digits, "make the column by another kind, for example code")
    return each_its_own(site, 10**digits, write)


def _ean(number: int) -> str:
    return _with_ean_digit(f"2{number:011}")


def _ean_8(number: int) -> str:
    return _with_ean_digit(f"2{number:06}")


def _isbn(number: int) -> str:
    return _with_ean_digit(f"9780{number:08}")


def _with_ean_digit(digits: str) -> str:
    return digits + ean(digits)


def _isbn_10(number: int) -> str:
    digits = f"0{number:08}"
    return digits + _modulo_11(digits)


def _issn(number: int) -> str:
    digits = f"{number:07}"
    return f"{digits[:4]}-{digits[4:]}{_modulo_11(digits)}"


def _modulo_11(digits: str) -> str:
    """ISO 2108 and ISO 3297: weights from 2 up, from the right; ten is written X."""
    rest = -sum(int(digit) * weight for weight, digit in enumerate(reversed(digits), start=2)) % 11
    return "X" if rest == 10 else str(rest)


def _card(number: int) -> str:
    digits = f"424242{number:09}"
    return digits + luhn(digits)


def _imei(number: int) -> str:
    digits = f"001017{number:08}"
    return digits + luhn(digits)


def _iccid(number: int) -> str:
    digits = f"89999{number:013}"
    return digits + luhn(digits)


def _imo(number: int) -> str:
    digits = f"9{number:05}"
    return digits + str(CHECKS["imo"](digits))


def _container(number: int) -> str:
    digits = f"TSTU{number:06}"
    return digits + iso6346(digits)


def _vin(number: int) -> str:
    """Of the years 2015 to 2024, and of the country code CZ, which ISO 3780 gives to no country."""
    year, serial = divmod(number, 10**6)
    before, after = "CZ9KA51E", f"{'FGHJKLMNPR'[year]}A{serial:06}"
    return before + vin(before + after) + after


Form = tuple[int, Callable[[int], str]]
_FORMS: dict[str, Form] = {
    "ean": (11, _ean),
    "isbn": (8, _isbn),
    "issn": (7, _issn),
    "card": (9, _card),
    "imei": (8, _imei),
    "iccid": (13, _iccid),
    "imo": (5, _imo),
    "container": (6, _container),
    "vin": (7, _vin),
}
_SHORT: dict[str, Form] = {"ean": (6, _ean_8), "isbn": (8, _isbn_10)}
_LONG = {"ean": 13, "isbn": 13, "issn": 9, "card": 16, "imei": 15, "iccid": 19, "imo": 7, "container": 11, "vin": 17}


@kind("keyed_number")
def keyed_number(site: Site, *, of: str, separator: str = "-") -> Maker:
    """The text of a parent's column and the row's number among the children of that parent: `SHOP-17`.

    It is the row's number in the table where the parent does not own it, so that no two rows have the same.
    """
    name, _, _ = of.partition(".")
    key = site.table.foreign_key(name)
    if key is None:
        raise site.error(f"{of} is no column of a parent")

    def make(frame: Frame) -> Cells:
        heads = read(frame, of).objects().tolist()
        numbers = number_among_siblings(frame) if key.owner else frame.rows
        made = [f"{head}{separator}{number + 1}" for head, number in zip(heads, numbers.tolist(), strict=True)]
        return text_cells(site.column.type, made)

    return make


@kind("password_hash")
def password_hash(site: Site) -> Maker:
    """What looks like the result of bcrypt: 60 characters, and the hash of no password."""

    def make(frame: Frame) -> Cells:
        # Ten characters of six bits from each 64 drawn.
        parts = [_base64(site.draw(frame, f"part {part}")) for part in range(6)]
        return text_cells(site.column.type, ["$2b$12$" + "".join(row)[:53] for row in zip(*parts, strict=True)])

    return make


def _base64(bits: NDArray[np.uint64]) -> list[str]:
    letters = np.array([ord(letter) for letter in _BCRYPT], dtype=np.uint32)
    shifts = np.arange(10, dtype=np.uint64) * np.uint64(6)
    picked = letters[(bits[:, None] >> shifts & np.uint64(63)).astype(np.int64)]
    texts: list[str] = np.ascontiguousarray(picked).view("U10").ravel().tolist()
    return texts


@kind("version")
def version(site: Site, *, unique: bool = False) -> Maker:
    """Version numbers such as 2.4.1; unique ones in the order of the rows."""
    length = site.column.type.length

    def make(frame: Frame) -> Cells:
        numbers = frame.rows if unique else below(site.draw(frame, "value"), 600)
        return text_cells(site.column.type, [_written(number, length) for number in numbers.tolist()])

    if unique and length is not None:
        site.require(10 ** max(length - 4, 0) * 100 if length > 4 else 9 * 10, "lengthen the column")
    return make


def _written(number: int, length: int | None) -> str:
    if length is not None and length < 5:
        return f"{number // 10 % 9 + 1}.{number % 10}"[:length].rstrip(".")
    return f"{number // 100 + 1}.{number // 10 % 10}.{number % 10}"


@kind("hex_colour")
def hex_colour(site: Site, *, unique: bool = False) -> Maker:
    """Colours as in web pages: #3a7fc4."""
    if unique:
        site.require(2**24, "make the column by another kind, for example code")
    return each_its_own(site, 2**24, lambda number: f"#{number:06x}")


@kind("network_address")
def network_address(site: Site, *, form: str, unique: bool = False) -> Maker:
    """Addresses of ranges kept for private use and documentation: `form` is ipv4, ipv6, cidr, cidr6, mac or mac8."""
    if form not in ADDRESSES:
        raise site.error(f"form is one of {', '.join(ADDRESSES)}, not {form!r}")
    capacity, write = ADDRESSES[form]
    if unique:
        site.require(capacity, "make the column by another kind")
    return each_its_own(site, capacity, write)


@kind("address_on_net")
def address_on_net(site: Site, *, path: str, unique: Uniqueness = False) -> Maker:
    """Web addresses at hosts reserved for examples (RFC 2606): `path` is page, image, file or domain."""
    if path not in _NUMBERS:
        raise site.error(f"path is one of {', '.join(_NUMBERS)}, not {path!r}")
    texts = net_addresses(path, site.column.type.length, unique=bool(unique))
    return from_list(site, texts, unique=unique, number=_NUMBERS[path])


def _host_number(text: str, number: int) -> str:
    return f"{text.removesuffix('.example')}{number}.example"


def _page_number(text: str, number: int) -> str:
    return f"{text}-{number}"


_NUMBERS = {"page": _page_number, "image": before_extension, "file": before_extension, "domain": _host_number}
"""How an address of a sort is written with a number."""


@kind("uniform_text")
def uniform_text(site: Site, *, low: int, high: int) -> Maker:
    """Whole numbers from `low` to `high`, in text or integer columns."""
    if high < low:
        raise site.error(f"nothing lies between {low} and {high}")

    def make(frame: Frame) -> Cells:
        values: Any = below(site.draw(frame, "value"), high - low + 1) + low
        if not site.column.type.is_text:
            return Cells(site.column.type, values)
        return text_cells(site.column.type, [str(value) for value in values.tolist()])

    return make
