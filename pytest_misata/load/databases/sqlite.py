"""SQLite: a database is a file, a copy is one of that file, and a lock file says who has it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from hashlib import blake2b, file_digest
from pathlib import Path
from shutil import copyfile

from filelock import FileLock, Timeout
from sqlalchemy import URL

from pytest_misata.load.databases.base import Databases, Release
from pytest_misata.load.engines import sqlite_file
from pytest_misata.load.ownership import is_ours

_BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a file."""
_COUNTER = slice(24, 28)
"""Bytes of a SQLite file that count its changes."""


class SQLiteDatabases(Databases):
    """The files in the folder of the URL's own file."""

    def url_of(self, name: str) -> URL:
        return self.url.set(database=str(self._path(name)))

    def create(self, name: str, template: str | None = None, *, note: str = "") -> None:
        # SQLite makes an empty file by itself.
        if template is not None:
            copy_file(self._path(template), self._path(name))

    def fetch(self, name: str, home: Databases, template: str) -> None:
        copy_file(Path(home.url_of(template).database or ""), self._path(name))

    def mark(self, name: str) -> str:
        return mark_of(self._path(name))

    def digest(self, name: str) -> str:
        """SHA-256 over every byte."""
        with self._path(name).open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()

    def drop(self, name: str) -> None:
        remove_file(self._path(name))

    def exists(self, name: str) -> bool:
        return self._path(name).exists()

    def owns(self, name: str) -> bool:
        return _is_ours(self._path(name))

    def notes(self, prefix: str) -> dict[str, str]:
        own = self._own
        found = (path for path in own.parent.glob(f"*{own.suffix}") if path.stem.startswith(prefix))
        return dict.fromkeys(sorted(path.stem for path in found if _is_ours(path)), "")

    def hold(self, name: str) -> Release | None:
        return hold_path(self._path(name))

    @property
    def _own(self) -> Path:
        return sqlite_file(self.url) or Path("misata.db")

    def _path(self, name: str) -> Path:
        own = self._own
        return own.with_name(name + own.suffix)


def copy_file(origin: Path, target: Path) -> None:
    """Everything in one SQLite file that nobody writes to, into another. Raises OSError where it cannot be read."""
    for part in _beside(target):
        part.unlink(missing_ok=True)
    if not any(part.exists() for part in _beside(origin)):
        copyfile(origin, target)
        return
    # Somebody crashed, or is connected still: part of what was committed is not in the file itself.
    with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(target)) as copy:
        # What a crash of the machine would leave here is made again by the next run.
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy)


def remove_file(path: Path) -> None:
    """Remove a SQLite file and what belongs to it."""
    for part in (path, *_beside(path)):
        part.unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + ending) for ending in _BESIDE)


def mark_of(file: Path) -> str:
    """What any write to a file changes: its size, its time, SQLite's own count, and whether a log lies beside it."""
    with file.open("rb") as opened:
        counter = opened.read(100)[_COUNTER].hex()
    found = file.stat()
    beside = [end for end in ("-wal", "-journal") if file.with_name(file.name + end).exists()]
    return f"{found.st_size} {found.st_mtime_ns} {counter} {' '.join(beside)}".rstrip()


def hold_path(path: Path) -> Release | None:
    """Have a file to oneself as long as this process lives, by a lock in the temporary folder."""
    mark = blake2b(str(path.resolve()).encode(), digest_size=16).hexdigest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"pytest-misata-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(folder / f"{mark}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock.release


def _is_ours(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return is_ours(connection)
    except sqlite3.Error:
        return False
