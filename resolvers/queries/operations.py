"""What operators see."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from core.paging import Page, binding, decode_cursor, encode_cursor, not_a_cursor, page_size
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import page_of
from services.catalog.records import BrandRecord, CategoryRecord, ProductRecord
from services.search import word_lists
from services.search.word_lists import SearchBoostRecord, SynonymSetRecord


class OperationsRoot(NamedTuple):
    """Stands for the operators' part of the graph; its fields fetch what they need."""


class _Identified(Protocol):
    @property
    def id(self) -> UUID: ...


R = TypeVar("R", bound=_Identified)


def operations(info: Info) -> OperationsRoot:
    return OperationsRoot()


async def synonym_sets(
    root: OperationsRoot, info: Info, first: First = None, after: After = None
) -> Page[SynonymSetRecord]:
    async def read(size: int, start: UUID | None) -> Sequence[SynonymSetRecord]:
        async with info.context.database.read() as session:
            return await word_lists.list_synonym_sets(session, first=size, after=start)

    return await _page("synonyms", read, first, after)


async def search_boosts(
    root: OperationsRoot, info: Info, first: First = None, after: After = None
) -> Page[SearchBoostRecord]:
    async def read(size: int, start: UUID | None) -> Sequence[SearchBoostRecord]:
        async with info.context.database.read() as session:
            return await word_lists.list_search_boosts(session, first=size, after=start)

    return await _page("boosts", read, first, after)


def boosted_category(root: SearchBoostRecord, info: Info) -> Awaitable[CategoryRecord | None] | None:
    return None if root.category_id is None else info.context.loaders.category_by_id.load(root.category_id)


def boosted_brand(root: SearchBoostRecord, info: Info) -> Awaitable[BrandRecord | None] | None:
    return None if root.brand_id is None else info.context.loaders.brand_by_id.load(root.brand_id)


def boosted_product(root: SearchBoostRecord, info: Info) -> Awaitable[ProductRecord | None] | None:
    return None if root.product_id is None else info.context.loaders.product_by_id.load(root.product_id)


async def _page(
    name: str,
    read: Callable[[int, UUID | None], Awaitable[Sequence[R]]],
    first: int | None,
    after: str | None,
) -> Page[R]:
    size, bound_to = page_size(first), binding(name)
    start = None if after is None else _key(bound_to, after)
    rows = await read(size + 1, start)
    return page_of(
        rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [str(row.id)])
    )


def _key(bound_to: bytes, cursor: str) -> UUID:
    (value,) = decode_cursor(bound_to, cursor, length=1)
    try:
        return UUID(str(value))
    except ValueError as error:
        raise not_a_cursor() from error
