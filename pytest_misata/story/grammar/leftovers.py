"""What a story says beyond the facts read from it: phrase by phrase, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from pytest_misata.story.domain import Domain
from pytest_misata.story.english import words
from pytest_misata.story.english.introductions import introduction
from pytest_misata.story.english.naming import Words
from pytest_misata.story.english.plans import plan_on
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.english.words import plural
from pytest_misata.story.facts import Subject, Unplaced

FILLER = frozenset(
    """a an the this that which who whose there here it its it's their they them we i my our us me you your
    is are be was were has have having had do does can will would should
    of with and or plus also as well for to in on at by from across among about around approximately roughly
    some all any company companies startup startups start up business firm app application platform service
    website web site system product tool database data dataset set schema table tables row rows
    record records sample samples example test tests testing dev staging please give make made create created
    generate generated need want wants build simple typical realistic random fake mock dummy synthetic contains
    group organisation organization enterprise corporation chain provider operator office department
    selling sells sell offering offers running runs managing manages operating operates tracking tracks keeping keeps
    serving serves handling handles organising organizing recording records specialising specializing let's lets
    taking collecting producing sending reporting logging
    containing contain includes including include consists consisting holds holding where total altogether number own
    """.split()
)
"""Words that change nothing in the data."""

_BREAKS = frozenset({"and", "with", "plus", "where", "but"})


def leftovers(tokens: Sequence[Token], taken: Sequence[bool], domain: Domain) -> Iterator[Subject | Unplaced]:
    """The words no fact is made of, phrase by phrase: tables that are only named, and what was not understood."""
    begun = introduction(tokens)
    for clause in _clauses(tokens[begun:], taken[begun:]):
        meaningful = _meaningful(clause, domain) or plan_on(clause, 0)
        if not meaningful:
            table = next((name for name in domain.names if _names(clause, domain.names[name])), None)
            if table:
                yield Subject(clause[0].start, clause[-1].end, f"the table {table}")
            continue
        if _tells_how(tokens, clause):
            yield Subject(clause[0].start, clause[-1].end, "how what is counted after it came about")
            continue
        yield Unplaced(clause[0].start, clause[-1].end, _reason(clause, domain))


def _tells_how(tokens: Sequence[Token], clause: Sequence[Token]) -> bool:
    """Whether a clause is but the verb before a number: the "bought" of "a scrapyard that bought 800 loads"."""
    after = next((token for token in tokens if token.start >= clause[-1].end), None)
    told = len(clause) == 1 and (is_participle(clause[0].text) or clause[0].text.endswith("ing"))
    if not told or after is None or after.article:
        return False
    dated = after.text.partition(" ")[0] in {"in", "during", "since", "between", "from"} and is_participle(
        clause[0].text
    )
    return after.kind in {"number", "range"} or dated or (after.kind == "percent" and clause[0].text == "paid")


def _clauses(tokens: Sequence[Token], taken: Sequence[bool]) -> Iterator[list[Token]]:
    """Runs of tokens that are not taken, parted at punctuation and conjunctions, without filler at their ends."""
    run: list[Token] = []
    past = 0
    for at, (token, used) in enumerate(zip(tokens, taken, strict=True)):
        plan = None if used or at < past else plan_on(tokens, at)
        if plan is not None:
            # "On enterprise" and "on plus" are no filler, and no conjunction.
            said = next(_trimmed(run), [])
            yield [*run[run.index(said[0]) if said else len(run) :], *tokens[at : plan[1]]]
            run, past = [], plan[1]
        if at < past:
            continue
        if used or token.kind == "stop" or token.text in _BREAKS:
            yield from _trimmed(run)
            run = []
        else:
            run.append(token)
    yield from _trimmed(run)


def _trimmed(run: list[Token]) -> Iterator[list[Token]]:
    while run and _is_filler(run[-1]):
        run = run[:-1]
    # A preposition before what it belongs to is part of the phrase: "in Germany".
    while run and _is_filler(run[0]) and not (run[0].text in _LEADS and len(run) > 1 and not _is_filler(run[1])):
        run = run[1:]
    if run:
        yield run


_LEADS = frozenset({"in", "on", "from", "at", "by", "for", "to", "who", "of"})


def _is_filler(token: Token) -> bool:
    return token.article or token.text in FILLER or (token.kind == "symbol" and not token.text.isalnum())


def _meaningful(clause: Sequence[Token], domain: Domain) -> list[Token]:
    """The tokens of a clause that are neither filler nor the name of a table."""
    found: list[Token] = []
    at = 0
    phrases = [phrase for names in domain.names.values() for phrase in names]
    while at < len(clause):
        size = _length(clause, at, phrases)
        if not size and not _is_filler(clause[at]):
            found.append(clause[at])
        at += size or 1
    return found


def _length(clause: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    texts, ends = spoken(list(clause), at)
    size = max((words.length_of_match(texts, phrase) for phrase in phrases), default=0)
    return ends[size - 1] - at if size else 0


def _names(clause: Sequence[Token], phrases: Sequence[tuple[str, ...]]) -> bool:
    return any(_length(clause, at, phrases) for at in range(len(clause)))


_REASONS = {
    "percent": "no rate of {scope} is meant",
    "money": "no amount of a column is meant",
    "date": "no span of time is meant",
    "range": "no range of a column or of rows per row is meant",
}


def listing(names: Collection[str]) -> str:
    """Names for a message, the first ones where there are many."""
    shown, rest = list(names)[:_SHOWN], len(names) - _SHOWN
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


_SHOWN = 20


def near_miss(said: Words, domain: Domain) -> str | None:
    """The name of a table that words are nearly: "custmers"."""
    names = {" ".join((*name[:-1], plural(name[-1]))) for table in domain.names.values() for name in table}
    found = get_close_matches(" ".join(said), names, n=1, cutoff=_CLOSE)
    return found[0] if found else None


_CLOSE = 0.84
"""How alike two words are that could be one misspelt: "custmers" and "customers", not "tables" and "tablets"."""


def _reason(clause: Sequence[Token], domain: Domain) -> str:
    kinds = {token.kind for token in clause}
    for kind, reason in _REASONS.items():
        if kind in kinds:
            return reason.format(scope=domain.scope)
    if "number" in kinds:
        close = near_miss(tuple(token.text for token in clause if token.kind == "word"), domain)
        if close:
            return f"no table of {domain.scope} is called so; did you mean {close!r}?"
        return f"no table of {domain.scope} is meant; it has {listing(domain.names)}"
    return "nothing in the data stands for it"
