"""Columns of text that are to be the same as others, or to differ from them: what that leaves each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING

from pytest_misata.engine.checks import languages
from pytest_misata.engine.checks.atoms import Pair
from pytest_misata.engine.checks.sets import Domain, Texts
from pytest_misata.engine.checks.setting import Setting, everything, fitting
from pytest_misata.schema.config import TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Way

_FAR = 2**31


def shortest_first(table: TableConfig) -> list[str]:
    """The columns, those first that have the least room: what fits there fits in the others too."""
    return sorted(table.columns, key=lambda name: table.columns[name].type.length or _FAR)


def settled(way: Way, setting: Setting) -> Way | None:
    """The way with what its pairs and the lengths of columns leave of their domains; None where nothing is left.

    Where two columns are the same as a third one they are a pair of their own.
    """
    domains = dict(way.domains)
    classes = _classes(way.pairs)
    for names in classes:
        _share(names, domains, setting)
    for pair in way.pairs:
        if pair.same:
            continue
        if any(set(pair.columns) <= set(names) for names in classes):
            return None
        _spare(pair, domains, setting)
    fitted = {name: fitting(domain, setting.table.columns[name]) for name, domain in domains.items()}
    if not all(fitted.values()):
        return None
    same = [Pair(left, right, same=True) for names in classes for left, right in combinations(names, 2)]
    return replace(way, domains=fitted, pairs=(*same, *(pair for pair in way.pairs if not pair.same)))


def _classes(pairs: Sequence[Pair]) -> list[list[str]]:
    """Columns that are all the same."""
    joined: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.same:
            together = list(dict.fromkeys([*joined.get(pair.left, [pair.left]), *joined.get(pair.right, [pair.right])]))
            joined.update(dict.fromkeys(together, together))
    return list({id(names): names for names in joined.values()}.values())


def _domain(name: str, domains: Mapping[str, Domain], setting: Setting) -> Domain:
    column = setting.table.columns[name]
    return fitting(domains.get(name, everything(column)), column)


def _share(names: Sequence[str], domains: dict[str, Domain], setting: Setting) -> None:
    """Leave the same columns what all of them may be, as long as the shortest of them."""
    found = {name: _domain(name, domains, setting) for name in names}
    texts = [domain.values for domain in found.values() if isinstance(domain.values, Texts)]
    if len(texts) < len(found):
        return
    shared = reduce(lambda a, b: a & b, texts)
    for name, domain in found.items():
        alike = replace(domain, values=shared)
        domains[name] = reduce(lambda left, other: fitting(left, setting.table.columns[other]), names, alike)


def _spare(pair: Pair, domains: dict[str, Domain], setting: Setting) -> None:
    """Where one of two columns that differ has one value, the other does without it."""
    for name, other in (pair.columns, pair.columns[::-1]):
        mine, theirs = _domain(name, domains, setting), _domain(other, domains, setting)
        word = _one_word(mine)
        if word is None or not isinstance(theirs.values, Texts):
            continue
        if theirs.values.words is not None:
            left = Texts(words=tuple(text for text in theirs.values.words if text != word))
        else:
            left = theirs.values & Texts(~languages.listed([str(word)]))
        domains[other] = replace(theirs, values=left)


def _one_word(domain: Domain) -> object:
    words = domain.values.words if isinstance(domain.values, Texts) else None
    return words[0] if words and len(words) == 1 and not domain.null else None
