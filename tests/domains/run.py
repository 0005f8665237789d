"""Generate every domain, hold it against its rules, load it into databases, and print how each went.

    python -m tests.domains.run --rows 100000                       # all domains, rules only
    python -m tests.domains.run --rows 1000 gym saas                # some
    python -m tests.domains.run --rows 10 --database sqlite --database postgresql --database mysql

`--rows` sizes the main table, and may be given more than once. Exits with 1 where a rule is broken, a database refuses
a row, a column is constant, or composed texts repeat more than they need to. Servers are found as the tests find them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import MisataError
from pytest_misata.load.seed import seed_database
from pytest_misata.story.domain import Domain, domains
from tests.domains.inspection import inspected
from tests.servers import fresh_database, mysql_server, postgresql_server

DATABASES = ("sqlite", "postgresql", "mysql")
_HEADS = ("domain", "main rows", "tables", "rows", "rules broken", "constant", "repeated", "refused", "seconds")


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The URL of a database that is gone afterwards."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="misata_domains_") as folder:
            yield f"sqlite:///{folder}/domain.db"
        return
    with fresh_database(postgresql_server() if kind == "postgresql" else mysql_server()) as url:
        yield url.render_as_string(hide_password=False)


def refusals(tables: Tables, kinds: list[str]) -> Iterator[str]:
    """What each kind of database says against the rows."""
    for kind in kinds:
        with empty_database(kind) as url:
            try:
                seed_database(tables, url, create=True)
            except MisataError as error:
                yield f"{kind}: {error}"


def looked_at(domain: Domain, rows: int, kinds: list[str]) -> tuple[list[str], list[str]]:
    """The line of a domain in the table, and what is wrong with it, a line each."""
    begin = time.perf_counter()
    tables = Tables(domain.schema(), rows=rows)
    found, refused = inspected(tables), list(refusals(tables, kinds))
    wrong = [*map(str, found.violations), *refused]
    wrong += [f"{name} is constant" for name in found.constant] + [f"{name} repeats" for name in found.repeated]
    counts = (len(found.violations), len(found.constant), len(found.repeated), len(refused))
    line = [domain.name, f"{rows:,}", str(found.tables), f"{found.rows:,}", *map(str, counts)]
    return [*line, f"{time.perf_counter() - begin:.1f}"], [f"{domain.name}, {rows:,} rows: {one}" for one in wrong]


def main() -> int:
    """Run all that is asked for; 1 where anything is wrong."""
    known = {domain.name: domain for domain in domains()}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("domains", nargs="*", metavar="domain", help=", ".join(known))
    parser.add_argument("--rows", type=int, action="append", help="rows of the main table; 1, 10 and 1000 if not given")
    parser.add_argument("--database", action="append", choices=DATABASES, default=[])
    options = parser.parse_args()
    lines, wrong = [list(_HEADS)], []
    for name in options.domains or known:
        for rows in options.rows or (1, 10, 1000):
            line, faults = looked_at(known[name], rows, options.database)
            print(*line, file=sys.stderr, flush=True)
            lines.append(line)
            wrong += faults
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
