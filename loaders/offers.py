"""Loaders of offers, prices, stock and ratings."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.tags import product_tag, variant_tag
from loaders.batch import Batch, OptionalBatch, Sessions
from services.catalog import prices
from services.catalog.records import OfferRecord, PriceRangeRecord
from services.inventory import queries as inventory
from services.inventory.records import AvailabilityRecord, LevelRecord, WarehouseRecord
from services.reviews import queries as reviews
from services.reviews.records import NO_RATINGS, RatingRecord
from services.unit_of_work import ReadSession


class OfferById(OptionalBatch[UUID, OfferRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, OfferRecord]:
        return {row.id: row for row in await prices.find_offers(session, keys)}


class BuyBoxByVariant(OptionalBatch[UUID, OfferRecord]):
    """The offer shown for a variant; None if nobody sells it in the store's currency."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(variant_tag, keys)

    def __init__(self, sessions: Sessions, *, currency: str) -> None:
        super().__init__(sessions)
        self.currency = currency

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, OfferRecord]:
        return await prices.find_buy_boxes(session, keys, currency=self.currency)


class PriceRangeByProduct(OptionalBatch[UUID, PriceRangeRecord]):
    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    def __init__(self, sessions: Sessions, *, currency: str) -> None:
        super().__init__(sessions)
        self.currency = currency

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, PriceRangeRecord]:
        return await prices.find_price_ranges(session, keys, currency=self.currency)


class AvailabilityByVariant(Batch[UUID, AvailabilityRecord]):
    """Sellable units; none for variants that no warehouse has ever had."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(variant_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, AvailabilityRecord]:
        return await inventory.find_availability_of_variants(session, keys)

    def missing(self, key: UUID) -> AvailabilityRecord:
        return AvailabilityRecord(0)


class AvailabilityByProduct(Batch[UUID, AvailabilityRecord]):
    """Sellable units over all active variants."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, AvailabilityRecord]:
        return await inventory.find_availability_of_products(session, keys)

    def missing(self, key: UUID) -> AvailabilityRecord:
        return AvailabilityRecord(0)


class LevelsByVariant(Batch[UUID, Sequence[LevelRecord]]):
    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(variant_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[LevelRecord]]:
        return await inventory.find_levels(session, keys)

    def missing(self, key: UUID) -> Sequence[LevelRecord]:
        return ()


class WarehouseById(OptionalBatch[UUID, WarehouseRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, WarehouseRecord]:
        return {row.id: row for row in await inventory.find_warehouses(session, keys)}


class RatingByProduct(Batch[UUID, RatingRecord]):
    """Rating totals; products without reviews get an empty summary."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, RatingRecord]:
        return await reviews.find_ratings(session, keys)

    def missing(self, key: UUID) -> RatingRecord:
        return NO_RATINGS
