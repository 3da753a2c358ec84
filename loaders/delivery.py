"""Loaders of places, delivery options, zones' postal codes and carriers' methods."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from core.problems import Unavailable
from loaders.batch import Batch, OptionalBatch, Sessions
from ports.cache import Cache
from services.delivery import options, queries
from services.delivery.options import DeliveryRecord, Wanted
from services.delivery.places import PlaceKey, find_places, recall_places, remember_places
from services.delivery.records import CarrierRecord, MethodRecord, PlaceRecord, PostalCodeRecord
from services.unit_of_work import ReadSession

log = structlog.get_logger(__name__)
_NOWHERE = DeliveryRecord(is_known=False, options=())


class PlaceByKey(OptionalBatch[PlaceKey, PlaceRecord]):
    """Places of postal codes that exist. Without a cache that answers, all come from Postgres."""

    def __init__(self, sessions: Sessions, cache: Cache) -> None:
        super().__init__(sessions)
        self.shared = cache

    async def collect(self, keys: Sequence[PlaceKey]) -> Mapping[PlaceKey, PlaceRecord | None]:
        found: dict[PlaceKey, PlaceRecord | None] = {}
        try:
            found.update(await recall_places(self.shared, keys))
        except Unavailable as error:
            log.warning("cache.unavailable", error=str(error))
            return await super().collect(keys)
        absent = [key for key in keys if key not in found]
        if absent:
            async with self.sessions.permits, self.sessions.database.read() as session:
                places = await find_places(session, absent)
            found.update(places.found)
            try:
                await remember_places(self.shared, places)
            except Unavailable as error:
                log.warning("cache.unavailable", error=str(error))
        return found

    async def fetch(self, session: ReadSession, keys: Sequence[PlaceKey]) -> Mapping[PlaceKey, PlaceRecord | None]:
        return (await find_places(session, keys)).found


class DeliveryOfVariant(Batch[Wanted, DeliveryRecord]):
    """How units of a variant get to a place."""

    def __init__(self, sessions: Sessions, *, currency: str) -> None:
        super().__init__(sessions)
        self.currency = currency

    async def fetch(self, session: ReadSession, keys: Sequence[Wanted]) -> Mapping[Wanted, DeliveryRecord]:
        return await options.find_options_of_variants(session, keys, currency=self.currency)

    def missing(self, key: Wanted) -> DeliveryRecord:
        return _NOWHERE


class DeliveryOfProduct(DeliveryOfVariant):
    """How some variant of a product gets to a place."""

    async def fetch(self, session: ReadSession, keys: Sequence[Wanted]) -> Mapping[Wanted, DeliveryRecord]:
        return await options.find_options_of_products(session, keys, currency=self.currency)


class CodesSlice(NamedTuple):
    """A page of a zone's postal codes: the first `first` behind the code `after`."""

    zone_id: UUID
    first: int
    after: str | None = None


class PostalCodesOfZone(Batch[CodesSlice, Sequence[PostalCodeRecord]]):
    async def fetch(
        self, session: ReadSession, keys: Sequence[CodesSlice]
    ) -> Mapping[CodesSlice, Sequence[PostalCodeRecord]]:
        groups: dict[tuple[int, str | None], list[UUID]] = defaultdict(list)
        for key in keys:
            groups[key.first, key.after].append(key.zone_id)
        found: dict[CodesSlice, Sequence[PostalCodeRecord]] = {}
        for (first, after), zones in groups.items():
            rows = await queries.find_postal_codes(session, zones, first=first, after=after)
            found.update({CodesSlice(zone, first, after): page for zone, page in rows.items()})
        return found

    def missing(self, key: CodesSlice) -> Sequence[PostalCodeRecord]:
        return ()


class CarrierById(OptionalBatch[UUID, CarrierRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, CarrierRecord]:
        return await queries.find_carriers(session, keys)


class MethodsOfCarrier(Batch[UUID, Sequence[MethodRecord]]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[MethodRecord]]:
        return await queries.find_methods(session, keys)

    def missing(self, key: UUID) -> Sequence[MethodRecord]:
        return ()
