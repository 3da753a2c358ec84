"""Coupons of carts: a limited use is one cart's, and nothing is left half done."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from tests.factories.carts import add, change, mutation, save_shopper, see, write
from tests.fixtures.shop import Shop
from tests.graphql.accounts import slowed

FIRST = "T-001S"


async def save_coupon(
    shop: Shop, code: str, *, uses: int | None = None, ended: bool = False, per_customer: int | None = None
) -> None:
    """Ten percent off, as often as `uses` says."""
    database, promotion = shop.resources.database, new_id()
    await write(
        database,
        "INSERT INTO promotion (id, name, kind, basis_points, currency, needs_coupon, ends_at, most_uses_per_customer) "
        "VALUES (:id, :name, 'percentage', 1000, 'USD', true, "
        "CASE WHEN :ended THEN now() - interval '1 second' END, :per_customer)",
        id=promotion,
        name=code,
        ended=ended,
        per_customer=per_customer,
    )
    await write(
        database,
        "INSERT INTO coupon (id, promotion_id, code, code_key, most_uses) "
        "VALUES (:id, :promotion, :code, :code, :uses)",
        id=new_id(),
        promotion=promotion,
        code=code,
        uses=uses,
    )


async def holds(shop: Shop) -> int:
    async with shop.resources.database.read() as session:
        return int(await session.scalar(sa.text("SELECT count(*) FROM coupon_hold WHERE held_until > now()")) or 0)


async def applied(shop: Shop, cart: str, code: str, account: UUID | None = None) -> list[str]:
    """The codes of the refusal; none if the cart has the coupon now."""
    payload = await change(shop, "applyCoupon", account, cart=cart, code=code)
    return [one["code"] for one in payload["userErrors"]]


async def test_of_two_carts_at_once_one_gets_the_last_use(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    carts = [await add(own_shop, (FIRST, 1)) for _ in range(2)]

    refusals = await asyncio.gather(*(applied(own_shop, cart["id"], "once") for cart in carts))

    assert sorted(refusals) == [[], ["COUPON_USED_UP"]]
    seen = [await see(own_shop, cart["id"]) for cart in carts]
    assert sorted(len(one["discounts"]) for one in seen) == [0, 1]


async def test_two_taps_on_apply_keep_the_use(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    cart, other = [await add(own_shop, (FIRST, 1)) for _ in range(2)]
    tap = {"cart": cart["id"], "version": cart["version"], "code": "once"}

    await asyncio.gather(*(change(own_shop, "applyCoupon", None, **tap) for _ in range(4)))

    assert await holds(own_shop) == 1
    assert await applied(own_shop, other["id"], "once") == ["COUPON_USED_UP"]


async def test_removed_coupon_is_free_for_others(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    first, second = [await add(own_shop, (FIRST, 1)) for _ in range(2)]
    await applied(own_shop, first["id"], "once")

    await change(own_shop, "removeCoupon", cart=first["id"], code="ONCE")

    assert await applied(own_shop, second["id"], "once") == []


async def test_use_that_another_cart_got_after_the_hold_lapsed_is_said(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    first, second = [await add(own_shop, (FIRST, 1)) for _ in range(2)]
    await applied(own_shop, first["id"], "once")
    await write(own_shop.resources.database, "UPDATE coupon_hold SET held_until = now() - interval '1 second'")
    await applied(own_shop, second["id"], "once")

    cart = await see(own_shop, first["id"])

    assert [(one["code"], one["refusal"]["reason"]) for one in cart["coupons"]] == [("once", "USED_UP")]
    assert cart["discounts"] == []


@pytest.mark.parametrize(
    ("given", "code"), [({"ended": True}, "COUPON_EXPIRED"), ({"per_customer": 1}, "COUPON_NEEDS_SIGN_IN")]
)
async def test_refusals_say_why(own_shop: Shop, given: dict[str, bool | int], code: str) -> None:
    await save_coupon(own_shop, "spring", **given)  # type: ignore[arg-type]  # each key with a value of its type
    cart = await add(own_shop, (FIRST, 1))

    assert await applied(own_shop, cart["id"], "spring") == [code]
    assert await see(own_shop, cart["id"]) == cart


async def test_stale_cart_keeps_no_use(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    cart = await add(own_shop, (FIRST, 1))
    await add(own_shop, (FIRST, 1), cart=cart["id"])

    payload = await change(own_shop, "applyCoupon", cart=cart["id"], version=cart["version"], code="once")

    assert [one["code"] for one in payload["userErrors"]] == ["STALE_CART"]
    assert await holds(own_shop) == 0


async def test_cart_that_is_not_there_keeps_no_use(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)
    cart = await add(own_shop, (FIRST, 1), account=await save_shopper(own_shop.resources.database))

    assert await applied(own_shop, cart["id"], "once") == ["CART_NOT_FOUND"]
    assert await holds(own_shop) == 0


async def test_cart_has_so_many_coupons_and_no_more(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    for number in range(6):
        await save_coupon(own_shop, f"code{number}")

    refusals = [await applied(own_shop, cart["id"], f"code{number}") for number in range(6)]

    assert refusals == [[]] * 5 + [["TOO_MANY_COUPONS"]]
    assert await applied(own_shop, cart["id"], "CODE-0") == []
    assert await holds(own_shop) == 5


async def test_cart_with_nothing_to_buy_keeps_no_use(own_shop: Shop) -> None:
    await save_coupon(own_shop, "once", uses=1)

    payload = await change(own_shop, "applyCoupon", code="once")

    assert [one["code"] for one in payload["userErrors"]] == ["COUPON_NOT_APPLICABLE"]
    assert await holds(own_shop) == 0


async def test_guessing_codes_is_slowed_and_good_codes_are_not(own_shop: Shop) -> None:
    await save_coupon(own_shop, "spring")
    cart = await add(own_shop, (FIRST, 1))

    async def tried(code: str) -> list[str]:
        given = {"input": {"cart": cart["id"], "code": code}}
        answer = await own_shop.run(mutation("applyCoupon"), given, context=slowed(own_shop))
        return [one["code"] for one in answer.data["applyCoupon"]["userErrors"]]

    good = [await tried("spring") for _ in range(35)]
    bad = [await tried(f"guess{number}") for number in range(31)]

    assert good == [[]] * 35
    assert bad == [["COUPON_UNKNOWN"]] * 30 + [["TOO_MANY_ATTEMPTS"]]
