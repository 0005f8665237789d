"""What kind of thing a noun is, and what such things look like in a database: the data of `lexicon.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from pytest_misata.engine.meanings.naming import sort_of
from pytest_misata.story.data import word_lists
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.verbs import PARTICLES

Words = tuple[str, ...]

Columns = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of noun. `level` orders kinds: rows refer to rows of a lower one; `each` is their usual number."""

    name: str
    level: int
    belongs_to: Words
    each: str
    columns: Columns = field(repr=False)


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in the singular, with its kind; `of` is what it belongs to before all else, `has` what refers to it."""

    words: Words
    kind: Kind
    of: Words = ()
    has: Words = ()
    columns: Columns = field(default_factory=dict, repr=False)
    each: str = ""
    """How many there are for each row of what it belongs to, where that is not as with its kind."""
    apart: Words = ()
    """Kinds of noun whose rows do not belong to it: a screening has no seat."""
    not_of: Words = ()
    """Nouns, and sorts of them in engine/data/nouns.toml, that it only belongs to where the story says so."""
    known: bool = True
    """Whether the kind is known, rather than what nouns are when nobody knows."""

    @property
    def name(self) -> str:
        """The noun as one text."""
        return " ".join(self.words)


def _data() -> Mapping[str, Any]:
    return word_lists("lexicon.toml")


@cache
def _kinds() -> Mapping[str, Kind]:
    return {
        name: Kind(name, data["level"], tuple(data.get("belongs_to", ())), data["each"], data["columns"])
        for name, data in _data()["kinds"].items()
    }


@cache
def _by_noun() -> Mapping[str, str]:
    return {noun: name for name, data in _data()["kinds"].items() for noun in data.get("nouns", ())}


@cache
def _by_sort() -> Mapping[str, str]:
    return {sort: name for name, data in _data()["kinds"].items() for sort in data.get("sorts", ())}


@lru_cache(maxsize=4096)
def noun_of(words: Words) -> Noun:
    """What is known of a noun in the singular, by its words or the last of them."""
    texts = [" ".join(words), words[-1]]
    kind = next((_by_noun()[text] for text in texts if text in _by_noun()), None)
    kind = kind or next((_by_sort()[sort] for text in texts if (sort := sort_of([text])) in _by_sort() and sort), None)
    guessed = kind or _by_ending(words[-1])
    more: Mapping[str, Any] = next((found for text in texts if (found := _data()["nouns"].get(text))), {})
    base = _kinds()[guessed or "thing"]
    columns = {name: column for name, column in base.columns.items() if name not in more.get("without", ())}
    if sort_of([words[-1]]) in _data()["kinds"]["organisation"]["named"] and "name" in columns:
        # What is no company by itself is called as such places are: the Riverside School, the Park Hotel.
        columns["name"] = {"type": columns["name"]["type"]}
    if words[-1] in _data()["kinds"]["person"]["anywhere"]:
        columns = {name: _anywhere(column) for name, column in columns.items()}
    return Noun(
        words,
        base,
        tuple(more.get("of", ())),
        tuple(more.get("has", ())),
        {**columns, **more.get("columns", {})},
        str(more.get("each", "")),
        tuple(more.get("apart", ())),
        tuple(more.get("not_of", ())),
        known=kind is not None,
    )


def _anywhere(column: Mapping[str, Any]) -> Mapping[str, Any]:
    """A column that tells a place, of those who are not only met in one town."""
    return {name: option for name, option in column.items() if (name, option) != ("country", "here")}


def meant_by(words: Words, said: Set[str]) -> Noun:
    """What is known of a noun in a story of certain words: tickets of agents are no tickets of visitors."""
    other: Mapping[str, Any] | None = _data()["meant"].get(words[-1]) if len(words) == 1 else None
    if other is None:
        return noun_of(words)
    meant = said & {*other["by"]} if "by" in other else said.isdisjoint(_data()["topics"][other["unless"]])
    if not meant:
        return noun_of(words)
    return replace(noun_of(tuple(other["as"].split())), words=words)


def _by_ending(word: str) -> str | None:
    """The kind that a word's ending tells, the longest one first."""
    endings = [(ending, name) for name, data in _data()["kinds"].items() for ending in data.get("endings", ())]
    longest = sorted(endings, key=lambda pair: -len(pair[0]))
    return next((name for ending, name in longest if word.endswith(ending) and len(word) > len(ending) + 2), None)


def are_places(word: str) -> bool:
    """Whether a plural stands for places or organisations, which are rows of their own: "3 offices"."""
    noun = noun_of((singular(word),))
    return singular(word) != word and noun.known and noun.kind.name in {"place", "organisation"}


def kind_of(table: str) -> str:
    """The kind of noun that the name of a table is."""
    *before, last = table.split("_")
    return noun_of((*before, singular_of(last) or last)).kind.name


def is_somebody(table: str) -> bool:
    """Whether rows of a table, by its name, are people, organisations, or the accounts of either."""
    return table.split("_")[-1] == "accounts" or kind_of(table) in {"person", "organisation"}


