"""What has to agree in the domains of learning, culture, media, play and promotion."""

import pandas as pd
import pytest

from pytest_misata.api import generate_from_schema
from pytest_misata.story.domain import domains

NAMES = (
    "advertising blog crypto edtech email_marketing events forum gaming gym library museum music_streaming podcast "
    "school social sports_league university video_streaming"
).split()


@pytest.fixture(scope="module")
def made():
    """The tables of a domain as data frames, with 300 main rows, made once."""
    kept: dict[str, dict[str, pd.DataFrame]] = {}
    by_name = {domain.name: domain for domain in domains()}

    def frames(name):
        if name not in kept:
            tables = generate_from_schema(by_name[name].schema(), rows=300, seed=42)
            kept[name] = {key: pd.DataFrame(list(table.rows(0, len(table)))) for key, table in tables.items()}
        return kept[name]

    return frames


def joined(frames, child, key, parent, key_of_parent="id"):
    return frames[child].merge(
        frames[parent], left_on=key, right_on=key_of_parent, suffixes=("", "_parent"), validate="many_to_one"
    )


def ordered(frame, earlier, later):
    """Whether no row has the later moment before the earlier one."""
    early, late = pd.to_datetime(frame[earlier]), pd.to_datetime(frame[later])
    assert late.notna().any(), later
    return not (late < early).any()


def summed(frames, child, key, column, parents):
    sums = frames[child].groupby(key)[column].sum()
    return sums.reindex(parents.id, fill_value=0).tolist()


# The moment of a child, and the one of a parent that it comes after: column, key, parent table, column there.
LIVES = [
    ("advertising", "campaigns", "starts_on", "advertiser_id", "advertisers", "created_at"),
    ("blog", "posts", "published_at", "author_id", "authors", "joined_at"),
    ("blog", "comments", "created_at", "post_id", "posts", "published_at"),
    ("crypto", "wallets", "opened_at", "user_id", "users", "created_at"),
    ("crypto", "transfers", "created_at", "wallet_id", "wallets", "opened_at"),
    ("crypto", "trades", "created_at", "user_id", "users", "created_at"),
    ("edtech", "enrollments", "enrolled_at", "learner_id", "learners", "created_at"),
    ("edtech", "enrollments", "enrolled_at", "course_id", "courses", "published_on"),
    ("edtech", "reviews", "created_at", "enrollment_id", "enrollments", "enrolled_at"),
    ("email_marketing", "sends", "sent_at", "contact_id", "contacts", "subscribed_at"),
    ("events", "bookings", "booked_at", "event_id", "events", "on_sale_on"),
    ("forum", "threads", "created_at", "member_id", "members", "joined_at"),
    ("forum", "posts", "created_at", "thread_id", "threads", "created_at"),
    ("forum", "posts", "created_at", "member_id", "members", "joined_at"),
    ("gaming", "sessions", "started_at", "player_id", "players", "created_at"),
    ("gaming", "purchases", "purchased_at", "player_id", "players", "created_at"),
    ("gym", "check_ins", "checked_in_at", "member_id", "members", "joined_at"),
    ("gym", "class_bookings", "booked_at", "member_id", "members", "joined_at"),
    ("library", "loans", "lent_on", "member_id", "members", "joined_on"),
    ("library", "loans", "lent_on", "book_id", "books", "acquired_on"),
    ("library", "reservations", "reserved_at", "member_id", "members", "joined_on"),
    ("museum", "tickets", "visited_at", "exhibition_id", "exhibitions", "opens_on"),
    ("music_streaming", "plays", "played_at", "listener_id", "listeners", "created_at"),
    ("music_streaming", "playlist_tracks", "added_at", "playlist_id", "playlists", "created_at"),
    ("podcast", "episodes", "published_at", "show_id", "shows", "launched_on"),
    ("podcast", "plays", "started_at", "episode_id", "episodes", "published_at"),
    ("podcast", "plays", "started_at", "listener_id", "listeners", "created_at"),
    ("school", "enrollments", "enrolled_on", "student_id", "students", "enrolled_on"),
    ("school", "attendance", "day", "student_id", "students", "enrolled_on"),
    ("social", "posts", "created_at", "user_id", "users", "created_at"),
    ("social", "likes", "created_at", "post_id", "posts", "created_at"),
    ("social", "likes", "created_at", "user_id", "users", "created_at"),
    ("social", "follows", "created_at", "followed_id", "users", "created_at"),
    ("university", "enrollments", "enrolled_on", "student_id", "students", "admitted_on"),
    ("video_streaming", "profiles", "created_at", "subscriber_id", "subscribers", "created_at"),
    ("video_streaming", "views", "started_at", "profile_id", "profiles", "created_at"),
    ("video_streaming", "views", "started_at", "title_id", "titles", "added_on"),
]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life[0]}-{life[1]}-{life[3]}")
def test_nothing_happens_before_what_it_belongs_to(made, life):
    name, child, moment, key, parent, birth = life
    rows = joined(made(name), child, key, parent)

    assert len(rows) == len(made(name)[child])
    assert ordered(rows, f"{birth}_parent" if f"{birth}_parent" in rows else birth, moment)


