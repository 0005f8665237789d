"""Of which of the tables that a story speaks of a share is said."""

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


def counts(story):
    return dict(generate(story, seed=7).counts)


def check(story, column, value, share):
    """Such a share of the rows has a value, to the nearest row."""
    table, name = column.split(".")
    cells = generate(story, seed=7)[table][name]
    assert abs(np.sum(cells == value) - share * len(cells)) <= 0.5


@pytest.mark.parametrize(
    ("story", "column", "value", "share"),
    [
        # What is known of the orders of any trade is said of orders, and not of the items that they have.
        (
            "A bakery with 400 orders; each order has 1 to 4 items, 30% delivery, 70% takeaway",
            "orders.kind",
            "takeaway",
            0.7,
        ),
        ("A farm shop with 90 customers, 400 crates, 25% banned", "customers.is_banned", True, 0.25),
        # Whoever pays has a billing.
        (
            "A SaaS with 90 companies, 15 seats per company, 20% of them on annual billing",
            "companies.billing",
            "annual",
            0.2,
        ),
        # What was done to purchase orders was not done to requisitions.
        (
            "A procurement system with 80 suppliers, 700 purchase orders, 8% rejected",
            "purchase_orders.is_rejected",
            True,
            0.08,
        ),
        # Accounts are counted, and not those who use them.
        ("SaaS: 300 accounts, 60% free, 30% pro, 10% enterprise", "accounts.kind", "pro", 0.3),
        (
            "An online school with 40 courses, 500 students, 60% finish the course",
            "enrollments.status",
            "completed",
            0.6,
        ),
        (
            "A language school with 30 students; lessons cost 25 euros and 50% of them are missed",
            "lessons.status",
            "no_show",
            0.5,
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_a_share_is_of_the_rows_it_is_likely_said_of(story, column, value, share):
    check(story, column, value, share)


@pytest.mark.parametrize(
    ("story", "column", "shares"),
    [
        (
            "A shelter with 600 pets: half dogs, 35% cats, 15% rabbits",
            "pets.species",
            {"dog": 300, "cat": 210, "rabbit": 90},
        ),
        ("200 waiters, 10% part-time", "waiters.is_part_time", {True: 20, False: 180}),
        ("A gym with 400 members (70% monthly, 30% annual)", "members.billing", {"monthly": 280, "annual": 120}),
        ("A club with 50 members - 80% silver, 20% gold - and 9 rooms", "members.kind", {"silver": 40, "gold": 10}),
        (
            "An ISP with 400 subscribers, a quarter on fibre and the rest on DSL",
            "customers.plan",
            {"fibre": 100, "dsl": 300},
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_items_of_a_list_are_shares_however_they_are_said(story, column, shares):
    table, name = column.split(".")

    values, many = np.unique(generate(story, seed=7)[table][name].astype(str), return_counts=True)

    assert dict(zip(values.tolist(), many.tolist(), strict=True)) == {
        str(value): count for value, count in shares.items()
    }


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A SaaS with 500 users. Monthly churn 4%.", "Monthly churn 4%"),
        ("A gym with 500 members and 12% monthly churn", "12% monthly churn"),
        ("A newspaper with 900 readers and a churn rate of 2% a month", "churn rate of 2% a month"),
        ("A SaaS with 500 users, 4% churn per month", "4% churn per month"),
        ("A hospital with 300 nurses and 15% annual staff turnover", "15% annual staff turnover"),
        ("A gym with 400 members, 5% of members leave every month", "5% of members leave every month"),
        (
            "A phone company losing 2% of its customers each month, 800 customers",
            "losing 2% of its customers each month",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_who_leaves_each_month_is_no_share_of_all(story, phrase):
    facts = {fact.phrase: fact for fact in parse(story).facts}

    assert not facts[phrase].understood
    assert "of those who are there then" in facts[phrase].meaning


def test_a_rate_of_no_time_is_that_of_the_rows():
    facts = {fact.phrase: fact for fact in parse("A SaaS with 500 users. Churn 4%.").facts}

    assert facts["Churn 4%"].meaning == "users.status: churned in 4% of the rows"


@pytest.mark.parametrize(
    ("story", "tables"),
    [
        ("An IoT platform with 50 devices, each with 4 sensors", {"devices": 50, "sensors": 200}),
        ("A law practice with 8 partners and 20 trainees", {"lawyers": 8, "trainees": 20}),
        ("A human resources system with 9 departments and 30 divisions", {"departments": 9, "divisions": 30}),
        ("A museum with 200 artworks and 900 visitors", {"artworks": 200, "visitors": 900}),
        ("A warehouse with 90 products and 700 stock movements", {"products": 90, "stock_movements": 700}),
        ("A magazine blog with 5 editors and 60 posts", {"editors": 5, "posts": 60}),
        ("A food delivery app with 30 menu items per restaurant, 5 restaurants", {"menu_items": 150, "restaurants": 5}),
        (
            "An e-learning platform with 4 courses, 8 modules per course, 5 lessons per module",
            {"modules": 32, "lessons": 160},
        ),
        (
            "An online school with 4 courses, 12 lessons per course; each lesson has a quiz",
            {"lessons": 48, "quizzes": 48},
        ),
        ("A gym with 50 members; every member has a contract", {"members": 50, "contracts": 50}),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_is_another_thing_is_another_table(story, tables):
    assert counts(story).items() >= tables.items()


@pytest.mark.parametrize(
    ("story", "tables"),
    [
        ("An ISP with 1,000 subscribers and 3 support tickets per 10 subscribers", {"tickets": 300}),
        ("A nursery with 1 teacher for every 8 children, 80 children", {"teachers": 10, "children": 80}),
        ("A social app with 80 users; each user follows 5 to 20 others", {"users": 80, "follows": 1000}),
        ("An IoT site with 24 sensors, a reading every 15 minutes for one day", {"readings": 24 * 96}),
        (
            "80 stations taking hourly temperature readings for the first week of June 2024",
            {"temperature_readings": 80 * 168},
        ),
        ("A taxi firm with 11 drivers, 9 trips per driver per day for a week", {"trips": 11 * 63}),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_how_many_there_are_of_so_many_or_in_so_much_time(story, tables):
    assert counts(story).items() >= tables.items()


@pytest.mark.parametrize(
    ("story", "place", "low", "high"),
    [
        ("A yoga studio with 30 members, classes cost 15 to 25 dollars", "classes.price", 15, 25),
        ("A cinema with 4 screens, 200 tickets, each ticket costs 12 dollars", "tickets.price", 12, 12),
        (
            "A brokerage with 90 investors, 9 trades per investor, commissions of 0.1 to 0.5 percent",
            "trades.commission_percent",
            0.1,
            0.5,
        ),
        ("A dairy with 200 cheeses, fat content between 20 and 45%", "cheeses.fat_content_percent", 20, 45),
    ],
)
def test_what_rows_cost_and_how_many_percent_something_is(story, place, low, high):
    table, name = place.split(".")

    cells = [float(cell) for cell in generate(story, seed=7)[table][name]]

    assert low <= min(cells) <= max(cells) <= high


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ("A clinic with 30 patients and 90 visits in the first week of June 2024", "from 2024-06-01 to 2024-06-07"),
        ("A clinic with 30 patients and 90 visits during the last week of May 2024", "from 2024-05-25 to 2024-05-31"),
        ("A clinic with 30 patients and 90 visits in the second half of March 2025", "from 2025-03-16 to 2025-03-31"),
        ("A clinic with 30 patients and 90 visits over three months", "from 2025-10-01 to 2025-12-31"),
    ],
)
def test_parts_of_a_month_and_so_many_months(story, days):
    assert [fact.meaning for fact in parse(story).facts][-1] == f"all data: {days}"


@pytest.mark.parametrize(
    ("story", "table", "column"),
    [
        ("A hotel with 10 rooms and 800 bookings in 2024", "bookings", "check_in"),
        ("An airline with 10 aircraft and 800 flights in 2024", "flights", "flight_date"),
    ],
)
def test_what_goes_on_one_after_another_fills_the_days_that_are_said(story, table, column):
    months = {day.month for day in generate(story, seed=7)[table][column].tolist()}

    assert months == set(range(1, 13))


@pytest.mark.parametrize(
    ("story", "tables"),
    [
        # There are fewer actors than the films would have if each were of one alone.
        (
            "A movie database: 200 films, 500 actors, each film has 5 to 20 actors",
            {"films": 200, "actors": 500, "film_actors": 2500},
        ),
        ("A cookbook with 20 recipes and 8 ingredients, every recipe has 2 ingredients", {"recipe_ingredients": 40}),
        ("A fleet of 25 trucks, a position every 5 minutes on 3 June 2024", {"positions": 25 * 288}),
        ("A marketplace with 40 buyers. RFQs: 400. Quotes: 2 to 6 per RFQ.", {"rfqs": 400, "quotes": 1600}),
        ("A 1,000-person company with 8 departments, human resources", {"employees": 1000}),
        ("A grocer with 18 deliveries, each delivery 3 to 25 crates", {"deliveries": 18, "crates": 252}),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_counts_however_they_are_laid_out(story, tables):
    assert counts(story).items() >= tables.items()


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        (
            "A hospital with 45 surgeons, 3,000 admissions, 2% transferred",
            "admissions.is_transferred: true in 2% of the rows",
        ),
        ("A security team with 900 alerts, 75% low, 25% medium", "alerts.severity: low in 75% of the rows"),
        (
            "A box company, 120 subscribers, 3 plans, 55% on the basic plan",
            "subscribers.plan: basic in 55% of the rows",
        ),
        ("A box company, 120 subscribers, churn 5%", "subscribers.is_churned: true in 5% of the rows"),
        (
            "A port with 300 declarations, 60% imports, 40% exports, 2% inspected",
            "declarations.is_inspected: true in 2% of the rows",
        ),
        ("A race with 1,200 runners, 5% did not finish", "runners.did_not_finish: true in 5% of the rows"),
        (
            "A zoo with 90 animals evenly split between mammals, birds and fish",
            "animals.kind: fish in 33.3333% of the rows",
        ),
        ("A landlord with 360 flats, rent 950 EUR on average", "flats.rent: mean 950"),
        ("A car dealer with 90 cars with prices from 9,000 to 65,000 dollars", "cars.price: 9,000 to 65,000"),
        ("A flight school with 24 learners, lesson price 45 pounds", "learners.lesson_price: 45 to 45"),
        ("A human resources system with 100 employees, average tenure 6 years", "employees.tenure_years: mean 6"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_a_phrase_becomes(story, meaning):
    assert meaning in [fact.meaning for fact in parse(story).facts]


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        # What nobody knows grows: that is of no other table.
        ("An orchard with 3,200 trees, yields growing 10% a year", "growing 10% a year"),
        ("A firm with 55 consultants, flibs every working day", "every working day"),
        # Copies of a price are not dealt out evenly, so that the median of prices is not theirs.
        ("A video game with 900 players, median purchase $4.99", "median purchase $4.99"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_is_of_no_table_is_named(story, phrase):
    assert phrase in [fact.phrase for fact in parse(story).facts if not fact.understood]


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_something_is_done_to_is_no_count():
    schema = parse("A marketplace with 40 buyers. 15% of leads end in an order.")

    assert not [fact for fact in schema.facts if fact.meaning == "orders: 1 rows"]


def test_what_a_composed_story_earns_has_an_amount():
    tables = generate(
        "A solar installer with 180 installations, revenue rising from 40k in January to 95k in June 2024", seed=7
    )
    rows = tables["installations"]

    june = [
        float(paid) for paid, day in zip(rows["amount"], rows["happened_at"].tolist(), strict=True) if day.month == 6
    ]

    assert round(sum(june), 2) == 95000


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        ("A recipe app with 1200 recipes, 10% vegan recipes", "recipes.is_vegan: true in 10% of the rows"),
        (
            "A pharmacy with 200 products, 40% prescription only",
            "products.is_prescription_only: true in 40% of the rows",
        ),
        ("A gym with 50 classes, 30% members only", "classes.is_members_only: true in 30% of the rows"),
        ("A gym with 50 classes, 30% women-only classes", "classes.is_women_only: true in 30% of the rows"),
        ("A club with 35 rooms and 900 bookings, 10% no-shows", "bookings.status: no_show in 10% of the rows"),
        ("A brand with 180 orders, 60% of orders from Germany, rest from Austria", "orders: 40% of the rows in AT"),
        ("A dog walking app: 85 walkers, 750 walks, 4.8 average rating", "walks.rating: mean 4.8"),
        (
            "Lending with 80 borrowers, loans between 1,000 and 40,000 EUR, 6 repayments per loan",
            "loans.amount: 1,000 to 40,000",
        ),
        ("A wind park of 300 turbines, output from 0 to 400 watts", "turbines.output_watts: 0 to 400"),
        (
            "48 turbines in 4 parks, 10-minute power readings for one week",
            "power_readings: 1,008 per row of turbines, each",
        ),
        ("48 turbines, 10 minute power readings for one week", "power_readings: 1,008 per row of turbines, each"),
        ("3 meters, 15 min readings over 3 days", "readings: 288 per row of meters, each"),
        ("A driving school with 20 learners, 90 minute lessons", "lessons.duration_minutes: 90 to 90"),
        ("A park with 40 day passes and 60 second graders", "day_passes: 40 rows"),
        ("A gala with 40 tables of 10 guests", "guests: 400 rows"),
        # The noun after a state says whose it is, and "them" after "60% of tasks done" are tasks.
        (
            "A podcast network with 30 shows, 25 episodes each, 4% explicit episodes",
            "episodes.is_explicit: true in 4% of the rows",
        ),
        (
            "A task tracker with 9 members, 30 projects, 25 tasks per project, 60% of tasks done, 10% blocked",
            "tasks.is_blocked: true in 10% of the rows",
        ),
        # Beginners are people, and nobody is digitised.
        (
            "A sailing school with 60 students, 9 courses, 15% beginners",
            "students.is_beginner: true in 15% of the rows",
        ),
        ("A film archive with 300 reels, 15 archivists, 40% digitised", "reels.is_digitised: true in 40% of the rows"),
        (
            "A mobile operator with 80 subscribers, 1,200 calls, 2% dropped",
            "usage_records.is_dropped: true in 2% of the rows",
        ),
        ("A SaaS company with 240 users, 12% on trial", "users.is_on_trial: true in 12% of the rows"),
        (
            "An HR system with 65 employees, 8% on parental leave",
            "employees.is_on_parental_leave: true in 8% of the rows",
        ),
        (
            "A ride-hailing service with 90 riders, 500 trips, 8% cancelled by the driver",
            "trips.status: cancelled_by_driver in 8% of the rows",
        ),
        # A letter is no article, and values of one column are its values wherever they are said.
        ("A blood bank with 90 donors, 30% A, 40% O, 12% B", "donors.kind: A in 30% of the rows"),
        (
            "A lab with 90 samples, 38% type O, 34% type A, 9% type B, the rest AB",
            "samples.type: A in 34% of the rows",
        ),
        ("A dog shelter with 75 dogs, 40 volunteers, 60% neutered", "dogs.is_neutered: true in 60% of the rows"),
        ("A university with 120 students, 30% international", "students.is_international: true in 30% of the rows"),
        ("A hotel with 200 guests, 40% French and 60% British", "guests: 40% of the rows in FR"),
        # What is lost is not what is inactive.
        ("A courier with 12 vans, 90 crates, 1% lost", "crates.is_lost: true in 1% of the rows"),
        # Plans are what subscribers are on.
        ("A box company with 85 subscribers, 3 plans, 10% paused", "subscribers.is_paused: true in 10% of the rows"),
        ("A bakery with 90 orders, 12% pre-orders", "orders.is_pre_order: true in 12% of the rows"),
        ("A translation bureau with 140 documents, 25% rush jobs", "documents.is_rush_job: true in 25% of the rows"),
        # Some of those that were counted before.
        ("A school with 420 pupils, 12 pupils absent", "students.is_absent: true in 2.85714% of the rows"),
        ("A factory with 80 machines, 5 machines down", "machines.status: down in 6.25% of the rows"),
        ("A shop with 300 customers, 40 inactive customers", "customers.is_inactive: true in 13.3333% of the rows"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_more_phrases_become(story, meaning):
    assert meaning in [fact.meaning for fact in parse(story).facts]


@pytest.mark.parametrize(
    ("story", "table", "column"),
    [
        (
            "A city council with 700 building permits, 10 inspectors, permits issued over the last three years, "
            "18% denied",
            "building_permits",
            "is_denied",
        ),
        ("A harbour with 80 cargo ships, 12 pilots, ships built in 2019, 5% damaged", "cargo_ships", "is_damaged"),
    ],
)
def test_a_state_is_of_what_was_spoken_of_last_by_a_short_name(story, table, column):
    tables = parse(story, strict=True).tables

    assert [name for name, one in tables.items() if column in one.columns] == [table]


@pytest.mark.parametrize(
    ("story", "column", "rows"),
    [
        (
            "An animal shelter with 80 dogs and 60 cats, 45% adopted",
            "is_adopted",
            {"dogs": 36, "cats": 27},
        ),
        ("A camp with 30 boys and 25 girls, 11 absent", "is_absent", {"boys": 6, "girls": 5}),
        # There are too many life jackets to be a part beside the boats, and pupils are none beside their teachers.
        ("A marina with 20 boats and 300 life jackets, 15% expired", "is_expired", {"life_jackets": 45}),
        ("A dance hall with 12 teachers and 80 pupils, 40% late", "is_late", {"pupils": 32}),
        # Tanks are no part beside the fish that are in them.
        ("An aquarium with 40 tanks, 900 fish and 30 rays, 20% ill", "is_ill", {"fish": 180, "rays": 6}),
        # Nor are eggs, which only follow their hens.
        ("A farm with 300 hens, 900 eggs, 70% fertile", "is_fertile", {"eggs": 630}),
    ],
)
def test_what_is_said_after_parts_counted_together_is_said_of_all(story, column, rows):
    tables = generate(story, seed=7)

    found = {name: int(np.sum(tables[name][column])) for name in tables if column in tables[name].columns}
    assert found == rows


def test_a_mean_said_after_parts_is_that_of_all():
    tables = generate("A moving company with 12 trucks and 9 vans, average mileage 80,000 km", seed=7)

    assert [float(np.mean(tables[name]["mileage_km"])) for name in ("trucks", "vans")] == [80_000, 80_000]


@pytest.mark.parametrize(
    ("story", "column", "value", "share"),
    [
        ("A video platform with 500 creators and 5,000 views, 70% on mobile", "views.device", "phone", 0.7),
        ("A news site with 800 subscribers and 3,000 page views, 65% on mobile", "page_views.device", "mobile", 0.65),
        ("An online course platform with 500 learners and 200 courses, half of them free", "courses.price", 0, 0.5),
        ("A museum with 900 members and 60 exhibitions, a third of them free", "exhibitions.is_free", True, 1 / 3),
    ],
)
def test_what_is_seen_on_something_or_free_is_on_no_plan(story, column, value, share):
    check(story, column, value, share)


@pytest.mark.parametrize(
    ("story", "column", "value", "share"),
    [
        ("A taxi company with 40 drivers, 900 rides, 55% cash, 45% card", "payments.method", "cash", 0.55),
        ("A museum shop with 500 sales, 80% by card", "payments.method", "card", 0.8),
        ("A delivery service with 50 riders, 900 trips, cash 55%, card 45%", "trips.payment_method", "cash", 0.55),
        ("A bike courier with 900 deliveries, paid in cash 20%, by card 80%", "parcels.payment_method", "cash", 0.2),
        ("A wind band with 45 musicians, 30 instruments on loan", "instruments.is_on_loan", True, 1),
        ("A piano tuner with 220 clients, 500 tunings, paid 60% by card", "tunings.payment_method", "card", 0.6),
        ("A restaurant with 200 orders, 10% paid in cash", "orders.payment_method", "cash", 0.1),
        ("A vending company with 200 machines, 15 machines out of order", "machines.is_out_of_order", True, 0.075),
        ("A parking garage with 300 tickets, 60% contactless", "tickets.payment_method", "contactless", 0.6),
        ("A pharma company with 12 trials and 300 subjects, 15% dropped out", "subjects.status", "withdrawn", 0.15),
    ],
)
def test_what_is_paid_how_is_what_was_done(story, column, value, share):
    check(story, column, value, share)


@pytest.mark.parametrize(
    ("story", "column", "value", "share"),
    [
        ("A chess club with 80 members and 400 games, 38% won by white", "games.result", "1-0", 0.38),
        ("A tennis club with 300 matches, 55% won by the home player", "matches.winner", "home_player", 0.55),
        ("A forest service with 300 fires, 40% caused by lightning", "fires.cause", "lightning", 0.4),
        ("A furniture maker with 80 chairs, 30% made by hand", "chairs.method", "hand", 0.3),
    ],
)
def test_who_or_what_did_something_is_a_column_of_its_own(story, column, value, share):
    check(story, column, value, share)


@pytest.mark.parametrize(
    ("story", "trade"),
    [
        ("A startup accelerator with 40 founders", "startup accelerator"),
        ("A night market with 80 stalls", "night market"),
        ("A data center with 300 servers", "data center"),
        ("A running club with 200 runs", "running club"),
    ],
)
def test_a_trade_is_the_whole_noun(story, trade):
    assert parse(story).facts[0].phrase == trade


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_who_won_is_named_where_goals_tell_it():
    story = "A football league with 20 teams and 380 matches, 45% won by the home side"

    assert [fact.phrase for fact in parse(story).facts if not fact.understood] == ["45% won by the home side"]


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_is_more_than_anything_counted_is_no_state_and_clubs_are_no_girls():
    story = "A judo federation with 40 clubs, 2,200 judoka, 35% girls"

    assert [fact.phrase for fact in parse(story).facts if not fact.understood] == ["2,200 judoka", "35% girls"]
