"""What a shop sells: the departments, products and prices of the trade that a story names, in place of everything.

"A shoe shop" has the tables of any shop; which departments and products there are is told by `assortments.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from string import Formatter
from typing import Any

from anyascii import anyascii

from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.data import word_lists
from pytest_misata.story.domain import Domain, DomainFile, domain_of
from pytest_misata.story.english import words
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.tokens import Token

_GOODS = {"ecommerce": ("products", "name"), "marketplace": ("listings", "title")}
"""Where each domain keeps what is for sale, and the column that says what it is."""
SHOP = "ecommerce.toml"
"""The domain of a shop of any trade."""
_PLACES = frozenset(
    "shop store retailer retail boutique seller outlet webshop dealer chain marketplace merchant market brand company "
    "business startup e-commerce ecommerce".split()
)
_BETWEEN = frozenset({"online", "web", "second-hand", "e"})
_SELLING = frozenset({"selling", "sells", "for", "sell", "of", "offering", "stocking"})
_FURTHER = 3
"""Words between "selling" and what is sold, at the most: "selling handmade leather shoes"."""
_SIGMA = "0.5"
_SMALL = 5
"""Below so many dollars prices do not all end alike."""
_SPELLINGS = {"color": "colour", "flavor": "flavour"}

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade that a story names, and the words by which it does so."""

    name: str
    said: str


@lru_cache(maxsize=1)
def trades() -> Mapping[str, Data]:
    """What there is in the shops of each trade."""
    return word_lists("assortments.toml")


def trade_of(tokens: Sequence[Token]) -> Trade | None:
    """The trade of the shop that a story is about; the first that it names."""
    said = [token.text for token in tokens]
    for at in range(len(said)):
        for name, found in trades().items():
            size = max(_named(said[at:], found), _before_a_place(said[at:], found), _sold(said[at:], found))
            if size:
                first = next(one for one in range(at, -1, -1) if not one or said[one - 1] not in _BETWEEN)
                return Trade(name, " ".join(said[first : at + size]))
    return None


def _named(said: Sequence[str], trade: Data) -> int:
    """How many words say the trade by themselves: "bookshop"."""
    return max((words.length_of_match(said, words.split(name)) for name in trade["names"]), default=0)


def _before_a_place(said: Sequence[str], trade: Data) -> int:
    """How many words say what is sold, and that it is: "shoe shop", "furniture online store"."""
    for size in _lengths(said, trade):
        until = size
        while until < len(said) and said[until] in _BETWEEN:
            until += 1
        if until < len(said) and singular(said[until]) in _PLACES:
            return until + 1
    return 0


def _sold(said: Sequence[str], trade: Data) -> int:
    """How many words say that there is a place, and what it sells: "shop selling guitars", "store for pet supplies"."""
    if len(said) < 3 or singular(said[0]) not in _PLACES:
        return 0
    begin = 2 if said[1] == "that" else 1
    if said[begin] not in _SELLING:
        return 0
    for at in range(begin + 1, min(begin + 2 + _FURTHER, len(said))):
        for size in _lengths(said[at:], trade):
            return at + size
    return 0


def _lengths(said: Sequence[str], trade: Data) -> Iterator[int]:
    found = (words.length_of_match(said, words.split(goods)) for goods in trade["goods"])
    return iter(sorted(filter(None, found), reverse=True))


@lru_cache(maxsize=64)
def stocked(file: DomainFile, trade: Trade | None) -> Domain:
    """The domain of a file, with what the trade sells and the words that name it among its own where it is a shop."""
    domain = file.domain
    if trade is None or domain.name not in _GOODS:
        return domain
    data, sold = deepcopy(dict(domain.data)), trades()[trade.name]
    table, label = _GOODS[domain.name]
    data["words"] = [*data["words"], trade.said]
    data["assortment"], data["goods"] = trade.name, table
    tables, departments = data["tables"], sold["departments"]
    keys = list(range(1, len(departments) + 1))
    names = [department["name"] for department in departments]
    columns = tables["categories"]["columns"]
    for name, values in {"id": keys, "name": names, "slug": [*map(_slug, names)]}.items():
        columns[name]["values"] = values
    tables["categories"].pop("rows", None)
    goods = tables[table]
    goods["columns"]["category_id"] |= {"values": keys, "weights": [each["weight"] for each in departments]}
    goods["columns"][label] = _labelled(goods["columns"][label]["type"], sold)
    goods["columns"]["price"] = _priced(goods["columns"]["price"], departments)
    for reviews in (tables[name]["columns"] for name in ("reviews",) if name in tables):
        _tell(reviews.get("title") or reviews["comment"], sold)
    return domain_of(data, f"{trade.name} of {domain.name}.toml")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower().replace("'", "")).strip("-")


