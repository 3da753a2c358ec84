"""How writing ratings can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadHistogram(Problem):
    """The counts of ratings are not five numbers of zero or more."""

    code: ClassVar[str] = "BAD_HISTOGRAM"
