"""The kind of a column that tells classes apart which share a table."""

from __future__ import annotations

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.lineage import class_of
from pytest_misata.engine.kinds.registry import Maker, Site, kind


@kind("variant")
def variant(site: Site) -> Maker:
    """The value that stands for the row's class: see `TableConfig.variants`."""
    if not site.table.variants:
        raise site.error("the table has no variants")
    stated = encode(site.column.type, [found.value for found in site.table.variants])

    def make(frame: Frame) -> Cells:
        return stated.take(class_of(site.world, frame))

    return make
