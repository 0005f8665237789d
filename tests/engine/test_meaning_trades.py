"""Tables as teams of other trades and languages name them: their columns hold what a person of the trade expects."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.meaning import describe
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATE, DATETIME, INTEGER, ColumnType, string

PRICE = ColumnType("numeric", precision=12, scale=2)


def table_of(name: str, /, **types: ColumnType) -> TableConfig:
    return TableConfig(name, {column: Column(column, type_, nullable=False) for column, type_ in types.items()})


def rows_of(table: TableConfig, rows: int = 200) -> list[dict]:
    return list(generate_from_schema(SchemaConfig({table.key: table}), rows=rows)[table.key].rows())


@pytest.mark.parametrize(
    ("table", "column", "type_", "meaning"),
    [
        ("kunden", "vorname", string(40), "first_name"),
        ("task_runs", "exit_code", INTEGER, "exit_code: choice"),
        ("task_runs", "try_number", INTEGER, "retry_count: choice"),
        ("task_runs", "max_tries", INTEGER, "most_tries: choice"),
        ("task_runs", "pid", INTEGER, "process_number: uniform"),
        ("task_runs", "infrastructure_pid", string(255), "process_number_in_text: code"),
        ("trainings", "num_epochs", INTEGER, "epoch_count: uniform"),
        ("payments", "idempotency_key", string(255), "api_key: token"),
        ("tokens", "key_iv", string(32), "api_key: token"),
        ("tokens", "otplen", INTEGER, "digits_of_code: choice"),
        ("dags", "fileloc", string(2000), "path: term"),
        ("task_runs", "unixname", string(255), "username"),
        ("servers", "proto", string(20), "protocol: choice"),
        ("flow_runs", "parameters", ColumnType("json"), "parameters: object"),
        ("users", "auth_state", ColumnType("json"), "progress: object"),
        ("kunden", "ort", string(60), "city"),
        ("kunden", "straße", string(60), "street"),
        ("mitarbeiter", "gehalt", PRICE, "salary: lognormal"),
        ("artikel", "bezeichnung", string(80), "name: term"),
        ("müşteriler", "soyadı", string(40), "last_name"),
        ("musteriler", "dogum_tarihi", DATE, "birth_date"),
        ("siparisler", "odeme_yontemi", string(30), "payment_method: term"),
        ("clientes", "apellidos", string(60), "last_name"),
        ("hr_emp", "first_nm", string(40), "first_name"),
        ("hr_emp", "base_sal", PRICE, "salary: lognormal"),
        ("cust_mast", "cust_nm", string(60), "name: full_name"),
        ("tbl_admission", "discharge_reason", string(60), "reason_of_discharge: choice"),
        ("repairOrder", "complaint", string(100), "fault: choice"),
    ],
)
def test_abbreviations_and_other_languages(table: str, column: str, type_: ColumnType, meaning: str) -> None:
    config = table_of(table, **{column: type_})
    assert describe(config, config.column(column)) == meaning


def test_numbers_of_vehicles_have_no_letters_that_look_like_digits() -> None:
    vins = [row["vin"] for row in rows_of(table_of("vehicles", vin=string(17)))]
    assert all(re.fullmatch("[A-HJ-NPR-Z0-9]{17}", vin) for vin in vins)
    assert len(set(vins)) > 190


@pytest.mark.parametrize("born", [DATE, DATETIME])
def test_an_age_is_that_of_the_date_of_birth(born: ColumnType) -> None:
    table, today = table_of("patients", dob=born, age=INTEGER), SchemaConfig().reference_date
    for row in rows_of(table, 2000):
        day = row["dob"].date() if isinstance(row["dob"], dt.datetime) else row["dob"]
        assert row["age"] == today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def test_types_and_extensions_are_those_of_the_file() -> None:
    table = table_of("attachments", file_name=string(120), mime_type=string(100), extension=string(10))
    known = {"pdf": "application/pdf", "png": "image/png", "csv": "text/csv"}
    rows = rows_of(table)
    assert {row["extension"] for row in rows} >= set(known)
    for row in rows:
        assert row["file_name"].endswith("." + row["extension"])
        assert row["mime_type"] == known.get(row["extension"], row["mime_type"])


def test_what_is_measured_lies_before_the_end_of_the_stay() -> None:
    stays = table_of("admissions", id=INTEGER, admitted_at=DATETIME, discharged_at=DATETIME)
    stays.primary_key = ("id",)
    vitals = table_of("vitals", admission_id=INTEGER, measured_at=DATETIME)
    vitals.foreign_keys = [ForeignKey(("admission_id",), "admissions", ("id",))]
    tables = generate_from_schema(SchemaConfig({"admissions": stays, "vitals": vitals}), rows=100)
    known = {row["id"]: row for row in tables["admissions"].rows()}
    for row in tables["vitals"].rows():
        stay = known[row["admission_id"]]
        assert stay["admitted_at"] <= row["measured_at"] <= stay["discharged_at"]


def test_columns_tell_what_a_table_of_a_vague_name_holds() -> None:
    homes = rows_of(table_of("listings", title=string(120), bedrooms=INTEGER, sqft=INTEGER, list_price=PRICE))
    assert all(row["list_price"] >= 60_000 and row["sqft"] >= 350 for row in homes)
    assert all(re.search("Apartment|House|Townhouse|Flat|Home", row["title"]) for row in homes)


def test_a_name_takes_the_last_word_of_its_table_not_a_prefix() -> None:
    titles = [row["title"] for row in rows_of(table_of("hr_grievance", title=string(100)))]
    assert all("Grievance" in title and "Hr" not in title for title in titles)


def test_columns_tell_where_the_name_of_a_table_is_not_known() -> None:
    cards = rows_of(table_of("cards", title=string(120), assignee=string(60), due_on=DATE))
    tasks = rows_of(table_of("tasks", title=string(120)))
    assert {row["title"].split()[0] for row in cards} == {row["title"].split()[0] for row in tasks}
    issues = rows_of(table_of("issues", title=string(120), assignee=string(60), due_on=DATE))
    assert {row["title"] for row in issues}.isdisjoint(row["title"] for row in cards)


@pytest.mark.parametrize("type_", [DATE, DATETIME])
def test_a_billing_period_is_a_month(type_: ColumnType) -> None:
    rows = rows_of(table_of("invoices", period_start=type_, period_end=type_))
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == 1
        assert end.day == start.day or (end.day < start.day and (end + dt.timedelta(days=1)).day == 1)
