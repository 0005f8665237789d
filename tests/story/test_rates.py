import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.story.reader import StoryWarning, parse


def share(story, table, column, value):
    values = Tables(parse(story), seed=42)[table][column]
    return (values == value).mean()


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS with 5k users and 20% churn",
        "A SaaS with 5k users and a churn rate of 20%",
        "A SaaS with 5k users, 20 percent of them churned",
        "A SaaS with 5k users; 20% of the users are churned",
        "A SaaS with 5k users, churned in 20%",
    ],
)
def test_a_rate_however_it_is_said(story):
    assert share(story, "users", "status", "churned") == pytest.approx(0.20, abs=1e-3)


def test_a_flag_takes_a_rate():
    story = "A fintech app with 1000 users, 10,000 transactions and 2% fraud"

    assert share(story, "transactions", "is_fraud", value=True) == pytest.approx(0.02, abs=1e-3)


@pytest.mark.parametrize("users", [1, 7, 64, 65, 1000])
def test_a_stated_share_is_met_to_the_nearest_row(users):
    values = Tables(parse(f"A SaaS with {users} users and 20% churn"), seed=7)["users"]["status"]

    assert (values == "churned").sum() == round(users / 5)


def test_rows_of_an_exact_share_are_the_same_alone():
    table = Tables(parse("A SaaS with 500 users, 30% on pro and 70% on free"), seed=42)["users"]
    whole = [row["plan"] for row in table.rows(0, 500)]

    assert [row["plan"] for row in table.rows(130, 210)] == whole[130:210]


def test_a_mix_leaves_nothing_for_the_others():
    story = "A SaaS company with 2000 users, 30% on the pro plan and 70% on free"

    assert share(story, "users", "plan", "pro") == pytest.approx(0.30, abs=1e-3)
    assert share(story, "users", "plan", "pro") + share(story, "users", "plan", "free") == 1


def test_the_values_not_spoken_of_share_the_rest():
    options = parse("An online shop with 8% returns").table("orders").column("status").generator.options
    weights = dict(zip(options["values"], options["weights"], strict=True))

    assert weights["returned"] == "2/25"
    assert share("An online shop with 8% returns", "orders", "status", "delivered") > 0.7


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS with 10% churn and 20% churn",
        "A SaaS with 60% on pro and 70% on free",
        "A SaaS, 40% churned and 40% active",
    ],
)
def test_shares_that_cannot_hold_together_are_an_error(story):
    with pytest.raises(StoryError, match="contradicts itself"):
        parse(story)


def test_more_than_the_whole_is_not_understood():
    with pytest.warns(StoryWarning, match="120% churn"):
        parse("A SaaS with 120% churn")


def test_a_negated_rate_is_not_taken_for_the_rate():
    with pytest.warns(StoryWarning, match="20% not churned"):
        parse("A SaaS, 20% not churned")


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("A SaaS with 4000 users, half of them churned", 1 / 2),
        ("A SaaS with 4000 users, a third of the users churned", 1 / 3),
        ("A SaaS with 4000 users, two thirds of the users churned", 2 / 3),
        ("A SaaS with 4000 users, one in five users churned", 1 / 5),
        ("A SaaS with 4000 users, 1 in 10 users churned", 1 / 10),
        ("A SaaS with 4000 users and no churn", 0),
        ("A SaaS with 4000 users, without churn", 0),
        ("A SaaS with 4000 churned users", 1),
        ("A SaaS with 3000 active users and 1000 churned users", 1 / 4),
        ("A SaaS with 4000 users and 1000 churned users", 1 / 4),
    ],
)
def test_a_share_in_words(story, expected):
    schema = parse(story)

    assert schema.table("users").rows == 4000
    assert all(fact.understood for fact in schema.facts)
    assert share(story, "users", "status", "churned") == pytest.approx(expected, abs=1e-3)


def test_more_rows_of_one_state_than_rows_are_an_error():
    with pytest.raises(StoryError, match="'100 users' and '200 churned users' cannot both hold"):
        parse("A SaaS with 100 users and 200 churned users")


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A SaaS with 50 users, 3 orders per spaceship", "3 orders per spaceship"),
        ("A SaaS with 50 plans each", "50 plans each"),
    ],
)
def test_a_number_for_each_of_something_else_is_no_number_of_all(story, phrase):
    with pytest.warns(StoryWarning, match="not understood"):
        schema = parse(story)
    assert any(phrase in fact.phrase for fact in schema.facts if not fact.understood)


def test_what_is_paused_is_not_cancelled():
    rows = generate("A meal kit startup with 300 subscribers, 12% paused, 8% cancelled and 40% vegetarian", seed=1)[
        "subscribers"
    ]

    assert (rows["is_paused"].sum(), rows["is_cancelled"].sum()) == (36, 24)
    assert not (rows["is_paused"] & rows["is_cancelled"]).any()
    assert (rows["is_vegetarian"] & (rows["is_paused"] | rows["is_cancelled"])).any()


@pytest.mark.parametrize(
    ("story", "none_left"),
    [
        ("A shop with 400 products, 10% out of stock", 40),
        ("A shop with 400 products, 90% in stock", 40),
        ("An online store with 300 products, 12 out of stock", 12),
        ("A shop with 400 products, 5% of the products are sold out", 20),
    ],
)
def test_what_is_out_of_stock_has_no_stock(story, none_left):
    stock = generate(story, seed=5)["products"]["stock"]

    assert (stock == 0).sum() == none_left


def test_what_all_rows_are_is_understood():
    assert all(fact.understood for fact in parse("A bookshop with 4,000 books in stock").facts)
