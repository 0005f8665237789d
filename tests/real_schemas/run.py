"""Fill the model sets of published packages, on SQLite and PostgreSQL, and print how each went.

    python tests/real_schemas/run.py                          # all packages, both databases
    python tests/real_schemas/run.py optuna rucio             # some
    python tests/real_schemas/run.py --database sqlite        # one kind of database
    python tests/real_schemas/run.py --road models            # one way to read the schema
    python tests/real_schemas/run.py --environments DIR       # virtual environments are made in DIR, and kept there

Each package is installed in a virtual environment of its own, with this checkout, unless DIR holds one by its name
already. For each database a fresh one is made: a file, or on the server at --postgresql (default:
MISATA_TEST_POSTGRESQL_URL, else 127.0.0.1:5432). The package's own metadata creates the tables, `seed_database` fills
them as the metadata says, and in another database as the tables themselves do, foreign keys enforced, and
`inspection.py` counts by SQL what is broken. Exits with 1 where anything is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from tests.real_schemas.fill import MARK  # noqa: E402
from tests.real_schemas.packages import PACKAGES, Package  # noqa: E402

_LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
_DRIVERS = ("psycopg[binary]",)
_HEADS = (
    "package",
    "database",
    "road",
    "tables",
    "rows",
    "plan s",
    "fill s",
    "violations",
    "unreadable",
    "empty",
    "short",
)


def environment(folder: Path, package: Package) -> Path:
    """The Python of the package's virtual environment, made where there is none."""
    home = folder / package.name
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        wanted = [package.name, *package.needs, *_DRIVERS, "-e", str(CHECKOUT)]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


@contextmanager
def fresh_database(kind: str, server: str) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="misata_real_") as folder:
            yield f"sqlite:///{folder}/filled.db"
        return
    from sqlalchemy import create_engine, make_url, text

    name = f"misata_test_real_{uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def filled(python: Path, package: Package, url: str, road: str) -> dict[str, Any]:
    """What `fill.py` says of the package."""
    script = CHECKOUT / "tests" / "real_schemas" / "fill.py"
    command = [str(python), str(script), package.name, url, "--road", road]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in run.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        return {"error": (run.stderr.strip().splitlines() or ["no output"])[-1], "trace": run.stderr}
    found: dict[str, Any] = json.loads(lines[-1].removeprefix(MARK))
    return found | ({"trace": run.stderr} if "error" in found else {})


def line_of(name: str, kind: str, road: str, found: dict[str, Any]) -> list[str]:
    """The cells of a package's line in the table."""
    rows: dict[str, int] = found.get("rows", {})
    planned: dict[str, int] = found.get("planned", {})
    return [
        name,
        kind,
        road,
        str(found.get("tables", "-")),
        f"{sum(rows.values()):,}" if rows else "-",
        _seconds(found, "seconds_to_plan"),
        _seconds(found, "seconds_to_fill"),
        str(len(found["violations"])) if "violations" in found else "-",
        str(len(found["unreadable"])) if "unreadable" in found else "-",
        str(sum(not rows[table] for table in planned)) if rows else "-",
        str(sum(rows[table] < count for table, count in planned.items())) if rows else "-",
    ]


def _seconds(found: dict[str, Any], what: str) -> str:
    return f"{found[what]:.1f}" if what in found else "-"


def failures(found: dict[str, Any]) -> list[str]:
    """What is wrong, a line each."""
    rows: dict[str, int] = found.get("rows", {})
    planned: dict[str, int] = found.get("planned", {})
    lines = [found["error"]] if "error" in found else []
    lines += [*found.get("violations", ()), *(f"cannot be read back: {line}" for line in found.get("unreadable", ()))]
    lines += [f"{name} is empty" for name in planned if rows and not rows[name]]
    lines += [
        f"{name} holds {rows[name]:,} of {count:,}" for name, count in planned.items() if rows.get(name, count) < count
    ]
    return lines


def _databases(name: str, asked: list[str] | None) -> list[str]:
    return [kind for kind in PACKAGES[name].databases if not asked or kind in asked]


def print_table(lines: list[list[str]]) -> None:
    """Columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def main() -> int:
    """Run all that is asked for; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", choices=[*PACKAGES, []], metavar="package", help=", ".join(PACKAGES))
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--road", action="append", choices=["models", "database"], help="one way to read the schema")
    parser.add_argument("--environments", type=Path, help="a folder of virtual environments, one for each package")
    parser.add_argument("--postgresql", default=os.environ.get("MISATA_TEST_POSTGRESQL_URL", _LOCAL))
    parser.add_argument("--traces", action="store_true", help="print where errors come from")
    options = parser.parse_args()
    folder = options.environments or Path(tempfile.mkdtemp(prefix="misata_environments_"))
    lines, wrong = [list(_HEADS)], []
    for name in options.packages or PACKAGES:
        python = environment(folder, PACKAGES[name])
        for kind, road in product(_databases(name, options.database), options.road or ["models", "database"]):
            with fresh_database(kind, options.postgresql) as url:
                found = filled(python, PACKAGES[name], url, road)
            lines.append(line_of(name, kind, road, found))
            print(*lines[-1], file=sys.stderr, flush=True)
            wrong += [f"{name}, {kind}, {road}: {line}" for line in failures(found)]
            if options.traces:
                print(found.get("trace", ""), file=sys.stderr)
    print_table(lines)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
