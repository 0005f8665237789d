"""Words to draw from: names by frequency from Faker's tables, and the data files of this package."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Any

import tomli

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.errors import GenerationError


@lru_cache(maxsize=32)
def data_file(name: str) -> dict[str, Any]:
    """A JSON file of `engine/data`."""
    text = files("pytest_misata.engine").joinpath("data", name).read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@lru_cache(maxsize=16)
def toml_file(name: str) -> dict[str, Any]:
    """A TOML file of `engine/data`."""
    return tomli.loads(files("pytest_misata.engine").joinpath("data", name).read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Words:
    """Words and how often each is met."""

    words: tuple[str, ...]
    weights: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """A hash of the words and weights, which tells whether two runs drew from the same list."""
        lines = "\n".join(f"{word}\t{weight}" for word, weight in zip(self.words, self.weights, strict=True))
        return sha256(lines.encode()).hexdigest()


class Vocabulary:
    """The vocabularies of one locale, and of others beside it. `used` tells which were read, with a hash of each."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.used: dict[str, str] = {}

    def words(self, kind: str, *attributes: str, locale: str | None = None) -> Words:
        """The first of some tables of a Faker provider that the locale has, or several of them together."""
        provider = _provider(kind, locale or self.locale)
        for attribute in attributes:
            if words := _words(provider, attribute):
                self.used[f"{provider.__module__.removesuffix('.Provider')}.{attribute}"] = words.sha256
                return words
        raise GenerationError(f"Faker has no {attributes[0]} for the locale {locale or self.locale!r}")


def _provider(kind: str, locale: str) -> Any:
    """Faker's provider class for a locale; the American one where Faker knows the locale for other things only."""
    module = faker_module(kind, locale) or import_module(f"faker.providers.{kind}.en_US")
    return module.Provider


def faker_module(kind: str, locale: str) -> ModuleType | None:
    """Faker's words of a kind for a locale; None where it has none."""
    try:
        return import_module(f"faker.providers.{kind}.{locale}")
    except ModuleNotFoundError:
        return None


@lru_cache(maxsize=256)
def _words(provider: Any, attribute: str) -> Words | None:
    table = getattr(provider, attribute, None)
    return _as_words(table) if table else None


def _as_words(table: Mapping[str, float] | Iterable[str]) -> Words:
    """Weights become integers in millionths of the whole; a word listed twice counts twice."""
    weights: dict[str, int | Fraction] = {}
    if isinstance(table, Mapping):
        for word, weight in table.items():
            weights[str(word)] = weights.get(str(word), 0) + exact(weight)
    else:
        weights.update(Counter(map(str, table)))
    total = sum(weights.values())
    return Words(tuple(weights), tuple(max(1, int(weight * 10**6 // total)) for weight in weights.values()))
