"""CHECKs about columns that the database computes, said of the columns that these are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pytest_misata.schema.config import Check, Column
from pytest_misata.schema.sql.sqltext import plain_name, tokens


def over_stated_columns(check: Check, columns: Mapping[str, Column]) -> Check:
    """The CHECK with expressions in place of the computed columns in it."""
    computed = {
        column.name.lower(): f"({column.expression})"
        for column in columns.values()
        if column.generated and column.expression
    }
    sql = check.sql
    # What a column is computed from may be computed itself; none is from itself.
    for _ in computed:
        sql = _put_in(sql, computed)
    return check if sql == check.sql else replace(check, sql=sql, written=check.sql)


def _put_in(sql: str, expressions: Mapping[str, str]) -> str:
    pieces = list(tokens(sql))
    # A word before a bracket is a function.
    called = [following == ("sign", "(") for following in [*pieces[1:], ("", "")]]
    return "".join(
        text if kind not in {"word", "name"} or (kind == "word" and call) else expressions.get(_key(text), text)
        for (kind, text), call in zip(pieces, called, strict=True)
    )


def _key(text: str) -> str:
    return plain_name(text).lower()
