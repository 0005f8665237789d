"""What has to agree between the tables of the domains of health, insurance, offices, money and law."""

from decimal import Decimal

import pandas as pd
import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import domains

DOMAINS = {domain.name: domain for domain in domains()}
CLINICS = ["healthcare", "clinic", "dental", "veterinary"]


class Frames:
    """The tables of a domain as data frames, each made when it is asked for first."""

    def __init__(self, name: str) -> None:
        self._tables = Tables(DOMAINS[name].schema(), rows=400, seed=42)
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._made:
            made = self._tables[table]
            self._made[table] = pd.DataFrame(list(made.rows(0, len(made))), columns=made.columns)
        return self._made[table]

    def joined(self, child: str, key: str, parent: str) -> pd.DataFrame:
        return self[child].merge(self[parent], left_on=key, right_on="id", suffixes=("", "_parent"))

    def sums(self, child: str, key: str, column: str, parent: str) -> list:
        """The sum of a column over the children of each parent, 0 where it has none."""
        return self[child].groupby(key)[column].sum().reindex(self[parent].id, fill_value=Decimal(0)).tolist()


@pytest.fixture(scope="module")
def made():
    cache: dict[str, Frames] = {}

    def frames(name: str) -> Frames:
        if name not in cache:
            cache[name] = Frames(name)
        return cache[name]

    return frames


def ordered(frame, *moments):
    """Whether no row has a moment before an earlier one of the list."""
    times = [pd.to_datetime(frame[moment]) for moment in moments]
    return not any((late < early).any() for at, late in enumerate(times) for early in times[:at])


def has(frame, column, status, *values):
    """Whether a column is there in exactly the rows with one of the values."""
    return frame[column].notna().eq(frame[status].isin(values)).all()


@pytest.mark.parametrize("name", CLINICS)
def test_appointments_are_made_before_they_take_place_and_only_those_to_come_lie_ahead(made, name):
    frames = made(name)
    visits = frames["visits" if name == "veterinary" else "appointments"]
    ahead = pd.to_datetime(visits.scheduled_on) > pd.Timestamp(DOMAINS[name].schema().reference_date)
    booked = pd.to_datetime(visits.booked_at).dt.normalize()

    assert not (pd.to_datetime(visits.scheduled_on) < booked).any()
    assert ahead.eq(visits.status == "scheduled").all()


@pytest.mark.parametrize(
    ("name", "child", "key", "parent", "hired"),
    [
        ("healthcare", "appointments", "doctor_id", "doctors", "hired_on"),
        ("clinic", "appointments", "doctor_id", "doctors", "joined_on"),
        ("dental", "appointments", "dentist_id", "dentists", "joined_on"),
        ("veterinary", "visits", "vet_id", "vets", "joined_on"),
        ("government_permits", "inspections", "inspector_id", "staff", "hired_on"),
        ("legal", "matters", "lawyer_id", "lawyers", "admitted_on"),
        ("insurance", "policies", "agent_id", "agents", "licensed_on"),
        ("helpdesk", "tickets", "agent_id", "agents", "hired_on"),
    ],
)
def test_nobody_works_before_being_hired(made, name, child, key, parent, hired):
    frames = made(name)
    start = pd.Timestamp(DOMAINS[name].schema().reference_date) - pd.Timedelta(days=1095)

    assert frames[child][key].isin(frames[parent].id).all()
    assert (pd.to_datetime(frames[parent][hired]).dropna() <= start).all()
    assert ordered(frames[parent], "birth_date", hired)


def test_a_hospital_stay_is_paid_by_insurance_and_patient_together(made):
    stays = made("healthcare").joined("admissions", "patient_id", "patients")

    assert (stays.insurance_paid + stays.patient_due == stays.charges).all()
    assert ordered(stays, "registered_at", "admitted_at", "discharged_at")
    assert has(stays, "discharged_at", "status", "discharged")
    assert (stays[stays.coverage == "uninsured"].insurance_paid == 0).all()


