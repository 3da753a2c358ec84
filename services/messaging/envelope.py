"""An event on its way: the JSON object that brokers carry and docs/events.md describes."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.outbox import PlacedEvent

# Keys and types are also columns with an index.
LONGEST_NAME = 200


class Envelope(NamedTuple):
    """One event. `id` is the same in each repetition; `payload` is a JSON object of the type's schema, hence Any.

    `position` is the event's place among all of the store's own; None for those of other systems.
    """

    id: UUID
    type: str
    schema_version: int
    key: str
    occurred_at: datetime
    payload: dict[str, Any]
    position: int | None = None


class BadEnvelope(Exception):
    """What came is not an event; the message says why."""


def write_envelope(event: PlacedEvent) -> bytes:
    """The event as the body of a message."""
    return orjson.dumps(
        {
            "id": str(event.id),
            "type": event.type,
            "schemaVersion": event.schema_version,
            "key": event.key,
            "position": event.position,
            "occurredAt": event.occurred_at,
            "payload": event.payload,
        }
    )


def read_envelope(body: bytes, *, id: UUID, key: str) -> Envelope:
    """The event in a message's body; `id` and `key` are used where the body has none. Raises `BadEnvelope`."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadEnvelope(f"The body is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadEnvelope("The body is not a JSON object.")
    payload, version, position = given.get("payload"), given.get("schemaVersion"), given.get("position")
    if not isinstance(payload, dict):
        raise BadEnvelope("`payload` is missing or not an object.")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadEnvelope("`schemaVersion` is missing or not a whole number from 1.")
    if position is not None and (not isinstance(position, int) or isinstance(position, bool)):
        raise BadEnvelope("`position` is not a whole number.")
    return Envelope(
        id=_identity(given.get("id"), id),
        type=_name("type", given.get("type")),
        schema_version=version,
        key=_name("key", key if given.get("key") is None else given["key"], least=0),
        occurred_at=_moment(given.get("occurredAt")),
        payload=payload,
        position=position,
    )


def _identity(given: object, otherwise: UUID) -> UUID:
    if given is None:
        return otherwise
    try:
        return UUID(given if isinstance(given, str) else "")
    except ValueError as error:
        raise BadEnvelope("`id` is not a UUID.") from error


def _name(field: str, given: object, *, least: int = 1) -> str:
    if not isinstance(given, str) or not least <= len(given) <= LONGEST_NAME or "\0" in given:
        raise BadEnvelope(f"`{field}` is missing or not a text of {least} to {LONGEST_NAME} characters.")
    return given


def _moment(given: object) -> datetime:
    try:
        moment = datetime.fromisoformat(given if isinstance(given, str) else "")
    except ValueError as error:
        raise BadEnvelope("`occurredAt` is missing or not a time as in RFC 3339.") from error
    if moment.tzinfo is None:
        raise BadEnvelope("`occurredAt` has no time zone.")
    return moment
