"""Names taken apart and compared."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import inflect
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.story.english.naming import forms, same_name, same_state, singular, split_name, stem, without


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("auth_user", ("auth", "user")),
        ("OrderItem", ("order", "item")),
        ("tblOrderItem", ("tbl", "order", "item")),
        ("HTTPLog2", ("http", "log")),
        ("Order Details", ("order", "details")),
        ("größe", ("größe",)),
        ("", ()),
    ],
)
def test_names_are_split(name, words):
    assert split_name(name) == words


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("users", "user"),
        ("people", "person"),
        ("addresses", "address"),
        ("purchases", "purchase"),
        ("categories", "category"),
        ("statuses", "status"),
        ("heroes", "hero"),
        ("children", "child"),
        ("kunden", "kunde"),
        ("bestellungen", "bestellung"),
        ("produkte", "produkt"),
        ("order items", "orderitem"),
        ("order item", "order items"),
    ],
)
def test_a_name_is_found_in_either_number(said, name):
    one, other = tuple(said.split()), tuple(name.split())
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("said", "name"), [("order", "border"), ("user", "users group"), ("cat", "category")])
def test_other_names_are_not(said, name):
    assert not same_name(tuple(said.split()), tuple(name.split()))


@pytest.mark.parametrize(
    "state",
    [
        "churn churned churning",
        "cancel cancelled canceled cancellation cancellations",
        "refund refunds refunded",
        "fraud fraudulent",
        "verify verified verifying",
        "ship shipped shipping",
        "delete deleted deletes deleting",
    ],
)
def test_forms_of_a_state_have_one_stem(state):
    assert len({stem(word) for word in state.split()}) == 1


def test_states_are_told_apart():
    states = (
        "active archived banned cancelled churned closed deleted failed free open paid pending pro refunded".split()
    )
    assert len({stem(word) for word in states}) == len(states)


def test_the_words_of_a_state_may_stand_in_any_order():
    assert same_state(("verified", "email"), ("email", "verified"))


@pytest.mark.parametrize(
    ("many", "one"),
    [
        *(("companies", "company"), ("salaries", "salary"), ("movies", "movie"), ("boxes", "box"), ("prizes", "prize")),
        *(
            ("classes", "class"),
            ("houses", "house"),
            ("quizzes", "quiz"),
            ("statuses", "status"),
            ("species", "species"),
        ),
    ],
)
def test_singulars_are_english(many, one):
    assert singular(many) == one


def test_plurals_of_the_data_file_are_english():
    plurals = tomllib.loads(files("pytest_misata.story").joinpath("synonyms.toml").read_text("utf-8"))["plurals"]
    engine = inflect.engine()
    wrong = {one: many for one, many in plurals.items() if engine.compare(one, many) != "s:p"}
    assert wrong == {}


@given(st.sampled_from("user company address box invoice purchase order child person status hero day".split()))
def test_the_singular_of_a_plural_is_a_form_of_it(noun):
    plural = inflect.engine().plural_noun(noun)
    assert noun in forms(plural)
    assert singular(plural) in forms(plural)


@pytest.mark.parametrize(("name", "rest"), [("plan_id", ("plan",)), ("id", ("id",)), ("plan_name_id", ("plan",))])
def test_what_says_nothing_is_left_out_at_the_ends(name, rest):
    assert without(split_name(name), {"id", "name"}) == rest
