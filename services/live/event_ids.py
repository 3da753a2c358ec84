"""The ids of events that subscribers get and resume behind: where the event stands in the log, and when it happened."""

import base64
import binascii
import struct
from datetime import UTC, datetime
from typing import NamedTuple

from core.problems import BadInput

_LAYOUT = struct.Struct(">QI")


class EventId(NamedTuple):
    """`position` orders events; `second` (since 1970) tells whether all that followed is still kept."""

    position: int
    second: int

    @classmethod
    def of(cls, position: int, at: datetime) -> "EventId":
        return cls(position, int(at.timestamp()))

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.second, UTC)

    def encode(self) -> str:
        """Opaque text for clients."""
        return base64.urlsafe_b64encode(_LAYOUT.pack(*self)).decode()

    @classmethod
    def decode(cls, text: str) -> "EventId":
        """The id in `text`; raises `BadInput` (BAD_ID) for anything that `encode` did not make."""
        try:
            found = cls._make(_LAYOUT.unpack(base64.b64decode(text, altchars=b"-_", validate=True)))
        except (binascii.Error, struct.error, ValueError) as error:
            raise unknown() from error
        if found.encode() != text or found.position >= 2**63:
            raise unknown()
        return found


def unknown() -> BadInput:
    return BadInput("BAD_ID", "This is not an event id that this service has given.")


def expired() -> BadInput:
    return BadInput(
        "EVENT_ID_EXPIRED",
        "Events behind this id are no longer all kept. Read the present state, and subscribe without it.",
    )
