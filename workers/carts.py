"""Writes carts behind: each changed cart is in Postgres within a second or two of its change.

The leader does it. A cart is marked as saved at the version that was written; one that changed meanwhile goes on
waiting, and one that is written twice is written the same. So it may stop at any instruction.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from core.problems import Unavailable
from core.shop_settings import CartSettings
from ports.carts import CartStore, StoredCart
from services.cart import save_carts
from services.unit_of_work import Database

_CARTS_AT_ONCE = 200

log = structlog.get_logger(__name__)


class CartSaver:
    """One worker's write-behind."""

    def __init__(self, database: Database, store: CartStore, settings: CartSettings) -> None:
        self._database = database
        self._store = store
        self._kept_days = settings.kept_days

    async def step(self) -> bool:
        """Save those that wait the longest; True if more may wait."""
        waiting = await self._store.list_dirty(limit=_CARTS_AT_ONCE)
        if not waiting:
            return False
        ids = [cart.id for cart in waiting]
        found = await self._store.find(ids)
        newer = await self._save(list(found.values()))
        # What is no longer there has nothing to be saved.
        gone = [StoredCart(id, 0, {}) for id in ids if id not in found]
        await self._store.mark_saved([*(cart for id, cart in found.items() if id not in newer), *gone])
        for id, version in newer.items():
            # The store went back to what it had been: the cart that shoppers see now is the cart, and is saved next.
            await self._store.change(id, expected=found[id].version, put={}, remove=(), above=version)
        return len(waiting) == _CARTS_AT_ONCE

    async def _save(self, carts: Sequence[StoredCart]) -> Mapping[UUID, int]:
        """All in one transaction, or one by one if that fails by more than an outage: none must stop the others."""
        try:
            async with self._database.unit() as unit:
                return await save_carts(unit, carts, kept_days=self._kept_days)
        except Unavailable:
            raise
        except Exception as error:
            log.warning("carts_apart", exc_info=error)
        newer: dict[UUID, int] = {}
        for cart in carts:
            newer |= await self._save_alone(cart)
        return newer

    async def _save_alone(self, cart: StoredCart) -> Mapping[UUID, int]:
        try:
            async with self._database.unit() as unit:
                return await save_carts(unit, [cart], kept_days=self._kept_days)
        except Unavailable:
            raise
        except Exception:
            log.exception("cart_not_saved", cart=cart.id.hex[:8])
            return {}
