"""What each fact of a story became, in words for a person to read."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.story.facts import Aged, Amount, AnyFact, Count, Currency, Rate, Ratio, Shape, Subject, When, Where


def meaning(fact: AnyFact) -> str:
    """What a fact became, in words."""
    if isinstance(fact, Count):
        return f"{fact.table}: {fact.rows:,} rows"
    if isinstance(fact, Ratio) and fact.some:
        return f"{fact.child}: one for {_percent(fact.number)} of {fact.parent}"
    if isinstance(fact, Ratio) and fact.across:
        each = "one" if fact.times == 1 else fact.times
        return f"{fact.child}: {each} for each row of {fact.parent} and each of {fact.across}"
    if isinstance(fact, Ratio):
        return f"{fact.child}: {_per_parent(fact)} per row of {fact.parent}{', each' if fact.each else ' on average'}"
    if isinstance(fact, Rate):
        part = "the rest of the rows" if fact.share is None else _percent(fact.share)
        part = part if fact.rows is None else f"{fact.rows:,} rows"
        since = f", {fact.since}" if fact.since else ""
        return f"{fact.hook.table}.{fact.hook.column}: {fact.value} in {part}{since}"
    if isinstance(fact, Where):
        part = "all rows" if fact.share is None else _percent(fact.share)
        part = part if fact.rows is None else f"{fact.rows:,} rows"
        way = {"origin": "from", "destination": "to"}.get(fact.role, "in")
        return f"{fact.table or 'all places'}: {part} {way} {fact.country}"
    if isinstance(fact, Amount):
        if fact.among:
            return f"{fact.where}: one of {', '.join(map(_plain, fact.among))}"
        said = f"{_plain(fact.low)} to {_plain(fact.high)}" if fact.statistic == "bounds" else _plain(fact.low)
        unit = f" {fact.unit}" + ("s" if fact.low != 1 else "") if fact.unit else ""
        return f"{fact.where}: {'' if fact.statistic == 'bounds' else fact.statistic + ' '}{said}{unit}"
    if isinstance(fact, Aged):
        part = _percent(fact.share) if fact.share is not None else f"{fact.rows:,} rows"
        return f"{fact.where}: {part} from {fact.low} to {fact.high} years old"
    if isinstance(fact, Currency):
        return f"every currency: {fact.code}"
    if isinstance(fact, When):
        return f"{fact.table or 'all data'}: {fact.days}"
    if isinstance(fact, Shape):
        return fact.became
    return fact.meaning if isinstance(fact, Subject) else getattr(fact, "reason", "")


def _per_parent(ratio: Ratio) -> str:
    if ratio.bounds is None:
        return _plain(ratio.number)
    low, high = ratio.bounds
    return f"at least {low:,}" if high is None else f"{low:,} to {high:,}"


def _percent(share: Fraction) -> str:
    return f"{_plain(share * 100)}% of the rows"


def _plain(number: Fraction) -> str:
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):g}"
