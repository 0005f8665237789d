"""The library's messages in the words of the command line."""

from __future__ import annotations

_OPTIONS = {
    "create=True": "--db-create",
    "truncate=True": "--db-truncate",
    "append=True": "--db-append",
    "'rows=": "'--rows ",
}
"""Arguments of the library as its messages quote them, and the options that stand for them here."""

CONSENT = "--allow-database {name} or MISATA_ALLOW_DATABASE={name}"
"""How a user of the command line allows a database by its name."""


def in_options(message: object) -> str:
    """The text of an error or a warning, with options in place of Python's arguments."""
    text = str(message)
    for argument, option in _OPTIONS.items():
        text = text.replace(argument, option)
    return text
