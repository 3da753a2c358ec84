"""Orders that are paid by several means: all of them, or none."""

from uuid import UUID, uuid4

import pytest

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from models.payments import PaymentMethod
from services.checkout import TenderDraft
from services.payments.balances import GRANT, give_store_credit
from tests.factories.carts import save_shopper
from tests.factories.checkouts import (
    ASKING,
    CREDIT,
    DECLINED,
    Buyer,
    assert_whole,
    by_card,
    by_gift_card,
    gift_card,
    order_statuses,
    pass_time,
    rows,
)
from tests.fixtures.shop import Shop


async def test_a_gift_card_pays_a_part_and_a_card_the_rest(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    code = await gift_card(own_shop, 500)

    paid = await buyer.pay(made.id, by_gift_card(code, 500), by_card())

    assert paid.status is CheckoutStatus.SUCCEEDED
    (intent,) = buyer.provider._intents.values()
    assert intent.received.amount_minor == made.total_minor - 500
    assert await balance(own_shop) == 0
    await assert_whole(own_shop, buyer.provider)


async def test_a_refused_card_gives_the_gift_card_its_money_back_to_be_used_again(
    own_shop: Shop,
) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    code = await gift_card(own_shop, 500)

    failed = await buyer.pay(made.id, by_gift_card(code, 500), by_card(DECLINED))
    between = await balance(own_shop)
    paid = await buyer.retry(made.id, by_gift_card(code, 500), by_card())

    assert (failed.status, between) == (CheckoutStatus.FAILED, 500)
    assert paid.status is CheckoutStatus.SUCCEEDED
    assert await balance(own_shop) == 0
    assert await order_statuses(own_shop) == ["placed"]
    await assert_whole(own_shop, buyer.provider)


async def test_store_credit_that_is_short_by_a_cent_pays_nothing(own_shop: Shop) -> None:
    buyer = await customer(own_shop)
    made = await buyer.prepare()
    await grant(own_shop, buyer, made.total_minor - 1)

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id, CREDIT)

    (problem,) = refusal.value.problems
    assert (problem.code, getattr(problem, "missing_minor", None)) == ("STORE_CREDIT_TOO_LOW", 1)
    assert (await buyer.see(made.id)).status is CheckoutStatus.OPEN
    assert await order_statuses(own_shop) == []
    assert await credit(own_shop) == made.total_minor - 1


async def test_store_credit_that_suffices_places_the_order_at_once(own_shop: Shop) -> None:
    buyer = await customer(own_shop)
    made = await buyer.prepare()
    await grant(own_shop, buyer, made.total_minor)

    paid = await buyer.pay(made.id, CREDIT)

    assert paid.status is CheckoutStatus.SUCCEEDED
    assert await credit(own_shop) == 0
    assert buyer.provider._intents == {}


async def test_credit_comes_back_when_nobody_finishes_with_the_bank(own_shop: Shop) -> None:
    buyer = await customer(own_shop)
    made = await buyer.prepare()
    await grant(own_shop, buyer, 700)

    await buyer.pay(made.id, TenderDraft(PaymentMethod.STORE_CREDIT, 700), by_card(ASKING))
    between = await credit(own_shop)
    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert (between, await credit(own_shop)) == (0, 700)
    assert await order_statuses(own_shop) == ["expired"]


async def customer(shop: Shop) -> Buyer:
    return Buyer(shop, account_id=await save_shopper(shop.resources.database))


async def grant(shop: Shop, buyer: Buyer, amount_minor: int) -> None:
    account_id = buyer.account_id
    assert isinstance(account_id, UUID), "the buyer is a customer"
    async with shop.resources.database.unit() as unit:
        await give_store_credit(
            unit, account_id, amount_minor=amount_minor, currency="USD", cause=GRANT, reference_id=uuid4()
        )


async def balance(shop: Shop) -> int:
    (row,) = await rows(shop, "SELECT balance_minor FROM gift_card")
    return int(row.balance_minor)


async def credit(shop: Shop) -> int:
    (row,) = await rows(shop, "SELECT balance_minor FROM store_credit")
    return int(row.balance_minor)
