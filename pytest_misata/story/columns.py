"""Tables and columns of a domain file, as TableConfig and Column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from pytest_misata.engine.kinds.catalogue import check_kind
from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema import types
from pytest_misata.schema.config import Check, Column, ForeignKey, Generator, Rule, TableConfig, Turns
from pytest_misata.schema.types import ColumnType

_TABLE_KEYS = (
    "names",
    "description",
    "born",
    "primary_key",
    "rows",
    "fixed",
    "further",
    "per",
    "ratio",
    "least",
    "uniques",
    "indexes",
    "checks",
    "rules",
    "turns",
    "columns",
)
_FOREIGN_KEY_KEYS = (
    "references",
    "owner",
    "per_parent",
    "minimum",
    "spread",
    "null_rate",
    "on_delete",
    "in_turn",
    "only",
)
_FURTHER_KEYS = {"values": (), "numbers": ("from", "to", "step"), "words": ("template",)}
_SPREADS = ("even", "moderate", "skewed", "heavy")
_ON_DELETE = ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION")

_TYPES = {
    "integer": types.INTEGER,
    "smallint": ColumnType("integer", bits=16),
    "bigint": types.BIGINT,
    "text": types.TEXT,
    "money": types.MONEY,
    "boolean": types.BOOLEAN,
    "date": types.DATE,
    "datetime": types.DATETIME,
    "time": ColumnType("time"),
    "enum": ColumnType("enum"),
    "uuid": ColumnType("uuid"),
    "json": ColumnType("json"),
}
_SIZED: Mapping[tuple[str | None, int], Callable[..., ColumnType]] = {
    ("string", 1): types.string,
    ("numeric", 2): lambda precision, scale: ColumnType("numeric", precision=precision, scale=scale),
    ("float", 1): lambda scale: ColumnType("float", scale=scale),
}
_SIZED_TYPE = re.compile(r"(\w+)\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")

Tables = Mapping[str, Mapping[str, Any]]


def nearest(word: str, known: Collection[str]) -> str:
    """The end of a message about a word that is not known."""
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"


def check_keys(data: Mapping[str, Any], known: Collection[str], where: str, *, required: Collection[str] = ()) -> None:
    """Raises SchemaError where a key is not known, or a required one is missing."""
    for key in data:
        if key not in known:
            raise SchemaError(f"{where}: no key {key!r}; {nearest(key, known)}")
    for key in required:
        if key not in data:
            raise SchemaError(f"{where}: {key!r} is missing")


def read_table(name: str, data: Mapping[str, Any], tables: Tables, file: str) -> TableConfig:
    """One table of a domain file; `tables` are all of them, to look foreign keys up in."""
    where = f"{file}: {name}"
    check_keys(data, _TABLE_KEYS, where, required=("columns",))
    table = TableConfig(name, description=data.get("description", ""))
    for column, options in data["columns"].items():
        _read_column(table, column, options, tables, file)
    table.primary_key = _key_columns(table, data.get("primary_key", ["id"]), f"{where}: primary_key")
    table.uniques = [_key_columns(table, key, f"{where}: uniques") for key in data.get("uniques", ())]
    table.indexes = [_key_columns(table, key, f"{where}: indexes") for key in data.get("indexes", ())]
    table.checks = [Check(sql, check) for check, sql in data.get("checks", {}).items()]
    table.rules = [Rule(sql, rule) for rule, sql in data.get("rules", {}).items()]
    table.turns = [_turns(table, turns, name, f"{where}: turns") for name, turns in data.get("turns", {}).items()]
    if "born" in data:
        (table.born,) = _key_columns(table, [data["born"]], f"{where}: born")
    _read_size(table, data, tables, where)
    return table


def read_remade(remade: Mapping[str, Mapping[str, Any]], tables: Tables, file: str) -> dict[tuple[str, str], Column]:
    """The columns that a rate of a domain file makes anew, by table and name; they keep the types they have."""
    found: dict[tuple[str, str], Column] = {}
    for path, made in remade.items():
        table, _, name = path.partition(".")
        usual = tables.get(table, {}).get("columns", {})
        if name not in usual:
            raise SchemaError(f"{file}: rates: remade: no column {path!r}; {nearest(name, usual)}")
        kept = {key: value for key, value in usual[name].items() if key in {"type", "nullable", *_FOREIGN_KEY_KEYS}}
        data = {**tables[table], "columns": {**usual, name: {**kept, **made}}}
        found[table, name] = read_table(table, data, tables, file).columns[name]
    return found


def _key_columns(table: TableConfig, names: list[str], where: str) -> tuple[str, ...]:
    for name in names:
        if name not in table.columns:
            raise SchemaError(f"{where}: no column {name!r}; {nearest(name, table.columns)}")
    return tuple(names)


_TURNS_KEYS = ("of", "begin", "end", "minutes", "seconds", "where", "at_once")


def _turns(table: TableConfig, data: Mapping[str, Any], name: str, where: str) -> Turns:
    check_keys(data, _TURNS_KEYS, f"{where}: {name}", required=("of", "begin"))
    begin = data["begin"] if isinstance(data["begin"], list) else [data["begin"]]
    own = [data["of"], *begin, *(data[key].partition(".")[0] for key in ("end", "minutes", "seconds") if key in data)]
    _key_columns(table, own, f"{where}: {name}")
    return Turns(**{**data, "begin": tuple(begin)}, name=name)


def _read_size(table: TableConfig, data: Mapping[str, Any], tables: Tables, where: str) -> None:
    """Where the row count comes from: stated, listed, a ratio to another table, or the owner's."""
    table.rows, table.fixed = data.get("rows"), data.get("fixed", False)
    if table.fixed:
        table.rows = min(table.rows or _listed_rows(table, where), _listed_rows(table, where))
    table.further = data.get("further", {})
    _check_further(table, f"{where}: further")
    if ("per" in data) != ("ratio" in data):
        raise SchemaError(f"{where}: `per` names a table, `ratio` says how many rows for each of its rows; give both")
    if "per" in data:
        _check_table(data["per"], tables, f"{where}: per")
        table.scale = (data["per"], _fraction(data["ratio"], f"{where}: ratio"))
        table.least = data.get("least", 1)


