"""Everything that a process needs from outside, opened from settings and closed together.

Parts without an address run embedded: they are started, or attached to where another process has started them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import SecretStr

from bootstrap.broker import open_broker
from bootstrap.cache import open_cache
from bootstrap.carts import open_carts
from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from bootstrap.live import open_live
from bootstrap.mail import open_mailer
from bootstrap.payments import open_payments
from bootstrap.search import open_search_index
from bootstrap.throttle import open_throttle
from core.production import EMBEDDED_PAYMENT_KEY
from core.settings import Settings
from ports.broker import Broker
from ports.cache import Cache
from ports.carts import CartStore
from ports.live import Live
from ports.mail import Mailer
from ports.payments import PaymentProvider
from ports.search import SearchIndex
from ports.throttle import Meter
from services.unit_of_work import Database


class RefusedSettings(Exception):
    """The settings must not serve production; the message gives the reasons, one a line."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The open connections of one process. `settings` has the addresses of embedded parts filled in."""

    settings: Settings
    database: Database
    cache: Cache
    index: SearchIndex
    broker: Broker
    live: Live
    mailer: Mailer
    carts: CartStore
    throttle: Meter
    payments: PaymentProvider


def refuse_unsafe(settings: Settings) -> None:
    """Raise `RefusedSettings` if the mode is production and the settings are not fit for it."""
    if reasons := settings.refusals():
        raise RefusedSettings("\n".join(reasons))


def missing_parts(settings: Settings) -> list[Literal["postgres", "valkey", "payments"]]:
    """The servers that no address is set for."""
    names: list[Literal["postgres", "valkey", "payments"]] = []
    if settings.database_url is None:
        names.append("postgres")
    if settings.redis_url is None:
        names.append("valkey")
    if settings.stripe_api_key is None and settings.payments.provider == "stripe":
        names.append("payments")
    return names


@asynccontextmanager
async def open_addresses(settings: Settings, *, stop: Literal["last", "always"] = "last") -> AsyncIterator[Settings]:
    """The settings with an address for each server; embedded ones run for as long as the block does."""
    names = missing_parts(settings)
    if not names:
        yield settings
        return
    servers = EmbeddedServers(settings.data_dir)
    addresses = await asyncio.to_thread(servers.open, names)
    filled = {"database_url": addresses.postgres, "redis_url": addresses.valkey}
    found: dict[str, object] = {key: SecretStr(url) for key, url in filled.items() if url is not None}
    if addresses.payments is not None:
        found |= {"stripe_api_key": SecretStr(EMBEDDED_PAYMENT_KEY), "stripe_api_url": addresses.payments}
    try:
        yield settings.model_copy(update=found)
    finally:
        await asyncio.shield(asyncio.to_thread(servers.close, stop=stop))


@asynccontextmanager
async def open_resources(settings: Settings, *, application: str = "emporium") -> AsyncIterator[Resources]:
    """All parts, ready to use.

    Raises `RefusedSettings`, `BadAddress` for an address of a wrong form, and `EmbeddedError` if an embedded part
    cannot be started.
    """
    refuse_unsafe(settings)
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(open_addresses(settings))
        if found.database_url is None or found.redis_url is None:
            raise AssertionError("open_addresses fills in both")
        database = make_database(found.database_url.get_secret_value(), found.database, application=application)
        stack.push_async_callback(database.dispose)
        cache = open_cache(found.redis_url.get_secret_value())
        stack.push_async_callback(cache.close)
        index = open_search_index(found)
        stack.push_async_callback(index.close)
        broker = open_broker(found)
        stack.push_async_callback(broker.close)
        live = open_live(found.redis_url.get_secret_value())
        stack.push_async_callback(live.close)
        carts = open_carts(found.redis_url.get_secret_value(), kept=timedelta(days=found.cart.kept_days))
        stack.push_async_callback(carts.close)
        mailer = open_mailer(found)
        stack.push_async_callback(mailer.close)
        throttle = open_throttle(found.redis_url.get_secret_value())
        stack.push_async_callback(throttle.close)
        payments = open_payments(found)
        stack.push_async_callback(payments.close)
        yield Resources(
            found, database, cache, index, broker, live, mailer, carts=carts, throttle=throttle, payments=payments
        )
