"""SQL text in tokens: enough to find a constraint in a CREATE TABLE, or a word that is not inside quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pytest_misata.schema.types import ColumnType

_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<word>\w+)
    |(?P<space>\s+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)

Token = tuple[str, str]
"""Kind (comment, string, name, word, space or sign) and text."""


def tokens(sql: str) -> Iterator[Token]:
    """The text in pieces that together are the text."""
    for match in _TOKEN.finditer(sql):
        yield str(match.lastgroup), match.group()


def replace_word(sql: str, word: str, replacement: str) -> str:
    """The text with another text in place of a bare word, whatever its case."""
    return "".join(replacement if kind == "word" and text.upper() == word else text for kind, text in tokens(sql))


def plain_name(text: str) -> str:
    """A name without its quotes."""
    for opening, closing in ('""', "``", "[]", "''"):
        if len(text) > 1 and text[0] == opening and text[-1] == closing:
            return text[1:-1].replace(closing * 2, closing)
    return text


def reflected_name(name: str, dialect: str) -> str:
    """A column's name as it is, from how SQLAlchemy reflects it: on MariaDB and MySQL with each backtick twice."""
    return name.replace("``", "`") if dialect in {"mysql", "mariadb"} else name


def closing(pieces: Sequence[Token], opening: int) -> int:
    """The position of the bracket that closes the one at `opening`."""
    depth = 0
    for position in range(opening, len(pieces)):
        depth += {("sign", "("): 1, ("sign", ")"): -1}.get(pieces[position], 0)
        if depth == 0:
            return position
    return len(pieces)


def checks_of(create_table: str) -> Iterator[tuple[str | None, str]]:
    """Name and condition of each CHECK in a CREATE TABLE."""
    pieces = [piece for piece in tokens(create_table) if piece[0] != "comment"]
    solid = [position for position, piece in enumerate(pieces) if piece[0] != "space"]
    for place, position in enumerate(solid[:-1]):
        following = solid[place + 1]
        if pieces[position][0] == "word" and pieces[position][1].upper() == "CHECK" and pieces[following][1] == "(":
            end = closing(pieces, following)
            yield _named(pieces, solid[:place]), "".join(text for _, text in pieces[following + 1 : end]).strip()


def _named(pieces: Sequence[Token], before: Sequence[int]) -> str | None:
    """The name that CONSTRAINT gives to what stands after these pieces."""
    if len(before) < 2 or pieces[before[-2]][1].upper() != "CONSTRAINT":
        return None
    return plain_name(pieces[before[-1]][1])


def computed_of(create_table: str) -> dict[str, str]:
    """The expressions of computed columns, said after GENERATED ALWAYS AS or AS alone, by name."""
    found = {_defined(definition): _computed(definition) for definition in _definitions(create_table)}
    return {name: expression for name, expression in found.items() if expression is not None}


def deferrable_of(create_table: str) -> set[str]:
    """The columns whose own REFERENCES may wait for the end of a transaction."""
    return {_defined(definition) for definition in _definitions(create_table) if _waits(definition)}


def _waits(definition: str) -> bool:
    words = [text.upper() for kind, text in tokens(definition) if kind == "word"]
    own = words[0] not in {"CONSTRAINT", "FOREIGN"} if words else True
    return (
        own
        and "REFERENCES" in words
        and any(now == "DEFERRABLE" and before != "NOT" for before, now in pairwise(words[words.index("REFERENCES") :]))
    )


def _definitions(create_table: str) -> list[str]:
    """What stands between the brackets of a CREATE TABLE, part by part."""
    pieces = [piece for piece in tokens(create_table) if piece[0] != "comment"]
    if ("sign", "(") not in pieces:
        return []
    opening = pieces.index(("sign", "("))
    return [part for part in _parts(pieces[opening + 1 : closing(pieces, opening)]) if part]


def _defined(definition: str) -> str:
    """The name that a definition begins with."""
    return plain_name(next(tokens(definition))[1])


