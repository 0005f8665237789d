"""LIKE, GLOB and SIMILAR TO as regular expressions."""

from __future__ import annotations

import re


def from_like(pattern: str, escape: str) -> str:
    """The regular expression of a LIKE pattern, for the whole text."""
    parts, at = [], 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == escape and at + 1 < len(pattern):
            at += 1
            parts.append(re.escape(pattern[at]))
        else:
            parts.append({"%": ".*", "_": "."}.get(mark) or re.escape(mark))
        at += 1
    return f"^{''.join(parts)}$"


def from_glob(pattern: str) -> str:
    """The regular expression of a GLOB pattern of SQLite."""
    parts = re.findall(r"\[\^?\]?[^\]]*\]|.", pattern, re.DOTALL)
    return "^" + "".join(_glob_part(part) for part in parts) + "$"


def _glob_part(part: str) -> str:
    if len(part) > 1:
        return part
    return {"*": ".*", "?": "."}.get(part) or re.escape(part)


def from_similar(pattern: str) -> str:
    """The regular expression of a SIMILAR TO pattern."""
    translated = re.sub(r"\[[^\]]*\]|\\.|[%_.^$]", lambda found: _SIMILAR.get(found[0], found[0]), pattern)
    return f"^(?:{translated})$"


_SIMILAR = {"%": ".*", "_": ".", ".": r"\.", "^": r"\^", "$": r"\$"}
