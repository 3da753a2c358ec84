"""How writing to the catalog can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPrice(Problem):
    """A price is negative, above the largest that is stored, or not below the price it is compared with."""

    code: ClassVar[str] = "BAD_PRICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPurchaseLimit(Problem):
    """One customer may have from 1 to 1,000,000 units of an offer, or any number."""

    code: ClassVar[str] = "BAD_PURCHASE_LIMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadStatus(Problem):
    """The status does not exist."""

    code: ClassVar[str] = "BAD_STATUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCategory(Problem):
    """A category's path is empty, too deep, or has a name that is empty or too long."""

    code: ClassVar[str] = "BAD_CATEGORY"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeTypeFixed(Problem):
    """An attribute cannot get another type once it exists, since products hold values of the old one."""

    code: ClassVar[str] = "ATTRIBUTE_TYPE_FIXED"
    attribute: str
