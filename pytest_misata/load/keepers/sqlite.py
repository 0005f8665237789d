"""SQLite: a watching connection sees every commit by PRAGMA data_version, and the backup API brings the copy back.

A database in memory has no other connection to watch from. There the connection's own count of changed rows and the
number of its schema tell that something was done, and its bytes tell whether anything is left of it.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from pytest_misata.errors import LoadError
from pytest_misata.load.databases.sqlite import mark_of, remove_file
from pytest_misata.load.engines import sqlite_file
from pytest_misata.load.keepers.base import NONE, Damage, Keeper, digest_of

_PATIENCE = 100
"""Milliseconds that a thread still at work has to come to its end."""
_CHANGED = Damage(rows=("a table",))


class SQLiteKeeper(Keeper):
    """Keeps a file or a database in memory, and those attached to it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._file = sqlite_file(engine.url)
        self._in_memory = self._file is None
        self._watcher: sqlite3.Connection | None = None
        self._copies: dict[str, sqlite3.Connection] = {}
        self._seen: tuple[Any, ...] = ()
        self._bytes: bytes = b""

    def remember(self, *, copy: bool) -> None:
        raw = self._raw()
        self._drop_copies()
        self._seen = self._marks(raw)
        # The copy is cheap, and without it a leak of any kind would mean loading everything again.
        self.copy()
        self._bytes = _serialized(raw) if self._in_memory else b""

    def copy(self) -> None:
        if self._copies:
            return
        for name in _files(self._raw()):
            # A database without a name is SQLite's own temporary one: in memory while it is small, on disk beyond that.
            self._copies[name] = sqlite3.connect("", check_same_thread=False)
            self._raw().backup(self._copies[name], name=name)

    def damage(self) -> Damage:
        try:
            return self._damage()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Something else was written over the file.
            return _CHANGED

    def _damage(self) -> Damage:
        raw = self._raw()
        if not self._in_memory:
            self._end_transactions(raw)
        elif raw.in_transaction:
            raw.rollback()
        marks = self._marks(raw)
        if marks == self._seen:
            return NONE
        if self._in_memory and _serialized(raw) == self._bytes:
            self._seen = marks
            return NONE
        return _CHANGED

    @property
    def needs_proof(self) -> bool:
        # The watching connection sees every commit to a file.
        return self._in_memory

    def undone(self) -> None:
        # Only then is a count that went up no sign of a change: nobody else can reach a database in memory.
        if self._in_memory and not self._shared():
            self._seen = self._marks(self._raw())

    def put_back(self, damage: Damage) -> bool:
        if not self._in_memory and self._place() != self._seen[0]:
            self._reopen()
        try:
            self._restore(self._raw())
        except sqlite3.OperationalError:
            _end_all(self._raw())
            self._restore(self._raw())
        except sqlite3.DatabaseError:
            self._reopen(anew=True)
            self._restore(self._raw())
        raw = self._raw()
        self._seen = self._marks(raw)
        self._bytes = _serialized(raw) if self._in_memory else b""
        return True

    def mark(self) -> str:
        if self._file is None:
            return self.digest()
        # While anybody is connected there may be a log beside the file.
        self.close()
        self.engine.dispose()
        return mark_of(self._file)

    def digest(self) -> str:
        raw = self._raw()
        numbers = (_pragma(raw, name) for name in ("user_version", "application_id"))
        # An index says nothing in a dump, and may be broken all the same.
        return digest_of([*numbers, *raw.execute("PRAGMA integrity_check"), *raw.iterdump()])

    def forget(self) -> None:
        self._drop_copies()

    def close(self) -> None:
        self._drop_copies()
        self._let_go()

    def _let_go(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _place(self) -> tuple[int, int] | None:
        """Which file it is: one that is removed and made again is another, of which a connection knows nothing."""
        try:
            found = os.stat(self._file) if self._file else None  # noqa: PTH116 - a third of what Path takes
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def _reopen(self, *, anew: bool = False) -> None:
        self._let_go()
        self.engine.dispose()
        if anew and self._file is not None:
            remove_file(self._file)

    def _restore(self, raw: sqlite3.Connection) -> None:
        files = _files(raw)
        for name, copy in self._copies.items():
            if name == "main":
                copy.backup(raw)
                continue
            # A backup always goes to the main database of its target.
            with closing(_prepared(sqlite3.connect(files[name]))) as target:
                copy.backup(target)

    def _raw(self) -> sqlite3.Connection:
        if self._in_memory:
            # Asked for each time: the test may have thrown the database away with its connection.
            return self._only_connection()
        if self._watcher is None:
            self._watcher = _prepared(_detached(self.engine))
        return self._watcher

    def _only_connection(self) -> sqlite3.Connection:
        for _ in range(2):
            with suppress(sqlite3.ProgrammingError, StatementError), self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                # Raises where the test has closed it.
                driver.total_changes  # noqa: B018
                return driver  # type: ignore[no-any-return]
            self.engine.dispose()
        raise LoadError("the test closed the connection of the database in memory, and no other can be opened")

    def _marks(self, raw: sqlite3.Connection) -> tuple[Any, ...]:
        if not self._in_memory:
            return (self._place(), *(_pragma(raw, f'"{name}".data_version') for name in self._copies or _files(raw)))
        if self._shared():
            return (_serialized(raw),)
        numbers = ("schema_version", "user_version", "application_id")
        return (id(raw), raw.total_changes, *(_pragma(raw, name) for name in numbers))

    def _shared(self) -> bool:
        return "cache=shared" in self.engine.url.render_as_string()

    def _end_transactions(self, raw: sqlite3.Connection) -> None:
        """Wait for a transaction on another connection that stands in the way, then end it."""
        if not _is_locked(raw):
            return
        # A connection that nobody holds any more rolls back by itself.
        gc.collect()
        raw.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        if _is_locked(raw):
            _end_all(raw)
        stuck = _is_locked(raw)
        raw.execute("PRAGMA busy_timeout = 0")
        if stuck:
            raise LoadError(
                f"SQLite file {_files(raw)['main']}: the test left a transaction open in another thread or process, "
                "and nothing can be put back while it lasts; end it in the test"
            )

    def _drop_copies(self) -> None:
        for copy in self._copies.values():
            copy.close()
        self._copies = {}


def _files(raw: sqlite3.Connection) -> dict[str, str]:
    """The main database and the files attached to it."""
    return {name: file for _, name, file in raw.execute("PRAGMA database_list") if name == "main" or file}


def _pragma(raw: sqlite3.Connection, name: str) -> int:
    return int(raw.execute(f"PRAGMA {name}").fetchone()[0])


def _detached(engine: Engine) -> sqlite3.Connection:
    """A connection made as the engine makes its own, which its pool then forgets."""
    borrowed: Any = engine.raw_connection()
    driver: sqlite3.Connection = borrowed.driver_connection
    borrowed.detach()
    return driver


def _serialized(raw: sqlite3.Connection) -> bytes:
    try:
        return raw.serialize()
    except sqlite3.OperationalError:
        # There is nothing in it: the test has thrown away the one that was seeded.
        return b""


def _prepared(raw: sqlite3.Connection) -> sqlite3.Connection:
    if getattr(raw, "autocommit", -1) in (True, False):
        raw.autocommit = True  # type: ignore[attr-defined]
    else:
        raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout = 0")
    # What a crash of the machine would leave here is made again by the next run.
    raw.execute("PRAGMA synchronous = OFF")
    return raw


def _is_locked(raw: sqlite3.Connection) -> bool:
    """Whether another connection is amid a transaction that would keep others from writing."""
    try:
        raw.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return True
    raw.execute("ROLLBACK")
    return False


def _end_all(raw: sqlite3.Connection) -> None:
    """End the statements and transactions on this process's connections to the same file, whoever holds them."""
    file = _files(raw)["main"]
    # By type(): a lazy object, such as Django's settings, computes what isinstance() asks it for.
    things = [thing for thing in gc.get_objects() if issubclass(type(thing), sqlite3.Connection | sqlite3.Cursor)]
    for thing in things:
        # A connection of another thread, or a closed one, cannot be helped from here.
        with suppress(sqlite3.Error):
            connection = thing.connection if isinstance(thing, sqlite3.Cursor) else thing
            if connection is not raw and _files(connection)["main"] != file:
                continue
            if isinstance(thing, sqlite3.Cursor):
                thing.close()
            elif connection.in_transaction:
                connection.rollback()
