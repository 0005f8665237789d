"""A number moved until CHECKs are met by what is computed from it: found by halving, as that rises or falls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pytest_misata.engine.checks.numbers import Numbers, between
from pytest_misata.engine.checks.setting import Setting, everything, limits, units
from pytest_misata.engine.checks.windows import near, window
from pytest_misata.schema.types import ColumnType

_HALVINGS = 64
_TIMES = (10, 15, 20, 30, 50, 70)
"""How far numbers are looked for, by powers of ten, in tenths."""
_PARTS = 24
"""The number itself is looked at in so many parts."""


def wanted_of(values: Numbers, setting: Setting, name: str) -> tuple[Fraction, int] | None:
    """The least of some numbers that are wanted of a column, where they usually lie, and how many lie above it."""
    close = near(values, window(setting, name))
    low, high = close.least, close.greatest
    return None if low is None or high is None else (Fraction(low, units(setting.type(name))), high - low)


def aimed(computed: Callable[[Any], Any], wanted: Fraction, setting: Setting, name: str) -> Any:
    """The value of a column, as it can hold it, for which something is computed that is next to what is wanted.

    None where nothing between its ends does.
    """
    type_ = setting.type(name)
    low, high = _ends(setting, name)
    below = _is_below(computed, low, wanted, type_)
    if below == _is_below(computed, high, wanted, type_):
        return None
    for _ in range(_HALVINGS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        found = _is_below(computed, middle, wanted, type_)
        low, high = (middle, high) if found == below else (low, middle)
    return _value(high, type_)


def ranging(is_right: Callable[[Any], bool], value: Any, type_: ColumnType, bits: int) -> Any:
    """A number that is right, between a far one that is and the last one on the way there; None where no far one is."""
    unit = units(type_)
    kept = int(Fraction(value) * unit)
    steps = [10**power * times // 10 for power in range(1, len(str(limits(type_)[1])) + 1) for times in _TIMES]
    far = [number for step in steps for number in (kept + step, kept - step)]
    far += [kept * part // _PARTS for part in range(1, 2 * _PARTS)]
    found = next((number for number in far if _can_hold(number, type_) and is_right(_value(number, type_))), None)
    if found is None:
        return None
    wrong, right = kept, found
    while abs(right - wrong) > 1:
        middle = (wrong + right) // 2
        wrong, right = (wrong, middle) if is_right(_value(middle, type_)) else (middle, right)
    width = abs(found - right) + 1
    chosen = min(found, right) + bits % width
    return _value(chosen if is_right(_value(chosen, type_)) else right, type_)


def _can_hold(kept: int, type_: ColumnType) -> bool:
    low, high = limits(type_)
    return low <= kept <= high


def _ends(setting: Setting, name: str) -> tuple[int, int]:
    whole = everything(setting.table.columns[name]).values
    assert isinstance(whole, Numbers)
    usual = whole & between(*window(setting, name)) or whole
    low, high = limits(setting.type(name))
    return max(low, 1 if usual.least is None or usual.least == 0 else usual.least), min(high, usual.greatest or high)


def _is_below(computed: Callable[[Any], Any], kept: int, wanted: Fraction, type_: ColumnType) -> bool:
    """What cannot be computed, or is too great for its column, lies above."""
    found = computed(_value(kept, type_))
    return found is not None and bool(found < wanted)


def _value(kept: int, type_: ColumnType) -> Any:
    return kept if type_.kind == "integer" else Fraction(kept, units(type_))
