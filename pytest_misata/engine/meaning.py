"""What a column means, from its name and type, where the schema does not say how to make it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.uniqueness import Scope, capacity, carried_by

Rule = tuple[re.Pattern[str], frozenset[str], Generator]

_WORDS = frozenset({"string", "text"})
_NUMBERS = frozenset({"integer", "numeric", "float"})
_MOMENTS = frozenset({"date", "datetime"})


def _rule(pattern: str, types: frozenset[str], kind: str, **options: Any) -> Rule:
    """Applies where the pattern is found in the name at the borders of its words, which _ separates."""
    return re.compile(rf"(?:^|_)(?:{pattern})(?:_|$)"), types, Generator(kind, options)


RULES: tuple[Rule, ...] = (
    _rule(r"e?mail|email_address|mail_address", _WORDS, "email"),
    _rule(r"first_?name|given_name|forename", _WORDS, "first_name"),
    _rule(r"last_?name|family_name|surname", _WORDS, "last_name"),
    _rule(r"user_?name|login|handle|nick_?name", _WORDS, "username"),
    _rule(r"full_name|display_name|contact_name|customer_name|author|owner_name", _WORDS, "full_name"),
    _rule(r"gender|sex", _WORDS, "gender"),
    _rule(r"phone|telephone|mobile|phone_number|fax", _WORDS, "phone"),
    _rule(r"street|address|address_line_?1|address1", _WORDS, "street"),
    _rule(r"city|town", _WORDS, "city"),
    _rule(r"region|state|province|county", _WORDS, "region"),
    _rule(r"post_?code|postal_code|zip|zip_?code", _WORDS, "postcode"),
    _rule(r"country_code|country_iso", _WORDS, "country_code"),
    _rule(r"country|nationality", _WORDS, "country"),
    _rule(r"currency|currency_code", _WORDS, "currency"),
    _rule(r"time_?zone|tz", _WORDS, "time_zone"),
    _rule(r"locale|language", _WORDS, "locale"),
    _rule(r"latitude|lat", _NUMBERS, "latitude"),
    _rule(r"longitude|lon|lng", _NUMBERS, "longitude"),
    _rule(r"company|employer|organi[sz]ation|company_name|vendor|supplier", _WORDS, "company", unique=False),
    _rule(r"job_title|position|occupation|job", _WORDS, "job_title"),
    _rule(r"url|website|link|homepage", _WORDS, "url"),
    _rule(r"ip|ip_address|remote_addr", _WORDS, "ip"),
    _rule(r"user_agent", _WORDS, "user_agent"),
    _rule(r"token|hash|secret|digest|api_key|password|password_hash|checksum", _WORDS, "token"),
    _rule(r"description|notes?|comments?|body|message|summary|remarks?", _WORDS, "sentence"),
    _rule(r"birth_?date|date_of_birth|dob|born|birthday", _MOMENTS, "birth_date"),
    _rule(r"age", _NUMBERS, "normal", mean=41, sd=16, low=18, high=95),
    _rule(r"quantity|qty", _NUMBERS, "choice", values=[1, 2, 3, 4, 5, 6], weights=[60, 20, 9, 6, 3, 2]),
    _rule(r"rating|stars", _NUMBERS, "choice", values=[1, 2, 3, 4, 5], weights=[6, 5, 10, 27, 52]),
    _rule(r"percent|percentage|discount_percent", _NUMBERS, "uniform", low=0, high=100),
    _rule(r"salary|income|wage", _NUMBERS, "lognormal", median=52_000, sigma="0.5", step=100),
    _rule(
        r"price|amount|cost|total|subtotal|fee|value|balance|revenue|mrr", _NUMBERS, "lognormal", median=60, sigma="0.9"
    ),
)

_BY_TYPE: dict[str, Generator] = {
    "integer": Generator("lognormal", {"median": 40, "sigma": "1.1"}),
    "numeric": Generator("lognormal", {"median": 60, "sigma": "0.9"}),
    "float": Generator("normal", {"mean": 50, "sd": 15}),
    "boolean": Generator("flag", {"rate": "0.5"}),
    "string": Generator("sentence"),
    "text": Generator("sentence"),
    "uuid": Generator("uuid"),
    "json": Generator("constant", {"value": "{}"}),
    "binary": Generator("constant", {"value": b""}),
    "date": Generator("moment", {"hours": "business"}),
    "datetime": Generator("moment", {"hours": "business"}),
    "time": Generator("time_of_day"),
    "interval": Generator("constant", {"value": None}),
}


def generator_for(table: TableConfig, column: Column) -> Generator:
    """The generator of a column that has none of its own."""
    scope = carried_by(table, column)
    if scope is not None:
        return _unique(column, scope)
    meant = _by_values(column) or _by_identifier(column) or _by_name(column) or _by_length(column) or _by_native(column)
    return _in_range(column, meant or _BY_TYPE[column.type.kind])


def _by_identifier(column: Column) -> Generator | None:
    """UUIDs in text, with hyphens where they have room."""
    length = column.type.length or 36
    if column.type.kind not in _WORDS or length < _HEX or not re.search("uuid|guid", column.name.lower()):
        return None
    return Generator("uuid") if length >= _HEX + 4 else Generator("token", {"length": _HEX})


def _by_native(column: Column) -> Generator | None:
    """Types of one database only, by name: a value that is right, or none where the column may be empty."""
    if column.type.kind not in {"native", "array"}:
        return None
    value = "[]" if column.type.kind == "array" else _NATIVE.get((column.type.native or "").split("(")[0].lower())
    return Generator("constant", {"value": None if value is None and column.nullable else value or ""})


def _in_range(column: Column, generator: Generator) -> Generator:
    """Numbers of few digits are spread over what the column holds."""
    type_ = column.type
    if type_.kind != "numeric" or generator.kind != "lognormal" or type_.precision - type_.scale > _DIGITS:
        return generator
    return Generator("uniform", {"low": 0, "high": Decimal(10**type_.precision - 1).scaleb(-type_.scale)})


def _unique(column: Column, scope: Scope) -> Generator:
    """Values that differ from row to row, or among siblings."""
    kind = column.type.kind
    if scope == "siblings" and kind in _SIBLINGS:
        return _SIBLINGS[kind]
    if capacity(column):
        return Generator("choice", {"values": column.type.values or (False, True), "distinct": True})
    if kind == "integer":
        return Generator("serial")
    if kind in _WORDS:
        named = _by_identifier(column) or _by_name(column)
        roomy = column.type.length is None or column.type.length >= _ROOM or (named and named.kind in _HEXADECIMAL)
        return named if named and roomy and named.kind in _UNIQUE_KINDS else _code(column)
    return _EVERY_ROW.get(kind) or _BY_TYPE[kind]


def _by_values(column: Column) -> Generator | None:
    values = column.type.values
    return Generator("choice", {"values": values}) if values else None


def _by_name(column: Column) -> Generator | None:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", column.name).lower()
    for pattern, types, generator in RULES:
        if column.type.kind in types and pattern.search(name):
            return generator
    return None


def _by_length(column: Column) -> Generator | None:
    """Codes for text that is too short for a sentence."""
    length = column.type.length or 255
    if column.type.kind not in _WORDS or length >= _SHORT:
        return None
    return Generator("code", {"pattern": "@" * length, "unique": False})


def _code(column: Column) -> Generator:
    return Generator("code", {"pattern": "?" * min(column.type.length or 10, 10)})


_SHORT, _ROOM, _DIGITS, _HEX = 8, 60, 2, 32
_NATIVE = {
    "inet": "10.0.0.1",
    "cidr": "10.0.0.0/24",
    "macaddr": "08:00:2b:01:02:03",
    "int4range": "[1,10)",
    "int8range": "[1,10)",
    "numrange": "[1,10)",
    "daterange": "[2025-01-01,2025-02-01)",
    "tsrange": "[2025-01-01 00:00,2025-02-01 00:00)",
    "tstzrange": "[2025-01-01 00:00+00,2025-02-01 00:00+00)",
    "tsvector": "'word'",
    "hstore": "",
    "bit": "0",
    "varbit": "0",
    "xml": "<a/>",
    "ltree": "top",
    "point": "(0,0)",
    "oid": "1",
}
_UNIQUE_KINDS = frozenset({"email", "username", "token", "uuid"})
_HEXADECIMAL = frozenset({"uuid", "token"})
_SIBLINGS = {
    "integer": Generator("position"),
    "date": Generator("moment", {"sequence": True}),
    "datetime": Generator("moment", {"sequence": True}),
}
_EVERY_ROW = {"date": Generator("nth_day"), "datetime": Generator("nth_day")}
