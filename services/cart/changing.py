"""Changes of a cart as pure functions: a cart and what the store knows in, another cart or all problems out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.ids import new_id
from core.problems import NotFound, Problem, Rejected
from services.cart.facts import Facts, OfferFacts, Wish
from services.cart.problems import CartFull, LineNotFound, NothingNamed, PriceChanged, QuantityLimited
from services.cart.records import Cart, CartLine
from services.inventory.problems import BadQuantity
from services.inventory.reservations.problems import NotSold, OutOfStock


class NewLine(NamedTuple):
    """Units to add: of this offer, or of whichever has the buy box."""

    wish: Wish
    quantity: int


class Limits(NamedTuple):
    """What the store's settings allow."""

    most_lines: int
    most_units_per_line: int


class Named(NamedTuple):
    """A line of the cart and where the input names it."""

    line: CartLine
    path: tuple[str, ...]


def wishes_of(cart: Cart) -> Sequence[Wish]:
    """What facts are needed about a cart."""
    return [Wish(line.variant_id, line.offer_id) for line in cart.lines]


def add_lines(cart: Cart, added: Sequence[NewLine], facts: Facts, limits: Limits, *, now: datetime) -> Cart:
    """The cart with more units. A line of the same offer is added to, whose agreed price stays.

    Raises `Rejected`: NOTHING_NAMED, BAD_QUANTITY, NOT_FOUND, NOT_SOLD, QUANTITY_LIMITED, OUT_OF_STOCK, CART_FULL.
    """
    if not added:
        raise Rejected(NothingNamed(message="Name at least one variant to add.", path=("lines",)))
    problems: list[Problem] = []
    lines = {line.slot: line for line in cart.lines}
    paths: dict[UUID, tuple[str, ...]] = {}
    for index, (wish, quantity) in enumerate(added):
        path = ("lines", str(index))
        if wrong := _flaws(wish, quantity, facts, limits, path):
            problems += wrong
            continue
        offer = facts.of(wish)
        assert offer is not None, "what is not there is a flaw"
        slot = (offer.offer_id, False)
        line = lines.get(slot) or CartLine(
            new_id(), offer.variant_id, offer.offer_id, 0, offer.price_minor, offer.currency, now
        )
        lines[slot] = line._replace(quantity=line.quantity + quantity)
        paths.setdefault(line.id, path)
    after = replace(cart, lines=list(lines.values()))
    problems += _excesses(cart, after, facts, limits, paths)
    if problems:
        raise Rejected(*problems)
    return after


def set_quantities(cart: Cart, wanted: Mapping[UUID, int], facts: Facts, limits: Limits) -> Cart:
    """The cart with other quantities of its lines, by their ids. Fewer is always possible, also of what is sold out.

    Raises `Rejected`: NOTHING_NAMED, LINE_NOT_FOUND, BAD_QUANTITY, NOT_SOLD, QUANTITY_LIMITED, OUT_OF_STOCK.
    """
    named = find_lines(cart, list(wanted), "lines", "line")
    paths = {line.id: path[:-1] for line, path in named}
    problems: list[Problem] = []
    for (line, _), quantity in zip(named, wanted.values(), strict=True):
        if not 0 < quantity <= limits.most_units_per_line:
            problems.append(_bad_quantity(limits, paths[line.id]))
        elif quantity > line.quantity and not line.is_saved:
            problems += _unsold(Wish(line.variant_id, line.offer_id), facts, paths[line.id])
    after = replace(cart, lines=[line._replace(quantity=wanted.get(line.id, line.quantity)) for line in cart.lines])
    if not problems:
        problems += _excesses(cart, after, facts, limits, paths)
    if problems:
        raise Rejected(*problems)
    return after


def remove_lines(cart: Cart, ids: Sequence[UUID]) -> Cart:
    """The cart without these lines. Raises `Rejected`: NOTHING_NAMED, LINE_NOT_FOUND."""
    gone = {line.id for line, _ in find_lines(cart, ids, "lines")}
    return replace(cart, lines=[line for line in cart.lines if line.id not in gone])


def set_saved(cart: Cart, ids: Sequence[UUID], *, saved: bool, facts: Facts, limits: Limits) -> Cart:
    """The cart with these lines put aside for later, or back among those to be bought.

    Lines of the same offer become one. Raises `Rejected`: NOTHING_NAMED, LINE_NOT_FOUND, QUANTITY_LIMITED, and for
    lines that are to be bought again NOT_SOLD, OUT_OF_STOCK.
    """
    moving = {line.id: path for line, path in find_lines(cart, ids, "lines") if line.is_saved != saved}
    lines = {line.slot: line for line in cart.lines if line.id not in moving}
    problems: list[Problem] = []
    paths: dict[UUID, tuple[str, ...]] = {}
    for line in cart.lines:
        if line.id not in moving:
            continue
        moved = line._replace(is_saved=saved)
        if not saved:
            problems += _unsold(Wish(line.variant_id, line.offer_id), facts, moving[line.id])
        there = lines.get(moved.slot)
        lines[moved.slot] = moved if there is None else combine(there, moved)
        paths[lines[moved.slot].id] = moving[line.id]
    after = replace(cart, lines=list(lines.values()))
    if not problems:
        problems += _excesses(cart, after, facts, limits, paths)
    if problems:
        raise Rejected(*problems)
    return after


