"""`python -m pytest_misata`: the same as the `misata` command."""

from __future__ import annotations

from pytest_misata.cli import main

if __name__ == "__main__":
    main()
