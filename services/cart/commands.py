"""What shoppers do with their carts, other than coupons and merging.

Each raises what `Carts.change` and its function in `changing` do.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from core.places import check_place, normalize_country, normalize_postal_code
from core.problems import Problem, Rejected
from services.cart import changing
from services.cart.carts import Carts, Use
from services.cart.changing import NewLine
from services.cart.facts import Facts
from services.cart.problems import CartNotFound, NamedTwice
from services.cart.records import Cart, Destination


async def add_lines(carts: Carts, use: Use, added: Sequence[NewLine]) -> Cart:
    """Add units, all or nothing."""
    now = carts.clock()
    return await carts.change(
        use,
        lambda cart, facts: changing.add_lines(cart, added, facts, carts.limits, now=now),
        wishes=[line.wish for line in added],
    )


async def set_quantities(carts: Carts, use: Use, wanted: Sequence[tuple[UUID, int]]) -> Cart:
    """Give lines other quantities, all or nothing. Raises also `Rejected`: NAMED_TWICE."""
    chosen = _once(wanted, "lines")
    return await carts.change(use, lambda cart, facts: changing.set_quantities(cart, chosen, facts, carts.limits))


async def remove_lines(carts: Carts, use: Use, ids: Sequence[UUID]) -> Cart:
    """Remove lines, all or nothing."""
    return await carts.change(use, lambda cart, _facts: changing.remove_lines(cart, ids))


async def set_saved(carts: Carts, use: Use, ids: Sequence[UUID], *, saved: bool) -> Cart:
    """Put lines aside, or back among those to be bought."""
    return await carts.change(
        use, lambda cart, facts: changing.set_saved(cart, ids, saved=saved, facts=facts, limits=carts.limits)
    )


async def accept_prices(carts: Carts, use: Use, seen: Sequence[tuple[UUID, int]] | None) -> Cart:
    """Agree to the prices that were seen of these lines, or to all as they are.

    Raises also `Rejected`: CART_NOT_FOUND if there is no cart yet, NAMED_TWICE.
    """
    prices = None if seen is None else _once(seen, "prices")

    def accept(cart: Cart, facts: Facts) -> Cart:
        if cart.version is None:
            raise Rejected(CartNotFound(message="There is no cart yet.", path=("cart",)))
        return changing.accept_prices(cart, prices, facts)

    return await carts.change(use, accept)


async def send_to(carts: Carts, use: Use, *, country: str, postal_code: str | None) -> Cart:
    """Say where the cart goes to, in any spelling; None takes back what was said.

    That the place exists is not asked for here: the price says it.

    Raises also `Rejected`: BAD_COUNTRY, BAD_POSTAL_CODE.
    """
    if postal_code is None:
        return await carts.change(use, lambda cart, _facts: replace(cart, destination=None))
    if problems := check_place(country=country, postal_code=postal_code):
        raise Rejected(*problems)
    nation = normalize_country(country)
    code = normalize_postal_code(postal_code, country=nation)
    return await carts.change(use, lambda cart, _facts: replace(cart, destination=Destination(nation, code)))


def _once(named: Sequence[tuple[UUID, int]], field: str) -> Mapping[UUID, int]:
    """What is said of each line; raises `Rejected` (NAMED_TWICE)."""
    times = Counter(line_id for line_id, _ in named)
    twice: list[Problem] = [
        NamedTwice(message="A line is named once.", path=(field, str(index), "line"))
        for index, (line_id, _) in enumerate(named)
        if times[line_id] > 1
    ]
    if twice:
        raise Rejected(*twice)
    return dict(named)
