"""Which statuses and flags of a row a moment of it goes with: `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.meanings.stages import START, Stage, planning_words, stage_of, words_of_moment
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.listed import checked_values

When = dict[str, list[Any]]

_TEXTS = frozenset({"string", "text", "enum"})
_MOMENT = frozenset("at on date time day datetime timestamp".split())
_FLAG = frozenset({"is", "has", "was", "flag"})
TOLD = frozenset("reason cause note notes comment remark remarks code type message detail details text msg by".split())
_STEM = 5
"""Letters that words about one event begin alike with: cancelled and cancellation, terminated and termination."""
_STEP, _PAYMENT, _UPDATE, _TERMINAL = 5, 25, 60, 90


def when_there(table: TableConfig, column: Column, stage: Stage) -> tuple[When, When] | None:
    """The states of the row with which a moment may be there, and those with which it surely is; None for any."""
    if not column.nullable or is_tied(table, column) or stage.ahead is not None:
        return None
    return _by_status(table, column, stage) or _by_flag(table, column)


def when_over(table: TableConfig, column: Column) -> tuple[When, When] | None:
    """The statuses with which what lies ahead, as `expires_at` does, has passed, and those with which it has not."""
    words = _event_words(column)
    if is_tied(table, column):
        return None
    for status in statuses_of(table, column):
        values = status_values(table, status)
        own = [value for value in values if _is_own(words, value)]
        if own:
            return {status.name: own}, {status.name: [value for value in values if _plain(value) in _progress()]}
    return None


def told_of_state(table: TableConfig, column: Column) -> When | None:
    """The states that a column tells more about, as `rejection_reason` and `last_error` do; None for others."""
    if not column.nullable or column.type.kind not in _TEXTS or is_tied(table, column):
        return None
    words = words_of(column.name)
    for status in statuses_of(table, column):
        values = [value for value in status_values(table, status) if _is_told(words, value)]
        if values:
            return {status.name: values}
    if len(words) < 2 or words[-1] not in TOLD:
        return None
    flags = ((flag.name, _states_of(flag, words[:-1])) for flag in readable(table, column) if _is_flag(flag))
    return next(({name: states} for name, states in flags if states is not None), None)


def is_alike(one: str, other: str) -> bool:
    """Whether two words are about one event."""
    shared = min(len(one), len(other), _STEM)
    return shared >= _STEM - 1 and one[:shared] == other[:shared]


def statuses_of(table: TableConfig, column: Column) -> Iterator[Column]:
    """The columns that tell the status of the row, those first that are about what another column is."""
    found = [other for other in readable(table, column) if words_of(other.name)[-1:] in {("status",), ("state",)}]
    words = words_of(column.name)
    kin = [_is_kin(other, words) for other in found]
    plain = [len(words_of(other.name)) == 1 for other in found]
    order = sorted(range(len(found)), key=lambda at: (not kin[at], not plain[at]))
    yield from (found[at] for at in order if found[at].type.kind in _TEXTS)


def status_values(table: TableConfig, column: Column) -> tuple[Any, ...]:
    """The statuses a column may have."""
    from pytest_misata.engine.meaning import taken_for

    if column.generator is None and (listed := checked_values(table, column)):
        return tuple(listed)
    made = column.generator or taken_for(table, column).generator
    made = Generator("choice", made.options["options"]) if made.kind == "settled" else made
    return tuple(made.options["values"]) if made.kind in {"choice", "state_by_children"} else ()


def is_pending(status: Any) -> bool:
    """Whether what is of a status has not begun, or is not paid yet."""
    come = _progress().get(_plain(status))
    return come is not None and come < START


def is_begun(status: Any) -> bool:
    """Whether what is of a status has begun, or was to begin and did not."""
    plain = _plain(status)
    return max(_progress().get(plain, 0), _halted().get(plain, 0)) >= START or plain == "no show"


def is_called_off(status: Any) -> bool:
    """Whether what is of a status did not come to pass."""
    return _plain(status) in _halted() and _halted()[_plain(status)] < START


def is_well_over(status: Any) -> bool:
    """Whether what is of a status came to a good end."""
    return _progress().get(_plain(status), 0) >= _PAYMENT


def is_paid_for(status: Any) -> bool:
    """Whether something of a status has been paid for."""
    plain = _plain(status)
    come = _progress().get(plain, _halted().get(plain, 0))
    return come >= _PAYMENT or plain in toml_file("rows.toml")["paid"]["also"]


def place_of(table: TableConfig, column: Column) -> tuple[str, int] | None:
    """The status of the row that a moment is of, by its column and its place in the order that rows come to it."""
    words = _event_words(column)
    for status in statuses_of(table, column):
        values = status_values(table, status)
        at = next((at for at, value in enumerate(values) if _is_own(words, value)), None)
        # What ends a row before its goal is no step on the way there.
        if at is not None and _is_ordered(values) and _plain(values[at]) not in _halted():
            return status.name, at
    return None


def _event_words(column: Column) -> tuple[str, ...]:
    """The words of a moment's name that tell the event, not that it is planned."""
    words = tuple(word for word in words_of_moment(column.name) if word not in _MOMENT)
    return tuple(word for word in words if word not in planning_words()) or words


def _is_kin(status: Column, words: tuple[str, ...]) -> bool:
    return any(is_alike(one, other) for one in words_of(status.name)[:-1] for other in words)


def _is_told(words: tuple[str, ...], status: Any) -> bool:
    told: Mapping[str, list[str]] = toml_file("lives.toml")["told"]
    plain, last = _plain(status), words[-1] if words else ""
    if any(word in told for word in words):
        return (last in told or last in TOLD) and any(plain in told[word] for word in words if word in told)
    return len(words) > 1 and last in TOLD and is_alike(words[0], plain) and not plain.endswith("ing")


