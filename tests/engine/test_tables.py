import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from pytest_misata import Tables, generate_from_schema
from pytest_misata.errors import GenerationError, SchemaError
from tests.engine.schemas import shop


@pytest.fixture(scope="module")
def tables():
    return generate_from_schema(shop(), rows=40)


def test_parents_come_first(tables):
    assert list(tables) == ["users", "subscriptions", "invoices"]
    assert tables.counts == {"users": 40, "subscriptions": 120, "invoices": 180}


def test_columns_are_arrays(tables):
    users, subscriptions = tables["users"], tables["subscriptions"]
    kinds = {name: users[name].dtype for name in ("id", "email", "birth_date", "created_at", "score")}
    assert kinds["id"] == np.int64
    assert kinds["email"] == np.dtype(object)
    assert kinds["birth_date"] == np.dtype("datetime64[D]")
    assert kinds["created_at"] == np.dtype("datetime64[us]")
    assert kinds["score"] == np.float64
    assert subscriptions["is_active"].dtype == np.bool_
    assert np.isnat(subscriptions["ended_at"]).any()
    assert None in users["bio"].tolist()


def test_rows_hold_python_values(tables):
    row = next(tables["subscriptions"].rows())
    assert {type(row[name]) for name in ("id", "user_id")} == {int}
    assert type(row["price"]) is Decimal
    assert type(row["started_at"]) is dt.datetime
    assert type(row["is_active"]) is bool
    assert type(next(tables["users"].rows())["birth_date"]) is dt.date


def test_rows_may_be_sliced(tables):
    assert [row["id"] for row in tables["users"].rows(10, 13)] == [11, 12, 13]
    assert [row["id"] for row in tables["users"].rows(38, 99)] == [39, 40]
    assert list(tables["users"].rows(5, 5)) == []


def test_batches_cover_the_table(tables):
    assert [len(batch) for batch in tables["users"].batches(15)] == [15, 15, 10]
    with pytest.raises(GenerationError, match="at least 1 row"):
        next(tables["users"].batches(0))


def test_an_empty_table_has_typed_columns():
    empty = generate_from_schema(shop(), rows=0)
    assert empty["users"]["created_at"].dtype == np.dtype("datetime64[us]")
    assert len(empty["subscriptions"]["price"]) == 0
    assert list(empty["invoices"].rows()) == []
    assert len(empty.fingerprint()) == 64


def test_unknown_names_get_a_hint(tables):
    with pytest.raises(SchemaError, match="did you mean 'users'"):
        tables["user"]
    with pytest.raises(SchemaError, match=r"no column users\.emial: did you mean 'email'"):
        tables["users"]["emial"]


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "42", True, None])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(GenerationError, match="a seed is an integer from 0 to"):
        Tables(shop(), seed=seed)


def test_a_table_prints_its_first_rows(tables):
    text = repr(tables["subscriptions"])
    assert text.startswith("<Table subscriptions: 120 rows, 8 columns>")
    assert text.count("\n") == 6
    assert "<th>plan</th>" in tables["subscriptions"]._repr_html_()
    assert repr(tables) == "<Tables seed=42 {users: 40, subscriptions: 120, invoices: 180}>"


def test_pandas_gets_the_values(tables):
    frame = tables["subscriptions"].to_pandas()
    assert frame["id"].tolist() == list(range(1, 121))
    assert str(frame["ended_at"].dtype) == "datetime64[us]"
    assert frame["ended_at"].isna().sum() == sum(row["ended_at"] is None for row in tables["subscriptions"].rows())


def test_arrow_gets_exact_values(tables):
    import pyarrow

    arrow = pyarrow.table(tables["subscriptions"])
    assert arrow.to_pylist() == list(tables["subscriptions"].rows())


def test_the_vocabularies_used_are_hashed(tables):
    tables["users"]["email"]
    assert all(len(digest) == 64 for digest in tables.vocabularies.values())
    assert "faker.providers.person.en_US.last_names" in tables.vocabularies


def test_the_summary_names_keys_and_sizes():
    text = shop().summary()
    assert "users (1,000 rows)" in text
    assert "user_id     integer not null -> users.id" in text


def test_a_table_is_looked_through_by_its_columns(tables):
    assert tuple(tables["users"]) == tables["users"].columns
    assert "email" in tables["users"]
    with pytest.raises(SchemaError, match=r"asked for by its name, not by 0; rows\(\) gives rows"):
        tables["users"][0]
