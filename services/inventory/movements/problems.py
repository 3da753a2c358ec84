"""How moving stock can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConflict(Problem):
    """The same source has used this reference for other goods."""

    code: ClassVar[str] = "RECEIPT_CONFLICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsufficientStock(Problem):
    """A warehouse has fewer units that are not promised to somebody. `available` is how many it has."""

    code: ClassVar[str] = "INSUFFICIENT_STOCK"
    sku: str
    wanted: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLines(Problem):
    """There is nothing to move."""

    code: ClassVar[str] = "NO_LINES"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyLines(Problem):
    """There are more lines than one movement may have."""

    code: ClassVar[str] = "TOO_MANY_LINES"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateSku(Problem):
    """A SKU stands in two lines, where only one can be meant."""

    code: ClassVar[str] = "DUPLICATE_SKU"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadSource(Problem):
    """The name of the source is empty, too long or has characters that cannot be printed."""

    code: ClassVar[str] = "BAD_SOURCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadNote(Problem):
    """The note is missing where the reason needs one, too long, or has characters that cannot be printed."""

    code: ClassVar[str] = "BAD_NOTE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadAdjustment(Problem):
    """A line gives neither a change nor a count, or both."""

    code: ClassVar[str] = "BAD_ADJUSTMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SameWarehouse(Problem):
    """Stock cannot be moved from a warehouse to itself."""

    code: ClassVar[str] = "SAME_WAREHOUSE"
