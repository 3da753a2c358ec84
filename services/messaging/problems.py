"""Why a parked message is not resolved."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import NotFound, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyResolved(Problem):
    """The message has been replayed or discarded before."""

    code: ClassVar[str] = "ALREADY_RESOLVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFailing(Problem):
    """The consumer cannot handle the message yet; it stays parked."""

    code: ClassVar[str] = "STILL_FAILING"


@dataclass(frozen=True, slots=True, kw_only=True)
class MustWait(Problem):
    """An earlier message with the same key is parked, and its consumer takes them in order."""

    code: ClassVar[str] = "WAITS"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConsumer(Problem):
    """No consumer of this release hears such messages."""

    code: ClassVar[str] = "NO_CONSUMER"


def no_such_message(place: int, *, resolved: bool) -> Problem:
    """What is said of the id at `place` of the input, which names no message that waits."""
    path = ("ids", str(place))
    if resolved:
        return AlreadyResolved(message="This message has been replayed or discarded before.", path=path)
    return NotFound(kind="ParkedMessage", message="There is no such parked message.", path=path)
