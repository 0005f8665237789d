"""What is to be paid for what came back late, by the moments of the row: `[late]` in `data/rows.toml`."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.meanings.rows import is_tied, readable, spelled_name
from pytest_misata.engine.meanings.stages import MOMENTS, stage_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

_CENTS = 100


def late_fee(table: TableConfig, column: Column) -> Generator | None:
    """What a row costs that came back after it was due; None where that is not told."""
    known = toml_file("rows.toml")["late"]
    if column.type.kind not in {"integer", "numeric", "float"} or is_tied(table, column):
        return None
    if spelled_name(column.name) not in known["names"]:
        return None
    moments = [other for other in readable(table, column) if other.type.kind in MOMENTS]
    due = next((other for other in moments if "due" in words_of(other.name)), None)
    back = next((other for other in moments if other is not due and _is_back(other, known["back"])), None)
    if due is None or back is None:
        return None
    units = _CENTS if words_of(column.name)[-1:] in {("cents",), ("cent",)} else 1
    rate, most = (exact(known[name]) * units for name in ("per_day", "most"))
    if column.type.kind == "integer" and rate.denominator > 1:
        rate = Fraction(1)
    return Generator("late_fee", {"due": due.name, "back": back.name, "per_day": str(rate), "most": str(most)})


def _is_back(column: Column, words: list[str]) -> bool:
    """Whether a moment tells when something came back."""
    return stage_of(column.name).ahead is None and not {*words_of(column.name)}.isdisjoint(words)
