"""The marker's `models=` and the setting misata_models fill the tables of SQLAlchemy models."""

from __future__ import annotations

import pytest

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]

class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
"""
TEST = """
from zoo import Base, Pet

{marker}
def test_it(misata_session, misata_report):
    assert misata_report.table_rows == {{"owners": 6, "pets": 18}}
    assert misata_session.query(Pet).count() == 18
"""


@pytest.mark.parametrize(
    ("marker", "ini"),
    [("@pytest.mark.misata(models=Base, rows=6)", ""), ("", "misata_models = zoo:Base\nmisata_rows = 6\n")],
    ids=["marker", "setting"],
)
def test_models_are_filled(pytester, suite, run, marker, ini) -> None:
    pytester.makepyfile(zoo=MODELS)
    pytester.syspathinsert()
    suite(TEST.format(marker=marker), ini=ini)
    run().assert_outcomes(passed=1)
