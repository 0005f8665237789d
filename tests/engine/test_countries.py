"""Every country's file: its cities, telephone numbers, streets and people, checked by what knows about such things."""

from __future__ import annotations

import re
from collections import Counter
from zoneinfo import available_timezones

import phonenumbers
import pytest
from anyascii import anyascii

from pytest_misata import generate_from_schema
from pytest_misata.engine.people.countries import codes, country, country_of, groups
from pytest_misata.engine.tables import Table
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.types import INTEGER, string

PLACE = "city region region_code postcode street country country_code currency time_zone locale language phone".split()
PEOPLE = "first_name last_name full_name gender title email username".split()

POSTCODES = {
    "AE": r"00000",
    "AR": r"[A-Z]\d{4}[A-Z]{3}",
    "AT|AU|BE|BD|BG|CH|DK|HU|NO|NZ|PH|ZA": r"\d{4}",
    "BR": r"\d{5}-\d{3}",
    "CA": r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d",
    "CL|IL": r"\d{7}",
    "CN|CO|IN|NG|RO|VN": r"\d{6}",
    "CZ|GR|SE": r"\d{3} \d{2}",
    "DE|EG|ES|FI|FR|ID|IT|KE|KR|MX|PK|SA|TH|TR|UA|US": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[\dA-Z]? \d[ABD-HJLNP-UW-Z]{2}",
    "IE": r"(?:[AC-FHKNPRTV-Y]\d{2}|D6W) [0-9AC-FHKNPRTV-Y]{4}|[A-Z]\d{2} [A-Z]\d[A-Z]\d",
    "JP": r"\d{3}-\d{4}",
    "NL": r"[1-9]\d{3} (?!SA|SD|SS)[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "TW": r"\d{3}",
}


def made(kinds: list[str], rows: int = 300, *, locale: str, **options: object) -> Table:
    columns = {"id": Column("id", INTEGER)}
    columns |= {kind: Column(kind, string(200), generator=Generator(kind, dict(options))) for kind in kinds}
    config = SchemaConfig({"people": TableConfig("people", columns, ("id",))}, main="people", locale=locale)
    return generate_from_schema(config, rows=rows)["people"]


def places(code: str, rows: int = 300) -> list[dict]:
    return list(made(PLACE, rows, locale=country(code).locales[0], country=code).rows())


@pytest.mark.parametrize("code", codes())
def test_every_city_has_a_postcode_of_the_country(code: str) -> None:
    pattern = next(pattern for names, pattern in POSTCODES.items() if code in names.split("|"))
    for row in places(code):
        assert re.fullmatch(pattern, row["postcode"]), (row["city"], row["postcode"])


@pytest.mark.parametrize("code", codes())
def test_numbers_are_telephone_numbers_of_the_country(code: str) -> None:
    # What is kept for fiction is given to nobody, so the library calls it possible rather than valid.
    is_right = phonenumbers.is_possible_number if "note" in country(code).phone else phonenumbers.is_valid_number
    for row in places(code):
        number = phonenumbers.parse(row["phone"])
        assert is_right(number), (row["city"], row["phone"])
        assert f"+{number.country_code}" == country(code).phone["dial"]


@pytest.mark.parametrize("code", codes())
def test_cities_are_enough_and_whole(code: str) -> None:
    cities = country(code).cities
    assert 15 <= len(cities) <= 40
    assert {city.time_zone for city in cities} <= available_timezones()
    assert {city.locale for city in cities} <= set(country(code).locales)
    assert all(city.region and city.region_code and city.thousands for city in cities)
    assert all(-90 < float(city.latitude) < 90 and -180 < float(city.longitude) < 180 for city in cities)


@pytest.mark.parametrize("code", codes())
def test_a_row_is_in_one_place(code: str) -> None:
    of_city = {(city.name, city.region): city for city in country(code).cities}
    for row in places(code):
        city = of_city[row["city"], row["region"]]
        assert (row["country"], row["country_code"]) == (country(code).name, code)
        assert (row["region_code"], row["time_zone"], row["locale"]) == (city.region_code, city.time_zone, city.locale)
        assert (row["currency"], row["language"]) == (country(code).currency, city.locale.partition("_")[0])


@pytest.mark.parametrize("code", codes())
def test_streets_have_no_gap(code: str) -> None:
    streets = {row["street"] for row in places(code, rows=1000)}
    assert len(streets) > 600
    assert not any("{" in street or "  " in street or street != street.strip() for street in streets)


@pytest.mark.parametrize("code", codes())
def test_addresses_of_people_are_plain_and_their_own(code: str) -> None:
    table = made(PEOPLE, 20_000, locale=country(code).locales[0])
    rows = list(table.rows(0, 500))
    assert len(set(table["email"])) == len(set(table["username"])) == 20_000
    for row in rows:
        assert re.fullmatch(r"[a-z]+[._][a-z]+\d*@[a-z.]+", row["email"])
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d*", row["username"])
        assert re.split(r"[._]", row["email"])[0] == row["username"].partition(".")[0] != "user"
        assert row["first_name"] in row["full_name"]
    assert len(set(table["full_name"])) > 1000


