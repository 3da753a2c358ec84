"""What an event is, before it has a context: past tense, small, with ids rather than rows."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Subclasses fix `type` and add fields of JSON types or UUID; docs/events.md lists them. `key` is the aggregate."""

    type: ClassVar[str]
    schema_version: ClassVar[int] = 1

    @property
    def key(self) -> UUID:
        raise NotImplementedError

    def as_row(self) -> dict[str, Any]:
        """The event as values for the outbox table; the payload is a JSON object, hence Any."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        payload = {name: str(value) if isinstance(value, UUID) else value for name, value in given.items()}
        return {
            "type": self.type,
            "schema_version": self.schema_version,
            "key": str(self.key),
            "payload": payload,
        }
