"""Shoppers with apps that do what apps do: fill a cart, check out, pay, agree with the bank, try again, cancel."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.faults.asking import BadAnswer, Client, GaveUp
from tests.faults.bank import Bank
from tests.faults.plans import Card, Pays, ShopperPlan

GIFT_MINOR = 700
CREDIT_MINOR = 500
ERRORS = "userErrors { code message path }"
CHECKOUT = """id status version failureCode order { id number accessKey }
  groups { id options { code } }
  payments { method status clientSecret failureCode }"""
QUERY = f"query($id: ID!) {{ checkout(id: $id) {{ {CHECKOUT} }} }}"
ADDRESS = {
    "recipient": "Ann Lee",
    "line1": "1 Main Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
}
# How long a shopper looks at a payment that goes on, before the app is closed.
_LOOKS_SECONDS = 6.0


@dataclass(slots=True)
class Purse:
    """What a shopper may pay with beside cards, and who it is."""

    gift_card: str
    coupon: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """All that a shopper was told: the checkout, the orders of all answers, each status, each code of a refusal."""

    plan: ShopperPlan
    checkout: str | None = None
    orders: set[str] = field(default_factory=set)
    statuses: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cancelled: bool = False
    gave_up: str | None = None


class Shopper:
    """One who follows a plan."""

    def __init__(self, client: Client, bank: Bank, variants: Sequence[str], purse: Purse, plan: ShopperPlan) -> None:
        self._client, self._bank, self._variants, self._purse = client, bank, variants, purse
        self.plan = plan
        self.told = Told(plan)
        # Any JSON, hence Any.
        self._checkout: Any = None

    async def shop(self) -> Told:
        """Do it all; whatever is refused ends it."""
        await asyncio.sleep(self.plan.starts_ms / 1000)
        self._client.headers = self._purse.headers
        try:
            if await self._begin() and not self.plan.leaves:
                await self._pay()
                await self._follow(self.plan.card)
                if self._status in ("FAILED", "ACTION_REQUIRED") and self.plan.retries:
                    await self._retry()
                if self._status == "SUCCEEDED" and self.plan.cancels:
                    await self._cancel()
        except (GaveUp, BadAnswer) as error:
            self.told.gave_up = f"{type(error).__name__}: {error}"
        return self.told

    @property
    def _status(self) -> str | None:
        return None if self._checkout is None else str(self._checkout["status"])

    async def _begin(self) -> bool:
        """Fill a cart and make a checkout of it that can be completed; whether there is one."""
        lines = [{"variant": self._variants[shelf], "quantity": units} for shelf, units in self.plan.wanted]
        added = await self._client.mutate("addCartLines", f"cart {{ id }} {ERRORS}", lines=lines)
        if added["cart"] is None:
            self._note(added)
            return False
        cart = added["cart"]["id"]
        if self.plan.has_coupon:
            await self._client.mutate("applyCoupon", f"cart {{ id }} {ERRORS}", cart=cart, code=self._purse.coupon)
        begun = await self._change("createCheckout", cart=cart, email="ann@example.com", idempotencyKey=_key())
        if begun is None:
            return False
        chosen = await self._address()
        if chosen is None:
            return False
        if self.plan.extends:
            await self._change("extendHold", checkout=self.told.checkout, idempotencyKey=_key())
        return True

    async def _address(self) -> Any:  # any JSON
        """Say where it goes to, and then how: options depend on where."""
        if await self._change("updateCheckout", checkout=self.told.checkout, shippingAddress=ADDRESS) is None:
            return None
        chosen = [
            {"group": group["id"], "option": group["options"][0]["code"]}
            for group in self._checkout["groups"]
            if group["options"]
        ]
        return await self._change("updateCheckout", checkout=self.told.checkout, delivery=chosen)

    async def _pay(self) -> None:
        """Complete, with clicks on one device and perhaps another device at the same time."""
        tenders = await self._tenders(self.plan.card)
        keys = [[_key()] * self.plan.clicks, *([_key()] for _ in range(self.plan.devices))]
        given = {"checkout": self.told.checkout, "tenders": tenders}
        calls = [self._change("completeCheckout", **given, idempotencyKey=key) for same in keys for key in same]
        # All are waited for, also where one fails.
        for answer in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer
        await self._look()

    async def _retry(self) -> None:
        tenders = await self._tenders(Card.GOOD)
        await self._change("retryPayment", checkout=self.told.checkout, tenders=tenders, idempotencyKey=_key())
        await self._look()
        await self._follow(Card.GOOD)

    async def _tenders(self, card: Card) -> Sequence[Mapping[str, Any]]:  # parts of an input, any JSON
        pays = self.plan.pays
        tenders: list[dict[str, Any]] = []
        if pays is Pays.CASH:
            return [{"method": "CASH_ON_DELIVERY"}]
        if pays in (Pays.GIFT_CARD, Pays.GIFT_CARD_AND_CARD):
            tenders.append({"method": "GIFT_CARD", "giftCardCode": self._purse.gift_card})
        if pays in (Pays.CREDIT, Pays.CREDIT_AND_CARD):
            tenders.append({"method": "STORE_CREDIT"})
        if self.plan.with_card:
            if tenders:
                tenders[0]["amountMinor"] = GIFT_MINOR if pays is Pays.GIFT_CARD_AND_CARD else CREDIT_MINOR
            tenders.append({"method": "CARD", "card": await self._bank.card(card)})
        return tenders

    async def _follow(self, card: Card) -> None:
        """Look at the checkout until it is decided; do what the bank asks for, once."""
        answered = False
        deadline = time.monotonic() + _LOOKS_SECONDS
        while self._status in ("PROCESSING", "ACTION_REQUIRED") and time.monotonic() < deadline:
            if self._status == "ACTION_REQUIRED" and not answered:
                if card is Card.SECURE_LEFT:
                    return
                answered = True
                for payment in self._checkout["payments"]:
                    if payment["status"] == "ACTION_REQUIRED" and payment["clientSecret"]:
                        agrees = card is not Card.SECURE_DENIED
                        await self._bank.authenticate(payment["clientSecret"], agrees=agrees)
            await asyncio.sleep(0.3)
            await self._look()

    async def _cancel(self) -> None:
        (order,) = self.told.orders
        selection = f"order {{ id status }} {ERRORS}"
        given = {"order": order, "accessKey": self._checkout["order"]["accessKey"], "idempotencyKey": _key()}
        payload = await self._client.mutate("cancelOrder", selection, **given)
        self._note(payload)
        self.told.cancelled = payload["order"] is not None

    async def _change(self, name: str, **given: Any) -> Any:  # any JSON
        """The checkout after a mutation; None if it was refused."""
        payload = await self._client.mutate(name, f"checkout {{ {CHECKOUT} }} {ERRORS}", **given)
        self._note(payload)
        if payload["checkout"] is not None:
            self._see(payload["checkout"])
        return payload["checkout"]

    async def _look(self) -> None:
        found = (await self._client.ask(QUERY, {"id": self.told.checkout}))["checkout"]
        if found is not None:
            self._see(found)

    def _see(self, checkout: Any) -> None:  # any JSON
        self._checkout = checkout
        self.told.checkout = checkout["id"]
        self.told.statuses.append(checkout["status"])
        if checkout["order"] is not None:
            self.told.orders.add(checkout["order"]["id"])

    def _note(self, payload: Any) -> None:  # any JSON
        self.told.codes += [error["code"] for error in payload["userErrors"]]


def _key() -> str:
    return uuid4().hex
