"""What has to agree between the tables of the domains of trade, transport, supply and industry."""

from decimal import Decimal
from functools import lru_cache

import pandas as pd
import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.story.domain import domains

DOMAINS = {domain.name: domain for domain in domains()}


@lru_cache(maxsize=2)
def made(name):
    """The rows of every table of a domain, and its schema."""
    schema = DOMAINS[name].schema()
    tables = generate_from_schema(schema, rows=300, seed=42)
    return {table: pd.DataFrame(list(rows.rows(0, len(rows)))) for table, rows in tables.items()}, schema


def values(name, table, path):
    """A column, or that of a parent by a path such as `order_id.customer_id.created_at`, one value a row of `table`."""
    frames, schema = made(name)
    column, _, rest = path.partition(".")
    if not rest:
        return frames[table][column]
    key = schema.tables[table].foreign_key(column)
    parents = frames[key.parent].assign(value=values(name, key.parent, rest)).set_index(key.parent_columns[0]).value
    return frames[table][column].map(parents)


# Of each row: what comes first, and what later, where both are there.
ORDERED = [
    ("airline", "bookings", ["booked_at", "flight_id.flight_date"]),
    ("hotel", "bookings", ["booked_at", "check_in", "check_out"]),
    ("hotel", "bookings", ["booked_at", "cancelled_at", "check_in"]),
    ("restaurant", "orders", ["opened_at", "closed_at"]),
    ("restaurant", "reservations", ["booked_at", "reserved_for"]),
    ("car_rental", "rentals", ["booked_at", "pickup_on", "returned_on", "due_on"]),
    ("logistics", "shipments", ["booked_at", "picked_up_at", "delivered_at"]),
    (
        "logistics",
        "shipment_events",
        ["shipment_id.booked_at", "occurred_at", "shipment_id.delivered_at"],
    ),
    ("parcel_delivery", "parcels", ["accepted_at", "delivered_at"]),
    ("parcel_delivery", "scans", ["parcel_id.accepted_at", "scanned_at", "parcel_id.delivered_at"]),
    ("travel", "bookings", ["traveller_id.created_at", "booked_at", "departs_on", "returns_on"]),
    ("travel", "bookings", ["booked_at", "cancelled_at", "departs_on"]),
    ("ride_hailing", "trips", ["rider_id.created_at", "requested_at", "started_at", "ended_at"]),
    ("ride_hailing", "trips", ["driver_id.joined_on", "requested_at"]),
    ("ride_hailing", "ratings", ["trip_id.requested_at", "trip_id.ended_at", "created_at"]),
    ("telecom", "lines", ["customer_id.created_at", "activated_at", "closed_at"]),
    ("telecom", "usage_records", ["line_id.activated_at", "started_at", "line_id.closed_at"]),
    ("telecom", "invoices", ["line_id.activated_at", "issued_on", "paid_on", "due_on"]),
    ("telecom", "tickets", ["customer_id.created_at", "opened_at", "closed_at"]),
    ("energy", "readings", ["meter_id.installed_on", "read_on"]),
    ("energy", "bills", ["meter_id.installed_on", "issued_on", "paid_on", "due_on"]),
    ("energy", "outages", ["meter_id.installed_on", "started_at", "ended_at"]),
    ("iot", "readings", ["sensor_id.installed_on", "recorded_at", "sensor_id.last_seen_at"]),
    ("iot", "alerts", ["sensor_id.installed_on", "raised_at", "resolved_at"]),
    ("cybersecurity", "alerts", ["host_id.registered_on", "detected_at", "triaged_at", "closed_at"]),
    ("cybersecurity", "vulnerabilities", ["host_id.registered_on", "found_at", "patched_at"]),
    ("warehouse", "picks", ["released_at", "picked_at"]),
    ("manufacturing", "work_orders", ["machine_id.installed_on", "started_at", "finished_at"]),
    (
        "manufacturing",
        "inspections",
        ["work_order_id.started_at", "inspected_at", "work_order_id.finished_at"],
    ),
    ("marketplace", "orders", ["buyer_id.created_at", "placed_at", "shipped_at", "delivered_at"]),
    (
        "marketplace",
        "orders",
        ["listing_id.seller_id.joined_on", "listing_id.listed_on", "placed_at"],
    ),
    ("marketplace", "reviews", ["order_id.placed_at", "order_id.delivered_at", "created_at"]),
    ("food_delivery", "orders", ["customer_id.created_at", "placed_at", "picked_up_at", "delivered_at"]),
    ("food_delivery", "reviews", ["order_id.placed_at", "order_id.delivered_at", "created_at"]),
]


