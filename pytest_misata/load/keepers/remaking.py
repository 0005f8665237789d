"""PostgreSQL: what somebody else made in a database that lasts is made again, by the server's own definition of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_misata.load.keepers import catalogue
from pytest_misata.load.keepers.postgresql_definitions import Definition, Definitions, definitions, differing

_ROUNDS = 4
"""What is dropped takes along what depends on it, and a function may need a table that comes later."""
_KEPT_IN_PLACE = ("schema ", "type ", "function ")
"""Too much depends on these to drop them for a difference."""


class Remaking:
    """What there was when a keeper remembered, and how to make it again."""

    def __init__(self, rows: catalogue.Rows, run: Callable[..., None], error: Callable[[], Any]) -> None:
        self._rows, self._run, self._error = rows, run, error
        self._before: Definitions = {}

    def remember(self) -> None:
        """What is there now is what is to be made again."""
        self._before = definitions(self._rows)

    def default_schema(self) -> list[str]:
        """What makes the schema that every database begins with, where it was there."""
        return ["CREATE SCHEMA IF NOT EXISTS public"] if "schema public" in self._before else []

    def remake(self, filled: Mapping[str, str]) -> None:
        """Make again what is gone or another, as far as that is possible.

        `filled` has, for each table whose rows are kept, the statement that brings them back. Other tables are left.
        """
        self._run("SET check_function_bodies = off")
        for _ in range(_ROUNDS):
            self._drop(filled)
            wanted = [name for name in self._differing() if _is_possible(name, filled)]
            if not [name for name in wanted if self._is_made(self._before[name].statement, filled.get(name))]:
                break
        self._run("SET check_function_bodies = on")

    def unlike(self) -> list[str]:
        """What was made again and came out otherwise, and what is said of things."""
        now = definitions(self._rows)
        return [name for name in differing(self._before, now) if _is_another(self._before[name], now.get(name))]

    def _differing(self) -> list[str]:
        return differing(self._before, definitions(self._rows))

    def _drop(self, filled: Mapping[str, str]) -> None:
        """Drop what is there with another definition, or under another name."""
        now = definitions(self._rows)
        known = {kept.oid for kept in self._before.values()}
        unlike = [name for name in differing(self._before, now) if name in now and _is_possible(name, filled)]
        renamed = [name for name, found in now.items() if name not in self._before and found.oid in known]
        found = [now[name] for name in [*unlike, *renamed] if not name.startswith(_KEPT_IN_PLACE)]
        for statement in catalogue.drops(self._rows, [(it.catalogue, it.oid) for it in found if it.oid]):
            self._tried(statement)

    def _is_made(self, statement: str, filling: str | None) -> bool:
        both = [statement, filling] if filling else [statement]
        return self._tried(*both) or self._tried(statement)

    def _tried(self, *statements: str) -> bool:
        try:
            self._run("; ".join(("BEGIN", "SET LOCAL session_replication_role = replica", *statements, "COMMIT")))
        except self._error():
            self._run("ROLLBACK")
            return False
        return True


def _is_possible(name: str, filled: Iterable[str]) -> bool:
    return not name.startswith("table ") or name in filled


def _is_another(kept: Definition, now: Definition | None) -> bool:
    return kept.oid is None or (now is not None and now.oid != kept.oid)
