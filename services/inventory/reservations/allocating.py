"""Which warehouse serves which units: claims are served one after the other from levels that the caller has locked."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import NamedTuple
from uuid import UUID

from core.problems import Problem
from services.inventory.reservations.claims import Claim
from services.inventory.reservations.problems import OutOfStock

# Units that can be sold, by variant and warehouse; warehouses in the order of their codes.
Stock = Mapping[UUID, MutableMapping[UUID, int]]


class Piece(NamedTuple):
    """Units of a variant from one warehouse."""

    variant_id: UUID
    warehouse_id: UUID
    quantity: int


def serve(claim: Claim, stock: Stock) -> tuple[Sequence[Piece], Sequence[Problem]]:
    """Take what `claim` gets out of `stock`: its pieces, the best warehouse first, or why it gets nothing.

    A claim that is refused takes nothing; one that allows a part takes what there is, unless that is nothing at all.
    """
    pieces: list[Piece] = []
    short: list[Problem] = []
    for variant_id, wanted in claim.demand().items():
        levels = stock.get(variant_id, {})
        left = wanted
        for warehouse_id in levels if claim.ranking is None else claim.ranking:
            units = min(left, levels.get(warehouse_id, 0))
            if units > 0:
                pieces.append(Piece(variant_id, warehouse_id, units))
                # Taken at once, so that a warehouse that is ranked twice does not serve twice.
                levels[warehouse_id] -= units
                left -= units
                if left == 0:
                    break
        if left > 0:
            short.append(_out_of_stock(claim, variant_id, wanted, wanted - left))
    if short and not (claim.allow_partial and pieces):
        for piece in pieces:
            stock[piece.variant_id][piece.warehouse_id] += piece.quantity
        return (), short
    return pieces, ()


def _out_of_stock(claim: Claim, variant_id: UUID, wanted: int, available: int) -> OutOfStock:
    left = "None is" if available == 0 else f"Only {available:,} {'is' if available == 1 else 'are'}"
    return OutOfStock(
        message=f"{left} left of the {wanted:,} wanted.",
        path=claim.path_of(variant_id, "quantity"),
        variant_id=variant_id,
        wanted=wanted,
        available=available,
    )
