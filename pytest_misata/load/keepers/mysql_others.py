"""Who else is at work in a database of MariaDB or MySQL: waited for, and ended where that does not help."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine

from pytest_misata.errors import LoadError
from pytest_misata.load.keepers import mysql_queries as ask
from pytest_misata.load.keepers.base import let_go_of_ended
from pytest_misata.load.keepers.definitions import Rows, quoted

_NOT_ALLOWED = 1227
"""The server's number for what takes a privilege that the user lacks."""
_PATIENCE = 0.15
"""Seconds that a transaction still open after a test has to end; the server's list of them is up to 0.1 behind."""
_LOOKS = 6
"""How often the list is read before every other session is ended: read all the time, it is never brought up to date."""


class Others:
    """The other sessions on the database of a keeper, whose connection asks."""

    def __init__(
        self, engine: Engine, rows: Rows, run: Callable[..., None], tables: Callable[[], Iterable[str]]
    ) -> None:
        self._engine, self._rows, self._run, self._tables = engine, rows, run, tables
        self.done = 0
        """How many times LOCK TABLES and KILL were sent from here, which the server counts with those of others."""
        self._sees = True
        """Whether the user may see transactions, which takes PROCESS. Who it is connected as everybody sees."""

    def unlock(self) -> None:
        """End whoever left tables locked, or is still at work on one."""
        locked = ask.LOCKED.format(name=quoted(str(self._engine.url.database)))
        if self._rows(locked):
            time.sleep(_PATIENCE)
            if self._rows(locked):
                self.end_others()

    def are_there(self, *, besides: int) -> bool:
        """Whether anybody is connected to the database but one session, and the keeper itself."""
        return any(number != besides for (number,) in self._rows(ask.OTHERS))

    def settle(self) -> None:
        """Wait for a transaction that has written or locked rows, then end it. Who only reads is left alone."""
        if self._nobody_is_amid():
            return
        for _ in range(_LOOKS):
            time.sleep(_PATIENCE)
            self._end(self._writers())
            if self._are_free("READ"):
                return
        self._end(number for (number,) in self._rows(ask.OTHERS))

    def clear_the_way(self) -> None:
        """End who is amid a transaction on a table, if only reading: TRUNCATE and DROP would wait for it."""
        if not self._nobody_is_amid():
            self.end_others()

    def end_others(self) -> None:
        """End who is amid a transaction; where tables are still held, by locks of a session, every other session."""
        self._run("UNLOCK TABLES")
        # Who was done a moment ago is idle in a pool by now, and is still on the list.
        time.sleep(_PATIENCE)
        self._end(number for number, _ in self._transactions() or ())
        if not self._nobody_is_amid():
            self._end(number for (number,) in self._rows(ask.OTHERS))

    def check_ended(self) -> None:
        """Raise LoadError where somebody is amid a transaction still, whom all that follows would wait for."""
        if not self._nobody_is_amid():
            raise LoadError(
                f"another user's transaction keeps tables of {self._engine.url.database} locked, and "
                f"{self._engine.url.username} may not end it: end it in the test, or grant PROCESS and CONNECTION ADMIN"
            )

    def _transactions(self) -> Sequence[tuple[Any, ...]] | None:
        """The open ones, by session with the number of rows that it has written or locked; None when not to be seen."""
        if not self._sees:
            return None
        try:
            return self._rows(ask.OPEN)
        except self._error() as error:
            if error.args[:1] != (_NOT_ALLOWED,):
                raise
            self._sees = False
            return None

    def _writers(self) -> Iterable[Any]:
        transactions = self._transactions()
        if transactions is not None:
            return [number for number, rows in transactions if rows]
        # Which of them it is cannot be told.
        return [number for (number,) in self._rows(ask.OTHERS)] if self._rows_are_held() else []

    def _rows_are_held(self) -> bool:
        share = "LOCK IN SHARE MODE" if self._engine.dialect.is_mariadb else "FOR SHARE"  # type: ignore[attr-defined]
        try:
            for name in self._tables():
                self._rows(f"SELECT count(*) FROM {quoted(name)} {share} NOWAIT")
        except self._error():
            return True
        return False

    def _nobody_is_amid(self) -> bool:
        return self._are_free("WRITE")

    def _are_free(self, mode: str) -> bool:
        # A transaction holds each table that it has touched until its end, so this fails at once: for WRITE where
        # somebody has read, for READ where somebody has written or locked rows to write them.
        names = ", ".join(f"{quoted(name)} {mode}" for name in self._tables())
        if not names:
            return True
        self.done += 1
        wait = " NOWAIT" if self._engine.dialect.is_mariadb else ""  # type: ignore[attr-defined]
        try:
            self._run(f"LOCK TABLES {names}{wait}", "UNLOCK TABLES")
        except self._error():
            self._run("UNLOCK TABLES")
            return False
        return True

    def _end(self, numbers: Iterable[Any]) -> None:
        ended = [*numbers]
        if not ended:
            return
        for number in ended:
            self.done += 1
            # It may have come to its end meanwhile.
            with suppress(self._error()):
                self._run(f"KILL {number}")
        self._wait_for(ended)
        # It may have been given back meanwhile.
        let_go_of_ended(self._engine)

    def _wait_for(self, ended: Iterable[Any]) -> None:
        end = time.monotonic() + 5
        while {*ended} & {number for (number,) in self._rows(ask.OTHERS)}:
            if time.monotonic() > end:
                raise LoadError("the test left a transaction open in the database, and the server does not end it")
            time.sleep(_PATIENCE / 20)

    def _error(self) -> Any:
        return self._engine.dialect.loaded_dbapi.Error
