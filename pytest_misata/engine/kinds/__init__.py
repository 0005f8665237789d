"""The kinds of column. A new kind is one function, marked `@kind("name")`, in one of these modules.

A new module is listed in `catalogue`.
"""

from pytest_misata.engine.kinds.registry import KINDS, Maker, Site, check_kind, compile_column, kind

__all__ = ["KINDS", "Maker", "Site", "check_kind", "compile_column", "kind"]
