"""LIKE, GLOB, SIMILAR TO and the patterns of paths as regular expressions."""

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


def only(pattern: str) -> str | None:
    """Of a pattern for texts with a letter outside a class, that for texts of the class alone: the contrary."""
    found = _OUTSIDE.match(pattern)
    return f"^[{found[1]}]*$" if found else None


def _glob_part(part: str) -> str:
    if len(part) > 1:
        return part
    return {"*": ".*", "?": "."}.get(part) or re.escape(part)


def from_similar(pattern: str) -> str:
    """The regular expression of a SIMILAR TO pattern."""
    translated = re.sub(r"\[[^\]]*\]|\\.|[%_.^$]", lambda found: _SIMILAR.get(found[0], found[0]), pattern)
    return f"^(?:{translated})$"


def from_lquery(pattern: str) -> str:
    """The regular expression of an lquery of PostgreSQL, for a path with a dot behind each label."""
    return "^" + "".join(_labels(item.strip()) for item in re.split(r"\.(?![^{]*\})", pattern)) + "$"


def _labels(item: str) -> str:
    repeated, times = _REPEATED.match(item), ""
    label = repeated[1] if repeated else item
    if repeated:
        low, comma, high = repeated[2].partition(",")
        times = f"{{{low or 0},{high}}}" if comma else f"{{{low}}}"
    if label in {"", "*"}:
        return rf"(?:[^.]+\.){times or '*'}"
    refused, label = label.startswith("!"), label.removeprefix("!")
    any_of = "|".join(_label(one) for one in label.split("|"))
    one = rf"(?:(?!(?:{any_of})\.)[^.]+\.)" if refused else rf"(?:(?:{any_of})\.)"
    return one + times


def _label(text: str) -> str:
    plain = text.rstrip("@*%")
    marks = text[len(plain) :]
    found = re.escape(plain) + ("[^.]*" if "*" in marks or "%" in marks else "")
    return f"(?i:{found})" if "@" in marks else found


_OUTSIDE = re.compile(r"^(?:\^?\.\*)?\[\^((?:[^\]\\]|\\.)+)\](?:\.\*\$?)?$")
_REPEATED = re.compile(r"^(.*)\{(\d*,?\d*)\}$")
_SIMILAR = {"%": ".*", "_": ".", ".": r"\.", "^": r"\^", "$": r"\$"}
