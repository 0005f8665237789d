"""How well stories are read: what they say is looked for in the data, and where it is not there, in what is named.

`python -m tests.story.scoring [FILE.toml ...]` prints for each story the facts that are honoured, named as not
understood, or dropped in silence, and the shares of all of them. In a file a story has a `text`, and `facts`, each a
phrase of it and after `=>` what the data has to be like, by the checks below.
"""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import SchemaError, StoryError

KNOWN = Path(__file__).with_name("stories.toml")
FRESH = Path(__file__).with_name("fresh.toml")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one fact: "honoured", "named" or "dropped"."""

    phrase: str
    check: str
    outcome: str


def stories(file: Path = KNOWN) -> list[dict[str, Any]]:
    """The stories of a file."""
    return list(tomllib.loads(file.read_text("utf-8"))["story"])


def judge(story: dict[str, Any]) -> list[Verdict]:
    """What became of every fact of a story."""
    facts = [tuple(part.strip() for part in fact.split("=>")) for fact in story["facts"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tables = generate(story["text"], seed=7)
        except StoryError:
            return [Verdict(phrase, check, "named") for phrase, check in facts]
    return [Verdict(phrase, check, _outcome(tables, phrase, check)) for phrase, check in facts]


def _outcome(tables: Tables, phrase: str, check: str) -> str:
    if all(_holds(tables, part.split()) for part in check.split(" & ")):
        return "honoured"
    missed = [fact.phrase.lower() for fact in tables.schema.facts if not fact.understood]
    return "named" if any(one in phrase.lower() or phrase.lower() in one for one in missed) else "dropped"


def _holds(tables: Tables, words: Sequence[str]) -> bool:
    try:
        return CHECKS[words[0]](tables, *words[1:])
    except (LookupError, SchemaError, StopIteration):
        # The table or the column is not there.
        return False


# --- checks ---


def rows(tables: Tables, table: str, count: str) -> bool:
    """A table has so many rows."""
    return _within(len(tables[table]), count)


def share(tables: Tables, column: str, value: str, part: str) -> bool:
    """So many rows, or such a share of them, have a value, or one of several told apart by bars: to the nearest row."""
    cells, told = _cells(tables, column), [one.replace("_", " ").lower() for one in value.split("|")]
    many = sum(_text(cell) in told for cell in cells.tolist())
    wanted = Fraction(part.removesuffix("%")) * len(cells) / 100 if part.endswith("%") else Fraction(part)
    return abs(many - wanted) <= Fraction(1, 2)


def each(tables: Tables, child: str, parent: str, count: str) -> bool:
    """Every parent has so many children."""
    return all(_within(many, count) for many in _children(tables, child, parent))


def mean(tables: Tables, child: str, parent: str, number: str) -> bool:
    """Parents have so many children on average."""
    return abs(len(tables[child]) - Fraction(number) * len(tables[parent])) <= 1


def average(tables: Tables, column: str, number: str) -> bool:
    """The mean of a column, within rounding."""
    cells = [Fraction(cell) for cell in _numbers(tables, column)]
    return abs(sum(cells) / len(cells) - Fraction(number)) <= Fraction(1, 100)


def median(tables: Tables, column: str, number: str) -> bool:
    """The median of a column."""
    return abs(float(np.median(np.array(_numbers(tables, column), dtype=float))) - float(number)) <= float(number) / 100


def between(tables: Tables, column: str, low: str, high: str) -> bool:
    """All numbers of a column lie between two."""
    return all(Fraction(low) <= Fraction(cell) <= Fraction(high) for cell in _numbers(tables, column))


def dates(tables: Tables, column: str, first: str, last: str) -> bool:
    """All moments of a column lie on these days."""
    days = [str(cell)[:10] for cell in _cells(tables, column).tolist() if cell is not None]
    return bool(days) and all(first <= day <= last for day in days)


def aged(tables: Tables, column: str, low: str, high: str) -> bool:
    """All people born on the days of a column are of these ages on the reference date."""
    return all(int(low) <= age <= int(high) for age in _ages(tables, column))


def older(tables: Tables, column: str, than: str, part: str) -> bool:
    """A share of the people, to the nearest row, are older than so many years, and the others are younger."""
    ages = _ages(tables, column)
    wanted = Fraction(part.removesuffix("%")) * len(ages) / 100
    over, under = (sum(found) for found in ((age > int(than) for age in ages), (age < int(than) for age in ages)))
    return abs(over - wanted) <= Fraction(1, 2) and over + under == len(ages)


def mean_age(tables: Tables, column: str, years: str) -> bool:
    """People are so old on average, in whole years, within a tenth of a year."""
    ages = _ages(tables, column)
    return abs(Fraction(sum(ages), len(ages)) - Fraction(years)) <= Fraction(1, 10)


def absent(tables: Tables, table: str) -> bool:
    """There are no rows of a table."""
    return table not in tables or len(tables[table]) == 0


def column(tables: Tables, name: str) -> bool:
    """There is such a column, and it is not the same everywhere."""
    return len(set(map(str, _cells(tables, name).tolist()))) > 1


def key(tables: Tables, child: str, parent: str) -> bool:
    """Rows of one table point at those of another."""
    return any(key.parent == parent for key in tables.schema.table(child).foreign_keys)


def currency(tables: Tables, code: str) -> bool:
    """All currencies are one."""
    names = [(table, name) for table in tables for name in tables[table].columns if name.endswith("currency")]
    return bool(names) and all(set(tables[table][name].tolist()) == {code} for table, name in names)


def distinct(tables: Tables, column: str, count: str) -> bool:
    """A column has so many different values."""
    return len(set(_cells(tables, column).tolist())) == int(count)


def monthly(tables: Tables, column: str, moment: str, first: str, last: str) -> bool:
    """The sums of the first and the last month of a year."""
    sums: dict[str, Fraction] = {}
    for amount, day in zip(_cells(tables, column).tolist(), _cells(tables, moment).tolist(), strict=True):
        sums[str(day)[:7]] = sums.get(str(day)[:7], Fraction(0)) + Fraction(str(amount))
    months = sorted(sums)
    return bool(months) and (sums[months[0]], sums[months[-1]]) == (Fraction(first), Fraction(last))


def peak(tables: Tables, column: str, month: str) -> bool:
    """A month of the year has more than its share of the rows, by a third at the least."""
    months = [str(cell)[5:7] for cell in _cells(tables, column).tolist() if cell is not None]
    return months.count(month) * 12 > len(months) * 1.3


def hours(tables: Tables, column: str, first: str, last: str, part: str) -> bool:
    """A share of the rows, to the nearest one, lies between two hours of the day, which may be of two days."""
    cells = [cell for cell in _cells(tables, column).tolist() if cell is not None]
    low, high = int(first), int(last)
    inside = sum(low <= cell.hour < high if low < high else cell.hour >= low or cell.hour < high for cell in cells)
    return abs(inside - Fraction(part.removesuffix("%")) * len(cells) / 100) <= Fraction(1, 2)


def alone(tables: Tables, *columns: str) -> bool:
    """No row is in two of several states, each told as table.column=value."""
    told = [one.partition("=") for one in columns]
    held = np.array([[_text(cell) == value for cell in _cells(tables, name).tolist()] for name, _, value in told])
    return bool((held.sum(axis=0) <= 1).all())


CHECKS: dict[str, Callable[..., bool]] = {
    check.__name__: check
    for check in (
        *(rows, share, each, mean, average, median, between, dates, aged, older, mean_age),
        *(absent, column, key, currency, distinct, monthly, peak, hours, alone),
    )
}


def _cells(tables: Tables, name: str) -> Any:
    table, _, column = name.partition(".")
    return tables[table][column]


def _ages(tables: Tables, column: str) -> list[int]:
    """The ages of people in whole years on the reference date, by their dates of birth."""
    today: dt.date = tables.schema.reference_date
    return [
        today.year - day.year - ((today.month, today.day) < (day.month, day.day))
        for day in _cells(tables, column).tolist()
    ]


def _numbers(tables: Tables, name: str) -> list[Any]:
    # Numbers that are NULL are NaN.
    return [cell for cell in _cells(tables, name).tolist() if cell is not None and cell == cell]


def _text(cell: object) -> str:
    return str(cell).replace("_", " ").lower()


def _within(number: int, count: str) -> bool:
    low, _, high = count.partition("..")
    return int(low) <= number <= int(high or low) if high or ".." not in count else number >= int(low)


def _children(tables: Tables, child: str, parent: str) -> list[int]:
    found = next(key for key in tables.schema.table(child).foreign_keys if key.parent == parent)
    parents = tables[parent][found.parent_columns[0]].tolist()
    counted = dict.fromkeys(parents, 0)
    for one in tables[child][found.columns[0]].tolist():
        counted[one] += 1
    return list(counted.values())


# --- the script ---


def main(files: Sequence[str]) -> None:
    """Print what became of every fact."""
    totals = dict.fromkeys(("honoured", "named", "dropped"), 0)
    for line in _lines([Path(file) for file in files] or [KNOWN], totals):
        print(line)
    whole = sum(totals.values())
    print(", ".join(f"{name} {many} ({100 * many / whole:.1f}%)" for name, many in totals.items()))


def _lines(files: Sequence[Path], totals: dict[str, int]) -> Iterator[str]:
    for file in files:
        for story in stories(file):
            verdicts = judge(story)
            for verdict in verdicts:
                totals[verdict.outcome] += 1
            bad = [verdict for verdict in verdicts if verdict.outcome != "honoured"]
            yield f"{len(verdicts) - len(bad)}/{len(verdicts)} {story['text']}"
            yield from (f"      {verdict.outcome}: {verdict.phrase!r} ({verdict.check})" for verdict in bad)


if __name__ == "__main__":
    main(sys.argv[1:])
