"""PostgreSQL: triggers note which tables were written to, the catalogue tells of DDL, copies bring the rows back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from pytest_misata.errors import LoadError
from pytest_misata.load.keepers import catalogue
from pytest_misata.load.keepers.base import NONE, Damage, ServerKeeper, digest_of, let_go_of_ended
from pytest_misata.load.keepers.postgresql_definitions import described
from pytest_misata.load.keepers.remaking import Remaking

SCHEMA = catalogue.SCHEMA

_PATIENCE = 0.1
"""Seconds that a thread still at work after a test has to end its transaction."""
_ROUNDS_BEFORE_VACUUM = 16
"""Times that a table's rows are replaced before the dead ones are cleared away, so that scans stay short."""

# The trigger's function is the keeper's, so that an application with few rights may write all the same.
_SETUP = (
    f"CREATE SCHEMA {SCHEMA}",
    f"GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC",
    f"CREATE UNLOGGED TABLE {SCHEMA}.touched (place oid NOT NULL)",
    f"""CREATE FUNCTION {SCHEMA}.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO {SCHEMA}.touched VALUES (TG_RELID); RETURN NULL; END $$""",
)
_SETTINGS = (
    "enable_seqscan = off",
    "jit = off",
    "lock_timeout = '5s'",
    "row_security = off",
    "default_transaction_isolation = 'read committed'",
)
_XID = 2**32 - 1
"""The bits of a transaction's number that a row carries."""
_BLIND = "the schema"
"""Altered where nothing tells any more which tables were written to."""
_DDL = "0"
"""Noted in place of a table's number."""
_TOLD = (
    f"""CREATE FUNCTION {SCHEMA}.ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO {SCHEMA}.touched VALUES ({_DDL}); END $$""",
    f"CREATE EVENT TRIGGER {SCHEMA}_ddl ON ddl_command_end EXECUTE FUNCTION {SCHEMA}.ddl()",
    f"ALTER EVENT TRIGGER {SCHEMA}_ddl ENABLE ALWAYS",
)
_LOOK = f"SELECT {SCHEMA}.look({{since}})"
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    AND backend_type = 'client backend'
"""


@dataclass(slots=True)
class _State:
    """What one look at the database found."""

    touched: list[str]
    """Numbers of the tables that were written to, and `_DDL`."""
    versions: str
    """Changes with every change of the catalogue of which no event trigger tells. Empty where there can be none."""
    sequences: str
    """How the sequences stand: see `stands`."""
    busy: bool
    """Whether somebody is amid writing in this database."""
    past: int
    """The number of the transaction after the last that is done, of 64 bits."""
    next: int
    """The number that the next transaction will have."""

    @property
    def tables(self) -> list[str]:
        """Numbers of the tables that were written to."""
        return [oid for oid in self.touched if oid != _DDL]

    @classmethod
    def read(cls, told: str) -> _State:
        """What the server tells."""
        touched, versions, busy, past, following, sequences = told.split("|")
        return cls(touched.split(), versions, sequences, busy=busy == "t", past=int(past), next=int(following))

    def is_defined_as(self, other: _State) -> bool:
        """Whether nothing was defined of which no event trigger tells."""
        return self.versions in ("", other.versions)

    def is_written_as(self, other: _State) -> bool:
        """Whether nobody has written for good, or is about to, since the other state."""
        return not self.touched and not self.busy and self.is_defined_as(other)

    def stands(self, used: Iterable[str]) -> set[str]:
        """Of each sequence its number, last value and whether that was given out; those that are `used` come first."""
        numbers, *others = self.sequences.split(",")
        return {*(f"{oid} {number} true" for oid, number in zip(used, numbers.split(), strict=True)), *others}


class PostgreSQLKeeper(ServerKeeper):
    """Keeps a database by a connection of its own, and a schema in which it makes its notes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._state = self._found = _State([], "", "", busy=False, past=0, next=0)
        self._objects: catalogue.Objects = {}
        self._names: list[str] = []
        """What the server calls all there was."""
        self._remaking = Remaking(self._rows, self._run, self._error)
        self._places: dict[str, catalogue.Place] = {}
        self._used: list[str] = []
        self._since = 0
        """The number of the transaction before which all that wrote here is done and known."""
        self._copied = False
        self._rounds = 0

    @classmethod
    def able(cls, engine: Engine) -> bool:
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql(catalogue.ABLE).scalar())

    @classmethod
    def is_empty(cls, engine: Engine) -> bool:
        with engine.connect() as connection:
            return not catalogue.everything(lambda statement: [*map(tuple, connection.exec_driver_sql(statement))])

    def remember(self, *, copy: bool) -> None:
        self.forget()
        told = bool(self._rows(catalogue.SUPERUSER)[0][0])
        self._run("BEGIN", *_SETUP)
        self._places = {place.oid: place for place in catalogue.places(self._rows)}
        self._run(*(statement for place in self._places.values() for statement in place.watched()))
        if copy:
            self._run(*(statement for place in self._places.values() for statement in place.copied()))
        self._copied = copy
        places = list(self._places.values())
        self._used = catalogue.used(self._rows, places)
        look = catalogue.look(places, used=self._used, told=told)
        self._run(look, *(_TOLD if told else ()), "COMMIT")
        self._objects = catalogue.objects(self._rows)
        self._names = described(self._rows, catalogue.numbers(self._objects))
        self._remaking.remember()
        self._take_state()

    def copy(self) -> None:
        if not self._copied:
            places = self._places.values()
            copies = (statement for place in places for statement in place.copied())
            self._run("BEGIN", *copies, f"DELETE FROM {SCHEMA}.touched", "COMMIT")
            self._copied = True
            self._objects = catalogue.objects(self._rows)
            self._take_state()

    def _take_state(self) -> None:
        """What is there now is what is to be kept."""
        self._since = 0
        self._state = self._look()
        self._trust(self._state)

    def _trust(self, found: _State) -> None:
        """Whatever began before this look and wrote is done, and nothing of it is there that should not be."""
        if found.is_written_as(self._state):
            self._since = found.next

    def rolling_back(self, connection: Connection, *, sent: int | None, proven: bool) -> None:
        ask = _LAST.get(connection.dialect.driver)
        if ask is None:
            return
        # Should it fail, somebody's lock or the end of the session is in the way, and the keeper's own look tells more.
        with suppress(self._error()):
            told = ask(connection.connection.driver_connection, _LOOK.format(since=self._since))
            found = _State.read(told) if told else self._state
            if told and found.is_written_as(self._state) and not self._was_spoken_to():
                self._found, self._foretold = found, self._numbering(found)
                self._trust(found)

    def _numbering(self, found: _State) -> Damage:
        return NONE if found.sequences == self._state.sequences else Damage(numbering=True)

    def damage(self) -> Damage:
        seen = self._already_seen()
        if seen is not None:
            return seen
        try:
            found = self._found = self._surely(self._settled)
        except self._error():
            # A sequence or the notes themselves are gone.
            self._run("ROLLBACK")
            new = catalogue.added(self._rows, self._objects, catalogue.objects(self._rows))
            return Damage(altered=(_BLIND,), added=tuple(name for _, name in new))
        self._trust(found)
        if not found.touched and found.is_defined_as(self._state):
            return self._numbering(found)
        altered, added = self._compared(found)
        numbering = found.sequences != self._state.sequences
        return Damage(tuple(self._name(oid) for oid in found.tables), altered, added, numbering)

    def put_back(self, damage: Damage) -> bool:
        if not damage.structure and not damage.rows:
            self._surely(lambda: self._run(*self._renumbering(self._found)))
            return True
        try:
            return self._repair(damage)
        except self._error():
            self._run("ROLLBACK")
        # Somebody's lock, which ends with its session.
        self._end_others()
        try:
            return self._repair(damage)
        except self._error():
            # Too few rights to put foreign keys aside.
            self._run("ROLLBACK")
            return False

    def mark(self) -> str:
        return digest_of([*self._rows(catalogue.SERVER), *self._told(lambda place: place.versions())])

    def digest(self) -> str:
        return digest_of(self._told(lambda place: place.contents()))

    def _told(self, statement: Callable[[catalogue.Place], str | None]) -> Iterator[Any]:
        """Every definition, and what a statement tells of each place that has one."""
        yield from sorted(catalogue.objects(self._rows).items())
        for place in catalogue.places(self._rows):
            asked = statement(place)
            yield from self._rows(asked) if asked else []

    def redefine(self) -> None:
        places = self._places.values() if self._copied else ()
        self._remaking.remake({f"table {place.name}": place.filled() for place in places if place.kind in "rp"})
        numbers = (text.split() for text in self._state.stands(self._used) if text)
        for oid, number, called in numbers if self._copied else ():
            name = self._places[oid].name.replace("'", "''")
            self._run(f"SELECT setval(to_regclass('{name}'), {number}, {called})")

    def unmended(self) -> list[str]:
        objects = catalogue.objects(self._rows)
        there = {*described(self._rows, catalogue.numbers(objects))}
        gone = sorted(
            (name for name in self._names if name not in there), key=lambda name: not name.startswith("table")
        )
        return [*gone, *catalogue.changed(self._rows, self._objects, objects), *self._remaking.unlike()]

    def clear(self) -> bool:
        self._end_others()
        self._run(*(statement for statement, _ in catalogue.everything(self._rows)), *self._remaking.default_schema())
        return True

    def forget(self) -> None:
        self._copied = False
        removal = ("SET client_min_messages = error", f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        try:
            self._run(*removal)
        except self._error():
            # Triggers cannot be removed from a table that somebody is reading.
            self._end_others()
            self._run(*removal)

    def _repair(self, damage: Damage) -> bool:
        if damage.added:
            self._end_others()
            new = catalogue.added(self._rows, self._objects, catalogue.objects(self._rows))
            self._run(*(statement for statement, _ in new))
        if damage.altered == (_BLIND,):
            self._bring_back_each(place for place in self._places.values() if place.kind in "rp" and self._copied)
            return False
        if damage.added:
            self._found = self._look()
        if damage.rows and not self._copied:
            return False
        found = self._found
        written = catalogue.with_heirs(found.tables, self._places)
        if damage.altered:
            # What is built anew is only what was seeded: other tables get their rows back here, where they still can.
            self._bring_back_each(written)
            return False
        restored = [statement for place in written for statement in place.restored(self._state.past & _XID)]
        restored += [place.refreshed() for place in self._places.values() if place.kind == "m"]
        # The notes first: what somebody writes from here on leaves new ones. What is done here leaves some as well.
        own = f"DELETE FROM {SCHEMA}.touched WHERE xmin = pg_current_xact_id()::xid"
        self._replace(f"DELETE FROM {SCHEMA}.touched", *restored, own, *self._renumbering(found))
        self._vacuum(written)
        self._take_state()
        return True

    def _replace(self, *statements: str) -> None:
        """Run these in a transaction that no trigger and no foreign key meddles with."""
        settings = ("SET LOCAL synchronous_commit = off", "SET LOCAL session_replication_role = replica")
        self._run("; ".join(("BEGIN", *settings, *statements, "COMMIT")))

    def _bring_back_each(self, written: Iterable[catalogue.Place]) -> None:
        for place in written:
            try:
                self._replace(*place.restored(self._state.past & _XID))
            except self._error():
                self._run("ROLLBACK")

    def _vacuum(self, written: Iterable[catalogue.Place]) -> None:
        self._rounds += 1
        if self._rounds % _ROUNDS_BEFORE_VACUUM == 0:
            self._run(*(f"VACUUM {place.name}" for place in written), f"VACUUM {SCHEMA}.touched")

    def _renumbering(self, found: _State) -> list[str]:
        moved = sorted(self._state.stands(self._used) - found.stands(self._used))
        calls = ["setval({}::regclass, {}, {})".format(*text.split()) for text in moved]
        return [f"SELECT {', '.join(calls)}"] if calls else []

    def _compared(self, found: _State) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if found.is_defined_as(self._state) and _DDL not in found.touched:
            return (), ()
        now = catalogue.objects(self._rows)
        altered = catalogue.altered(self._objects, now)
        added = tuple(name for _, name in catalogue.added(self._rows, self._objects, now))
        if not altered and not added:
            # TRUNCATE, VACUUM FULL, a temporary table and the like: the same definitions.
            self._state.versions = found.versions
            self._run(f"DELETE FROM {SCHEMA}.touched WHERE place = {_DDL}")
        return altered, added

    def _name(self, oid: str) -> str:
        return self._places[oid].key if oid in self._places else oid

    def _settled(self) -> _State:
        """The state once nobody is writing any more: who does not come to an end is ended."""
        found = self._look()
        if not found.busy:
            return found
        end = time.monotonic() + _PATIENCE
        while (writers := self._writers()) and time.monotonic() < end:
            time.sleep(_PATIENCE / 20)
        if writers:
            self._end(*writers)
        if writers and self._writers():
            raise LoadError("the test left a transaction open in the database, and the server does not end it")
        # Not before: what a transaction wrote is seen once it is over.
        return self._look()

    def _writers(self) -> list[str]:
        return [statement for (statement,) in self._rows(catalogue.WRITERS)]

    def _end_others(self) -> None:
        self._end(_OTHERS)

    def _end(self, *statements: str) -> None:
        self._run(*statements)
        # It may have been given back meanwhile.
        let_go_of_ended(self.engine)

    def _look(self) -> _State:
        ((told,),) = self._rows(_LOOK.format(since=self._since))
        return _State.read(told)

    def _prepare(self, raw: Any) -> None:
        raw.rollback()
        raw.autocommit = True
        if hasattr(raw, "prepare_threshold"):
            # psycopg forgets all prepared statements at DDL, those that it did not prepare as well.
            raw.prepare_threshold = None
        with raw.cursor() as cursor:
            # The catalogue is read by its indexes, whatever the planner thinks of its size.
            for setting in _SETTINGS:
                cursor.execute(f"SET {setting}")


def _told_by_psycopg(raw: Any, statements: str) -> str | None:
    # At a rollback psycopg forgets what it prepared, but only where it sees one alone.
    prepared = getattr(raw, "_prepared", None)
    if prepared is None:
        return None
    # As one message to the server, which takes no cursor.
    told = raw.pgconn.exec_(f"ROLLBACK; {statements}".encode())
    prepared.clear()
    # None is there where the question failed: at somebody's lock, at the end of the session.
    return str(told.get_value(0, 0).decode()) if told.ntuples else None


def _told_by_psycopg2(raw: Any, statements: str) -> str | None:
    with raw.cursor() as cursor:
        cursor.execute(f"ROLLBACK; {statements}")
        (told,) = cursor.fetchone()
        return str(told)


_LAST: dict[str, Callable[[Any, str], str | None]] = {"psycopg": _told_by_psycopg, "psycopg2": _told_by_psycopg2}
"""By driver, how a transaction is rolled back and a question asked without one. Others begin one at any statement."""