# The moment of a child, and the one at which its parent is gone.
ENDS = [
    ("email_marketing", "sends", "sent_at", "contact_id", "contacts", "unsubscribed_at"),
    ("events", "bookings", "booked_at", "event_id", "events", "held_on"),
    ("gaming", "sessions", "started_at", "player_id", "players", "last_seen_at"),
    ("gym", "check_ins", "checked_in_at", "member_id", "members", "cancelled_at"),
    ("gym", "payments", "due_on", "member_id", "members", "cancelled_at"),
    ("museum", "tickets", "visited_at", "exhibition_id", "exhibitions", "ends_on"),
    ("music_streaming", "plays", "played_at", "listener_id", "listeners", "cancelled_at"),
    ("school", "enrollments", "enrolled_on", "student_id", "students", "left_on"),
    ("university", "enrollments", "enrolled_on", "student_id", "students", "graduated_on"),
    ("university", "tuition_payments", "paid_at", "student_id", "students", "withdrawn_on"),
    ("video_streaming", "payments", "charged_at", "subscriber_id", "subscribers", "cancelled_at"),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: f"{end[0]}-{end[1]}-{end[5]}")
def test_nothing_happens_once_its_owner_is_gone(made, end):
    name, child, moment, key, parent, death = end
    rows = joined(made(name), child, key, parent)
    # A day that lies after a moment begins at the next midnight.
    rows[death] = pd.to_datetime(rows[death]).dt.ceil("D")

    assert ordered(rows, moment, death)


# A status, the moment that tells of it, and the values with which the moment is there.
STATES = [
    ("crypto", "trades", "status", "filled_at", {"filled"}),
    ("edtech", "enrollments", "status", "completed_at", {"completed"}),
    ("email_marketing", "contacts", "status", "unsubscribed_at", {"unsubscribed", "bounced", "complained"}),
    ("email_marketing", "sends", "status", "opened_at", {"opened", "clicked"}),
    ("email_marketing", "sends", "status", "clicked_at", {"clicked"}),
    ("forum", "reports", "status", "closed_at", {"upheld", "dismissed"}),
    ("gym", "members", "status", "cancelled_at", {"cancelled"}),
    ("library", "loans", "status", "returned_on", {"returned", "returned_late"}),
    ("music_streaming", "listeners", "status", "cancelled_at", {"cancelled"}),
    ("school", "students", "status", "left_on", {"transferred", "withdrawn"}),
    ("university", "students", "status", "graduated_on", {"graduated"}),
    ("university", "students", "status", "withdrawn_on", {"withdrawn"}),
    ("video_streaming", "subscribers", "status", "cancelled_at", {"cancelled"}),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state[0]}-{state[1]}-{state[3]}")
def test_a_status_and_its_moment_agree(made, state):
    name, table, status, moment, values = state
    rows = made(name)[table]

    assert rows[moment].notna().eq(rows[status].isin(values)).all()
    assert 0 < rows[moment].notna().sum() < len(rows)


def test_a_balance_is_what_came_in_less_what_went_out_and_never_below_zero(made):
    crypto = made("crypto")
    confirmed = crypto["transfers"][crypto["transfers"].status == "confirmed"]

    assert crypto["wallets"].balance.tolist() == summed({"t": confirmed}, "t", "wallet_id", "amount", crypto["wallets"])
    assert (crypto["wallets"].balance >= 0).all()
    assert not crypto["wallets"].duplicated(["user_id", "coin"]).any()


def test_what_is_on_loan_is_due_later_and_what_is_overdue_was_due_before(made):
    loans = made("library")["loans"]
    due, lent = pd.to_datetime(loans.due_on), pd.to_datetime(loans.lent_on)
    today = pd.Timestamp("2026-01-01")

    assert (due[loans.status == "overdue"] < today).all()
    assert (due[loans.status == "on_loan"] >= today - pd.Timedelta(days=1)).all()
    assert (lent < today).all()
    assert (due - lent).dt.days.eq(21).all()


def test_a_late_book_costs_a_fine_by_the_day(made):
    loans = made("library")["loans"]
    late = loans[loans.status == "returned_late"]

    assert (late.days_late == (pd.to_datetime(late.returned_on) - pd.to_datetime(late.due_on)).dt.days).all()
    assert (late.days_late > 0).all()
    assert [float(fine) for fine in late.fine] == (late.days_late / 4).tolist()
    assert loans[loans.status != "returned_late"].fine.isna().all()


def test_works_are_made_in_the_life_of_their_artist(made):
    works = joined(made("museum"), "artworks", "artist_id", "artists")

    assert (works.year_made >= works.birth_year + 18).all()
    assert (works.year_made <= works.death_year.fillna(2025)).all()
    assert set(works[works.medium == "photograph"].period) <= {"19th century", "modern", "contemporary"}


