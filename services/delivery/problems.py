"""How changing zones, carriers and rates can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRate(Problem):
    """A rate reaches 1 to 25,000 km, costs nothing or more, and takes 0 to 365 days, the fewest first."""

    code: ClassVar[str] = "BAD_RATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlappingRates(Problem):
    """Two rates of a method reach equally far, so neither is the smaller one."""

    code: ClassVar[str] = "OVERLAPPING_RATES"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTaken(Problem):
    """Another zone of the country, carrier, or method of the carrier has the code."""

    code: ClassVar[str] = "CODE_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalCodeTaken(Problem):
    """A postal code is in another zone, and the caller did not say that it moves."""

    code: ClassVar[str] = "POSTAL_CODE_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalCodeUnknown(Problem):
    """A postal code that does not exist, or is not in the zone that it should leave."""

    code: ClassVar[str] = "POSTAL_CODE_UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDeliverable(Problem):
    """No warehouse delivers to the place."""

    code: ClassVar[str] = "NOT_DELIVERABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMany(Problem):
    """A list has more than 100 entries."""

    code: ClassVar[str] = "LIST_TOO_LONG"
