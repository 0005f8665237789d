"""The grammar of busy times: spikes and dips, seasons, weekdays and hours that a story speaks of."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import chain

from pytest_misata.story.english.dates import Span, read_span, span_at
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.verbs import BEFALLING, is_participle
from pytest_misata.story.english.words import plural
from pytest_misata.story.facts import AnyFact, Options, Shape, Unplaced
from pytest_misata.story.grammar.occasion import (
    Occasion,
    beginning_with,
    calendar_days,
    chosen,
    of_week,
    of_year,
    usual,
    words_of,
)
from pytest_misata.story.grammar.shares import Shares

_Found = tuple[list[AnyFact], int]
VERBS = frozenset("is are was were been be placed made happen happens come comes created open booked busy".split())
_TAKING = frozenset(
    "fall falls fell falling occur occurs occurred arrive arrives arrived take takes took place".split()
)
_COMING = frozenset("placed made happening coming created booked busy open".split())
_AMOUNTS = frozenset("volume volumes numbers count counts traffic activity".split())
_AMONG = frozenset("in on at during around over for the a an every each of through from within".split())
_MOSTLY = frozenset("mostly mainly largely primarily heavily predominantly typically usually".split())
_ONLY = frozenset("only exclusively strictly all".split())
_PATTERNS = frozenset("traffic activity heavy usage pattern patterns peak business demand load only volume".split())
_NEVER = frozenset({"closed", "not", "never", "except", "none", "off"})
_SOLD = frozenset({"document", "money", "happening", "occasion"})
"""Kinds of what comes to be when it is sold."""
_ASKED = frozenset("application request petition appeal claim motion complaint extension plea bid proposal".split())
"""What is granted or not after it was there."""
_NAMED_BY_TIME = frozenset("plan plans tier tariff membership memberships pass passes shift shifts".split())
"""What is called after a time, and is not at it: "on the weekday plan", "on the night shift"."""


class Occasions(Shares):
    """Reads off the tokens of a story when what it speaks of happens more often than at other times."""

    # --- ups and downs ---

    def _event(self, at: int) -> _Found | None:
        """A Black Friday spike; peaks in December; a 3x surge in March 2024; busier in summer; fewer orders in May."""
        rules = (self._named_event, self._event_on, self._part_in, self._never_in)
        return next((found for rule in rules if (found := rule(at))), None)

    def _never_in(self, at: int) -> _Found | None:
        """[Outings since April,] none in December; closed in August: none of those spoken of last."""
        found = self._when_never(at + 1) if self._text(at) in _NEVER else None
        table = self._named_before(at) or (self._mentioned[-1] if self._mentioned else None)
        if found is None or table is None:
            return None
        options, end = found
        if self._hours_of(end)[0]:
            return [self._not_then(at, end)], self._hours_of(end)[1]
        return [Shape(*self._stated(at, end), table, money=False, options=options)], end

    def _not_then(self, at: int, end: int) -> Unplaced:
        """What is never in a part of some days: "closed on Sunday evenings"."""
        return Unplaced(*self._stated(at, self._hours_of(end)[1]), "no hours can be left out of some days alone")

    def _when_never(self, at: int) -> tuple[Options, int] | None:
        """In December; on Sundays: the options by which there is nothing then, and the token after it."""
        lead = at
        while self._text(at) in _AMONG:
            at += 1
        what = self._when_of_week(at) if at > lead else None
        if what is not None and what[0] == "weekdays":
            return (("weekdays", of_week(what[1], strict=True, never=True)),), what[2]
        found = self._occasion(at) if at > lead else None
        return (found[0].options(Fraction(0)), found[1]) if found and found[0].section == "events" else None

    def _part_in(self, at: int) -> _Found | None:
        """40% of them in December; 30 of them in 2024; half of the orders on weekends, the rest on weekdays."""
        said = self._part_said(at)
        if said is None:
            return None
        share, rows, table, lead = said
        while self._is_doing(lead, table):
            lead += 1
        end = lead
        while self._text(end) in _AMONG:
            end += 1
        what = (self._occasion(end) if end > lead else None) or self._stretch(lead)
        if what is None or (what[0].section != "events" and self._text(at) in _MOSTLY):
            return None
        found, end = [what[0].portion], what[1]
        while (
            self._text(end) in {"and", "or"} and (more := self._occasion(end + 1)) and more[0].portion[0] == found[0][0]
        ):
            found, end = [*found, more[0].portion], more[1]
        if what[0].hours or self._hours_of(end)[0]:
            end = self._hours_of(end)[1]
            return [
                Unplaced(*self._stated(at, end), "a share can be of days or of hours, and not of both at once")
            ], end
        among = tuple(one for _, part in found for one in part)
        options: Options = (("portions", ((found[0][0], among, share, rows),)),)
        table = table or self._just_named(at) or self._last_mentioned()
        return [Shape(*self._stated(at, end), table, money=False, options=options)], end

    def _is_doing(self, at: int, table: str | None) -> bool:
        """Whether a word only says that rows come to be: "60% [are placed] at weekends", "half [signed up] in 2024"."""
        if self._text(at) in VERBS or self._text(at) in _TAKING:
            return True
        if self._text(at) == "up":
            return is_participle(self._text(at - 1))
        if self._befell(at, table or self._last_mentioned()):
            return False
        return is_participle(self._text(at)) and not self._hook(at, table or self._last_mentioned())

    def _befell(self, at: int, table: str | None) -> bool:
        """Whether a word is what befalls rows that are there: cars are sold; tickets come to be as they are sold.

        What is granted was asked for, or else it is what comes to be by that: applications, and loans.
        """
        word, asked = self._text(at), singular(str(table).split("_")[-1]) in _ASKED
        born = (word == "sold" and kind_of(str(table)) in _SOLD) or (word == "granted" and not asked)
        return word in BEFALLING and not born

    def _stretch(self, at: int) -> tuple[Occasion, int] | None:
        """Between June and August; from March to May 2024."""
        found = span_at(self.tokens, at) if self._text(at).startswith(("between ", "from ")) else None
        return (Occasion("events", calendar_days(found[0])), found[1]) if found else None

    def _part_said(self, at: int) -> tuple[str, int | None, str | None, int] | None:
        """The share of the rows that is spoken of, or how many, of which table, and the token after it."""
        if self._kind(at) == "percent":
            table, end = self._of_table(at + 1)
            share = self.tokens[at].value
            return (str(share), None, table, end) if 0 < share < 1 else None
        portion = self.portion(at)
        if portion is None or portion.is_rest:
            last = self.facts[-1] if self.facts else None
            if portion is None or not isinstance(last, Shape) or "portions" not in dict(last.options):
                return None
            return "rest", None, last.table, portion.end
        if portion.rows is not None:
            return "", portion.rows, portion.table, portion.end
        return (str(portion.share), None, portion.table, portion.end) if 0 < (portion.share or 0) < 1 else None

    def _named_event(self, at: int) -> _Found | None:
        """A Black Friday spike; a 3x Christmas rush; a March dip."""
        times, start = self._multiple(at)
        occasions, end = self._occasions(start)
        other, end = self._multiple(end)
        peak = self._word("peaks", end) if occasions else None
        if peak is None:
            return None
        found = [self._happening(at, peak[1], one, peak[0], times or other)[0] for one in occasions]
        return [*chain.from_iterable(found)], peak[1]

    def _occasions(self, at: int) -> tuple[list[Occasion], int]:
        """Christmas and Easter: the times that are joined here, and the token after them."""
        occasions: list[Occasion] = []
        what, end = self._occasion(at), at
        while what is not None:
            occasions.append(what[0])
            end = what[1]
            more = end + (self._text(end) in {"and", ","})
            what = self._occasion(more) if more > end else None
        return occasions, end

    def _event_on(self, at: int) -> _Found | None:
        """A spike in March 2024; peaks in December; busier at weekends; twice as many orders in summer."""
        times, start = self._multiple(at)
        word = self._word("peaks", start) or self._word("busy", start)
        if word is None and (times is None or not (self._text(start) == "as" or self._subject(start))):
            return None
        direction, end = word or ("up", start)
        while self._text(end) in {"as", "many", "much", "busy", "than", "usual", "of"}:
            end += 1
        table = self._subject(end)
        end = table[2] if table else end
        lead = end
        while self._text(end) in _AMONG:
            end += 1
        what = self._occasion(end) if end > lead else None
        # "In Q2 2025 as in Q1 2025" is growth.
        if what is None or "as" in self._said(what[1], what[1] + 2):
            return None
        found, end = self._happening(at, what[1], what[0], direction, times, table and table[0])
        return [*found], end

    def _happening(
        self, at: int, end: int, what: Occasion, direction: str, times: Fraction | None, table: str | None = None
    ) -> _Found:
        if direction == "down" and (what.hours or what.section == "hours"):
            return [Unplaced(*self._stated(at, end), "hours can be stated to be busier than others alone")], end
        usually = Fraction(usual("times")[f"{direction}_{'long' if what.long else 'day'}"])
        stated = times or usually
        stated = 1 / stated if times and direction == "down" and times > 1 else stated
        options = what.options(stated) if times or direction == "down" else what.usually(stated)
        found = self._just_named(at) if table is None else table
        return [Shape(*self._stated(at, end), found, money=False, options=options)], end

    def _multiple(self, at: int) -> tuple[Fraction | None, int]:
        """3x; twice; five times; half as: how many times as much, and the token after."""
        if self._said(at, at + 2) == ["half", "as"]:
            return Fraction(1, 2), at + 1
        match = re.fullmatch(r"(\d+(?:\.\d+)?)x", self._text(at))
        if match:
            return Fraction(match[1]), at + 1
        multiple = self._word("multiples", at)
        if multiple:
            return Fraction(multiple[0]), multiple[1]
        if self._kind(at) == "number" and self._text(at + 1) in {"times", "x"} and self.tokens[at].value > 0:
            return self.tokens[at].value, at + 2
        return None, at

    def _occasion(self, at: int) -> tuple[Occasion, int] | None:
        """A day of the calendar, a part of the year, a month, a weekday or a time of day; and the token after it."""
        at += self._text(at) == "the"
        part = self._word("parts", at)
        if part:
            year = self._in(part[1]) if self._text(part[1]) == "of" or self._kind(part[1]) == "date" else None
            on = part[0] if year is None else ",".join(of_year(one, year[0]) for one in part[0].split(","))
            return Occasion("events", on), year[1] if year else part[1]
        for section in ("events", "weekdays", "hours"):
            found = self._word(section, at)
            if found and self._text(found[1]) not in _NAMED_BY_TIME:
                hours, end = self._hours_of(found[1]) if section == "weekdays" else ("", found[1])
                return Occasion(section, found[0], hours), end
        days = self._days(at)
        if days:
            hours, end = self._hours_of(days[1])
            return Occasion("day", days[0], hours), end
        span = read_span(self._text(at)) if self._kind(at) == "date" else None
        return (Occasion("events", calendar_days(span)), at + 1) if span else None

    def _hours_of(self, at: int) -> tuple[str, int]:
        """The part of days that is said after them, and the token after: Friday nights; Sundays in the afternoon."""
        start = at
        while self._text(start) in {"in", "at", "during", "the"}:
            start += 1
        found = self._word("hours", start)
        return found if found and self._text(found[1]) not in _NAMED_BY_TIME else ("", at)

    # --- seasons, weekdays and hours ---

    def _rhythm(self, at: int) -> _Found | None:
        """Seasonal demand; weekday traffic; mostly on weekdays; during business hours; closed on Sundays."""
        seasonal = self._word("seasonal", at)
        if seasonal:
            subject = self._subject(seasonal[1])
            end = subject[2] if subject else seasonal[1]
            table = subject[0] if subject else self._just_named(at)
            return [Shape(*self._stated(at, end), table, money=False, options=(("season", "seasonal"),))], end
        if self._text(at) in _COMING and (following := self._rhythm(at + 1)):
            return following
        opened = self._days(at + 1) if self._text(at) == "open" else None
        if opened:
            weights = of_week(opened[0], strict=True, never=False)
            shape = Shape(*self._stated(at, opened[1]), None, money=False, options=(("weekdays", weights),))
            return [shape], opened[1]
        start = at
        never = self._text(start) in _NEVER
        mostly, only = self._text(start) in _MOSTLY, self._text(start) in _ONLY
        start += never or mostly or only
        lead = start
        while self._text(start) in _AMONG or self._text(start) in _MOSTLY:
            mostly = mostly or self._text(start) in _MOSTLY
            start += 1
        what = self._when_of_week(start)
        if what is None:
            return None
        section, said, end = what
        hours, end = self._hours_of(end) if section == "weekdays" else ("", end)
        if never and hours:
            return [self._not_then(at, what[2])], end
        pattern = self._text(end) in _PATTERNS or (self._text(end) == "-" and self._text(end + 1) in _PATTERNS)
        after = self._table(end)
        if start == lead and not (mostly or only or never or pattern or (after and start == at)):
            return None
        only = only or self._text(end) == "only"
        while pattern and (self._text(end) in _PATTERNS or self._text(end) == "-"):
            end += 1
        if not pattern and after and start == lead:
            end += after[1]
        strict = only or (start > lead and not mostly and not pattern)
        weights = of_week(said, strict=strict, never=never) if section == "weekdays" else chosen(said, strict=strict)
        if never and section == "hours":
            return None
        table = after[0] if after and start == lead else self._named_before(at)
        unknown = None if table else self._unknown_before(at) or self._one_before(at)
        if unknown is not None:
            return [Unplaced(*self._stated(at, end), f"{unknown} are of no table")], end
        options = (("hours", chosen(hours, strict=strict)),) if hours else ()
        return [Shape(*self._stated(at, end), table, money=False, options=((section, weights), *options))], end

    def _when_of_week(self, at: int) -> tuple[str, str, int] | None:
        """Weekdays, weekends, Mondays and Fridays, the evening: of which sort, what, and the token after."""
        for section in ("weekdays", "hours"):
            found = self._word(section, at)
            whole = found and not (found[0].startswith("daytime") and self._text(at) == "day")
            if found and whole and self._text(found[1]) not in _NAMED_BY_TIME:
                return section, found[0], found[1]
        if self._kind(at) == "range" and self._text(at) in {"9 to 5", "9-5", "9 - 5"}:
            return "hours", "business/office", at + 1
        days = self._days(at)
        return ("weekdays", *days) if days else None

    def _days(self, at: int) -> tuple[str, int] | None:
        """Mondays; Fridays and Saturdays: their numbers, and the token after them."""
        days: list[int] = []
        while (day := self._weekday(at)) is not None:
            days.append(day)
            at += 1
            last = self._weekday(at + 1) if self._text(at) in {"to", "through", "-"} else None
            if last is not None:
                days += [(day + 1 + number) % 7 for number in range((last - day) % 7)]
                at += 2
            if self._text(at) in {"and", ",", "or"} and self._weekday(at + 1) is not None:
                at += 1
        return (",".join(map(str, days)), at) if days else None

    def _weekday(self, at: int) -> int | None:
        word = self._text(at).removesuffix("s")
        days = [phrase[0] for phrase in words_of("names")["days"]]
        return days.index(word) if word in days else None

    def _named_before(self, at: int) -> str | None:
        """The table that the words before this place name, but for words such as "are placed"."""
        while at > 0 and self._text(at - 1) in VERBS:
            at -= 1
        last = self.facts[-1] if self.facts else None
        follows = last is not None and at > 0 and last.end == self.tokens[at - 1].end
        return self._just_named(at) or (getattr(last, "table", None) if follows else None)

    def _word(self, section: str, at: int) -> tuple[str, int] | None:
        """What the longest phrase of a section from here on means, and the token after it; hyphens count as blanks."""
        best: tuple[int, str] | None = None
        for key, phrase in beginning_with(section).get(self._text(at).replace("\u2019", "'"), ()):
            end = self._match(at, phrase)
            if end is not None and (best is None or end > best[0]):
                best = end, key
        return (best[1], best[0]) if best else None

    def _match(self, at: int, phrase: tuple[str, ...]) -> int | None:
        for number, word in enumerate(phrase):
            if number and self._text(at) == "-":
                at += 1
            if self._text(at).replace("\u2019", "'") != word:
                return None
            at += 1
        return at

    # --- words ---

    def _unknown_before(self, at: int) -> str | None:
        """The plural before what is said of how it changes, where no table and no amount is called so: "yields"."""
        word = self._text(at - 1) if at else ""
        known = not word or self._just_named(at) or self._kind(at - 1) != "word" or singular(word) == word
        last = self.facts[-1] if self.facts else None
        read = last is not None and last.end >= self.tokens[at - 1].end
        return None if known or read or self._word("money", at - 1) or self._word("activity", at - 1) else word

    def _one_before(self, at: int) -> str | None:
        """The noun before "every Saturday", of which there is no table: "a raffle every Saturday" is of raffles."""
        single = self._text(at) in {"every", "each"} and at > 1 and self.tokens[at - 2].article
        unread = single and self._kind(at - 1) == "word" and not self._table(at - 1)
        return plural(self._text(at - 1)) if unread else None

    def _subject(self, at: int) -> tuple[str | None, bool, int] | None:
        """What changes: a table, what is paid, or what happens; and the token after it."""
        at += self._text(at) in {"the", "its", "their", "our", "total"}
        table = self._table(at)
        money = self._word("money", at)
        if table and (money is None or at + table[1] >= money[1]):
            return table[0], False, at + table[1] + (self._text(at + table[1]) in _AMOUNTS)
        if money:
            return None, True, money[1]
        # "Trading volume" is what there is of trades.
        at += self._text(at).endswith("ing") and self._word("activity", at + 1) is not None
        what = self._word("activity", at)
        return (None, False, what[1]) if what else None

    def _in(self, at: int) -> tuple[Span, int] | None:
        """In January; over 2024; by the end of 2025."""
        lead = at + (self._text(at) in {"in", "over", "during", "by", "across", "through", "of", "at"})
        lead += 3 if self._said(lead, lead + 3) in (["the", "end", "of"], ["the", "start", "of"]) else 0
        lead += self._text(lead) == "the"
        text = self._text(lead)
        if self._kind(lead) == "date" or (lead > at and re.fullmatch(r"(19|20)\d\d", text)):
            span = read_span(text)
            return (span, lead + 1) if span else None
        return span_at(self.tokens, at)
