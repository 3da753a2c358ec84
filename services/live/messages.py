"""What the worker tells the web processes: one batch of events as JSON."""

from datetime import datetime

import orjson

from services.live.records import Batch, LiveEvent


class BadMessage(ValueError):
    """Not a batch: something else is being told on the channel."""


def channel(prefix: str) -> str:
    """Where batches are told, by the prefix of the store's topics."""
    return f"{prefix}.live"


def encode(batch: Batch) -> bytes:
    events = [(event.position, event.type, event.key, event.occurred_at, event.facts) for event in batch.events]
    return orjson.dumps({"previous": batch.previous, "position": batch.position, "events": events})


def decode(message: bytes) -> Batch:
    """Raises `BadMessage`."""
    try:
        found = orjson.loads(message)
        events = [
            LiveEvent(position, type, key, datetime.fromisoformat(occurred_at), facts)
            for position, type, key, occurred_at, facts in found["events"]
        ]
        return Batch(int(found["previous"]), int(found["position"]), events)
    except (ValueError, TypeError, KeyError) as error:
        raise BadMessage(str(error)) from error
