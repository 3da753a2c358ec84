"""Carts through real web processes and a real worker, while servers lose what they have and processes are killed."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from bench.processes import Server, running
from tests.architecture.source import ROOT
from tests.factories.carts import see, variant_ids, write
from tests.fixtures.processes import running_worker
from tests.fixtures.shop import Shop

SKU = "T-002S"
BEHIND_SECONDS = 5.0
ADD = """mutation($input: AddCartLinesInput!) { addCartLines(input: $input) {
  cart { id version units restoration { savedAt restoredAt } } userErrors { code } } }"""


@pytest.fixture
async def webs(own_shop: Shop, redis_url: str, tmp_path: Path) -> AsyncIterator[list[Server]]:
    """Two web processes and a worker on the shop's servers, with plenty of stock."""
    await write(own_shop.resources.database, "UPDATE inventory_level SET on_hand = 900")
    folder = tmp_path / "processes"
    folder.mkdir()
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    environment = own | {
        "DATABASE_URL": own_shop.database_url,
        "REDIS_URL": redis_url,
        "EMPORIUM_DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            running_worker(database_url=own_shop.database_url, redis_url=redis_url, folder=folder)
        )
        yield [
            await stack.enter_async_context(
                running("app:create_app", environment=environment, log=folder / f"{name}.log")
            )
            for name in ("a", "b")
        ]


class Guest:
    """A shopper who adds one unit after the other, at any web process that answers.

    `answered` is what the last answer said, `sure` and `when` how many units were there and since when, one entry for
    each answer; `tried` counts units that were sent, answered or not.
    """

    def __init__(self, http: httpx.AsyncClient, webs: Sequence[Server], variant: str) -> None:
        self.http, self.webs, self.variant = http, webs, variant
        self.cart: str | None = None
        self.tried = 0
        self.history: list[tuple[float, int]] = []
        self.restored: str | None = None
        self.lost = 0

    async def add(self) -> Any:  # the cart of the answer, any JSON
        given: dict[str, Any] = {"lines": [{"variant": self.variant, "quantity": 1}]}
        if self.cart is not None:
            given["cart"] = self.cart
        self.tried += 1
        web = self.webs[self.tried % len(self.webs)]
        response = await self.http.post(web.url("/graphql"), json={"query": ADD, "variables": {"input": given}})
        payload = response.json()["data"]["addCartLines"]
        assert payload["userErrors"] == []
        cart = payload["cart"]
        self.cart = cart["id"]
        if cart["restoration"] and cart["restoration"]["restoredAt"] != self.restored:
            self.restored = cart["restoration"]["restoredAt"]
            self.lost += self.history[-1][1] + 1 - cart["units"]
        self.history.append((time.monotonic(), cart["units"]))
        return cart

    def units_at(self, moment: float) -> int:
        """Units that an answer before `moment` has confirmed."""
        return max((units for when, units in self.history if when <= moment), default=0)


@pytest.fixture
async def guests(own_shop: Shop, webs: list[Server]) -> AsyncIterator[list[Guest]]:
    variant = (await variant_ids(own_shop))[SKU]
    async with httpx.AsyncClient(timeout=20) as http:
        yield [Guest(http, webs, variant) for _ in range(8)]


async def test_two_devices_at_one_cart_lose_no_unit(own_shop: Shop, guests: list[Guest]) -> None:
    first, second = guests[:2]
    await first.add()
    second.cart = first.cart

    async def add_50(guest: Guest) -> None:
        for _ in range(50):
            await guest.add()

    await asyncio.gather(add_50(first), add_50(second))

    assert (await see(own_shop, first.cart))["units"] == 101


async def test_redis_emptied_in_mid_use_costs_five_seconds_at_most_and_says_so(
    own_shop: Shop, guests: list[Guest], redis_url: str
) -> None:
    stop = asyncio.Event()

    async def shop(guest: Guest) -> None:
        while not stop.is_set():
            await guest.add()
            await asyncio.sleep(0.1)

    shopping = [asyncio.create_task(shop(guest)) for guest in guests]
    await asyncio.sleep(BEHIND_SECONDS + 4)
    emptied = time.monotonic()
    client = Redis.from_url(redis_url)
    await client.flushdb()
    await client.aclose()
    await asyncio.sleep(2)
    stop.set()
    await asyncio.gather(*shopping)

    for guest in guests:
        cart = await see(own_shop, guest.cart)
        before = guest.units_at(emptied)
        assert cart["restoration"] is not None
        assert 0 <= guest.lost <= before - guest.units_at(emptied - BEHIND_SECONDS)
        assert cart["units"] == guest.tried - guest.lost


async def test_a_web_process_killed_in_mid_use_loses_nothing_that_was_answered(
    own_shop: Shop, guests: list[Guest], webs: list[Server]
) -> None:
    unanswered = dict.fromkeys(guests, 0)

    async def shop(guest: Guest) -> None:
        await guest.add()
        for _ in range(40):
            try:
                await guest.add()
            except httpx.HTTPError:
                unanswered[guest] += 1
                guest.webs = webs[1:]

    shopping = [asyncio.create_task(shop(guest)) for guest in guests]
    await asyncio.sleep(0.5)
    webs[0].process.kill()
    await asyncio.gather(*shopping)

    assert sum(unanswered.values()) > 0
    for guest in guests:
        units = (await see(own_shop, guest.cart))["units"]
        assert guest.tried - unanswered[guest] <= units <= guest.tried
