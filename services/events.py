"""What an event is, before it has a context: past tense, small, with ids rather than rows."""

from dataclasses import asdict, dataclass
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
        payload = {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()}
        return {
            "type": self.type,
            "schema_version": self.schema_version,
            "key": str(self.key),
            "payload": payload,
        }
