"""The grammar of facts: how tokens of a story become counts, ratios and shares of one domain.

Each rule looks at the tokens from one place on and returns the fact that begins there, or None. A new kind of fact is a
class in `facts`, a rule here, and its place in the schema in `apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from pytest_misata.story.domain import Domain, RateHook
from pytest_misata.story.english.idioms import told_of_all
from pytest_misata.story.english.lexicon import kind_of, noun_of
from pytest_misata.story.english.naming import is_state
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.facts import AnyFact, Count, Rate, Shape, Subject, Unplaced, Where
from pytest_misata.story.grammar.absence import LACKING, absences
from pytest_misata.story.grammar.alike import of_all
from pytest_misata.story.grammar.doings import Doings
from pytest_misata.story.grammar.fitting import PLANS
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.outputs import Outputs
from pytest_misata.story.grammar.sorts import by_sort

_QUALIFYING = frozenset("in from on who that whose based living located".split())
_MOST_BEFORE, _LONGEST_ACT = 3, 4
"""Words before a domain's name that narrow it down, and of what rows do, at the most."""
SAYING = frozenset(
    "growing shrinking declining booming seasonal small tiny large big huge busy new old young busy quiet medium "
    "mid sized early late local".split()
)
"""What a story's first words may say beyond what it is about; nothing in the data stands for it."""
_ADJECTIVAL = ("ive", "ous", "able", "ible", "ful", "less", "ly", "ish", "ary", "ic")
_VAGUE = frozenset(
    "regional national global international typical traditional digital virtual fictional hypothetical professional "
    "real usual general special original realistic generic basic classic public total multinational".split()
)
"""Adjectives that say of no trade what it is."""
_ORGANISED = frozenset({"organisation", "group"})
"""Kinds of noun that stand for a company, or a part of one."""
_NETWORKS = frozenset("network scheme programme program hub centre center site portal".split())
_UNLIKE = frozenset({("rather", "than"), ("instead", "of"), ("as", "opposed")})
_TOO_MUCH = frozenset({("would", "be"), ("is", "too"), ("are", "too"), ("was", "too"), ("were", "too")})
"""How a story takes back what it said."""
_MANY = 30
"""How many people something may be for at a time, at the most."""
_FEW = 12
"""What anybody does in a day, a week or a month, at the most."""
_BEFORE_ANY = frozenset(
    "in into of to for on as at by from per than like book books place places make makes end".split()
)
"""Words after which "a" is any of its kind: "end in an order"."""
_AFTER_STATE = frozenset({"", ",", ".", ";", "and", "in", "during", "since", "last", "over", ")"})

Found = tuple[list[AnyFact], int]
"""The facts that begin at a place, and the token after them."""
_RULES = (
    "uncounted domain described each_of_one each_of_some each_lasting each_does each_parent_has each_with times_each "
    "no_parent_has compared bill measured_every attrition output pace regular gives_often done_often earned event "
    "trend on_some_days rhythm by_span span_first none_older party of_capacity located counted at_hand acting when "
    "bound_for where countries aged nationality none_beyond currency paid_regularly part_aged average averaging "
    "one_of worth lasting_each measured_for bounded evenly filled share_of_class share_where through_rate share_of "
    "share_having so_many rate_of without no_rate labelled"
).split()
"""The rules, by name and in the order in which they are tried: those that need more words come first."""

_State = tuple[tuple[AnyFact, ...], tuple[bool, ...], tuple[str, ...], frozenset[str], tuple[AnyFact, ...]]
"""The facts as they were read, which tokens they are of, the tables spoken of and those aside, the facts by sorts."""


