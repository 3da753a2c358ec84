"""Loaders of supplier receipts and their lines."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import OptionalBatch
from loaders.pages import Pages
from services.catalog.slices import Position
from services.inventory.listing import find_receipt_lines, find_receipts
from services.inventory.movements import ReceiptLineRecord, ReceiptRecord
from services.unit_of_work import ReadSession


class ReceiptById(OptionalBatch[UUID, ReceiptRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, ReceiptRecord]:
        return await find_receipts(session, keys)


class LinesOfReceipt(Pages[ReceiptLineRecord]):
    """Those of most units first; `after` is (quantity, variant)."""

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[ReceiptLineRecord]]:
        return await find_receipt_lines(session, parents, first=first, after=after)
