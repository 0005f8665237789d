"""The grammar of ratios: how many rows of one table there are for each row of another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.english.dates import span_at
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.facts import AnyFact, Count, Ratio, Unplaced
from pytest_misata.story.grammar.ages import Ages

HAVING = frozenset(
    "has have having with places place placed makes make made making placing gets get getting holds hold "
    "holding owns own owning contains contain includes include receives receive leaves leave writes write takes take "
    "books book visits visit buys buy".split()
)
_NO_VERBS = frozenset(
    "and or per each every of in on at from to by for a an the is are was were who that which as than where whose "
    "when if".split()
)
_TO = frozenset("in to for on at up with".split())
"""Prepositions after what was done to each: "each enrolled in 2 courses"."""
CLOSES = frozenset("and or but while in with during since plus".split())
_TAKING_PART = frozenset({"in", "on"})
"""What rows are in without a verb: "each pilot in 4 races"."""
_BESIDE = frozenset({"and", "for", "from", "by"})
"""Words before the second of two tables that there is something for each of: "one mark per couple from each judge"."""
_LONGEST_VERB = 3
_FEW_EACH = 13
"""So many things are no whole fleet of parts: "50 devices with 4 sensors" have four each."""
_MOST_CHILDREN = 10_000
"""The end of a range of children per parent; 64 parents are laid out together."""
_LIMITS = [
    (words.split(), limit)
    for limit, phrases in {
        "least": ("at least", "no fewer than", "no less than", "a minimum of", "minimum", "min"),
        "more": ("more than",),
        "most": ("at most", "up to", "no more than", "not more than", "a maximum of", "maximum", "max"),
        "fewer": ("fewer than", "less than"),
    }.items()
    for words in phrases
]
_LIMITS.sort(key=lambda pair: -len(pair[0]))
_LONGEST_LIMIT = 3


class Ratios(Ages):
    """Reads off the tokens of a story how many rows of a table belong to each row of another."""

    def _word(self, section: str, at: int) -> tuple[str, int] | None:
        """What a phrase of the word lists means, and the token after it; read by a later class."""
        raise NotImplementedError

    def _per(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """... per customer; ... for each customer; ... on every order; ... a day for each customer."""
        period = self._period(end)
        if period and self._text(period[2]) in {"each", "apiece"}:
            return None
        found = self._per_parent(at, token, child, period[2]) if period else None
        if period and found:
            return self._in_each(found, period, found[1])
        found = self._per_parent(at, token, child, end)
        return self._timed(self._apiece(self._across(found))) if found else None

    def _apiece(self, found: tuple[list[AnyFact], int]) -> tuple[list[AnyFact], int]:
        """... per driver [each]: exactly so many, and not on average."""
        facts, end = found
        ratio = facts[-1]
        if self._text(end) not in {"each", "exactly", "apiece"} or self._table(end + 1) or not isinstance(ratio, Ratio):
            return found
        whole = ratio.number.denominator == 1
        return [*facts[:-1], replace(ratio, end=self.tokens[end].end, each=ratio.each or whole)], end + 1

    def _across(self, found: tuple[list[AnyFact], int]) -> tuple[list[AnyFact], int]:
        """... per judge [per choir]: so many for each row of one table and each of another."""
        facts, end = found
        ratio = facts[-1]
        other = self._table(end + 1) if self._text(end) in {"per", "each", "every"} else None
        led = self._text(end) in _BESIDE and self._text(end + 1) in {"per", "each", "every"}
        other = self._table(end + 2) if led else other
        if not isinstance(ratio, Ratio) or other is None or other[0] in {ratio.parent, ratio.child}:
            return found
        stop = end + 1 + led + other[1]
        return [*facts[:-1], replace(ratio, end=self.tokens[stop - 1].end, across=other[0])], stop

    def _timed(self, found: tuple[list[AnyFact], int]) -> tuple[list[AnyFact], int]:
        """... per meter [per day [in January 2025]]."""
        period = self._period(found[1])
        return self._in_each(found, period, period[2]) if period else found

    def _in_each(
        self, found: tuple[list[AnyFact], int], period: tuple[int, str, int], end: int
    ) -> tuple[list[AnyFact], int]:
        """What is so many for each parent, in each of so many units of time."""
        end += 2 * (self._said(end, end + 2) == ["on", "average"])
        span = span_at(self.tokens, end)
        stop = span[1] if span else end
        stop_of_span = self.tokens[stop - 1].end
        *before, last = found[0]
        if not isinstance(last, Ratio):
            return found
        every = replace(last, end=stop_of_span, every=period[:2], span=span[0] if span else None)
        return [*before, every], stop

    def _per_parent(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        joint = next((i for i in range(end, end + 3) if self._text(i) in {"per", "each", "every"}), None)
        if joint is None or any(self._text(i) not in {"for", "to", "on", "in", "by"} for i in range(end, joint)):
            return None
        noun, so_many = self._past_so_many(joint + 1)
        parent = self._table(noun)
        if parent is None:
            return self._per_nothing(at, joint, child)
        stop = noun + parent[1]
        if so_many > 1:
            token = replace(token, value=token.value / so_many, high=token.high / so_many, whole=False)
        stop += 2 if self._texts(stop)[:2] == ["on", "average"] else 0
        each = self._text(joint) != "per" and "average" not in self._said(at, stop)
        return self._ratio(at, stop, token, child, parent[0], each=each), stop

    def _past_so_many(self, at: int) -> tuple[int, int]:
        """Past the 10 of "per 10 subscribers", and how many that are."""
        number = self.tokens[at] if self._kind(at) == "number" and not self.tokens[at].article else None
        if number is not None and number.whole and number.value > 0 and self._table(at + 1):
            return at + 1, int(number.value)
        return at + (self._text(at) in {"single", "one"}), 1

    def _trailing_each(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """... with 3 orders each."""
        period = self._period(end)
        if period and self._text(period[2]) in {"each", "apiece"}:
            each = self._trailing_each(at, token, child, period[2])
            return self._in_each(each, period, each[1]) if each else None
        if self._text(end) not in {"each", "apiece"} or self._table(end + 1):
            return None
        parent = self._parent_of(child)
        # "40 cakes each with a price" tells what cakes have, "12 rangers each with 3 bikes" what rangers do.
        opens = self._text(end + 1) in HAVING and end + 2 < len(self.tokens)
        if opens and (parent is None or self.tokens[end + 2].article):
            return None
        if parent is None:
            return [self._of_nothing(at, end + 1, child)], end + 1
        stop = end + 1 + 2 * (self._said(end + 1, end + 3) == ["on", "average"])
        found = self._ratio(at, stop, token, child, parent, each="average" not in self._said(at, stop))
        return self._timed((found, stop))

    def _on_average(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """500 customers with an average of 3 orders."""
        if "average" not in self._said(at, end):
            return None
        parent = self._parent_of(child)
        if parent is None:
            return [Unplaced(*self._stated(at, end), f"an average of {child} per what?")], end
        return self._ratio(at, end, token, child, parent, each=False), end

    def _parent_of(self, child: str) -> str | None:
        """The table mentioned last that the child's rows may belong to, and not only to say what another is in."""
        last = list(reversed(self._mentioned))
        topics = [table for table in last if table not in self._asides and kind_of(table) != "topic"]
        return next((table for table in (*topics, *last) if self.domain.related(child, table)), None)

    def _each_parent_has(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Every customer has 3 orders and 2 reviews; customers place 3 orders each is another rule."""
        leads = self._text(at) in {"each", "every"} or self.tokens[at].article
        parent = self._table(at + leads)
        start = self._past_verb(at + leads + parent[1]) if parent else None
        if parent and leads and self.tokens[at].article and not self._may_be_done_by_one(at + leads + parent[1]):
            # "A vet school runs 6 clinics" speaks of no vet.
            return None
        if parent and start is None and self._text(at) in {"each", "every"}:
            bare = at + leads + parent[1]
            start = bare if self._counted_noun(bare) and not self.tokens[bare].article else None
        if parent is None or start is None:
            return None
        if leads:
            return self._each_list(at, start, parent[0]) if self._text(start - 1) != "with" or at else None
        return self._all_have(at, start, parent[0])

    def _may_be_done_by_one(self, at: int) -> bool:
        """Whether a word may be the verb of what there is one of: has, borrows, must."""
        word = self._text(at)
        return word.endswith("s") or word in HAVING | _TAKING_PART | {"must", "can", "may", "should", "will"}

    def _past_verb(self, at: int) -> int | None:
        """The token after a verb that tells what rows have: has, borrows, must attend, has placed."""
        if self._text(at) in HAVING and self._number(at + 1):
            return at + 1
        if self._text(at) in _TAKING_PART and self._counted_noun(at + 1) and not self.tokens[at + 1].article:
            return at + 1
        done = is_participle(self._text(at)) and self._text(at + 1) in _TO
        if done and self._counted_noun(at + 2) and not self.tokens[at + 2].article:
            return at + 2
        for end in range(at + 1, at + _LONGEST_VERB + 1):
            if self._kind(end - 1) != "word" or self._text(end - 1) in _NO_VERBS or self._table(end - 1):
                return at + 1 if self._text(at) in HAVING else None
            if self._counted_noun(end) and not self.tokens[end].article:
                return end
        return at + 1 if self._text(at) in HAVING else None

    def _all_have(self, at: int, start: int, parent: str) -> tuple[list[AnyFact], int] | None:
        """Customers place 3 orders on average; users have 2 to 5 tickets: of parents in the plural."""
        if self._is_singular(start - 1):
            return None
        counted = self._counted_noun(start)
        if counted is None or counted[3] or not self.domain.related(counted[1], parent):
            return None
        token, child, end, _ = counted
        average = self._text(end) == "on" and self._text(end + 1) == "average"
        timed = self._period(end) is not None
        limited = token.kind == "range" or self._limit(start, end)
        if not (average or limited or timed or "average" in self._said(start, end)):
            return None
        end += 2 * average
        each = not average and token.kind == "range"
        return self._timed((self._ratio(at, end, token, child, parent, each=each), end))

    def _each_with(self, at: int) -> tuple[list[AnyFact], int] | None:
        """10 users, each with 5 subscriptions, each with 2 invoices."""
        lead = at + 1
        lead += 2 if self._said(lead, lead + 2) in (["of", "them"], ["of", "which"], ["of", "whom"]) else 0
        going = self._text(lead).endswith("ing") and not self._table(lead)
        start = lead + 1 if going else self._past_verb(lead)
        if self._text(at) != "each" or start is None:
            return None
        first = self._counted_noun(start)
        parent = self._parent_of(first[1]) if first else None
        if first is not None and parent is None:
            return [self._of_nothing(at, first[2], first[1])], first[2]
        return self._each_list(at, start, parent) if parent else None

    def _of_nothing(self, at: int, end: int, child: str) -> Unplaced:
        """A number for each of something the rows do not belong to: surely no number of all rows."""
        said = f"{child} belong to {' or '.join(dict.fromkeys(self._mentioned))}" if self._mentioned else ""
        return Unplaced(*self._stated(at, end), f"no key says that {said}" if said else f"each {child} of what?")

    def _per_nothing(self, at: int, joint: int, child: str) -> tuple[list[AnyFact], int] | None:
        if self._text(joint) != "per" or self._kind(joint + 1) != "word":
            return None
        reason = f"no table of {self.domain.scope} is called {self._text(joint + 1)!r}"
        return [Unplaced(*self._stated(at, joint + 2), reason)], joint + 2

    def _each_list(self, at: int, next_: int, parent: str) -> tuple[list[AnyFact], int] | None:
        """One or more counted children of a parent: 3 orders[, 2 reviews] and 5 tickets.

        They end at a comma, but in a list that an "and" closes.
        """
        facts: list[AnyFact] = []
        end = at
        while counted := self._counted_noun(next_):
            token, child, stop, adjectives = counted
            if adjectives or child == parent:
                break
            average = self._said(stop, stop + 2) == ["on", "average"]
            each = not average and "average" not in self._said(at, stop)
            stop += 2 * average
            ratio = self._ratio(next_ if facts else at, stop, token, child, parent, each=each)
            more, stop = self._timed((ratio, stop))
            facts += more
            end = stop
            if self._text(end) not in {"and", ","} or self._text(end + 1) in {"each", "every"}:
                break
            if not self._goes_on(end):
                break
            next_ = end + 1
        return (facts, end) if facts else None

    def _times_each(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[3 tenants] x 200 users; [50 devices] with 4 sensors: so many of each, where they can only be each one's."""
        last = self.facts[-1] if self.facts else None
        counted = self._counted_noun(at + 1) if self._text(at) in {"x", "\u00d7", "*", "with"} else None
        plain = isinstance(last, Count) and not last.qualifier and at > 0 and last.end == self.tokens[at - 1].end
        if counted is None or not isinstance(last, Count) or not plain or counted[3] or counted[0].article:
            return None
        token, child, end, _ = counted
        few = token.kind == "number" and token.whole and 0 < token.value < min(last.rows, _FEW_EACH)
        own = kind_of(child) == kind_of(last.table) or self.domain.owner_of(child) == last.table
        closed = self._text(end) in {"", ",", ".", ";", "and", ")", "in", "plus"}
        if not (closed and self.domain.related(child, last.table) and (self._text(at) != "with" or (few and own))):
            return None
        return self._ratio(at, end, token, child, last.table, each=True), end

    def _goes_on(self, at: int) -> bool:
        """Whether a list goes on here: with "and", or with a comma where an "and" comes before the last."""
        while self._text(at) == "," and (counted := self._counted_noun(at + 1)):
            at = counted[2]
        return self._text(at) == "and" and self._counted_noun(at + 1) is not None

    def _ratio(self, at: int, end: int, token: Token, child: str, parent: str, *, each: bool) -> list[AnyFact]:
        span = self._stated(at, end)
        self._mentioned.append(child)
        limit = self._limit(at, end) if token.kind == "number" and token.whole and token.value >= 0 else ""
        if limit:
            return [limited(span, child, parent, int(token.value), limit)]
        if token.kind == "range":
            low, high = token.value, token.high
            if low.denominator != 1 or high.denominator != 1 or not 0 <= low <= high <= _MOST_CHILDREN:
                return [Unplaced(*span, f"a range goes from a whole number to a larger one, up to {_MOST_CHILDREN:,}")]
            return [Ratio(*span, child, parent, (low + high) / 2, each=True, bounds=(int(low), int(high)))]
        if token.value < 0:
            return [Unplaced(*span, "a number of rows is not negative")]
        done = self._is_done_with(next((i for i in range(at, end) if self.tokens[i] is token), at))
        return [Ratio(*span, child, parent, token.value, each=each and token.whole, done=done)]

    def _is_done_with(self, at: int) -> bool:
        """Whether the word before a number says what is done with so many: "borrowing 4", but not "having 4"."""
        verb = self._text(at - 1)
        if verb in _TAKING_PART and self._ends_name(at - 1):
            return True
        plain = self._kind(at - 1) == "word" and at > 1 and verb not in HAVING | _NO_VERBS and not self._ends_name(at)
        return plain and (verb.endswith(("ing", "s")) or self._ends_name(at - 1))

    def _ends_name(self, at: int) -> bool:
        """Whether a table is named right before a place."""
        return any((found := self._table(start)) and start + found[1] == at for start in range(max(0, at - 4), at))

    def _limit(self, at: int, end: int) -> str:
        """Whether a number among these tokens is the least or the most there may be."""
        number = next((i for i in range(at, end) if self.tokens[i].kind == "number" and not self._only_limits(i)), end)
        if self._text(number + 1) == "+":
            return "least"
        before = self._said(max(at, number - _LONGEST_LIMIT), number)
        return next((limit for words, limit in _LIMITS if before[-len(words) :] == words), "")

    def _only_limits(self, at: int) -> bool:
        """Whether a number is an article, or the "no" of "no more than 5"."""
        limits = self._text(at) == "no" and self._text(at + 1) in {"more", "fewer", "less"}
        return self.tokens[at].article or limits

    def _groups_before(self, at: int) -> int:
        """How many groups of so many there are, where the groups are no rows: the 40 of "40 tables of 10 guests"."""
        if self._text(at - 1) != "of" or at < 3 or self._kind(at - 2) != "word" or self._table(at - 2):
            return 1
        number = self.tokens[at - 3]
        counts = number.kind == "number" and number.whole and not number.article and self._text(at - 2).endswith("s")
        return int(number.value) if counts and self._text(at - 2) not in {"kinds", "types", "sorts"} else 1

    def _groups_of(self, table: str, groups: int, end: int) -> tuple[list[AnyFact], int] | None:
        """3 classes of 25 students: what follows the count of the groups."""
        members = self._counted_noun(end + 1) if self._text(end) == "of" else None
        if members is None or members[3] or members[0].article:
            return None
        token, child, stop, _ = members
        if kind_of(child) == "topic":
            # 1,100 packets of 90 varieties are no 90 varieties each.
            return None
        average = self._said(stop, stop + 2) == ["on", "average"]
        stop += 2 * average
        facts = self._ratio(end, stop, token, child, table, each=not average)
        if token.kind == "number" and self.domain.joins(child, table):
            # Whoever is joined to the groups is in one of them.
            facts.append(Count(*self._stated(end, stop), child, int(groups * token.value)))
        return facts, stop


def limited(span: tuple[int, int], child: str, parent: str, number: int, limit: str) -> Ratio:
    """So many children of each parent at the least, or at the most."""
    if limit in {"most", "fewer"}:
        most = number if limit == "most" else max(0, number - 1)
        return Ratio(*span, child, parent, Fraction(most, 2), each=True, bounds=(0, most))
    least = number + (limit == "more")
    return Ratio(*span, child, parent, Fraction(3 * least, 2), each=True, bounds=(least, None))
