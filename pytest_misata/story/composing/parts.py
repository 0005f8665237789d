"""Shares of what no column tells: "40% in BTC, 35% in ETH and the rest in USDT" ask for a column of those values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_misata.story.composing.breakdowns import PERIODS, Breakdown
from pytest_misata.story.composing.conditions import GENDERED, tells_a_state, tells_what_was_done
from pytest_misata.story.composing.following import follows
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.idioms import idiom, standing
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Words, is_no_state, is_somebody, kind_of, noun_of, other_side
from pytest_misata.story.english.naming import also_listed, column_listing
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.fitting import PLANS, fits_kind, has_plans, likely_table, may_be_of_nobody, media
from pytest_misata.story.grammar.saying import STOPS
from pytest_misata.story.grammar.shares import AGENTS
from pytest_misata.story.grammar.values import SUBJECT_ENDS

_LEADS = {
    "in": "type",
    "on": "channel",
    "by": "method",
    "via": "method",
    "through": "channel",
    "using": "method",
    "with": "type",
    "from": "source",
    "for": "purpose",
    "at": "site",
    "to": "target",
    "under": "type",
}
"""What a column of values is called, by the word that leads to them."""
_NAMING = frozenset("type size grade class level tier category zone rank group series model band".split())
"""What a column of values is called, said before them: "38% type O positive", "a third size L"."""
_AUXILIARIES = frozenset(
    "are is were was be being go goes come comes paid made done booked placed sold ordered still already "
    "currently now".split()
)
_BETWEEN = frozenset({",", "and", ";", "&", "/"})
_AFTER = frozenset("and or with while but plus where the".split())
_NOUNS = frozenset("billing plan plans contract contracts tier basis license licence payment shift shifts".split())
"""What values of a column are called after them, and the column with them: "on annual billing"."""
SEXES = (("female",), ("male",))
_UNKNOWN = ("unknown",)
_DEVICE = "device"
_HAPPENING = frozenset({"happening", "occasion", "document", "money", "measurement"})
_AGENTS = frozenset({"person", "organisation"})
_WINNER = "winner"
_LONGEST = 3
_FALLBACKS = ("kind", "type", "category", "part")


@dataclass(frozen=True, slots=True)
class Part:
    """A value with a share: from which token to before which, of which table, and the word that leads to it."""

    at: int
    end: int
    table: str | None
    lead: str
    words: Words
    rest: bool


class Parts(Reader):
    """Finds runs of shares whose values no column of the domain has."""

    _idioms = False
    """Whether states of several words are parts as well."""

    def find(self) -> Iterator[Breakdown]:
        """Every column that such shares ask for, in the order of the story."""
        self.read()
        yield from self._even_splits()
        yield from self._labels()
        yield from self._comparisons()
        at = 0
        while at < len(self.tokens):
            run = self._run_of_parts(at)
            at = run[-1].end if run else at + 1
            found = self._breakdown(run)
            if found is not None:
                yield found

    def _comparisons(self) -> Iterator[Breakdown]:
        """Twice as many imports as exports, of which no table and no column tells."""
        for at in range(len(self.tokens)):
            _, start = self._times(at)
            if self.taken[at] or start == at or self._said(start, start + 2) != ["as", "many"]:
                continue
            one = self._words(start + 2)
            joint = self._past(start + 2, one)
            other = self._words(joint + 1) if one and self._text(joint) == "as" else ()
            known = self._table(start + 2) or self._table(joint + 1)
            table = likely_table(one, self._topics(at), self.domain) if other and not known else None
            if table is not None and not self.domain.is_list(table):
                there = self.domain.data["tables"][table]["columns"]
                yield Breakdown(table, next(name for name in _FALLBACKS if name not in there), (one, other), whole=True)

    def _labels(self) -> Iterator[Breakdown]:
        """Adults 60%, children 40%: values before their shares, which make a whole."""
        at = 0
        while at < len(self.tokens):
            run, first = list(self._labelled_from(at)), at
            at = run[-1][1] if len(run) > 1 else at + 1
            said = [words for words, _, _ in run]
            if len(run) < 2 or sum(share for _, _, share in run) != 1 or len(set(said)) < len(said):
                continue
            table = likely_table(said[0], self._topics(at), self.domain)
            listed = column_listing(said)
            if table is not None and not self.domain.is_list(table) and listed:
                found = self._in_a_list(listed, first, table, said, whole=True)
                yield from [found] if found else []
            elif table is not None and not self.domain.is_list(table) and said[0][0] not in GENDERED:
                there = self.domain.data["tables"][table]["columns"]
                yield Breakdown(table, next(name for name in _FALLBACKS if name not in there), tuple(said), whole=True)

    def _labelled_from(self, at: int) -> Iterator[tuple[Words, int, Fraction]]:
        """Each value of a list from here on, with the token after its share, and the share."""
        while (words := self._words(at)) and not (self._hook(at, None) or self._country(at) or self.taken[at]):
            share = self._past(at, words)
            share += self._text(share) in {":", "="}
            if self._kind(share) != "percent":
                return
            yield words, share + 1, self.tokens[share].value
            at = share + 1
            while self._text(at) in _BETWEEN | {"by", "in"}:
                at += 1

    def _even_splits(self) -> Iterator[Breakdown]:
        """Split evenly between A and B, of which no column tells."""
        for at in range(len(self.tokens)):
            end = None if self.taken[at] else self._even_split(at)
            while end is not None and self._text(end) in {"between", "among", "across", "into", "in"}:
                end += 1
            said = list(self._items(end)) if end is not None else []
            table = likely_table(said[0], self._topics(at), self.domain) if len(said) > 1 else None
            if table is not None and not self.domain.is_list(table) and said[0][0] not in GENDERED:
                there = self.domain.data["tables"][table]["columns"]
                yield Breakdown(table, next(name for name in _FALLBACKS if name not in there), tuple(said), whole=True)

    def _items(self, at: int) -> Iterator[Words]:
        """The values of a list: A, B and C."""
        while (words := self._words(at)) and not self._hook(at, None) and not self._country(at):
            yield words
            at = self._past(at, words)
            if self._text(at) not in _BETWEEN:
                return
            while self._text(at) in _BETWEEN:
                at += 1

    def _run_of_parts(self, at: int) -> list[Part]:
        run: list[Part] = []
        while (part := self._next(at, run)) is not None and (not run or _goes_on(run[-1], part)):
            if run and (run[-1].rest or self._sum(run) == 1):
                # They are all that there is: what follows is said of something else.
                break
            run.append(part)
            at = part.end
            while self._text(at) in _BETWEEN:
                at += 1
        return self._alike(run)

    def _next(self, at: int, run: list[Part]) -> Part | None:
        """The part that begins here, of the rows of the part right before it, unless it is told or known of others."""
        part = self._part(at)
        portion = self.portion(at) if part is not None and run else None
        if part is None or portion is None or portion.table or fits_kind(part.words, str(part.table)):
            return part
        return replace(part, table=run[-1].table)

    def _alike(self, run: list[Part]) -> list[Part]:
        """The shares of one sort that a run begins with: "58% oak, 30% pine, 3% sawn" are woods, and what was done.

        Where they are all that there is, they are values of one column, whatever they are.
        """
        if not run or run[-1].rest or self._sum(run) == 1:
            return run
        done = [tells_what_was_done(part.words) for part in run]
        return run[: done.index(not done[0])] if (not done[0]) in done else run

    def _part(self, at: int) -> Part | None:
        if at >= len(self.tokens) or self.taken[at]:
            return None
        self._mentioned = self._topics(at)
        portion = self.portion(at)
        if (
            portion is None
            or (self._idiom(portion.end) and not self._idioms)
            or portion.vague
            or (portion.rows is not None and portion.table is None)
        ):
            return None
        start = portion.end
        said = self._idiom(start)
        if said:
            table = portion.table or likely_table(said, self._mentioned, self.domain) or self.domain.main
            return Part(at, start + len(said), table, "", said, portion.is_rest)
        while (self._text(start) in _AUXILIARIES and self._kind(start + 1) == "word") or (
            is_participle(self._text(start)) and self._text(start + 1) == "by" and portion.share is not None
        ):
            start += 1
        lead = self._text(start) if self._text(start) in _LEADS else ""
        start += bool(lead)
        start += self._text(start) in {"the", "an"} or (start < len(self.tokens) and self.tokens[start].article)
        words = self._words(start)
        placed = self._country(start) and "to" not in words and words != ("international",)
        if (
            not words
            or (is_no_state(words) and not (_is_period(words) or _is_period(words[:-1] * (words[-1] in _NOUNS))))
            or placed
            or self._table(start)
            or (words[0] in GENDERED and self._is_named(portion.table))
        ):
            return None
        end = self._past(start, words)
        side = self._table(end) if lead == "by" and self._text(end - 1) != "by" else None
        if side and singular_of(self._text(end)) is None:
            # The home team is a side, and none of the teams.
            words, end = (*words, self._text(end)), end + 1
        if lead and self._text(end) in _NOUNS:
            words, end = (*words, self._text(end)), end + 1
        if not lead and words[0] in _NAMING and len(words) > 1:
            lead, words = words[0], words[1:]
        # "40% on starter at $19" tells the price besides.
        priced = self._text(end) == "at" and self._kind(end + 1) == "money"
        if self._kind(end) == "word" and self._text(end) not in _AFTER and not priced:
            return None
        # Of what was spoken of, unless the share says of what.
        told = None if self._text(portion.end - 1) in SUBJECT_ENDS else portion.table
        if not told and may_be_of_nobody(words, self._mentioned, self.domain):
            return None
        table = told or likely_table(words, self._mentioned, self.domain, lead=lead) or self.domain.main
        return Part(at, end + 2 * priced, table, lead, words, portion.is_rest)

    def _is_named(self, table: str | None) -> bool:
        """Whether rows have names of people, which their gender goes with."""
        told = table or (self._mentioned[-1] if self._mentioned else self.domain.main)
        return bool({"first_name", "full_name"} & set(self.domain.data["tables"][told]["columns"]))

    def _idiom(self, at: int) -> Words:
        return idiom(self._texts(at))

    def _words(self, at: int) -> Words:
        words: list[str] = []
        while len(words) < _LONGEST and self._kind(at) == "word":
            joined = self._text(at) == "to" and words and self._kind(at + 1) == "word" and self.tokens[at + 1].name
            letter = self._text(at) == "a" and not self.tokens[at].article
            if not joined and not letter and (self._text(at) in STOPS or self._table(at)):
                break
            words.append(self._text(at))
            at += 1
            if self._is_hyphen(at):
                words.append(self._text(at + 1))
                at += 2
        return tuple(words)

    def _past(self, at: int, words: Words) -> int:
        """The token after words, with hyphens among them."""
        for word in words:
            at += (self._text(at) == "-") + 1
            assert self._text(at - 1) == word
        return at

    def _breakdown(self, run: list[Part]) -> Breakdown | None:
        """The column: of one share alone only where a word leads to its value."""
        listed = column_listing([part.words for part in run]) if run else ""
        if listed and (listed != _DEVICE or run[0].lead == "on"):
            table, whole = run[0].table or self.domain.main, run[-1].rest or self._sum(run) == 1
            return self._in_a_list(listed, run[0].at, table, [part.words for part in run], whole=whole)
        sexes = run[:1] and all(part.words in SEXES for part in run)
        alone = len(run) == 1 and (run[0].lead in {"", "with"} or bool(standing((run[0].lead, *run[0].words))))
        alone = alone or (len(run) == 1 and self._is_how(run[0]))
        alone = alone and "to" not in run[0].words and not sexes and not self._are_plans(run, str(run[0].table))
        if not run or alone or run[0].rest:
            return None
        table = run[0].table or self.domain.main
        whole = any(part.rest for part in run) or self._sum(run) == 1
        if sexes:
            # Of an animal it may not be known.
            one = len(run) == 1
            return Breakdown(table, "sex", SEXES if one else tuple(part.words for part in run), whole or one, _UNKNOWN)
        # Rows may be in several states at a time.
        if not whole and all(not part.lead and tells_a_state(part.words) for part in run):
            return None
        if len({part.words for part in run}) < len(run) or self.domain.is_list(table):
            return None
        there = self.domain.data["tables"][table]["columns"]
        new = [part for part in run if not self._is_known(part.at, table)]
        run, whole = new, whole and len(new) == len(run)
        if not run or (len(run) == 1 and not run[0].lead):
            return None
        periods = all(_is_period(part.words) for part in run)
        if periods and not whole:
            return None
        said = [part.words for part in run]
        noun = _noun_of(said)
        values = tuple(words[:-1] if words[-1] == noun else words for words in said)
        priced = any(self._text(part.end - 2) == "at" and self._kind(part.end - 1) == "money" for part in run)
        lead = noun or (
            "billing"
            if periods
            else "plan"
            if priced or self._are_plans(run, str(table))
            else self._done_by(run[0]) or _LEADS.get(run[0].lead) or run[0].lead or "kind"
        )
        column = next((name for name in (lead, *_FALLBACKS) if name not in there), None)
        planned = len(run) == 1 and run[0].lead == "on" and has_plans(str(table), self.domain)
        if planned and not whole and (column in _FALLBACKS or column == "plans"):
            # A plan that nobody knows makes no column beside that of the plans that there are.
            return None
        if lead == _WINNER and not self.domain.made_up(table) and _ends_of(self.domain):
            # Who won follows from what is told already.
            return None
        against = [(other, *words[1:]) for words in values if lead == _WINNER and (other := other_side(words[0]))]
        others = tuple("_".join(words) for words in against if words not in values) or ("other",)
        return Breakdown(table, column, values, whole, others) if column else None

    def _done_by(self, part: Part) -> str:
        """What the column is called of who, or what, did something: the winner, the cause.

        The means by which something was done, such as "by post", is its method.
        """
        lead = next((at for at in range(part.at, part.end) if self._text(at) == part.lead == "by"), part.at)
        verb, agent = self._text(lead - 1), noun_of((singular_of(part.words[-1]) or part.words[-1],))
        if part.lead != "by":
            return ""
        if not is_participle(verb):
            return "by_whom" if singular_of(part.words[-1]) else ""
        somebody = self._text(lead + 1) == "the" or singular_of(part.words[-1]) or agent.kind.name in _AGENTS
        return AGENTS.get(verb) or (f"{verb}_by" if somebody else "")

    def _in_a_list(self, column: str, at: int, table: str, said: Sequence[Words], *, whole: bool) -> Breakdown | None:
        """The column of devices, or of how something is paid: of what happens, rather than of who does it."""
        happening = (name for name in reversed(self._topics(at)) if kind_of(name) in _HAPPENING)
        told = table if self._text(at + 1) == "of" else next(happening, table)
        if column in self.domain.data["tables"][told]["columns"] or len(set(said)) < len(said):
            return None
        others = () if whole else tuple("_".join(one) for one in also_listed(column, said))
        return Breakdown(told, column, tuple(said), whole, others)

    def _is_how(self, part: Part) -> bool:
        """Whether a part is how something was done, of which it is not said how else: "sold at auction"."""
        lead = next((at for at in range(part.at, part.end) if self._text(at) == part.lead), part.at)
        done = part.lead in {"at", "in"} and is_participle(self._text(lead - 1))
        return done and not any(token.name for token in self.tokens[lead : part.end])

    def _are_plans(self, run: Sequence[Part], table: str) -> bool:
        """Whether people or accounts are on what the shares tell: "20% on family, the rest on solo"."""
        plain = all(part.lead == "on" and len(part.words) == 1 and part.words[0] not in media() for part in run)
        listed = (hook.phrases.values() for hook in self.domain.rates if tuple(hook.noun) in PLANS)
        known = any(run[0].words in phrases for one in listed for phrases in one)
        return plain and is_somebody(table) and (len(run) > 1 or known)

    def _is_known(self, at: int, table: str) -> bool:
        """Whether a column of a table can be what a share is of: the settled cases are those whose status says so."""
        portion = self.portion(at)
        if self.domain.composed or portion is None:
            return False
        said = self._words(portion.end)
        return self._hook(portion.end, table) is not None or (bool(said) and follows(table, said, self.domain))

    def _sum(self, run: list[Part]) -> object:
        return sum(self.tokens[part.at].value for part in run if self.tokens[part.at].kind == "percent")


def _ends_of(domain: Domain) -> bool:
    """Whether columns of a domain tell how something ended."""
    return any({"outcome", "result", "winner_id"} & {*table["columns"]} for table in domain.data["tables"].values())


def _noun_of(said: Sequence[Words]) -> str:
    """The noun that values end in and their column is called: the billing of "on annual billing"."""
    last = {words[-1] for words in said if len(words) > 1}
    return next(iter(last & _NOUNS), "") if len(last) == 1 else ""


def _is_period(words: Words) -> bool:
    """Whether words tell how often something is paid: "70% monthly, 30% annual"."""
    return len(words) == 1 and words[0] in PERIODS


def _goes_on(before: Part, part: Part) -> bool:
    """Whether a share is of the same column as the one before it."""
    alike = (
        before.lead == part.lead or part.rest or (before.lead and part.lead and "with" not in (before.lead, part.lead))
    )
    return bool(alike) and part.table in {None, before.table}


def parts(tokens: list[Token], domain: Domain) -> list[Breakdown]:
    """The columns of values that a story states shares of, and a domain lacks."""
    return list(Parts(tokens, domain).find())
