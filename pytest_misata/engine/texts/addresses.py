"""Addresses on the net: of pages at hosts kept for examples, and of machines in ranges kept for private use."""

from __future__ import annotations

from collections.abc import Callable

from pytest_misata.engine.texts.terms import RESERVE, slugged, terms
from pytest_misata.engine.vocabulary import data_file

_NAMES = {"page": "article", "image": "image", "file": "file", "domain": None}
"""The sort of name that an address ends with."""


def net_addresses(path: str, length: int | None, *, unique: bool = False) -> list[str]:
    """The addresses that fit a column."""
    names = _NAMES[path]
    words = data_file("companies.json")["words"]
    hosts = [f"{stem}{tail}.example".lower() for tail in words["tail"] for stem in words["stem"]]
    tails = [slugged(name) if path == "page" else name for name in terms(names)] if names else [""]
    start, room = ("", length) if path == "domain" else ("https://", length)
    every = [f"{start}{host}/{tails[at % len(tails)]}" if names else f"{start}{host}" for at, host in enumerate(hosts)]
    limit = None if room is None else room - (RESERVE if unique else 0)
    return [text for text in every if limit is None or len(text) <= limit]


def _ipv4(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def _mac(number: int) -> str:
    # The second bit of the first octet says that the address was given out locally (IEEE 802).
    return "02:00:5e:" + ":".join(f"{number >> shift & 255:02x}" for shift in (16, 8, 0))


def _mac8(number: int) -> str:
    return "02:00:5e:ff:fe:" + ":".join(f"{number >> shift & 255:02x}" for shift in (16, 8, 0))


ADDRESSES: dict[str, tuple[int, Callable[[int], str]]] = {
    # RFC 1918 and RFC 3849.
    "ipv4": (2**24, _ipv4),
    "ipv6": (2**32, lambda number: f"2001:db8:{number >> 16:x}:{number & 65535:x}::1"),
    "cidr": (2**16, lambda number: f"10.{number >> 8}.{number & 255}.0/24"),
    "cidr6": (2**32, lambda number: f"2001:db8:{number >> 16:x}:{number & 65535:x}::/64"),
    "mac": (2**24, _mac),
    "mac8": (2**24, _mac8),
}
