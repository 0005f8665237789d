"""All or nothing: after an error, or an interruption, the database is as it was."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, text

from pytest_misata.errors import LoadError
from pytest_misata.load.seed import seed_database
from tests.load import shop

IMPOSSIBLE = "quantity > 100"


def test_a_refused_last_table_leaves_no_table_behind(database_engine: Engine) -> None:
    with pytest.raises(LoadError, match=r"order_lines.*nothing was written"):
        seed_database(shop.broken("order_lines", IMPOSSIBLE), database_engine, create=True)
    assert shop.table_names(database_engine) == set()


def test_a_refused_last_table_leaves_rows_that_were_there(database_engine: Engine) -> None:
    seed_database(shop.tables(10), database_engine, create=True)
    with database_engine.begin() as connection:
        connection.execute(text("DROP TABLE order_lines"))
    before = {name: shop.stored(database_engine, shop.shop(), name) for name in ("customers", "orders")}
    with pytest.raises(LoadError):
        seed_database(shop.broken("order_lines", IMPOSSIBLE), database_engine, create=True, truncate=True)
    assert shop.table_names(database_engine) == {"customers", "orders"}
    assert before == {name: shop.stored(database_engine, shop.shop(), name) for name in before}


def test_numbering_is_as_it_was_after_a_refusal(database_engine: Engine) -> None:
    seed_database(shop.tables(10), database_engine, create=True)
    with pytest.raises(LoadError):
        seed_database(conflicting(), database_engine, truncate=True)
    assert next_number(database_engine) == 11


def conflicting() -> dict[str, list[dict[str, object]]]:
    customer = shop.tables(1)["customers"]
    return {"customers": [{**row, "id": number} for row in customer.rows() for number in (1, 2)]}


def next_number(engine: Engine) -> int:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO customers (email, born, active, status, created_at) "
                "VALUES ('n@example.com', '2000-01-01', '1', 'active', '2024-01-01')"
            )
        )
        return int(connection.execute(text("SELECT max(id) FROM customers")).scalar_one())


def test_an_interruption_undoes_everything(database_engine: Engine) -> None:
    def interrupt(table: str, done: int, total: int) -> None:
        if table == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed_database(shop.tables(20), database_engine, create=True, batch_size=7, progress=interrupt)
    assert shop.table_names(database_engine) == set()


@pytest.mark.parametrize("backend", ["postgresql", "mysql"])
def test_an_engine_that_commits_each_statement(request: pytest.FixtureRequest, backend: str) -> None:
    engine = create_engine(request.getfixturevalue(f"{backend}_url"), isolation_level="AUTOCOMMIT")
    try:
        seed_database(shop.tables(5), engine, create=True)
        with pytest.raises(LoadError):
            seed_database(conflicting(), engine, truncate=True)
        assert shop.counts(engine)["customers"] == 5
    finally:
        engine.dispose()
