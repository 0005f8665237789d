"""What goes with a flag: of what is out of stock there is none, and what is free costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NONE_LEFT = {"is_out_of_stock": True, "is_sold_out": True, "is_in_stock": False}
"""Of which rows there is nothing in stock, by the flag that tells."""
_STOCKS = ("stock", "stock_quantity", "units_in_stock", "quantity_in_stock", "on_hand")


def in_stock(columns: Mapping[str, Mapping[str, Any]], flag: str) -> dict[str, dict[str, Any]]:
    """The columns of stock, by name, that agree with a flag: zero where nothing is left, and more elsewhere."""
    if flag not in _NONE_LEFT:
        return {}
    found = {name: columns[name] for name in _STOCKS if name in columns and columns[name].get("kind") == "lognormal"}
    empty = {"when": {flag: [_NONE_LEFT[flag]]}, "kind": "constant", "value": 0}
    return {name: {**made, "minimum": "1", "cases": [empty, *made.get("cases", ())]} for name, made in found.items()}


_FREE = frozenset({"is_free", "is_free_of_charge"})
_PRICES = ("price", "entry_fee", "entrance_fee", "admission_fee", "fee", "ticket_price", "base_price", "list_price")
_MADE = frozenset({"lognormal", "choice", "normal", "uniform", "exponential"})


def free_of_charge(table: dict[str, Any], flag: str) -> None:
    """Let rows cost nothing that a flag tells to be free, and others more."""
    name = next((name for name in _PRICES if table["columns"].get(name, {}).get("kind") in _MADE), None)
    if flag not in _FREE or name is None:
        return
    made = table["columns"][name]
    free = {"when": {flag: [True]}, "kind": "constant", "value": "0"}
    table["columns"][name] = {**made, "cases": [free, *made.get("cases", ())]}
    checks = {key: f"{name} >= 0" if sql == f"{name} > 0" else sql for key, sql in table.get("checks", {}).items()}
    table |= {"checks": checks} if checks else {}