def accept_prices(cart: Cart, seen: Mapping[UUID, int] | None, facts: Facts) -> Cart:
    """The cart with prices agreed to: those that were `seen` of these lines, by their ids, or all as they are now.

    Raises `Rejected`: NOTHING_NAMED, LINE_NOT_FOUND, PRICE_CHANGED (it costs something else by now).
    """
    prices = {line.id: offer.price_minor for line in cart.lines if (offer := facts.by_offer.get(line.offer_id))}
    if seen is not None:
        changed = [
            (path, prices[line.id])
            for line, path in find_lines(cart, list(seen), "prices", "line")
            if line.id in prices and prices[line.id] != seen[line.id]
        ]
        if changed:
            message = "The price has changed again."
            raise Rejected(*(PriceChanged(message=message, path=path, amount_minor=now) for path, now in changed))
    agreed = {id: price for id, price in prices.items() if seen is None or id in seen}
    return replace(
        cart, lines=[line._replace(price_minor=agreed.get(line.id, line.price_minor)) for line in cart.lines]
    )


def combine(line: CartLine, other: CartLine) -> CartLine:
    """One line of the units of two of the same offer, at the lower of the prices that were agreed to."""
    return line._replace(quantity=line.quantity + other.quantity, price_minor=min(line.price_minor, other.price_minor))


def find_lines(cart: Cart, ids: Sequence[UUID], *at: str) -> Sequence[Named]:
    """The lines of these ids; raises `Rejected`: NOTHING_NAMED, LINE_NOT_FOUND. `at` is the list's place in the input
    and, behind the index, the field's."""
    if not ids:
        raise Rejected(NothingNamed(message="Name at least one line.", path=at[:1]))
    lines = {line.id: line for line in cart.lines}
    paths = {id: (at[0], str(index), *at[1:]) for index, id in enumerate(ids)}
    missing = [path for id, path in paths.items() if id not in lines]
    if missing:
        raise Rejected(*(LineNotFound(message="The cart has no such line.", path=path) for path in missing))
    return [Named(lines[id], path) for id, path in paths.items()]


def demand(lines: Iterable[CartLine]) -> Mapping[UUID, int]:
    """Units by variant over all lines that are to be bought: several offers share a variant's stock."""
    units: dict[UUID, int] = defaultdict(int)
    for line in lines:
        if not line.is_saved:
            units[line.variant_id] += line.quantity
    return units


def _flaws(wish: Wish, quantity: int, facts: Facts, limits: Limits, path: tuple[str, ...]) -> list[Problem]:
    """What is wrong with one line of the input by itself."""
    problems: list[Problem] = []
    if not 0 < quantity <= limits.most_units_per_line:
        problems.append(_bad_quantity(limits, path))
    if wish.variant_id not in facts.variants:
        message = "There is no such variant."
        problems.append(NotFound(message=message, path=(*path, "variant"), kind="Variant"))
    elif wish.offer_id is not None and facts.of(wish) is None:
        message = "There is no such offer of this variant."
        problems.append(NotFound(message=message, path=(*path, "offer"), kind="Offer"))
    else:
        problems += _unsold(wish, facts, path)
    return problems


def _unsold(wish: Wish, facts: Facts, path: tuple[str, ...]) -> list[Problem]:
    offer = facts.of(wish)
    if offer is not None and offer.is_sold:
        return []
    return [NotSold(message="This is not for sale, or no longer.", path=path)]


def _bad_quantity(limits: Limits, path: tuple[str, ...]) -> Problem:
    message = f"A quantity is from 1 to {limits.most_units_per_line}."
    return BadQuantity(message=message, path=(*path, "quantity"))


def _excesses(
    before: Cart, after: Cart, facts: Facts, limits: Limits, paths: Mapping[UUID, tuple[str, ...]]
) -> list[Problem]:
    """What is too much of the lines that `paths` names, as far as they have grown, and of lines at all."""
    problems: list[Problem] = []
    if len(after.lines) > max(limits.most_lines, len(before.lines)):
        message = f"A cart has at most {limits.most_lines} lines."
        problems.append(CartFull(message=message, path=("lines",), limit=limits.most_lines))
    old, wanted = {line.slot: line.quantity for line in before.lines}, demand(after.lines)
    short: set[UUID] = set()
    for line in after.lines:
        path = paths.get(line.id)
        if path is None or line.quantity <= old.get(line.slot, 0):
            continue
        offer = facts.by_offer.get(line.offer_id)
        limit = most_of(line, offer, limits)
        if line.quantity > limit:
            message = (
                f"A line has at most {limit} units." if line.is_saved else f"One customer may have {limit} of this."
            )
            problems.append(QuantityLimited(message=message, path=(*path, "quantity"), limit=limit))
        available = 0 if offer is None else offer.available
        if not line.is_saved and wanted[line.variant_id] > available and line.variant_id not in short:
            short.add(line.variant_id)
            problems.append(_short(line.variant_id, wanted[line.variant_id], available, path))
    return problems


def most_of(line: CartLine, offer: OfferFacts | None, limits: Limits) -> int:
    """How many units a line may have, whatever is in stock."""
    if line.is_saved or offer is None or offer.most_per_customer is None:
        return limits.most_units_per_line
    return min(limits.most_units_per_line, offer.most_per_customer)


def _short(variant_id: UUID, wanted: int, available: int, path: tuple[str, ...]) -> Problem:
    message = "This is sold out." if available <= 0 else f"Only {available} of this are left."
    return OutOfStock(
        message=message, path=(*path, "quantity"), variant_id=variant_id, wanted=wanted, available=max(available, 0)
    )
