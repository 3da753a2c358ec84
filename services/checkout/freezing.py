"""What a checkout freezes of a cart, before any unit is held: goods and prices, who buys, and where it goes to."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from core.settings import Settings
from services.accounts.addresses import AddressDraft
from services.accounts.queries import find_accounts, find_default_addresses
from services.cart import Cart, Shopper
from services.cart.carts import Look
from services.catalog.sold import SoldRecord, find_sold
from services.checkout.addresses import Addresses, draft_of, rank, with_addresses
from services.checkout.places import place_of
from services.checkout.records import Content, FrozenLine
from services.checkout.till import Till
from services.delivery import find_place
from services.unit_of_work import ReadSession


class Frozen(NamedTuple):
    """Content without groups yet, and what holding its units needs. `ranking` are the warehouses that serve the place,
    the nearest first; None while no place is known. `path` is where the place was said, if it was said now."""

    content: Content
    ranking: Sequence[UUID] | None
    email: str | None
    path: tuple[str, ...] = ()


async def freeze(till: Till, look: Look, shopper: Shopper, *, email: str | None, addresses: Addresses) -> Frozen:
    """What is to be bought, as it is now. An address that is given counts more than what the cart knows.

    Raises `Rejected`: those of `with_addresses` and of `rank`.
    """
    cart = look.priced.cart
    async with till.database.read() as session:
        sold = await find_sold(session, [line.line.offer_id for line in look.priced.lines])
        account = None if cart.account_id is None else await _find_account(session, cart, cart.account_id)
        known = _freeze(look, sold, None if account is None else account.address, till.settings)
        content = await with_addresses(session, known, addresses, shopper)
        ranking: Sequence[UUID] | None = None
        if addresses.shipping is not None and content.destination is not None:
            ranking = await rank(session, content.destination)
        elif content.destination is not None:
            # Of a place that the cart has, lines say already what does not reach it.
            country, code = content.destination
            place = await find_place(session, country=country, code=code)
            ranking = [] if place is None else place.warehouse_ids
    email = email or (None if account is None else account.email)
    return Frozen(content, ranking, email, () if addresses.shipping is None else ("shippingAddress",))


class _Account(NamedTuple):
    """What is known of a customer; the address only if it is where the cart goes to."""

    email: str | None
    address: AddressDraft | None


async def _find_account(session: ReadSession, cart: Cart, id: UUID) -> _Account:
    account = (await find_accounts(session, [id])).get(id)
    default = (await find_default_addresses(session, [id])).get(id)
    goes_there = default is not None and cart.destination == place_of(default)
    return _Account(
        None if account is None else account.email, draft_of(default) if default is not None and goes_there else None
    )


def _freeze(look: Look, sold: Mapping[UUID, SoldRecord], address: AddressDraft | None, settings: Settings) -> Content:
    priced, offers = look.priced, look.moment.facts.by_offer
    lines = []
    for line in priced.lines:
        offer, goods = offers[line.line.offer_id], sold[line.line.offer_id]
        lines.append(
            FrozenLine(
                line_id=line.line.id,
                variant_id=offer.variant_id,
                offer_id=offer.offer_id,
                seller_id=goods.seller_id,
                category_id=offer.category_ids[-1],
                sku=goods.sku,
                title=goods.title,
                quantity=line.line.quantity,
                unit_minor=offer.price_minor,
                discount_minor=line.discount_minor,
                tax=line.tax,
                currency=priced.currency,
            )
        )
    return Content(
        lines=lines,
        totals=priced.totals,
        prices_include_tax=settings.catalog.prices_include_tax,
        discounts=priced.discounts,
        destination=priced.cart.destination,
        shipping_address=address,
    )
