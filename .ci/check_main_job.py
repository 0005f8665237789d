"""Fail unless the database that README's first command made holds what it should."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing


def check(path: str) -> None:
    """1000 users, every subscription with its user, and no broken foreign key anywhere."""
    with closing(sqlite3.connect(path)) as database:
        (users,) = database.execute("SELECT count(*) FROM users").fetchone()
        (subscriptions,) = database.execute("SELECT count(*) FROM subscriptions").fetchone()
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if users != 1000 or subscriptions != 3000 or broken:
        raise SystemExit(f"{users} users, {subscriptions} subscriptions, broken foreign keys: {broken}")
    print(f"{users} users, {subscriptions} subscriptions, no broken foreign key")


if __name__ == "__main__":
    check(sys.argv[1])
