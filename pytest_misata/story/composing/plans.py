"""Plans that only the story knows: "10% on team, 20% on business" name plans of a SaaS otherwise than its file does.

A domain lists its plans with what follows from them: prices, seats, who pays nothing. A plan that it does not list
takes the place of one of which the story says nothing, by another name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import combinations
from typing import Any

from pytest_misata.story.composing.breakdowns import PERIODS
from pytest_misata.story.composing.parts import Parts
from pytest_misata.story.composing.subscribed import Subscribers
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.english.lexicon import Words
from pytest_misata.story.english.plans import is_for_some, rank_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Rate
from pytest_misata.story.grammar.fitting import is_of_plans, media
from pytest_misata.story.rates import RateHook

_FREE = "free"
_SAYING = frozenset({"plan", "plans", "tier", "tariff", "membership"})
_CHOSEN = ("when", "only", "sure", "past", "ahead")


class Plans(Parts):
    """Finds the plans that a story tells shares of and the domain does not list."""

    def renamed(self) -> list[tuple[RateHook, dict[str, str]]]:
        """By which other names plans of a column are to go."""
        hooks = _of_plans(self.domain)
        if not hooks:
            return []
        facts = [fact for fact in self.read() if isinstance(fact, Rate)]
        mentions = list(Subscribers(self.tokens, self.domain).mentions())
        found: list[tuple[RateHook, dict[str, str]]] = []
        for hook in hooks:
            told = self._named(hook) + [
                fact.value for fact in facts if (fact.hook.table, fact.hook.column) == (hook.table, hook.column)
            ]
            unknown, sure = self._unknown(hook)
            on = [one.plan for one in mentions if one.table == hook.table]
            new = [plan for plan in dict.fromkeys(on) if plan not in unknown and not _is_listed(hook, plan)]
            unknown, sure = [*unknown, *new], sure or bool(new) or any(plan in unknown for plan in on)
            if unknown and (len(unknown) > 1 or sure or told):
                names = _places(self.domain, hook, unknown, told)
                found += [(hook, names)] if names else []
        return found

    def _named(self, hook: RateHook) -> list[str]:
        """The plans of a column that the story speaks of by the words for what one is on."""
        said = {
            self._text(at + 1 + (self._text(at + 1) == "the"))
            for at in range(len(self.tokens))
            if self._text(at) == "on"
        }
        return [value for value, phrases in hook.phrases.items() if any(" ".join(one) in said for one in phrases)]

    def _unknown(self, hook: RateHook) -> tuple[list[Words], bool]:
        """The plans that are none of a column's, and whether the story says that one is a plan."""
        found: list[Words] = []
        sure = False
        for at in range(len(self.tokens)):
            part = None if self.taken[at] else self._part(at)
            words = part.words if part and part.table == hook.table and not part.at < at else ()
            said = bool(words) and (words[-1] in _SAYING or (part is not None and self._text(part.end) in _SAYING))
            words = words[:-1] if words and words[-1] in _SAYING else words
            meant = part is not None and (part.lead == "on" or said) and len(words) == 1 and words[0] not in PERIODS
            if meant and words not in found and words[0] not in media() and not _is_listed(hook, words):
                found.append(words)
                sure |= said
        return found, sure


def _of_plans(domain: Domain) -> list[RateHook]:
    """Every column of plans, with the words for all that it lists."""
    found: dict[tuple[str, str], RateHook] = {}
    for hook in (one for one in domain.rates if is_of_plans(one)):
        known = found.setdefault((hook.table, hook.column), hook)
        found[hook.table, hook.column] = replace(known, phrases={**hook.phrases, **known.phrases})
    return list(found.values())


def _is_listed(hook: RateHook, words: Words) -> bool:
    return any(words == phrase for phrases in hook.phrases.values() for phrase in phrases)


def _places(domain: Domain, hook: RateHook, unknown: list[Words], told: list[str]) -> dict[str, str]:
    """Which plan each unknown one takes the place of, so that the dearer ones are dearer; none where there are too few.

    What is free of charge stays so while there are others.
    """
    prices = prices_of(domain, hook)
    free = [value for value in hook.phrases if value not in told and "|" not in value]
    paid = [value for value in free if value != _FREE and prices.get(value) != 0][:_MOST]
    ranked = sorted(unknown, key=lambda words: _rank(words[-1]))
    if len(free) < len(unknown):
        return {}
    if len(paid) < len(unknown):
        slots = [*paid, *(value for value in free if value not in paid)]
        return {old: "_".join(new) for old, new in zip(slots, ranked, strict=False)}
    by_price = sorted(paid, key=lambda value: (prices.get(value, _rank(value)), free.index(value)))
    known = [(_rank(value), prices.get(value, _rank(value))) for value in told]

    def misfit(chosen: Sequence[str]) -> tuple[int, int, float]:
        new = [(_rank(words[-1]), prices.get(old, _rank(old))) for old, words in zip(chosen, ranked, strict=True)]
        pairs = [*known, *new]
        wrong = sum(one[0] < two[0] and one[1] > two[1] for one in pairs for two in pairs)
        some = sum(map(is_for_some, chosen))
        return wrong, some, sum(abs(_rank(old) - rank) for old, (rank, _) in zip(chosen, new, strict=True))

    best = min(combinations(by_price, len(ranked)), key=misfit)
    return {old: "_".join(new) for old, new in zip(best, ranked, strict=True)}