def _check_further(table: TableConfig, where: str) -> None:
    """Every listed column of a table says how it goes on, or none does; a key that goes by itself does so."""
    columns = [name for name, column in table.columns.items() if column.generator and column.generator.kind == "listed"]
    for name, way in table.further.items():
        if name not in columns:
            raise SchemaError(f"{where}: no listed column {name!r}; {nearest(name, columns)}")
        by = next((key for key in _FURTHER_KEYS if key in way), None)
        if by is None:
            raise SchemaError(f"{where}: {name}: say {', '.join(_FURTHER_KEYS)}")
        check_keys(way, (by, *_FURTHER_KEYS[by]), f"{where}: {name}")
    if table.further and (missing := [name for name in columns if name not in table.further]):
        raise SchemaError(f"{where}: say of {missing[0]!r} as well how it goes on")


def _listed_rows(table: TableConfig, where: str) -> int:
    """The length of the lists of a lookup table, which all have to agree."""
    lists = {
        name: len(column.generator.options.get("values", ()))
        for name, column in table.columns.items()
        if column.generator and column.generator.kind == "listed"
    }
    if len(set(lists.values())) != 1:
        raise SchemaError(f"{where}: a fixed table has `listed` columns of one length, not {lists or 'none'}")
    return next(iter(lists.values()))


def _read_column(table: TableConfig, name: str, data: Any, tables: Tables, file: str) -> None:
    where = f"{file}: {table.name}.{name}"
    if not isinstance(data, Mapping):
        raise SchemaError(f"{where}: a column is a table of `type`, `kind` and its options, not {data!r}")
    own = {key: value for key, value in data.items() if key not in _FOREIGN_KEY_KEYS or "references" not in data}
    if "references" in data:
        table.foreign_keys.append(_foreign_key(name, data, tables, where))
        if "kind" in own and "null_rate" in data:
            own["null_rate"] = data["null_rate"]
    type_ = _column_type(own, data, tables, where)
    generator = _generator(own, where, needed="references" not in data)
    if type_.kind == "enum":
        type_ = _enum_type(type_, generator, f"{table.name}_{name}", where)
    nullable = own.get("nullable", False)
    if not nullable and any(key in data and data[key] for key in ("when", "null_rate")):
        raise SchemaError(f"{where}: `when` and `null_rate` leave NULLs; say nullable = true")
    table.columns[name] = Column(name, type_, nullable, generator)


