"""Which values of columns the words of a story speak of, and of which of the tables that it names."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pytest_misata.story.domain import RateHook
from pytest_misata.story.english.lexicon import is_somebody, kind_of
from pytest_misata.story.english.naming import PAID_BY, column_listing, stem
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.facts import Rate
from pytest_misata.story.grammar.fitting import is_known_of, is_of_plans
from pytest_misata.story.grammar.situations import Situations
from pytest_misata.story.rates import IMPLIED

Hit = tuple[RateHook, str, int]
"""A column, a value of it, and how many tokens say it."""
RATE_JOINTS = frozenset("of at is are a an the were was be being get gets on in with rate to as have has".split())
JOINTS = RATE_JOINTS | frozenset(
    "been got had who that which do does use uses using still currently never always ever also already by from for "
    "should will must can come comes about via through concern concerns concerning paid made done go goes subscribed "
    "signed enrolled registered tagged marked classified live lives under through using booked placed sold ordered "
    "bought own owns hold holds keep keeps monthly annual yearly weekly daily annually".split()
)
"""Words between a share and what it is a share of."""
SUBJECT_ENDS = frozenset({"them", "these", "those", "which", "whom"})


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the rows of a table: so many of them, a share, or the rest; said up to the token before `end`."""

    end: int
    table: str | None
    share: Fraction | None = None
    rows: int | None = None
    guessed: bool = False
    """Nothing tells that it is of that table, but that it was spoken of last."""
    vague: bool = False
    """Said by a word that may also mean something else: only a state that is known makes it a share."""

    @property
    def is_rest(self) -> bool:
        """Whether it is what others leave."""
        return self.share is None and self.rows is None


class Values(Situations):
    """Finds the values of columns that words of a story speak of."""

    def _hook(self, at: int, table: str | None, *, portion: Portion | None = None) -> Hit | None:
        """The value of a column that is spoken of here: by the longest phrase, with its noun, of a table just named.

        The rest of the rows is of a column of which shares are stated already.
        """
        hits = [
            (hook, value, size)
            for hook in self.domain.rates
            if table in {None, hook.table} and (portion is None or not portion.is_rest or self._has_shares(hook))
            for value, phrases in hook.phrases.items()
            if (size := self._phrase(at, phrases))
        ]
        return max(hits, key=lambda hit: self._fitness(at, *hit), default=None)

    def _has_shares(self, hook: RateHook) -> bool:
        stated = {(fact.hook.table, fact.hook.column) for fact in self.facts if isinstance(fact, Rate)}
        return (hook.table, hook.column) in stated

    def _fitness(self, at: int, hook: RateHook, _value: str, size: int) -> tuple[int, bool, bool, int, int]:
        with_noun = bool(hook.noun) and self._phrase(at + size, (hook.noun,)) > 0
        mentioned = self._mentioned.index(hook.table) + 1 if hook.table in self._mentioned else 0
        # "Churned subscriptions" are none of users, who churn as well.
        return size, with_noun, self.table_at(at + size) == hook.table, -hook.rank, mentioned

    def _last_mentioned(self) -> str | None:
        spoken_of = [name for name in self._mentioned if name not in self._asides] or self._mentioned
        return spoken_of[-1] if spoken_of else None

    def _of_those_named(self, at: int, portion: Portion) -> Hit | None:
        """The state that "them" are in, where it is none of what was named last: of another table spoken of."""
        if self._text(portion.end - 1) not in SUBJECT_ENDS:
            return None
        hit = self._hook(at, None, portion=portion)
        if hit is None or hit[0].rank or self._are_sold(portion, hit):
            return None
        # Pupils are absent by their attendance.
        own = portion.table is not None and self.domain.owner_of(hit[0].table) == portion.table
        return hit if hit[0].table in self._mentioned or own else None

    def _are_sold(self, portion: Portion, hit: Hit) -> bool:
        """Whether what "them" are costs nothing, rather than what others are on: free courses beside learners."""
        return is_of_plans(hit[0]) and portion.table is not None and not is_somebody(portion.table)

    def _of_others_named(self, at: int, portion: Portion) -> Hit | None:
        """The state of rows spoken of before: the weddings of "40 weddings, 90 guests each, 2 postponed"."""
        hit = self._hook(at, None, portion=portion) if portion.guessed else None
        return hit if hit and not hit[0].rank and hit[0].table in self._mentioned else None

    def _doing(self, at: int, portion: Portion) -> Hit | None:
        """The state that rows are in who do what a verb says: those who "finish" have finished."""
        word = self._text(at)
        if self._kind(at) != "word" or word in JOINTS or self._table(at) or is_participle(word):
            return None
        hits = [
            (hook, value, 1)
            for hook in self.domain.rates
            if not hook.rank and self._is_near(hook, portion.table or self._last_mentioned())
            for value, phrases in hook.phrases.items()
            if any(len(one) == 1 and is_participle(one[0]) and stem(one[0]) == stem(word) for one in phrases)
        ]
        return max(hits, key=lambda hit: self._fitness(at, *hit), default=None)

    def _is_of_others(self, at: int, hit: Hit, portion: Portion) -> bool:
        """Whether a state that is known is one of rows that have nothing to do with those spoken of.

        What was done to rows is said of those spoken of: "700 purchase orders, 8% rejected" are no requisitions. A
        noun may speak of others: "8% returns".
        """
        spoken_of = [name for name in self._mentioned if name not in self._asides] or self._mentioned
        table = hit[0].table
        # A schema of somebody else gets no column for what another of its tables tells.
        if not self.domain.data or portion.table or not spoken_of or hit[2] > 1 or self._text(at + hit[2]) == "rate":
            return False
        if column_listing([tuple(self._texts(at)[: hit[2]])]) == PAID_BY and kind_of(table) == "money":
            # What is done is paid for by the payments that belong to it.
            return not any(self.domain.related(table, one) for one in spoken_of)
        if hit[0].remade and table not in spoken_of:
            # What other columns give way to is said of rows that are spoken of: no patients, for their stays.
            return True
        if table not in spoken_of and is_somebody(table) and any(map(is_somebody, spoken_of)):
            return True
        if table not in spoken_of and is_known_of(tuple(self._texts(at)[: hit[2]]), spoken_of[-1], self.domain):
            return True
        if hit[0].rank == IMPLIED and table not in spoken_of:
            # Words that no file lists for a column are of the rows spoken of.
            return True
        if not is_participle(self._text(at)):
            return False
        near = table in spoken_of or any(self.domain.related(table, one) for one in spoken_of)
        return not near

    def _is_near(self, hook: RateHook, table: str | None) -> bool:
        """Whether a value is of rows of a table, or of rows that belong to them: an order is paid by its payment."""
        return table in {None, hook.table} or self.domain.related(hook.table, str(table))
