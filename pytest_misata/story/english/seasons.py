"""Seasons and school years as they are written: "the 2024/25 season", "academic year 2024-2025"."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_SEASON = 10
"""Words and signs that several seasons are said in, at the most."""
_YEARS = frozenset("school academic calendar fiscal financial".split())


def season_at(texts: Sequence[str]) -> int:
    """How many of the first texts are a season: 2024 season; the 2024/25 school year; [the 2023] and 2024 seasons."""
    size = _noun(texts)
    long = _years(texts[size:])
    if not long:
        return 0
    rest = texts[size + long :]
    after = 0 if size else _noun(rest)
    several = long == 1 and rest[:1] and rest[0] in {"and", "to"} and season_at(rest[1:]) == len(("2024", "seasons"))
    slashed = long > 1 and len(texts[size + 2].removeprefix("-")) == len("25")
    return size + long + after if size or after or slashed or several else 0


def _noun(texts: Sequence[str]) -> int:
    """How many of the first texts are a noun for a season: "season", "school year"."""
    if texts[:1] and texts[0] in {"season", "seasons"}:
        return 1
    return 2 * (len(texts) > 1 and texts[0] in _YEARS and texts[1] in {"year", "years"})


def _years(texts: Sequence[str]) -> int:
    """How many of the first texts are a year, or two that follow each other: 2024; 2024/25; 2024-2025."""
    if not texts or not re.fullmatch(r"(?:19|20)\d\d", texts[0]):
        return 0
    later, next_ = texts[2].removeprefix("-") if len(texts) > len("xx") else "", int(texts[0]) + 1
    joined = bool(later) and texts[1] in {"/", "-", "\u2013"}
    return 3 if joined and later in {f"{next_}", f"{next_ % 100:02}"} else 1
