"""What keeps a cart from being bought, as problems of whoever wants to buy it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from core.problems import Problem
from services.cart import Look, PricedCartLine
from services.cart.priced import LineProblem, LineProblemCode
from services.cart.problems import QuantityLimited
from services.checkout.problems import CartEmpty, OfferGone, PriceNotAccepted
from services.delivery.problems import NotDeliverable
from services.inventory.reservations.problems import OutOfStock

_OF_STOCK = (LineProblemCode.OUT_OF_STOCK, LineProblemCode.QUANTITY_LIMITED, LineProblemCode.NOT_DELIVERABLE)


def blocking(look: Look, held: Collection[UUID] = ()) -> Sequence[Problem]:
    """CART_EMPTY; or of all lines PRICE_NOT_ACCEPTED, OUT_OF_STOCK, QUANTITY_LIMITED, NOT_DELIVERABLE, OFFER_GONE.

    Of variants that are `held` for this cart already, what is left for others says nothing: reserving finds out.
    """
    cart = look.priced
    if not cart.lines:
        return [CartEmpty(message="Nothing in the cart is to be bought.", path=("cart",))]
    return [
        _as_problem(line, problem, ("lines", str(position)))
        for position, line, problem in _blocking(cart.lines)
        if not (line.line.variant_id in held and problem.code in _OF_STOCK and _is_allowed(line, look))
    ]


def _is_allowed(line: PricedCartLine, look: Look) -> bool:
    """Whether one customer may have so many units."""
    offer = look.moment.facts.by_offer.get(line.line.offer_id)
    most = None if offer is None else offer.most_per_customer
    return most is None or line.line.quantity <= most


def _blocking(lines: Iterable[PricedCartLine]) -> Iterable[tuple[int, PricedCartLine, LineProblem]]:
    for position, line in enumerate(lines):
        for problem in line.problems:
            if problem.is_blocking:
                yield position, line, problem


def _as_problem(line: PricedCartLine, problem: LineProblem, path: tuple[str, ...]) -> Problem:
    said, most = problem.message, problem.most or 0
    if problem.before is not None and problem.now is not None:
        return PriceNotAccepted(message=said, path=path, line_id=line.line.id, before=problem.before, now=problem.now)
    if problem.code is LineProblemCode.OUT_OF_STOCK:
        variant_id, wanted = line.line.variant_id, line.line.quantity
        return OutOfStock(message=said, path=path, variant_id=variant_id, wanted=wanted, available=most)
    if problem.code is LineProblemCode.QUANTITY_LIMITED:
        return QuantityLimited(message=said, path=path, limit=most)
    if problem.code is LineProblemCode.NOT_DELIVERABLE:
        return NotDeliverable(message=said, path=path)
    return OfferGone(message=said, path=path)
