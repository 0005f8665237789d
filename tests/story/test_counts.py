import pytest

from pytest_misata.api import generate
from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.reader import StoryWarning, parse


def rows(story, **options):
    return plan_rows(parse(story, **options))


def test_the_main_job_has_the_counts_that_were_promised():
    planned = rows("A SaaS company with 1000 users.")

    assert (planned["users"], planned["subscriptions"]) == (1000, 3000)
    assert 6000 <= sum(planned.values()) < 15_000


@pytest.mark.parametrize(
    ("story", "users"),
    [
        ("A SaaS company with 5k users", 5000),
        ("A SaaS startup with 1.5 million users", 1_500_000),
        ("A SaaS company with two thousand users", 2000),
        ("A SAAS COMPANY WITH ABOUT 500 MEMBERS", 500),
        ("software-as-a-service, 2 dozen users", 24),
        ("A SaaS with a user", 1),
        ("A SaaS with a single user", 1),
        ("SaaS, users: 70", 70),
        ("SaaS with users (70)", 70),
        ("A 5k-user SaaS", 5000),
        ("A SaaS with 2024 users", 2024),
    ],
)
def test_users_are_counted_however_it_is_written(story, users):
    assert rows(story)["users"] == users


def test_nothing_large_is_invented_for_one_user():
    assert sum(rows("A SaaS company with 1 user").values()) < 20


def test_several_tables_may_be_counted():
    planned = rows("A SaaS company with 500 users, 400 subscriptions and 2,000 invoices")

    assert (planned["users"], planned["subscriptions"], planned["invoices"]) == (500, 400, 2000)


def test_the_number_of_children_sizes_the_parents_that_are_not_counted():
    planned = rows("An e-commerce site with 10k orders")

    assert (planned["orders"], planned["customers"]) == (10_000, 4000)


def test_rows_sizes_the_main_table_where_the_story_does_not():
    assert rows("A SaaS company", rows=70)["users"] == 70
    assert rows("An online shop with 300 orders", rows=70)["customers"] == 70


def test_the_default_is_a_thousand():
    assert rows("A SaaS company")["users"] == 1000


def test_a_number_in_the_story_wins_over_rows_and_it_is_said():
    with pytest.warns(StoryWarning, match="rows=70"):
        assert rows("A SaaS company with 50 users", rows=70)["users"] == 50


@pytest.mark.parametrize("bad", [-1, 1.5, True, "10", 2**40])
def test_rows_is_a_whole_number(bad):
    with pytest.raises(GenerationError, match="rows must be a whole number"):
        parse("A SaaS company", rows=bad)


def test_a_table_may_be_left_out_without_touching_the_others():
    planned = rows("A SaaS with 100 users, no invoices and without support tickets")

    assert planned == {**rows("A SaaS with 100 users"), "invoices": 0, "support_tickets": 0}


def test_a_compound_counts_its_last_noun():
    assert rows("An online shop with 500 customer reviews")["reviews"] == 500


def test_an_article_counts_only_things():
    assert rows("A customer database of an online shop with 50 customers")["customers"] == 50


def test_parts_in_different_places_add_up():
    assert rows("A SaaS company with 300 users in Germany and 100 users in France")["users"] == 400
    with pytest.warns(StoryWarning, match="in Atlantis"):
        assert rows("A SaaS company with 300 users in Atlantis and 100 users in Utopia")["users"] == 400


def test_the_same_count_twice_is_no_contradiction():
    assert rows("A SaaS with 100 users: the 100 users")["users"] == 100


@pytest.mark.parametrize(
    ("story", "quotes"),
    [
        ("A SaaS company with 100 users and 200 users", ["100 users", "200 users"]),
        ("A SaaS company with 5 members and 7 customers", ["5 members", "7 customers"]),
        ("A shop with 9 customers, 50 orders, 3 orders per customer", ["3 orders per customer", "27", "50"]),
        (
            "A shop with 3 orders per customer and 4 orders per customer",
            ["3 orders per customer", "4 orders per customer"],
        ),
    ],
)
def test_a_contradiction_is_an_error_that_quotes_both(story, quotes):
    with pytest.raises(StoryError) as error:
        parse(story)

    assert all(quote in str(error.value) for quote in quotes)


def test_numbers_that_cannot_be_together_are_an_error():
    with pytest.raises(StoryError, match="order_items"):
        parse("A shop with 50 orders and without products")


def test_too_many_rows_are_an_error():
    with pytest.raises(StoryError, match="fewer than"):
        parse("A SaaS with 1,000,000,000,000 users")


@pytest.mark.parametrize(
    ("story", "table", "flag", "rows", "told"),
    [
        ("A courier firm with 40 stolen parcels", "parcels", "is_stolen", 40, 40),
        ("A museum with 40 stolen paintings", "artworks", "is_stolen", 40, 40),
        ("A library with 4,000 books, 40 rare books", "books", "is_rare", 4000, 40),
        ("A charity shop with 20 volunteers and 3,000 donated items, 400 sold", "items", "is_sold", 3000, 400),
        ("A bike shop with 30 broken bikes and 90 repaired bikes", "bikes", "is_broken", 120, 30),
        ("A hospital with 40 beds, 12 vacant beds", "beds", "is_vacant", 40, 12),
        ("A farm with 200 cows, 30 pregnant cows", "cows", "is_pregnant", 200, 30),
    ],
)
def test_what_is_said_before_a_noun_is_of_its_rows(story, table, flag, rows, told):
    cells = generate(story, seed=5)[table][flag]

    assert (len(cells), cells.sum()) == (rows, told)


def test_second_hand_is_no_second():
    assert all(fact.understood for fact in parse("A second-hand bookshop with 800 books and 90 customers").facts)
