"""How many there are of what is out of stock: none, in the column that tells the stock."""

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