def are_people(table: str) -> bool:
    """Whether rows of a table, by its name, are people, or those who live together."""
    *_, last = table.split("_")
    return kind_of(table) == "person" or (singular_of(last) or last) in _data()["had_by_people"]["living_together"]


def is_had_by_people(table: str) -> bool:
    """Whether rows of a table, by its name, are what people have, rather than groups, places or deeds of theirs."""
    *before, last = table.split("_")
    word, had = singular_of(last) or last, _data()["had_by_people"]
    return bool({word, " ".join((*before, word))} & {*had["nouns"]}) or sort_of([word]) in had["sorts"]


def is_living(table: str) -> bool:
    """Whether rows of a table, by its name, were born: people and animals."""
    *before, last = table.split("_")
    noun = noun_of((*before, singular_of(last) or last))
    return noun.kind.name == "person" or sort_of([noun.words[-1]]) == "animal"


def measured(word: str) -> bool:
    """Whether a plural stands for what is measured time and again: "readings"."""
    return singular(word) != word and noun_of((singular(word),)).kind.name == "measurement"


def happens(words: Words) -> bool:
    """Whether a plural stands for what happens, or is written or paid: "deliveries"."""
    *before, last = words
    return singular(last) != last and noun_of((*before, singular(last))).kind.name in _HAPPENING


_HAPPENING = frozenset({"happening", "occasion", "document", "money"})


def is_no_table(word: str) -> bool:
    """Whether a singular noun counts time or measures, or tells a shape, rather than rows."""
    never = _data()["never"]
    return word in never["units"] or word in never["shapes"]


def is_no_state(words: Words) -> bool:
    """Whether words after a share tell of an amount, or of how something changes, rather than of rows."""
    # What is "written off" has no price that is lower.
    never = _data()["never"]["states"]
    return any(word in never and not (at and word in PARTICLES) for at, word in enumerate(words))


def is_held_for_all(table: str) -> bool:
    """Whether rows of a table, by its name, are held for all that there are, and not for one each: meetings."""
    *_, last = table.split("_")
    return (singular_of(last) or last) in _data()["held_for_all"]["nouns"]


@cache
def _qualities() -> frozenset[str]:
    return frozenset(_data()["qualities"]["words"])


def is_quality(word: str) -> bool:
    """Whether an adjective tells rows of any table apart: the rare ones, the international ones."""
    return word in _qualities()


def fits() -> Mapping[str, Sequence[str]]:
    """The kinds of noun that are in a state, by a word of it: those who pay have a billing."""
    found: Mapping[str, Sequence[str]] = _data()["fits"]
    return found


def told_by_age_or_sex(noun: str) -> bool:
    """Whether a noun tells how old people or animals are, or of which sex, and nothing else of them: boys, juniors."""
    return noun in _data()["by_age_or_sex"]["nouns"]


@cache
def idioms() -> frozenset[Words]:
    """The states of several words that rows may be in."""
    return frozenset(tuple(said.split()) for said in _data()["idioms"]["states"])


def goods() -> Mapping[str, Any]:
    """What the shops of some domains sell, by domain."""
    found: Mapping[str, Any] = _data()["goods"]
    return found


def premises() -> Sequence[str]:
    """What premises are called, whatever the trade."""
    found: Sequence[str] = _data()["premises"]["nouns"]
    return found


@cache
def outputs() -> Mapping[str, str]:
    """The table of what goes in or out, by the verbs that say so."""
    return {verb: table for table, verbs in _data()["outputs"].items() for verb in verbs}


def outcome_of(rate: str) -> str:
    """What rows are that a rate counts, as an adjective: the successful ones of a success rate."""
    return str(_data()["outcomes"].get(rate, ""))


def other_side(side: str) -> str:
    """The side that plays against another; empty where none is known: black against white."""
    return str(_data()["sides"].get(side, ""))


def said_of(noun: Words) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Words for values of columns of a noun that the values do not tell, by column."""
    found: Mapping[str, Mapping[str, Sequence[str]]] = _data()["nouns"].get(noun[-1], {}).get("said", {})
    return found


def is_rate(word: str) -> bool:
    """Whether a word is one for a rate by itself: turnout."""
    return word in _data()["rates_by_themselves"]["words"]


def is_joined_by_many(noun: str) -> bool:
    """Whether an event is one that each of many people is in one of: a class, a workshop, a camp."""
    return noun in _data()["joined_by_many"]["nouns"]


def recent() -> Mapping[str, int]:
    """How many days ago, at the most, what is in a state that does not last came to be."""
    found: Mapping[str, int] = _data()["recent"]
    return found


def ends() -> Sequence[str]:
    """States of which a row is in one at the most: what is paused is not cancelled."""
    found: Sequence[str] = _data()["ends"]["states"]
    return found


def at_one_place() -> frozenset[str]:
    """Places in which one thing happens at a time."""
    return frozenset(_data()["one_at_a_time"]["places"])
