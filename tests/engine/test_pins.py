import pytest

from pytest_misata import generate_from_schema
from pytest_misata.errors import GenerationError, SchemaError
from tests.engine.schemas import shop

ALICE = {"email": "alice@example.com", "city": "Oslo"}


def test_pinned_rows_come_first_and_the_rest_is_as_usual():
    plain, pinned = (generate_from_schema(shop(), rows=50, pin=pin) for pin in (None, {"users": [ALICE]}))
    first, usual = next(pinned["users"].rows()), next(plain["users"].rows())
    assert first == {**usual, **ALICE}
    assert list(pinned["users"].rows(1)) == list(plain["users"].rows(1))


def test_a_slice_beyond_the_pins_does_not_see_them():
    assert (
        "alice@example.com" not in generate_from_schema(shop(), rows=50, pin={"users": [ALICE]})["users"]["email"][1:]
    )


def test_a_pinned_key_names_the_parent_that_derived_columns_read():
    tables = generate_from_schema(shop(), rows=50, pin={"invoices": [{"subscription_id": 7}]})
    first = next(tables["invoices"].rows())
    seventh = next(tables["subscriptions"].rows(6, 7))
    assert first["subscription_id"] == 7
    assert first["user_id"] == seventh["user_id"]
    assert first["amount"] == first["seats"] * seventh["price"]
    assert first["issued_at"] >= seventh["started_at"]


def test_a_pinned_status_rules_what_follows_from_it():
    tables = generate_from_schema(
        shop(), rows=20, pin={"subscriptions": [{"status": "active"}, {"status": "cancelled"}]}
    )
    active, cancelled = tables["subscriptions"].rows(0, 2)
    assert (active["is_active"], active["ended_at"]) == (True, None)
    assert not cancelled["is_active"]
    assert cancelled["ended_at"] >= cancelled["started_at"]


@pytest.mark.parametrize(
    ("pin", "error", "message"),
    [
        ({"user": [{}]}, SchemaError, "no table user: did you mean 'users'"),
        ({"users": [{"mail": "x"}]}, SchemaError, r"no column users\.mail"),
        ({"users": [{"created_at": "soon"}]}, SchemaError, r"users\.created_at: .*does not fit its type datetime"),
        ({"users": [{"email": None}]}, SchemaError, r"users\.email is NOT NULL and is pinned to None"),
        ({"users": [{"city": "Oslo"}] * 51}, GenerationError, "users: 51 rows are pinned and the table has 50"),
    ],
)
def test_bad_pins_are_refused(pin, error, message):
    with pytest.raises(error, match=message):
        generate_from_schema(shop(), rows=50, pin=pin)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [{"email": "a@b.example"}, {"email": "a@b.example"}],
            r"users\.email is unique, and 'a@b.example' is pinned twice",
        ),
        ([{"id": 7}], r"users\.id: 7 is pinned in row 1 and belongs to row 7; pin 1, or leave the column out"),
    ],
)
def test_pins_that_break_a_unique_key_are_refused(rows, message):
    with pytest.raises(SchemaError, match=message):
        generate_from_schema(shop(), rows=50, pin={"users": rows})


@pytest.mark.parametrize(
    ("pin", "message"),
    [
        ({"subscriptions": [{"user_id": 9999}]}, "no users row has id=9999"),
        ({"users": [{"email": "x" * 260}]}, r"users\.email: .* has 260 characters and the column holds 254"),
    ],
)
def test_values_that_the_database_would_refuse_are_refused(pin, message):
    with pytest.raises((GenerationError, SchemaError), match=message):
        generate_from_schema(shop(), rows=50, pin=pin)


def test_a_value_that_another_row_would_get_is_exchanged():
    plain = generate_from_schema(shop(), rows=50)["users"]["email"].tolist()
    pinned = generate_from_schema(shop(), rows=50, pin={"users": [{"email": plain[4]}]})["users"]["email"].tolist()
    assert pinned == [plain[4], *plain[1:4], plain[0], *plain[5:]]


def test_an_email_is_made_of_the_pinned_name():
    names = [{"full_name": "Ada Lovelace"}, {}, {"full_name": "Ada Lovelace"}]
    plain = generate_from_schema(shop(), rows=50)["users"]["email"].tolist()
    emails = generate_from_schema(shop(), rows=50, pin={"users": names})["users"]["email"].tolist()
    assert emails == ["ada-lovelace@example.com", plain[1], "ada-lovelace2@example.com", *plain[3:]]