@pytest.mark.parametrize(("name", "table", "columns"), ORDERED)
def test_things_happen_in_the_order_of_life(name, table, columns):
    latest = pd.to_datetime(values(name, table, columns[0]))
    assert latest.notna().any()

    for column in columns[1:]:
        later = pd.to_datetime(values(name, table, column))
        assert later.notna().any()
        whole_days = later.dropna().eq(later.dropna().dt.normalize()).all()
        assert not (later < (latest.dt.normalize() if whole_days else latest)).any(), column
        latest = later.fillna(latest)


SUMS = [
    ("airline", "bookings", "total", ["fare", "taxes"]),
    ("hotel", "bookings", "total", ["room_total", "tax"]),
    ("restaurant", "orders", "total", ["items_total", "tax", "tip"]),
    ("car_rental", "rentals", "total", ["rental_charge", "insurance_charge"]),
    ("logistics", "shipments", "total", ["freight", "fuel_surcharge"]),
    ("parcel_delivery", "parcels", "total", ["postage", "surcharge"]),
    ("travel", "bookings", "total", ["deposit", "balance"]),
    ("ride_hailing", "trips", "fare", ["commission", "driver_earnings"]),
    ("telecom", "invoices", "total", ["monthly_fee", "usage_charges", "tax"]),
    ("energy", "bills", "total", ["energy_cost", "standing_charge", "tax"]),
    ("marketplace", "orders", "total", ["fee", "payout"]),
    ("food_delivery", "orders", "total", ["items_total", "delivery_fee", "service_fee", "tip"]),
    ("warehouse", "receipts", "ordered", ["received", "damaged"]),
]


@pytest.mark.parametrize(("name", "table", "total", "parts"), SUMS)
def test_a_total_is_the_sum_of_its_parts(name, table, total, parts):
    rows = made(name)[0][table].dropna(subset=[total])

    assert len(rows)
    assert (rows[parts].sum(axis=1) == rows[total]).all()


PRODUCTS = [
    ("hotel", "bookings", "room_total", ["nights", "nightly_rate"]),
    ("restaurant", "order_items", "line_total", ["quantity", "unit_price"]),
    ("car_rental", "rentals", "rental_charge", ["days", "daily_rate"]),
    ("travel", "bookings", "total", ["party_size", "price_per_person"]),
    ("food_delivery", "order_items", "line_total", ["quantity", "unit_price"]),
]


@pytest.mark.parametrize(("name", "table", "total", "factors"), PRODUCTS)
def test_an_amount_is_a_number_times_a_price(name, table, total, factors):
    rows = made(name)[0][table]

    assert (rows[factors[0]] * rows[factors[1]] == rows[total]).all()


@pytest.mark.parametrize(
    ("name", "parent", "total", "child", "key", "value"),
    [
        ("restaurant", "orders", "items_total", "order_items", "order_id", "line_total"),
        ("food_delivery", "orders", "items_total", "order_items", "order_id", "line_total"),
        ("manufacturing", "work_orders", "scrapped", "inspections", "work_order_id", "rejected"),
    ],
)
def test_a_total_is_the_sum_of_its_lines(name, parent, total, child, key, value):
    frames, _ = made(name)
    sums = frames[child].groupby(key)[value].sum().reindex(frames[parent].id, fill_value=0)

    assert sums.tolist() == frames[parent][total].tolist()


# A column that is there in exactly the rows with one of these states.
THERE = [
    ("airline", "flights", "delay_minutes", "status", ["on_time", "delayed", "diverted"]),
    ("hotel", "bookings", "cancelled_at", "status", ["cancelled"]),
    ("restaurant", "orders", "closed_at", "status", ["paid", "void"]),
    ("car_rental", "rentals", "returned_on", "status", ["returned"]),
    ("logistics", "shipments", "delivered_at", "status", ["delivered"]),
    ("logistics", "shipments", "picked_up_at", "status", ["in_transit", "delivered"]),
    ("parcel_delivery", "parcels", "delivered_at", "status", ["delivered"]),
    ("travel", "bookings", "cancelled_at", "status", ["cancelled"]),
    ("ride_hailing", "trips", "fare", "status", ["completed"]),
    ("ride_hailing", "trips", "ended_at", "status", ["completed"]),
    ("telecom", "lines", "closed_at", "status", ["closed"]),
    ("telecom", "invoices", "paid_on", "status", ["paid"]),
    ("energy", "bills", "paid_on", "status", ["paid"]),
    ("iot", "alerts", "resolved_at", "status", ["resolved"]),
    ("cybersecurity", "alerts", "closed_at", "status", ["closed"]),
    ("cybersecurity", "vulnerabilities", "patched_at", "status", ["patched"]),
    ("warehouse", "picks", "picked_at", "status", ["picked"]),
    ("manufacturing", "work_orders", "finished_at", "status", ["finished"]),
    ("public_transport", "trips", "delay_minutes", "status", ["on_time", "delayed"]),
    ("marketplace", "orders", "delivered_at", "status", ["delivered", "returned"]),
    ("food_delivery", "orders", "delivered_at", "status", ["delivered", "refunded"]),
]


