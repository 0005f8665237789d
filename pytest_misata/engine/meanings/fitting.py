"""What a meaning becomes in a text column of some length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pytest_misata.engine.meanings.registry import Meaning
from pytest_misata.engine.texts.addresses import net_addresses
from pytest_misata.engine.texts.sentences import fitting_texts
from pytest_misata.engine.texts.terms import fitting_terms, has_terms
from pytest_misata.schema.config import Generator
from pytest_misata.schema.types import ColumnType

Fitting = Callable[[Generator, ColumnType], Generator | None]

_HASHES = (128, 64, 56, 40, 32)
"""Hexadecimal digits of SHA-512, SHA-256, SHA-224, SHA-1 and MD5."""
_TOKEN = 32
_WORD = 16
_FILLED = 12
"""Letters of a code at the most; longer columns of a fixed length are filled with hexadecimal digits."""
_ROOM = {"email": 50, "username": 80, "phone": 21}
"""Characters that the longest value of a kind may have; in shorter columns it is written in a shorter way."""
_LEAST = {
    "email": 22,
    "username": 4,
    "phone": 7,
    "city": 8,
    "region": 10,
    "street": 12,
    "country": 14,
    "country_code": 2,
    "currency": 3,
    "locale": 5,
    "time_zone": 19,
    "job_title": 9,
    "postcode": 5,
    "ip": 14,
    "uuid": 36,
    "password_hash": 60,
    "user_agent": 40,
    "full_name": 8,
    "first_name": 4,
    "last_name": 4,
    "version": 3,
    "hex_colour": 7,
}
"""Characters a column must have for a kind to make sense there."""
_BOTH_NAMES = 14
"""Characters below which a column has no room for a given and a family name."""
_DIGITS = {"postcode", "phone"}
_LONGEST_IBAN = 34


def fit_text(meaning: Meaning, type_: ColumnType) -> Generator | None:
    """The meaning's generator for a text column of this length; None where none of its values makes sense there."""
    length = type_.length
    if meaning.patterns:
        pattern = {"pattern": _pattern(meaning.patterns, type_), "unique": False}
        return Generator("code", {**pattern, **numbered(meaning)})
    if length is not None and length < meaning.shortest:
        return None if meaning.short is None else fit(meaning.short, type_)
    return fit(meaning.generator, type_)


def numbered(meaning: Meaning) -> dict[str, bool]:
    """What tells that codes of a meaning are given out one after another."""
    return {"consecutive": True} if meaning.generator.options.get("consecutive") else {}


def fit(generator: Generator, type_: ColumnType) -> Generator | None:
    """A generator for a text column, changed so that its values fit; None where that cannot be done."""
    length = type_.length
    if generator.kind in {"digest", "token"}:
        return Generator("token", {"length": _digits_of(generator, type_)})
    if length is None:
        return generator
    if length < _LEAST.get(generator.kind, 0):
        return Generator("code", {"pattern": "#" * length, "unique": False}) if generator.kind in _DIGITS else None
    if generator.kind == "full_name" and length < _BOTH_NAMES:
        return Generator("last_name", {name: value for name, value in generator.options.items() if name == "role"})
    if generator.kind in _ROOM and length < _ROOM[generator.kind]:
        return _with(generator, longest=length)
    return _FITTING.get(generator.kind, _as_it_is)(generator, type_)


def _as_it_is(generator: Generator, type_: ColumnType) -> Generator | None:
    if type_.fixed and generator.kind == "postcode":
        return Generator("code", {"pattern": "#" * (type_.length or 5), "unique": False})
    return generator


def _with(generator: Generator, **options: Any) -> Generator:
    return Generator(generator.kind, {**generator.options, **options})


def _digits_of(generator: Generator, type_: ColumnType) -> int:
    """How many hexadecimal digits a hash or token has in a column."""
    length = type_.length
    stated = generator.options.get("length")
    if stated is not None:
        return int(stated) if length is None else min(int(stated), length)
    if length is None:
        return _TOKEN if generator.kind == "token" else _HASHES[1]
    if type_.fixed:
        return length
    if generator.kind == "token":
        return min(length, _TOKEN)
    return next((size for size in _HASHES if size <= length), length)


def _pattern(patterns: Sequence[str], type_: ColumnType) -> str:
    """The longest pattern that fits, filled up where the column's length is fixed."""
    length = type_.length
    if length is None:
        return patterns[0]
    fitting = [pattern for pattern in patterns if len(pattern) <= length]
    if not fitting:
        return "?" * length
    best = max(fitting, key=len)
    return best + "#" * (length - len(best)) if type_.fixed and length <= _WORD else best