@pytest.mark.parametrize("code", codes())
def test_a_name_has_one_gender_nearly_always(code: str) -> None:
    rows = list(made(PEOPLE, 2000, locale=country(code).locales[0]).rows())
    assert 850 < sum(row["gender"] == "female" for row in rows) < 1150
    of_name: dict[str, set[str]] = {}
    for row in rows:
        of_name.setdefault(row["first_name"], set()).add(row["gender"])
    assert sum(len(genders) > 1 for genders in of_name.values()) < len(of_name) / 5


@pytest.mark.parametrize("code", codes())
def test_every_locale_of_a_country_is_known(code: str) -> None:
    for locale in country(code).locales:
        assert country_of(locale) == code
        assert len(made(["full_name", "email"], 5, locale=locale)) == 5


def test_people_are_of_the_country_of_their_row() -> None:
    columns = {
        "name": Column("name", string(80), generator=Generator("full_name")),
        "email": Column("email", string(80), generator=Generator("email")),
        "country": Column("country", string(60), generator=Generator("country", {"country": {"DE": 3, "JP": 1}})),
    }
    config = SchemaConfig({"users": TableConfig("users", columns, ())}, main="users")
    rows = list(generate_from_schema(config, rows=400)["users"].rows())
    for row in rows:
        assert (re.search(r"[\u4e00-\u9fff]", row["name"]) is not None) == (row["country"] == "Japan")
        assert row["email"].isascii()


def test_addresses_of_many_countries_are_all_different() -> None:
    columns = {
        "email": Column("email", string(80), generator=Generator("email")),
        "username": Column("username", string(80), generator=Generator("username")),
        "city": Column("city", string(60), generator=Generator("city", {"country": "@europe"})),
    }
    config = SchemaConfig({"users": TableConfig("users", columns, ())}, main="users")
    table = generate_from_schema(config, rows=100_000)["users"]
    assert len(set(table["email"])) == len(set(table["username"])) == 100_000


def test_groups_have_members_with_data() -> None:
    for name, members in groups().items():
        assert set(members) <= set(codes()), name


def test_abroad_is_where_there_is_data() -> None:
    for code in codes():
        assert set(country(code).abroad) <= set(codes()) - {code}


@pytest.mark.parametrize(
    ("area", "problem"),
    [
        ("XX", "no places for the country 'XX'; there are AE, AR"),
        ("DE/Lyon", "Germany has no city or region 'Lyon' here"),
        ("@atlantis", "no group of countries '@atlantis'; there are @world, @europe"),
    ],
)
def test_an_area_without_data_is_an_error(area: str, problem: str) -> None:
    with pytest.raises(GenerationError, match=re.escape(problem)):
        made(["city"], 1, locale="en_US", country=area)


@pytest.mark.parametrize(
    ("area", "cities"),
    [("FR/Lyon", {"Lyon"}), ("DE/Sachsen", {"Leipzig", "Dresden"}), ("GB/Wales", {"Cardiff", "Swansea"})],
)
def test_a_city_or_region_is_an_area(area: str, cities: set[str]) -> None:
    assert set(made(["city"], 200, locale="en_US", country=area)["city"]) == cities


def test_legal_forms_have_one_place_in_all_countries() -> None:
    forms = {code: [plain(form) for form in country(code).legal_forms] for code in codes()}
    places = {(form, place) for of_country in forms.values() for place, form in enumerate(of_country)}
    assert [form for form, count in Counter(form for form, _ in places).items() if count > 1] == []
    assert all(len(set(of_country)) == 3 for of_country in forms.values())


def plain(form: str) -> str:
    """What a slug leaves of a form: `S.R.L.` and `SRL` are the same there."""
    return re.sub(r"[^a-z]", "", anyascii(form).lower())


def test_companies_have_a_legal_form_of_the_country_of_their_row() -> None:
    areas = {"DE": 1, "IT": 1}
    columns = {
        "id": Column("id", INTEGER),
        "company": Column("company", string(200), generator=Generator("company")),
        "country_code": Column("country_code", string(2), generator=Generator("country_code", {"country": areas})),
    }
    config = SchemaConfig({"suppliers": TableConfig("suppliers", columns, ("id",))}, main="suppliers")
    table = generate_from_schema(config, rows=3000)["suppliers"]
    forms = {code: {*country(code).legal_forms, "Group", "Partners", "Holdings"} for code in areas}
    rows = list(table.rows())
    with_form = [row for row in rows if " & " in row["company"]]
    assert {row["country_code"] for row in rows} == set(areas)
    assert all(row["company"].endswith(tuple(forms[row["country_code"]])) for row in with_form)
    assert any(row["company"].endswith(" GmbH & Co. KG") for row in with_form)
    assert len({row["company"] for row in rows}) == len(rows)
