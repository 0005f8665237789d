"""What every keeper does: remember a state, notice what differs from it, and put it back."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from select import select
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from pytest_misata.load.engines import silent


@dataclass(frozen=True, slots=True)
class Damage:
    """How a database differs from what was remembered. False when it does not."""

    rows: tuple[str, ...] = ()
    """Tables that were written to."""
    altered: tuple[str, ...] = ()
    """Tables and other objects that have another definition, or are gone."""
    added: tuple[str, ...] = ()
    """Tables that were not there."""
    numbering: bool = False
    """Whether a sequence stands elsewhere, as it does after every insert that was rolled back."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.structure or self.numbering)

    @property
    def structure(self) -> bool:
        """Whether more than rows has to be put back."""
        return bool(self.altered or self.added)

    def __str__(self) -> str:
        parts = (("rows of", self.rows), ("changed", self.altered), ("new", self.added))
        return "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names) or "numbering"


NONE = Damage()
Result = TypeVar("Result")


def digest_of(things: Iterable[Any]) -> str:
    """One short text for all of them, in their order."""
    whole = blake2b(digest_size=16)
    for thing in things:
        whole.update(f"{thing!r}\n".encode(errors="surrogatepass"))
    return whole.hexdigest()


class Keeper:
    """The state of one database, by an engine on it.

    A keeper misses no committed write, whoever made it and on whatever connection. What it cannot put back by itself
    it says so, and the caller builds the database anew.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._foretold: Damage | None = None
        """What a look that came with a rollback found, where that needs no second one."""

    @classmethod
    def able(cls, _engine: Engine) -> bool:
        """Whether this database lets the keeper work as it does."""
        return True

    @classmethod
    def is_empty(cls, _engine: Engine) -> bool:
        """Whether nothing is in the database that `clear` would drop. False where the keeper cannot tell."""
        return False

    def remember(self, *, copy: bool) -> None:
        """Take the state as it is now for the one to keep; with `copy`, keep the rows as well."""
        raise NotImplementedError

    def copy(self) -> None:
        """Keep the rows, unless they are kept already. The database is as it was remembered."""
        raise NotImplementedError

    def damage(self) -> Damage:
        """What differs from the state that was remembered, after ending transactions that a test left open."""
        raise NotImplementedError

    def put_back(self, damage: Damage) -> bool:
        """Undo the damage. False when this is beyond the keeper: the database has to be built anew."""
        raise NotImplementedError

    def rolling_back(self, _connection: Connection, *, sent: int | None, proven: bool) -> None:
        """Called when a test's transaction is about to be rolled back, which is the last that is sent of it.

        A keeper for which this is cheaper looks at the database here and now, by the test's own connection, and may
        end the transaction with that. The next `damage` relies on it, unless there is a `doubt`. `sent` is how many
        statements were sent at the least, none of which ends a transaction: None where one may. `proven` is whether the
        transaction is known to be there still.
        """

    @property
    def needs_proof(self) -> bool:
        """Whether a test's transaction has to be proven to be there still, once it is rolled back."""
        return True

    def doubt(self) -> None:
        """Called when somebody may have written since the last transaction was rolled back."""
        self._foretold = None

    def undone(self) -> None:
        """Called when everything since the last look was one transaction and was rolled back."""

    def _already_seen(self) -> Damage | None:
        """What is known without a look, if anything is. It counts once: whatever follows may write."""
        seen, self._foretold = self._foretold, None
        return seen

    def mark(self) -> str:
        """What every write to the database changes, by whatever process, and the keeper's own traces as well."""
        return self.digest()

    def digest(self) -> str:
        """A digest of all rows and definitions: the same before a write and after it was put back."""
        raise NotImplementedError

    def renumber(self) -> None:
        """Put numbers back that were given to rows which were rolled back, where `put_back` does not."""

    def bring_back(self, names: Sequence[str]) -> None:
        """Put back the rows of tables that were not seeded, once those that were are built anew. Forgets them after."""

    def redefine(self) -> None:
        """Make again what somebody else made, once before `forget`, with its rows, and once when all is built anew."""

    def unmended(self) -> list[str]:
        """What still has another definition, or is gone, once what was seeded is built anew."""
        return []

    def clear(self) -> bool:
        """Drop everything in the database, all of which was made for the run. False when the keeper has no way to."""
        return False

    def forget(self) -> None:
        """Remove what the keeper itself put into the database, before it is built anew or given up."""

    def close(self) -> None:
        """Let go of the database."""
        self.forget()


def let_go_of_ended(engine: Engine) -> None:
    """Try the idle connections of an engine, once sessions were ended, lest one of those goes to the next test."""
    # What a test dropped without closing it fails to roll back, and would say so amid another test.
    with silent():
        gc.collect()
    pool: Any = engine.pool
    idle = [engine.raw_connection() for _ in range(pool.checkedin() if hasattr(pool, "checkedin") else 0)]
    for connection in idle:
        try:
            connection.cursor().execute("SELECT 1")
        except engine.dialect.loaded_dbapi.Error:
            connection.invalidate()
        connection.close()


class ServerKeeper(Keeper):
    """One that asks a server by a connection of its own, which is no part of the engine's pool."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._raw: Any = None

    def close(self) -> None:
        try:
            self.forget()
        except (SQLAlchemyError, self._error()):
            # The server or the database may be gone, and with it all there was to remove.
            return
        finally:
            if self._raw is not None:
                self._raw.close()
                self._raw = None

    def _surely(self, act: Callable[[], Result]) -> Result:
        """Do it; by a new connection where a test has ended this one, as tests do that end every session but theirs."""
        try:
            return act()
        except self._error() as error:
            if not self.engine.dialect.is_disconnect(error, self._raw, None):
                raise
        self._raw = None
        let_go_of_ended(self.engine)
        return act()

    def _was_spoken_to(self) -> bool:
        """Whether the server sent something unasked: that this session was ended, as others may have been with it."""
        return self._raw is None or bool(select([self._raw.fileno()], [], [], 0)[0])

    def _prepare(self, raw: Any) -> None:
        """Have a new connection commit each statement, and whatever else the keeper needs of it."""
        raise NotImplementedError

    def _run(self, *statements: str) -> None:
        cursor = self._cursor()
        for statement in statements:
            cursor.execute(statement)
            self._sent()
        cursor.close()

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        cursor = self._cursor()
        cursor.execute(statement)
        self._sent()
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
        return rows

    def _sent(self) -> None:
        """Called for every statement of the keeper's."""

    def _cursor(self) -> Any:
        if self._raw is None:
            borrowed: Any = self.engine.raw_connection()
            self._raw = borrowed.driver_connection
            borrowed.detach()
            self._prepare(self._raw)
        return self._raw.cursor()

    def _error(self) -> Any:
        return self.engine.dialect.loaded_dbapi.Error
