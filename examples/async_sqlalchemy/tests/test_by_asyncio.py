from __future__ import annotations

import datetime as dt

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from library import Loan, Member, books_out, bring_back_everything

TODAY = dt.date(2026, 1, 1)


@pytest.mark.asyncio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_what_is_committed_is_undone_after_the_test(misata_async_session, attempt):
    assert await books_out(misata_async_session) > 0
    await bring_back_everything(misata_async_session, TODAY)
    assert await books_out(misata_async_session) == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_in_the_loop_of_the_module(misata_async_session):
    assert await misata_async_session.scalar(select(func.count()).select_from(Loan)) == 120


@pytest_asyncio.fixture
async def first_member(misata_async_session):
    return await misata_async_session.get(Member, 1)


@pytest.mark.asyncio
async def test_a_fixture_stands_on_the_session(misata_async_session, first_member):
    first_member.full_name = "Ada Lovelace"
    await misata_async_session.flush()
    named = select(func.count()).select_from(Member).where(Member.full_name == "Ada Lovelace")
    assert await misata_async_session.scalar(named) == 1
