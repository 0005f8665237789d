"""What tables have in common beyond their keys: totals and their lines, prices, payments, counts, ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from pytest_misata import GenerationError, generate_from_schema, schema_from_db, seed_database

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, order_count INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, title VARCHAR(60) NOT NULL, list_price NUMERIC(10, 2) NOT NULL,
  num_reviews INTEGER NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
  placed_at TIMESTAMP NOT NULL, subtotal NUMERIC(12, 2) NOT NULL, discount NUMERIC(12, 2) NOT NULL,
  tax NUMERIC(12, 2) NOT NULL, total NUMERIC(12, 2) NOT NULL CHECK (total >= 0));
CREATE TABLE order_items (order_id INTEGER NOT NULL REFERENCES orders (id),
  product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price NUMERIC(10, 2) NOT NULL, PRIMARY KEY (order_id, product_id));
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id),
  amount NUMERIC(12, 2) NOT NULL);
CREATE TABLE refunds (id INTEGER PRIMARY KEY, payment_id INTEGER NOT NULL REFERENCES payments (id),
  amount NUMERIC(12, 2) NOT NULL);
CREATE TABLE reviews (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
  product_id INTEGER NOT NULL REFERENCES products (id), stars INTEGER NOT NULL)
"""


def made(engine: Engine, ddl: str) -> Engine:
    """The engine, with the tables of some statements."""
    with engine.begin() as connection:
        for statement in ddl.split(";"):
            connection.execute(text(statement))
    return engine


def filled(engine: Engine, ddl: str, **settings: Any) -> Engine:
    """The engine, with these tables and rows in them."""
    seed_database(generate_from_schema(schema_from_db(made(engine, ddl)), **settings), engine)
    return engine


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def cents(value: Any) -> int:
    return int((Decimal(str(value)) * 100).to_integral_value())


@pytest.fixture
def sqlite() -> Engine:
    return create_engine("sqlite://")


@pytest.mark.parametrize("counts", [{}, {"orders": 83}, {"order_items": 500, "payments": 250, "orders": 100}])
def test_a_shop_adds_up(database_engine: Engine, counts: dict[str, int]) -> None:
    engine = filled(database_engine, SHOP, rows=60, counts=counts)
    lines = "SELECT sum(quantity * unit_price) FROM order_items WHERE order_id = orders.id"
    paid = "SELECT sum(amount) FROM payments WHERE order_id = orders.id"
    found = rows(engine, f"SELECT subtotal, discount, tax, total, ({lines}), ({paid}) FROM orders")
    for subtotal, discount, tax, total, of_lines, of_payments in found:
        assert cents(subtotal) == cents(of_lines or 0)
        assert cents(total) == cents(subtotal) - cents(discount) + cents(tax)
        assert of_payments is None or cents(of_payments) == cents(total)
    assert 0 < sum(discount > 0 for _, discount, *_ in found) < len(found) / 2


def test_prices_are_those_of_what_was_ordered(database_engine: Engine) -> None:
    engine = filled(database_engine, SHOP, rows=60)
    prices = rows(engine, "SELECT unit_price, list_price FROM order_items JOIN products ON products.id = product_id")
    assert len(prices) > 100
    assert all(charged == listed for charged, listed in prices)


def test_counts_are_those_of_the_children_by_whichever_key(database_engine: Engine) -> None:
    engine = filled(database_engine, SHOP, rows=60)
    orders = "SELECT count(*) FROM orders WHERE customer_id = customers.id"
    reviews = "SELECT count(*) FROM reviews WHERE product_id = products.id"
    counts = rows(engine, f"SELECT order_count, ({orders}) FROM customers")
    counts += rows(engine, f"SELECT num_reviews, ({reviews}) FROM products")
    assert all(stated == counted for stated, counted in counts)
    assert len({stated for stated, _ in counts}) > 3


def test_an_order_has_a_line(sqlite: Engine) -> None:
    engine = filled(sqlite, SHOP, counts={"orders": 100, "products": 2000})
    assert rows(engine, "SELECT count(*) FROM orders WHERE total = 0") == [(0,)]


def test_an_order_is_mostly_paid_at_once_and_seldom_refunded(sqlite: Engine) -> None:
    tables = generate_from_schema(schema_from_db(made(sqlite, SHOP)), rows=100)
    assert len(tables["orders"]) == 300
    assert (len(tables["payments"]), len(tables["refunds"])) == (330, 41)


def test_nobody_orders_whose_account_is_deleted(sqlite: Engine) -> None:
    engine = filled(sqlite, SHOP, rows=300)
    query = "SELECT placed_at, created_at, deleted_at FROM orders JOIN customers ON customers.id = customer_id"
    found = rows(engine, query)
    assert any(deleted for *_, deleted in found)
    assert all(created <= placed and (deleted is None or placed < deleted) for placed, created, deleted in found)


