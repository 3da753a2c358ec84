"""Putting what is on a wishlist into its owner's cart."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Problem, Rejected
from services.cart import Cart, Carts, NewLine, Shopper, Use, Wish
from services.cart.changing import add_lines
from services.cart.facts import Facts
from services.unit_of_work import ReadSession
from services.wishlists.lists import missing
from services.wishlists.queries import find_wishlists


async def put_in_cart(carts: Carts, *, account_id: UUID, wishlist_id: UUID, variant_ids: Sequence[UUID]) -> Cart:
    """The account's cart with a unit of each variant that it does not have yet, all or none.

    Raises `Rejected`: NOT_FOUND for another's list and for what is not on it, and as adding to a cart does.
    """
    async with carts.database.read() as session:
        await _check(session, account_id, wishlist_id, variant_ids)
    wanted, now = list(dict.fromkeys(variant_ids)), carts.clock()

    def change(cart: Cart, facts: Facts) -> Cart:
        here = {line.variant_id for line in cart.lines if not line.is_saved}
        added = [NewLine(Wish(one), 1) for one in wanted if one not in here]
        try:
            return add_lines(cart, added, facts, carts.limits, now=now) if added else cart
        except Rejected as refusal:
            raise _in_terms_of(variant_ids, added, refusal) from refusal

    return await carts.change(Use(Shopper(account_id)), change, wishes=[Wish(one) for one in wanted])


async def _check(session: ReadSession, account_id: UUID, wishlist_id: UUID, variant_ids: Sequence[UUID]) -> None:
    found = (await find_wishlists(session, [wishlist_id])).get(wishlist_id)
    if found is None or found.account_id != account_id:
        raise Rejected(missing())
    known = set(await session.scalars(_ON_LIST, {"list": wishlist_id, "ids": variant_ids}))
    absent = [place for place, one in enumerate(variant_ids) if one not in known]
    if absent:
        message = "This variant is not on the wishlist."
        paths = [("variants", str(place)) for place in absent]
        raise Rejected(*(NotFound(message=message, path=path, kind="WishlistItem") for path in paths))


def _in_terms_of(variant_ids: Sequence[UUID], added: Sequence[NewLine], refusal: Rejected) -> Rejected:
    """The refusal with paths into the mutation's list of variants instead of the lines that were to be added."""

    def path(problem: Problem) -> tuple[str, ...]:
        if problem.path[:1] != ("lines",) or len(problem.path) == 1:
            return ("variants",)
        return ("variants", str(variant_ids.index(added[int(problem.path[1])].wish.variant_id)))

    return Rejected(*(replace(one, path=path(one)) for one in refusal.problems))


_ON_LIST = sa.text(
    "SELECT variant_id FROM wishlist_item WHERE wishlist_id = :list AND variant_id = ANY(:ids)"
).bindparams(sa.bindparam("list", type_=sa.Uuid()), sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
