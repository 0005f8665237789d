"""The shares that a story states, put into the generator of a column."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pytest_misata.schema.config import Generator
from pytest_misata.story.rates import GENDERS, is_barred, is_tied


def restated(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    """The generator, of which each value has the share stated."""
    return _RESTATED.get(generator.kind, _present)(generator, shares)


NEITHER = "other"
"""What the people are called of whom a story says neither."""


def values_of(generator: Generator) -> list[str]:
    """The values that shares may be stated of."""
    if generator.kind == "gender":
        return [*(str(value) for value in generator.options.get("values", GENDERS)[:2]), NEITHER]
    return [str(value) for value in generator.options.get("values", ("true", "false"))]


def _flag(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    kept = {name: value for name, value in generator.options.items() if name != "cases"}
    return replace(generator, options={**kept, "rate": str(_share_of_true(shares)), "exact": True})


def _present(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    """A column that is there in the rows it is true of, and NULL in the others, whatever other columns say of it."""
    rate = str(1 - _share_of_true(shares))
    kept = {name: option for name, option in generator.options.items() if name not in {"when", "sure", "there_with"}}
    return replace(generator, options={**kept, "null_rate": rate, "exact_nulls": True})


def _share_of_true(shares: dict[str, Fraction]) -> Fraction:
    return shares["true"] if "true" in shares else 1 - shares["false"]


def _choice(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    """The values stated get their shares; the others share the rest as before, or evenly where they had none.

    The shares are of the whole table, whatever its rows are otherwise: cases no longer tell them apart.
    """
    if is_tied(generator, siblings=True) or is_barred(generator):
        return _apportioned(generator, shares)
    values = [str(value) for value in generator.options["values"]]
    weights = [Fraction(weight) for weight in generator.options.get("weights") or [1] * len(values)]
    usual = dict(zip(values, weights, strict=True))
    others = {value: weight for value, weight in usual.items() if value not in shares}
    if not any(others.values()):
        others = dict.fromkeys(others, Fraction(1))
    rest, whole = Fraction(1 - sum(shares.values())), Fraction(sum(others.values()))
    new = [shares[value] if value in shares else others[value] * rest / whole for value in values]
    kept = {name: value for name, value in generator.options.items() if name != "cases"}
    told = [value for value in generator.options["values"] if str(value) in shares]
    weighted = {"weights": [str(weight) for weight in new], "exact": True, "stated": told}
    return replace(generator, options={**kept, **weighted})


def _apportioned(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    """The values stated get their shares, as far as they can among the rows that follow from no other row."""
    options = dict(generator.options)
    values = options["values"]
    tied = [{"when": case["when"], "weights": case["weights"]} for case in options.pop("cases")]
    weights = options.get("weights") or [1] * len(values)
    told = {value: str(share) for value, share in shares.items()}
    return Generator("apportioned", {**options, "weights": weights, "tied": tied, "shares": told})


def _gender(generator: Generator, shares: dict[str, Fraction]) -> Generator:
    """A share of women; the names of the rows go with it. What women and men leave is neither."""
    women, men = (str(value) for value in generator.options.get("values", GENDERS)[:2])
    share = shares[women] if women in shares else 1 - sum(shares.values())
    options = {**generator.options, "women": str(share)}
    left = 1 - share - shares[men] if len(shares) > 1 else 0
    return replace(
        generator, options=options | ({"values": [women, men, NEITHER], "neither": str(left)} if left else {})
    )


_RESTATED = {"flag": _flag, "choice": _choice, "gender": _gender}
