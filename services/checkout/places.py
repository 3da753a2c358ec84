"""Where checkouts go to: the place that an address names, and whether everything reaches it. Pure."""

from typing import Protocol

from core.problems import Problem, Rejected
from services.cart.records import Destination
from services.checkout.records import Content
from services.delivery.places import PlaceKey
from services.delivery.problems import NotDeliverable


class _Placed(Protocol):
    """An address, kept or given."""

    @property
    def country(self) -> str: ...

    @property
    def postal_code(self) -> str: ...


def place_of(address: _Placed) -> Destination:
    """The place that an address names, as the tables of delivery and taxes have it."""
    return Destination(*PlaceKey.of(country=address.country, code=address.postal_code))


def refuse_unreachable(content: Content, *path: str) -> None:
    """Raises `Rejected` (NOT_DELIVERABLE) for each line of which units come by no way, once the place is known."""
    if content.destination is None:
        return
    stuck = {piece.position for one in content.groups if not one.options for piece in one.pieces}
    problems: list[Problem] = [
        NotDeliverable(
            message=f"{content.lines[position].title} cannot be delivered there.",
            path=path or ("lines", str(position)),
        )
        for position in sorted(stuck)
    ]
    if problems:
        raise Rejected(*problems)
