"""Ways of writing a moment as a text."""

from __future__ import annotations

from collections.abc import Callable

WRITTEN: dict[str, Callable[[str], str]] = {
    "seconds": lambda text: text,
    "days": lambda text: text[:10],
    "compact": lambda text: text[:10].replace("-", ""),
    "spaced": lambda text: text.replace("T", " "),
    "zoned": lambda text: f"{text}Z",
    "months": lambda text: text[:7],
    "clock": lambda text: text[11:],
    "minutes": lambda text: text[11:16],
}
"""Ways of writing a moment, from that of ISO 8601 to the second."""
