"""What has been paid of an amount, which the status of the row tells: `[paid]` in `data/rows.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_misata.engine.meanings.rows import is_tied, readable, spelled_name
from pytest_misata.engine.meanings.states import is_paid_for, status_values
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

_NUMBERS = frozenset({"integer", "numeric", "float"})
_PARTLY = {"rates": ["0.25", "0.4", "0.5", "0.75"], "weights": [3, 3, 3, 1]}


def paid_amount(table: TableConfig, column: Column) -> Generator | None:
    """All of the amount of the row where its status says that it is paid, and nothing where it does not."""
    known: Mapping[str, Any] = toml_file("rows.toml")["paid"]
    if column.type.kind not in _NUMBERS or spelled_name(column.name) not in known["amounts"] or is_tied(table, column):
        return None
    others = {spelled_name(other.name): other for other in readable(table, column)}
    whole = next((others[name] for name in known["of"] if name in others and _is_whole(others[name], column)), None)
    if whole is None or (whole.told is not None and whole.told.kind == "part"):
        return None
    for name in known["states"]:
        if name in others and (values := status_values(table, others[name])):
            return Generator("share", {"of": whole.name, "rate": "1", "cases": list(_cases(others[name], values))})
    return Generator("share", {"of": whole.name, "rates": known["rates"], "weights": known["weights"]})


def _cases(status: Column, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    partly = [
        value for value in values if str(value).lower().replace("_", " ") in toml_file("rows.toml")["paid"]["partly"]
    ]
    unpaid = [value for value in values if not is_paid_for(value)]
    cases = [{"when": {status.name: partly}, "rate": None, **_PARTLY}] if partly else []
    return [*cases, *([{"when": {status.name: unpaid}, "rate": "0"}] if unpaid else [])]


def _is_whole(other: Column, column: Column) -> bool:
    """Whether a number may be that of which another is a part."""
    scales = [each.type.scale if each.type.kind != "integer" else 0 for each in (other, column)]
    return other.type.kind in _NUMBERS and (column.nullable or not other.nullable) and scales[0] <= scales[1]
