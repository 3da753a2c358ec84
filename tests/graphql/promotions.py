"""What tests of promotions in the graph share: documents and what sends them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ids import encode_global_id
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop

SAVE = """
mutation($input: SavePromotionInput!) {
  savePromotion(input: $input) {
    promotion {
      id name kind basisPoints amount { amountMinor currency } buyQuantity getQuantity minimum { amountMinor }
      categories { slug } brands { id } products { id } needsCoupon isCombinable priority startsAt endsAt isActive
      mostUses uses budget { amountMinor } spent { amountMinor currency } mostUsesPerCustomer
    }
    userErrors { __typename code path }
  }
}
"""
SAVE_COUPON = """
mutation($input: SaveCouponInput!) {
  saveCoupon(input: $input) {
    coupon { id code isActive mostUses uses promotion { name } } userErrors { code path }
  }
}
"""
CREATE_COUPONS = """
mutation($input: CreateCouponsInput!) {
  createCoupons(input: $input) { coupons { code mostUses uses isActive } userErrors { code path } }
}
"""
TEN: dict[str, object] = {"name": "Ten off", "kind": "PERCENTAGE", "basisPoints": 1_000}
NO_SUCH = encode_global_id("Promotion", UUID(int=1))


async def run(shop: Shop, document: str, **variables: object) -> Any:
    """The data of an answer without top-level errors, of its one field."""
    answer = await shop.run(document, variables, role=Role.OPERATOR)
    assert answer.errors == []
    (value,) = answer.data.values()
    return value


async def save(shop: Shop, **changes: object) -> str:
    """A promotion's id."""
    saved = await run(shop, SAVE, input={**TEN, **changes})
    assert saved["userErrors"] == []
    return str(saved["promotion"]["id"])


async def write(shop: Shop, *statements: str) -> None:
    async with shop.resources.database.unit() as unit:
        for statement in statements:
            await unit.session.execute(sa.text(statement))