class Reader(Outputs, Doings):
    """Reads facts of one domain off the tokens of a story, from left to right."""

    def __init__(self, tokens: list[Token], domain: Domain) -> None:
        super().__init__(tokens, domain)
        self.facts: list[AnyFact] = []
        self.taken = [False] * len(tokens)
        self._mentioned: list[str] = []
        self._rules: list[Callable[[int], Found | None]] = [getattr(self, f"_{name}") for name in _RULES]

    def read(self) -> list[AnyFact]:
        """All facts of the story, in order. `taken` tells afterwards which tokens they are made of.

        A story is read in the same domain several times, for one thing after another that it may lack.
        """
        facts, taken, mentioned, self._asides, sorted_ = self.domain.last_read(self.tokens, self._read)
        self.facts, self.taken, self._mentioned = list(facts), list(taken), list(mentioned)
        return list(sorted_)

    def _read(self) -> _State:
        at = 0
        while at < len(self.tokens):
            found = self._first(at)
            if found is None:
                at += 1
                continue
            facts, end = found
            if self._is_not_meant(at, end):
                facts = [Unplaced(*self._stated(at, end), "it is said that it is not so")]
            self.facts += [*self._whole_of(at, end), *facts]
            self.taken[at:end] = [True] * (end - at)
            at = end
        sorted_ = of_all(by_sort(self.facts, self), self)
        return tuple(self.facts), tuple(self.taken), tuple(self._mentioned), self._asides, tuple(sorted_)

    def _is_not_meant(self, at: int, end: int) -> bool:
        """Whether what is said is what is not so: "rather than 400 pupils", "1,000 tasks would be too many"."""
        before, after = (tuple(self._said(max(0, start), start + 2)) for start in (at - 2, end))
        told = before in _UNLIKE or before[-1:] == ("not",) or after in _TOO_MUCH
        return told and self._kind(at) in {"number", "range", "percent", "money"}

    def _whole_of(self, at: int, end: int) -> Iterator[Count]:
        """How many rows there are of what a share is said of: 30% of the 2,500 books."""
        share = self._kind(at) == "percent" or self._text(at) == "half"
        number = next((place for place in range(at + 1, min(end, at + 4)) if share and self._is_whole(place)), 0)
        named = self._table(number + 1) if number else None
        if named and number + 1 + named[1] <= end:
            self._mention(number, named[0])
            yield Count(*self._stated(number, number + 1 + named[1]), named[0], int(self.tokens[number].value))

    def _first(self, at: int) -> Found | None:
        if not self.facts and self.tokens[at].article and self._phrase(at + 1, self.domain.phrases):
            return None
        return next((found for rule in self._rules if (found := rule(at))), None)

    # --- rules ---

    def _domain(self, at: int) -> tuple[list[AnyFact], int] | None:
        """The words that name the domain, and nouns before them that say more: "SaaS", "dance school"."""
        if self._kind(at) != "word":
            return None
        before = self._nouns_before_domain(at)
        size = self._phrase(at + before, self.domain.phrases)
        table = self._table(at) if size else None
        if not size or (table and table[1] > size + before) or self._is_served(at):
            return None
        end = at + before + size
        end += self._heads_after(end)
        return [Subject(*self._stated(at, end), self.domain.subject, is_domain=True, narrowed=before > 0)], end

    def _is_served(self, at: int) -> bool:
        """Whether what stands here is counted as those that are served: "selling to 220 restaurants"."""
        counted = at > 1 and self._kind(at - 1) == "number" and not self.tokens[at - 1].article
        return counted and self._text(at - 2) in {"to", "for", "serving", "supplying", "connecting"}

    def _heads_after(self, at: int) -> int:
        """How many words after the domain's name only say what sort of organisation it is: "video game studio"."""
        heads = [text for text in self._texts(at)[:1] if text not in FILLER and not (self.facts or self._table(at))]
        known = [noun_of((head,)) for head in heads]
        organised = any(noun.known and noun.kind.name in _ORGANISED for noun in known)
        return int(organised or any(head in _NETWORKS for head in heads))

    def _nouns_before_domain(self, at: int) -> int:
        """How many words after an article only narrow down the domain that is named after them."""
        last = self.facts[-1] if self.facts else None
        national = isinstance(last, Where) and last.end == self.tokens[at - 1].end
        begins = at > 0 and (self.tokens[at - 1].article or national)
        if not begins or self._phrase(at, self.domain.phrases):
            return 0
        for size in range(1, _MOST_BEFORE + 1):
            if not self._is_plain_noun(at + size - 1):
                return 0
            if self._phrase(at + size, self.domain.phrases):
                return size
        return 0

    def _is_plain_noun(self, at: int) -> bool:
        """Whether a word could be a noun, rather than a name, a state, or something else said of what follows."""
        if self._kind(at) != "word" or self.tokens[at].name or self._country(at):
            return False
        text = self._text(at)
        told = is_participle(text) or text.endswith(_ADJECTIVAL) or text in _VAGUE
        return not (text in SAYING or text in FILLER or is_state((text,)) or told)

    def _described(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A weight; a colour: what was found to name a column."""
        end, meaning = self.domain.described.get(at, (0, ""))
        return ([Subject(*self._stated(at, end), meaning)], end) if end else None

    def _counted(self, at: int) -> tuple[list[AnyFact], int] | None:
        """1000 users; 3 orders per customer; 100 users with 3 orders each; about two thousand active users."""
        counted = self._counted_noun(at)
        if counted is None:
            return None
        token, table, end, adjectives = counted
        if (token.article and not self._is_there(at)) or self._so_many_in(at, of_which=False):
            return None
        for rule in (self._per, self._trailing_each, self._on_average):
            ratio = rule(at, token, table, end)
            if ratio is not None:
                return ratio
        problem = (
            _count_problem(token) or self._is_capacity(at, table, _rows(token)) or self._is_time_and_again(at, table)
        )
        if problem:
            return [Unplaced(*self._stated(at, end), problem)], end
        never = self._never_on(at, end, table) if not token.value and not adjectives else None
        if never is not None:
            return never
        self._mention(at, table)
        times = self._groups_before(at)
        if times > 1:
            return [Count(*self._stated(at, end), table, times * _rows(token))], end
        groups = self._groups_of(table, _rows(token), end)
        if groups is not None:
            return [Count(*self._stated(at, end), table, _rows(token)), *groups[0]], groups[1]
        value = self._adjective(at, end, adjectives, table)
        if value and not token.value:
            return [Rate(*self._stated(at, end), *value[:2], Fraction(0))], end
        after = None if adjectives else self._some_after(at, end, table, _rows(token))
        if after is not None:
            return after
        narrowed, located = adjectives or self._qualifier(end), not adjectives and self._where(end) is not None
        count = Count(*self._stated(at, end), table, _rows(token), narrowed, value and value[:2], located)
        return [count, *([] if value else self._unread(at, end, adjectives, table))], end

    def _never_on(self, at: int, end: int, table: str) -> tuple[list[AnyFact], int] | None:
        """No deliveries on Sundays; no outings in December: there are some at other times."""
        found = self._when_never(end)
        if found is None or not (self._mentions(table) or "weekdays" in dict(found[0])):
            return None
        return [Shape(*self._stated(at, found[1]), table, money=False, options=found[0])], found[1]

    def _mentions(self, table: str) -> bool:
        """Whether there are rows of a table, by what was said before."""
        return table in self._mentioned

    def _is_capacity(self, at: int, table: str, rows: int) -> str:
        """Why so many people are no count, where something is for so many of them each: "18 tables for 4 guests"."""
        lead = next((place for place in (at - 1, at - 3) if self._text(place) == "for"), at)
        last = self.facts[-1] if self.facts else None
        few = isinstance(last, Count) and last.end == self.tokens[lead - 1].end and rows < min(last.rows, _MANY)
        of_some = self._kind(lead - 1) == "percent"
        is_one = lead < at and kind_of(table) == "person" and (few or of_some)
        return f"for how many {table} each is, no column tells" if is_one else ""

    def _on_some_days(self, at: int) -> Found | None:
        """[12% of them absent] on Mondays: a share of the rows of some days, which no column tells apart."""
        last = self.facts[-1] if self.facts else None
        found = self._rhythm(at) if isinstance(last, Rate) and at and last.end == self.tokens[at - 1].end else None
        if found is None or not any(isinstance(one, Shape) and "weekdays" in dict(one.options) for one in found[0]):
            return None
        return [Unplaced(*self._stated(at, found[1]), "a share is of all days, and not of some alone")], found[1]

    def _some_after(self, at: int, end: int, table: str, rows: int) -> tuple[list[AnyFact], int] | None:
        """So many rows in a state that is said after them; it may be one of which no column tells yet."""
        state = self._state_after(end, table)
        if state is not None:
            stop = end + state[2]
            said = " ".join(self._said(end, stop))
            return [Count(*self._stated(at, stop), table, rows, said, state[:2])], stop
        part = self._part_after(end, table, rows)
        stop = end + len(part.split())
        if not part:
            return None
        hit = self._hook(end, table)
        unread = [] if hit else [Unplaced(*self._stated(end, stop), f"no column of {table} stands for it")]
        return [Count(*self._stated(at, stop), table, rows, part, hit and hit[:2]), *unread], stop

    def _is_there(self, at: int) -> bool:
        """Whether "a" counts what is there, rather than telling the domain ("a vet"), or what something is done to."""
        return self._text(at - 1) not in _BEFORE_ANY and not self._text(at - 1).endswith("ing")

    def _mention(self, at: int, table: str) -> None:
        """Speak of a table from here on; aside where it only says what the one before is in: "900 users in 3 teams"."""
        aside = self._text(at - 1) in {"by", "in", "at", "across", "from", "to"} and bool(self._mentioned)
        self._asides = self._asides | {table} if aside else self._asides - {table}
        self._mentioned.append(table)

    def _state_after(self, at: int, table: str) -> tuple[RateHook, str, int] | None:
        """The state that rows are in, said after them: "300 orders cancelled in 2023", "100 users on the pro plan"."""
        said = bool(told_of_all(self._texts(at)))
        lead = 1 + (self._text(at + 1) == "the") if self._text(at) == "on" and not said else 0
        hit = self._hook(at + lead, table) if self._kind(at) == "word" else None
        if hit is None or hit[0].rank or (lead and tuple(hit[0].noun) not in PLANS):
            return None
        if not (lead or said or is_participle(self._text(at)) or hit[0].column.endswith("status")):
            return None
        size = self._past_noun(hit[0], at + lead + hit[2]) - at if lead else hit[2]
        return (*hit[:2], size) if self._text(at + size) in _AFTER_STATE else None

    def _acting(self, at: int) -> tuple[list[AnyFact], int] | None:
        """The verb of "60 tutors teach 500 students": how rows of two tables that are joined belong together."""
        last = self.facts[-1] if self.facts else None
        if not isinstance(last, Count) or self._kind(at) != "word" or not at or last.end != self.tokens[at - 1].end:
            return None
        end = next((end for end in range(at + 1, at + _LONGEST_ACT + 1) if self._counted_noun(end)), at)
        whom = self._counted_noun(end)
        words = range(at, end)
        if whom is None or not all(map(self._may_act, words)):
            return None
        of_each = self._is_of_each(at, end) or self._is_done_by_each(at, whom, last.rows)
        if all(self._text(one) in FILLER for one in words) and not of_each:
            return None
        meaning = f"how {last.table} and {whom[1]} belong together"
        if of_each and self.domain.related(whom[1], last.table):
            found = self._ratio(at, whom[2], whom[0], whom[1], last.table, each=False)
            return self._timed((found, whom[2]))
        return ([Subject(*self._stated(at, end), meaning)], end) if self._meet(last.table, whom[1]) else None

    def _is_of_each(self, at: int, end: int) -> bool:
        """Whether it is said of every row: "who place 3 orders", but neither "who placed" nor "that belong to"."""
        tense = end - at == 2 and not is_participle(self._text(at + 1)) and not self._text(at + 1).endswith("ing")
        return self._text(at) in {"who", "that", "which"} and tense and self._text(at + 1) not in {"are", "were", "is"}

    def _is_done_by_each(self, verb: int, whom: tuple[Token, str, int, str], doing: int) -> bool:
        """Whether so few are done in each unit of time that all do as many: "2,000 users make 5 trades a day"."""
        few = whom[0].kind == "number" and whom[0].value <= min(doing, _FEW)
        said = not is_participle(self._text(verb))
        return few and said and self._period(whom[2]) is not None

    def _may_act(self, at: int) -> bool:
        """Whether a word may be of what rows do: no name, no table, no state that they are in, and no conjunction."""
        said = self._kind(at) == "word" and not self.tokens[at].name
        return (
            said
            and self._text(at) not in {"and", "with", "plus", "than"}
            and not (self._table(at) or self._hook(at, None))
        )

    def _meet(self, one: str, other: str) -> bool:
        """Whether rows of one table belong to those of the other, or rows of a third to both."""
        related = self.domain.related
        tables = [(one, other), (other, one)]
        return any(related(*pair) for pair in tables) or self.domain.meet(one, other)

    def _adjective(self, at: int, end: int, adjectives: str, table: str) -> tuple[RateHook, str, int] | None:
        """The value of a column that the adjectives are, all of them."""
        size = len(adjectives.split())
        first = next((i for i in range(at, end) if adjectives and self.tokens[i].text == adjectives.split()[0]), None)
        hit = self._hook(first, table) if first is not None else None
        return hit if hit and hit[2] >= size else None

    def _unread(self, at: int, end: int, adjectives: str, table: str) -> list[AnyFact]:
        """Words between a number and its noun, unless they name a table themselves: "500 customer reviews"."""
        if not adjectives:
            return []
        first = next(i for i in range(at, end) if self.tokens[i].text == adjectives.split()[0])
        size = len(adjectives.split())
        named = self._table(first)
        if named and named[1] == size:
            return []
        return [Unplaced(*self._stated(first, first + size), f"no column of {table} stands for it")]

    def _qualifier(self, at: int) -> str:
        """The words that narrow a count down, up to the end of the clause."""
        if self._text(at) not in _QUALIFYING or self._kind(at + 1) == "date" or self._when(at):
            return ""
        texts = []
        for token in self.tokens[at:]:
            if token.kind in {"stop", "number"} or token.text in {"and", "with", "plus"}:
                break
            texts.append(token.text)
        return " ".join(texts)

    def _without(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Without reviews; without any payments or refunds: no rows of a table, or no table of that name."""
        if self._text(at) not in LACKING:
            return None
        noun = at + 1 + (self._text(at + 1) in {"any", "the"})
        return (None if self._table(noun) else self._none_with(at, noun)) or absences(self, at)

    def _labelled(self, at: int) -> tuple[list[AnyFact], int] | None:
        """users: 500; users = 500; users (500)."""
        table = self._table(at)
        if table is None or self._text(at + table[1]) not in {":", "=", "("}:
            return None
        end = at + table[1] + 2
        number = self.tokens[end - 1] if end <= len(self.tokens) else None
        if number is None or number.kind not in {"number", "range"} or number.article or self._counted_noun(end - 1):
            return None
        ratio = self._per(at, number, table[0], end)
        if ratio or number.kind == "range":
            return ratio
        self._mention(at, table[0])
        problem = _count_problem(number)
        span = self._stated(at, end)
        return [Unplaced(*span, problem) if problem else Count(*span, table[0], int(number.value))], end


def _count_problem(token: Token) -> str:
    if token.kind == "range" and not (0 <= token.value <= token.high and token.value.denominator == 1):
        return "a range goes from a whole number to a larger one"
    if token.kind != "range" and not token.whole:
        return "not a whole number; write 1,000 for a thousand"
    return "a number of rows is not negative" if token.value < 0 else ""


def _rows(token: Token) -> int:
    """The number of rows: of a range the middle."""
    return int(token.value if token.kind != "range" else (token.value + token.high) / 2)
