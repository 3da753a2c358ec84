"""Reads all that a cart's price depends on: one statement for each kind of thing, whatever the cart holds."""

from dataclasses import replace

from services.accounts.queries import find_default_addresses
from services.cart.changing import wishes_of
from services.cart.facts import find_facts
from services.cart.pricing import Moment, sold
from services.cart.records import Cart, Destination
from services.delivery.options import Wanted, find_options_of_variants
from services.delivery.places import PlaceKey, find_place
from services.promotions import find_offered
from services.taxes import find_tax_table
from services.unit_of_work import ReadSession


async def with_destination(session: ReadSession, cart: Cart) -> Cart:
    """The cart with the place that it goes to: the default address of its customer where nothing else was said."""
    if cart.destination is not None or cart.account_id is None:
        return cart
    address = (await find_default_addresses(session, [cart.account_id])).get(cart.account_id)
    if address is None:
        return cart
    place = PlaceKey.of(country=address.country, code=address.postal_code)
    return replace(cart, destination=Destination(place.country, place.code))


async def find_moment(session: ReadSession, cart: Cart, *, currency: str) -> Moment:
    """What the store knows now, in the store's currency."""
    facts = await find_facts(session, wishes_of(cart), currency=currency)
    offered = await find_offered(
        session,
        cart_id=cart.id,
        account_id=cart.account_id,
        coupon_codes=[coupon.code for coupon in cart.coupons],
        currency=currency,
    )
    if cart.destination is None:
        return Moment(facts, offered, None, None)
    country, postal_code = cart.destination
    categories = sorted({offer.category_ids[-1] for offer in facts.by_offer.values()})
    taxes = await find_tax_table(session, country=country, postal_code=postal_code, category_ids=categories)
    place = PlaceKey(country, postal_code)
    wanted = {line.id: Wanted(line.variant_id, place, line.quantity) for line in cart.active if sold(line, facts)}
    records = await find_options_of_variants(session, list(dict.fromkeys(wanted.values())), currency=currency)
    if records:
        is_known = all(record.is_known for record in records.values())
    else:
        is_known = await find_place(session, country=country, code=postal_code) is not None
    return Moment(facts, offered, taxes, {line_id: records[one] for line_id, one in wanted.items()}, is_known)
