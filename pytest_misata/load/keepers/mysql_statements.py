"""How many statements MariaDB or MySQL was sent, which it tells in passing: where all are known, nobody else wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_NUMBER = re.compile(r"Questions: (\d+)")
_STATISTICS = 9
"""COM_STATISTICS of the protocol, which is answered in passing and is no statement itself."""
_TRIES = 5


def last_statement(raw: Any) -> int | None:
    """The number of the last statement of all sessions; None where the driver cannot ask for it."""
    ask = getattr(raw, "stat", None) or _by_command(raw)
    text = ask() if ask is not None else ""
    found = _NUMBER.search(text.decode() if isinstance(text, bytes) else str(text))
    return int(found[1]) if found else None


def _by_command(raw: Any) -> Callable[[], bytes] | None:
    # PyMySQL has no name for it.
    send, receive = getattr(raw, "_execute_command", None), getattr(raw, "_read_packet", None)
    if send is None or receive is None:
        return None

    def ask() -> bytes:
        send(_STATISTICS, b"")
        answer: bytes = receive().get_all_data()
        return answer

    return ask


class Statements:
    """Whether the server was sent more statements than those that are known of.

    It may be said to be when it was not, never the other way round: who tells of statements tells of no more than there
    were.
    """

    def __init__(self, number: Callable[[], int | None], errors: Callable[[], Any]) -> None:
        self._number, self._errors = number, errors
        self._others: int | None = None
        """How many others had sent at the last look."""
        self.sent = 0
        """How many the keeper itself has sent."""
        self.all_known = False
        """Whether they were at the last look."""
        self._able = False

    def try_out(self, send: Callable[[], object]) -> None:
        """See whether the server counts what it is sent, neither more nor less."""
        self._able, self._others = any(self._is_counted(send) for _ in range(_TRIES)), None

    def _is_counted(self, send: Callable[[], object]) -> bool:
        before = self._now()
        send()
        after = self._now()
        return before is not None and before == after

    def were(self, known: int) -> bool:
        """Whether others have sent just so many since the last look. This is one."""
        then, self._others = self._others, self._now() if self._able else None
        self.all_known = then is not None and self._others == then + known
        return self.all_known

    def expect(self, more: int) -> None:
        """Have so many of others follow the last look."""
        if self._others is not None:
            self._others += more

    def forget(self) -> None:
        """Know nothing at the next look."""
        self._others, self.all_known = None, False

    def _now(self) -> int | None:
        with suppress(self._errors()):
            number = self._number()
            return None if number is None else number - self.sent
        return None
