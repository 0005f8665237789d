"""Runs the code blocks of one section, in a folder of their own."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.docs.blocks import Block, Section

SERVER_URL = re.compile(r"""(?P<backend>postgresql|mysql|mariadb)(?P<driver>\+\w+)?://[^\s"'`)\\]+""")
COMMANDS = {
    "misata": [sys.executable, "-m", "pytest_misata"],
    "pytest": [sys.executable, "-m", "pytest"],
    "python": [sys.executable],
}
UNUSED = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:typeguard")
"""Installed for other tests. They take each process more time than most examples do."""
PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", *UNUSED)


def run(section: Section, folder: Path, server: Callable[[str], str]) -> None:
    """Write the section's files into `folder`, then run its scripts, commands and tests in their order.

    `server` gives the URL of the test server that stands for the backend of a URL in a block.
    """
    blocks = [Block(block.language, with_servers(block.text, server), block.line) for block in section.blocks]
    for block in blocks:
        if block.file is not None:
            _write(folder / block.file, block)
    for block in _joined([block for block in blocks if block.file is None]):
        _STEPS.get(block.language, _nothing)(block, folder)
    if any(folder.rglob("test_*.py")) and not _calls_pytest(blocks):
        _check([*COMMANDS["pytest"], *PYTEST], folder)


def with_servers(text: str, server: Callable[[str], str]) -> str:
    """The text with the URL of a test server for each URL of a database server."""

    def replace(found: re.Match[str]) -> str:
        asked = make_url(found[0])
        real = make_url(server(found["backend"])).set(drivername=asked.drivername)
        return real.render_as_string(hide_password=False)

    return SERVER_URL.sub(replace, text)


def _write(path: Path, block: Block) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
    path.write_text(before + block.text, encoding="utf-8")


def _nothing(block: Block, folder: Path) -> None:
    return None


def _joined(blocks: list[Block]) -> list[Block]:
    """The blocks, with each script that goes on from the one before it (it imports nothing itself) joined to that."""
    joined: list[Block] = []
    for block in blocks:
        earlier = next((each for each in reversed(joined) if each.language == "python"), None)
        if block.language == "python" and earlier and not re.search(r"^(import|from) ", block.text, re.MULTILINE):
            joined.remove(earlier)
            block = Block("python", f"{earlier.text}\n{block.text}", earlier.line)
        joined.append(block)
    return joined


def _script(block: Block, folder: Path) -> None:
    path = folder / f"script_line_{block.line}.py"
    path.write_text(block.text, encoding="utf-8")
    _check([sys.executable, path.name], folder)


def _console(block: Block, folder: Path) -> None:
    for command, shown in commands(block.text):
        output = _command(command, folder)
        if shown.strip():
            _compare(command, shown, output)


def commands(text: str) -> Iterable[tuple[str, str]]:
    """Each `$ command` of a console block, its continuation lines joined, with the output shown under it."""
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _command(command: str, folder: Path) -> str:
    settings, words = _split(command)
    assert words[0] in COMMANDS or words[0] == "pip", f"a command the runner does not know: {command}"
    if words[0] == "pip":
        return ""  # nothing is installed from here: test_installs.py reads what is asked for
    return _check([*COMMANDS[words[0]], *words[1:]], folder, settings)


def _split(command: str) -> tuple[dict[str, str], list[str]]:
    """`A=1 misata plan` as its settings and its words."""
    words = shlex.split(command, comments=True)
    count = next(index for index, word in enumerate(words) if not re.fullmatch(r"[A-Z_]+=.*", word))
    return dict(word.split("=", 1) for word in words[:count]), words[count:]


def _compare(command: str, shown: str, output: str) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if not doctest.OutputChecker().check_output(shown.strip() + "\n", output.strip() + "\n", flags):
        raise AssertionError(f"$ {command}\nshows\n{textwrap.indent(shown, '  ')}\nand printed\n{output}")


def _check(command: list[str], folder: Path, settings: dict[str, str] | None = None) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MISATA_"))}
    environment = {**inherited, "COLUMNS": "120", **(settings or {})}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"{shlex.join(command)} ended with {done.returncode}:\n{output}"
    return output


def _calls_pytest(blocks: list[Block]) -> bool:
    shells = (block for block in blocks if block.language in {"console", "sh"})
    return any("$ pytest" in block.text for block in shells)


_STEPS = {"python": _script, "console": _console, "sh": _console}
