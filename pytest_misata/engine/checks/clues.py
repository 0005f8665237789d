"""What other values of a column are proposed from, where conditions can be evaluated and not solved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clue:
    """What a proposal is made from: the row as it is, the column, what its conditions mention, and the bits."""

    row: Mapping[str, Any]
    name: str
    others: Sequence[str]
    texts: Sequence[str]
    numbers: Sequence[Any]
    bits: int
    paths: Sequence[tuple[Any, ...]] = ()
    """The members of the document that conditions mention."""

    @property
    def value(self) -> Any:
        return self.row[self.name]

    def below(self, bound: int, turn: int = 0) -> int:
        """A number from 0 to `bound` - 1; another one for each turn."""
        return int.from_bytes(hashlib.blake2b(f"{self.bits}/{turn}".encode(), digest_size=6).digest()) % max(bound, 1)

    def one_of(self, values: Sequence[Any], turn: int = 0) -> Any:
        return values[self.below(len(values), turn)] if values else None

    def peers(self, *kinds: type) -> list[Any]:
        """Values of the other columns that are of some kinds."""
        found = [self.row[name] for name in self.others]
        return [value for value in found if isinstance(value, kinds) and not isinstance(value, bool)]


Proposal = Callable[[Clue], Any]


def between(clue: Clue) -> int:
    """A whole number between two that the conditions mention."""
    low, high = sorted(int(clue.one_of(clue.numbers or [0, 100], turn)) for turn in (1, 2))
    return low + clue.below(high - low + 1, 3)
