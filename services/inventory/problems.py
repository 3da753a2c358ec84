"""How writing stock can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadQuantity(Problem):
    """A number of units is negative or larger than can be stored."""

    code: ClassVar[str] = "BAD_QUANTITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReference(Problem):
    """The reference is empty, too long or has characters that cannot be printed."""

    code: ClassVar[str] = "BAD_REFERENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyReceipts(Problem):
    """An upload has more receipts than one answer can tell of."""

    code: ClassVar[str] = "TOO_MANY_RECEIPTS"
