"""A guest's cart goes into its shopper's own at sign-in: once, whatever fails in between, with a report of each line.

The steps, each of which may be the last before a crash, and all of which are repeated by the next try:

1. the guest's cart is marked as merging, so that it changes no more;
2. its lines go into the customer's cart together with the report, in one compare and set: a cart that has the report
   has the lines;
3. one transaction saves the customer's cart, ends the guest's and keeps the report. Until it commits, the guest's cart
   can be put back whole;
4. a cart that was lost and put back between 2 and 3 lacks report and lines: they go in again. Another transaction saves
   the cart as it is now and calls the merge settled. From then on the lines are in the copy of the customer's cart;
5. the report leaves the customer's cart, and of the guest's a mark is left, so that no late copy takes its place.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.problems import Rejected
from models.carts import CartMerge
from ports.carts import StoredCart
from services import promotions
from services.cart.carts import Carts, Shopper, Use
from services.cart.changing import Limits, combine, most_of, wishes_of
from services.cart.content import decode, dump_report, encode, load_report
from services.cart.facts import Facts
from services.cart.problems import CartEnded, CartNotFound, NotAGuestCart
from services.cart.records import Cart, CartLine, MergedLine, MergeStatus
from services.cart.saving import end_cart, find_saved, lock_copies, save_carts
from services.unit_of_work import ReadSession, UnitOfWork


class Merged(NamedTuple):
    """The customer's cart as it is now, and what became of the guest's lines."""

    cart: Cart
    report: Sequence[MergedLine]


async def merge(carts: Carts, *, guest_cart_id: UUID, account_id: UUID) -> Merged:
    """Merge a guest's cart into the account's own; a repeat answers with the report of the first time.

    Raises `Rejected`: CART_NOT_FOUND, CART_ENDED (it went into another account's cart), NOT_A_GUEST_CART.
    """
    own = Use(Shopper(account_id))
    done = await _find_done(carts, guest_cart_id, account_id)
    if done is None:
        guest = await _freeze(carts, guest_cart_id, account_id)
        if guest is not None:
            cart = await _pour(carts, own, guest)
            async with carts.database.unit() as unit:
                await _finish(unit, guest, cart, kept_days=carts.settings.cart.kept_days)
        # If it is not there, another request may have merged it a moment ago.
        done = await _find_done(carts, guest_cart_id, account_id)
    if done is None:
        raise Rejected(CartNotFound(message="There is no such cart.", path=("cart",)))
    if not done.is_settled:
        await _settle(carts, own, guest_cart_id)
    return Merged(await carts.get(own), done.report)


class Merge(NamedTuple):
    """A merge that is committed."""

    account_id: UUID
    report: Sequence[MergedLine]
    is_settled: bool


async def find_merge(session: ReadSession, guest_cart_id: UUID) -> Merge | None:
    """What became of a guest's cart; None if it was not merged."""
    columns = (CartMerge.account_id, CartMerge.report, CartMerge.settled_at)
    row = (await session.execute(sa.select(*columns).where(CartMerge.guest_cart_id == guest_cart_id))).one_or_none()
    return None if row is None else Merge(row.account_id, load_report(row.report), row.settled_at is not None)


def pour(cart: Cart, guest: Cart, facts: Facts, limits: Limits, *, most_coupons: int) -> Cart:
    """The customer's cart with the guest's lines, coupons and destination, and the report. Pure."""
    lines = {line.slot: line for line in cart.lines}
    report = []
    for line in guest.lines:
        merged, entry = _merge_line(line, lines.get(line.slot), facts, limits, has_room=len(lines) < limits.most_lines)
        report.append(entry)
        if merged is not None:
            lines[line.slot] = merged
    known = {coupon.code for coupon in cart.coupons}
    coupons = [*cart.coupons, *(coupon for coupon in guest.coupons if coupon.code not in known)]
    return replace(
        cart,
        lines=list(lines.values()),
        coupons=coupons[: max(most_coupons, len(cart.coupons))],
        destination=cart.destination or guest.destination,
        merges={**cart.merges, guest.id: report},
    )


def _merge_line(
    line: CartLine, own: CartLine | None, facts: Facts, limits: Limits, *, has_room: bool
) -> tuple[CartLine | None, MergedLine]:
    """The line as it goes into the customer's cart, if it does, and what the report says of it."""
    wanted = line.quantity + (0 if own is None else own.quantity)

    def entry(status: MergeStatus, quantity: int, reason: str | None = None) -> MergedLine:
        return MergedLine(line.variant_id, line.offer_id, status, wanted, quantity, line.is_saved, reason)

    if line.variant_id not in facts.variants:
        # Not even a page could show it: variant and offer are deleted, and not only archived.
        return own, entry(MergeStatus.DROPPED, 0 if own is None else own.quantity, "OFFER_GONE")
    if own is None and not has_room:
        return None, entry(MergeStatus.DROPPED, 0, "CART_FULL")
    together = line if own is None else combine(own, line)
    most, reason = _most(line, facts, limits)
    # What the customer had before is not taken away, whatever the limits say meanwhile.
    quantity = min(wanted, max(most, 0 if own is None else own.quantity))
    if quantity < wanted:
        return together._replace(quantity=quantity), entry(MergeStatus.CAPPED, quantity, reason)
    return together, entry(MergeStatus.KEPT if own is None else MergeStatus.SUMMED, quantity)


def _most(line: CartLine, facts: Facts, limits: Limits) -> tuple[int, str]:
    """How many units of a line a cart may get by merging, and why no more. What is sold out or gone keeps its
    quantity: its problem is shown at the line."""
    offer = facts.by_offer.get(line.offer_id)
    most = most_of(line, offer, limits)
    if offer is not None and not line.is_saved and 0 < offer.available < most:
        return offer.available, "OUT_OF_STOCK"
    return most, "QUANTITY_LIMITED"


async def _find_done(carts: Carts, guest_cart_id: UUID, account_id: UUID) -> Merge | None:
    """The merge of this cart into this account's, if it is done. Raises `Rejected` (CART_ENDED)."""
    async with carts.database.read() as session:
        done = await find_merge(session, guest_cart_id)
    if done is not None and done.account_id != account_id:
        raise _gone()
    return done


async def _freeze(carts: Carts, guest_cart_id: UUID, account_id: UUID) -> Cart | None:
    """Mark the guest's cart as merging into the account's, and return it; None if it is not there or has ended.

    Raises `Rejected`: CART_ENDED, NOT_A_GUEST_CART.
    """
    frozen = None
    while frozen is None:
        try:
            cart = await carts.load(guest_cart_id)
        except Rejected:
            return None
        if cart is None or cart.account_id not in (None, account_id):
            return None
        if cart.account_id is not None:
            raise Rejected(NotAGuestCart(message="This is the account's own cart already.", path=("cart",)))
        if cart.merging_into == account_id:
            return cart
        if cart.merging_into is not None:
            raise _gone()
        frozen = await carts.write(cart, replace(cart, merging_into=account_id))
    return frozen


async def _pour(carts: Carts, own: Use, guest: Cart) -> Cart:
    """Put the guest's lines into the customer's cart, unless it has them."""
    most_coupons = carts.settings.cart.most_coupons

    def change(cart: Cart, facts: Facts) -> Cart:
        if guest.id in cart.merges:
            return cart
        return pour(cart, guest, facts, carts.limits, most_coupons=most_coupons)

    return await carts.change(own, change, wishes=wishes_of(guest))


async def _finish(unit: UnitOfWork, guest: Cart, cart: Cart, *, kept_days: int) -> None:
    """Save the customer's cart, end the guest's, and keep the report: all or nothing."""
    if cart.account_id is None or guest.version is None:
        raise AssertionError("the guest's cart is there, and the other is a customer's")
    await lock_copies(unit, guest.id, cart.id)
    # What is not there yet cannot be locked, so it is written in the order of locks, too.
    if guest.id < cart.id:
        await end_cart(unit, _stored(guest), into=cart.id)
    await save_carts(unit, [_stored(cart)], kept_days=kept_days)
    if guest.id > cart.id:
        await end_cart(unit, _stored(guest), into=cart.id)
    report = dump_report(cart.merges[guest.id])
    values = {"guest_cart_id": guest.id, "account_id": cart.account_id, "report": report}
    await unit.session.execute(insert(CartMerge).values(**values).on_conflict_do_nothing())
    await promotions.move_holds(unit, from_cart=guest.id, to_cart=cart.id, account_id=cart.account_id)
    kept = {coupon.code for coupon in cart.coupons}
    for coupon in guest.coupons:
        if coupon.code not in kept:
            await promotions.release_coupon(unit, cart_id=cart.id, code=coupon.code)


async def _settle(carts: Carts, own: Use, guest_cart_id: UUID) -> None:
    """Make sure that the lines of a committed merge are in the saved copy of the customer's cart, and tidy up."""
    async with carts.database.read() as session:
        copy = await find_saved(session, guest_cart_id)
    if copy is None:
        raise AssertionError("the copy of a merged cart is kept for as long as its report")
    cart = await _pour(carts, own, decode(copy.cart))
    settled = sa.update(CartMerge).where(CartMerge.guest_cart_id == guest_cart_id).values(settled_at=sa.func.now())
    async with carts.database.unit() as unit:
        await save_carts(unit, [_stored(cart)], kept_days=carts.settings.cart.kept_days)
        await unit.session.execute(settled)
    await carts.change(own, lambda cart, _facts: _without_report(cart, guest_cart_id))
    await _entomb(carts, guest_cart_id)


def _without_report(cart: Cart, guest_cart_id: UUID) -> Cart:
    return replace(cart, merges={id: report for id, report in cart.merges.items() if id != guest_cart_id})


async def _entomb(carts: Carts, guest_cart_id: UUID) -> None:
    """Leave nothing of the guest's cart but the mark that it has ended."""
    ended = None
    while ended is None:
        found = (await carts.store.find([guest_cart_id])).get(guest_cart_id)
        cart = Cart(guest_cart_id) if found is None else decode(found)
        ended = await carts.write(cart, Cart(guest_cart_id, cart.version, has_ended=True))


def _stored(cart: Cart) -> StoredCart:
    if cart.version is None:
        raise AssertionError("only a cart that is there has a copy")
    return StoredCart(cart.id, cart.version, encode(cart))


def _gone() -> Rejected:
    return Rejected(CartEnded(message="This cart has gone into another account's cart.", path=("cart",)))
