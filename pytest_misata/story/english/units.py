"""What amounts are measured in: minutes, kilometres and kilograms, and the columns that tell such amounts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pytest_misata.story.english.naming import Words, singular


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what it is called, what the amount is called where a story does not say, and the end of a column's name.

    `others` are units that columns may be in instead, and how many of them one is.
    """

    names: Words
    quantity: str
    suffix: str
    whole: bool = False
    others: tuple[tuple[str, Fraction], ...] = ()


_UNITS = (
    Unit(("ms", "millisecond", "msec"), "duration", "ms", whole=True, others=(("seconds", Fraction(1, 1000)),)),
    Unit(("second", "sec"), "duration", "seconds", whole=True),
    Unit(("minute", "min"), "duration", "minutes", whole=True, others=(("seconds", Fraction(60)),)),
    Unit(("hour", "hr"), "duration", "hours", others=(("minutes", Fraction(60)), ("seconds", Fraction(3600)))),
    Unit(("day",), "duration", "days", whole=True, others=(("hours", Fraction(24)),)),
    Unit(("night",), "stay", "nights", whole=True),
    Unit(("week",), "duration", "weeks", whole=True),
    Unit(("month",), "duration", "months", whole=True),
    Unit(("year",), "duration", "years", others=(("months", Fraction(12)),)),
    Unit(("km", "kilometre", "kilometer", "kms"), "distance", "km", others=(("m", Fraction(1000)),)),
    Unit(("mile", "mi"), "distance", "miles"),
    Unit(("metre", "meter", "m"), "length", "m"),
    Unit(("cm", "centimetre", "centimeter"), "length", "cm"),
    Unit(("mm", "millimetre", "millimeter"), "length", "mm"),
    Unit(("kg", "kilogram", "kilo", "kgs"), "weight", "kg", others=(("g", Fraction(1000)),)),
    Unit(("gram", "g"), "weight", "g", others=(("kg", Fraction(1, 1000)),)),
    Unit(("tonne", "ton"), "weight", "tonnes", others=(("kg", Fraction(1000)),)),
    Unit(("lb", "lbs"), "weight", "lb"),
    Unit(("cubic metre", "cubic meter", "m3"), "volume", "m3"),
    Unit(("litre", "liter", "l"), "volume", "litres"),
    Unit(("degree", "celsius", "c"), "temperature", "celsius"),
    Unit(("kwh",), "energy", "kwh"),
    Unit(("mb", "megabyte"), "size", "mb"),
    Unit(("gb", "gigabyte"), "size", "gb"),
    Unit(("tb", "terabyte"), "size", "tb", others=(("gb", Fraction(1000)),)),
    Unit(("kb", "kilobyte"), "size", "kb", others=(("mb", Fraction(1, 1000)),)),
    Unit(("mbps", "mbit/s", "mbit"), "speed", "mbps"),
    Unit(("gbps",), "speed", "gbps"),
    Unit(("km/h", "kph", "kmh", "km per hour", "kilometres per hour", "km an hour"), "speed", "kmh"),
    Unit(("mph", "miles per hour", "miles an hour", "mi/h"), "speed", "mph"),
    Unit(("m/s", "metres per second", "meters per second"), "speed", "m_per_s"),
    Unit(("mb/s",), "speed", "mb_per_s"),
    Unit(("l/h", "litres per hour", "liters per hour"), "flow", "litres_per_hour"),
    Unit(("l/min", "litres per minute", "liters per minute"), "flow", "litres_per_minute"),
    Unit(("m3/h",), "flow", "m3_per_hour"),
    Unit(("mg/l",), "concentration", "mg_per_litre"),
    Unit(("kg/h",), "throughput", "kg_per_hour"),
    Unit(("knot", "kn"), "speed", "knots"),
    Unit(("rpm",), "speed", "rpm", whole=True),
    Unit(("bpm",), "rate", "bpm", whole=True),
    Unit(("calorie", "kcal"), "energy", "kcal", whole=True),
    Unit(("hz", "hertz"), "frequency", "hz"),
    Unit(("fahrenheit", "f"), "temperature", "fahrenheit"),
    Unit(("page",), "length", "pages", whole=True),
    Unit(("word",), "length", "words", whole=True),
    Unit(("sqm", "m2", "square metre", "square meter"), "area", "sqm"),
    Unit(("kw",), "power", "kw"),
    Unit(("mw",), "power", "mw"),
    Unit(("watt", "w"), "power", "watts"),
    Unit(("volt", "v"), "voltage", "volts"),
    Unit(("millilitre", "milliliter", "ml"), "volume", "ml"),
    Unit(("milligram", "mg"), "dose", "mg"),
    Unit(("ppm",), "concentration", "ppm"),
    Unit(("decibel", "db"), "level", "db"),
    Unit(("inch",), "length", "inches"),
    Unit(("square foot", "sqft"), "area", "sqft"),
    Unit(("hectare", "ha"), "area", "hectares"),
    Unit(("acre",), "area", "acres"),
    Unit(("percent",), "share", "percent", others=(("rate", Fraction(1, 100)), ("share", Fraction(1, 100)))),
)
_BY_NAME = {name: unit for unit in _UNITS for name in unit.names}


def unit_of(word: str) -> Unit | None:
    """The unit that a word names, in either number."""
    *before, last = word.split(" ") if word else ("",)
    return _BY_NAME.get(word) or _BY_NAME.get(" ".join((*before, singular(last))))
