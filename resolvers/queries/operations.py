"""What operators see."""

from collections.abc import Awaitable
from typing import NamedTuple

from core.paging import Page, binding, decode_id
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from services.catalog.records import BrandRecord, CategoryRecord, ProductRecord
from services.search import word_lists
from services.search.word_lists import SearchBoostRecord, SynonymSetRecord


class OperationsRoot(NamedTuple):
    """Stands for the operators' part of the graph; its fields fetch what they need."""


def operations(info: Info) -> OperationsRoot:
    return OperationsRoot()


def synonym_sets(
    root: OperationsRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[SynonymSetRecord]]:
    return list_page(
        info,
        binding("synonyms"),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: word_lists.list_synonym_sets(session, first=size, after=start),
    )


def search_boosts(
    root: OperationsRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[SearchBoostRecord]]:
    return list_page(
        info,
        binding("boosts"),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: word_lists.list_search_boosts(session, first=size, after=start),
    )


def boosted_category(root: SearchBoostRecord, info: Info) -> Awaitable[CategoryRecord | None] | None:
    return None if root.category_id is None else info.context.loaders.category_by_id.load(root.category_id)


def boosted_brand(root: SearchBoostRecord, info: Info) -> Awaitable[BrandRecord | None] | None:
    return None if root.brand_id is None else info.context.loaders.brand_by_id.load(root.brand_id)


def boosted_product(root: SearchBoostRecord, info: Info) -> Awaitable[ProductRecord | None] | None:
    return None if root.product_id is None else info.context.loaders.product_by_id.load(root.product_id)
