"""MariaDB and MySQL."""

from __future__ import annotations

from pytest_misata.load.keepers.digests import DigestKeeper


class MySQLKeeper(DigestKeeper):
    """Reads every row each time."""
