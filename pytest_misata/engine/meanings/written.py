"""Moments in columns of text, told by the CHECKs about these: a way of writing them passes where other texts do not.

Such are `born GLOB '[0-9][0-9][0-9][0-9]-*'` beside `date(born) IS NOT NULL`, and `x = strftime('%Y-%m', x)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.texts.moments import WRITTEN
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.evaluation import Condition, condition
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.uniqueness import is_checked

_DIALECTS = ("sqlite", "postgresql", "mysql")
_MOMENTS = ("2024-03-09T11:42:07", "2025-11-23T08:05:31", "2023-12-30T17:30:00", "2024-07-18T22:19:46")
_FORMS = ("days", "spaced", "seconds", "zoned", "months", "clock", "minutes")
"""The ways of writing, those first that are usual where several pass."""
_DAYS = {("date",), ("day",), ("on",)}
"""The last words of the names of columns that hold days."""
_LETTERS = "qwertyuiopasdfghjklzxcvb"


def written_as(table: TableConfig, column: Column) -> str | None:
    """How moments are written in a column of text; None where its CHECKs do not tell, or none is in it."""
    if column.type.kind not in {"string", "text"} or not table.checks or not is_checked(table, column):
        return None
    return _form(tuple(check.sql for check in table.checks), column.name, tuple(table.columns))


@lru_cache(maxsize=2048)
def _form(checks: Sequence[str], name: str, columns: tuple[str, ...]) -> str | None:
    about = [one for check in checks if (one := _read(check, columns)) is not None and name in one.columns]
    found = [one for one in about if one.columns == (name,)]
    for form in _FORMS if found else ():
        texts = [WRITTEN[form](moment) for moment in _MOMENTS]
        if all(_holds(one, name, text) for one in found for text in texts) and not any(
            all(_holds(one, name, other) for one in found) for text in texts for other in _unlike(text)
        ):
            return form
    if not any(name in one.dated for one in about):
        return None
    # A condition that only some moments meet says how they are written, too.
    some = (form for form in _FORMS if any(all(_holds(o, name, WRITTEN[form](m)) for o in found) for m in _MOMENTS))
    return next(some, None) if found else _usual(name)


def _usual(name: str) -> str:
    """How a moment is written that CHECKs compare with others, and say no more of."""
    return "days" if words_of(name)[-1:] in _DAYS else "spaced"


def _read(check: str, columns: tuple[str, ...]) -> Condition | None:
    return next((one for dialect in _DIALECTS if (one := condition(check, columns, dialect)) is not None), None)


def _unlike(text: str) -> tuple[str, ...]:
    """Texts as long that are no moments: words, codes, numbers."""
    letters = (_LETTERS * 2)[: len(text)]
    marked = "".join(new if mark.isdigit() else mark for mark, new in zip(text, letters, strict=True))
    return letters, letters.upper(), marked, "7" * len(text)


def _holds(found: Condition, name: str, text: str) -> bool:
    """Whether a condition is true: of a text that is no moment `x = date(x)` is unknown, and takes it."""
    try:
        return bool(found.value({name: text}))
    except (NotUnderstood, ValueError, ArithmeticError):
        return False
