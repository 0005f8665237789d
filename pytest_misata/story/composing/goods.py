"""What a shop sells, where the story says so: the products of a shop with 200 books are its books."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_misata.story.assortments import is_sold
from pytest_misata.story.composing.candidates import Candidate
from pytest_misata.story.composing.tables import finished
from pytest_misata.story.english.lexicon import goods
from pytest_misata.story.english.tokens import Token

Data = dict[str, Any]


def become(data: Data, candidates: Sequence[Candidate], tokens: Sequence[Token]) -> Sequence[Candidate]:
    """Let the table of goods be what the story says is sold; the other candidates are left."""
    shop = goods().get(data["name"])
    fitting = [candidate for candidate in candidates if is_sold(data, candidate.noun.name)]
    sold = _sold(fitting, tokens) if shop is not None and not _is_named(data, shop, tokens) else None
    if shop is None or sold is None:
        return candidates
    old, new = shop["table"], sold.table
    names = {old: new, f"{shop['noun']}_id": f"{'_'.join(sold.noun.words)}_id"}
    data["tables"] = _renamed(data["tables"], names)
    data["rates"] = [{**rate, "column": _dotted(rate["column"], names)} for rate in data.get("rates", ())]
    table = data["tables"][new]
    table["names"] = [sold.noun.name, *table["names"]]
    table["description"] = f"What is for sale: each row is one {sold.noun.name}"
    _describe(table["columns"], sold, known="assortment" in data)
    if "assortment" in data:
        data["goods"] = new
    else:
        _rename_departments(data["tables"], shop, sold)
    return [candidate for candidate in candidates if candidate is not sold]


def _sold(candidates: Sequence[Candidate], tokens: Sequence[Token]) -> Candidate | None:
    """The thing that the story counts; of several the one that it calls the shop by: "a wine shop"."""
    things = [candidate for candidate in candidates if candidate.noun.kind.name == "thing"]
    said = [token.text for token in tokens]
    named = [thing for thing in things if thing.noun.words[-1] in said or said.count(thing.said[-1]) > 1]
    return next(iter(named or things), None)


def _is_named(data: Data, shop: Mapping[str, Any], tokens: Sequence[Token]) -> bool:
    """Whether the story speaks of the goods by their usual name as well."""
    names = {name for name in data["tables"][shop["table"]]["names"] if " " not in name}
    return any(token.text.removesuffix("s") in names for token in tokens)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Data with tables and columns under other names, wherever it mentions them."""
    if isinstance(value, Mapping):
        return {_dotted(key, names): _renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return _dotted(value, names) if isinstance(value, str) else value


def _dotted(text: str, names: Mapping[str, str]) -> str:
    """A name, a path or a rule with other names: a table's by itself or before a column, a key's anywhere."""
    for old, new in names.items():
        text = re.sub(rf"\b{old}\b" if old.endswith("_id") else rf"^{old}$|\b{old}(?=\.\w)", new, text)
    return text


def _describe(columns: Data, sold: Candidate, *, known: bool) -> None:
    """Names that such goods have, and the columns that tell more of them; `known` goods have names and prices."""
    if not known:
        columns["price"].pop("cases", None)
        columns["name"] = finished(sold.table, "name", {"type": columns["name"]["type"]})
    own = {name: column for name, column in sold.noun.columns.items() if name not in {"name", "status", "created_at"}}
    for name, column in own.items():
        columns[name] = finished(sold.table, name, column)


def _rename_departments(tables: Data, shop: Mapping[str, Any], sold: Candidate) -> None:
    """The departments are those of a shop for such goods."""
    departments = tables[shop["departments"]]
    columns = departments["columns"]
    words = shop["of"].get(sold.noun.words[-1]) or shop["of"]["anything"]
    words = words[: departments.get("rows", len(words))]
    told = {"name": words, "slug": [word.lower().replace(" ", "-") for word in words]}
    for name, column in columns.items():
        columns[name] = {**column, "values": told.get(name, column["values"][: len(words)])}
    for column in (column for table in tables.values() for column in table["columns"].values()):
        if str(column.get("references", "")).startswith(f"{shop['departments']}."):
            column |= {part: column[part][: len(words)] for part in ("values", "weights") if part in column}
