"""Numbers of taxpayers, persons, companies and accounts, checked by the library python-stdnum."""

from __future__ import annotations

from importlib import import_module

import pytest
from stdnum import iban, luhn

from pytest_misata.engine.kinds.national import numbers_of
from pytest_misata.engine.people.countries import codes, country
from tests.engine.test_countries import made

# What the library calls each number. Those of ranges that are given to nobody, which it refuses, are not here.
LIBRARY = {
    ("AR", "tax"): "ar.cuit", ("AT", "tax"): "at.uid", ("AU", "tax"): "au.abn", ("AU", "company"): "au.acn",
    ("BE", "tax"): "be.vat", ("BG", "tax"): "bg.vat", ("BR", "tax"): "br.cnpj", ("BR", "person"): "br.cpf",
    ("CH", "tax"): "ch.uid", ("CH", "person"): "ch.ssn", ("CL", "tax"): "cl.rut", ("CN", "tax"): "cn.uscc",
    ("CO", "tax"): "co.nit", ("CZ", "tax"): "cz.dic", ("DE", "tax"): "de.vat", ("DK", "tax"): "dk.cvr",
    ("ES", "tax"): "es.nif", ("ES", "person"): "es.dni", ("FI", "tax"): "fi.alv", ("FR", "tax"): "fr.tva",
    ("FR", "company"): "fr.siren", ("GB", "tax"): "gb.vat", ("GR", "tax"): "gr.vat", ("HU", "tax"): "hu.anum",
    ("IE", "tax"): "ie.vat", ("IE", "person"): "ie.pps", ("IL", "tax"): "il.hp", ("IL", "person"): "il.idnr",
    ("IN", "tax"): "in_.gstin", ("IN", "person"): "in_.aadhaar", ("IT", "tax"): "it.iva", ("JP", "tax"): "jp.cn",
    ("NL", "tax"): "nl.btw", ("NL", "person"): "nl.bsn", ("NO", "tax"): "no.mva", ("NO", "company"): "no.orgnr",
    ("NZ", "tax"): "nz.ird", ("PL", "tax"): "pl.nip", ("PL", "company"): "pl.regon", ("PT", "tax"): "pt.nif",
    ("RO", "tax"): "ro.cui", ("SE", "tax"): "se.vat", ("SE", "company"): "se.orgnr", ("TH", "tax"): "th.tin",
    ("TR", "tax"): "tr.vkn", ("TR", "person"): "tr.tckimlik", ("TW", "tax"): "tw.ubn", ("UA", "tax"): "ua.edrpou",
    ("VN", "tax"): "vn.mst", ("FI", "company"): "fi.ytunnus", ("CZ", "company"): "cz.dic",
}  # fmt: skip


def numbers(code: str, form: str, rows: int = 300) -> list[str]:
    kind, options = ("iban", {}) if form == "iban" else ("national_number", {"form": form})
    return made([kind], rows, locale=country(code).locales[0], country=code, **options)[kind].tolist()


@pytest.mark.parametrize(("code", "form"), LIBRARY, ids="-".join)
def test_check_digits_are_valid(code: str, form: str) -> None:
    module = import_module(f"stdnum.{LIBRARY[code, form]}")
    for number in numbers(code, form):
        assert module.is_valid(number), number


@pytest.mark.parametrize("code", [code for code in codes() if "iban" in numbers_of(code)])
def test_accounts_are_valid(code: str) -> None:
    for number in numbers(code, "iban"):
        assert number.startswith(code)
        assert iban.is_valid(number), number


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("form", ["tax", "person", "company"])
def test_every_country_has_many_numbers(code: str, form: str) -> None:
    found = numbers(code, form, rows=400)
    assert len(set(found)) > 350
    assert all(number and "*" not in number and "#" not in number for number in found)


def test_numbers_by_luhn_alone() -> None:
    for code, form in (("CA", "person"), ("SA", "person"), ("AE", "person"), ("ZA", "tax")):
        assert all(luhn.is_valid("".join(filter(str.isdigit, number))) for number in numbers(code, form))


def test_american_numbers_are_given_to_nobody() -> None:
    assert all(number.startswith("666-") for number in numbers("US", "person"))
    assert all(number.startswith("00-") for number in numbers("US", "tax"))


def test_unique_numbers_differ() -> None:
    options = {"form": "tax", "unique": True}
    for locale in ("pl_PL", "en_US", "nl_NL"):
        found = made(["national_number"], 100_000, locale=locale, **options)["national_number"]
        assert len(set(found)) == 100_000
    assert len(set(made(["iban"], 100_000, locale="no_NO", unique=True)["iban"])) == 100_000
