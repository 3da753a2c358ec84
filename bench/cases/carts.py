"""Carts of 50 lines: looking at one with its price, and adding a unit, each beside what its round trips alone cost.

The bare ways send the same commands to Valkey and the same statements to Postgres, and compute nothing. All run in one
process on the same pool, and take turns. Servers are embedded ones of the benchmark's own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa

from bench.dataset import Say
from bench.store import empty_store, fill
from bootstrap.carts import open_carts
from core.profile import profiling
from services.cart import Cart, Carts, NewLine, Shopper, Use, Wish, add_lines, send_to
from services.cart.changing import wishes_of
from services.cart.facts import find_facts
from services.cart.reading import find_moment

SHOPPERS = 16
LINES = 50
_PLENTY = 10**9


class CartPace(NamedTuple):
    """How often a second one way was done, the median of all rounds, and the round trips of one time."""

    name: str
    per_second: float
    rounds: list[float]
    round_trips: int


Way = Callable[[Cart], Awaitable[object]]


async def measure_carts(folder: Path, say: Say, *, seconds: float, rounds: int) -> list[CartPace]:
    """Pairs of a bare way and the real one behind it, each in windows of `seconds` that take turns."""
    async with empty_store(folder) as (settings, database):
        assert settings.redis_url is not None
        store = open_carts(settings.redis_url.get_secret_value(), kept=timedelta(days=1))
        # A line may grow for as long as the benchmark runs.
        limits = settings.cart.model_copy(update={"most_units_per_line": _PLENTY})
        carts = Carts(store, database, settings.model_copy(update={"cart": limits}))
        try:
            filled = await _fill(carts)
            ways = _ways(carts, filled[0])
            trips = {name: await _round_trips(way, filled[0]) for name, way in ways.items()}
            found: dict[str, list[float]] = {name: [] for name in ways}
            for turn in range(rounds + 1):
                for name, way in ways.items():
                    pace = await _load(way, filled, seconds if turn else min(seconds, 1.0))
                    if turn:  # the first turn warms up
                        found[name].append(pace)
                        say(f"{name}: {pace:,.0f} a second")
        finally:
            await store.close()
    return [CartPace(name, median(values), values, trips[name]) for name, values in found.items()]


def _ways(carts: Carts, like: Cart) -> dict[str, Way]:
    """What a shopper does with a cart, once."""
    currency, wishes = carts.settings.catalog.currency, wishes_of(like)
    wish = Wish(like.lines[0].variant_id, like.lines[0].offer_id)

    async def look_bare(cart: Cart) -> None:
        await carts.store.find([cart.id])
        async with carts.database.read() as session:
            await find_moment(session, cart, currency=currency)

    async def look(cart: Cart) -> None:
        found = await carts.find(cart.id, Shopper())
        assert found is not None
        await carts.price(found)

    async def add_bare(cart: Cart) -> None:
        found = await carts.store.find([cart.id])
        async with carts.database.read() as session:
            await find_facts(session, wishes, currency=currency)
        await carts.store.change(cart.id, expected=found[cart.id].version, put={"bare": "1"}, remove=())

    async def add(cart: Cart) -> None:
        added = await add_lines(carts, Use(Shopper(), cart.id), [NewLine(wish, 1)])
        assert len(added.lines) == LINES

    return {"look, bare": look_bare, "look": look, "add a unit, bare": add_bare, "add a unit": add}


async def _fill(carts: Carts) -> list[Cart]:
    """A cart for each shopper, with a destination."""
    await fill(carts.database, {f"sku-{number}": _PLENTY for number in range(LINES)})
    async with carts.database.read() as session:
        variants = (await session.scalars(sa.text("SELECT id FROM variant"))).all()
    filled = []
    for _ in range(SHOPPERS):
        cart = await add_lines(carts, Use(Shopper()), [NewLine(Wish(variant), 1) for variant in variants])
        filled.append(await send_to(carts, Use(Shopper(), cart.id), country="US", postal_code="10001"))
    return filled


async def _round_trips(way: Way, cart: Cart) -> int:
    with profiling() as profile:
        await way(cart)
    return profile.round_trips


async def _load(way: Way, carts: list[Cart], seconds: float) -> float:
    """How often a second shoppers that never pause did it, each with a cart of its own."""
    begun = time.perf_counter()

    async def shop(cart: Cart) -> int:
        done = 0
        while time.perf_counter() - begun < seconds:
            await way(cart)
            done += 1
        return done

    counts = await asyncio.gather(*map(shop, carts))
    return sum(counts) / (time.perf_counter() - begun)
