"""How many units of an offer one customer may have."""

from uuid import UUID

import sqlalchemy as sa

from core.ids import encode_global_id
from models.outbox import OutboxEvent
from tests.fixtures.shop import Shop
from tests.graphql.promotions import run


async def test_an_operator_bounds_what_one_customer_may_have(own_shop: Shop) -> None:
    document = """
    mutation($input: SetPurchaseLimitInput!) {
      setPurchaseLimit(input: $input) { offer { id mostPerCustomer } userErrors { code path } }
    }
    """
    offer = own_shop.ids["Offer"][0]
    before = await events(own_shop)

    answers = [
        await run(own_shop, document, input={"offer": key, "mostPerCustomer": most})
        for key, most in [
            (offer, 3),
            (offer, 3),
            (offer, None),
            (offer, 0),
            (encode_global_id("Offer", UUID(int=1)), 1),
        ]
    ]

    assert [one["offer"] and one["offer"]["mostPerCustomer"] for one in answers] == [3, 3, None, None, None]
    assert [one["userErrors"] for one in answers] == [
        [],
        [],
        [],
        [{"code": "BAD_PURCHASE_LIMIT", "path": ["mostPerCustomer"]}],
        [{"code": "NOT_FOUND", "path": ["offer"]}],
    ]
    assert (await events(own_shop))[len(before) :] == ["catalog.product_changed"] * 2


async def events(shop: Shop) -> list[str]:
    """The types of all events, oldest first."""
    async with shop.resources.database.read() as session:
        return list(await session.scalars(sa.select(OutboxEvent.type).order_by(OutboxEvent.id)))
