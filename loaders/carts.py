"""Carts and their prices: each is read and priced once in a request, whichever fields ask."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

from services.cart import Cart, Carts, PricedCart, Shopper


class CartById:
    """Carts that one shopper may see; those that are asked for more than once in a request are read once."""

    def __init__(self, carts: Carts) -> None:
        self._carts = carts
        self._found: dict[tuple[UUID, Shopper], asyncio.Task[Cart | None]] = {}

    def load(self, id: UUID, shopper: Shopper) -> Awaitable[Cart | None]:
        """The cart; None if there is none, or it is another customer's."""
        key = id, shopper
        if key not in self._found:
            self._found[key] = asyncio.ensure_future(self._carts.find(id, shopper))
        return self._found[key]


class PriceOfCart:
    """A cart at a version has one price in a request. Other than keys of a loader, carts are priced one after another:
    a request shows one of them, and one that names many must not take all connections."""

    def __init__(self, carts: Carts) -> None:
        self._carts = carts
        self._turn = asyncio.Lock()
        self._priced: dict[tuple[UUID, int | None], asyncio.Task[PricedCart]] = {}

    def load(self, cart: Cart) -> Awaitable[PricedCart]:
        """What the cart costs now."""
        key = cart.id, cart.version
        if key not in self._priced:
            self._priced[key] = asyncio.ensure_future(self._price(cart))
        return self._priced[key]

    async def _price(self, cart: Cart) -> PricedCart:
        async with self._turn:
            return await self._carts.price(cart)
