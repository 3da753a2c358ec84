"""Loaders of pages of nested lists: equal pages of many parents are one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from core.tags import product_tag, variant_tag
from loaders.batch import Batch, OptionalBatch, Sessions
from services.catalog import prices, queries
from services.catalog.records import MediaRecord, OfferPriceRecord, OfferRecord, VariantRecord
from services.catalog.slices import Position
from services.unit_of_work import ReadSession

T = TypeVar("T")


class Slice(NamedTuple):
    """A page of one parent's list: its first `first` rows behind the position `after`."""

    parent_id: UUID
    first: int
    after: Position | None = None


class Pages(Batch[Slice, Sequence[T]], Generic[T]):
    """Subclasses give `fetch_pages` for parents that all want the same slice."""

    async def fetch(self, session: ReadSession, keys: Sequence[Slice]) -> Mapping[Slice, Sequence[T]]:
        groups: dict[tuple[int, Position | None], list[UUID]] = defaultdict(list)
        for key in keys:
            groups[key.first, key.after].append(key.parent_id)
        found: dict[Slice, Sequence[T]] = {}
        for (first, after), parents in groups.items():
            rows = await self.fetch_pages(session, parents, first, after)
            found.update({Slice(parent, first, after): page for parent, page in rows.items()})
        return found

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[T]]:
        raise NotImplementedError

    def missing(self, key: Slice) -> Sequence[T]:
        return ()


class VariantsOfProduct(Pages[VariantRecord]):
    """By position; `after` is (position, id)."""

    def tags(self, keys: Sequence[Slice]) -> Iterable[str]:
        return (product_tag(key.parent_id) for key in keys)

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[VariantRecord]]:
        return await queries.find_variant_pages(session, parents, first=first, after=after)


class OffersOfVariant(Pages[OfferRecord]):
    """Cheapest first; `after` is (price in minor units, id)."""

    def tags(self, keys: Sequence[Slice]) -> Iterable[str]:
        return (variant_tag(key.parent_id) for key in keys)

    def __init__(self, sessions: Sessions, *, currency: str) -> None:
        super().__init__(sessions)
        self.currency = currency

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[OfferRecord]]:
        return await prices.find_offer_pages(session, parents, first=first, after=after, currency=self.currency)


class PricesOfOffer(Pages[OfferPriceRecord]):
    """Newest first; `after` is (time, id)."""

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[OfferPriceRecord]]:
        return await prices.find_price_history_pages(session, parents, first=first, after=after)


class MediaOfProduct(Pages[MediaRecord]):
    """The gallery from its start; `after` is not used."""

    def tags(self, keys: Sequence[Slice]) -> Iterable[str]:
        return (product_tag(key.parent_id) for key in keys)

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[MediaRecord]]:
        return await queries.find_product_media(session, parents, first=first)


class ImageByProduct(OptionalBatch[UUID, MediaRecord]):
    """The first picture of the gallery; None without any."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, MediaRecord]:
        galleries = await queries.find_product_media(session, keys, first=1)
        return {product_id: media[0] for product_id, media in galleries.items()}


class MediaOfVariant(Pages[MediaRecord]):
    """The variant's own pictures; `after` is not used."""

    def tags(self, keys: Sequence[Slice]) -> Iterable[str]:
        return (variant_tag(key.parent_id) for key in keys)

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[MediaRecord]]:
        return await queries.find_variant_media(session, parents, first=first)
