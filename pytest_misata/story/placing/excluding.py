"""States of which no row is in two, each in a column of its own: all there is, by the story, or ends of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.english.lexicon import ends
from pytest_misata.story.facts import Rate

_BETWEEN = re.compile(r"\s*(?:,|;|and|,\s*and|&|\+)?\s*(?:the\s+)?")
"""What stands between the shares of one list."""

Told = tuple[Rate, Fraction]
"""A share and how much it is of all rows."""


def keep_apart(schema: SchemaConfig, rates: Sequence[Told], story: str) -> None:
    """Let the flags of a list of shares that make a whole be true of different rows, and those of a list of ends.

    "60% delivered, 20% lost, 20% stuck" of orders whose status knows of no lost ones: what is lost is not delivered.
    "12% paused and 8% cancelled": nobody is both.
    """
    for listed in _runs(sorted(rates, key=lambda told: told[0].start), story):
        whole = sum(share for _, share in listed) == 1
        run = listed if whole else [told for told in listed if _is_an_end(told[0])]
        if len({rate.column for rate, _ in run}) < 2 or sum(share for _, share in run) > 1:
            continue
        for number, (rate, share) in enumerate(run):
            column = schema.tables[rate.hook.table].columns[rate.hook.column]
            before = [one for one, _ in run[:number] if one.column != rate.column]
            if before and rate.value == "true" and column.generator and column.generator.kind == "flag":
                column.generator = _where_none(before, share)


def _runs(rates: Sequence[Told], story: str) -> Iterator[list[Told]]:
    """The shares of one table that follow each other."""
    run: list[Told] = []
    for told in rates:
        last = run[-1][0] if run else None
        joined = last and last.hook.table == told[0].hook.table and last.end <= told[0].start
        if run and not (joined and _BETWEEN.fullmatch(story[run[-1][0].end : told[0].start].lower())):
            yield run
            run = []
        run.append(told)
    if run:
        yield run


def _where_none(others: Sequence[Rate], share: Fraction) -> Generator:
    """A flag that is true of so many rows, none of which is in one of the other states."""
    tied = [{"when": {one.hook.column: [_value(one)]}, "weights": [0, 1]} for one in others]
    options = {"values": [True, False], "weights": [0, 1], "tied": tied, "shares": {"True": str(share)}}
    return Generator("apportioned", options)


def _is_an_end(rate: Rate) -> bool:
    """Whether a state is how something stands in the end, so that it is no other one of these."""
    return (rate.hook.column.removeprefix("is_") if rate.value == "true" else rate.value) in ends()


def _value(rate: Rate) -> Any:
    return True if rate.value == "true" else rate.value
