"""Who has a cart, and the server that carts are in."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from redis.asyncio import Redis

from adapters.redis_client import AnyRedis
from tests.factories.carts import save_shopper
from tests.fixtures.shop import Shop


@pytest.fixture
async def valkey(redis_url: str) -> AsyncIterator[AnyRedis]:
    """The server that the test's carts are in, to be emptied."""
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def account(own_shop: Shop) -> UUID:
    """A customer without a cart."""
    return await save_shopper(own_shop.resources.database)
