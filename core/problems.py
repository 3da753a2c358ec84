"""The two kinds of failure a caller sees by name. Anything else is a bug or an outage and is masked at the edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class BadInput(Exception):
    """The caller's mistake in a query: a top-level GraphQL error with a stable code and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Denied(BadInput):
    """Not signed in (`UNAUTHENTICATED`) or not allowed (`FORBIDDEN`)."""


class Unavailable(Exception):
    """A foreign system did not answer, in time or at all. `part` names it: postgres, cache, search."""

    def __init__(self, part: str, message: str = "") -> None:
        super().__init__(message or part)
        self.part = part


class Contended(Unavailable):
    """Others held what was needed for too long, or each waited for the other. Nothing has happened: try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One expected way for a mutation to fail; subclasses fix `code` and add data."""

    code: ClassVar[str] = "INVALID"
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Problem):
    """The command names something that does not exist. `kind` is its type: Product, Offer, SynonymSet …"""

    code: ClassVar[str] = "NOT_FOUND"
    kind: str


class Rejected(Exception):
    """A command was refused. Rolls the transaction back and arrives as `userErrors`."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems: Sequence[Problem] = problems