def test_stays_of_a_patient_follow_each_other(made):
    stays = made("healthcare")["admissions"].sort_values(["patient_id", "admitted_at"])
    before = stays.groupby("patient_id").discharged_at.shift()

    assert not (pd.to_datetime(before) > pd.to_datetime(stays.admitted_at)).any()


def test_no_diagnosis_comes_twice_in_a_stay(made):
    assert not made("healthcare")["diagnoses"].duplicated(["admission_id", "icd10_code"]).any()


def test_a_missed_appointment_costs_a_fee_and_a_cancelled_one_nothing(made):
    bills = made("clinic").joined("invoices", "appointment_id", "appointments")

    assert set(bills[bills.status_parent == "no_show"].amount) == {Decimal("35.00")}
    assert set(bills[bills.status_parent == "cancelled"].amount) == {Decimal("0.00")}
    assert has(bills, "paid_on", "status", "paid")
    assert ordered(bills, "scheduled_on", "paid_on")


def test_a_tooth_is_named_for_what_is_done_to_one(made):
    treatments = made("dental")["treatments"]
    whole = treatments.procedure_code.isin(["D0120", "D0150", "D0210", "D0274", "D1110", "D1206", "D4341", "D8090"])

    assert treatments[whole].tooth.isna().all()
    assert treatments[treatments.procedure_code == "D2740"].tooth.between(1, 32).all()
    assert has(treatments, "performed_on", "status", "completed")


def test_a_pet_is_of_a_breed_of_its_species_and_born_before_it_is_registered(made):
    pets = made("veterinary")["pets"]

    assert set(pets[pets.species == "cat"].breed).isdisjoint(pets[pets.species == "dog"].breed)
    assert (pets[pets.species == "bird"].weight_kg < 1).all()
    assert ordered(pets, "born_on", "registered_on")


def test_a_visit_costs_what_its_lines_add_up_to_and_nothing_where_it_did_not_take_place(made):
    frames = made("veterinary")
    visits = frames["visits"]

    assert frames.sums("visit_charges", "visit_id", "amount", "visits") == visits.total.tolist()
    assert (visits.total > 0).eq(visits.status == "completed").all()


def test_a_trial_runs_as_its_status_says_and_its_subjects_take_part_meanwhile(made):
    frames = made("pharma")
    subjects = frames.joined("subjects", "site_id", "sites").merge(
        frames["trials"], left_on="trial_id", right_on="id", suffixes=("", "_trial")
    )

    assert has(frames["trials"], "ended_on", "status", "completed", "terminated")
    assert ordered(subjects, "started_on", "opened_on", "consented_on", "left_on")
    assert has(subjects, "left_on", "status", "completed", "withdrawn", "lost_to_follow_up", "screen_failure")
    taking_part = subjects[(subjects.design == "single_arm") & (subjects.status != "screen_failure")]
    assert (taking_part.arm == "treatment").all()
    assert subjects[subjects.status == "screen_failure"].arm.isna().all()


def test_a_claim_falls_into_its_policy_and_is_paid_where_it_was_approved(made):
    frames = made("insurance")
    claims = frames.joined("claims", "policy_id", "policies")

    assert ordered(claims, "starts_on", "occurred_on", "reported_on", "decided_on")
    assert ordered(claims, "occurred_on", "ended_on")
    assert has(claims, "decided_on", "status", "approved", "denied")
    paid = (claims.status == "approved") & ~claims.is_fraud
    assert (claims.paid_amount > 0).eq(paid).all()


def test_pay_is_a_twelfth_of_the_salary_less_what_is_withheld(made):
    slips = made("hr").joined("payslips", "employee_id", "employees")

    assert (slips.income_tax + slips.social_security + slips.medicare + slips.net_pay == slips.gross_pay).all()
    assert ((slips.gross_pay * 12 - slips.salary).abs() <= Decimal("0.06")).all()
    assert ordered(slips, "birth_date", "hired_on", "paid_on", "left_on")
    assert has(made("hr")["employees"], "left_on", "status", "terminated")


