"""The last ten units, wanted by 64 clients at once, through two web processes with a pool of 8 connections each.

Units are won by `createCheckout`, which holds them: so that is what all clients ask for at once. The ten who hold some
then pay at once, too; that there are ten orders, and no unit is left or sold twice, shows that a hold is worth a sale.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from bench.processes import Server, running
from core.ids import encode_global_id
from services import delivery
from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.factories.delivery import save_places
from tests.factories.stock import Units, broken_rules, save_stock, units_of

CLIENTS, UNITS, POOL = 64, 10, 8
LONGEST_SECONDS = 60
ERRORS = "userErrors { code message path }"
CHECKOUT = f"checkout {{ id status groups {{ id options {{ code }} }} order {{ number }} }} {ERRORS}"
ADDRESS = {
    "recipient": "Ann Lee",
    "line1": "1 Main Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
}


class Site(NamedTuple):
    """Two web processes on a store with one variant."""

    database: Database
    webs: Sequence[Server]
    variant: str
    folder: Path

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


@pytest.fixture
async def site(database: Database, database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    (variant,), _ = await save_stock(database, {"EAST": UNITS // 2, "WEST": UNITS - UNITS // 2})
    async with database.unit() as unit:
        await save_places(unit)
        await delivery.recompute(unit)
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    environment = own | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMPORIUM_DATA_DIR": str(tmp_path / "data"),
        "EMPORIUM_DATABASE__POOL_SIZE": str(POOL),
        "EMPORIUM_PAYMENTS__PROVIDER": "stub",
        "PYTHONPATH": str(ROOT),
    }
    async with AsyncExitStack() as stack:
        webs = [
            await stack.enter_async_context(
                running("app:create_app", environment=environment, log=tmp_path / f"web-{name}.log")
            )
            for name in ("a", "b")
        ]
        yield Site(database, webs, encode_global_id("Variant", variant), tmp_path)


class Buyer:
    """One client with a cart of one unit. `codes` has all that it was refused with."""

    def __init__(self, http: httpx.AsyncClient, web: Server, variant: str) -> None:
        self._http, self._url, self._variant = http, web.url("/graphql"), variant
        self.codes: list[str] = []

    # Payloads are any JSON, hence Any.
    async def fill_cart(self) -> str:
        payload = await self._mutate(
            "addCartLines", f"cart {{ id }} {ERRORS}", lines=[{"variant": self._variant, "quantity": 1}]
        )
        return str(payload["cart"]["id"])

    async def begin(self, cart: str) -> Any:
        """A checkout that can be completed; None if there is no unit left."""
        begun = await self._change("createCheckout", cart=cart, email="ann@example.com", idempotencyKey=uuid4().hex)
        if begun is None:
            return None
        begun = await self._change("updateCheckout", checkout=begun["id"], shippingAddress=ADDRESS)
        chosen = [{"group": one["id"], "option": one["options"][0]["code"]} for one in begun["groups"]]
        return await self._change("updateCheckout", checkout=begun["id"], delivery=chosen)

    async def complete(self, checkout: Any) -> Any:
        tenders = [{"method": "CARD", "card": "pm_card_visa"}]
        return await self._change(
            "completeCheckout", checkout=checkout["id"], tenders=tenders, idempotencyKey=uuid4().hex
        )

    async def _change(self, name: str, **given: Any) -> Any:
        payload = await self._mutate(name, CHECKOUT, **given)
        self.codes += [error["code"] for error in payload["userErrors"]]
        return payload["checkout"]

    async def _mutate(self, name: str, selection: str, **given: Any) -> Any:
        document = f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {selection} }} }}"
        answer = (await self._http.post(self._url, json={"query": document, "variables": {"input": given}})).json()
        assert "errors" not in answer, answer
        return answer["data"][name]


async def test_of_64_clients_who_want_the_last_ten_units_ten_get_them_and_54_are_told(site: Site) -> None:
    barrier = asyncio.Barrier(CLIENTS)

    async def buy(number: int) -> Buyer:
        buyer = Buyer(http, site.webs[number % len(site.webs)], site.variant)
        cart = await buyer.fill_cart()
        await barrier.wait()
        checkout = await buyer.begin(cart)
        # Nobody completes before everybody has tried to begin.
        await barrier.wait()
        if checkout is not None:
            await buyer.complete(checkout)
        return buyer

    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(timeout=30, limits=limits) as http, asyncio.timeout(LONGEST_SECONDS):
        buyers = await asyncio.gather(*map(buy, range(CLIENTS)))

    assert Counter(tuple(buyer.codes) for buyer in buyers) == {(): UNITS, ("OUT_OF_STOCK",): CLIENTS - UNITS}
    assert await _are_placed(site.database, UNITS)
    assert set((await units_of(site.database, await _variant(site.database))).values()) == {Units(0, 0)}
    assert await broken_rules(site.database) == []
    assert "deadlock" not in site.logs()


async def _are_placed(database: Database, count: int) -> bool:
    """Whether there are so many orders, and all of them are placed, each for one unit."""
    statement = """
        SELECT count(*), count(*) FILTER (WHERE o.status = 'placed'), sum(l.quantity)
        FROM orders o JOIN order_line l ON l.order_id = o.id
    """
    async with database.read() as session:
        return tuple((await session.execute(sa.text(statement))).one()) == (count, count, count)


async def _variant(database: Database) -> Any:
    async with database.read() as session:
        return (await session.execute(sa.text("SELECT id FROM variant"))).scalar_one()
