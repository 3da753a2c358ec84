"""How a variant can be delivered, and what operators see of zones, carriers and the matrix."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.paging import Page, binding, decode_cursor, encode_cursor, not_a_cursor, page_size
from core.places import normalize_country
from core.problems import BadInput
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.delivery import Country, PostalCode, as_text, known, place_key
from resolvers.paging import page_of
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


async def zones(
    root: DeliveryRoot, info: Info, country: Country = None, first: First = None, after: After = None
) -> Page[ZoneRecord]:
    chosen = None if country is None else normalize_country(country)
    size, bound_to = page_size(first), binding("zones", chosen)
    start = None if after is None else ZonePlace(*map(as_text, decode_cursor(bound_to, after, length=2)))
    async with info.context.database.read() as session:
        rows = await queries.list_zones(session, first=size + 1, after=start, country=chosen)
    return page_of(
        rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [row.country, row.code])
    )


async def carriers(root: DeliveryRoot, info: Info, first: First = None, after: After = None) -> Page[CarrierRecord]:
    size, bound_to = page_size(first), binding("carriers")
    start = None if after is None else _key(bound_to, after)
    async with info.context.database.read() as session:
        rows = await queries.list_carriers(session, first=size + 1, after=start)
    return page_of(
        rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [str(row.id)])
    )


async def matrix(root: DeliveryRoot, info: Info) -> MatrixRecord:
    async with info.context.database.read() as session:
        return await queries.get_matrix(session)


async def lanes(root: MatrixRecord, info: Info) -> int:
    async with info.context.database.read() as session:
        return await queries.count_lanes(session)


def _key(bound_to: bytes, cursor: str) -> UUID:
    (value,) = decode_cursor(bound_to, cursor, length=1)
    try:
        return UUID(str(value))
    except ValueError as error:
        raise not_a_cursor() from error
