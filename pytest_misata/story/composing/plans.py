"""Plans that only the story knows: "10% on team, 20% on business" name plans of a SaaS otherwise than its file does.

A domain lists its plans with what follows from them: prices, seats, who pays nothing. A plan that it does not list
takes the place of one of which the story says nothing, by another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pytest_misata.story.composing.breakdowns import PERIODS
from pytest_misata.story.composing.parts import Parts
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.english.lexicon import Words
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Rate
from pytest_misata.story.grammar.fitting import PLANS, media
from pytest_misata.story.rates import RateHook

_FREE = "free"
_SAYING = frozenset({"plan", "plans", "tier", "tariff", "membership"})
_CHOSEN = ("when", "only", "sure", "past", "ahead")


class Plans(Parts):
    """Finds the plans that a story tells shares of and the domain does not list."""

    def renamed(self) -> list[tuple[RateHook, dict[str, str]]]:
        """By which other names plans of a column are to go."""
        facts = [fact for fact in self.read() if isinstance(fact, Rate)]
        found: list[tuple[RateHook, dict[str, str]]] = []
        hooks = {(one.table, one.column): one for one in reversed(self.domain.rates) if tuple(one.noun) in PLANS}
        for hook in hooks.values():
            told = self._named(hook) + [
                fact.value for fact in facts if (fact.hook.table, fact.hook.column) == (hook.table, hook.column)
            ]
            unknown, sure = self._unknown(hook)
            if unknown and (len(unknown) > 1 or sure or told):
                names = _places(hook, unknown, told)
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


def _is_listed(hook: RateHook, words: Words) -> bool:
    return any(words == phrase for phrases in hook.phrases.values() for phrase in phrases)


def _places(hook: RateHook, unknown: list[Words], told: list[str]) -> dict[str, str]:
    """Which plan each unknown one takes the place of; none where there are too few."""
    free = [value for value in hook.phrases if value not in told and "|" not in value]
    free = sorted(free, key=lambda value: value == _FREE)
    return {old: "_".join(new) for old, new in zip(free, unknown, strict=False)} if len(free) >= len(unknown) else {}


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
