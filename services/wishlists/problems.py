"""How changing a wishlist can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyWishlists(Problem):
    """The account has as many lists as one can have."""

    code: ClassVar[str] = "TOO_MANY_WISHLISTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyItems(Problem):
    """The list would have more items than one can have. Nothing was added."""

    code: ClassVar[str] = "TOO_MANY_ITEMS"
