"""What happened to ratings."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class RatingChanged(Event):
    """The rating summary of a product changed."""

    type: ClassVar[str] = "reviews.rating_changed"
    product_id: UUID

    @property
    def key(self) -> UUID:
        return self.product_id