def _column_type(own: Mapping[str, Any], data: Mapping[str, Any], tables: Tables, where: str) -> ColumnType:
    """The stated type; a foreign key has that of the column it points at."""
    if "type" not in own and "references" in data:
        parent, _, column = data["references"].partition(".")
        return _column_type(tables[parent]["columns"][column], tables[parent]["columns"][column], tables, where)
    if "type" not in own:
        raise SchemaError(f"{where}: 'type' is missing")
    return read_type(own["type"], where)


def read_type(text: str, where: str) -> ColumnType:
    """A column type as domain files write it: `integer`, `string(40)`, `numeric(10,4)`."""
    if text in _TYPES:
        return _TYPES[text]
    match = _SIZED_TYPE.fullmatch(text)
    sizes = [int(size) for size in match.groups()[1:] if size] if match else []
    make = _SIZED.get((match.group(1), len(sizes))) if match else None
    if make is None:
        known = [*_TYPES, "string(n)", "numeric(p,s)", "float(s)"]
        raise SchemaError(f"{where}: no type {text!r}; {nearest(text, known)}")
    return make(*sizes)


def _enum_type(type_: ColumnType, generator: Generator | None, name: str, where: str) -> ColumnType:
    options = generator.options if generator else {}
    values = options.get("values", ())
    if isinstance(values, Mapping):
        values = [*dict.fromkeys(values.values()), *([options["default"]] if "default" in options else [])]
    if not values:
        raise SchemaError(f"{where}: an enum takes its values from a kind that lists them")
    return replace(type_, values=tuple(dict.fromkeys(values)), name=name)


def _generator(own: Mapping[str, Any], where: str, *, needed: bool) -> Generator | None:
    options = {key: value for key, value in own.items() if key not in {"type", "nullable", "kind"}}
    if "kind" not in own:
        if needed:
            raise SchemaError(f"{where}: 'kind' is missing")
        if options:
            known = ["type", "nullable", "kind", *_FOREIGN_KEY_KEYS]
            raise SchemaError(f"{where}: no key {next(iter(options))!r}; {nearest(next(iter(options)), known)}")
        return None
    generator = Generator(own["kind"], options)
    try:
        check_kind(generator, where)
    except GenerationError as error:
        raise SchemaError(str(error)) from None
    return generator


def _foreign_key(name: str, data: Mapping[str, Any], tables: Tables, where: str) -> ForeignKey:
    parent, _, column = data["references"].partition(".")
    _check_table(parent, tables, where)
    columns = tables[parent].get("columns", {})
    if column not in columns:
        raise SchemaError(f"{where}: no column {data['references']}; {nearest(column, columns)}")
    owner = data.get("owner", False)
    if owner and "per_parent" not in data:
        raise SchemaError(f"{where}: an owner needs `per_parent`, how many children it has on average")
    return ForeignKey(
        columns=(name,),
        parent=parent,
        parent_columns=(column,),
        owner=owner,
        per_parent=_fraction(data["per_parent"], f"{where}: per_parent") if owner else None,
        minimum=data.get("minimum", 0),
        spread=_one_of(data.get("spread", "skewed"), _SPREADS, where),
        in_turn=data.get("in_turn", False) and not owner,
        only=_states(data.get("only", {}), columns, where),
        null_rate=_fraction(data.get("null_rate", 0), f"{where}: null_rate") if "kind" not in data else Fraction(0),
        on_delete=_one_of(data["on_delete"], _ON_DELETE, where) if "on_delete" in data else None,
    )


def _states(only: Mapping[str, list[Any]], columns: Collection[str], where: str) -> Mapping[str, list[Any]]:
    """Columns of the parent, each with the values of parents that have children."""
    for name in only:
        if name not in columns:
            raise SchemaError(f"{where}: only: the parent has no column {name!r}; {nearest(name, columns)}")
    return only


def _one_of(word: str, known: Collection[str], where: str) -> Any:
    if word not in known:
        raise SchemaError(f"{where}: {word!r} is none of those known; {nearest(word, known)}")
    return word


def _check_table(name: str, tables: Tables, where: str) -> None:
    if name not in tables:
        raise SchemaError(f"{where}: no table {name!r}; {nearest(name, tables)}")


def _fraction(value: Any, where: str) -> Fraction:
    """An exact number; floats are refused, since "0.1" and 0.1 are not the same number."""
    if isinstance(value, int | str):
        try:
            return Fraction(value)
        except ValueError:
            pass
    raise SchemaError(f"{where}: write an exact number as an integer or a string, not {value!r}")
