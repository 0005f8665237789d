"""Numbers that a country gives out: of taxpayers, persons, companies and bank accounts, with valid check digits.

Where a country keeps a range that it gives to nobody, numbers are of that range; the country's file says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.patterns import capacity, render
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.places import check_areas
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.people.checkdigits import CHECKS, iban_of
from pytest_misata.engine.people.countries import country as country_called
from pytest_misata.engine.people.gazetteer import Areas, home_of
from pytest_misata.engine.people.nations import nations, nations_in

Index = NDArray[np.int64]
Entry = Mapping[str, str]

_ACCOUNTS_ABROAD = "DE"
"""Where people of countries without IBANs have an account that has one."""
_MOST = 2**40


class Series:
    """The numbers of one sort in one country, by their place in the list of all."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._check = CHECKS[entry["check"]] if entry.get("check") else None
        shape = entry["shape"]
        # A digit that leaves out what the check digit cannot follow: one of ten at the most.
        self._last = shape.rindex("#") if self._check is not None and "#" in shape else None
        free = shape if self._last is None else shape[: self._last] + shape[self._last + 1 :]
        self.size = min(capacity(free) * (1 if self._last is None else 9), _MOST)

    def write(self, numbers: Index) -> list[str]:
        """The number at each of these places."""
        shape, last = self._entry["shape"], self._last
        if last is None:
            texts = render(shape, numbers).tolist()
        else:
            before = render(f"{shape[:last]}\1{shape[last + 1 :]}", numbers // 9).tolist()
            texts = [self._settled(text, place) for text, place in zip(before, (numbers % 9).tolist(), strict=True)]
        head, tail = self._entry.get("head", ""), self._entry.get("tail", "")
        return [f"{head}{self._checked(text)}{tail}" for text in texts]

    def _settled(self, text: str, place: int) -> str:
        """The text with the digit at a place of those that some check digit can follow."""
        found = (text.replace("\1", digit) for digit in "0123456789")
        fitting = [one for one in found if self._digits(one) is not None]
        return fitting[place]

    def _digits(self, text: str) -> str | None:
        assert self._check is not None
        return self._check("".join(mark for mark in text if mark.isalnum()))

    def _checked(self, text: str) -> str:
        for digit in (self._digits(text) or "") if self._check else "":
            text = text.replace("*", digit, 1)
        return text


@kind("iban")
def iban(site: Site, *, country: Areas = None, role: str = "", unique: bool = False) -> Maker:
    """Bank accounts of the row's country (ISO 13616), of banks that do not exist; German ones where it has no IBANs."""

    def entry(code: str) -> tuple[str, Entry]:
        found = numbers_of(code).get("iban")
        return (code, found) if found else (_ACCOUNTS_ABROAD, numbers_of(_ACCOUNTS_ABROAD)["iban"])

    make = _Numbers(site, country, role, entry)
    return make.maker(iban_of, unique=unique, home_only=False)


@kind("national_number")
def national_number(site: Site, *, form: str, country: Areas = None, role: str = "", unique: bool = False) -> Maker:
    """Numbers of taxpayers, persons, companies (`form`) as the row's country has them; unique ones as the locale's."""
    if form not in _INSTEAD:
        raise site.error(f"form is one of {', '.join(_INSTEAD)}, not {form!r}")

    def entry(code: str) -> tuple[str, Entry]:
        known = numbers_of(code)
        return code, next(known[one] for one in (form, *_INSTEAD[form]) if one in known)

    return _Numbers(site, country, role, entry).maker(lambda _, text: text, unique=unique, home_only=unique)


_INSTEAD = {"tax": (), "person": ("tax",), "company": ("tax",)}
"""What stands in for a sort of number that a country does not have."""


def numbers_of(code: str) -> Mapping[str, Entry]:
    """The sorts of numbers that a country gives out."""
    return country_called(code).numbers


class _Numbers:
    """A column of numbers of the row's country."""

    def __init__(self, site: Site, areas: Areas, role: str, entry: Callable[[str], tuple[str, Entry]]) -> None:
        check_areas(site, areas)
        self._site, self._areas, self._role, self._entry = site, areas, role, entry

    def maker(self, write: Callable[[str, str], str], *, unique: bool, home_only: bool) -> Maker:
        site = self._site
        codes = (
            [home_of(site.world.schema.locale)]
            if home_only
            else self._nations(site.world.frame(site.table.key, 0, 0))[0]
        )
        series = [(code, Series(entry)) for code, entry in map(self._entry, codes)]
        size = min(one.size for _, one in series)
        if unique:
            site.require(size, "make the column by another kind, for example code")
        keyed = permutation(site.key("order"), size)

        def make(frame: Frame) -> Cells:
            which = np.zeros(len(frame), dtype=np.int64) if home_only else self._nations(frame)[1]
            numbers, found = keyed.forward(frame.rows % size), np.empty(len(frame), dtype=object)
            for at in np.unique(which).tolist():
                here, (code, one) = np.flatnonzero(which == at), series[at]
                found[here] = [write(code, text) for text in one.write(numbers[here])]
            return text_cells(site.column.type, found)

        return make

    def _nations(self, frame: Frame) -> tuple[list[str], Index]:
        if self._areas is not None:
            codes, which = nations_in(frame, self._areas, self._role)
        else:
            codes, which = nations(frame, self._role)
        home = home_of(frame.world.schema.locale)
        return [code or home for code in codes], np.zeros(len(frame), dtype=np.int64) if which is None else which
