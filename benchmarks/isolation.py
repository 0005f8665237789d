"""What isolation costs for one test, beside the bare recipe: 20 tables with 10,000 rows in all.

Prints milliseconds (the least and the median of the rounds) and beside them the goal: for a hand-written SAVEPOINT
fixture and the plugin's rolled-back connection with its look at the database, for that look alone, for putting back 3
tables of 20, and for a bare copy of the whole database and the plugin's. What is compared takes turns.

    python benchmarks/isolation.py sqlite:////tmp/misata_test.db
    python benchmarks/isolation.py postgresql+psycopg://postgres@127.0.0.1/misata_test mysql+pymysql://root@127.0.0.1/misata_test
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, String, Table, create_engine

import pytest_misata as misata
from pytest_misata.fixtures.isolation import connected, session_on
from pytest_misata.fixtures.sqlite import real_transactions
from pytest_misata.load.databases import base_name, databases_of
from pytest_misata.load.engines import open_connection
from pytest_misata.load.keepers import Keeper, keeper_for

WRITTEN = ("t1", "t7", "t13")
GOALS = {"rollback": 1.2, "nothing": 1.0, "sqlite": 3.0, "postgresql": 20.0, "clone": 1.1}
"""Times the hand-written fixture; milliseconds when nothing was written, and for 3 tables of 20; times a bare copy."""


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
    taken = [timed(act, before) for _ in range(rounds)]
    return show(what, taken)


def timed(act: Callable[[], None], before: Callable[[], None] | None = None) -> float:
    """Milliseconds of one act."""
    if before is not None:
        before()
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def show(what: str, taken: list[float]) -> float:
    """Print the least and the median milliseconds; return the least."""
    print(f"{what:<44} {min(taken):8.2f} {statistics.median(taken):8.2f}")
    return min(taken)


def compare(
    what: str, ours: Callable[[], None], bare: Callable[[], None], goal: float, rounds: int, before: Any = None
) -> None:
    """Ours beside the bare recipe, in turns of ten, so that a busy machine is as busy for both.

    Not one by one: the counters of MariaDB are those of the server, which tells the plugin that somebody else wrote.
    """
    by_hand, by_us = [], []
    for begin in range(0, rounds, 10):
        turn = range(begin, min(begin + 10, rounds))
        by_hand += [timed(bare, before) for _ in turn]
        by_us += [timed(ours, before) for _ in turn]
    show(f"{what}, by hand", by_hand)
    show(f"{what}, by the plugin", by_us)
    judge("ratio of the least", min(by_us) / min(by_hand), goal)
    judge("ratio of the medians", statistics.median(by_us) / statistics.median(by_hand), goal)


def judge(what: str, found: float, goal: float | None) -> None:
    """Print a figure beside its goal."""
    print(f"  {what:<42} {found:8.2f}" + (f"   goal {goal}" if goal else ""))


def bare_copy(engine: Engine, template: str, name: str) -> Callable[[], None]:
    """What one would write by hand."""
    databases = databases_of(engine.url)
    if engine.dialect.name == "sqlite":
        paths = [str(databases.url_of(part).database) for part in (template, name)]
        return lambda: shutil.copyfile(*paths) and None

    def copy() -> None:
        with open_connection(engine.url) as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")

    return copy


@contextmanager
def unwatched(engine: Engine) -> Iterator[Engine]:
    """The same data where no keeper has its triggers."""
    databases, base = databases_of(engine.url), base_name(engine.url)
    engine.dispose()
    databases.drop(f"{base}_bare")
    databases.create(f"{base}_bare", base)
    bare = create_engine(databases.url_of(f"{base}_bare"))
    with real_transactions(bare):
        yield bare
    bare.dispose()
    databases.drop(f"{base}_bare")


def measure_copies(engine: Engine, rounds: int) -> None:
    """A template, copied by hand and as isolation='clone' does it."""
    databases, base = databases_of(engine.url), base_name(engine.url)
    template, name = f"{base}_template", f"{base}_clone"
    engine.dispose()
    databases.drop(template)
    databases.create(template, base)
    rounds = max(3, rounds // 10)
    try:

        def ours() -> None:
            databases.create(name, template)

        def drop() -> None:
            databases.drop(name)

        if engine.dialect.name in ("sqlite", "postgresql"):
            compare("copy", ours, bare_copy(engine, template, name), GOALS["clone"], rounds, drop)
        else:
            measure("copy", ours, rounds, drop)
    finally:
        databases.drop(name)
        databases.drop(template)


def main() -> None:
    """Measure each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="+")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    for url in options.url:
        measure_database(url, options.rounds)


def measure_database(url: str, rounds: int) -> None:
    """All figures of one database."""
    engine, metadata = create_engine(url), twenty_tables()
    metadata.drop_all(engine)
    data = misata.generate_from_schema(misata.schema_from_models(metadata), counts=dict.fromkeys(metadata.tables, 500))
    misata.seed_database(data, engine, create=True)
    keeper = keeper_for(engine)
    print(f"{engine.dialect.name:<44} {'least':>8} {'median':>8}  ms")
    with real_transactions(engine), unwatched(engine) as bare:
        keeper.remember(copy=True)
        compare("rollback", lambda: by_plugin(engine, keeper), lambda: by_hand(bare), GOALS["rollback"], rounds)
        judge("nothing written", measure("a look", lambda: mend(keeper), rounds), GOALS["nothing"])
        restored = measure("a look, and 3 of 20 tables put back", lambda: mend(keeper), rounds, lambda: commit(engine))
        judge("put back", restored, GOALS.get(engine.dialect.name))
    keeper.close()
    measure_copies(engine, rounds)
    metadata.drop_all(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
