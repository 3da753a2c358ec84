"""Carts as shoppers use them: found, changed, put back where they were lost, and priced.

A cart lives in the store that `ports.carts` describes, and is changed by compare and set: read, think, write if nobody
else has written meanwhile, else read again. So two devices at one cart never lose each other's changes.
"""

import asyncio
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from core.clock import Clock, utc_now
from core.problems import Contended, Rejected, Unavailable
from core.settings import Settings
from ports.carts import CartStore, StoredCart
from services.cart.changing import Limits, wishes_of
from services.cart.content import decode, difference, encode
from services.cart.facts import Facts, Wish, find_facts
from services.cart.priced import PricedCart
from services.cart.pricing import Moment, Pricing, price
from services.cart.problems import CartEnded, CartNotFound, StaleCart
from services.cart.reading import find_moment, with_destination
from services.cart.records import Cart, Restoration
from services.cart.saving import find_saved
from services.unit_of_work import Database

_MOST_TRIES = 20
_LONGEST_PAUSE_SECONDS = 0.02


class Shopper(NamedTuple):
    """Who asks. A guest has no account, and reaches exactly the carts whose ids it knows."""

    account_id: UUID | None = None


class Use(NamedTuple):
    """Which cart somebody wants to change: None is a customer's own, or a new one for a guest.

    `expected` is the version that the caller has seen; a cart that has changed since is left as it is. `is_new` is a
    guest's cart that has an id before it is there.
    """

    shopper: Shopper
    cart_id: UUID | None = None
    expected: str | None = None
    is_new: bool = False

    def named(self) -> "Use":
        """The same with the cart's id. All 128 bits are random: a guest's cart is whoever's that knows its id."""
        if self.cart_id is not None:
            return self
        if self.shopper.account_id is not None:
            return self._replace(cart_id=self.shopper.account_id)
        return self._replace(cart_id=UUID(bytes=secrets.token_bytes(16)), is_new=True)


class Look(NamedTuple):
    """A cart at one moment's prices, and the moment."""

    priced: PricedCart
    moment: Moment


Change = Callable[[Cart, Facts], Cart]


class Carts:
    """All carts of the shop. Raises `Unavailable("carts")` where the store cannot be reached, and `Contended` where
    others change the same cart all the time."""

    def __init__(self, store: CartStore, database: Database, settings: Settings, *, clock: Clock = utc_now) -> None:
        self.store = store
        self.database = database
        self.settings = settings
        self.clock = clock
        self.limits = Limits(settings.cart.most_lines, settings.cart.most_units_per_line)

    async def find(self, id: UUID, shopper: Shopper) -> Cart | None:
        """A cart that this shopper may see; the saved copy where the store cannot be reached. None if there is none."""
        try:
            cart = await self.load(id)
        except Unavailable:
            cart = await self._saved_copy(id)
        except Rejected:
            return None
        return cart if cart is not None and _may_use(cart, shopper) else None

    async def change(self, use: Use, change: Change, *, wishes: Sequence[Wish] = ()) -> Cart:
        """Change a cart as a whole or not at all; returns it as it is then. `change` may be called several times.

        It gets the facts of all lines and of `wishes`. Raises what it raises, and `Rejected`: CART_NOT_FOUND,
        CART_ENDED, STALE_CART.
        """
        use = use.named()
        for _ in range(_MOST_TRIES):
            cart = await self.get(use)
            after = change(cart, await self._facts(cart, wishes))
            written = await self.write(cart, after)
            if written is not None:
                return written
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
        raise Contended("carts", "Others change this cart all the time.")

    async def write(self, before: Cart, after: Cart) -> Cart | None:
        """Store `after` if the cart is still as `before` says; None if it is not."""
        put, remove = difference(before, after)
        if not put and not remove:
            return before
        stored = await self.store.change(before.id, expected=before.version, put=put, remove=remove)
        return None if stored is None else decode(stored)

    async def get(self, use: Use) -> Cart:
        """The cart to change, new or there. Raises `Rejected`: CART_NOT_FOUND, CART_ENDED, STALE_CART."""
        use = use.named()
        id, shopper = use.cart_id, use.shopper
        assert id is not None, "it is named"
        cart = await self.load(id)
        if cart is None and (use.is_new or id == shopper.account_id):
            cart = Cart(id=id, account_id=shopper.account_id)
        if cart is None or not _may_use(cart, shopper):
            raise Rejected(CartNotFound(message="There is no such cart.", path=("cart",)))
        if cart.merging_into is not None:
            raise _ended()
        present = str(cart.version or "")
        if use.expected is not None and use.expected != present:
            message = "The cart has changed meanwhile. Look at it again."
            raise Rejected(StaleCart(message=message, path=("version",), version=present))
        return cart

    async def load(self, id: UUID) -> Cart | None:
        """The cart, whoever asks, put back from its copy if it was lost. Raises `Rejected` (CART_ENDED)."""
        stored = (await self.store.find([id])).get(id)
        if stored is None:
            stored = await self._put_back(id)
        cart = None if stored is None else decode(stored)
        if cart is not None and cart.has_ended:
            raise _ended()
        return cart

    async def price(self, cart: Cart) -> PricedCart:
        """What a cart costs now: the same number of statements whatever is in it."""
        return (await self.look(cart)).priced

    async def look(self, cart: Cart) -> Look:
        """What a cart costs now, with all that this was computed from."""
        async with self.database.read() as session:
            cart = await with_destination(session, cart)
            moment = await find_moment(session, cart, currency=self.settings.catalog.currency)
        return Look(price(cart, moment, Pricing.of(self.settings)), moment)

    async def _put_back(self, id: UUID) -> StoredCart | None:
        async with self.database.read() as session:
            saved = await find_saved(session, id)
        if saved is None:
            return None
        if saved.has_ended:
            raise _ended()
        cart = replace(decode(saved.cart), restoration=Restoration(saved.saved_at, self.clock()))
        return await self.store.restore(StoredCart(id, saved.cart.version, encode(cart)))

    async def _saved_copy(self, id: UUID) -> Cart | None:
        async with self.database.read() as session:
            saved = await find_saved(session, id)
        return None if saved is None or saved.has_ended else replace(decode(saved.cart), is_stale=True)

    async def _facts(self, cart: Cart, wishes: Sequence[Wish]) -> Facts:
        wanted = [*wishes_of(cart), *wishes]
        async with self.database.read() as session:
            return await find_facts(session, wanted, currency=self.settings.catalog.currency)


def _may_use(cart: Cart, shopper: Shopper) -> bool:
    return cart.account_id is None or cart.account_id == shopper.account_id


def _ended() -> Rejected:
    message = "This cart has gone into the cart of its shopper's account."
    return Rejected(CartEnded(message=message, path=("cart",)))
