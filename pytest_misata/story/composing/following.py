"""States that follow from something else: a match is drawn by its goals, so no flag of its own may say that it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_misata.story.domain import Domain
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Words, kind_of
from pytest_misata.story.english.naming import split_name


def follows(table: str, words: Words, domain: Domain) -> bool:
    """Whether a column tells already which rows of a table are so, and none of its values can be stated.

    The column is one of the table, or of one that has a row for each of its; of people also one of what is theirs, as
    the admissions of patients tell who was discharged. What is said in the plural, as "draws", any table may tell.
    """
    if domain.composed:
        return False
    *before, last = words
    singular = singular_of(last) or last
    told = {words, (*before, singular)}
    near = domain.data["tables"] if singular != last else list(_near(table, domain))
    return any(set(told_by(name, domain)) & told for name in near)


def _near(table: str, domain: Domain) -> Iterator[str]:
    """A table, and those with a row of each of its rows, or of people with several."""
    yield table
    for name, config in domain.data["tables"].items():
        keys = [column for column, made in config["columns"].items() if _is_key_to(made, table)]
        alone = any([key] in config.get("uniques", ()) for key in keys)
        if name != table and (alone or (domain.owner_of(name) == table and kind_of(table) == "person")):
            yield name


def _is_key_to(made: Mapping[str, Any], table: str) -> bool:
    return str(made.get("references", "")).partition(".")[0] == table


def told_by(table: str, domain: Domain) -> Iterator[Words]:
    """The values of columns of a table that follow from others, each in words."""
    stated = {hook.column for hook in domain.rates if hook.table == table and not hook.remade}
    for name, made in domain.data["tables"][table]["columns"].items():
        listed = made.get("values", ()) if name not in stated and made.get("kind") != "listed" else ()
        values = listed.values() if isinstance(listed, Mapping) else listed
        yield from (split_name(value) for value in values if isinstance(value, str))
