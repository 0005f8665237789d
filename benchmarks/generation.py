"""How fast tables are generated as columns, beside a floor in the same run.

The floor is one draw of 64 random bits for each cell: the least that any engine of this design has to do. Prints rows a
second and how many floors a row costs; the ratio is what can be compared between machines.

    python benchmarks/generation.py --story "A SaaS company with 88,000 users"
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

import pytest_misata as misata
from pytest_misata.engine.draws.hashing import draw, make_key


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def all_columns(tables: misata.Tables) -> None:
    """Every column of every table as NumPy arrays."""
    for table in tables.values():
        for column in table.columns:
            table[column]


def floor(tables: misata.Tables) -> None:
    """One draw for each cell."""
    key = make_key(tables.seed, "floor")
    for table in tables.values():
        rows = np.arange(len(table), dtype=np.int64)
        for _ in table.columns:
            for start in range(0, len(rows), 32_768):
                draw(key, rows[start : start + 32_768])


def main() -> None:
    """Measure both in turn, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--story", default="A SaaS company with 88,000 users")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    pairs = []
    for _ in range(options.runs + 1):
        tables = misata.generate(options.story)
        pairs.append((seconds(lambda: all_columns(tables)), seconds(lambda: floor(tables))))  # noqa: B023
    rows = sum(map(len, tables.values()))
    # The first run fills tables of distributions and is left out.
    pairs = sorted(pairs[1:])
    ours, bare = pairs[len(pairs) // 2]
    ratio = sorted(a / b for a, b in pairs)[len(pairs) // 2]
    print(f"{options.story}: {rows:,} rows in {len(tables)} tables")
    print(
        f"as columns  median {ours:.3f} s = {rows / ours / 1e6:.2f} million rows/s, best {rows / pairs[0][0] / 1e6:.2f}"
    )
    print(f"floor       median {bare:.3f} s (one draw a cell)")
    print(f"ratio       median {ratio:.2f} floors")


if __name__ == "__main__":
    main()