def is_sold(data: Data, noun: str) -> bool:
    """Whether what the story calls so is what the trade of a domain sells; anything is where none is named."""
    sold = trades().get(data.get("assortment", ""))
    return sold is None or noun in {*sold["nouns"], *sold["goods"]}


def _labelled(type_: str, sold: Data) -> dict[str, Any]:
    """How what is for sale is called, in each department."""
    first, *others = [_called(sold, department) for department in sold["departments"]]
    cases = [{"when": {"category_id": [number]}, **called} for number, called in enumerate(others, start=2)]
    return {"type": type_, "kind": "phrase", **first, "cases": cases}


def _called(sold: Data, department: Data) -> dict[str, Any]:
    """The templates of a department, with the words that they use."""
    templates = department.get("templates", sold["templates"])
    known = {**_attributes(sold, department), **sold["words"], **department.get("words", {})}
    known |= {"thing": department["things"]}
    used = {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}
    return {"templates": templates, "words": {name: known[name] for name in sorted(used)}}


def _attributes(sold: Data, department: Data) -> dict[str, list[str]]:
    return {**sold["attributes"], **department.get("attributes", {})}


def _priced(usual: Data, departments: Sequence[Data]) -> dict[str, Any]:
    """Prices around the usual one of each department, with its cents where shops have such."""
    kept = {name: usual[name] for name in ("type", "step") if name in usual}
    made = [_price(department["price"], rounded="step" in usual) for department in departments]
    cases = [{"when": {"category_id": [number]}, **price} for number, price in enumerate(made[1:], start=2)]
    return {**kept, "kind": "lognormal", **made[0], "cases": cases}


def _price(price: Sequence[str], *, rounded: bool) -> dict[str, str]:
    low, usual, high = price
    cents = Fraction(usual) % 1
    if not rounded and Fraction(usual) < _SMALL:
        return {"median": usual, "sigma": _SIGMA, "minimum": low, "maximum": high, "step": "0.05"}
    ending = {} if rounded else {"ending": str(float(cents))} if cents else {"step": "1"}
    return {"median": usual, "sigma": _SIGMA, "minimum": low, "maximum": high, **ending}


def _tell(column: dict[str, Any], sold: Data) -> None:
    """Have reviews say what buyers praise in this trade, and what they complain of."""
    for options in (column, *column["cases"]):
        if sold.get("consumed"):
            options["templates"] = [each for each in options["templates"] if not _LASTING.search(each)]
        for name, key in (("praise", "praise"), ("complaint", "complaints")):
            if name in options.get("words", {}):
                others = [text for text in options["words"][name] if text not in _NOT_OF_ALL]
                options["words"][name] = [*sold[key], *others]


_LASTING = re.compile("in use for|have had it")
_NOT_OF_ALL = frozenset({"Wrong size", "Broke after a week", "Beautiful piece"})


def describe(schema: SchemaConfig, domain: Domain) -> None:
    """Have columns that a story asks for ("each with a size and a colour") hold what the trade has of them.

    Names of products say what these columns do.
    """
    sold = trades().get(str(domain.data.get("assortment")))
    if sold is None:
        return
    usual, label = _GOODS[domain.name]
    table = str(domain.data.get("goods", usual))
    columns = schema.tables[table].columns
    for name, column in columns.items():
        known = _SPELLINGS.get(name, name)
        lists = [_attributes(sold, department).get(known) for department in sold["departments"]]
        if column.generator is not None and column.generator.kind == "choice" and name == "category_id":
            continue
        if all(lists) and column.type.kind in {"string", "text"} and name not in {label, "sku"}:
            column.generator = _chosen(lists)
            _quote(columns[label].generator, known, name)


def _chosen(lists: Sequence[Any]) -> Generator:
    cases = [{"when": {"category_id": [at]}, "values": values} for at, values in enumerate(lists, start=1)]
    return Generator("choice", {"values": lists[0], "cases": [case for case in cases if case["values"] != lists[0]]})


def _quote(made: Generator | None, word: str, column: str) -> None:
    """Have a word of the templates be what a column of the row says."""
    for options in (made.options, *made.options.get("cases", ())) if made is not None else ():
        if word in options.get("words", {}):
            options["words"] = {name: values for name, values in options["words"].items() if name != word}
            options["quoting"] = {**options.get("quoting", {}), word: column}
