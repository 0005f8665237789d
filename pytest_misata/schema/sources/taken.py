"""Which numbers a `TypeDecorator` that validates takes: it is asked, and what it says becomes a condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Takes = Callable[[int], bool]

_ASKED = 3000
"""Each number below this one is asked for: shares, ratings, ports, years."""
_LISTED = 300
_LARGEST = 2**31 - 1
_STEPS = range(2, 101)


def condition(takes: Takes, *, whole: bool) -> str | None:
    """What holds of the numbers that are taken, VALUE being the number: "" for all, None where flags are at the most.

    Numbers that are not whole have bounds only.
    """
    taken = [number for number in range(_ASKED) if takes(number)]
    if not set(taken) - ({0, 1} if whole else {0}):
        return None
    first, last = taken[0], taken[-1]
    if len(taken) == last - first + 1:
        return _bounded(first, _last(takes) if last == _ASKED - 1 else last)
    return _stepped(taken, takes) if whole else None


def _last(takes: Takes, first: int = 0, step: int = 1) -> int:
    """The last number of a row that is taken; the largest of 32 bits where there is no end."""
    low, high = (_ASKED - 1 - first) // step, (_LARGEST - first) // step
    if takes(first + step * high):
        return _LARGEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if takes(first + step * middle) else (low, middle)
    return first + step * low


def _bounded(first: int, last: int) -> str:
    above = [f"VALUE >= {first}"] if first else []
    return " AND ".join([*above, *([f"VALUE <= {last}"] if last < _LARGEST else [])])


def _stepped(taken: Sequence[int], takes: Takes) -> str:
    """Multiples of a number, or else each of those that are taken."""
    first, step = taken[0], taken[1] - taken[0]
    if step in _STEPS and list(taken) == list(range(first, _ASKED, step)):
        bounds = _bounded(first if first >= step else 0, _last(takes, first, step))
        return " AND ".join([f"VALUE % {step} = {first % step}", *([bounds] if bounds else [])])
    return f"VALUE IN ({', '.join(map(str, taken[:_LISTED]))})"
