"""How writing stock can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadQuantity(Problem):
    """A number of units is negative or larger than can be stored."""

    code: ClassVar[str] = "BAD_QUANTITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCode(Problem):
    """A warehouse's code is empty, too long, or has other signs than codes have."""

    code: ClassVar[str] = "BAD_CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadName(Problem):
    """A warehouse's name is empty, too long, or cannot be printed."""

    code: ClassVar[str] = "BAD_NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCountry(Problem):
    """A country is no two-letter code."""

    code: ClassVar[str] = "BAD_COUNTRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPostalCode(Problem):
    """A postal code is empty, too long, or has other signs than postal codes have."""

    code: ClassVar[str] = "BAD_POSTAL_CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCoordinates(Problem):
    """A place is not on the Earth."""

    code: ClassVar[str] = "BAD_COORDINATES"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyReceipts(Problem):
    """An upload has more receipts than one answer can tell of."""

    code: ClassVar[str] = "TOO_MANY_RECEIPTS"
