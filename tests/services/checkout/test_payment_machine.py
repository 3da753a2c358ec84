"""Any sequence of buying, paying, refusals, 3-D Secure, retries, cancellations, webhooks and time leaves money, units
and orders in agreement once workers have come to rest: two shoppers at one shelf, whose calls may be repeated."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adapters.payments.stub import GOES_ON, NO_ANSWER, UNREACHABLE, StubPayments
from core.problems import Rejected, Unavailable
from ports.payments import IntentStatus
from services import checkout
from services.checkout import Addresses, Cancellation, CheckoutRecord, GivenAddress, Payment, TenderDraft
from services.checkout.till import Till
from services.idempotency import Attempt
from services.orders import Who
from services.payments import hear
from tests.factories.checkouts import (
    ASKING,
    CASH,
    DECLINED,
    NEW_YORK,
    VISA,
    Buyer,
    assert_whole,
    by_card,
    by_gift_card,
    gift_card,
    once,
    pass_time,
    rows,
    write,
)
from tests.faults.audit import RULES
from tests.fixtures.shop import Shop

T = TypeVar("T")
_SKU, _UNITS, _GIFT_MINOR = "T-001S", 4, 700
# Ways to pay, by which a part may come from the gift card that both shoppers share.
CARDS = (VISA, DECLINED, ASKING, GOES_ON, NO_ANSWER, UNREACHABLE)
shoppers = st.integers(0, 1)
ways = st.sampled_from((*CARDS, "cash"))


class Counter(RuleBasedStateMachine):
    """Two shoppers, what each has in hand, and the provider that charges them."""

    loop: asyncio.AbstractEventLoop
    shop: Shop

    def run(self, step: Coroutine[Any, Any, T]) -> T:  # what it yields and is sent is of no use here
        return asyncio.run_coroutine_threadsafe(step, self.loop).result()

    @initialize()
    def open(self) -> None:
        self.provider = StubPayments(webhook_secret="whsec_test")
        self.buyers = [Buyer(self.shop, provider=self.provider) for _ in range(2)]
        self.made: list[CheckoutRecord | None] = [None, None]
        self.last: list[tuple[Payment, Attempt] | None] = [None, None]
        self.events = 0
        self.run(_restock(self.shop))
        self.gift = self.run(gift_card(self.shop, _GIFT_MINOR))

    @rule(who=shoppers, units=st.integers(1, 3))
    def begin(self, who: int, units: int) -> None:
        made = self.run(_attempt(_begin(self.buyers[who], units)))
        self.made[who] = made or self.made[who]

    @rule(who=shoppers, way=ways, shares=st.booleans(), again=st.booleans())
    def pay(self, who: int, way: str, shares: bool, again: bool) -> None:
        made = self.made[who]
        if made is not None:
            wanted, attempt = Payment(made.id, self._tenders(way, shares)), once("complete")
            self.last[who] = wanted, attempt
            pay = checkout.retry if again else checkout.complete
            self.run(_attempt(pay(self._till(who), self.buyers[who].shopper, wanted, attempt=attempt)))

    @rule(who=shoppers)
    def send_again(self, who: int) -> None:
        if (last := self.last[who]) is not None:
            buyer, (wanted, attempt) = self.buyers[who], last
            both = (checkout.complete(self._till(who), buyer.shopper, wanted, attempt=attempt) for _ in range(2))
            self.run(_together(*map(_attempt, both)))

    @rule(pick=st.integers(0, 5), agrees=st.booleans())
    def show(self, pick: int, agrees: bool) -> None:
        if reference := self._pick(pick, IntentStatus.ACTION_REQUIRED):
            self.provider.authenticate(reference, agrees=agrees)

    @rule(pick=st.integers(0, 5), succeeds=st.booleans())
    def end_what_goes_on(self, pick: int, succeeds: bool) -> None:
        if reference := self._pick(pick, IntentStatus.PROCESSING):
            status = IntentStatus.SUCCEEDED if succeeds else IntentStatus.CANCELLED
            self.provider.finish(reference, status=status)

    @rule(pick=st.integers(0, 5))
    def tell(self, pick: int) -> None:
        if self.provider._intents:
            reference = list(self.provider._intents)[pick % len(self.provider._intents)]
            self.events += 1
            body, headers = self.provider.tell(reference, event_id=f"evt_{self.events}", type="payment_intent.told")
            self.run(hear(self.shop.resources.database, self.provider, body, headers))

    @rule(who=shoppers, by=st.sampled_from([Who.OWNER, Who.OPERATOR]))
    def cancel(self, who: int, by: Who) -> None:
        made = self.made[who]
        found = None if made is None else self.run(self.buyers[who].see(made.id))
        if found is not None and found.order_id is not None:
            wanted = Cancellation(found.order_id, by)
            self.run(_attempt(checkout.cancel_order(self._till(who), wanted, attempt=once("cancel"))))

    @rule(minutes=st.sampled_from([1, 16]))
    def wait(self, minutes: int) -> None:
        self.run(pass_time(self.shop, minutes=minutes))

    @rule()
    def work(self) -> None:
        self.run(_attempt(checkout.settle_due(self._till(0))))

    @invariant()
    def no_more_goes_back_than_was_taken(self) -> None:
        if hasattr(self, "provider"):
            assert all(
                one.refunded.amount_minor <= one.received.amount_minor for one in self.provider._intents.values()
            )

    def teardown(self) -> None:
        """Everything comes to an end, of itself or because its time is over; then all has to add up."""
        if not hasattr(self, "provider"):
            return
        for reference, intent in list(self.provider._intents.items()):
            if intent.status is IntentStatus.PROCESSING:
                self.provider.finish(reference, status=IntentStatus.SUCCEEDED)
        self.run(_come_to_rest(self.shop, self._till(0)))
        broken = {name: found for name, rule in RULES.items() if (found := self.run(rows(self.shop, rule)))}
        assert broken == {}
        self.run(assert_whole(self.shop, self.provider))

    def _tenders(self, way: str, shares: bool) -> tuple[TenderDraft, ...]:
        rest = CASH if way == "cash" else by_card(way)
        return (by_gift_card(self.gift, _GIFT_MINOR // 2), rest) if shares else (rest,)

    def _till(self, who: int) -> Till:
        return self.buyers[who].till

    def _pick(self, pick: int, status: IntentStatus) -> str | None:
        found = [reference for reference, one in self.provider._intents.items() if one.status is status]
        return found[pick % len(found)] if found else None


async def _begin(buyer: Buyer, units: int) -> CheckoutRecord:
    if buyer.cart_id is None or not await buyer.cart_lines():
        await buyer.fill((_SKU, units))
    return await buyer.create(addresses=Addresses(GivenAddress(NEW_YORK)))


async def _attempt(step: Coroutine[Any, Any, T]) -> T | None:  # as in `Counter.run`
    """What comes of it; None if it was refused, or could not be done now."""
    try:
        return await step
    except (Rejected, Unavailable):
        return None


async def _together(*steps: Coroutine[Any, Any, object]) -> None:
    await asyncio.gather(*steps)


async def _come_to_rest(shop: Shop, till: Till) -> None:
    """Let time pass until workers have nothing left to do. Attempts whose calls nobody has answered take longest."""
    for _ in range(12):
        await pass_time(shop, minutes=16)
        while await checkout.settle_due(till):
            pass
        (left,) = await rows(shop, _LEFT)
        if not left.count:
            return
    pytest.fail("something is due for ever")


async def _restock(shop: Shop) -> None:
    await write(shop, _RESTOCK_LEDGER, sku=_SKU, units=_UNITS)
    await write(shop, _RESTOCK, sku=_SKU, units=_UNITS)


_LEFT = """
    SELECT (SELECT count(*) FROM checkout WHERE check_at IS NOT NULL OR status NOT IN ('succeeded', 'expired'))
        + (SELECT count(*) FROM payment_attempt WHERE check_at IS NOT NULL)
        + (SELECT count(*) FROM refund WHERE status = 'pending')
        + (SELECT count(*) FROM provider_event WHERE handled_at IS NULL) AS count
"""
_OF_SKU = "FROM inventory_level l JOIN variant v ON v.id = l.variant_id WHERE v.sku = :sku AND l.on_hand <> :units"
_RESTOCK_LEDGER = f"""
    INSERT INTO inventory_ledger_entry (variant_id, warehouse_id, on_hand_change, reserved_change, reason)
    SELECT l.variant_id, l.warehouse_id, CAST(:units AS int) - l.on_hand, 0, 'set' {_OF_SKU}
"""
_RESTOCK = """
    UPDATE inventory_level l SET on_hand = :units FROM variant v
    WHERE v.id = l.variant_id AND v.sku = :sku
"""


async def test_whatever_happens_money_units_and_orders_agree(own_shop: Shop) -> None:
    await write(own_shop, "TRUNCATE orders, order_line, order_event, order_number, fulfillment, fulfillment_line")
    Counter.loop, Counter.shop = asyncio.get_running_loop(), own_shop
    few = settings(
        max_examples=15, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )

    await asyncio.to_thread(run_state_machine_as_test, Counter, settings=few)
