"""The grammar of shares: which part of the rows of a table is in which state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from pytest_misata.engine.people.gazetteer import OR
from pytest_misata.story.domain import RateHook
from pytest_misata.story.english.lexicon import are_places, is_somebody, kind_of
from pytest_misata.story.english.naming import PAID_BY, column_listing, singular
from pytest_misata.story.english.plans import is_plan_noun
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.facts import AnyFact, Count, Rate, Ratio, Where
from pytest_misata.story.grammar.fitting import is_of_plans
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.portions import Portions
from pytest_misata.story.grammar.situations import PLACED, USUAL_COUNTRIES
from pytest_misata.story.grammar.values import JOINTS, RATE_JOINTS, Hit, Portion
from pytest_misata.story.rates import TOGETHER

_OVERALL = frozenset("monthly annual yearly quarterly weekly daily overall average typical".split())
"""What may be said of a rate before it, which is that of the rows all the same."""
_ADVERBS = frozenset("late early twice again wrongly incorrectly partially partly".split())
_LONGEST_JOINT = 4
ORIGIN = "country_of_origin"
"""The column of countries that rows come from, where there are no places of them."""
ELSEWHERE = tuple(
    tuple(said.split())
    for said in (
        "elsewhere",
        "somewhere else",
        "other countries",
        "other places",
        "abroad",
        "overseas",
        "the rest of the world",
        "all over the world",
    )
)
AGENTS = {"won": "winner", "lost": "loser", "caused": "cause", "triggered": "cause", "started": "cause"}
"""What a column is called of who, or what, did something."""
SORTS = frozenset({"species"})
"""Columns whose values are themselves what is counted: dogs and cats are pets."""
_SPLIT = frozenset("split divided distributed spread allocated assigned".split())
_EVENLY = frozenset({"evenly", "equally", "uniformly"})
_AMONG = frozenset("between among amongst across over into in by on to of".split())

_JOINING = frozenset({",", ";", "and", "&", "but", "while", "with", "the"})
"""What stands between the shares of one list."""


class Shares(Portions):
    """Reads off the tokens of a story which shares of the rows are in which state."""

    def _share_of(self, at: int) -> tuple[list[AnyFact], int] | None:
        """20% churn; 2% of transactions are fraudulent; 30% on the pro plan; 20 of them overdue; the rest on free."""
        portion = self.portion(at)
        if portion is None:
            return None
        for start in range(portion.end, min(portion.end + _LONGEST_JOINT, len(self.tokens))):
            means = self._means(start)
            hit = self._hook(means or start, None if means else portion.table, portion=portion)
            hit = hit or (self._of_those_named(start, portion) if not means else None)
            hit = hit or self._of_others_named(start, portion)
            if means and hit and not (self._is_near(hit[0], portion.table) and self._is_by(means, hit[0])):
                hit = None
            if means and not hit and self._is_measured(means):
                # "Delayed by more than 15 minutes" is delayed.
                means, hit = 0, self._hook(start, portion.table, portion=portion)
            if means and not hit:
                return None
            hit = hit or self._doing(start, portion)
            hit = hit and self._said_of_noun(start, hit)
            start, hit = self._told_as(start, hit, portion)
            if hit and not means and self._is_of_others(start, hit, portion):
                return None
            start = means or start
            if hit:
                hook, value, size = hit
                end = self._past_noun(hook, start + size)
                # "Returned late" is another state than "returned".
                if self._is_of_unknown(start, end):
                    return None
                if (self._text(end) == "-" and self._kind(end + 1) == "number") or self._is_narrowed(end):
                    return None
                either = self._either(at, end, hook, value, portion)
                if either is not None:
                    return either
                span = self._stated(at, end)
                return [Rate(*span, hook, value, portion.share, portion.rows)], end
            if self._text(start) not in JOINTS and not self._is_noun_of_rates(start):
                return None
        return None

    def _is_narrowed(self, at: int) -> bool:
        """Whether what follows a state makes it another one: "returned late", "delivered on time"."""
        return self._text(at) in _ADVERBS or self._said(at, at + 2) == ["on", "time"]

    def _either(
        self, at: int, end: int, hook: RateHook, value: str, portion: Portion
    ) -> tuple[list[AnyFact], int] | None:
        """Cancelled or returned: the values of one column that a share is of together, as they usually share it."""
        values = [value]
        while self._text(end) == "or" and (other := self._hook(end + 1, hook.table)):
            if other[0].column != hook.column or other[1] in values:
                break
            values.append(other[1])
            end = self._past_noun(other[0], end + 1 + other[2])
        if len(values) < 2 or portion.share is None:
            return None
        return [Rate(*self._stated(at, end), hook, TOGETHER.join(values), portion.share)], end

    def _told_as(self, at: int, hit: Hit | None, portion: Portion) -> tuple[int, Hit | None]:
        """The state that rows are said to be told as, rather than that they are told at all: "flagged as spam"."""
        end = at + (hit[2] if hit else is_participle(self._text(at)))
        table = hit[0].table if hit else portion.table
        told = self._hook(end + 1, table) if end > at and self._text(end) == "as" else None
        return (end + 1, told) if told else (at, hit)

    def _said_of_noun(self, at: int, hit: Hit) -> Hit | None:
        """The state as one of the rows that are named after it: "3% explicit episodes" are no explicit shows."""
        hook, _, size = hit
        named = self._table(at + size)
        if not self.domain.data or named is None or named[0] == hook.table or self._phrase(at + size, (hook.noun,)):
            return hit
        own = self._hook(at, named[0])
        # What donors give monthly makes monthly donors.
        return own or (hit if self.domain.related(hook.table, named[0]) else None)

    def _means(self, at: int) -> int:
        """Where the means is said by which something was done: the card of "paid by card"; 0 where none is."""
        done = is_participle(self._text(at)) and self._text(at + 1) in {"by", "via", "through", "using"}
        done = done or (self._text(at) == "paid" and self._paid_lead(at) > 0)
        start = at + 2 + (self._text(at + 2) in {"the", "a", "an"})
        if not done or self._kind(start) != "word":
            return 0
        known = self._hook(at, None)
        return 0 if known and known[2] > 1 else start

    def _is_by(self, at: int, hook: RateHook) -> bool:
        """Whether a column tells by whom something was done, where that is said: goals of the home side win nothing."""
        verb = self._text(at - 3)
        return (
            self._text(at - 1) == "by"
            or self._text(at - 2) == "paid"
            or hook.column in {f"{verb}_by", AGENTS.get(verb)}
        )

    def _is_of_unknown(self, start: int, end: int) -> bool:
        """Whether a state is said of something of which there is no table: the items of "1% lost items"."""
        word = self._text(end) if self._kind(end) == "word" else ""
        adjective = is_participle(self._text(start)) and end == start + 1
        return adjective and bool(word) and singular(word) != word and word not in FILLER and not self._table(end)

    def _is_measured(self, at: int) -> bool:
        """Whether so much is said here: "more than 15 minutes", "2 days"."""
        return self._text(at) in {"more", "less", "over", "up", "at"} or self._kind(at) in {"number", "range"}

    def _share_where(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Half of them in Germany; 30% of the users from France; 20 of them in Spain; the rest from Italy."""
        portion = self.portion(at)
        if portion is None:
            return None
        next_ = portion.end + (self._text(portion.end) in {"are", "is", "were", "live", "lives", "come", "comes"})
        size = next((len(lead) for lead in PLACED if tuple(self._texts(next_)[: len(lead)]) == lead), 0)
        if size and self._is_origin(next_ + size):
            return None
        role = "destination" if self._text(next_) == "to" and self._sends(portion.table) else ""
        size = size or bool(role)
        found = self._places(next_ + size) if size else self._everywhere(next_)
        found = found or self._elsewhere(next_ + size, portion)
        found = found or (None if size or portion.vague else self._national(next_))
        if found is None:
            return None
        table = self._placed_before(at, portion) or self._who_has(portion) or portion.table or self._last_placed()
        share = self._left_of(table) if portion.is_rest else portion.share
        return [Where(*self._stated(at, found[1]), found[0], table, portion.rows, share, role)], found[1]

    def _who_has(self, portion: Portion) -> str | None:
        """The people, where what was named last is what each has: 300 customers, 4 orders each, 30% in Berlin."""
        last = self.facts[-1] if self.facts else None
        if not isinstance(last, Ratio) or portion.table not in {None, last.child}:
            return None
        each = any(token.text == "each" for token in self.tokens if last.start <= token.start < last.end)
        return last.parent if each and is_somebody(last.parent) and not is_somebody(last.child) else None

    def _is_origin(self, at: int) -> bool:
        """Whether a column of countries of origin has what is named here."""
        hit = self._hook(at, None)
        return hit is not None and hit[0].column == ORIGIN

    def _elsewhere(self, at: int, portion: Portion) -> tuple[str, int] | None:
        """[the rest from] elsewhere; [30% from] other countries: the usual ones but those of which it is said."""
        stated = [fact.country for fact in self.facts if isinstance(fact, Where) and fact.share is not None]
        end = at + next((len(said) for said in ELSEWHERE if tuple(self._said(at, at + len(said))) == said), 0)
        others = [code for code in USUAL_COUNTRIES if not any(code in one for one in stated)]
        return (OR.join(others), end) if end > at and stated else None

    def _placed_before(self, at: int, portion: Portion) -> str | None:
        """The table whose share in another place was stated just before: "20% of them in Italy and 80% in France"."""
        last = self.facts[-1] if self.facts else None
        if not isinstance(last, Where) or last.share is None or self._table(portion.end - 1):
            return None
        between = [token.text for token in self.tokens[:at] if token.start >= last.end]
        return last.table if all(text in _JOINING for text in between) else None

    def _sends(self, table: str | None) -> bool:
        """Whether rows of a table, or else of that spoken of last, go somewhere: no people, who are from there."""
        told = table or self._last_placed()
        return told is not None and kind_of(told) in {"happening", "occasion"}

    def _last_placed(self) -> str | None:
        """The table mentioned last whose rows may be somewhere: users of twelve languages are, and these are not."""
        spoken_of = [name for name in self._mentioned if name not in self._asides and kind_of(name) != "topic"]
        return spoken_of[-1] if spoken_of else self._last_mentioned()

    def _national(self, at: int) -> tuple[str, int] | None:
        """The country that a share is of by its adjective: "20% German", where no more is said of them."""
        found = self._country(at) if self._text(at) != "international" else None
        return found if found and self._text(found[1]) in {"", ",", ".", ";", "and", ")"} else None

    def _left_of(self, table: str | None) -> Fraction:
        """What the countries of a table leave of it."""
        rows = {fact.table: fact.rows for fact in self.facts if isinstance(fact, Count) and not fact.qualifier}
        places = [fact for fact in self.facts if isinstance(fact, Where) and fact.table == table]
        stated = (fact.share or Fraction(fact.rows or 0, rows.get(fact.table or "", 0) or 1) for fact in places)
        return max(Fraction(0), 1 - sum(stated, Fraction(0)))

    def _so_many(self, at: int) -> tuple[list[AnyFact], int] | None:
        """20 returns; 5 overdue: rows in a state, of a table that the story spoke of."""
        number = self._number(at)
        if number is None or number[0].article or not number[0].whole or number[0].kind != "number":
            return None
        hit = self._hook(number[1], None)
        if (
            hit is not None
            and (hit[0].sorts or hit[0].column in SORTS)
            and singular(self._text(number[1])) != self._text(number[1])
        ):
            return self._of_a_sort(at, number[1], int(number[0].value), hit)
        if hit is None or hit[0].rank or hit[0].table not in self._mentioned or not number[0].value:
            return None
        if self._text(at - 1) in {"across", "at", "in", "over", "-"} or are_places(self._text(number[1])):
            return None
        hook, value, size = hit
        end = self._past_noun(hook, number[1] + size)
        span, rows = self._stated(at, end), int(number[0].value)
        if self._is_beside_others(at, hook, value):
            return [Count(*span, hook.table, rows, value, (hook, value))], end
        return [Rate(*span, hook, value, None, rows)], end

    def _of_a_sort(self, at: int, noun: int, rows: int, hit: Hit) -> tuple[list[AnyFact], int]:
        """260 dogs: so many pets that are dogs, whether pets are spoken of or not."""
        hook, value, size = hit
        self._mentioned.append(hook.table)
        return [Count(*self._stated(at, noun + size), hook.table, rows, value, (hook, value))], noun + size

    def _is_beside_others(self, at: int, hook: RateHook, value: str) -> bool:
        """Whether rows of one sort are counted beside those of another: "300 films and 50 series" are 350 titles.

        What was counted before is then a part, too.
        """
        last = self.facts[-1] if self.facts else None
        near = isinstance(last, Count) and last.table == hook.table and self._text(at - 1) in {"and", ",", "plus", "&"}
        end = at - 1 - (self._text(at - 2) == ",")
        if not near or not isinstance(last, Count) or last.qualifier or last.end != self.tokens[end - 1].end:
            return False
        sorts = [
            sort for sort, phrases in hook.phrases.items() if any(self._phrase(end - len(p), (p,)) for p in phrases)
        ]
        if not sorts or value in sorts:
            return False
        self.facts[-1] = replace(last, qualifier=sorts[0], value=(hook, sorts[0]))
        return True

    def _past_noun(self, hook: RateHook, end: int) -> int:
        """The token after a value: past "rate", the noun of its column, and the table itself."""
        end += self._text(end) == "rate"
        noun = self._phrase(end, (hook.noun,)) if hook.noun else 0
        end += noun or (is_of_plans(hook) and is_plan_noun(self._text(end)))
        table = self._table(end)
        return end + table[1] if table and table[0] == hook.table else end

    def _is_noun_of_rates(self, at: int) -> bool:
        """Whether a column is named before its value: "20% with status churned"."""
        return any(self._phrase(at, (hook.noun,)) == 1 for hook in self.domain.rates if hook.noun)

    def _rate_of(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Churn of 20%; a fraud rate of 2%; prepaid 60%; monthly churn 4%."""
        lead = int(self._text(at) in _OVERALL) or self._paid_lead(at)
        # The "a" of "a 65% pass rate" is no grade.
        hit = self._hook(at + lead, None) if self._text(at) != "a" or self.tokens[at].name else None
        if hit is None:
            return None
        hook, value, size = hit
        end = at + lead + size
        end += self._text(end) == "rate"
        while self._text(end) in {"of", "at", "is", ":", "around", "about", "(", "=", "in", "for"}:
            end += 1
        if self._kind(end) != "percent" or self._hook_follows(end + 1) or self._paid_lead(end + 1):
            return None
        return [Rate(*self._stated(at, end + 1), hook, value, self.tokens[end].value)], end + 1

    def _paid_lead(self, at: int) -> int:
        """How many words lead to what something is paid by: paid in cash 20%, by card 80%."""
        size = 1 + (self._text(at) == "paid")
        paid = self._text(at + size - 1) in {"in", "by", "with", "via"}
        return size if paid and column_listing([(self._text(at + size),)]) == PAID_BY else 0

    def _hook_follows(self, at: int) -> bool:
        """Whether a share is of what comes after it: "free, 30% pro"."""
        return self._text(at) in RATE_JOINTS and self._hook(at + 1, None) is not None

    def _evenly(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Split evenly between free and pro; evenly distributed across A, B and C; 60/40 free and pro."""
        end = self._even_split(at)
        shares: list[Fraction] = []
        if end is None:
            shares, end = self._written_out(at)
            if not shares:
                return None
        while self._text(end) in _AMONG | {"the", "split", "mix"}:
            end += 1
        items = list(self._values_listed(end))
        if len(items) < 2 or (shares and len(items) != len(shares)):
            return None
        stop = items[-1][0]
        span = self._stated(at, stop)
        even = shares or [Fraction(1, len(items))] * len(items)
        return [self._of_value(span, one, share) for (_, one), share in zip(items, even, strict=True)], stop

    def _even_split(self, at: int) -> int | None:
        """The token after "split evenly", "evenly divided", "in equal parts"."""
        first, second = self._text(at), self._text(at + 1)
        if (first in _SPLIT and second in _EVENLY) or (first in _EVENLY and second in _SPLIT):
            return at + 2
        return at + 1 if first in _EVENLY else None

    def _written_out(self, at: int) -> tuple[list[Fraction], int]:
        """60/40; 50/30/20: shares that make a whole."""
        shares: list[Fraction] = []
        while self._kind(at) == "number" and self.tokens[at].whole:
            shares.append(self.tokens[at].value / 100)
            at += 1
            if self._text(at) != "/":
                break
            at += 1
        at += self._text(at) == "%"
        return (shares, at) if len(shares) > 1 and sum(shares) == 1 else ([], at)

    def _values_listed(self, at: int) -> Iterator[tuple[int, tuple[RateHook, str] | str]]:
        """Values or countries in a list, with the token after each."""
        column: tuple[str, str] | None = None
        while at < len(self.tokens):
            hit, country = self._hook(at, None), self._country(at)
            if hit and column in {None, (hit[0].table, hit[0].column)}:
                column = hit[0].table, hit[0].column
                at = self._past_noun(hit[0], at + hit[2])
                yield at, (hit[0], hit[1])
            elif country and column is None:
                at = country[1]
                yield at, country[0]
            else:
                return
            start = at
            while self._text(at) in {",", "and", "/", "the", "or", "&"}:
                at += 1
            if at == start:
                return

    def _of_value(self, span: tuple[int, int], what: tuple[RateHook, str] | str, share: Fraction) -> AnyFact:
        if isinstance(what, str):
            return Where(*span, what, self._last_mentioned(), None, share)
        return Rate(*span, *what, share)

    def _no_rate(self, at: int) -> tuple[list[AnyFact], int] | None:
        """No churn; zero fraud: a share of nothing, of what is not a table."""
        none = self._kind(at) == "number" and not self.tokens[at].value
        return self._none_with(at, at + 1) if none and self._kind(at + 1) == "word" else None

    def _none_with(self, at: int, noun: int) -> tuple[list[AnyFact], int] | None:
        hit = self._hook(noun, None)
        if hit is None or hit[0].rank:
            return None
        hook, value, size = hit
        return [Rate(*self._stated(at, noun + size), hook, value, Fraction(0))], noun + size
