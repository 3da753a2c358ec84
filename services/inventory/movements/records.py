"""What is asked of movements of stock, and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.problems import Problem
from services.inventory.records import LevelRecord


class AdjustmentReason(StrEnum):
    """Why what is in a warehouse is not what its level says; each is a `LedgerReason` too."""

    COUNTED = "counted"
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    RETURNED = "returned"
    OTHER = "other"


class Mover(NamedTuple):
    """Who moves stock. `actor` is kept in the ledger; a seller moves it in the seller's own warehouses only, and other
    warehouses do not exist for that seller."""

    actor: str | None = None
    seller_id: UUID | None = None


class Units(NamedTuple):
    """Units of one SKU."""

    sku: str
    quantity: int


class ReceiptDraft(NamedTuple):
    """Goods that came in. `source` is who says so and `reference` their number for it; `warehouse` is a code.

    A SKU may stand in several lines: they are added up.
    """

    source: str
    reference: str
    warehouse: str
    lines: Sequence[Units]


class ReceiptRecord(NamedTuple):
    id: UUID
    source: str
    reference: str
    warehouse_id: UUID
    actor: str | None
    received_at: datetime


class ReceiptLineRecord(NamedTuple):
    receipt_id: UUID
    variant_id: UUID
    quantity: int


class Received(NamedTuple):
    """A receipt that counts. `is_replay`: it came before, so nothing changed now."""

    receipt: ReceiptRecord
    is_replay: bool


class RefusedReceipt(NamedTuple):
    """A receipt that changed nothing, and why."""

    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is found of a SKU: either `change` more (or fewer, below zero), or `count` in all."""

    sku: str
    change: int | None = None
    count: int | None = None


class Movement(NamedTuple):
    """One adjustment or transfer. `id` is the reference of its ledger entries; `levels` are those that it names, as it
    left them."""

    id: UUID
    levels: Sequence[LevelRecord]
