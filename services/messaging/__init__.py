"""Hearing events: what consumers are, what they have handled, and what they could not."""

from services.messaging.envelope import Envelope, write_envelope
from services.messaging.handling import handle
from services.messaging.parking import (
    ParkedRecord,
    count_parked,
    discard,
    list_parked,
    list_parked_by_id,
)
from services.messaging.records import Consumer
from services.messaging.replaying import release, replay_all
from services.messaging.topics import topic_of

__all__ = [
    "Consumer",
    "Envelope",
    "ParkedRecord",
    "count_parked",
    "discard",
    "handle",
    "list_parked",
    "list_parked_by_id",
    "release",
    "replay_all",
    "topic_of",
    "write_envelope",
]
