"""The grammar of facts: how tokens of a story become counts, ratios and shares of one domain.

Each rule looks at the tokens from one place on and returns the fact that begins there, or None. A new kind of fact is a
class in `facts`, a rule here, and its place in the schema in `apply`.
"""

from __future__ import annotations

from collections.abc import Callable

from pytest_misata.story import words
from pytest_misata.story.domain import Domain, Phrase, RateHook
from pytest_misata.story.facts import AnyFact, Count, Rate, Ratio, Subject, Unplaced
from pytest_misata.story.tokens import Token

ABOUT = frozenset("about around approximately roughly circa some nearly almost over exactly approx only just ~".split())
_LEADS = [
    phrase.split()
    for phrase in ("more than", "at least", "up to", "close to", "a total of", "an average of", "on average")
]
_HAVING = frozenset("has have having with places place placed makes make made gets get holds hold owns own".split())
_QUALIFYING = frozenset("in from on who that whose based living located".split())
_RATE_JOINTS = frozenset("of at is are a an the were was be being get gets on in with rate to as have has".split())
_ADJECTIVES = 2
"""How many words may stand between a number and the noun it counts."""


class Reader:
    """Reads facts of one domain off the tokens of a story, from left to right."""

    def __init__(self, tokens: list[Token], domain: Domain) -> None:
        self.tokens, self.domain = tokens, domain
        self.facts: list[AnyFact] = []
        self.taken = [False] * len(tokens)
        self._mentioned: list[str] = []

    def read(self) -> list[AnyFact]:
        """All facts of the story, in order. `taken` tells afterwards which tokens they are made of."""
        at = 0
        while at < len(self.tokens):
            found = self._first(at)
            if found is None:
                at += 1
                continue
            facts, end = found
            self.facts += facts
            self.taken[at:end] = [True] * (end - at)
            at = end
        return self.facts

    def _first(self, at: int) -> tuple[list[AnyFact], int] | None:
        rules: tuple[Callable[[int], tuple[list[AnyFact], int] | None], ...] = (
            self._domain,
            self._each_parent_has,
            self._each_with,
            self._counted,
            self._share_of,
            self._rate_of,
            self._without,
            self._labelled,
        )
        return next((found for rule in rules if (found := rule(at))), None)

    # --- nouns ---

    def _texts(self, at: int) -> list[str]:
        """The words from here on, up to the first token that is no word."""
        texts = []
        for token in self.tokens[at : at + 6]:
            if token.kind != "word":
                break
            texts.append(token.text)
        return texts

    def _phrase(self, at: int, phrases: tuple[Phrase, ...]) -> int:
        """How many tokens from here on are one of the phrases; hyphens inside count."""
        texts, ends = spoken(self.tokens, at)
        sizes = [words.length_of_match(texts, phrase) for phrase in phrases]
        size = max(sizes, default=0)
        return ends[size - 1] - at if size else 0

    def _table(self, at: int) -> tuple[str, int] | None:
        """The table named here and how many tokens name it; the longest name wins."""
        sizes = {table: self._phrase(at, names) for table, names in self.domain.names.items()}
        table = max(sizes, key=lambda name: sizes[name], default=None)
        return (table, sizes[table]) if table is not None and sizes[table] else None

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _stated(self, at: int, end: int) -> tuple[int, int]:
        return self.tokens[at].start, self.tokens[end - 1].end

    # --- numbers ---

    def _number(self, at: int) -> tuple[Token, int] | None:
        """A number or a range of numbers here, after words such as "about"; and the token after it."""
        while at < len(self.tokens):
            lead = next((lead for lead in _LEADS if self._said(at, at + len(lead)) == lead), [])
            if not lead and self._text(at) not in ABOUT:
                break
            at += len(lead) or 1
        if at >= len(self.tokens) or self.tokens[at].kind not in {"number", "range"}:
            return None
        token = self.tokens[at]
        return token, at + 1 + (self._text(at + 1) in ({"single"} if token.article else {"-"}))

    def _counted_noun(self, at: int) -> tuple[Token, str, int, str] | None:
        """A number, the table it counts, the token after it, and the adjectives between."""
        number = self._number(at)
        if number is None:
            return None
        token, noun = number
        for skipped in range(_ADJECTIVES + 1):
            table = self._table(noun + skipped)
            end = noun + skipped + (table[1] if table else 0)
            if table and not self._is_compound(noun + skipped, end):
                fits = not token.article or self._is_one_thing(noun + skipped, end)
                return (token, table[0], end, " ".join(self._texts(noun)[:skipped])) if fits else None
            if token.article or not self._may_be_adjective(noun + skipped):
                return None
        return None

    def _is_compound(self, at: int, end: int) -> bool:
        """Whether a noun only narrows down the next one: the "customer" of "500 customer reviews"."""
        return self._is_singular(end) and self._table(end) is not None and self._text(at) != self._text(end)

    def _is_one_thing(self, at: int, end: int) -> bool:
        """Whether "a" counts here: "a user and an order", not "a user database" nor "a users table"."""
        return self._is_singular(end) and (self._kind(end) != "word" or self._text(end) in _NO_ADJECTIVES)

    def _is_singular(self, end: int) -> bool:
        last = self._text(end - 1)
        return any(name[-1] == last for names in self.domain.names.values() for name in names)

    def _may_be_adjective(self, at: int) -> bool:
        if at >= len(self.tokens) or self.tokens[at].kind != "word":
            return False
        return self._text(at) not in _NO_ADJECTIVES

    # --- rules ---

    def _domain(self, at: int) -> tuple[list[AnyFact], int] | None:
        """The words that name the domain: "SaaS", "online shop"."""
        size, table = self._phrase(at, self.domain.phrases), self._table(at)
        if not size or (table and table[1] > size):
            return None
        return [Subject(*self._stated(at, at + size), f"the {self.domain.title} domain", is_domain=True)], at + size

    def _counted(self, at: int) -> tuple[list[AnyFact], int] | None:
        """1000 users; 3 orders per customer; 100 users with 3 orders each; about two thousand active users."""
        counted = self._counted_noun(at)
        if counted is None:
            return None
        token, table, end, adjectives = counted
        for rule in (self._per, self._trailing_each, self._on_average):
            ratio = rule(at, token, table, end)
            if ratio is not None:
                return ratio
        problem = _count_problem(token)
        if problem:
            return [Unplaced(*self._stated(at, end), problem)], end
        qualifier = adjectives or self._qualifier(end)
        self._mentioned.append(table)
        count = Count(*self._stated(at, end), table, int(token.value), qualifier)
        return [count, *self._unread(at, end, adjectives, table)], end

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
        if self._text(at) not in _QUALIFYING or self._kind(at + 1) == "date":
            return ""
        texts = []
        for token in self.tokens[at:]:
            if token.kind in {"stop", "number"} or token.text in {"and", "with", "plus"}:
                break
            texts.append(token.text)
        return " ".join(texts)

    def _kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def _per(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """... per customer; ... for each customer; ... on every order."""
        joint = next((i for i in range(end, end + 3) if self._text(i) in {"per", "each", "every"}), None)
        if joint is None or any(self._text(i) not in {"for", "to", "on", "in", "by"} for i in range(end, joint)):
            return None
        parent = self._table(joint + 1 + (self._text(joint + 1) in {"single", "one"}))
        if parent is None:
            return None
        stop = joint + 1 + (self._text(joint + 1) in {"single", "one"}) + parent[1]
        stop += 2 if self._texts(stop)[:2] == ["on", "average"] else 0
        each = self._text(joint) != "per" and "average" not in self._said(at, stop)
        return self._ratio(at, stop, token, child, parent[0], each=each), stop

    def _trailing_each(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """... with 3 orders each."""
        parent = self._parent_of(child)
        if self._text(end) not in {"each", "apiece"} or self._table(end + 1) or parent is None:
            return None
        return self._ratio(at, end + 1, token, child, parent, each="average" not in self._said(at, end)), end + 1

    def _on_average(self, at: int, token: Token, child: str, end: int) -> tuple[list[AnyFact], int] | None:
        """500 customers with an average of 3 orders."""
        if "average" not in self._said(at, end):
            return None
        parent = self._parent_of(child)
        if parent is None:
            return [Unplaced(*self._stated(at, end), f"an average of {child} per what?")], end
        return self._ratio(at, end, token, child, parent, each=False), end

    def _parent_of(self, child: str) -> str | None:
        """The table mentioned last that the child's rows may belong to."""
        return next((table for table in reversed(self._mentioned) if self.domain.related(child, table)), None)

    def _each_parent_has(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Every customer has 3 orders and 2 reviews; customers place 3 orders each is another rule."""
        if self._text(at) not in {"each", "every"}:
            return None
        parent = self._table(at + 1)
        if parent is None or self._text(at + 1 + parent[1]) not in _HAVING:
            return None
        return self._each_list(at, at + 2 + parent[1], parent[0])

    def _each_with(self, at: int) -> tuple[list[AnyFact], int] | None:
        """10 users, each with 5 subscriptions, each with 2 invoices."""
        if self._text(at) != "each" or self._text(at + 1) not in _HAVING:
            return None
        first = self._counted_noun(at + 2)
        parent = self._parent_of(first[1]) if first else None
        return self._each_list(at, at + 2, parent) if parent else None

    def _each_list(self, at: int, next_: int, parent: str) -> tuple[list[AnyFact], int] | None:
        """One or more counted children of a parent: 3 orders[, 2 reviews] and 5 tickets."""
        facts: list[AnyFact] = []
        end = at
        while counted := self._counted_noun(next_):
            token, child, stop, adjectives = counted
            if adjectives:
                break
            each = "average" not in self._said(at, stop)
            facts += self._ratio(next_ if facts else at, stop, token, child, parent, each=each)
            end = stop
            if self._text(end) not in {"and", ","} or self._text(end + 1) in {"each", "every"}:
                break
            next_ = end + 1
        return (facts, end) if facts else None

    def _said(self, at: int, end: int) -> list[str]:
        return [token.text for token in self.tokens[at:end]]

    def _ratio(self, at: int, end: int, token: Token, child: str, parent: str, *, each: bool) -> list[AnyFact]:
        span = self._stated(at, end)
        self._mentioned.append(child)
        if token.kind == "range":
            return [Unplaced(*span, "a range of children per parent has no place yet")]
        if token.value < 0:
            return [Unplaced(*span, "a number of rows is not negative")]
        return [Ratio(*span, child, parent, token.value, each=each and token.whole)]

    def _share_of(self, at: int) -> tuple[list[AnyFact], int] | None:
        """20% churn; 2% of transactions are fraudulent; 30% on the pro plan; 15% churn rate."""
        if self._kind(at) != "percent":
            return None
        table, next_ = self._of_table(at + 1)
        for start in range(next_, min(next_ + 4, len(self.tokens))):
            hit = self._hook(start, table)
            if hit:
                hook, value, size = hit
                end = start + size
                end += self._text(end) == "rate"
                end += self._phrase(end, (hook.noun,)) if hook.noun else 0
                return [Rate(*self._stated(at, end), hook, value, self.tokens[at].value)], end
            if self._text(start) not in _RATE_JOINTS:
                return None
        return None

    def _of_table(self, at: int) -> tuple[str | None, int]:
        """`of [the] users`, `of them`: the table a share is of, and the token after."""
        if self._text(at) != "of":
            return None, at
        at += 1 + (self._text(at + 1) in {"the", "all", "our", "its", "their"})
        if self._text(at) in {"them", "these", "those", "which"}:
            return (self._mentioned[-1] if self._mentioned else None), at + 1
        table = self._table(at)
        return (table[0], at + table[1]) if table else (None, at)

    def _rate_of(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Churn of 20%; a fraud rate of 2%."""
        hit = self._hook(at, None)
        if hit is None:
            return None
        hook, value, size = hit
        end = at + size
        end += self._text(end) == "rate"
        while self._text(end) in {"of", "at", "is", ":", "around", "about"}:
            end += 1
        if self._kind(end) != "percent":
            return None
        return [Rate(*self._stated(at, end + 1), hook, value, self.tokens[end].value)], end + 1

    def _hook(self, at: int, table: str | None) -> tuple[RateHook, str, int] | None:
        """The value of a column that is spoken of here."""
        hits = [
            (hook, value, size)
            for hook in self.domain.rates
            if table in {None, hook.table}
            for value, phrases in hook.phrases.items()
            if (size := self._phrase(at, phrases))
        ]
        return max(hits, key=lambda hit: hit[2], default=None)

    def _without(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Without reviews; without any payments."""
        if self._text(at) != "without":
            return None
        noun = at + 1 + (self._text(at + 1) in {"any", "the"})
        table = self._table(noun)
        if table is None:
            return None
        end = noun + table[1]
        return [Count(*self._stated(at, end), table[0], 0)], end

    def _labelled(self, at: int) -> tuple[list[AnyFact], int] | None:
        """users: 500; users = 500; users (500)."""
        table = self._table(at)
        if table is None or self._text(at + table[1]) not in {":", "=", "("}:
            return None
        end = at + table[1] + 2
        number = self.tokens[end - 1] if end <= len(self.tokens) else None
        if number is None or number.kind != "number" or number.article or self._counted_noun(end - 1):
            return None
        problem = _count_problem(number)
        span = self._stated(at, end)
        return [Unplaced(*span, problem) if problem else Count(*span, table[0], int(number.value))], end


_NO_ADJECTIVES = frozenset(
    "and or with of in per each every who that which for to from on at by are is has have a an the than plus".split()
)


def spoken(tokens: list[Token], at: int) -> tuple[list[str], list[int]]:
    """The words from here on, hyphens left out, and the index after the token of each."""
    texts: list[str] = []
    ends: list[int] = []
    for index in range(at, min(at + 10, len(tokens))):
        token = tokens[index]
        if token.kind == "word" or token.article:
            texts.append(token.text)
            ends.append(index + 1)
        elif token.text != "-" or not texts:
            break
    return texts, ends


def _count_problem(token: Token) -> str:
    if token.kind == "range":
        return "a range of rows has no place yet; say one number"
    if not token.whole:
        return "not a whole number; write 1,000 for a thousand"
    return "a number of rows is not negative" if token.value < 0 else ""


def read_facts(tokens: list[Token], domain: Domain) -> tuple[list[AnyFact], list[bool]]:
    """The facts of a story in one domain, and which tokens they are made of."""
    reader = Reader(tokens, domain)
    facts = reader.read()
    return [_unlimited(fact) for fact in facts], reader.taken


def _unlimited(fact: AnyFact) -> AnyFact:
    """A share over the whole is no share."""
    if isinstance(fact, Rate) and not 0 <= fact.share <= 1:
        return Unplaced(fact.start, fact.end, "a share lies between 0% and 100%")
    return fact
