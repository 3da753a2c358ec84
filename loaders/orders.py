"""Loaders of orders. Who may see them is for the resolvers to check."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import Batch, OptionalBatch
from loaders.pages import Pages
from services import orders
from services.catalog.slices import Position
from services.orders import (
    FulfillmentLineRecord,
    FulfillmentRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
)
from services.unit_of_work import ReadSession


class OrderById(OptionalBatch[UUID, OrderRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, OrderRecord]:
        return await orders.find_orders(session, keys)


class LinesByOrder(Batch[UUID, Sequence[OrderLineRecord]]):
    """By position."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[OrderLineRecord]]:
        return await orders.find_lines(session, keys)

    def missing(self, key: UUID) -> Sequence[OrderLineRecord]:
        return ()


class FulfillmentsByOrder(Batch[UUID, Sequence[FulfillmentRecord]]):
    """By number."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[FulfillmentRecord]]:
        return await orders.find_fulfillments(session, keys)

    def missing(self, key: UUID) -> Sequence[FulfillmentRecord]:
        return ()


class LinesByFulfillment(Batch[UUID, Sequence[FulfillmentLineRecord]]):
    """By position of the order's line."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[FulfillmentLineRecord]]:
        return await orders.find_fulfillment_lines(session, keys)

    def missing(self, key: UUID) -> Sequence[FulfillmentLineRecord]:
        return ()


class EventsOfOrder(Pages[OrderEventRecord]):
    """In the order in which they happened; `after` is (sequence, order)."""

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[OrderEventRecord]]:
        return await orders.find_event_pages(session, parents, first=first, after=after)
