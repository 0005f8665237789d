from __future__ import annotations

import pytest

from library import books_out


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_by_anyio(misata_async_session):
    assert await books_out(misata_async_session) > 0
