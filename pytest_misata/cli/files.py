"""Tables into files: each written under a temporary name, and renamed when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_misata.cli.formats import FORMATS, Format
from pytest_misata.errors import ConfigurationError

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Table, Tables


def write_files(
    tables: Tables,
    folder: Path,
    *,
    format: str,
    dialect: str,
    force: bool,
    progress: Callable[[int], None],
) -> list[tuple[Path, int]]:
    """Write the tables into `folder`, which is made if missing; give each file with its number of rows.

    Raises:
        ConfigurationError: a file is there already and `force` is false; nothing is written then.
    """
    chosen = FORMATS[format](tables.schema, dialect=dialect)
    files = _files(tables, folder, chosen)
    if not force:
        _refuse_existing([path for path, _ in files])
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files:
        _write_whole(path, partial(chosen.write, tables=content, advance=progress))
    return [(path, sum(map(len, content))) for path, content in files]


def _files(tables: Tables, folder: Path, chosen: Format) -> list[tuple[Path, list[Table]]]:
    if chosen.one_file is not None:
        return [(folder / chosen.one_file, list(tables.values()))]
    return [(folder / f"{_file_name(name)}.{chosen.suffix}", [table]) for name, table in tables.items()]


def _file_name(table: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in table)


def _refuse_existing(paths: list[Path]) -> None:
    existing = [str(path) for path in paths if path.exists()]
    if existing:
        raise ConfigurationError(f"{', '.join(existing)} exist already; --force overwrites them")


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
