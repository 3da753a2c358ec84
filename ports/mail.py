"""Letters to people."""

from typing import NamedTuple, Protocol


class Letter(NamedTuple):
    """A mail to one person, as plain text. `key` is the same each time the same letter is sent: a receiver that sees
    it twice (it is the Message-ID) may drop one."""

    key: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Raises `core.problems.Unavailable("mail")` when no server takes the letter now, and `Undeliverable` when none
    ever will."""

    async def send(self, letter: Letter) -> None:
        """Returns when a server has taken responsibility for the letter."""
        ...

    async def close(self) -> None: ...


class Undeliverable(Exception):
    """The address does not exist or is refused for good."""
