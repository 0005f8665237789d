"""Which of the tables that a story speaks of a state is likely to be of: orders are for delivery, and no items are.

What is known is what the domain files know: each lists the states of its own tables, and those of one trade's orders
are those of another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from pytest_misata.story.domain import Domain, domains
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Words, fits, kind_of, noun_of
from pytest_misata.story.english.plans import rank_of
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.english.words import plural
from pytest_misata.story.rates import RateHook, is_tied


def likely_table(words: Words, tables: Sequence[str], domain: Domain, *, lead: str = "") -> str | None:
    """The table, of those spoken of, that words are most likely a state of; the last of them where nothing tells.

    With a `lead` they are what something is for, by or from.
    """
    distinct = list(dict.fromkeys(reversed(tables)))
    # Plans and genres are what others are of, rather than in a state themselves.
    distinct = [table for table in distinct if kind_of(table) != "topic"] or distinct
    if len(distinct) < 2 or not words:
        return next(iter(distinct), None)
    if _are_people(words) and not lead and not words[0].endswith("ing") and singular_of(words[-1]) not in _COMING:
        # Beginners are people, whatever courses there are for them.
        distinct = [table for table in distinct if kind_of(table) == "person"] or distinct
    return next((table for table in distinct if is_known_of(words, table, domain)), distinct[0])


_COMING = frozenset({"timer", "newcomer", "regular", "tourist", "local", "walkin"})
"""Who comes, so that what is said of them is of their visits, rather than of those whom they come to."""


def may_be_of_nobody(words: Words, tables: Sequence[str], domain: Domain) -> bool:
    """Whether a noun for people is said where it is not certain who of those spoken of they are.

    Where nobody was spoken of it may be anybody, as it may where several were, and something else since.
    """
    if not words:
        return False
    spoken_of = list(dict.fromkeys(reversed(tables)))
    people = [table for table in spoken_of if kind_of(table) == "person"]
    known = any(is_known_of(words, table, domain) for table in spoken_of)
    certain = singular_of(words[-1]) in _COMING or len(spoken_of) < 2 or len(people) == 1 or people[:1] == spoken_of[:1]
    return _are_people(words) and not known and not certain


def _are_people(words: Words) -> bool:
    """Whether words are a noun in the plural that stands for people: "beginners"."""
    singular = singular_of(words[-1])
    return singular not in {None, words[-1]} and noun_of((str(singular),)).kind.name == "person"


def is_known_of(words: Words, table: str, domain: Domain) -> bool:
    """Whether a state is known of such rows: of those of a table called so, or of a kind that alone is in it."""
    return fits_kind(words, table) or bool(_nouns_in(words) & {*domain.names[table], _noun(table)})


def fits_kind(words: Words, table: str) -> bool:
    """Whether a state is one that rows of such a kind alone are in: meters leak, and readings do not."""
    kind = kind_of(table)
    return any(kind in fits().get(one, ()) for word in words for one in (word, singular_of(word) or word))


def known_rate(words: Sequence[str]) -> bool:
    """Whether words are a rate that a domain file lists: "churn", "no-show"."""
    return tuple(words) in _rates()


def past_of(words: Words) -> str:
    """What rows are that a rate counts: those of the churn have churned."""
    said = next(
        (phrase for phrases in _rates().get(words, ()) for phrase in phrases if is_participle(phrase[-1])), words
    )
    return "_".join(said)


@cache
def _rates() -> Mapping[Words, Sequence[tuple[Words, ...]]]:
    """The phrases that mean the same value, by those that are nouns of what happens to rows."""
    found: dict[Words, list[tuple[Words, ...]]] = defaultdict(list)
    for domain in domains():
        for hook in domain.rates:
            for phrases in hook.phrases.values() if not hook.rank else ():
                told = [phrase for phrase in phrases if (*phrase, "rate") in phrases]
                for phrase in told:
                    found[phrase].append(phrases)
    return found


@cache
def _nouns_in(words: Words) -> frozenset[Words]:
    """The nouns whose rows are known to be in a state."""
    found = [one for said in (words, (*words[:-1], plural(words[-1]))) for one in _states().get(said, ())]
    singular = (*words[:-1], singular_of(words[-1]) or words[-1])
    found += _states().get(singular, ())
    return frozenset(noun for one in found for noun in one)


@cache
def _states() -> Mapping[Words, Sequence[tuple[Words, ...]]]:
    """The names of the tables that each state is listed for, by the words for it."""
    found: dict[Words, list[tuple[Words, ...]]] = defaultdict(list)
    for domain in domains():
        for hook in domain.rates:
            made = domain.generator(hook)
            # What follows from a parent is no state that such rows are known by.
            for phrases in hook.phrases.values() if made is None or not is_tied(made) else ():
                for phrase in phrases:
                    found[phrase].append(domain.names[hook.table])
    return found


def _noun(table: str) -> Words:
    *before, last = table.split("_")
    return (*before, singular_of(last) or last)


PLANS = frozenset({("plan",), ("tier",), ("tariff",), ("membership",)})
"""What columns are called that tell what rows are on: "28% on business"."""


def is_of_plans(hook: RateHook) -> bool:
    """Whether the values of a column are what rows are on; tiers that nobody pays for are grades."""
    ranked = any(rank_of(value) is not None for value in hook.phrases)
    return tuple(hook.noun) in PLANS and (ranked or hook.noun != ("tier",))


def has_plans(table: str, domain: Domain) -> bool:
    """Whether a column of a table tells what rows are on."""
    return any(hook.table == table and is_of_plans(hook) for hook in domain.rates)


_MEDIA = frozenset({"platform", "channel", "device"})


@cache
def media() -> frozenset[str]:
    """What rows come by, or take place on, in any domain: "70% on Android" is no plan."""
    columns = (
        column
        for domain in domains()
        for table in domain.data["tables"].values()
        for name, column in table["columns"].items()
        if name in _MEDIA
    )
    return frozenset(str(value) for column in columns for value in column.get("values", ()))
