"""How long seeding takes beside loading ready-made rows by the same road, and how much memory.

    python benchmarks/seeding.py [--rows 95000] [--repeat 3] [--only sqlite]

The floor makes the same tables by the same statements in one transaction, and hands the driver what was rendered
beforehand: tuples to SQLite's `executemany`, bytes to COPY and LOAD DATA. Ours is `seed_database`, which makes the
values, renders and fingerprints them too. Each turn is a process of its own on a new database; the best of the turns
counts. Servers are found as the tests find them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pytest_misata as misata
from pytest_misata.load import existing
from pytest_misata.load.ddl import metadata_of
from pytest_misata.load.dialects import dialect_for
from pytest_misata.load.engines import open_connection
from pytest_misata.load.seed import BATCH_SIZE
from pytest_misata.load.targets import target_of

ROWS = 95_000
DATABASES = ("sqlite", "postgresql", "mysql")


def tables_of(rows: int) -> misata.Tables:
    """The data set of the benchmark."""
    return misata.generate(f"A SaaS company with {rows} users", seed=42)


def ours(url: str, rows: int) -> dict[str, float]:
    """Seconds of `seed_database`, planning the tables included."""
    begin = time.perf_counter()
    report = misata.seed_database(tables_of(rows), url, create=True)
    return {"seconds": time.perf_counter() - begin, "rows": report.total_rows}


def floor(url: str, rows: int) -> dict[str, float]:
    """Seconds of loading the same rows, rendered beforehand."""
    tables = tables_of(rows)
    with open_connection(url) as connection:
        load = Ready(tables, connection)
        begin = time.perf_counter()
        load.run()
        return {"seconds": time.perf_counter() - begin, "rows": sum(tables.counts.values())}


class Ready:
    """Rows in the form the database's road takes, and the steps `seed_database` loads them by."""

    def __init__(self, tables: misata.Tables, connection: Any) -> None:
        self._connection, self._dialect = connection, dialect_for(connection.dialect.name)
        metadata = metadata_of(tables.schema)
        self._targets = [target_of(connection, metadata, table.config, table.columns) for table in tables.values()]
        self._batches: dict[str, list[Any]] = {}
        for target, table in zip(self._targets, tables.values(), strict=True):
            self._dialect.open_table(connection, target)
            cells = (batch.cells() for batch in table.batches(BATCH_SIZE))
            self._batches[table.name] = [self._dialect.render(target, each) for each in cells]
        connection.rollback()

    def run(self) -> None:
        """Make the tables, load the rows, commit."""
        connection, dialect = self._connection, self._dialect
        made = [target.table for target in self._targets]
        with connection.begin():
            dialect.start(connection)
            with dialect.settings(connection, own=True):
                existing.existing_tables(connection, made)
                with dialect.workspace(connection) as space:
                    dialect.create(space, made)
                for target in self._targets:
                    dialect.open_table(connection, target)
                    for rows in self._batches[target.table.name]:
                        dialect.write(connection, target, rows)
                dialect.complete(connection)
                dialect.align(connection, self._targets, restart=False)


@contextmanager
def new_database(kind: str) -> Iterator[str]:
    """The URL of a database nobody has used."""
    # Not at the top: a turn measures its memory without pytest's.
    from tests.servers import fresh_database, mysql_server, postgresql_server

    with ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            yield f"sqlite:///{folder}/misata_test.db"
            return
        server = postgresql_server() if kind == "postgresql" else mysql_server()
        yield stack.enter_context(fresh_database(server)).render_as_string(hide_password=False)


def turn(what: str, kind: str, rows: int) -> dict[str, float]:
    """One measurement, in a process of its own."""
    with new_database(kind) as url:
        command = [sys.executable, __file__, "--child", what, "--url", url, "--rows", str(rows)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(kind: str, rows: int, repeat: int) -> None:
    """Print one database's line, from turns of both taken alternately."""
    found: dict[str, list[dict[str, float]]] = {"floor": [], "ours": []}
    for _ in range(repeat):
        for what, turns in found.items():
            turns.append(turn(what, kind, rows))
    best = {what: min(each["seconds"] for each in turns) for what, turns in found.items()}
    total, peak = found["ours"][0]["rows"], max(each["peak_mb"] for each in found["ours"])
    print(
        f"{kind:<12}{total:>12,.0f}{best['floor']:>10.2f}{best['ours']:>10.2f}{best['ours'] / best['floor']:>8.2f}"
        f"{total / best['ours']:>14,.0f}{peak:>10.0f}",
        flush=True,
    )


def main() -> None:
    """Measure every database asked for, or be one turn of that."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS, help="users of the story; the other tables follow")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=DATABASES, action="append")
    parser.add_argument("--child", choices=("floor", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        result = {"floor": floor, "ours": ours}[options.child](options.url, options.rows)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return
    print(f"{'database':<12}{'rows':>12}{'floor s':>10}{'ours s':>10}{'ratio':>8}{'rows/s':>14}{'peak MB':>10}")
    for kind in options.only or DATABASES:
        compare(kind, options.rows, options.repeat)


if __name__ == "__main__":
    main()
