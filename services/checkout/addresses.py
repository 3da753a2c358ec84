"""Addresses that a shopper gives for a checkout: as they are written, or as the account has them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from core.problems import NotFound, Problem, Rejected
from services.accounts.addresses import AddressDraft, check_address, normalize_address
from services.accounts.queries import find_addresses
from services.accounts.records import AddressRecord
from services.cart import Shopper
from services.cart.records import Destination
from services.checkout.places import place_of
from services.checkout.records import Content
from services.delivery import find_place
from services.delivery.problems import NotDeliverable, PostalCodeUnknown
from services.unit_of_work import ReadSession


class GivenAddress(NamedTuple):
    """An address as it is written, or one that the account has."""

    draft: AddressDraft | None = None
    id: UUID | None = None


class Addresses(NamedTuple):
    """Where it goes to and who is billed; None is what is known already."""

    shipping: GivenAddress | None = None
    billing: GivenAddress | None = None


async def with_addresses(session: ReadSession, content: Content, given: Addresses, shopper: Shopper) -> Content:
    """The content with these addresses, and with the place that it goes to then.

    Raises `Rejected` with all that is wrong: NOT_FOUND, BAD_ADDRESS, BAD_COUNTRY, BAD_POSTAL_CODE.
    """
    named = {"shippingAddress": given.shipping, "billingAddress": given.billing}
    kept = await _find_kept(session, shopper, {name: one.id for name, one in named.items() if one and one.id})
    drafts = {name: kept.get(name) or one.draft for name, one in named.items() if one is not None}
    problems: list[Problem] = [
        replace(problem, path=(name, *problem.path))
        for name, draft in drafts.items()
        if draft is not None
        for problem in check_address(draft)
    ]
    if problems:
        raise Rejected(*problems)
    normal = {name: normalize_address(draft) for name, draft in drafts.items() if draft is not None}
    shipping = normal.get("shippingAddress", content.shipping_address)
    return replace(
        content,
        shipping_address=shipping,
        billing_address=normal.get("billingAddress", content.billing_address),
        destination=content.destination if shipping is None else place_of(shipping),
    )


async def rank(session: ReadSession, destination: Destination) -> Sequence[UUID]:
    """The warehouses that serve a given place. Raises `Rejected`: POSTAL_CODE_UNKNOWN, NOT_DELIVERABLE."""
    place = await find_place(session, country=destination.country, code=destination.postal_code)
    path = ("shippingAddress", "postalCode")
    if place is None:
        raise Rejected(PostalCodeUnknown(message="There is no such postal code in this country.", path=path))
    if not place.warehouse_ids:
        raise Rejected(NotDeliverable(message="No warehouse delivers to this postal code.", path=path))
    return place.warehouse_ids


def draft_of(address: AddressRecord) -> AddressDraft:
    """An address of an account as it would be written."""
    return AddressDraft(**{name: getattr(address, name) for name in AddressDraft._fields})


async def _find_kept(session: ReadSession, shopper: Shopper, ids: Mapping[str, UUID]) -> Mapping[str, AddressDraft]:
    """The account's own addresses with these ids. Raises `Rejected` (NOT_FOUND) where one is not the shopper's."""
    if not ids:
        return {}
    found = await find_addresses(session, list(ids.values()))
    own = {key: one for key, one in found.items() if one.account_id == shopper.account_id}
    missing: list[Problem] = [
        NotFound(message="There is no such address.", path=(name,), kind="Address")
        for name, key in ids.items()
        if key not in own
    ]
    if missing:
        raise Rejected(*missing)
    return {name: draft_of(own[key]) for name, key in ids.items()}
