"""Hearing events: what consumers are, what they have handled, and what they could not."""

from services.messaging.envelope import Envelope
from services.messaging.records import Consumer
from services.messaging.topics import topic_of

__all__ = ["Consumer", "Envelope", "topic_of"]
