"""What somebody asks to have reserved, and whether that can be asked at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.problems import NotFound, Problem
from services.idempotency import Attempt
from services.inventory.problems import BadQuantity, BadReference
from services.inventory.reservations.problems import BadHold, NothingWanted, NotSold, TooManyLines

MOST_LINES = 100
MOST_UNITS_WANTED = 1_000_000
LONGEST_REFERENCE = 200
LONGEST_HOLD = timedelta(days=1)


class Wanted(NamedTuple):
    """Units of one variant. A variant may be named by several lines of a claim: they are summed."""

    variant_id: UUID
    quantity: int


class Claim(NamedTuple):
    """Units to hold for somebody, all or nothing unless `allow_partial`.

    `ranking` are the warehouses that may serve it, the best first; None means all that are active, by code. `hold` is
    how long, in whole seconds. `reference` is the caller's own name for it, `actor` who asks. With an `attempt` the
    claim happens once: a repeat gets the same reservation.
    """

    wanted: Sequence[Wanted]
    hold: timedelta
    ranking: Sequence[UUID] | None = None
    reference: str | None = None
    actor: str | None = None
    attempt: Attempt | None = None
    allow_partial: bool = False

    def demand(self) -> Mapping[UUID, int]:
        """Units by variant, in the order in which variants are first named."""
        if len(self.wanted) == 1:
            return {self.wanted[0].variant_id: self.wanted[0].quantity}
        units: dict[UUID, int] = {}
        for line in self.wanted:
            units[line.variant_id] = units.get(line.variant_id, 0) + line.quantity
        return units

    def path_of(self, variant_id: UUID, *field: str) -> tuple[str, ...]:
        """Where the input first names a variant."""
        for place, line in enumerate(self.wanted):
            if line.variant_id == variant_id:
                return ("lines", str(place), *field)
        return ("lines",)


class KnownVariant(NamedTuple):
    """What a claim must know of a variant."""

    product_id: UUID
    is_sold: bool


def check_form(claim: Claim) -> list[Problem]:
    """What is wrong with a claim by itself: BAD_QUANTITY, NOTHING_WANTED, TOO_MANY_LINES, BAD_HOLD, BAD_REFERENCE."""
    problems: list[Problem] = []
    if not claim.wanted:
        problems.append(NothingWanted(message="Name at least one variant to reserve.", path=("lines",)))
    if len(claim.wanted) > MOST_LINES:
        problems.append(TooManyLines(message=f"A reservation has at most {MOST_LINES} lines.", path=("lines",)))
        return problems
    for place, line in enumerate(claim.wanted):
        if not 0 < line.quantity <= MOST_UNITS_WANTED:
            problems.append(_bad_quantity(("lines", str(place), "quantity")))
    if not problems and len(claim.wanted) > 1:
        problems += [
            _bad_quantity(claim.path_of(variant_id, "quantity"))
            for variant_id, quantity in claim.demand().items()
            if quantity > MOST_UNITS_WANTED
        ]
    if not timedelta(seconds=1) <= claim.hold <= LONGEST_HOLD:
        problems.append(BadHold(message="A hold lasts from a second to a day."))
    if claim.reference is not None and not _is_reference(claim.reference):
        message = f"A reference has 1 to {LONGEST_REFERENCE} printable characters, and not blanks alone."
        problems.append(BadReference(message=message, path=("reference",)))
    return problems


def check_variants(claim: Claim, variants: Mapping[UUID, KnownVariant]) -> list[Problem]:
    """What is wrong with a claim's variants: NOT_FOUND, NOT_SOLD."""
    problems: list[Problem] = []
    for variant_id in claim.demand():
        known = variants.get(variant_id)
        path = claim.path_of(variant_id, "variant")
        if known is None:
            problems.append(NotFound(message="There is no such variant.", path=path, kind="Variant"))
        elif not known.is_sold:
            problems.append(NotSold(message="This variant is not for sale.", path=path))
    return problems


def _bad_quantity(path: tuple[str, ...]) -> BadQuantity:
    return BadQuantity(message=f"A quantity is from 1 to {MOST_UNITS_WANTED:,} units.", path=path)


def _is_reference(text: str) -> bool:
    return len(text) <= LONGEST_REFERENCE and text.isprintable() and bool(text.strip())