@pytest.mark.parametrize(("name", "table", "column", "state", "states"), THERE)
def test_what_is_there_agrees_with_the_state(name, table, column, state, states):
    rows = made(name)[0][table]

    assert rows[column].notna().eq(rows[state].isin(states)).all()


def test_somebody_is_only_in_rooms_that_are_occupied_and_comes_only_to_those_that_are_vacant():
    inside, coming = (
        values("hotel", "bookings", "room_id.status")[made("hotel")[0]["bookings"].status == status]
        for status in ("checked_in", "confirmed")
    )

    assert (set(inside), set(coming)) == ({"occupied"}, {"vacant"})


def test_nobody_of_a_hotel_is_inside_after_leaving_or_before_coming():
    bookings = made("hotel")[0]["bookings"]
    inside, gone = bookings[bookings.status == "checked_in"], bookings[bookings.status == "checked_out"]
    today = pd.Timestamp(made("hotel")[1].reference_date)

    assert (pd.to_datetime(inside.check_in) < today).all()
    assert (pd.to_datetime(inside.check_out) > today).all()
    assert (pd.to_datetime(gone.check_out) <= today).all()


def test_a_car_is_out_only_where_it_is_rented():
    rentals = made("car_rental")[0]["rentals"]

    assert set(values("car_rental", "rentals", "vehicle_id.status")[rentals.status == "out"]) == {"rented"}
    assert rentals[rentals.status == "out"].groupby("vehicle_id").size().max() == 1


def test_long_routes_are_flown_by_aircraft_made_for_them():
    models = values("airline", "flights", "aircraft_id.model")
    long = values("airline", "flights", "route_id.haul") == "long"

    assert long.eq(models.isin(["Boeing 787-9", "Airbus A330-900"])).all()


def test_nobody_flew_on_a_flight_that_was_cancelled():
    cancelled = values("airline", "bookings", "flight_id.status") == "cancelled"

    assert set(made("airline")[0]["bookings"][cancelled].status) <= {"cancelled", "rebooked"}


def test_no_truck_carries_more_than_it_may():
    weights = made("logistics")[0]["shipments"].weight_kg

    assert (weights <= values("logistics", "shipments", "vehicle_id.payload_kg")).all()


def test_the_events_of_a_shipment_begin_with_its_booking_and_end_as_its_status_says():
    events = made("logistics")[0]["shipment_events"].assign(
        status=values("logistics", "shipment_events", "shipment_id.status")
    )
    events = events.sort_values(["shipment_id", "number"])
    first, last = events.groupby("shipment_id").first(), events.groupby("shipment_id").last()

    assert set(first.event) == {"booked"}
    assert last.event.eq("delivered").eq(last.status == "delivered").all()
    assert events.groupby("shipment_id").occurred_at.is_monotonic_increasing.all()


def test_the_last_scan_of_a_parcel_agrees_with_its_status():
    scans = made("parcel_delivery")[0]["scans"].assign(status=values("parcel_delivery", "scans", "parcel_id.status"))
    last = scans.sort_values(["parcel_id", "number"]).groupby("parcel_id").last()

    for status in ("delivered", "returned", "out_for_delivery"):
        assert last.event.eq(status).eq(last.status == status).all(), status


def test_nothing_lies_in_the_bins_of_what_is_out_of_stock():
    empty = made("warehouse")[0]["locations"].quantity == 0

    assert empty.eq(values("warehouse", "locations", "product_id.stock_status") == "out_of_stock").all()


def test_what_is_picked_is_what_lies_in_the_bin():
    picks = made("warehouse")[0]["picks"]

    assert (picks.product_id == values("warehouse", "picks", "location_id.product_id")).all()


def test_a_customer_who_left_an_operator_has_no_line_that_works():
    left = values("telecom", "lines", "customer_id.status") == "churned"

    assert left.any()
    assert left.eq(made("telecom")[0]["lines"].status == "closed").all()


def test_a_bill_for_electricity_is_for_what_the_meter_counts():
    bills = made("energy")[0]["bills"]
    costs = bills.consumption_kwh * bills.price_per_kwh - bills.energy_cost
    used = bills.days * values("energy", "bills", "meter_id.daily_kwh") - bills.consumption_kwh

    assert costs.abs().max() <= Decimal("0.005")
    assert used.abs().max() <= Decimal("0.05")


