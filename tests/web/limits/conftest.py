"""What counts uses for the tests of limits."""

from collections.abc import AsyncIterator

import pytest

from bootstrap.throttle import open_throttle
from ports.throttle import Meter


@pytest.fixture
async def throttle(redis_url: str) -> AsyncIterator[Meter]:
    opened = open_throttle(redis_url)
    yield opened
    await opened.close()
