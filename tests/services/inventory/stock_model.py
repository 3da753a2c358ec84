"""Stock as plain Python would keep it: what the state machine compares the store with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WAREHOUSES = ("EAST", "NORTH", "WEST")
# Variant (by number), warehouse and units.
Piece = tuple[int, str, int]
Line = tuple[int, int]


@dataclass(slots=True)
class Hold:
    """A reservation; `is_due` when its time is over."""

    pieces: Sequence[Piece]
    status: str = "held"
    extensions: int = 0
    is_due: bool = False


@dataclass(slots=True)
class Model:
    """On hand and reserved by variant and warehouse, and all reservations in the order of their making."""

    on_hand: dict[tuple[int, str], int] = field(default_factory=dict)
    reserved: dict[tuple[int, str], int] = field(default_factory=dict)
    holds: list[Hold] = field(default_factory=list)

    def available(self, variant: int, code: str) -> int:
        return self.on_hand.get((variant, code), 0) - self.reserved.get((variant, code), 0)

    def reserve(self, lines: Sequence[Line], ranking: Sequence[str], *, partial: bool) -> Hold | list[Line]:
        """The hold, or for each short variant how many could be had."""
        wanted: dict[int, int] = {}
        for variant, quantity in lines:
            wanted[variant] = wanted.get(variant, 0) + quantity
        pieces: list[Piece] = []
        short: list[Line] = []
        for variant, quantity in wanted.items():
            left = quantity
            for code in ranking:
                units = min(left, self.available(variant, code))
                if units:
                    pieces.append((variant, code, units))
                    left -= units
            if left:
                short.append((variant, quantity - left))
        if short and not (partial and pieces):
            return short
        for variant, code, units in pieces:
            self.reserved[variant, code] = self.reserved.get((variant, code), 0) + units
        self.holds.append(Hold(pieces))
        return self.holds[-1]

    def end(self, hold: Hold, status: str) -> str:
        """The status it has then, or why it cannot end so."""
        if hold.status == "held":
            hold.status = status
            for variant, code, units in hold.pieces:
                self.reserved[variant, code] -= units
                if status == "confirmed":
                    self.on_hand[variant, code] -= units
        return status if hold.status == status else "RESERVATION_ENDED"

    def extend(self, hold: Hold) -> str:
        if hold.status != "held":
            return "RESERVATION_ENDED"
        if hold.extensions:
            return "ALREADY_EXTENDED"
        if hold.is_due:
            return "HOLD_EXPIRED"
        hold.extensions = 1
        return "held"

    def expire(self) -> list[Hold]:
        due = [hold for hold in self.holds if hold.is_due and hold.status == "held"]
        for hold in due:
            self.end(hold, "expired")
        return due

    def change(self, variant: int, code: str, units: int) -> str:
        """Units that come or go; those that are reserved do not go."""
        if self.on_hand.get((variant, code), 0) + units < self.reserved.get((variant, code), 0):
            return "INSUFFICIENT_STOCK"
        self.on_hand[variant, code] = self.on_hand.get((variant, code), 0) + units
        return "done"

    def transfer(self, variant: int, source: str, target: str, units: int) -> str:
        if source == target:
            return "SAME_WAREHOUSE"
        if units > self.available(variant, source):
            return "INSUFFICIENT_STOCK"
        self.change(variant, source, -units)
        return self.change(variant, target, units)