_MOST = 14
"""Plans of a domain that are looked at, at the most."""


def _rank(plan: str) -> float:
    """Where a plan stands among others; one of a name that tells nothing is in the middle."""
    rank = rank_of(plan)
    return _MIDDLE if rank is None else rank


_MIDDLE = 4.5


def prices_of(domain: Domain, hook: RateHook) -> dict[str, float]:
    """What each plan of a column costs, where the domain tells."""
    tables = domain.data["tables"]
    columns = tables[hook.table]["columns"]
    lookup, _, key = str(columns[hook.column].get("references", "")).partition(".")
    if lookup:
        listed = tables[lookup]["columns"]
        costs = next((one.get("values", ()) for name, one in listed.items() if "price" in name or "fee" in name), ())
        return dict(zip(listed[key].get("values", ()), map(float, costs), strict=False))
    maps = (one for one in columns.values() if one.get("kind") == "map" and one.get("of") == hook.column)
    price = next(maps, None)
    values = {value: price["values"].get(value, price.get("default")) for value in hook.phrases} if price else {}
    return {value: float(cost) for value, cost in values.items() if _is_number(cost)}


def _is_number(cost: object) -> bool:
    return str(cost).replace(".", "", 1).isdigit()


def with_plans(tokens: list[Token], domain: Domain) -> Domain:
    """The domain, in which plans go by the names that the story gives them."""
    found = Plans(tokens, domain).renamed()
    if not found:
        return domain
    data = deepcopy(dict(domain.data))
    for hook, names in found:
        columns = data["tables"][hook.table]["columns"]
        lookup = str(columns[hook.column].get("references", "")).partition(".")[0]
        data["tables"] = {
            key: _in_table(table, hook.column, names, is_lookup=key == lookup) for key, table in data["tables"].items()
        }
        data["rates"] = [_in_rate(rate, hook.column, names) for rate in data.get("rates", ())]
    made = domain_of(data, f"the plans of {domain.title}")
    return replace(made, composed=domain.composed, described=domain.described)


def _in_table(table: Mapping[str, Any], column: str, names: Mapping[str, str], *, is_lookup: bool) -> dict[str, Any]:
    columns = {
        name: _swapped(made, names) if is_lookup or name == column else _renamed(made, column, names)
        for name, made in table["columns"].items()
    }
    rules = {
        part: {name: _in_sql(sql, column, names) for name, sql in table[part].items()}
        for part in ("checks", "rules")
        if part in table
    }
    return {**table, **rules, "columns": columns}


def _in_sql(sql: Any, column: str, names: Mapping[str, str]) -> Any:
    if not isinstance(sql, str) or column not in sql:
        return sql
    for old, new in names.items():
        sql = sql.replace(f"'{old}'", f"'{new}'")
    return sql


def _in_rate(rate: Mapping[str, Any], column: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A share that may be stated, with the words of plans by their new names."""
    found = {**rate}
    if str(rate["column"]).rpartition(".")[2] == column:
        words = rate["words"]
        new = {name: [name.replace("_", " ")] for name in names.values()}
        found["words"] = {_in_list(value, names): words[value] for value in words if value not in names} | new
    if "remade" in rate:
        found["remade"] = {
            place: _swapped(made, names) if place.rpartition(".")[2] == column else _renamed(made, column, names)
            for place, made in rate["remade"].items()
        }
    return found


def _in_list(value: str, names: Mapping[str, str]) -> str:
    return "|".join(names.get(one, one) for one in value.split("|"))


def _swapped(node: Any, names: Mapping[str, str]) -> Any:
    """What tells of plans itself, with all of them renamed."""
    if isinstance(node, Mapping):
        return {names.get(key, key): _swapped(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_swapped(one, names) for one in node]
    titles = {old.replace("_", " ").title(): new.replace("_", " ").title() for old, new in names.items()}
    return {**titles, **names}.get(node, node) if isinstance(node, str) else node


def _renamed(node: Any, column: str, names: Mapping[str, str]) -> Any:
    """What goes by plans, with those that it goes by renamed."""
    if isinstance(node, list):
        return [_renamed(one, column, names) for one in node]
    if not isinstance(node, Mapping):
        return node
    by = {str(node.get(name)).rpartition(".")[2] for name in ("of", "by") if isinstance(node.get(name), str)}
    found = {}
    for name, value in node.items():
        if name in _CHOSEN and isinstance(value, Mapping):
            found[name] = {
                path: _swapped(told, names) if path.rpartition(".")[2] == column else told
                for path, told in value.items()
            }
        elif isinstance(value, Mapping) and column in by:
            found[name] = _swapped(value, names)
        else:
            found[name] = _renamed(value, column, names)
    return found
