"""The meaning of a column by its name, type and table, made so that it fits the type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings import fitting, ranges, rows, values
from pytest_misata.engine.meanings.names import is_plural, nouns_of, singular, words_of
from pytest_misata.engine.meanings.naming import NAMING, anything, listed_code, named
from pytest_misata.engine.meanings.registry import Found, Meaning, find, spelled
from pytest_misata.engine.meanings.stages import MOMENTS
from pytest_misata.engine.meanings.written import written_as
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.types import ColumnType

TEXTS = frozenset({"string", "text"})
NUMBERS = frozenset({"integer", "numeric", "float"})
_CODES = frozenset({"code", "iso", "alpha", "symbol", "sign", "iso2", "iso3", "alpha2", "alpha3", "abbreviation", "id"})
_YES_OR_NO = Generator("choice", {"values": ["yes", "no"], "weights": [4, 6]})
_FLAG, _DOCUMENT = 5, 500
"""Flags in text have at most so many characters, documents at least so many."""
_JSON = frozenset(
    "metadata setting preference payload config extra property attribute param parameter header kwargs".split()
)
_VAGUE = frozenset(
    "short long display internal official full common public local sort seo meta og page alt browser menu original "
    "english new old default given working".split()
)
_STATES = frozenset({2, 3})
"""Characters of a column in which a state is one of a country."""
_TIMES = 9
"""How much oftener people are Mr or Ms than Dr or Prof: an assumption."""
_LONG = 64
"""Text of unknown meaning is a remark in columns longer than this, and a word in others."""
_BY_TYPE: dict[str, Generator] = {
    "integer": Generator("lognormal", {"median": 24, "sigma": "0.7"}),
    "numeric": Generator("lognormal", {"median": 60, "sigma": "0.9"}),
    "float": Generator("normal", {"mean": 50, "sd": 15}),
    "boolean": Generator("flag", {"rate": "0.5"}),
    "enum": Generator("constant", {"value": ""}),
    "uuid": Generator("uuid"),
    "binary": Generator("octets", {"size": 24}),
    "time": Generator("time_of_day"),
    "interval": Generator("duration"),
}


def choice_of(table: TableConfig, column: Column, listed: Sequence[Any]) -> Generator:
    """A choice among listed values, as often as values of the column's meaning are: most orders are not cancelled.

    Of sexes and forms of address it is the one that goes with the name.
    """
    told = _sex(table, column, listed) or _address(table, column, listed)
    if told is not None:
        return told
    weights = _weights(table, column, [_plain(value) for value in listed])
    return Generator("choice", {"values": listed, **({"weights": weights} if weights else {})})


def _sex(table: TableConfig, column: Column, listed: Sequence[Any]) -> Generator | None:
    """A person's sex, in the words that are listed for it; None for any other column."""
    usual = meaning_of(table, replace(column, type=ColumnType("string"))).meaning.generator
    known: Mapping[str, Sequence[str]] = toml_file("rows.toml")["frequencies"]
    pair = [[value for value in listed if _plain(value) in known[sex]] for sex in ("women", "men")]
    if usual.kind != "gender" or [len(found) for found in pair] != [1, 1]:
        return None
    values = [value for (value,) in pair]
    others = [value for value in listed if value not in values]
    return Generator("gender", {"values": values, **({"others": others} if others else {})})


def _address(table: TableConfig, column: Column, listed: Sequence[Any]) -> Generator | None:
    """A person's form of address among those listed; None where that is not what they are, or they have no gender."""
    usual = meaning_of(table, replace(column, type=ColumnType("string"))).meaning.generator
    known: Mapping[str, Sequence[str]] = toml_file("rows.toml")["frequencies"]
    women, men = (
        [value for value in listed if str(value).lower() in known[sex]] for sex in ("titles_of_women", "titles_of_men")
    )
    if not women or not men or (usual.kind != "title" and words_of(column.name)[-1:] != ("title",)):
        return None
    both = [value for value in listed if value not in women and value not in men]
    return Generator("title", {"women": _oftener(women, both), "men": _oftener(men, both)})


