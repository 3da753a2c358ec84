"""How reserving, and ending what is reserved, can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfStock(Problem):
    """Fewer units can be sold to the caller than are wanted. `available` is how many, over all allowed warehouses."""

    code: ClassVar[str] = "OUT_OF_STOCK"
    variant_id: UUID
    wanted: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockBusy(Problem):
    """Others kept the units locked for seconds. Nothing is held; the same claim may be made again at once."""

    code: ClassVar[str] = "STOCK_BUSY"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSold(Problem):
    """The variant is archived, or its product is not on sale."""

    code: ClassVar[str] = "NOT_SOLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingWanted(Problem):
    """The claim names no variant."""

    code: ClassVar[str] = "NOTHING_WANTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyLines(Problem):
    """The claim names more variants than one reservation can hold."""

    code: ClassVar[str] = "TOO_MANY_LINES"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadHold(Problem):
    """Nobody holds units for no time, or for days."""

    code: ClassVar[str] = "BAD_HOLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationEnded(Problem):
    """The reservation has ended already; `status` says how."""

    code: ClassVar[str] = "RESERVATION_ENDED"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyExtended(Problem):
    """The hold has been prolonged as often as the store allows."""

    code: ClassVar[str] = "ALREADY_EXTENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldExpired(Problem):
    """The hold is past its time and can no longer be prolonged; it can still be confirmed until the store ends it."""

    code: ClassVar[str] = "HOLD_EXPIRED"
