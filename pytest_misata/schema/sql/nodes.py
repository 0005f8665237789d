"""The nodes of a parsed expression: what a call is called, what it is called with, what a list holds."""

from __future__ import annotations

import re
from typing import Any

PATHS = frozenset({"lquery", "ltxtquery", "ltree"})
"""Types of PostgreSQL whose operators mean other things than those of texts."""


class NotUnderstood(Exception):
    """Something in a CHECK that our language has no words for."""


def cast_to(node: Any) -> str:
    """The type that an expression is cast to, in small letters; nothing where it is not."""
    while type(node).__name__ == "Paren":
        node = node.this
    return str(node.to).lower() if type(node).__name__ == "Cast" else ""


def function(node: Any) -> str:
    """The name of a function call, whether or not the parser knows the function."""
    return str(node.name).lower() if type(node).__name__ == "Anonymous" else type(node).__name__.lower()


def arguments(node: Any) -> list[Any]:
    """The arguments of a function call, whether or not the parser knows the function."""
    if type(node).__name__ == "Anonymous":
        return list(node.expressions)
    return [node.this, *([node.expression] if node.args.get("expression") else []), *node.expressions]


def listed(node: Any) -> tuple[str, list[Any]] | None:
    """The quantor and the values of `ANY (ARRAY[...])` and the like."""
    name = function(node)
    if name not in {"any", "all"}:
        return None
    return name, elements(arguments(node)[0])


def elements(node: Any) -> list[Any]:
    """The elements of ARRAY[...], or of the text that PostgreSQL writes an array as."""
    array = bare(node)
    if type(array).__name__ in {"Array", "Tuple"}:
        return list(array.expressions)
    if type(array).__name__ == "Literal" and re.fullmatch(r"\{[^{}\\\"]*\}", array.name):
        texts = [part.strip() for part in array.name[1:-1].split(",") if part.strip()]
        of_numbers = all(text.isdigit() for text in texts) and not re.search(r"\bTEXT|CHAR", str(node))
        return [type(array)(this=text, is_string=not of_numbers) for text in texts]
    raise NotUnderstood


def bare(node: Any) -> Any:
    """An expression without parentheses and casts."""
    while type(node).__name__ in {"Paren", "Cast"}:
        node = node.this
    return node


def is_universal(zone: Any) -> bool:
    """Whether a time zone is UTC by name."""
    return str(bare(zone).name).upper() in {"UTC", "GMT", "Z", "ETC/UTC"}
