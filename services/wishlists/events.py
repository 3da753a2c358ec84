"""What happened to wishlists."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class AlertRequested(Event):
    """Somebody wants to hear of a variant's stock or price."""

    type: ClassVar[str] = "wishlists.alert_requested"
    variant_id: UUID

    @property
    def key(self) -> UUID:
        return self.variant_id
