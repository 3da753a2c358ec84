"""Carts for tests: operations as clients send them, and what their answers say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ids import encode_global_id, new_id
from models.accounts import Account
from services.unit_of_work import Database
from tests.fixtures.shop import Answer, Shop

MONEY = "{ amountMinor currency }"
CART = f"""
fragment Whole on Cart {{
  id version units isReadyForCheckout isStale restoration {{ savedAt restoredAt }}
  lines {{ ...Line }} savedForLater {{ ...Line }}
  coupons {{ code amount {MONEY} refusal {{ reason missingMinor }} }}
  discounts {{ name kind couponCode amount {MONEY} }}
  destination {{ country postalCode }}
  delivery {{ isKnown price {MONEY} parcels {{ option {{ code price {MONEY} }} lines }} }}
  totals {{ lines {MONEY} discount {MONEY} delivery {MONEY} deliveryDiscount {MONEY} addedTax {MONEY}
    includedTax {MONEY} total {MONEY} taxes {{ name ratePpm taxable {MONEY} amount {MONEY} }} }}
}}
fragment Line on CartLine {{
  id quantity isSavedForLater variant {{ sku }} offer {{ id }}
  acceptedPrice {MONEY} unitPrice {MONEY} subtotal {MONEY} discount {MONEY} total {MONEY} tax {{ amount {MONEY} }}
  problems {{ code isBlocking mostUnits previousPrice {MONEY} presentPrice {MONEY} alternative {{ id }} }}
}}
"""
ERRORS = """userErrors { code path ... on OutOfStockError { wanted available } ... on LimitError { limit }
  ... on StaleCartError { version } ... on PriceChangedError { amountMinor } }"""
CART_QUERY = "query($id: ID) { cart(id: $id) { ...Whole } }" + CART


def mutation(name: str) -> str:
    """The document of a mutation whose payload has a cart."""
    capital = name[0].upper() + name[1:]
    return f"mutation($input: {capital}Input!) {{ {name}(input: $input) {{ cart {{ ...Whole }} {ERRORS} }} }}{CART}"


# What clients get is any JSON, hence Any.
async def change(shop: Shop, name: str, account: UUID | None = None, **given: Any) -> Any:
    """The payload of a mutation of carts."""
    answer = await shop.run(mutation(name), {"input": given}, account=account)
    assert answer.errors == []
    return answer.data[name]


async def add(shop: Shop, *lines: tuple[str, int], account: UUID | None = None, **given: Any) -> Any:
    """The cart with units of variants, which are named by their SKUs."""
    ids = await variant_ids(shop)
    wanted = [{"variant": ids[sku], "quantity": quantity} for sku, quantity in lines]
    payload = await change(shop, "addCartLines", account, lines=wanted, **given)
    assert payload["userErrors"] == []
    return payload["cart"]


async def see(shop: Shop, cart: str | None = None, account: UUID | None = None) -> Any:
    """The cart as its page shows it."""
    answer: Answer = await shop.run(CART_QUERY, {"id": cart}, account=account)
    assert answer.errors == []
    return answer.data["cart"]


async def variant_ids(shop: Shop) -> Mapping[str, str]:
    """Global ids of all variants by their SKUs."""
    async with shop.resources.database.read() as session:
        rows = await session.execute(sa.text("SELECT sku, id FROM variant"))
        return {row.sku: encode_global_id("Variant", row.id) for row in rows}


async def save_shopper(database: Database) -> UUID:
    """An account that signs in elsewhere."""
    key = new_id()
    async with database.unit() as unit:
        row = {"id": key, "issuer": "https://issuer.example", "subject": key.hex}
        await unit.session.execute(sa.insert(Account).values(row))
    return key


async def write(database: Database, statement: str, **values: object) -> None:
    """Change tables as nobody's command would, to set a scene."""
    async with database.unit() as unit:
        await unit.session.execute(sa.text(statement), values)


def amounts(totals: Mapping[str, Any]) -> Mapping[str, int]:
    """The parts of a cart's totals in minor units; what is null counts as nothing."""
    return {name: part["amountMinor"] if part else 0 for name, part in totals.items() if name != "taxes"}


def codes(line: Mapping[str, Any]) -> list[str]:
    """The codes of a line's problems."""
    return [problem["code"] for problem in line["problems"]]
