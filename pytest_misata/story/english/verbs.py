"""What words of a story are by their form: participles, such as "brewed" and "sold", and verbs in the third person."""

from __future__ import annotations

IRREGULAR = frozenset(
    "drawn won lost sold paid unpaid done gone made left kept sent unsent held met built spent cut hurt torn worn "
    "read unread bought caught taught found born shown grown known flown begun chosen driven eaten given hidden ridden "
    "risen seen spoken stolen taken thrown woken written run set put fed bred led lent hit shot sung swum led laid dug "
    "brought thought understood prepaid postpaid rebuilt resold overpaid withdrawn "
    "broken frozen unsold woven upheld withheld forgiven forgotten bitten beaten struck stuck overdrawn "
    "cast shorn spun hung sewn sown mown".split()
)
"""Participles that no ending tells."""
PARTICLES = frozenset("out up in off down over back away on".split())
_NOT = frozenset("seed feed need bed shed speed weed reed breed indeed hundred kindred red bleed deed".split())


BEFALLING = frozenset(
    "sold adopted shipped delivered returned cancelled canceled repaired renewed vaccinated treated closed resolved "
    "completed finished paid unpaid rejected approved declined accepted lost stolen damaged retired scrapped churned "
    "left repaid refunded released replaced recalled serviced transferred promoted fired dismissed upgraded downgraded "
    "terminated expired graduated dropped withdrawn defaulted redeemed settled won converted unsubscribed deactivated "
    "reactivated suspended discharged exported rented leased cleaned painted restored digitised digitized translated "
    "audited tested calibrated inspected shelved destroyed died resigned quit neutered spayed microchipped rehomed "
    "fulfilled dispatched collected escalated answered used activated archived deleted banned granted licensed insured "
    "certified infected hospitalised hospitalized convicted acquitted paroled evicted divorced relocated refurbished "
    "extended upheld overturned pruned felled fined elected confiscated impounded auctioned relaunched "
    "refinanced foreclosed appealed overhauled rebuilt repainted reupholstered retuned tuned upcycled".split()
)
"""What befalls what was there before: rows are told apart by it, and came to be at another time."""


def is_participle(word: str) -> bool:
    """Whether a word is, by its form, what was done to something, or what it did."""
    return word in IRREGULAR or (word.endswith("ed") and len(word) > 3 and word not in _NOT)


def past(verb: str) -> str:
    """What was done where a verb says it: "failed" for "fail"; regular forms alone."""
    if is_participle(verb):
        return verb
    ending = f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else f"{verb}ed"
    return f"{verb}d" if verb.endswith("e") else ending


_DEEDS = {
    "fed": "feeding",
    "paid": "payment",
    "sold": "sale",
    "bought": "purchase",
    "buy": "purchase",
    "met": "meeting",
    "ridden": "ride",
    "driven": "drive",
    "read": "reading",
    "reporting": "reading",
    "logging": "reading",
    "sampling": "sample",
    "shot": "shoot",
}
"""Nouns of what is done that no form of the verb tells."""


def deeds_of(verb: str) -> tuple[str, ...]:
    """Nouns of what a verb says, by its form; the last of them there always is: "inspection", ..., "inspecting"."""
    if verb in _DEEDS:
        return (_DEEDS[verb],)
    regular = is_participle(verb) and verb.endswith("ed")
    stem = verb[:-2] if regular else verb.removesuffix("e")
    # "Emptied" is "emptying".
    stem = f"{stem[:-1]}y" if regular and stem.endswith("i") else stem
    return f"{stem}ion", f"{stem}ation", stem, f"{stem}e", f"{stem}ing"