def test_totals_without_a_net_amount_hold_what_is_added(sqlite: Engine) -> None:
    engine = filled(
        sqlite,
        "CREATE TABLE invoices (id INTEGER PRIMARY KEY, shipping_cost_cents INTEGER NOT NULL,"
        " shipping INTEGER NOT NULL, total_cents INTEGER NOT NULL);"
        "CREATE TABLE invoice_lines (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),"
        " amount_cents INTEGER)",
    )
    lines = "SELECT sum(amount_cents) FROM invoice_lines WHERE invoice_id = invoices.id"
    for total, shipping, cost, of_lines in rows(
        engine, f"SELECT total_cents, shipping, shipping_cost_cents, ({lines}) FROM invoices"
    ):
        assert total == (of_lines or 0) + shipping + cost


def test_children_without_the_parent_do_not_count(sqlite: Engine) -> None:
    engine = filled(
        sqlite,
        "CREATE TABLE carts (id INTEGER PRIMARY KEY, total NUMERIC(10, 2) NOT NULL, item_count INTEGER NOT NULL);"
        "CREATE TABLE cart_items (id INTEGER PRIMARY KEY, cart_id INTEGER REFERENCES carts (id),"
        " amount NUMERIC(8, 2) NOT NULL)",
    )
    items = "FROM cart_items WHERE cart_id = carts.id"
    found = rows(
        engine, f"SELECT total, (SELECT sum(amount) {items}), item_count, (SELECT count(*) {items}) FROM carts"
    )
    assert all(cents(total) == cents(of_items or 0) and count == counted for total, of_items, count, counted in found)
    assert rows(engine, "SELECT count(*) FROM cart_items WHERE cart_id IS NULL")[0][0] > 0


def test_checks_and_what_is_steered_have_the_say(sqlite: Engine) -> None:
    ddl = SHOP.replace("CHECK (total >= 0)", "CHECK (total BETWEEN 50 AND 60)")
    schema = schema_from_db(made(sqlite, ddl))
    schema.table("order_items").column("unit_price").choose([1, 2])
    seed_database(generate_from_schema(schema, rows=40), sqlite)
    assert {price for (price,) in rows(sqlite, "SELECT unit_price FROM order_items")} == {1, 2}
    assert all(50 <= total <= 60 for (total,) in rows(sqlite, "SELECT total FROM orders"))


def test_tables_agree_under_checks_as_far_as_the_database_reckons_exactly(database_engine: Engine) -> None:
    ddl = SHOP.replace("CHECK (total >= 0)", "CHECK (total = subtotal - discount + tax)")
    ddl = ddl.replace(
        "PRIMARY KEY (order_id",
        "line_total NUMERIC(12, 2) NOT NULL CHECK (line_total = quantity * unit_price), PRIMARY KEY (order_id",
    )
    engine = filled(database_engine, ddl, rows=80)
    prices = rows(engine, "SELECT unit_price, list_price FROM order_items JOIN products ON products.id = product_id")
    lines = "SELECT sum(line_total) FROM order_items WHERE order_id = orders.id"
    orders = rows(engine, f"SELECT subtotal, tax, ({lines}) FROM orders")
    exact = engine.dialect.name != "sqlite"
    for share, found in (
        (0.8, [charged == listed for charged, listed in prices]),
        (0.6, [cents(subtotal) == cents(of_lines or 0) for subtotal, _, of_lines in orders]),
        (0.6, [abs(cents(tax) * 5 - cents(subtotal)) <= 3 for subtotal, tax, _ in orders]),
    ):
        assert sum(found) >= len(found) * (1 if exact else share)


def test_tables_that_could_be_made_from_each_other(sqlite: Engine) -> None:
    engine = filled(
        sqlite,
        "CREATE TABLE kits (id INTEGER PRIMARY KEY, price NUMERIC(10, 2) NOT NULL, total NUMERIC(10, 2) NOT NULL);"
        "CREATE TABLE kit_items (id INTEGER PRIMARY KEY, kit_id INTEGER NOT NULL REFERENCES kits (id),"
        " price NUMERIC(10, 2) NOT NULL, total NUMERIC(10, 2) NOT NULL)",
    )
    totals = rows(engine, "SELECT total, (SELECT sum(total) FROM kit_items WHERE kit_id = kits.id) FROM kits")
    assert all(cents(total) == cents(of_items) for total, of_items in totals)


def test_a_slice_is_the_same_alone(sqlite: Engine) -> None:
    schema = schema_from_db(made(sqlite, SHOP))
    for name in ("customers", "products", "orders", "payments", "refunds"):
        whole = list(generate_from_schema(schema, rows=70)[name].rows())
        assert list(generate_from_schema(schema, rows=70)[name].rows(9, 17)) == whole[9:17]


def test_options_that_make_no_sense_are_told(sqlite: Engine) -> None:
    schema = schema_from_db(made(sqlite, SHOP))
    schema.table("payments").column("amount").make("part", of="amount")
    with pytest.raises(GenerationError, match=r"payments.amount: part of amount: amount is not a column of the key"):
        generate_from_schema(schema)
    schema.table("payments").column("amount").make("count", of="reviews")
    with pytest.raises(GenerationError, match=r"count of reviews: reviews is not owned by payments"):
        generate_from_schema(schema)
    schema.table("payments").column("amount").make("share", of="id")
    with pytest.raises(GenerationError, match="a share needs its rate"):
        generate_from_schema(schema)
