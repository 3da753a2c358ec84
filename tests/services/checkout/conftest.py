"""The shop as these tests want it: nobody has bought anything yet."""

import pytest

from tests.factories.checkouts import write
from tests.fixtures.shop import Shop


@pytest.fixture
async def own_shop(own_shop: Shop) -> Shop:
    """Without the payments and checkouts that walks through the schema look at."""
    await write(
        own_shop, "TRUNCATE checkout, payment_attempt, refund, gift_card, store_credit, balance_entry, provider_event"
    )
    return own_shop
