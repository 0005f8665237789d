"""Rows that stand for periods of a calendar follow each other; what columns tell of a date agrees with it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from tests.believable.reading import as_models, read, rows

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 1, 1)


@pytest.mark.parametrize("road", [read, as_models])
@pytest.mark.parametrize(
    "keys",
    [
        "UNIQUE (fiscal_year, period_no)",
        "UNIQUE (period_start, period_end)",
        "UNIQUE (period_start), CHECK (period_no BETWEEN 1 AND 12), CHECK (quarter IN (1, 2, 3, 4))",
        "UNIQUE (fiscal_year, period_no), CHECK (period_end >= period_start)",
    ],
)
def test_fiscal_periods_are_months_one_after_another(road, tmp_path, keys: str):
    ddl = f"""CREATE TABLE fiscal_periods (id INTEGER PRIMARY KEY, fiscal_year INTEGER NOT NULL,
        period_no INTEGER NOT NULL, quarter INTEGER NOT NULL, period_start DATE NOT NULL, period_end DATE NOT NULL,
        name VARCHAR(20) NOT NULL, {keys})"""
    periods = rows(road(tmp_path, ddl, rows=40), "fiscal_periods")
    starts = sorted(row["period_start"] for row in periods)
    for row in periods:
        start, end = row["period_start"], row["period_end"]
        assert (start.day, (end + DAY).day) == (1, 1)
        assert 28 <= (end - start).days + 1 <= 31
        assert (row["fiscal_year"], row["period_no"]) == (start.year, start.month)
        assert row["quarter"] == (start.month + 2) // 3
        assert row["name"] == start.strftime("%B %Y")
        assert end < TODAY
    if "CHECK (period_end" not in keys:
        assert all((later - earlier).days < 32 for earlier, later in itertools.pairwise(starts))


def test_each_company_has_its_own_quarters(tmp_path):
    ddl = """CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE targets (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES companies (id),
        year INTEGER NOT NULL, quarter INTEGER NOT NULL, UNIQUE (company_id, year, quarter))"""
    told: dict[int, list[int]] = {}
    for row in rows(read(tmp_path, ddl, rows=30), "targets"):
        told.setdefault(row["company_id"], []).append(row["year"] * 4 + row["quarter"])
    assert all(max(numbers) == 2025 * 4 + 4 for numbers in told.values())
    assert all(max(numbers) - min(numbers) == len(numbers) - 1 for numbers in told.values())


def test_weeks_begin_on_a_monday(tmp_path):
    ddl = """CREATE TABLE weeks (id INTEGER PRIMARY KEY, iso_year INTEGER NOT NULL, week_no INTEGER NOT NULL,
        week_start DATE NOT NULL UNIQUE, week_end DATE NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "weeks"):
        assert (row["iso_year"], row["week_no"], 1) == tuple(row["week_start"].isocalendar())
        assert row["week_end"] - row["week_start"] == 6 * DAY


