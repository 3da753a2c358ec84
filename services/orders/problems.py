"""How changing an order can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class IllegalMove(Problem):
    """The order, or the shipment, cannot do that where it is: `status` is where."""

    code: ClassVar[str] = "ILLEGAL_MOVE"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadTrackingNumber(Problem):
    """A carrier's number has 1 to 64 letters, digits, spaces and hyphens; it comes with shipping alone."""

    code: ClassVar[str] = "BAD_TRACKING_NUMBER"