def test_a_result_counts_the_goals_of_its_match_and_no_team_plays_itself(made):
    league = made("sports_league")
    results, goals = league["results"], league["goals"]

    for side in ("home", "away"):
        counted = goals[goals.side == side].groupby("result_id").size().reindex(results.id, fill_value=0)
        assert counted.tolist() == results[f"{side}_goals"].tolist()
    assert (league["matches"].home_team_id != league["matches"].away_team_id).all()
    assert not league["players"].duplicated(["team_id", "shirt_number"]).any()


def test_an_advertiser_pays_for_what_the_ads_brought(made):
    ads = made("advertising")
    days = ads["daily_stats"]

    assert ads["ads"].spend.tolist() == summed(ads, "daily_stats", "ad_id", "spend", ads["ads"])
    assert ads["campaigns"].spend.tolist() == summed(ads, "ads", "campaign_id", "spend", ads["campaigns"])
    assert (days.conversions <= days.clicks).all()
    assert (days.clicks <= days.impressions).all()


def test_a_campaign_that_is_completed_is_over_and_others_are_not(made):
    campaigns = made("advertising")["campaigns"]
    starts, ends = pd.to_datetime(campaigns.starts_on), pd.to_datetime(campaigns.ends_on)
    over = campaigns.status == "completed"

    assert ends[over].max() < ends[~over].min()
    assert starts.max() < ends[~over].min()


def test_a_booking_is_the_sum_of_its_tickets(made):
    events = made("events")
    bookings = events["bookings"]

    assert bookings.tickets_total.tolist() == summed(events, "tickets", "booking_id", "price", bookings)
    assert (bookings.tickets_total + bookings.fee == bookings.total).all()
    assert (
        joined(events, "bookings", "ticket_type_id", "ticket_types").event_id_parent.tolist()
        == joined(events, "bookings", "ticket_type_id", "ticket_types").event_id.tolist()
    )


def test_what_was_listened_to_and_watched_is_no_longer_than_it_is(made):
    plays = joined(made("podcast"), "plays", "episode_id", "episodes")
    views = joined(made("video_streaming"), "views", "title_id", "titles")

    assert (plays.listened_seconds <= plays.duration_seconds).all()
    assert (plays.listened_seconds == plays.duration_seconds).eq(plays.is_completed).all()
    assert (views.minutes_watched <= views.runtime_minutes).all()
    assert (views.minutes_watched == views.runtime_minutes)[views.is_completed].all()


def test_tracks_are_the_artists_own_and_each_is_on_a_playlist_once(made):
    music = made("music_streaming")
    tracks = joined(music, "tracks", "album_id", "albums")

    assert (tracks.artist_id == tracks.artist_id_parent).all()
    assert not music["playlist_tracks"].duplicated(["playlist_id", "track_id"]).any()


def test_grades_agree_with_how_a_course_went(made):
    school, university = made("school")["enrollments"], made("university")["enrollments"]

    assert school.final_grade.notna().eq(school.result == "completed").all()
    assert university.grade.notna().eq(university.result.isin(["completed", "failed"])).all()
    assert (university.grade == "F").eq(university.result == "failed").all()
    assert school.result.isna().eq(school.is_current).all()


def test_a_course_belongs_to_the_department_of_who_gives_it(made):
    courses = joined(made("university"), "courses", "professor_id", "professors")

    assert (courses.department_id == courses.department_id_parent).all()


def test_progress_and_price_of_an_enrollment(made):
    rows = joined(made("edtech"), "enrollments", "course_id", "courses")

    assert (rows.progress == 100).eq(rows.status == "completed").all()
    assert (rows.price_paid == rows.price)[rows.coupon.isna()].all()
    assert (rows.price_paid < rows.price)[rows.coupon.notna()].all()


def test_members_pay_the_price_of_their_plan(made):
    gym = made("gym")
    payments = joined(gym, "payments", "member_id", "members").merge(gym["plans"], left_on="plan", right_on="code")

    assert (payments.amount == payments.monthly_price).all()
    assert ordered(gym["check_ins"], "checked_in_at", "checked_out_at")


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_varied(made, name):
    """No title, name or body is so poor that most of the rows share a few of them."""
    for table, frame in made(name).items():
        for column in {"title", "name", "body", "subject", "headline"} & set(frame.columns):
            least = min(6, len(frame) // 3)
            assert frame[column].nunique() >= least, (table, column)
            assert not frame[column].astype(str).str.contains(r"[{}]|lorem", case=False).any(), (table, column)


@pytest.mark.parametrize("name", NAMES)
def test_a_listed_value_is_one_of_its_list(made, name):
    schema = next(domain for domain in domains() if domain.name == name).schema()
    listed = [
        (table, column)
        for table in schema.tables.values()
        for column in table.columns.values()
        if column.type.kind == "enum"
    ]

    assert listed
    for table, column in listed:
        assert set(made(name)[table.name][column.name].dropna()) <= set(column.type.values), (table.name, column.name)
