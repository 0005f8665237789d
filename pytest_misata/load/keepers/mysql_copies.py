"""Where a keeper of MariaDB or MySQL has its copies of the rows, and how those come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b

from pytest_misata.load.databases.mysql import kept_name
from pytest_misata.load.keepers.definitions import as_bytes, quoted


class Copies:
    """Tables in a database of their own beside the one that is kept: they outlast the keeper's connection."""

    _create = "CREATE TABLE"

    def __init__(self, name: str, run: Callable[..., None], *, is_mariadb: bool) -> None:
        self._name, self._run = name, run
        # Nothing of them has to outlive a crash.
        self._engine = " ENGINE = Aria TRANSACTIONAL = 0" if is_mariadb else ""
        self._made: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
        """Columns and primary key of each copy, by its table."""
        self.is_open = False
        """Whether there is a place for them."""

    def open(self) -> None:
        """Have an empty place for them. Raises the driver's error where the user may not make one."""
        place = quoted(kept_name(self._name))
        # One may have been left by a run that crashed.
        self._run(f"DROP DATABASE IF EXISTS {place}", f"CREATE DATABASE {place}")
        self.is_open = True

    def of(self, table: str) -> str:
        """The quoted name of the copy of a table."""
        return quoted(kept_name(self._name), table)

    def make(self, table: str, columns: Sequence[str], primary: Sequence[str]) -> None:
        """Copy the rows of a table, to be found by its primary key unless that is empty."""
        key = f" (PRIMARY KEY ({', '.join(map(quoted, primary))}))" if primary else ""
        listed = ", ".join(map(quoted, columns))
        self._run(f"{self._create} {self.of(table)}{key}{self._engine} AS SELECT {listed} FROM {quoted(table)}")
        self._made[table] = columns, primary

    def are_of(self, tables: Iterable[str]) -> bool:
        """Whether there is one of each of them."""
        return self.is_open and set(tables) <= self._made.keys()

    def drop(self) -> None:
        """Remove them all, and their place."""
        self._run(f"DROP DATABASE IF EXISTS {quoted(kept_name(self._name))}")
        self._forget()

    def lost(self) -> None:
        """Called when the keeper has a new connection."""

    def _forget(self) -> None:
        self._made.clear()
        self.is_open = False

    def filling(self, table: str) -> str:
        """The statement that brings all rows back into a table that is empty."""
        listed = ", ".join(map(quoted, self._made[table][0]))
        return f"INSERT INTO {quoted(table)} ({listed}) SELECT {listed} FROM {self.of(table)}"

    def restoring(self, table: str, floats: Collection[tuple[str, str]]) -> Iterable[str]:
        """Statements that bring the rows back which differ, found by the primary key, else all."""
        columns, primary = self._made[table]
        if not primary:
            return f"DELETE FROM {quoted(table)}", self.filling(table)
        same = " AND ".join(f"now.{quoted(part)} = kept.{quoted(part)}" for part in primary)
        now, kept = (as_bytes(table, columns, floats, of) for of in ("now", "kept"))
        alike = " AND ".join(f"{this} <=> {that}" for this, that in zip(now, kept, strict=True))
        lacking = quoted(primary[0])
        listed, taken = (", ".join(p + quoted(part) for part in columns) for p in ("", "kept."))
        return (
            f"DELETE now FROM {quoted(table)} AS now LEFT JOIN {self.of(table)} AS kept ON {same} "
            f"WHERE kept.{lacking} IS NULL OR NOT ({alike})",
            f"INSERT INTO {quoted(table)} ({listed}) SELECT {taken} FROM {self.of(table)} AS kept "
            f"LEFT JOIN {quoted(table)} AS now ON {same} WHERE now.{lacking} IS NULL",
        )


class SessionCopies(Copies):
    """Temporary tables, which nobody else sees and which end with the connection: for who may make no database."""

    _create = "CREATE TEMPORARY TABLE"

    def open(self) -> None:
        probe = self.of("")
        self._run(f"{self._create} {probe} (a INT)", f"DROP TEMPORARY TABLE {probe}")
        self.is_open = True

    def of(self, table: str) -> str:
        return quoted(self._name, f"misata_kept_{blake2b(table.encode(), digest_size=8).hexdigest()}")

    def drop(self) -> None:
        for table in self._made:
            self._run(f"DROP TEMPORARY TABLE IF EXISTS {self.of(table)}")
        self._forget()

    def lost(self) -> None:
        self._forget()
