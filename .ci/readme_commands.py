"""Print the first or the second set-up command of README.md, as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def commands() -> list[str]:
    """The `$` commands under the heading "Set up", each on one line; there are exactly two."""
    section = re.split(r"^## ", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (text,) = (part for part in section if part.startswith("Set up\n"))
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)$", text, flags=re.MULTILINE)
    if len(found) != 2:
        raise SystemExit(f"README.md must give exactly two set-up commands and gives {len(found)}")
    return [re.sub(r"\s*\\\n\s*", " ", command) for command in found]


if __name__ == "__main__":
    print(commands()[int(sys.argv[1]) - 1])
