"""How changing taxes can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadTaxRate(Problem):
    """A rate is from 0 to 1,000,000 parts per million."""

    code: ClassVar[str] = "BAD_TAX_RATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadTaxClass(Problem):
    """The name of a tax class has 1 to 40 letters, digits and hyphens, and begins with a letter."""

    code: ClassVar[str] = "BAD_TAX_CLASS"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateTaken(Problem):
    """The class has another rate for the same country and postal prefix."""

    code: ClassVar[str] = "TAX_RATE_TAKEN"
