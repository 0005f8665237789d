"""The grammar of where and when: spans of time, countries and currencies that a story speaks of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.engine.people.countries import codes
from pytest_misata.engine.people.gazetteer import GROUP, OR
from pytest_misata.story.english.dates import Span, span_at
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.tokens import Token, tokenize
from pytest_misata.story.english.verbs import PARTICLES, is_participle
from pytest_misata.story.facts import AnyFact, Count, Currency, Rate, Subject, Unplaced, When, Where
from pytest_misata.story.grammar.areas import area_at, nationality_at
from pytest_misata.story.grammar.holding import Holding

_BIRTHS = tuple(
    tuple(verb.split())
    for verb in (
        "signed up",
        "sign up",
        "signing up",
        "registered",
        "joined",
        "enrolled",
        "hired",
        "created",
        "opened",
        "founded",
        "admitted",
        "onboarded",
        "started",
        "placed",
        "ordered",
        "booked",
        "made",
        "filed",
        "posted",
        "published",
        "issued",
        "sold",
        "listed",
        "recorded",
        "taken",
        "submitted",
        "reported",
        "raised",
        "received",
        "applied",
        "bought",
        "purchased",
        "adopted",
        "launched",
        "arrived",
        "sent",
        "written",
        "born",
        "built",
        "held",
        "played",
    )
)
_FOUNDING = frozenset("opened founded started launched created built established".split())
"""What is said of an organisation, and not of its customers."""
_FIRST_DATES = frozenset(
    "signup registration order booking hire hiring joining enrollment enrolment issue creation start admission "
    "publication release purchase sale invoice founding opening filing application submission".split()
)
"""What the date is called since when a row is there."""
_ONCE = frozenset("went goes came began opens starts launches live".split())
"""Verbs of what happens on one day, beside the participles."""
_SHAPES = frozenset("growing growth grows grew rising falling declining doubling tripling revenue spike peak".split())
_SPREAD_OVER = frozenset({"in", "from", "across", "over", "of"})
USUAL_COUNTRIES = ("US", "GB", "DE", "FR", "CA", "AU", "ES", "IT", "NL", "IN", "BR", "TR")
"""The countries that are meant where a story says only how many: large ones that it is easy to think of."""
PLACED = tuple(
    tuple(words.split())
    for words in (
        "who live in",
        "that live in",
        "living in",
        "located in",
        "based in",
        "who are in",
        "who are from",
        "in",
        "from",
        "across",
        "throughout",
        "all over",
        "all across",
        "around",
        "spread across",
        "spread over",
        "living across",
        "based across",
        "in the city of",
    )
)
_JOINTS = frozenset({",", "and", "or", "&", "the", "in"})
_WORLD = f"{GROUP}world"

AT_HAND = tuple(
    tuple(said.split())
    for said in ("in stock", "on offer", "for sale", "for rent", "for hire", "to rent", "to let", "on file")
)
"""What is said of all rows that there are of something, and tells none of them apart."""
_CLOSING = frozenset({"", ",", ".", ";", "and", "with", ")"})


class Situations(Holding):
    """Reads off the tokens of a story where and when what it speaks of is."""

    def _when(self, at: int) -> tuple[list[AnyFact], int] | None:
        """In 2024; over the last two years; who signed up between January and June 2023."""
        other = self._of_another_date(at) or self._state_since(at)
        if other is not None:
            return other
        start = self._coming_to_be(at)
        start += self._text(start) == "only" and span_at(self.tokens, start + 1) is not None
        found = span_at(self.tokens, start)
        if found is None or self._tells_a_shape(at):
            return None
        span, end = found
        born = start > at
        table = self._just_named(at) or (self._again(at) if born else self._done_to(at - 1))
        born = born or (table is not None and self._kind(at - 2) == "stop")
        if table is None and (self._is_of_the_whole(start) if born else self._happened_once(at, span)):
            return [
                Unplaced(*self._stated(at, end), "that is when something happened, and not when all of it did")
            ], end
        return [When(*self._stated(at, end), span, table, born=born)], end

    def _at_hand(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[130 cars] in stock; [60 flats] for rent: what all of them are."""
        said = next((said for said in AT_HAND if tuple(self._said(at, at + len(said))) == said), ())
        last, end = self.facts[-1] if self.facts else None, at + len(said)
        table = self._just_named(at) if said and isinstance(last, Count) else None
        if not isinstance(last, Count) or table != last.table or last.qualifier not in {"", " ".join(said)}:
            return None
        if self._text(end) not in _CLOSING:
            return None
        beside = any(token.kind in {"number", "percent"} and not token.article for token in self.tokens[end : end + 2])
        if beside and not self._counted_noun(end + 1):
            # "130 cars in stock and 40 sold" are of two sorts.
            return None
        return [Subject(*self._stated(at, end), f"what the {table} are that are counted")], end

    def _state_since(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[10% cancelled] in June: when the share of the rows that was just stated came to be in its state."""
        last = self.facts[-1] if self.facts else None
        found = span_at(self.tokens, at) if isinstance(last, Rate) and self._is_past(at - 1) else None
        if found is None or not isinstance(last, Rate) or last.end != self.tokens[at - 1].end or last.span:
            return None
        self.facts[-1] = replace(last, end=self.tokens[found[1] - 1].end, span=found[0])
        return [], found[1]

    def _of_another_date(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Due dates in Q3 2025; hire dates between 2010 and 2020: a date of the rows, which may be another one."""
        named = self._kind(at) == "word" and singular(self._text(at + 1)) == "date" and self._mentioned
        found = span_at(self.tokens, at + 2) if named else None
        if found is None:
            return None
        table, which, said = self._mentioned[-1], self._text(at), self._stated(at, found[1])
        if which in _FIRST_DATES:
            return [When(*said, found[0], table, born=True)], found[1]
        return [Unplaced(*said, f"of {table} it can only be stated since when rows are there")], found[1]

    def _is_of_the_whole(self, end: int) -> bool:
        """Whether it is the organisation itself that began then, and no row: "a shop that opened in 2019"."""
        last = self.facts[-1] if self.facts else None
        named = isinstance(last, Subject) and last.is_domain
        return bool(set(self._said(end - 2, end)) & (_FOUNDING if named else {"founded", "established"}))

    def _happened_once(self, at: int, span: Span) -> bool:
        """Whether a verb tells what happened on a day, which is no day that all data is of: "went live on 15 June"."""
        single = span.first is not None and span.end == span.first + dt.timedelta(days=1)
        told = next((place for place in (at - 1, at - 2) if self._text(place) in _ONCE or self._is_past(place)), None)
        return single and told is not None and not self._counted_before(at)

    def _is_past(self, at: int) -> bool:
        return at >= 0 and self._kind(at) == "word" and is_participle(self._text(at))

    def _counted_before(self, at: int) -> bool:
        """Whether the rows that a day is said of were just stated."""
        last = self.facts[-1] if self.facts else None
        return last is not None and not isinstance(last, Subject | Unplaced) and last.end == self.tokens[at - 1].end

    def _none_older(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[3,000 orders,] none older than six months: when those spoken of last came to be."""
        named = self._table(at + 1)
        lead = at + 1 + (named[1] if named else 0)
        number = self.tokens[lead + 2] if lead + 3 < len(self.tokens) else None
        if self._text(at) not in {"none", "nothing", "no"} or self._said(lead, lead + 2) != ["older", "than"]:
            return None
        table = named[0] if named else self._mentioned[-1] if self._mentioned else None
        found = span_at(tokenize(f"over the last {number.text} {self._text(lead + 3)}"), 0) if number else None
        if table is None or found is None:
            return None
        return [When(*self._stated(at, lead + 4), found[0], table, born=True)], lead + 4

    def _done_to(self, at: int) -> str | None:
        """The table of rows that a participle here is said of: the orders of "orders cancelled in 2023"."""
        if at <= 0 or not is_participle(self._text(at)):
            return None
        # "60 bells, [15% cracked,] cast between 1890 and 1930" are all cast then.
        apart = self._kind(at - 1) == "stop" and self._mentioned and not self._in_state(at, self._mentioned[-1])
        return self._just_named(at) or (self._mentioned[-1] if apart else None)

    def _again(self, at: int) -> str | None:
        """The table whose rows came to be in another span too: "who signed up in 2023 and signed up in 2024"."""
        last = self.facts[-1] if self.facts else None
        joined = self._text(at - 1) in {"and", "or", ",", "but", "also"}
        return last.table if joined and isinstance(last, When) and last.born else None

    def _coming_to_be(self, at: int) -> int:
        """The token after words that tell how rows come to be: "who signed up", "joined", "were hired"."""
        next_ = at + (self._text(at) in {"who", "that", "which"})
        next_ += self._text(next_) in {"have", "has", "had", "were", "was", "all", "are"}
        size = next((len(verb) for verb in _BIRTHS if tuple(self._texts(next_)[: len(verb)]) == verb), 0)
        named = self._just_named(at)
        size = size or (self._made(next_, named) if named else 0)
        return next_ + size if size else at

    def _made(self, at: int, table: str | None) -> int:
        """Brewed; handed out: what was done to rows that were just named, where that is no state that they are in."""
        if not is_participle(self._text(at)) or self._in_state(at, table):
            return 0
        return 1 + (self._text(at + 1) in PARTICLES and span_at(self.tokens, at + 1) is None)

    def _tells_a_shape(self, at: int) -> bool:
        """Whether the clause is about how numbers run over time: "growing from $50k in January".

        Not so where rows were counted just now: "growing 5% a month and 3,000 orders in 2024".
        """
        if self.facts and isinstance(self.facts[-1], Count) and self._counted_before(at):
            return False
        for token in reversed(self.tokens[:at]):
            if token.kind == "stop":
                return False
            if token.kind == "money" or token.text in _SHAPES:
                return True
        return False

    def _bound_for(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[600 shipments] to Italy and Greece; [flights] from Spain to Germany: where rows come from and go to."""
        sent = self._kind(at) == "word" and (is_participle(self._text(at)) or self._text(at) in _GOING)
        table = self._just_named(at)
        start = at + (sent and self._text(at + 1) in {"to", "from"})
        first = self._places(start + 1) if table and self._text(start) in {"to", "from"} else None
        if first is None or kind_of(str(table)) == "person":
            return None
        last = self._places(first[1] + 1) if self._text(start) == "from" and self._text(first[1]) == "to" else None
        if last is None and self._text(start) == "from":
            return None
        if last is None:
            return [Where(*self._stated(at, first[1]), first[0], table, role="destination")], first[1]
        come, go = self._stated(at, first[1]), self._stated(first[1], last[1])
        return [
            Where(*come, first[0], table, role="origin"),
            Where(*go, last[0], table, role="destination"),
        ], last[1]

    def _where(self, at: int) -> tuple[list[AnyFact], int] | None:
        """300 users in Germany and 100 in France; based in Brazil."""
        more = self._kind(at) == "number" and self.tokens[at].whole and not self.tokens[at].article
        start = at + more
        size = next((len(lead) for lead in PLACED if tuple(self._texts(start)[: len(lead)]) == lead), 0)
        found = self._places(start + size) if size else self._everywhere(start)
        if found is None:
            return None
        code, end = found
        last = self.facts[-1] if self.facts else None
        if more:
            table = last.table if isinstance(last, Where | Count) else None
            if table is None:
                return None
            span, rows = self._stated(at, end), int(self.tokens[at].value)
            return [Count(*span, table, rows, f"in {code}", located=True), Where(*span, code, table, rows)], end
        named = self._just_named(at)
        whole = last.rows if isinstance(last, Count) and named == last.table else None
        each = code.split(OR)
        if len(each) > 1 and len(each) == whole:
            return [Where(*self._stated(at, end), one, named, 1) for one in each], end
        return [Where(*self._stated(at, end), code, named, whole)], end

    def _located(self, at: int) -> tuple[list[AnyFact], int] | None:
        """300 German customers; 200 US-based users: so many rows of a table, all of one place."""
        number = self._number(at)
        place = self._country(number[1]) if number and number[0].whole and not number[0].article else None
        if number is None or place is None or number[0].kind != "number":
            return None
        code, noun = place
        noun += 2 if self._said(noun, noun + 2) == ["-", "based"] else self._text(noun) == "based"
        table = self._table(noun)
        if table is None or self._table(number[1]):
            return None
        span, rows = self._stated(at, noun + table[1]), int(number[0].value)
        self._mentioned.append(table[0])
        count = Count(*span, table[0], rows, f"in {code}", located=True)
        return [count, Where(*span, code, table[0], rows)], noun + table[1]

    def _countries(self, at: int) -> tuple[list[AnyFact], int] | None:
        """In 3 countries; from five different countries: as many rows in each, where that is no table."""
        number = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if self._text(at) not in _SPREAD_OVER or number is None or number.kind != "number" or not number.whole:
            return None
        noun = at + 2 + (self._text(at + 2) in {"different", "european"})
        known = [*USUAL_COUNTRIES, *(code for code in codes() if code not in USUAL_COUNTRIES)]
        if self._text(noun) != "countries" or self._table(noun) or not 0 < number.value <= len(known):
            return None
        chosen = known[: int(number.value)]
        span, share = self._stated(at, noun + 1), Fraction(1, len(chosen))
        return [Where(*span, code, self._just_named(at), None, share) for code in chosen], noun + 1

    def _nationality(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A Brazilian fintech; an online shop from another rule."""
        found = self._country(at)
        follows = found and (self._kind(found[1]) == "word" or self._text(found[1]) == "-")
        if found is None or not follows or any(isinstance(fact, Count) for fact in self.facts):
            return None
        end = found[1] + (2 if self._said(found[1], found[1] + 2) == ["-", "based"] else 0)
        return [Where(*self._stated(at, end), found[0])], end

    def _currency(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Prices in TRY; priced in euros; amounts in USD."""
        size = 1 if self._is_priced(at) else 0
        size += self._text(at + size) in {"are", "is", "priced", "paid"}
        if self._text(at + size) != "in" or not (size or self._text(at) == "in"):
            return None
        found = self._coded("currencies", at + size + 1)
        return ([Currency(*self._stated(at, found[1]), found[0])], found[1]) if found else None

    def _is_priced(self, at: int) -> bool:
        """Whether a word is one for what is paid or owned in money, and not for rows that are counted."""
        return self._text(at) in _PRICES or (self._text(at) in _OWNED and self._text(at + 1) == "in")

    def _country(self, at: int) -> tuple[str, int] | None:
        """The country, group of countries, region or city that is named here, and the token after it."""
        if at >= len(self.tokens) or (self._text(at - 1) == "in" and self._text(at) in LANGUAGES):
            return None
        found = area_at(self._said(at, at + 6), cities=at > 0 and self.tokens[at].name)
        # Of countries without places a nationality is that of the whole only where the story begins with it.
        people = nationality_at(self._said(at, at + 1)) if not found and self._begins_with(at) else None
        return (found[0], at + found[1]) if found else (people, at + 1) if people else None

    def _begins_with(self, at: int) -> bool:
        return at == 0 or (at == 1 and (self.tokens[0].article or self._text(0) in {"the", "our", "my"}))

    def _everywhere(self, at: int) -> tuple[str, int] | None:
        return (_WORLD, at + 1) if self._text(at) in {"worldwide", "globally"} else None

    def _places(self, at: int) -> tuple[str, int] | None:
        """One place or several: Paris and Lyon; Germany, Austria or Switzerland."""
        found = self._country(at + (self._text(at) == "the"))
        while found is not None:
            area, end = found
            next_ = end
            while self._text(next_) in _JOINTS:
                next_ += 1
            more = self._country(next_) if next_ > end else None
            if more is None:
                break
            found = f"{area}{OR}{more[0]}", more[1]
        return found


def is_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a country, or the people of one, are named at a place."""
    texts = [token.text for token in tokens[at : at + 6]]
    return area_at(texts, cities=False) is not None or nationality_at(texts) is not None


_GOING = frozenset("going flying sailing heading travelling traveling".split())
LANGUAGES = frozenset(
    "english spanish german french italian portuguese russian chinese japanese korean arabic hindi turkish polish "
    "dutch swedish danish norwegian finnish greek czech hungarian romanian ukrainian hebrew thai vietnamese".split()
)
"""What something may be in that is no country: "40% in Spanish" are lessons."""
_OWNED = frozenset(
    "balances salaries wages rents fares fees costs premiums budgets invoices bills revenue sales donations payouts "
    "loans claims transactions wallets accounts figures values totals money".split()
)
_PRICES = frozenset("prices price amounts amount everything all payments paid priced billed".split())
