"""Hearing events: what consumers are, what they have handled, and what they could not."""

from services.messaging.envelope import Envelope
from services.messaging.records import Consumer

__all__ = ["Consumer", "Envelope"]
