"""What happened to delivery."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event

# There is one matrix in a store; its changes are in order.
_MATRIX = UUID("5e1b1ff0-6d31-4f0c-9d4e-6d6174726978")


@dataclass(frozen=True, slots=True)
class MatrixChanged(Event):
    """Some places are served otherwise than before; `version` is that of the matrix now."""

    type: ClassVar[str] = "delivery.matrix_changed"
    version: int

    @property
    def key(self) -> UUID:
        return _MATRIX
