"""Orders in a shop, for tests of the graph."""

from typing import Any
from uuid import UUID, uuid4

from core.ids import encode_global_id
from services.orders import OrderRecord
from tests.factories.accounts import save_account
from tests.factories.orders import find_goods, save_order, save_placed
from tests.fixtures.shop import Shop


async def new_account(shop: Shop) -> UUID:
    return await save_account(shop.resources.database, f"{uuid4().hex}@example.com")


async def placed(shop: Shop, **changes: Any) -> OrderRecord:  # as `save_placed` takes them
    database = shop.resources.database
    return await save_placed(database, await find_goods(database), **changes)


async def unpaid(shop: Shop, **changes: Any) -> OrderRecord:  # as above
    database = shop.resources.database
    return await save_order(database, await find_goods(database), **changes)


def global_id(order: OrderRecord) -> str:
    return encode_global_id("Order", order.id)