def _oftener(own: Sequence[Any], both: Sequence[Any]) -> list[Any]:
    """Forms of address of a gender are some times as frequent as those of both: Dr, Prof."""
    return [*list(own) * max(_TIMES * len(both) // len(own), 1), *both]


def _weights(table: TableConfig, column: Column, listed: Sequence[str]) -> list[int]:
    """The weights of the usual values, and those of `rows.toml` for others; none where nothing is known."""
    usual = meaning_of(table, replace(column, type=ColumnType("string"))).meaning.generator
    if usual.kind == "gender":
        sexes: Mapping[str, int] = toml_file("rows.toml")["frequencies"]["sexes"]
        return [sexes.get(value, 1) for value in listed] if not sexes.keys().isdisjoint(listed) else []
    if usual.kind != "choice" or not usual.options.get("weights"):
        return []
    known = {
        _plain(value): weight for value, weight in zip(usual.options["values"], usual.options["weights"], strict=True)
    }
    if words_of(column.name)[-1:] in {("status",), ("state",)}:
        known = {**_frequencies(), **known}
    if known.keys().isdisjoint(listed):
        return []
    others = toml_file("rows.toml")["frequencies"]["others"]
    return [known.get(value, others) for value in listed]


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, int]:
    classes = toml_file("rows.toml")["frequencies"]
    return {word: weight for name, weight in classes["weights"].items() for word in classes[name]}


def _plain(value: Any) -> str:
    return str(value).lower().replace("_", " ").replace("-", " ")


def meaning_of(table: TableConfig, column: Column) -> Found:
    """The meaning of a column by its name and table, made so that it fits its type."""
    type_ = column.type
    if type_.native == "set":
        return Found(Meaning("choice", Generator("choice", subsets(type_.values))))
    if type_.values:
        return Found(Meaning("choice", choice_of(table, column, type_.values)))
    written = written_as(table, column)
    if written is not None:
        return Found(Meaning("moment", Generator("stamp", {"written": written})))
    name = column.name
    of_place = rows.has_place(table) or (type_.length or 0) in _STATES
    if type_.kind in TEXTS and words_of(name)[-1:] == ("state",) and of_place:
        name = f"{name} code"
    columns = tuple(table.columns)
    own = nouns_of(table.name)
    if type_.kind in TEXTS and _is_name_of(own, words_of(name)):
        name = "name"
    among = tuple(found for noun in own for found in _hinted(noun, columns, least=1))
    nouns = (*_hinted("before", columns), *among, *own, *_hinted("after", columns))
    return _known(type_, name, nouns, column.nullable)


def _is_name_of(nouns: Sequence[str], words: tuple[str, ...]) -> bool:
    """Whether a column is a name with the initial of its table before it: the `ename` of an employee."""
    one = words[0] if len(words) == 1 else ""
    initial = one.removesuffix("name")
    own = len(initial) == 1 and one != initial and any(noun.startswith(initial) for noun in nouns)
    return own and find("text", words, tuple(nouns)) is None


def subsets(members: Sequence[str]) -> dict[str, list[Any]]:
    """Values of a SET of MariaDB and MySQL, by weight: one member as often as several, in the order they stand in."""
    runs = [members[at : at + size] for size in (2, 3) for at in range(len(members) - size + 1)]
    runs = runs[: len(members)]
    several = [",".join(run) for run in runs]
    return {
        "values": [*members, *several],
        "weights": [len(several) or 1] * len(members) + [len(members)] * len(several),
    }


@lru_cache(maxsize=1024)
def _hinted(where: str, columns: tuple[str, ...], *, least: int = 2) -> tuple[str, ...]:
    """What the columns of a table say its rows are: before or after its name, or which of what that may say."""
    names = {rows.spelled_name(name) for name in columns}
    hints: Mapping[str, Sequence[str]] = toml_file("rows.toml")["hints"].get(where, {})
    return tuple(noun for noun, telling in hints.items() if len(names & {*telling}) >= least)


@lru_cache(maxsize=16384)
def _known(type_: ColumnType, name: str, nouns: tuple[str, ...], nullable: bool) -> Found:  # noqa: FBT001
    if type_.kind in TEXTS:
        return _text(type_, name, nouns)
    if type_.kind in NUMBERS:
        return _number(type_, name, nouns)
    column = Column(name, type_, nullable)
    if type_.kind in {"json", "array", "native"}:
        make = {"json": values.object_of, "array": values.array_of, "native": values.native_of}[type_.kind]
        made = make(column)
        return Found(Meaning(str(made.options.get("shape") or made.kind), made))
    found = find(type_.kind, words_of(name), nouns)
    if found is None and type_.kind in MOMENTS:
        return Found(Meaning("moment", Generator("moment", {"hours": "business"})))
    return found or Found(Meaning(type_.kind, _BY_TYPE[type_.kind]))


def _text(type_: ColumnType, name: str, nouns: tuple[str, ...]) -> Found:
    """The meaning of a text, the first of those that fit."""
    for found in _texts(type_, name, nouns):
        fitted = fitting.fit_text(found.meaning, type_)
        if fitted is not None:
            return Found(made_by(found.meaning, fitted), found.rest)
    return Found(Meaning("text", fitting.short_text(type_)))


def _texts(type_: ColumnType, name: str, nouns: tuple[str, ...]) -> Iterator[Found]:
    """What a text may mean, the likeliest first."""
    words = spelled(words_of(name))
    found = find("text", words, nouns)
    yield from _documents(type_, name, words)
    if type_.length == 1 and (found is None or found.rest) and find("boolean", words, ()) is not None:
        yield Found(Meaning("flag", _YES_OR_NO))
    code = listed_code(nouns, type_.length, words) if words and _CODES & set(words) and len(words) < 3 else None
    if code is not None:
        yield Found(Meaning("code", code))
    if found is not None and not found.rest:
        yield found
    yield from _names(words, nouns)
    if found is not None and found.rest:
        yield found
    if words:
        thing = named((" ".join(words[-2:]), words[-1]))
        if thing is not None:
            yield Found(Meaning("name", thing), words)
    if _is_flag(words) and (type_.length is None or type_.length <= _FLAG):
        yield Found(Meaning("flag", _YES_OR_NO))
    if type_.length is None or type_.length > _LONG:
        yield Found(Meaning("remark", Generator("prose", {"of": "note", "sentences": [1, 1]})))


def _documents(type_: ColumnType, name: str, words: tuple[str, ...]) -> Iterator[Found]:
    """JSON and XML kept as text, where there is room for it."""
    if type_.length is not None and type_.length < _DOCUMENT:
        return
    if "xml" in words:
        yield Found(Meaning("xml", Generator("native", {"type": "xml"})))
    if words and ("json" in words or words[-1] in _JSON):
        yield Found(Meaning("json", values.object_of(Column(name.lower().replace("json", ""), type_))))


def _names(words: tuple[str, ...], nouns: tuple[str, ...]) -> Iterator[Found]:
    """What a thing is called: the thing the words before `name` say, or that of the table."""
    if not words or words[-1] not in NAMING:
        return
    before = tuple(word for word in words[:-1] if word not in NAMING)
    of = (" ".join(before[-2:]), *reversed(before)) if before else ()
    generator = named(of, title=words[-1] == "title") if of else None
    if generator is None and (not before or set(before) <= set(nouns) or _is_vague(before)):
        generator = named(nouns, title=words[-1] == "title")
    # Of the words of a table's name the last says what its rows are, others may be a prefix: `hr_grievances`.
    noun = before[-1] if before else next((noun for noun in nouns if " " not in noun), "item")
    yield Found(Meaning("name", generator or anything(noun)), before)
    if generator is not None and generator.kind == "job_title":
        # No job has so short a name.
        yield Found(Meaning("title", Generator("title")), before)


def _is_vague(words: tuple[str, ...]) -> bool:
    """Whether words before `name` say nothing of whose name it is."""
    return set(words) <= _VAGUE


def _is_flag(words: tuple[str, ...]) -> bool:
    return bool(words) and words[0] in {"is", "has", "can", "flag"}


def made_by(meaning: Meaning, generator: Generator) -> Meaning:
    """The same meaning, made by another generator."""
    return Meaning(
        meaning.name,
        generator,
        seldom=meaning.seldom,
        unique=meaning.unique,
        patterns=meaning.patterns,
        tables=meaning.tables,
    )


def _number(type_: ColumnType, name: str, nouns: tuple[str, ...]) -> Found:
    for found in _numbers(type_, name, nouns):
        fraction = found.meaning.as_fraction if type_.kind == "numeric" and type_.scale > 2 else None
        fitted = ranges.fit_number(fraction or found.meaning.generator, type_)
        if fitted is not None:
            return Found(made_by(found.meaning, fitted), found.rest)
    return Found(Meaning("number", _BY_TYPE[type_.kind]))


def _numbers(type_: ColumnType, name: str, nouns: tuple[str, ...]) -> Iterator[Found]:
    words = words_of(name)
    if type_.kind == "integer" and type_.native == "year":
        yield Found(Meaning("year", Generator("year")))
    if type_.kind == "integer" and _is_flag(words):
        yield Found(Meaning("flag", Generator("choice", {"values": [0, 1], "weights": [6, 4]})))
    found = find(type_.kind, words, nouns)
    if found is not None:
        yield found
    if words and type_.kind == "integer":
        if is_plural(words[-1]):
            yield Found(Meaning("count", Generator("lognormal", {"median": 6, "sigma": "0.8"})))
        if singular(words[-1]) in {"id", "no", "number", "code", "nr", "key"}:
            yield Found(Meaning("number", Generator("uniform", {"low": 1, "high": 99_999})))
    yield Found(Meaning("number", _BY_TYPE[type_.kind]))
