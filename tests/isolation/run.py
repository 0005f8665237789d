"""A thousand hostile tests in random order on one database, each of which is to find what was seeded.

python -m tests.isolation.run postgresql+psycopg://postgres@127.0.0.1/misata_test --tests 1000
python -m tests.isolation.run sqlite:// --randomly-seed=1
python -m tests.isolation.run sqlite:////tmp/misata_test.db -n 2

What is not known here is for pytest.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.isolation import suite


def main() -> None:
    """Run it, and fail unless every test found what was seeded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--tests", type=int, default=1000)
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        suite.write(Path(folder))
        outcome = suite.run(Path(folder), options.url, options.tests, *arguments)
    planned = suite.failing(options.tests)
    if outcome.errors or outcome.failed != planned:
        print(outcome.output)
    print(f"{outcome.passed} passed, {outcome.failed} failed ({planned} are meant to), {outcome.errors} found a trace")
    raise SystemExit(bool(outcome.errors or outcome.failed != planned))


if __name__ == "__main__":
    main()
