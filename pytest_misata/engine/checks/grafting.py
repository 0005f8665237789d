"""Texts with a part that CHECKs ask for, and of which the rest is as usual: `path LIKE '/srv/%'`, `'%@acme.com'`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.sets import Texts, Values
from pytest_misata.schema.config import Generator

Objects = NDArray[np.object_]
_SIGN, _ADDRESS = "@", "://"
_SAID = frozenset({"prose", "choice", "phrase"})
_SENTENCE = 24
"""Characters that even short sentences have."""
_WORD = 3
"""Letters of a part that stands as a word of its own."""
_MOST = 4000
"""Characters of a text in a column without a length."""


def at_host(generator: Generator, values: Texts) -> Generator:
    """Addresses at the host that all of the texts end with, where they do."""
    told = values.language.told if values.words is None else None
    if generator.kind != "email" or not told or not told.startswith(_SIGN) or "." not in told:
        return generator
    return Generator(generator.kind, {**generator.options, "host": told.removeprefix(_SIGN)})


def long_enough(generator: Generator, values: Texts) -> Generator:
    """Prose of so many sentences that most of it is as long as all of the texts are."""
    shortest = values.language.shortest if values.words is None else None
    if generator.kind != "prose" or not shortest or shortest < _SENTENCE:
        return generator
    count = shortest // _SENTENCE + 1
    return Generator(generator.kind, {**generator.options, "sentences": [count, count + 2]})


def is_named(generator: Generator) -> bool:
    """Whether a column holds names or codes, beside which a part that is asked for may stand: no sentence, no word."""
    return generator.kind not in _SAID and generator.options.get("of") != "word"


def grafting(values: Values, longest: int | None) -> Callable[[Objects], Objects] | None:
    """What puts the part that is asked for into texts; None where no part is, or the texts are a list."""
    if not isinstance(values, Texts) or values.words is not None or not values.language.told:
        return None
    told, most = values.language.told, _MOST if longest is None else longest

    def graft(text: Any) -> Any:
        grown = _grown(told, text) if isinstance(text, str) and text else ()
        return next((one for one in grown if len(one) <= most and one in values), text)

    return lambda texts: np.array([graft(text) for text in texts.tolist()], dtype=object)


def _grown(told: str, text: str) -> Iterator[str]:
    """The text with a part at its end, at its beginning or beside it, as one would write that."""
    if not told[0].isalnum() and (head := text.split(told[0])[0]):
        yield head + told
    if _ADDRESS in text:
        return
    rest = text.lstrip(told[-1]) if told[-1] == "/" else text
    if told.isalpha() and len(told) >= _WORD:
        yield f"{told} {text}"
        yield f"{text} {told}"
    elif rest[:1].isalnum() and not told.isalnum():
        yield told + rest
