"""How a variant can be delivered, and what operators see of zones, carriers and the matrix."""

from collections.abc import Awaitable, Sequence
from typing import Annotated, NamedTuple

import strawberry

from core.ids import decode_id_of
from core.paging import Page, binding, decode_cursor, decode_id
from core.places import normalize_country
from core.problems import BadInput
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.delivery import Country, PostalCode, as_text, known, place_key
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from resolvers.visibility import visible_variant
from services.delivery import queries
from services.delivery.options import MOST_UNITS, Wanted
from services.delivery.queries import ZonePlace
from services.delivery.records import CarrierRecord, MatrixRecord, OptionRecord, ZoneRecord


class DeliveryRoot(NamedTuple):
    """Stands for delivery in the operators' part of the graph; its fields fetch what they need."""


async def delivery_options(
    info: Info,
    variant: Annotated[strawberry.ID, strawberry.argument(description="What is to be delivered.")],
    postal_code: PostalCode,
    country: Country = None,
    quantity: Annotated[int, strawberry.argument(description="How many units, 1 to 1,000,000.")] = 1,
) -> Sequence[OptionRecord]:
    key = decode_id_of("Variant", variant)
    if not 1 <= quantity <= MOST_UNITS:
        raise BadInput("BAD_QUANTITY", f"`quantity` must be from 1 to {MOST_UNITS:,}; {quantity} was given.")
    wanted = Wanted(key, place_key(info, postal_code, country), quantity)
    found = known(await info.context.loaders.delivery_of_variant.load(wanted))
    # Asked last, since few name a variant that they may not see; nobody may learn of its stock.
    return found.options if found.options and await visible_variant(info, key) is not None else ()


def delivery(root: OperationsRoot, info: Info) -> DeliveryRoot:
    return DeliveryRoot()


def zones(
    root: DeliveryRoot, info: Info, country: Country = None, first: First = None, after: After = None
) -> Awaitable[Page[ZoneRecord]]:
    chosen = None if country is None else normalize_country(country)
    return list_page(
        info,
        binding("zones", chosen),
        first=first,
        after=after,
        decode=_zone_place,
        position=lambda row: [row.country, row.code],
        read=lambda session, size, start: queries.list_zones(session, first=size, after=start, country=chosen),
    )


def carriers(
    root: DeliveryRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[CarrierRecord]]:
    return list_page(
        info,
        binding("carriers"),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: queries.list_carriers(session, first=size, after=start),
    )


async def matrix(root: DeliveryRoot, info: Info) -> MatrixRecord:
    async with info.context.database.read() as session:
        return await queries.get_matrix(session)


async def lanes(root: MatrixRecord, info: Info) -> int:
    async with info.context.database.read() as session:
        return await queries.count_lanes(session)


def _zone_place(bound_to: bytes, cursor: str) -> ZonePlace:
    return ZonePlace(*map(as_text, decode_cursor(bound_to, cursor, length=2)))
