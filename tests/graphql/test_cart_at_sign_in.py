"""The cart of a guest is there when its shopper has signed in."""

from datetime import timedelta

from bootstrap.carts import open_carts
from core.ids import encode_global_id, new_id
from services.cart import Carts
from tests.factories.accounts import PASSWORD
from tests.factories.carts import add, see
from tests.fixtures.broker import free_port
from tests.fixtures.shop import Shop
from tests.graphql.accounts import TOKENS, VIEWER, caller, done, mutation

FIRST, SECOND = "T-001S", "T-002S"
MERGE = "merge { cart { id units } report { status quantity } userErrors { code } }"
REGISTER = mutation("register", TOKENS, VIEWER, MERGE)
LOGIN = mutation("login", TOKENS, VIEWER, MERGE)


async def test_guest_who_registers_keeps_the_cart(own_shop: Shop) -> None:
    guest = await add(own_shop, (FIRST, 2))

    payload = await done(own_shop, REGISTER, email="ann@example.com", password=PASSWORD, cart=guest["id"])

    assert payload["merge"]["report"] == [{"status": "KEPT", "quantity": 2}]
    assert payload["merge"]["cart"]["units"] == 2
    assert await see(own_shop, guest["id"]) is None


async def test_customer_who_signs_in_gets_both_carts_once(own_shop: Shop) -> None:
    first = await add(own_shop, (FIRST, 1))
    await done(own_shop, REGISTER, email="ann@example.com", password=PASSWORD, cart=first["id"])
    second = await add(own_shop, (FIRST, 1), (SECOND, 1))
    given = {"email": "ann@example.com", "password": PASSWORD, "cart": second["id"]}

    once, again = await done(own_shop, LOGIN, **given), await done(own_shop, LOGIN, **given)

    assert [one["status"] for one in once["merge"]["report"]] == ["SUMMED", "KEPT"]
    assert again["merge"] == once["merge"]
    assert once["merge"]["cart"]["units"] == 3


async def test_sign_in_succeeds_whatever_comes_of_the_cart(own_shop: Shop) -> None:
    given = {"email": "ann@example.com", "password": PASSWORD}
    unknown = await done(own_shop, REGISTER, **given, cart=encode_global_id("Cart", new_id()))
    away = caller(own_shop)
    store = open_carts(f"redis://127.0.0.1:{free_port()}", kept=timedelta(days=30))
    away.carts = Carts(store, own_shop.resources.database, own_shop.resources.settings)

    waiting = await done(own_shop, LOGIN, away, **given, cart=encode_global_id("Cart", new_id()))
    await store.close()

    for payload, code in ((unknown, "CART_NOT_FOUND"), (waiting, "UNAVAILABLE")):
        assert payload["tokens"] is not None
        assert [one["code"] for one in payload["merge"]["userErrors"]] == [code]


async def test_who_fails_to_sign_in_takes_no_cart_along(own_shop: Shop) -> None:
    guest = await add(own_shop, (FIRST, 1))

    payload = await done(own_shop, LOGIN, email="nobody@example.com", password=PASSWORD, cart=guest["id"])

    assert payload["merge"] is None
    assert await see(own_shop, guest["id"]) == guest
