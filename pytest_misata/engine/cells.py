"""A run of values of one column, as integers or dictionary codes, and their way out into Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from pytest_misata.schema.types import ColumnType

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """Values of one column for some rows.

    `data` holds one entry a row, in the form `ColumnType` documents. With a `vocabulary` it holds
    integer codes into that array of objects instead: a dictionary encoding, so that work on distinct strings
    (quoting, hashing) is done once each. Where `null` is true the value is NULL and `data` is to be ignored.
    """

    type: ColumnType
    data: NDArray[Any]
    vocabulary: NDArray[np.object_] | None = None
    null: Bool | None = None

    def __len__(self) -> int:
        return len(self.data)

    def take(self, index: Index | slice) -> Cells:
        """The cells at these positions."""
        null = None if self.null is None else self.null[index]
        return Cells(self.type, self.data[index], self.vocabulary, null)

    def where_not(self, null: Bool | None) -> Cells:
        """The same cells, with NULL also where `null` is true."""
        if null is None:
            return self
        both = null if self.null is None else self.null | null
        return Cells(self.type, self.data, self.vocabulary, both)

    def cut(self, length: int) -> Cells:
        """Texts of at most `length` characters, cut at a space where there is one."""
        words = self.data if self.vocabulary is None else self.vocabulary
        if all(word is None or len(word) <= length for word in words.tolist()):
            return self
        short = _objects([word if word is None or len(word) <= length else _cut(word, length) for word in words])
        if self.vocabulary is None:
            return Cells(self.type, short, None, self.null)
        return Cells(self.type, self.data, short, self.null)

    def objects(self) -> NDArray[np.object_]:
        """Text columns only: one str or bytes a row, None where NULL."""
        values = self.data if self.vocabulary is None else self.vocabulary[self.data]
        if self.null is None:
            return values
        values = values.copy()
        values[self.null] = None
        return values

    def to_numpy(self) -> NDArray[Any]:
        """The column as users see it: see `Table.__getitem__`."""
        values: NDArray[Any] = _TO_NUMPY.get(self.type.kind, Cells.objects)(self)
        return values

    def to_list(self) -> list[Any]:
        """One Python value a row: int, Decimal, float, bool, str, bytes, date, datetime, time, timedelta or None."""
        values: list[Any] = _TO_LIST.get(self.type.kind, _text_list)(self)
        if self.null is not None:
            for row in np.flatnonzero(self.null).tolist():
                values[row] = None
        return values


def text_cells(type_: ColumnType, values: Sequence[Any] | NDArray[Any]) -> Cells:
    """Cells of a text column from one str or bytes a row."""
    return Cells(type_, _objects(values))


def _objects(values: Sequence[Any] | NDArray[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _cut(text: str, length: int) -> str:
    head, space, _ = text[: length + 1].rpartition(" ")
    return (head if space and head.strip() else text[:length]).rstrip(" ,;:-")[:length] or text[:length]


def chosen(candidates: Sequence[Cells], which: Index) -> Cells:
    """For each row, the cell of the candidate that `which` names."""
    first = candidates[0]
    nulls = [np.zeros(len(which), np.bool_) if cells.null is None else cells.null for cells in candidates]
    null = np.choose(which, nulls) if any(cells.null is not None for cells in candidates) else None
    if any(cells.vocabulary is None for cells in candidates):
        plain = [cells.data if cells.vocabulary is None else cells.vocabulary[cells.data] for cells in candidates]
        return Cells(first.type, _pick(plain, which), None, null)
    vocabularies = [cells.vocabulary for cells in candidates if cells.vocabulary is not None]
    starts = np.cumsum([0, *map(len, vocabularies)])
    data = _pick([cells.data for cells in candidates], which) + starts[which]
    return Cells(first.type, data, np.concatenate(vocabularies), null)


def extremes(cells: Cells) -> list[Any]:
    """The longest text, or the least and the greatest number, as Python values; none where all are NULL."""
    there = cells if cells.null is None else cells.take(np.flatnonzero(~cells.null))
    if not len(there):
        return []
    if there.type.is_text:
        texts = there.data if there.vocabulary is None else there.vocabulary[np.unique(there.data)]
        return [max(texts.tolist(), key=lambda text: len(str(text)))]
    return there.take(np.array([there.data.argmin(), there.data.argmax()])).to_list()


def concatenate(parts: Sequence[Cells]) -> Cells:
    """The cells of several runs of rows, one after another."""
    first = parts[0]
    if len(parts) == 1:
        return first
    null = None
    if any(part.null is not None for part in parts):
        null = np.concatenate([np.zeros(len(part), np.bool_) if part.null is None else part.null for part in parts])
    if all(_same_words(part.vocabulary, first.vocabulary) for part in parts):
        return Cells(first.type, np.concatenate([part.data for part in parts]), first.vocabulary, null)
    plain = [part.data if part.vocabulary is None else part.vocabulary[part.data] for part in parts]
    return Cells(first.type, np.concatenate(plain), None, null)


def _same_words(one: NDArray[np.object_] | None, other: NDArray[np.object_] | None) -> bool:
    """Whether two vocabularies are alike; long ones only if they are the same object."""
    if one is other or one is None or other is None:
        return one is other
    return len(one) == len(other) <= _SHORT and bool((one == other).all())


def _pick(candidates: Sequence[NDArray[Any]], which: Index) -> NDArray[Any]:
    result = candidates[0]
    for number, values in enumerate(candidates[1:], start=1):
        result = np.where(which == number, values, result)
    return result


def encode(type_: ColumnType, values: Sequence[Any]) -> Cells:
    """Cells of any column from one Python value a row; None is NULL. Text becomes a dictionary encoding.

    Numbers may be given as int, Decimal, float or str; dates and times also as ISO 8601 strings, UUIDs as such or text.
    """
    null = np.array([value is None for value in values], dtype=np.bool_)
    if type_.is_text:
        vocabulary = np.empty(len(values), dtype=object)
        vocabulary[:] = [str(value) if isinstance(value, UUID) else value for value in values]
        data: NDArray[Any] = np.arange(len(values), dtype=np.int64)
        return Cells(type_, data, vocabulary, null if null.any() else None)
    convert = _ENCODE[type_.kind]
    dtype = np.bool_ if type_.kind == "boolean" else np.int64
    data = np.array([0 if value is None else convert(type_, value) for value in values], dtype=dtype)
    return Cells(type_, data, None, null if null.any() else None)


_SHORT = 256
_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)


def _encode_number(type_: ColumnType, value: Any) -> int:
    units = 1 if type_.kind == "integer" else 10**type_.scale
    return int((Decimal(str(value)) * units).to_integral_value(ROUND_HALF_UP))


def _encode_boolean(_type: ColumnType, value: Any) -> int:
    if value not in (True, False):
        raise ValueError(f"not a boolean: {value!r}")
    return int(value)


def _encode_date(_type: ColumnType, value: Any) -> int:
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return int(day.toordinal()) - _EPOCH.toordinal()


def _encode_datetime(_type: ColumnType, value: Any) -> int:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return int((moment - _EPOCH) // _MICROSECOND)


def _encode_time(_type: ColumnType, value: Any) -> int:
    clock = dt.time.fromisoformat(value) if isinstance(value, str) else value
    return int((dt.datetime.combine(_EPOCH, clock.replace(tzinfo=None)) - _EPOCH) // _MICROSECOND)


def _encode_interval(_type: ColumnType, value: dt.timedelta) -> int:
    return int(value // _MICROSECOND)


_ENCODE = {
    "integer": _encode_number,
    "numeric": _encode_number,
    "float": _encode_number,
    "boolean": _encode_boolean,
    "date": _encode_date,
    "datetime": _encode_datetime,
    "time": _encode_time,
    "interval": _encode_interval,
}


def _text_list(cells: Cells) -> list[Any]:
    values: list[Any] = cells.objects().tolist()
    return values


def _scaled(cells: Cells) -> NDArray[Any]:
    values: NDArray[Any] = cells.data / 10**cells.type.scale
    if cells.null is not None:
        values[cells.null] = np.nan
    return values


def _nullable_objects(cells: Cells) -> NDArray[Any]:
    if cells.null is None:
        return cells.data
    values = cells.data.astype(object)
    values[cells.null] = None
    return values


def _moments(unit: str) -> Any:
    def to_numpy(cells: Cells) -> NDArray[Any]:
        values = cells.data.astype(unit)
        if cells.null is not None:
            values[cells.null] = "NaT"
        return values

    return to_numpy


def _times(cells: Cells) -> NDArray[Any]:
    values = np.empty(len(cells), dtype=object)
    values[:] = cells.to_list()
    return values


def _decimals(cells: Cells) -> list[Any]:
    exponent = -cells.type.scale
    return [Decimal(value).scaleb(exponent) for value in cells.data.tolist()]


def _floats(cells: Cells) -> list[Any]:
    values: list[Any] = (cells.data / 10**cells.type.scale).tolist()
    return values


def _datetimes(cells: Cells) -> list[Any]:
    values: list[Any] = cells.data.astype("datetime64[us]").tolist()
    if cells.type.timezone:
        return [value.replace(tzinfo=dt.UTC) for value in values]
    return values


def _clock(value: int) -> dt.time:
    return (dt.datetime.min + dt.timedelta(microseconds=value)).time()


_TO_NUMPY: dict[str, Callable[[Cells], NDArray[Any]]] = {
    "integer": _nullable_objects,
    "boolean": _nullable_objects,
    "numeric": _scaled,
    "float": _scaled,
    "date": _moments("datetime64[D]"),
    "datetime": _moments("datetime64[us]"),
    "interval": _moments("timedelta64[us]"),
    "time": _times,
}

_TO_LIST: dict[str, Callable[[Cells], list[Any]]] = {
    "integer": lambda cells: cells.data.tolist(),
    "boolean": lambda cells: cells.data.tolist(),
    "numeric": _decimals,
    "float": _floats,
    "date": lambda cells: cells.data.astype("datetime64[D]").tolist(),
    "datetime": _datetimes,
    "interval": lambda cells: cells.data.astype("timedelta64[us]").tolist(),
    "time": lambda cells: [_clock(value) for value in cells.data.tolist()],
}