def _fit_choice(generator: Generator, type_: ColumnType) -> Generator | None:
    length = type_.length or 0
    values = [str(value) for value in generator.options["values"]]
    weights = list(generator.options.get("weights") or [1] * len(values))
    right = [len(value) == length if type_.fixed else len(value) <= length for value in values]
    if sum(right) >= min(2, len(values)):
        kept = [(value, weight) for value, weight, fits in zip(values, weights, right, strict=True) if fits]
        return _with(generator, values=[value for value, _ in kept], weights=[weight for _, weight in kept])
    return _initials(generator, values, weights, length)


def _initials(generator: Generator, values: list[str], weights: list[Any], length: int) -> Generator | None:
    """Up to three first letters, in capitals, where those tell the values apart: more look like half a word."""
    if length > _LETTERS or any(character.isdigit() for value in values for character in value):
        return None
    short = [value.replace(" ", "")[:length].upper() for value in values]
    distinct = dict(zip(reversed(short), reversed(weights), strict=True))
    if any(len(text) < length for text in distinct) or len(distinct) < 2:
        return None
    return _with(generator, values=list(distinct)[::-1], weights=list(distinct.values())[::-1])


_LETTERS = 3


def _fit_term(generator: Generator, type_: ColumnType) -> Generator | None:
    of, noun = generator.options["of"], generator.options.get("noun")
    if type_.fixed:
        return None
    if has_terms(of, noun, type_.length):
        return generator
    return Generator("term", {"of": "word"}) if of == "thing" and has_terms("word", None, type_.length) else None


def _fit_prose(generator: Generator, type_: ColumnType) -> Generator | None:
    enough = len(fitting_texts(generator.options["of"], type_.length, generator.options.get("form", "sentences"))) >= 3
    return generator if enough and not type_.fixed else None


def _fit_company(generator: Generator, type_: ColumnType) -> Generator | None:
    longest = 36
    if (type_.length or 0) >= longest:
        return generator
    return _fit_term(Generator("term", {"of": "company"}), type_)


def _fit_url(generator: Generator, type_: ColumnType) -> Generator | None:
    longest = 36
    if (type_.length or 0) >= longest:
        return generator
    return _fit_net(Generator("address_on_net", {"path": "domain"}), type_)


def _fit_net(generator: Generator, type_: ColumnType) -> Generator | None:
    for path in (generator.options["path"], "domain"):
        if len(net_addresses(path, type_.length)) >= 20:
            return _with(generator, path=path)
    return None


def _fit_gender(generator: Generator, type_: ColumnType) -> Generator | None:
    return generator if (type_.length or 0) >= 6 and not type_.fixed else _with(generator, values=["F", "M"])


def _fit_stamp(generator: Generator, type_: ColumnType) -> Generator | None:
    for size, written in ((19, "seconds"), (10, "days"), (8, "compact")):
        if (type_.length or 0) >= size:
            return _with(generator, written=written)
    return None


def _fit_record(generator: Generator, type_: ColumnType) -> Generator | None:
    field = generator.options["field"]
    needed = int(field[-1]) if field.startswith("alpha") else {"symbol": 3, "locode": 5}.get(field, 20)
    return generator if (type_.length or 0) >= needed else None


def _fit_code(generator: Generator, type_: ColumnType) -> Generator | None:
    pattern = generator.options["pattern"]
    return generator if len(pattern) <= (type_.length or 0) else None


def _fit_checked(generator: Generator, type_: ColumnType) -> Generator | None:
    return None if type_.fixed and type_.length not in {7, 8, 9, 10, 11, 13, 15, 16, 17, 19, 22} else generator


def _fit_iban(generator: Generator, type_: ColumnType) -> Generator | None:
    length = type_.length or 0
    if length < 22 or (type_.fixed and length != 22):
        return None
    return generator if length >= _LONGEST_IBAN else _with(generator, country="DE")


def _fit_net_address(generator: Generator, type_: ColumnType) -> Generator | None:
    needed = {"ipv4": 14, "ipv6": 22, "cidr": 16, "mac": 17, "mac8": 23, "cidr6": 24}
    return generator if (type_.length or 0) >= needed[generator.options["form"]] else None


_FITTING: dict[str, Fitting] = {
    "choice": _fit_choice,
    "term": _fit_term,
    "prose": _fit_prose,
    "company": _fit_company,
    "url": _fit_url,
    "address_on_net": _fit_net,
    "gender": _fit_gender,
    "stamp": _fit_stamp,
    "record": _fit_record,
    "code": _fit_code,
    "checked_number": _fit_checked,
    "iban": _fit_iban,
    "network_address": _fit_net_address,
}


def short_text(type_: ColumnType) -> Generator:
    """Text of a meaning nobody knows: a word where one fits, otherwise a code that fills the column."""
    length = type_.length or 0
    if not type_.fixed and len(fitting_terms("word", None, length)) >= 20:
        return Generator("term", {"of": "word"})
    if type_.fixed and length > _FILLED:
        return Generator("token", {"length": length})
    return Generator("code", {"pattern": "@" * min(max(length, 1), _FILLED), "unique": False})
