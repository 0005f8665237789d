"""The premises of a trade where a story counts several: the rooms of a chain of 4 hotels are of one hotel each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pytest_misata.story.composing.candidates import Candidate
from pytest_misata.story.composing.tables import key_of, there_before
from pytest_misata.story.english.lexicon import premises
from pytest_misata.story.english.naming import singular

Data = dict[str, Any]


def settle(data: Data, candidates: Sequence[Candidate]) -> None:
    """Let the tables that a domain names in `premises` be of the premises that the story counts. Changes the data.

    They were there before anything happened in them, and what joins rows of one keeps to it (`SchemaConfig.holders`).
    """
    found = [one for one in candidates if data.get("premises") and _are_premises(data, one)]
    for one in found:
        key = f"{'_'.join(one.noun.words)}_id"
        there_before(data["tables"], one.table)
        for name in data["premises"]["tables"]:
            _refer(data["tables"], name, key, one.table)
    data["holders"] = [one.table for one in found]


def _are_premises(data: Mapping[str, Any], one: Candidate) -> bool:
    """Whether a noun is what the domain says, what it is called by, or a word for any premises."""
    word = one.noun.words[0] if len(one.noun.words) == 1 else ""
    if word in data["premises"].get("names", ()):
        return True
    called = {singular(phrase) for phrase in data["words"] if " " not in phrase}
    return one.noun.kind.name in {"organisation", "place", "group"} and word in called | {*premises()}


_SIZES = frozenset({"rows", "per", "ratio", "least"})


def _refer(tables: Data, name: str, key: str, parent: str) -> None:
    """The table with a key to its premises behind its own, where it has none."""
    columns = tables[name]["columns"]
    if name == parent or any(str(one.get("references", "")).startswith(f"{parent}.") for one in columns.values()):
        return
    identity, *others = columns.items()
    # What there is a number of at a single place, there is of at each.
    each = tables[name].pop("rows", None) or tables[name].get("least")
    if each is not None:
        tables[name] = {option: value for option, value in tables[name].items() if option not in _SIZES}
    column = key_of(parent, tables, None if each is None else Fraction(each))
    tables[name]["columns"] = dict([identity, (key, column), *others])
