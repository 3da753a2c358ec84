"""A mailer for tests that keeps letters in memory, and fails as servers do."""

from collections.abc import Collection
from dataclasses import dataclass, field

from core.problems import Unavailable
from ports.mail import Letter, Undeliverable


@dataclass
class Postbox:
    """Takes `room` letters, all if None, and then is full until there is room again. `refused` do not exist, and
    `busy` are never taken now."""

    room: int | None = None
    refused: Collection[str] = ()
    busy: Collection[str] = ()
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        if letter.to in self.refused:
            raise Undeliverable("550 No such user here")
        if letter.to in self.busy or (self.room is not None and len(self.letters) >= self.room):
            raise Unavailable("mail", "full")
        self.letters.append(letter)

    async def close(self) -> None:
        """Nothing is open."""
