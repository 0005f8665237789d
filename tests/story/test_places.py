"""Where things are: countries and currencies that a story states."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.engine.people.countries import country
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.reader import StoryWarning, parse
from tests.story.schemas import SCHEMAS


def countries(story: str, table: str) -> Counter[str]:
    return Counter(Tables(parse(story), seed=42)[table]["country"])


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS company with 300 users in Germany and 100 users in France",
        "A SaaS company with 300 users in Germany and 100 in France",
        "A SaaS company with 300 users from Germany, 100 users based in France",
        "A SaaS company with 400 users, 300 in Germany and 100 in France",
        "A SaaS company with 400 users, 75% in Germany and 25% in France",
        "A SaaS company with 400 users, three quarters of them in Germany, a quarter of them in France",
    ],
)
def test_rows_are_split_exactly_by_country(story: str) -> None:
    assert countries(story, "users") == {"Germany": 300, "France": 100}


def test_the_rest_is_elsewhere() -> None:
    found = countries("A SaaS with 400 users, half of them in Germany", "users")

    assert found["Germany"] == 200
    assert found["United States"] > 100


def test_a_nationality_is_that_of_all_places_and_names() -> None:
    tables = Tables(parse("A Brazilian fintech with 50 users"), seed=42)

    assert set(tables["users"]["country"]) == set(tables["merchants"]["country"]) == {"Brazil"}
    assert set(tables["transactions"]["currency"]) == {"BRL"}
    assert tables.schema.locale == "pt_BR"


def test_places_of_a_row_agree_in_a_mix() -> None:
    table = Tables(parse("A fintech with 60 users in Germany and 40 in India"), seed=42)["users"]

    assert {(row["country"], row["currency"]) for row in table.rows(0, 100)} == {("Germany", "EUR"), ("India", "INR")}


def test_any_rows_of_a_mix_are_the_same_alone() -> None:
    table = Tables(parse("A SaaS with 300 users in Germany and 100 in France"), seed=42)["users"]
    whole = [row["country"] for row in table.rows(0, 400)]

    assert [row["country"] for row in table.rows(77, 190)] == whole[77:190]


def test_a_stated_currency_is_told_where_amounts_are() -> None:
    tables = Tables(parse("A Turkish e-commerce company with 30 customers, prices in TRY"), seed=42)

    assert set(tables["products"]["currency"]) == set(tables["orders"]["currency"]) == {"TRY"}


def test_beside_models_no_column_is_added() -> None:
    with pytest.warns(StoryWarning, match="'prices in TRY' .no column tells the currency"):
        generate_from_schema(schema_from_models(SCHEMAS["chinook"]()), story="20 customers, prices in TRY")


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A Mongolian online shop with 50 customers", "Mongolian"),
        ("A SaaS with 50 invoices in Germany", "in Germany"),
        ("A Russian online shop with 50 customers", "no places of RU"),
        ("A Ugandan coffee exporter with 30 farmers", "no places of UG"),
        ("Jordanian clinic with 40 patients", "no places of JO"),
        ("A hotel in Monaco with 30 rooms", "no places of MC"),
    ],
)
def test_a_place_without_data_is_named(story: str, phrase: str) -> None:
    with pytest.warns(StoryWarning, match=phrase):
        parse(story)


@pytest.mark.parametrize(
    ("story", "phrase", "meaning"),
    [
        ("A shop with 300 customers, 4 orders each, 30% in Berlin", "30% in Berlin", "customers: 30%"),
        ("A dating app with 800 profiles, 5 matches each, 40% in New York", "40% in New York", "profiles: 40%"),
        ("A shop with 300 customers, 4 orders per customer, 30% in Berlin", "30% in Berlin", "orders: 30%"),
    ],
)
def test_a_share_somewhere_is_of_those_who_have_so_many_each(story: str, phrase: str, meaning: str) -> None:
    assert next(fact.meaning for fact in parse(story).facts if fact.phrase == phrase).startswith(meaning)


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS with 400 users, 80% in Germany and 30% in France",
        "A SaaS with 100 users, 300 users in Germany",
        "A fintech with 10 users, prices in EUR, amounts in USD",
    ],
)
def test_more_than_the_whole_is_a_contradiction(story: str) -> None:
    with pytest.raises(StoryError, match="contradicts itself"):
        parse(story)


def cities(story: str, table: str, column: str = "city") -> set[str]:
    return set(Tables(parse(story), seed=42)[table][column])


def test_a_city_is_a_place_with_the_names_of_its_country() -> None:
    schema = parse("A Kraków clinic with 80 patients in Kraków")

    assert cities("A clinic with 80 patients in Kraków", "patients") == {"Kraków"}
    assert cities("A clinic with 80 patients in Krakow", "patients") == {"Kraków"}
    assert schema.locale == "pl_PL"


def test_several_places_share_the_rows_by_population() -> None:
    found = Counter(Tables(parse("An online shop with 400 customers in Paris and Lyon"), seed=42)["customers"]["city"])

    assert set(found) == {"Paris", "Lyon"}
    assert found["Paris"] > 2 * found["Lyon"]


@pytest.mark.parametrize(
    ("story", "among"),
    [
        ("A SaaS with 300 users from the Nordics", {"Denmark", "Finland", "Norway", "Sweden"}),
        ("A SaaS with 300 users in Germany, Austria and Switzerland", {"Austria", "Germany", "Switzerland"}),
        ("A Scandinavian SaaS with 300 users", {"Denmark", "Norway", "Sweden"}),
        ("A SaaS with 300 users across Benelux", {"Belgium", "Netherlands"}),
    ],
)
def test_a_group_of_countries_is_a_place(story: str, among: set[str]) -> None:
    assert set(countries(story, "users")) == among


def test_a_region_is_a_place() -> None:
    assert cities("A university in Catalonia with 200 students", "students", "country") == {"Spain"}
    assert cities("A clinic with 80 patients in California", "patients", "state") == {"California"}


def test_a_share_inside_a_group_is_exact_and_the_rest_is_around_it() -> None:
    found = countries("A SaaS with 400 users across Europe, 30% of them in Germany", "users")

    assert found["Germany"] == 120
    assert "United States" not in found


def test_a_country_tells_names_where_no_column_has_places() -> None:
    metadata = MetaData()
    Table(
        "workspaces",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("contact_name", String(60), nullable=False),
    )
    tables = generate_from_schema(schema_from_models(metadata), story="50 workspaces in Poland")
    assert [fact.phrase for fact in tables.schema.facts if not fact.understood] == []
    assert tables.schema.locale == "pl_PL"
    assert any("ł" in name or "ń" in name for name in tables["workspaces"]["contact_name"])

    bare = MetaData()
    Table("readings", bare, Column("id", Integer, primary_key=True), Column("value", Integer))
    with pytest.warns(StoryWarning, match="in Poland"):
        generate_from_schema(schema_from_models(bare), story="50 readings in Poland")


def test_a_city_that_its_region_is_called_after_is_the_city():
    assert set(generate("A clinic in Lisbon with 200 patients")["patients"]["city"].tolist()) == {"Lisboa"}
    assert len(set(generate("A clinic in Bavaria with 200 patients")["patients"]["city"].tolist())) > 1


@pytest.mark.parametrize(
    ("story", "table", "cities"),
    [
        ("A clinic with 300 patients", "patients", None),
        ("A German clinic with 300 patients", "patients", "DE"),
        ("A law firm with 20 lawyers and 300 clients in Italy", "clients", "IT"),
        ("A veterinary clinic with 300 owners in Leipzig", "owners", "DE/Leipzig"),
    ],
)
def test_who_comes_to_a_place_in_town_lives_there(story: str, table: str, cities: str | None) -> None:
    people = Tables(parse(story))[table]
    (town, count), *others = Counter(people["city"]).most_common()

    assert count >= 250
    assert len(others) == (0 if cities == "DE/Leipzig" else 2)
    home = cities.partition("/")[0] if cities else "US"
    assert town in {city.name for city in country(home).cities}


def test_what_is_here_is_in_the_same_town_in_all_tables() -> None:
    owners = generate("A veterinary clinic with 200 owners")["owners"]
    clients = generate("A law firm with 10 lawyers and 200 clients")["clients"]

    assert Counter(owners["city"]).most_common(1)[0][0] == Counter(clients["city"]).most_common(1)[0][0]


@pytest.mark.parametrize("rest", ["80% in France", "the rest in France"])
def test_the_next_share_of_a_list_is_of_the_same_rows(rest):
    facts = parse(f"A bank with 12 branches, 20% of the customers in Germany and {rest}", strict=True).facts

    assert [fact.meaning.partition(":")[0] for fact in facts if "rows in" in fact.meaning] == ["customers"] * 2


def test_what_comes_from_where_there_are_no_places_has_a_country_of_origin():
    story = "A refugee camp with 900 residents, 40% from Syria, 25% Afghan, the rest from elsewhere"

    found = Counter(Tables(parse(story), seed=42)["residents"]["country_of_origin"])
    assert (found["Syria"], found["Afghanistan"], len(found)) == (360, 225, 5)


def test_the_rest_from_elsewhere_is_from_other_countries():
    found = countries("A university with 1,000 students, 60% from Germany, the rest from elsewhere", "students")

    assert found["Germany"] == 600
    assert len(found) > 3
