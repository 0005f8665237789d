"""What isolation costs for one test, beside the bare recipe: 20 tables with 10,000 rows in all.

Prints milliseconds (the least and the median of the rounds) for a hand-written SAVEPOINT fixture, for the plugin's
rolled-back connection with its look at the database, for that look alone, and for putting back 3 tables of 20.

    python benchmarks/isolation.py sqlite:////tmp/misata_test.db
    python benchmarks/isolation.py postgresql+psycopg://postgres@127.0.0.1/misata_test
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, String, Table, create_engine

import pytest_misata as misata
from pytest_misata.fixtures.isolation import connected, session_on
from pytest_misata.fixtures.sqlite import real_transactions
from pytest_misata.load.keepers import Keeper, keeper_for

WRITTEN = ("t1", "t7", "t13")


def twenty_tables() -> MetaData:
    """Twenty tables, each of which refers to the one before it."""
    metadata = MetaData()
    for number in range(20):
        parent = [Column("parent_id", ForeignKey(f"t{number - 1}.id"))] if number else []
        Table(f"t{number}", metadata, Column("id", Integer, primary_key=True), Column("name", String(40)), *parent)
    return metadata


def write(connection, *, offset: int = 0) -> None:
    """Three inserts."""
    for name in WRITTEN:
        connection.exec_driver_sql(f"INSERT INTO {name} (id, name) VALUES ({100_000 + offset}, 'new')")


def by_hand(engine: Engine) -> None:
    """The recipe of SQLAlchemy's documentation."""
    from sqlalchemy.orm import Session

    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            write(session.connection())
            session.commit()
        transaction.rollback()


def by_plugin(engine: Engine, keeper: Keeper) -> None:
    """The plugin's session, and its look at the database afterwards."""
    with connected(engine, "rollback", keeper) as connection, session_on(connection) as session:
        write(session.connection())
        session.commit()
    mend(keeper)


def mend(keeper: Keeper) -> None:
    """Look, and put back what is to be."""
    damage = keeper.damage()
    if damage and not keeper.put_back(damage):
        raise SystemExit(f"cannot be put back here: {damage}")


def commit(engine: Engine) -> None:
    """A test that commits for good."""
    with engine.begin() as connection:
        write(connection)


def measure(what: str, act: Callable[[], None], rounds: int, before: Callable[[], None] | None = None) -> float:
    """Print and return the least milliseconds."""
    taken = []
    for _ in range(rounds):
        if before is not None:
            before()
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    print(f"{what:<44} {min(taken):8.2f} {statistics.median(taken):8.2f}")
    return min(taken)


def main() -> None:
    """Measure one database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    engine, metadata = create_engine(options.url), twenty_tables()
    metadata.drop_all(engine)
    data = misata.generate_from_schema(misata.schema_from_models(metadata), counts=dict.fromkeys(metadata.tables, 500))
    misata.seed_database(data, engine, create=True)
    keeper = keeper_for(engine)
    print(f"{engine.dialect.name:<44} {'least':>8} {'median':>8}  ms")
    with real_transactions(engine):
        bare = measure("rollback, by hand", lambda: by_hand(engine), options.rounds)
        keeper.remember(copy=True)
        ours = measure("rollback, by the plugin", lambda: by_plugin(engine, keeper), options.rounds)
        print(f"{'  ratio':<44} {ours / bare:8.2f}")
        measure("nothing written", lambda: mend(keeper), options.rounds)
        measure("put back 3 of 20 tables", lambda: mend(keeper), options.rounds, before=lambda: commit(engine))
    keeper.close()
    metadata.drop_all(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
