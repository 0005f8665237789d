"""What DESIGN calls the contract: the same bytes whatever the batch, process, order or neighbour."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.fingerprint import Fingerprint
from pytest_misata.engine.people import population
from pytest_misata.schema.types import INTEGER
from tests.engine.schemas import column, shop

SCRIPT = (
    "from tests.engine.schemas import shop; import pytest_misata as m; print(m.Tables(shop(), rows=200).fingerprint())"
)


def batched(tables, size):
    whole = Fingerprint()
    for name, table in tables.items():
        for batch in table.batches(size):
            whole.update(name, batch.cells())
    return whole.hexdigest()


def same(one, other, rows=None):
    """Whether the common rows and columns of two tables are equal."""
    rows = rows or min(len(one), len(other))
    for name in set(one.columns) & set(other.columns):
        first, second = (next(t.batches(rows)).cells()[name].to_list() for t in (one, other))
        assert first == second, name


@pytest.mark.parametrize("size", [1, 777, 10_000])
def test_batches_change_no_byte(size):
    tables = generate_from_schema(shop(), rows=150)
    assert batched(tables, size) == tables.fingerprint()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_another_process_makes_the_same(hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    shown = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stdout.strip() == generate_from_schema(shop(), rows=200).fingerprint()


def test_another_seed_makes_something_else():
    assert len({generate_from_schema(shop(), rows=50, seed=seed).fingerprint() for seed in (0, 1, 2**64 - 1)}) == 3


def test_one_more_user_moves_no_cell_of_the_others():
    same(generate_from_schema(shop(), rows=1000)["users"], generate_from_schema(shop(), rows=1001)["users"])


def test_one_more_user_moves_only_children_of_the_last_block_of_users():
    fewer, more = (generate_from_schema(shop(), rows=rows) for rows in (1000, 1001))
    same(fewer["subscriptions"], more["subscriptions"], rows=960 * 3)


def test_more_children_move_no_earlier_row():
    fewer, more = (generate_from_schema(shop(), rows=100, counts={"subscriptions": n}) for n in (400, 401))
    same(fewer["subscriptions"], more["subscriptions"])


def test_a_new_column_moves_no_other():
    schema = shop()
    wider = shop()
    columns = wider.table("users").columns
    wider.table("users").columns = {"logins": column("logins", INTEGER, "lognormal", median=9, sigma=1), **columns}
    for name in schema.tables:
        same(generate_from_schema(schema, rows=80)[name], generate_from_schema(wider, rows=80)[name])


def test_a_dropped_table_moves_no_other():
    smaller = shop()
    del smaller.tables["invoices"]
    for name in smaller.tables:
        same(generate_from_schema(shop(), rows=80)[name], generate_from_schema(smaller, rows=80)[name])


def test_the_order_of_tables_and_columns_does_not_matter():
    turned = shop()
    turned.tables = dict(reversed(turned.tables.items()))
    for table in turned.tables.values():
        table.columns = dict(reversed(table.columns.items()))
    assert generate_from_schema(turned, rows=80).fingerprint() == generate_from_schema(shop(), rows=80).fingerprint()


def test_a_slice_is_the_same_alone():
    table = generate_from_schema(shop(), rows=2000)["invoices"]
    assert list(table.rows(4000, 4020)) == list(table.rows())[4000:4020]


def test_steering_the_schema_later_changes_nothing():
    schema = shop()
    tables = generate_from_schema(schema, rows=50)
    before = tables.fingerprint()
    schema.table("subscriptions").column("plan").choose(["gold"])
    schema.table("subscriptions").foreign_keys[0].per_parent = Fraction(9)
    assert tables.fingerprint() == before


def test_values_are_pinned():
    """Changing these bytes changes users' data: raise ENGINE_VERSION and list the change in the changelog."""
    tables = generate_from_schema(shop(), rows=300)
    digests = {name: _without_vocabulary(tables[name]) for name in tables}
    assert digests == GOLDEN


def _without_vocabulary(table):
    """The fingerprint of all columns but those whose words Faker supplies."""
    whole = Fingerprint()
    whole.update(table.name, {k: v for k, v in table.cells().items() if k not in {"full_name", "email", "gender"}})
    return whole.hexdigest()[:16]


@pytest.fixture
def _other_people():
    """People are made once for all data of a locale: neither are those of other tests met here, nor these there."""
    population._made.cache_clear()
    yield
    population._made.cache_clear()


@pytest.mark.usefixtures("_other_people")
def test_people_are_pinned_for_a_frozen_vocabulary(monkeypatch):
    from pytest_misata.engine.vocabulary import Vocabulary, Words

    lists = {"first_names_female": ("Ada", "Grace"), "first_names_male": ("Alan",), "last_names": ("Hopper", "Turing")}
    frozen = {name: Words(words, tuple(range(1, len(words) + 1))) for name, words in lists.items()}
    monkeypatch.setattr(
        Vocabulary, "words", lambda self, kind, *names, locale=None: frozen.get(names[0], frozen["last_names"])
    )
    emails = generate_from_schema(shop(), rows=200_000)["users"]["email"].tolist()
    assert emails[:4] == GOLDEN_EMAILS
    # With six names only, all but the number is often the same.
    assert len(set(emails)) == len(emails)


def test_no_float_decides_a_value():
    users = generate_from_schema(shop(), rows=100)["users"].cells()
    kinds = {name: cells.data.dtype.kind for name, cells in users.items()}
    assert set(kinds.values()) <= {"i", "O", "b"}
    assert np.issubdtype(users["score"].data.dtype, np.integer)


ROOT = Path(__file__).parents[2]
GOLDEN = {"users": "3c29bb263c0db2b2", "subscriptions": "630ed9e10830c9e5", "invoices": "21491a57d0168bfb"}
GOLDEN_EMAILS = [
    "grace_turing12064165@example.com",
    "hiroshi.kondo215927@example.net",
    "ada.turing74016767@example.com",
    "alan.hopper54428712@example.com",
]
