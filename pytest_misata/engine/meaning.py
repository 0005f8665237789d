"""What a column means, from its name and type, where the schema does not say how to make it."""

from __future__ import annotations

import re
from typing import Any

from pytest_misata.schema.config import Column, Generator, TableConfig

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
    for find in (_by_key, _by_values, _by_name, _by_length):
        found = find(table, column)
        if found is not None:
            return found
    return _BY_TYPE[column.type.kind]


def _by_key(table: TableConfig, column: Column) -> Generator | None:
    unique = table.primary_key == (column.name,) or (column.name,) in table.uniques
    if column.type.kind == "integer" and unique:
        return Generator("serial")
    return None


def _by_values(_table: TableConfig, column: Column) -> Generator | None:
    values = column.type.values
    return Generator("choice", {"values": values}) if values else None


def _by_name(table: TableConfig, column: Column) -> Generator | None:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", column.name).lower()
    unique = (column.name,) in table.uniques or table.primary_key == (column.name,)
    for pattern, types, generator in RULES:
        if column.type.kind in types and pattern.search(name):
            return generator if not unique or generator.kind in _UNIQUE_KINDS else None
    return None


_UNIQUE_KINDS = frozenset({"email", "username", "token", "company"})


def _by_length(table: TableConfig, column: Column) -> Generator | None:
    """Codes for text that is unique or too short for a sentence."""
    if column.type.kind not in _WORDS:
        return None
    unique = (column.name,) in table.uniques or table.primary_key == (column.name,)
    length = column.type.length or 255
    if unique:
        return Generator("code", {"pattern": "?" * min(length, 10)})
    return Generator("code", {"pattern": "@" * length, "unique": False}) if length < 8 else None
