"""MariaDB and MySQL: the server's own counters tell of writes and DDL, and copies beside the database bring rows back.

A test that neither writes nor makes DDL moves none of the counters. Otherwise the times at which InnoDB last wrote a
table for good tell which were touched; these are whole seconds, so where one is not older than the last look, the
table's digest decides. The copies stand in a database of their own, which is dropped in the end, or are
temporary tables for who may not make one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine

from pytest_misata.load.keepers import definitions as defined
from pytest_misata.load.keepers import mysql_queries as ask
from pytest_misata.load.keepers.base import NONE, Damage, ServerKeeper, digest_of
from pytest_misata.load.keepers.definitions import TABLE, quoted
from pytest_misata.load.keepers.mysql_copies import Copies, SessionCopies
from pytest_misata.load.keepers.mysql_others import Others
from pytest_misata.load.keepers.mysql_statements import Statements, last_statement

_SETTINGS = (
    "autocommit = 1",
    "foreign_key_checks = 0",
    "unique_checks = 1",
    "sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
    "lock_wait_timeout = 2",
    "innodb_lock_wait_timeout = 2",
)


_OWN = "misata_writes"
"""In the notes on a connection: how much all wrote, and how much of that was written by this session."""


@dataclass(slots=True)
class _State:
    """What one look at the database found."""

    writes: int = -1
    ddl: int = -1
    """Counters of the whole server: rows written, statements that define something."""
    second: int = 0
    """The server's clock."""
    stamps: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Of each table, when it was made, when it was last written to, and how it is stored."""
    numbering: dict[str, int | None] = field(default_factory=dict)


class MySQLKeeper(ServerKeeper):
    """Keeps a database by a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._others = Others(engine, self._rows, self._run, self._tables)
        self._copies = Copies(self._name, self._run, is_mariadb=self._is_mariadb())
        self._state = self._found = _State()
        self._definitions: defined.Definitions = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._primary: dict[str, tuple[str, ...]] = {}
        self._floats: frozenset[tuple[str, str]] = frozenset()
        self._sums: dict[str, Any] = {}
        self._traits = ""
        """What the database itself is like: its character set, its comment."""
        self._counters = self._own_writes = ""
        self._alone = False
        """Whether nobody but the session that was rolled back last has sent anything."""
        self._session: Any = None
        """The number of that session, which holds nothing since."""
        self._statements = Statements(lambda: last_statement(self._raw), self._error)

    @classmethod
    def able(cls, engine: Engine) -> bool:
        keeper = cls(engine)
        try:
            keeper._place_copies()
            keeper._rows(ask.LOCKED.format(name=quoted(keeper._name)))
        except keeper._error():
            return False
        finally:
            keeper.close()
        return True

    def _place_copies(self) -> None:
        try:
            self._copies.open()
        except self._error():
            self._copies = SessionCopies(self._name, self._run, is_mariadb=self._is_mariadb())
            self._copies.open()

    def remember(self, *, copy: bool) -> None:
        self.forget()
        self._traits = self._database()
        self._definitions = defined.definitions(self._rows)
        self._columns, self._primary = defined.columns(self._rows), self._keys()
        self._floats = defined.floats(self._rows)
        self._sums = {name: self._digest(name) for name in self._tables()}
        # Whatever a test rolls back, DDL in it commits: here one cannot do without copies.
        self.copy()
        self._counters, self._own_writes = self._statements_of_counters()
        self._statements.try_out(lambda: self._run("DO 0"))
        self._statements.were(0)
        self._state = self._look()

    def copy(self) -> None:
        if self._are_kept():
            return
        self._place_copies()
        for name in self._tables():
            columns = self._columns[name]
            try:
                self._copies.make(name, columns, self._primary.get(name, ()))
            except self._error():
                # A key that is too long for the copy. Without one all rows are brought back.
                self._copies.make(name, columns, ())

    def _are_kept(self) -> bool:
        return self._copies.are_of(self._tables())

    def rolling_back(self, connection: Connection, *, sent: int | None, proven: bool) -> None:
        self._alone = False
        # What other engines store is not rolled back.
        if any(stamp[0] != "InnoDB" for stamp in self._state.stamps.values()):
            self._statements.forget()
        elif sent is not None and self._statements.were(sent):
            self._foretold, self._alone = NONE, True
        elif proven:
            self._statements.were(0)
            # Should it fail, the keeper's own look tells more.
            with suppress(self._error()), closing(connection.connection.cursor()) as cursor:
                self._foretell(cursor, connection.info)
        if self._foretold is None:
            self._statements.forget()
        # The rollback, which is still to come.
        self._statements.expect(1)

    @property
    def needs_proof(self) -> bool:
        return not self._statements.all_known

    def _foretell(self, cursor: Any, info: dict[Any, Any]) -> None:
        """See whether nobody wrote but the session of this cursor, which takes everything back."""
        found = _row(cursor, self._counters)
        self._statements.expect(1)
        (writes, ddl, _), self._session = self._counted(found), found[-1]
        if ddl != self._state.ddl:
            return
        if writes != self._state.writes:
            (own,) = _row(cursor, self._own_writes)
            self._statements.expect(1)
            then, own_then = info.get(_OWN, (None, 0))
            info[_OWN] = (writes, int(own))
            if then != self._state.writes or writes - then != int(own) - own_then:
                return
            self._state.writes = writes
        self._foretold = NONE

    def damage(self) -> Damage:
        seen = self._already_seen()
        if self._alone if seen is not None else self._statements.were(0):
            return NONE
        try:
            return self._surely(self._damage if seen is None else self._only_locks)
        except self._error():
            # Somebody's LOCK TABLES, which keeps even readers out, DDL amid the look, or there is no database left.
            self._return()
            self._others.end_others()
            return self._damage()

    def _only_locks(self) -> Damage:
        """Of whoever wrote nothing, which no counter tells."""
        if self._others.are_there(besides=self._session):
            self._others.settle()
        return NONE

    def _return(self) -> None:
        """Go back into the database, which is made anew where it is gone."""
        name = quoted(self._name)
        try:
            self._run(f"USE {name}")
        except self._error():
            self._run(f"CREATE DATABASE {name}{self._traits}", f"USE {name}")

    def _damage(self) -> Damage:
        self._others.unlock()
        writes, ddl, second = self._count()
        # Row locks outlast a test as writes do.
        self._others.settle()
        if (writes, ddl) == (self._state.writes, self._state.ddl):
            return NONE
        found = self._found = self._look((writes, ddl, second))
        altered, added = self._compared() if found.ddl != self._state.ddl else ((), ())
        rows = tuple(name for name in self._tables() if (TABLE, name) not in altered and self._is_written(name))
        if not (altered or added or rows):
            # What was written was taken back. Numbers that were given out meanwhile are not: see docs/isolation.md.
            self._state.writes, self._state.ddl, self._state.second = found.writes, found.ddl, found.second
            return NONE
        return Damage(rows, tuple(f"{kind} {name}" for kind, name in altered), added)

    def put_back(self, damage: Damage) -> bool:
        if not self._are_kept():
            return False
        if not self._is_repaired(damage):
            # Somebody's lock, which ends with its session.
            self._others.end_others()
            if not self._is_repaired(damage):
                self._others.check_ended()
                return False
        return True

    def _is_repaired(self, damage: Damage) -> bool:
        try:
            self._repair(damage)
        except self._error():
            self._run("ROLLBACK")
            return False
        return True

    def mark(self) -> str:
        found = defined.definitions(self._rows)
        made = ((row[0], row[2]) for row in sorted(self._rows(ask.TABLES)))
        sums = [row for kind, name in found if kind == TABLE for row in self._rows(f"CHECKSUM TABLE {quoted(name)}")]
        return digest_of([*found.items(), *made, *sums, *self._sequences(found)])

    def digest(self) -> str:
        found = defined.definitions(self._rows)
        self._columns, self._floats = defined.columns(self._rows), defined.floats(self._rows)
        sums = [self._digest(name) for kind, name in found if kind == TABLE]
        shapes = ((thing, defined.shape(statement)) for thing, statement in found.items())
        return digest_of([*shapes, *sums, *self._sequences(found)])

    def _sequences(self, found: Iterable[tuple[str, str]]) -> Iterator[Any]:
        names = (name for kind, name in found if kind == "SEQUENCE")
        yield from (row for name in names for row in self._rows(f"SELECT * FROM {quoted(name)}"))

    def renumber(self) -> None:
        self._found = self._look()
        self._renumber(self._tables())

    def clear(self) -> bool:
        self._others.end_others()
        self._drop(defined.definitions(self._rows))
        return True

    def forget(self) -> None:
        if self._are_kept():
            # The tables are about to be filled with other rows, or to be dropped.
            self._others.clear_the_way()
        if self._copies.is_open:
            self._copies.drop()

    # Looking

    def _look(self, counted: tuple[int, int, int] | None = None) -> _State:
        counted = counted or self._count()
        rows = self._rows(ask.TABLES)
        stamps = {name: tuple(stamp) for name, *stamp, _ in rows}
        return _State(*counted, stamps, {row[0]: row[-1] for row in rows})

    def _count(self) -> tuple[int, int, int]:
        return self._counted(*self._rows(self._counters))

    def _counted(self, found: Sequence[Any]) -> tuple[int, int, int]:
        writes, ddl, second, _ = found
        return int(writes), int(ddl) - self._others.done, int(second)

    def _statements_of_counters(self) -> tuple[str, str]:
        names = [name for name, _ in self._rows(f"SHOW GLOBAL STATUS WHERE variable_name REGEXP '^Com_({ask.DDL})_'")]
        wanted = [*ask.WRITES, *ask.ALSO, *(name for name in names if "temporary" not in name)]
        where = "information_schema" if self._is_mariadb() else "performance_schema"
        listed = ", ".join(f"'{name}'" for name in wanted)
        return ask.COUNTERS.format(status=f"{where}.global_status", names=listed), ask.OWN_WRITES.format(
            status=f"{where}.session_status"
        )

    def _is_mariadb(self) -> bool:
        return bool(getattr(self.engine.dialect, "is_mariadb", False))

    def _compared(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        now = defined.definitions(self._rows)
        altered = (
            thing
            for thing, statement in self._definitions.items()
            if thing not in now or defined.shape(now[thing]) != defined.shape(statement)
        )
        traits = () if self._database() == self._traits else (("DATABASE", self._name),)
        added = (f"{kind} {name}" for kind, name in now if (kind, name) not in self._definitions)
        return (*traits, *altered), tuple(added)

    def _database(self) -> str:
        ((_, statement),) = self._rows(f"SHOW CREATE DATABASE {quoted(self._name)}")
        return str(statement).partition(quoted(self._name))[2]

    def _is_written(self, name: str) -> bool:
        """Whether rows of a table differ. Called when something was written somewhere since the last look."""
        stamp, before = self._found.stamps.get(name), self._state.stamps[name]
        if stamp is None or before[0] != "InnoDB":
            return stamp is not None and self._digest(name) != self._sums[name]
        if stamp != before:
            return True
        written = stamp[2]
        # A second is long: what was written in that of the last look bears the same time as what was written before.
        # TRUNCATE leaves the time as it was.
        # The clock that InnoDB stamps by lags some milliseconds, into the second before.
        unsure = self._found.ddl != self._state.ddl or (written is not None and written >= self._state.second - 1)
        return unsure and self._digest(name) != self._sums[name]

    def _digest(self, name: str) -> Any:
        """The number of rows, and the sum of 64 bits of a digest of each: whatever their order."""
        (found,) = self._rows(defined.digest(name, self._columns[name], self._floats))
        return found

    # Putting back

    def _repair(self, damage: Damage) -> None:
        if damage.structure:
            self._redefine()
        written = [name for name in damage.rows if name in self._found.stamps]
        with_triggers = self._triggers_of(written)
        self._drop(with_triggers)
        self._run("BEGIN", *(text for name in written for text in self._copies.restoring(name, self._floats)), "COMMIT")
        self._run(*with_triggers.values())
        self._renumber(written)
        self._state = self._look()

    def _redefine(self) -> None:
        altered, _ = self._compared()
        if self._database() != self._traits:
            self._run(f"ALTER DATABASE {quoted(self._name)}{self._traits}")
        now = defined.definitions(self._rows)
        self._drop({thing: text for thing, text in now.items() if thing not in self._definitions or thing in altered})
        # The triggers of a table go with it.
        now = defined.definitions(self._rows)
        for (kind, name), statement in self._definitions.items():
            if (kind, name) not in now:
                self._run(statement)
                if kind == TABLE:
                    self._run(self._copies.filling(name))
        # Whoever drops a database goes on in none, even if it is made anew.
        self.engine.dispose()

    def _drop(self, things: Iterable[tuple[str, str]]) -> None:
        for kind, name in reversed([*things]):
            self._run(f"DROP {kind} IF EXISTS {quoted(name)}")

    def _renumber(self, names: Iterable[str]) -> None:
        for name in names:
            before = self._state.numbering.get(name)
            if before is not None and before != self._found.numbering.get(name):
                self._run(f"ALTER TABLE {quoted(name)} AUTO_INCREMENT = {before}")

    def _triggers_of(self, names: Iterable[str]) -> defined.Definitions:
        """A trigger cannot be put aside for a session, so it is dropped while rows come back."""
        wanted = set(names)
        if not any(kind == "TRIGGER" for kind, _ in self._definitions):
            return {}
        found = self._rows(
            "SELECT trigger_name, event_object_table FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        )
        return {("TRIGGER", name): self._definitions["TRIGGER", name] for name, table in found if table in wanted}

    # The connection

    def _sent(self) -> None:
        self._statements.sent += 1

    def _tables(self) -> list[str]:
        return [name for kind, name in self._definitions if kind == TABLE]

    def _keys(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for table, column in self._rows(ask.PRIMARY):
            found[table] = (*found.get(table, ()), column)
        # By a part of it that is computed nothing is found in a copy, which has no such column.
        return {name: parts for name, parts in found.items() if set(parts) <= set(self._columns.get(name, ()))}

    @property
    def _name(self) -> str:
        return str(self.engine.url.database)

    def _prepare(self, raw: Any) -> None:
        self._copies.lost()
        settings = _SETTINGS if self._is_mariadb() else (*_SETTINGS, "information_schema_stats_expiry = 0")
        with raw.cursor() as cursor:
            cursor.execute("ROLLBACK")
            for setting in settings:
                cursor.execute(f"SET SESSION {setting}")


def _row(cursor: Any, statement: str) -> Sequence[Any]:
    cursor.execute(statement)
    row: Sequence[Any] = cursor.fetchone()
    return row
