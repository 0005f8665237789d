"""The fenced code blocks of a Markdown page, by section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
RUN = frozenset({"python", "console", "sh", "ini", "toml"})
NOT_RUN = frozenset({"text"})

_FILE_NAME = re.compile(r"# ([\w./-]+\.(?:py|ini|toml|cfg))(?: .*)?")
_HOME = {"[pytest]": "pytest.ini", "[tool.": "pyproject.toml"}


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, its text and the line it begins at."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file the block is, if it is one and not a script or a command."""
        first = self.text.split("\n", 1)[0].strip()
        if named := _FILE_NAME.fullmatch(first):
            return named[1]
        if self.language == "python" and re.search(r"^\s*(async )?def test_", self.text, re.MULTILINE):
            return f"test_line_{self.line}.py"
        return next((name for start, name in _HOME.items() if first.startswith(start)), None)


@dataclass(slots=True)
class Section:
    """What stands under one heading."""

    page: str
    heading: str
    blocks: list[Block] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"


def sections(page: Path) -> Iterator[Section]:
    """The sections of a page that hold code blocks."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    current = Section(page.relative_to(ROOT).as_posix(), "(top)")
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            yield current
            current = Section(current.page, following.content)
        elif token.type in {"fence", "code_block"}:
            begin = token.map[0] + 1 if token.map else 0
            current.blocks.append(Block(token.info.strip(), token.content, begin))
    yield current


def all_sections() -> list[Section]:
    """Every section of README.md and docs/ that holds a code block."""
    return [section for page in PAGES for section in sections(page) if section.blocks]