def test_a_position_is_filled_once_somebody_is_hired(made):
    frames = made("recruitment")
    jobs = frames["jobs"]
    hires = frames["applications"].groupby("job_id").hired.sum().reindex(jobs.id, fill_value=0)

    assert hires.tolist() == jobs.hires.tolist()
    assert jobs.status.eq("filled").tolist() == (hires > 0).tolist()
    assert ordered(frames.joined("applications", "job_id", "jobs"), "opened_on", "applied_at", "decided_at")
    assert has(frames["interviews"], "score", "status", "completed")


def test_a_deal_is_closed_when_it_is_won_or_lost(made):
    frames = made("crm")
    deals = frames.joined("deals", "account_id", "accounts")

    assert has(deals, "closed_at", "stage", "won", "lost")
    assert ordered(deals, "created_at_parent", "created_at", "closed_at")
    assert (deals.owner_id == deals.owner_id_parent).all()
    assert ordered(frames.joined("activities", "deal_id", "deals"), "created_at", "occurred_at", "closed_at")


def test_a_ticket_is_answered_before_it_is_resolved(made):
    tickets = made("helpdesk")["tickets"]

    assert ordered(tickets, "created_at", "first_reply_at", "resolved_at")
    assert has(tickets, "resolved_at", "status", "resolved", "closed")
    assert ordered(
        made("helpdesk").joined("replies", "ticket_id", "tickets"), "first_reply_at", "sent_at", "resolved_at"
    )


def test_hours_logged_are_those_of_the_time_entries(made):
    frames = made("project_management")
    tasks = frames["tasks"]

    assert frames.sums("time_entries", "task_id", "hours", "tasks") == tasks.logged_hours.tolist()
    assert frames.sums("tasks", "project_id", "estimate_hours", "projects") == frames["projects"].task_hours.tolist()
    entries = frames.joined("time_entries", "task_id", "tasks")
    assert set(entries[entries.status.isin(["backlog", "todo"])].hours) == {Decimal("0.25")}
    assert has(tasks, "completed_at", "status", "done")


def test_every_workspace_has_one_owner(made):
    members = made("project_management")["members"]

    assert members[members.role == "owner"].groupby("workspace_id").size().eq(1).all()
    assert members.workspace_id.nunique() == (members.role == "owner").sum()


def test_work_on_a_matter_is_hours_at_the_lawyers_rate(made):
    frames = made("legal")
    entries = frames.joined("time_entries", "matter_id", "matters")
    sent = frames["invoices"][frames["invoices"].status.isin(["paid", "sent", "overdue"])]
    billed = sent.groupby("matter_id").total.sum().reindex(frames["matters"].id, fill_value=Decimal(0))

    assert (entries.hours * entries.rate == entries.amount).all()
    # What is done at a flat fee is the paralegals' work.
    at_flat_fee = entries.fee_type == "flat_fee"
    assert (entries.lawyer_id == entries.lawyer_id_parent)[~at_flat_fee].all()
    titles = frames["lawyers"].set_index("id").title
    assert (entries[at_flat_fee].lawyer_id.map(titles) == "paralegal").all()
    assert ordered(entries, "opened_on", "worked_on", "closed_on")
    assert billed.tolist() == frames["matters"].billed.tolist()


def test_companies_do_not_get_divorced(made):
    matters = made("legal").joined("matters", "client_id", "clients")

    assert set(matters[matters.practice_area == "Family"].kind) == {"individual"}


