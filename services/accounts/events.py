"""What happened to accounts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """A session was ended before its time: `logout`, `revoked`, `password_changed`, or `reused`, which says that
    somebody else had got hold of a refresh token of it."""

    type: ClassVar[str] = "accounts.session_ended"
    account_id: UUID
    session_id: UUID
    reason: str

    @property
    def key(self) -> UUID:
        return self.session_id