def test_a_day_is_what_its_columns_say(tmp_path):
    ddl = """CREATE TABLE dim_date (date_key INTEGER PRIMARY KEY, full_date DATE NOT NULL UNIQUE, year SMALLINT,
        month SMALLINT, month_name VARCHAR(9), quarter SMALLINT, iso_week SMALLINT, day_of_month SMALLINT,
        day_of_year SMALLINT, day_of_week SMALLINT CHECK (day_of_week BETWEEN 1 AND 7), day_name VARCHAR(9),
        is_weekend BOOLEAN)"""
    for row in rows(read(tmp_path, ddl, rows=800), "dim_date"):
        day = row["full_date"]
        assert [row[name] for name in ("year", "month", "day_of_month")] == [day.year, day.month, day.day]
        assert (row["quarter"], row["iso_week"]) == ((day.month + 2) // 3, day.isocalendar().week)
        assert (row["day_of_year"], row["day_of_week"]) == (day.timetuple().tm_yday, day.isoweekday())
        assert (row["month_name"], row["day_name"]) == (day.strftime("%B"), day.strftime("%A"))
        assert bool(row["is_weekend"]) == (day.isoweekday() > 5)


def test_a_pay_run_is_paid_for_a_month_that_is_over(tmp_path):
    ddl = """CREATE TABLE pay_runs (id INTEGER PRIMARY KEY, period_start DATE NOT NULL, period_end DATE NOT NULL,
        pay_date DATE NOT NULL, UNIQUE (period_start, period_end))"""
    for row in rows(read(tmp_path, ddl, rows=50), "pay_runs"):
        assert row["period_start"] < row["pay_date"] <= row["period_end"] < TODAY


def test_bookings_are_no_calendar_and_a_model_year_is_not_that_of_the_purchase(tmp_path):
    ddl = """CREATE TABLE bookings (id INTEGER PRIMARY KEY, room VARCHAR(20) NOT NULL, start_date DATE NOT NULL,
        end_date DATE NOT NULL, UNIQUE (room, start_date, end_date));
        CREATE TABLE cars (id INTEGER PRIMARY KEY, year INTEGER NOT NULL, bought_on DATE NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert max((row["end_date"] - row["start_date"]).days for row in rows(tables, "bookings")) <= 14
    assert any(row["year"] != row["bought_on"].year for row in rows(tables, "cars"))


def test_a_bill_is_issued_when_its_period_is_over(tmp_path):
    ddl = """CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE bills (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id),
        billing_period_start DATE NOT NULL, billing_period_end DATE NOT NULL, issue_date DATE NOT NULL, paid_on DATE,
        UNIQUE (account_id, billing_period_start))"""
    for row in rows(read(tmp_path, ddl), "bills"):
        assert row["billing_period_start"] < row["billing_period_end"] <= row["issue_date"]
        assert row["paid_on"] is None or row["issue_date"] <= row["paid_on"]


def test_seasons_of_a_team_are_years_one_before_another(tmp_path):
    ddl = """CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE team_seasons (team_id INTEGER NOT NULL REFERENCES teams (id), season INTEGER NOT NULL,
        wins INTEGER, PRIMARY KEY (team_id, season))"""
    told: dict[int, list[int]] = {}
    for row in rows(read(tmp_path, ddl, rows=30), "team_seasons"):
        told.setdefault(row["team_id"], []).append(row["season"])
    assert all(sorted(years, reverse=True) == [*range(2025, 2025 - len(years), -1)] for years in told.values())


def test_seasons_of_a_series_are_no_years(tmp_path):
    ddl = """CREATE TABLE shows (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
        CREATE TABLE show_seasons (show_id INTEGER NOT NULL REFERENCES shows (id), season INTEGER NOT NULL,
        PRIMARY KEY (show_id, season))"""
    assert max(row["season"] for row in rows(read(tmp_path, ddl, rows=30), "show_seasons")) < 100


def test_a_court_counts_its_cases_and_their_year_is_that_of_the_day(tmp_path):
    ddl = """CREATE TABLE courts (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE cases (court_id INTEGER NOT NULL REFERENCES courts (id), year SMALLINT NOT NULL,
        serial INTEGER NOT NULL, filed_on DATE NOT NULL, PRIMARY KEY (court_id, year, serial));
        CREATE TABLE hearings (court_id INTEGER NOT NULL, case_year SMALLINT NOT NULL, case_serial INTEGER NOT NULL,
        hearing_no INTEGER NOT NULL, PRIMARY KEY (court_id, case_year, case_serial, hearing_no),
        FOREIGN KEY (court_id, case_year, case_serial) REFERENCES cases (court_id, year, serial))"""
    data = read(tmp_path, ddl, rows=40)
    cases = rows(data, "cases")
    assert all(row["year"] == row["filed_on"].year for row in cases)
    assert len({row["year"] for row in cases}) > 1
    serials: dict[int, list[int]] = {}
    for row in cases:
        serials.setdefault(row["court_id"], []).append(row["serial"])
    assert all(sorted(numbers) == [*range(1, len(numbers) + 1)] for numbers in serials.values())
    assert {row["case_year"] for row in rows(data, "hearings")} <= {row["year"] for row in cases}


def test_figures_of_a_country_are_a_series_of_years(tmp_path):
    ddl = """CREATE TABLE countries (code CHAR(2) PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE population (country CHAR(2) NOT NULL REFERENCES countries (code), year INTEGER NOT NULL,
        value BIGINT, PRIMARY KEY (country, year))"""
    told: dict[str, list[int]] = {}
    for row in rows(read(tmp_path, ddl), "population"):
        told.setdefault(row["country"], []).append(row["year"])
    assert all(sorted(years, reverse=True) == [*range(2025, 2025 - len(years), -1)] for years in told.values())


def test_days_of_a_year_go_back_one_by_one(tmp_path):
    ddl = """CREATE TABLE stations (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE readings (station_id INTEGER NOT NULL REFERENCES stations (id), year INTEGER NOT NULL,
        day_of_year INTEGER NOT NULL, PRIMARY KEY (station_id, year, day_of_year))"""
    told: dict[int, list[dt.date]] = {}
    for row in rows(read(tmp_path, ddl, rows=10), "readings"):
        day = dt.date(row["year"], 1, 1) + (row["day_of_year"] - 1) * DAY
        told.setdefault(row["station_id"], []).append(day)
    assert all(
        sorted(days, reverse=True) == [TODAY - n * DAY for n in range(1, len(days) + 1)] for days in told.values()
    )


def test_terms_of_a_year_are_two(tmp_path):
    ddl = """CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE grades (student_id INTEGER NOT NULL REFERENCES students (id), term INTEGER NOT NULL,
        year INTEGER NOT NULL, PRIMARY KEY (student_id, term, year))"""
    found = rows(read(tmp_path, ddl, rows=30), "grades")
    assert {row["term"] for row in found} == {1, 2}
    assert max(row["year"] for row in found) == 2025


def test_rates_are_those_of_a_pair_of_currencies(tmp_path):
    ddl = """CREATE TABLE exchange_rates (base CHAR(3) NOT NULL, quote CHAR(3) NOT NULL, day DATE NOT NULL,
        rate NUMERIC(12, 6) NOT NULL, PRIMARY KEY (base, quote, day))"""
    found = rows(read(tmp_path, ddl, rows=200), "exchange_rates")
    assert {row["base"] for row in found} <= {"USD", "EUR", "GBP", "CHF"}
    assert all(row["base"] != row["quote"] for row in found)
    assert len({row["quote"] for row in found}) > 5