def test_a_site_is_inspected_after_the_permit_was_issued(made):
    frames = made("government_permits")
    inspections = frames.joined("inspections", "permit_id", "permits")
    took_place = inspections[inspections.inspected_on.notna()]

    assert frames.sums("fees", "permit_id", "amount", "permits") == frames["permits"].fee.tolist()
    assert set(took_place.status) == {"issued", "finaled"}
    assert ordered(took_place, "submitted_on", "decided_on", "inspected_on")


def test_every_entry_of_the_journal_balances(made):
    frames = made("accounting")
    lines = frames["journal_lines"].groupby("entry_id")[["debit", "credit"]].sum()

    assert (lines.debit == lines.credit).all()
    assert lines.debit.tolist() == frames["journal_entries"].amount.tolist()


def test_an_invoice_is_the_sum_of_its_lines_and_its_tax(made):
    frames = made("accounting")
    invoices = frames["invoices"]

    assert frames.sums("invoice_lines", "invoice_id", "amount", "invoices") == invoices.subtotal.tolist()
    assert (invoices.subtotal + invoices.tax == invoices.total).all()
    assert has(invoices, "paid_on", "status", "paid")


def test_an_order_is_of_what_its_supplier_sells_and_is_invoiced_in_full(made):
    frames = made("procurement")
    orders = frames.joined("purchase_orders", "supplier_id", "suppliers")
    lines = frames.joined("order_lines", "order_id", "purchase_orders").merge(
        frames["suppliers"], left_on="supplier_id", right_on="id", suffixes=("", "_supplier")
    )
    items = frames["items"].set_index("id").category

    assert (
        frames.sums("order_lines", "order_id", "amount", "purchase_orders") == frames["purchase_orders"].total.tolist()
    )
    assert (lines.item_id.map(items) == lines.category).all()
    assert has(orders, "received_on", "status", "received", "closed")
    received = orders[orders.received_on.notna()]
    assert (received.received_on > received.promised_on).eq(received.is_late).all()
    assert (frames.joined("supplier_invoices", "order_id", "purchase_orders").eval("net == total")).all()


def test_lapsed_donors_gave_nothing_for_a_year(made):
    frames = made("nonprofit")
    gifts = frames.joined("donations", "donor_id", "donors")
    year = DOMAINS["nonprofit"].schema().reference_date - pd.Timedelta(days=365)

    assert (pd.to_datetime(gifts[gifts.segment == "lapsed"].donated_at) < pd.Timestamp(year)).all()
    assert (gifts.fee + gifts.net == gifts.amount).all()


def test_a_home_is_sold_for_what_was_accepted(made):
    frames = made("real_estate")
    listings = frames["listings"]
    offers = frames.joined("offers", "listing_id", "listings")
    accepted = offers[(offers.status == "accepted") & (offers.status_parent == "sold")]

    assert len(accepted) == (listings.status == "sold").sum()
    assert (accepted.amount == accepted.sold_price).all()
    assert has(listings, "sold_on", "status", "sold")
    assert ordered(offers, "listed_on", "offered_on", "sold_on")


def test_the_balance_of_a_bank_account_is_what_was_booked(made):
    frames = made("banking")
    booked = frames["transactions"][frames["transactions"].status == "booked"].groupby("account_id").amount.sum()
    accounts = frames["accounts"]

    assert booked.reindex(accounts.id, fill_value=Decimal(0)).tolist() == accounts.balance.tolist()
    moved = frames.joined("transactions", "account_id", "accounts")
    assert ordered(moved, "opened_at", "booked_at", "closed_at")
    assert (moved.amount > 0).eq(moved.kind.isin(["deposit", "salary", "transfer_in"])).all()


def test_a_loan_is_paid_back_by_the_annuity_formula(made):
    loans = made("banking")["loans"]
    month = loans.annual_rate.astype(float) / 12
    exact = loans.principal.astype(float) * month / (1 - (1 + month) ** -loans.term_months.astype(float))

    assert ((loans.instalment.astype(float) - exact).abs() / exact < 0.0001).all()