# ---- statuses


def _by_status(table: TableConfig, column: Column, stage: Stage) -> tuple[When, When] | None:
    words = _event_words(column)
    for status in statuses_of(table, column):
        values = status_values(table, status)
        own = [value for value in values if _is_own(words, value)]
        if not own and (stage.rank == _NOWHERE or stage.rank >= _UPDATE):
            continue
        told = {value: _agreement(value, stage, own, values) for value in values}
        told |= dict.fromkeys(_not_begun(table, stage, [value for value in values if value not in own]), _ABSENT)
        sure, there = _valued(told, _SURE), [value for value in values if told[value] != _ABSENT]
        if not own and stage.rank == toml_file("lives.toml")["optional"]["rank"]:
            sure = []
        if there:
            return {status.name: there}, {status.name: sure}
    return None


_NOWHERE = stage_of("").rank
_END = 50
_ABSENT, _PERHAPS, _SURE = 0, 1, 2


def _valued(told: Mapping[Any, int], agreement: int) -> list[Any]:
    return [value for value, found in told.items() if found == agreement]


def _is_own(words: tuple[str, ...], status: Any) -> bool:
    """Whether a status is about the event that a moment is of."""
    agrees: Mapping[str, list[str]] = toml_file("lives.toml")["agrees"]
    plain = _plain(status)
    parts = plain.split()
    if len(parts) > 1:
        same = len(parts) == len(words) and all(is_alike(*pair) for pair in zip(parts, words, strict=True))
        return same or any(plain in agrees.get(word, ()) for word in words)
    past = not plain.endswith("ing")
    return any(plain in agrees.get(word, ()) or (past and is_alike(word, plain)) for word in words)


def _agreement(status: Any, stage: Stage, own: Sequence[Any], values: Sequence[Any]) -> int:
    """Whether a moment is there with a status: surely, perhaps, or not."""
    if status in own:
        return _SURE
    if stage.rank == _TERMINAL or (own and (stage.rank == _END or any(_plain(one) in _halted() for one in own))):
        return _ABSENT
    plain = _plain(status)
    placed = stage.rank not in {_NOWHERE, _UPDATE}
    if plain in _halted():
        return _of_halted(_halted()[plain], stage, placed=placed)
    come = _progress().get(plain) if placed else None
    if come is not None and (come >= stage.rank or plain not in _vague()):
        return _SURE if come >= stage.rank else _ABSENT
    if own and _is_ordered(values):
        return _SURE if values.index(status) > values.index(own[0]) else _ABSENT
    return _PERHAPS if come is None or come >= stage.rank - _STEP else _ABSENT


def _not_begun(table: TableConfig, stage: Stage, values: Sequence[Any]) -> list[Any]:
    """The statuses of what was called off, in tables of which nothing begins then: nobody checks in who cancelled."""
    if stage.rank < START or {*toml_file("lives.toml")["off"]["tables"]}.isdisjoint(nouns_of(table.name)):
        return []
    known, booked = _halted(), toml_file("lives.toml")["optional"]["rank"]
    return [value for value in values if known.get(_plain(value), START) <= booked and stage.rank < _UPDATE]


def _is_ordered(values: Sequence[Any]) -> bool:
    """Whether statuses are listed in the order in which rows come to them, as they mostly are."""
    known = [_progress()[_plain(one)] for one in values if _plain(one) in _progress() and _plain(one) not in _vague()]
    return known == sorted(known) and [*values] != sorted(values, key=str)


def _of_halted(come: int, stage: Stage, *, placed: bool) -> int:
    if not placed:
        return _SURE if come >= _PAYMENT and stage.rank == _NOWHERE else _ABSENT
    return _SURE if come >= stage.rank else _PERHAPS if stage.rank < _PAYMENT else _ABSENT


def _plain(status: Any) -> str:
    return str(status).lower().replace("_", " ").replace("-", " ")


@lru_cache(maxsize=1)
def _progress() -> dict[str, int]:
    return {status: entry["rank"] for entry in toml_file("lives.toml")["progress"] for status in entry["statuses"]}


@lru_cache(maxsize=1)
def _vague() -> frozenset[str]:
    entries = toml_file("lives.toml")["progress"]
    return frozenset(status for entry in entries if entry.get("vague") for status in entry["statuses"])


@lru_cache(maxsize=1)
def _halted() -> dict[str, int]:
    return dict(toml_file("lives.toml")["halted"])


# ---- flags


def _by_flag(table: TableConfig, column: Column) -> tuple[When, When] | None:
    words = _event_words(column)
    for other in readable(table, column):
        if not _is_flag(other):
            continue
        states = _states_of(other, words)
        if states is not None:
            return {other.name: states}, {other.name: states}
    return None


def _is_flag(column: Column) -> bool:
    return column.type.kind == "boolean" or (column.type.kind == "integer" and words_of(column.name)[:1] <= ("is",))


def _states_of(flag: Column, words: tuple[str, ...]) -> list[Any] | None:
    """The value of a flag with which a moment of these words is there; None where the flag is about something else."""
    opposites: Mapping[str, list[str]] = toml_file("lives.toml")["opposites"]
    true, false = (True, False) if flag.type.kind == "boolean" else (1, 0)
    about = tuple(word for word in words_of(flag.name) if word not in _FLAG)
    if " ".join(about) in opposites:
        # What is open was opened, and so was what is closed now.
        over = any(is_alike(word, other) for word in words for other in opposites[" ".join(about)])
        return [false] if over else None
    if len(about) == len(words) and about and all(is_alike(*pair) for pair in zip(about, words, strict=True)):
        return [true]
    return None
