"""What a meaning becomes in a number column of some range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.schema.config import Generator
from pytest_misata.schema.types import ColumnType

Fitting = Callable[[Generator, Fraction], Generator | None]

_LARGEST = 2**62
_TINY = 10
"""Types that hold nothing above this are drawn from as a whole."""

_STEPS = 500
"""Amounts are as round as usual where a type holds so many steps."""


def greatest(type_: ColumnType) -> Fraction:
    """The greatest number that a column holds and the engine can keep."""
    if type_.kind == "integer":
        return Fraction(min(2 ** (type_.bits - (0 if type_.unsigned else 1)) - 1, _LARGEST))
    if type_.kind == "numeric":
        return Fraction(min(10**type_.precision - 1, _LARGEST)) / Fraction(10) ** type_.scale
    return Fraction(10**12)


def fit_number(generator: Generator, type_: ColumnType) -> Generator | None:
    """A generator whose numbers are in the range of the column's type; None where that cannot be done."""
    top = greatest(type_)
    fitting = _FITTING.get(generator.kind)
    return generator if fitting is None else fitting(generator, top)


def _with(generator: Generator, **options: Any) -> Generator:
    return Generator(generator.kind, {**generator.options, **options})


def _choice_in_range(generator: Generator, top: Fraction) -> Generator | None:
    options: Mapping[str, Any] = generator.options
    weights = options.get("weights") or [1] * len(options["values"])
    kept = [(value, weight) for value, weight in zip(options["values"], weights, strict=True) if exact(value) <= top]
    if len(kept) < min(2, len(weights)):
        return _small(top)
    return _with(generator, values=[value for value, _ in kept], weights=[weight for _, weight in kept])


def _uniform_in_range(generator: Generator, top: Fraction) -> Generator | None:
    low, high = exact(generator.options["low"]), exact(generator.options["high"])
    if high <= top:
        return generator
    return (
        _small(top)
        if low > 0
        else Generator("uniform", {"low": 0, "high": _text(min(top, Fraction(1)) if top < _TINY else top)})
    )


def _lognormal_in_range(generator: Generator, top: Fraction) -> Generator | None:
    options = dict(generator.options)
    if exact(options["median"]) * 4 <= top:
        return generator
    if top < _TINY:
        return _small(top)
    for name in ("minimum", "maximum"):
        options.pop(name, None)
    if exact(options.get("step", 0)) * _STEPS > top:
        options.pop("step")
    return Generator("lognormal", {**options, "median": _text(top / 8), "sigma": "0.6"})


def _normal_in_range(generator: Generator, top: Fraction) -> Generator | None:
    high = generator.options.get("high")
    if exact(generator.options["mean"]) * 2 <= top or (high is not None and exact(high) <= top):
        return generator
    if top < _TINY:
        return _small(top)
    return Generator("normal", {"mean": _text(top / 2), "sd": _text(top / 8), "low": 0, "high": _text(top)})


def _small(top: Fraction) -> Generator:
    """All that a small type holds, alike often."""
    return Generator("uniform", {"low": 0, "high": _text(top)})


def _text(value: Fraction) -> str:
    return str(value)


def _year_in_range(generator: Generator, top: Fraction) -> Generator | None:
    return generator if top >= 2155 else Generator("uniform", {"low": 0, "high": min(99, int(top))})


def _stamp_in_range(generator: Generator, top: Fraction) -> Generator | None:
    return generator if top >= 2**31 - 1 else None


def _position_in_range(generator: Generator, top: Fraction) -> Generator | None:
    return generator if top >= 2**31 - 1 else Generator("uniform", {"low": 1, "high": min(20, int(top))})


def _degrees_in_range(generator: Generator, top: Fraction) -> Generator | None:
    largest = 90 if generator.kind == "latitude" else 180
    return generator if top >= largest else Generator("uniform", {"low": 0, "high": _text(min(top, Fraction(25)))})


def _rating_in_range(generator: Generator, top: Fraction) -> Generator | None:
    return generator if top >= len(generator.options["weights"]) else _small(top)


def _digits_in_range(generator: Generator, top: Fraction) -> Generator | None:
    """A code in a number column: as many digits as it has, none of them a leading zero."""
    if top < _TINY:
        return _small(top)
    digits = min(len(generator.options["pattern"]), len(str(int(top))) - 1)
    return Generator("uniform", {"low": 10 ** max(digits - 1, 0), "high": 10 ** max(digits, 1) - 1})


_FITTING: dict[str, Fitting] = {
    "choice": _choice_in_range,
    "uniform": _uniform_in_range,
    "uniform_text": lambda generator, top: _uniform_in_range(Generator("uniform", generator.options), top),
    "lognormal": _lognormal_in_range,
    "normal": _normal_in_range,
    "rating": _rating_in_range,
    "year": _year_in_range,
    "stamp": _stamp_in_range,
    "position": _position_in_range,
    "latitude": _degrees_in_range,
    "longitude": _degrees_in_range,
    "code": _digits_in_range,
}
