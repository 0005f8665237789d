"""Names of tables and columns as words: however they are written, in lower case, the last one in the singular."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pytest_misata.engine.vocabulary import toml_file

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|[A-Z]|\d+")
_TYPE_PREFIXES = frozenset("str int bool dt dec flt fld col tbl txt lng chr vch n s c f d i b t x m tb t_ nm".split())
_INVARIABLE = frozenset(
    "address status news series species means basis analysis diagnosis business process access class os gps sms cvs "
    "this has is was css js ms dns https bus gas plus minus bonus lens loss progress success stress mass pass "
    "less".split()
)
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "media": "media",
    "data": "data",
    "addresses": "address",
    "statuses": "status",
    "aliases": "alias",
    "buses": "bus",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "indices": "index",
    "vertices": "vertex",
    "movies": "movie",
    "cookies": "cookie",
    "quizzes": "quiz",
    "shelves": "shelf",
    "caches": "cache",
    "heroes": "hero",
    "expenses": "expense",
    "licenses": "license",
    "releases": "release",
    "purchases": "purchase",
    "warehouses": "warehouse",
    "courses": "course",
    "databases": "database",
    "houses": "house",
    "nurses": "nurse",
    "diseases": "disease",
    "phases": "phase",
    "cases": "case",
    "bases": "base",
    "responses": "response",
    "exercises": "exercise",
    "invoices": "invoice",
    "sizes": "size",
    "prizes": "prize",
    "menus": "menu",
    "gnus": "gnu",
    "gases": "gas",
    "lenses": "lens",
    "potatoes": "potato",
    "tomatoes": "tomato",
    "echoes": "echo",
    "vetoes": "veto",
    "cargoes": "cargo",
    "torpedoes": "torpedo",
    "mosquitoes": "mosquito",
    "leaves": "leaf",
    "loaves": "loaf",
    "calves": "calf",
    "wolves": "wolf",
    "knives": "knife",
    "halves": "half",
    "wharves": "wharf",
    "geese": "goose",
    "mice": "mouse",
    "teeth": "tooth",
    "feet": "foot",
    "oxen": "ox",
    "mares": "mare",
    "churches": "church",
    "avalanches": "avalanche",
    "shoes": "shoe",
    "canoes": "canoe",
    "axes": "axe",
    "horses": "horse",
    "hearses": "hearse",
    "leases": "lease",
    "franchises": "franchise",
    "enterprises": "enterprise",
    "premises": "premise",
    "doses": "dose",
    "vases": "vase",
    "hoses": "hose",
    "causes": "cause",
    "clauses": "clause",
    "pauses": "pause",
    "browses": "browse",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "bacteria": "bacterium",
    "fungi": "fungus",
    "larvae": "larva",
    "corpora": "corpus",
}


@lru_cache(maxsize=16384)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, all lower case: `strUserEmail` and `USER_EMAIL` give ("user", "email")."""
    words = [part.lower() for part in _PART.findall(name)]
    if len(words) > 1 and words[0] in _TYPE_PREFIXES and not words[1].isdigit():
        words = words[1:]
    return tuple(part for word in words for part in _in_english(word, last=word is words[-1]))


@lru_cache(maxsize=1)
def _dictionaries() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """What words stand for: anywhere, and at the end of a name."""
    read = {
        name: {word: tuple(meant.split()) for word, meant in entry.items()}
        for name, entry in toml_file("words.toml").items()
    }
    ends = read.pop("at_the_end")
    return {word: meant for each in read.values() for word, meant in each.items()}, ends


def _in_english(word: str, *, last: bool) -> tuple[str, ...]:
    anywhere, ends = _dictionaries()
    plain = word if word.isascii() else _without_accents(word)
    return anywhere.get(plain) or (ends.get(plain) if last else None) or (word,)


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("ı", "i"))
    return "".join(part for part in parts if not unicodedata.combining(part))


_ONE_Z = frozenset({"quizzes", "whizzes"})


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """The singular of an English noun, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or word in _INVARIABLE or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("zzes"):
        return word[:-3] if word in _ONE_Z else word[:-2]
    if word.endswith(("shes", "ches", "xes", "sses", "tzes")):
        return word[:-2]
    return word[:-1]


_NUMBER = frozenset({"no", "nr", "num", "nbr", "nro"})


def canonical(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in the singular; `no` and `nr` behind another word are a number."""
    found = tuple(singular(word) for word in words)
    return (*found[:-1], "number") if len(found) > 1 and found[-1] in _NUMBER else found


def is_plural(word: str) -> bool:
    """Whether a word is the plural of another."""
    return singular(word) != word


@lru_cache(maxsize=4096)
def nouns_of(table: str) -> tuple[str, ...]:
    """What the rows of a table may be called, the likeliest first: `shop_order_items` are items, or order items."""
    words = tuple(singular(word) for word in words_of(table))
    pairs = [" ".join(words[at : at + 2]) for at in range(len(words) - 2, -1, -1)]
    return tuple(dict.fromkeys([*pairs, *reversed(words)]))