def _computed(definition: str) -> str | None:
    """What stands in the brackets after an AS of the definition itself."""
    pieces = list(tokens(definition))
    inside = -1
    for position, following in pairwise(i for i, piece in enumerate(pieces) if piece[0] != "space"):
        if position <= inside:
            continue
        if pieces[position] == ("sign", "("):
            inside = closing(pieces, position)
        elif pieces[position][1].upper() == "AS" and pieces[following] == ("sign", "("):
            return "".join(text for _, text in pieces[following + 1 : closing(pieces, following)]).strip()
    return None


def index_parts(create_index: str) -> tuple[list[str], str | None]:
    """The expressions of a CREATE INDEX, and its WHERE."""
    pieces = [piece for piece in tokens(create_index) if piece[0] != "comment"]
    words = [(text.upper() if kind == "word" else "") for kind, text in pieces]
    opening = next(i for i in range(words.index("ON"), len(pieces)) if pieces[i] == ("sign", "("))
    end = closing(pieces, opening)
    rest = words[end:]
    where = "".join(text for _, text in pieces[end + rest.index("WHERE") + 1 :]) if "WHERE" in rest else None
    return _parts(pieces[opening + 1 : end]), where.strip() if where else None


def _parts(pieces: Sequence[Token]) -> list[str]:
    """What commas separate."""
    parts, depth = [""], 0
    for kind, text in pieces:
        depth += {"(": 1, ")": -1}.get(text, 0) if kind == "sign" else 0
        if (kind, text) == ("sign", ",") and depth == 0:
            parts.append("")
        else:
            parts[-1] += text
    return [part.strip() for part in parts]


_TRUTHS = {"true": True, "t": True, "1": True, "b'1'": True, "false": False, "f": False, "0": False, "b'0'": False}


def _boolean(text: str) -> bool:
    return _TRUTHS[text.lower()]


_VALUES: dict[str, Any] = {
    "integer": int,
    "numeric": Decimal,
    "float": Decimal,
    "boolean": _boolean,
    **dict.fromkeys(("string", "text", "enum"), str),
}
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def literal(sql: str | None, type_: ColumnType) -> Any:
    """The value of a column that a literal stands for; None where the SQL is more than a literal."""
    text = _without_cast(bare(sql or ""))
    quoted = text[:1] == "'"
    known = quoted or _NUMBER.fullmatch(text) or text.lower() in _TRUTHS
    if not known or type_.kind not in _VALUES:
        return None
    try:
        return _VALUES[type_.kind](plain_name(text))
    except (ArithmeticError, ValueError, KeyError):
        return None


def sequence_of(default: str) -> str | None:
    """The sequence, without its schema, that nextval('schema.name'::regclass) or nextval(`schema`.`name`) names."""
    pieces = [piece for piece in tokens(default) if piece[0] != "space"]
    if len(pieces) < 3 or pieces[0][1].lower() != "nextval":
        return None
    within = pieces[2 : closing(pieces, 1)]
    if within and within[0][0] == "string":
        within = list(tokens(plain_name(within[0][1])))
    path = [text for kind, text in within if kind in {"word", "name"}]
    return plain_name(path[-1]) if path else None


def bare(sql: str) -> str:
    """The text without brackets around all of it."""
    pieces = [piece for piece in tokens(sql.strip()) if piece[0] != "comment"]
    while pieces and pieces[0] == ("sign", "(") and closing(pieces, 0) == len(pieces) - 1:
        pieces = pieces[1:-1]
    return "".join(text for _, text in pieces).strip()


def _without_cast(sql: str) -> str:
    """The first literal, where only a type follows it, as PostgreSQL writes defaults: 'new'::character varying."""
    pieces = list(tokens(sql))
    texts = [text for _, text in pieces]
    cast = next((i for i in range(len(texts) - 1) if texts[i] == texts[i + 1] == ":"), None)
    if cast is None or any(kind == "sign" and text not in "().,[]" for kind, text in pieces[cast + 2 :]):
        return sql
    return bare("".join(texts[:cast]))