def test_a_meter_counts_on_from_reading_to_reading():
    readings = made("energy")[0]["readings"].sort_values(["meter_id", "read_on"])
    later = readings.meter_id.eq(readings.meter_id.shift())
    since = readings.register_kwh.astype(float).diff() / readings.days_in_service.diff()
    daily = values("energy", "readings", "meter_id.daily_kwh").astype(float)

    assert later.any()
    assert (since[later] - daily[later.index][later]).abs().max() < 0.1


def test_bills_are_monthly_however_often_meters_are_read():
    tables = generate("An energy supplier with 100 customers and daily readings")

    assert len(tables["readings"]) > 20 * len(tables["meters"])
    assert len(tables["bills"]) == 12 * len(tables["meters"])


def test_only_those_with_panels_feed_electricity_in():
    exported = made("energy")[0]["readings"].exported_kwh.notna()

    assert exported.eq(values("energy", "readings", "meter_id.customer_id.has_solar")).all()


def test_a_sensor_is_where_its_gateway_is():
    sensors = made("iot")[0]["sensors"]

    assert (sensors.site_id == values("iot", "sensors", "gateway_id.site_id")).all()


def test_nobody_praises_a_room_they_never_had():
    reviews = made("hotel")[0]["reviews"]
    never = values("hotel", "reviews", "booking_id.status").isin(["cancelled", "no_show"])

    assert never.any()
    assert reviews[never].rating.max() <= 7


def test_fields_are_harvested_from_summer_to_autumn():
    months = pd.to_datetime(made("agriculture")[0]["harvests"].harvested_on).dt.month

    assert months.isin([7, 8, 9, 10]).all()


def test_readings_are_what_the_place_lets_expect():
    readings = made("iot")[0]["readings"].assign(
        metric=values("iot", "readings", "sensor_id.metric"), zone=values("iot", "readings", "sensor_id.zone")
    )
    usual = readings[(readings.metric == "temperature") & ~readings.is_anomaly]

    assert usual[usual.zone == "cold_room"].value.max() < 8
    assert usual[usual.zone == "server_room"].value.between(18, 28).all()
    assert readings[(readings.metric == "humidity")].value.between(0, 100).all()


def test_scores_of_weaknesses_are_those_of_their_severity():
    findings = made("cybersecurity")[0]["vulnerabilities"]
    bounds = {"low": (0.1, 3.9), "medium": (4, 6.9), "high": (7, 8.9), "critical": (9, 10)}

    for severity, (low, high) in bounds.items():
        assert findings[findings.severity == severity].cvss_score.astype(float).between(low, high).all(), severity


def test_an_organic_farm_sprays_nothing():
    treatments = made("agriculture")[0]["treatments"]
    organic = values("agriculture", "treatments", "field_id.farm_id.is_organic")

    assert set(treatments[organic].kind) == {"fertiliser", "lime"}


def test_only_dairy_cows_give_milk():
    animals = made("agriculture")[0]["animals"]
    dairy = animals.breed.isin(["Holstein", "Jersey"]) & (animals.sex == "female")
    milked = dairy & (animals.stage == "adult") & (animals.health != "sold")

    assert animals.milk_kg_per_day.notna().eq(milked).all()


def test_buses_run_bus_lines_and_trams_tram_lines():
    modes = values("public_transport", "trips", "vehicle_id.mode")

    assert (modes == values("public_transport", "trips", "route.mode")).all()


def test_holders_of_passes_pay_nothing_more():
    taps = made("public_transport")[0]["taps"]
    pays = values("public_transport", "taps", "passenger_id.product") == "pay_as_you_go"

    assert (pays & (taps.result == "accepted")).eq(taps.fare > 0).all()


@pytest.mark.parametrize("name", ["ride_hailing", "food_delivery"])
def test_nobody_is_happy_with_what_never_came(name):
    table, column = {"ride_hailing": ("ratings", "trip_id.status"), "food_delivery": ("reviews", "order_id.status")}[
        name
    ]
    never = values(name, table, column).str.startswith(("cancelled", "no_driver"))

    assert never.any()
    assert made(name)[0][table][never].stars.max() <= 4


def test_an_order_on_a_marketplace_is_at_the_price_of_its_listing_and_with_its_seller():
    orders = made("marketplace")[0]["orders"]

    assert (orders.price == values("marketplace", "orders", "listing_id.price")).all()
    assert (orders.seller_id == values("marketplace", "orders", "listing_id.seller_id")).all()
