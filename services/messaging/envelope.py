"""An event on its way: the JSON object that brokers carry and docs/events.md describes."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Envelope(NamedTuple):
    """One event. `id` is the same in each repetition; `payload` is a JSON object of the type's schema, hence Any."""

    id: UUID
    type: str
    schema_version: int
    key: str
    occurred_at: datetime
    payload: dict[str, Any]
