"""English nouns in the singular and the plural, by `inflect`.

Nothing here is touched before a story speaks of something that no domain file knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from inflect import engine

T = TypeVar("T")

_INVARIABLE = frozenset(
    "aircraft sheep fish staff series species equipment cattle deer salmon crew personnel spacecraft offspring "
    "clothes".split()
)
_SINGULAR = frozenset(
    "chess news physics athletics gas lens bus status process glass class business boss saas paas iaas gps pos".split()
)
"""Words that end like plurals and are none."""


_PLURALS = {"skis": "ski", "taxis": "taxi", "alibis": "alibi"}
"""Plurals that end as what has none does."""


@cache
def _engine() -> engine:
    with _unchecked():
        import inflect

    return inflect.engine()


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without the checks for which typeguard compiles each method of inflect anew: seconds in place of a tenth of one.

    Has no effect where inflect is imported already.
    """
    import typeguard

    checked = typeguard.typechecked
    typeguard.typechecked = _as_it_is  # type: ignore[assignment]
    try:
        yield
    finally:
        typeguard.typechecked = checked


def _as_it_is(target: T) -> T:
    return target


@lru_cache(maxsize=4096)
def singular_of(word: str) -> str | None:
    """The singular of a plural, or of a noun that has but one form; None for anything else."""
    if word in _INVARIABLE:
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word in _SINGULAR or len(word) < 3 or word.endswith(("ss", "us", "is")):
        return None
    if word == "people":
        return "person"
    return str(_engine().singular_noun(word) or "") or None


@lru_cache(maxsize=4096)
def plural_of(noun: str) -> str:
    """The plural of a singular noun."""
    return noun if noun in _INVARIABLE else str(_engine().plural_noun(noun))
