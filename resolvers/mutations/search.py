"""Mutations of the word lists of search."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.mutation import Outcome, commit, delete
from schema.inputs.search import (
    DeleteSearchBoostInput,
    DeleteSynonymSetInput,
    SaveSearchBoostInput,
    SaveSynonymSetInput,
)
from services import search
from services.search import SearchBoostRecord, SynonymSetRecord


async def save_synonym_set(
    info: Info, input: Annotated[SaveSynonymSetInput, strawberry.argument(description="The set.")]
) -> Outcome[SynonymSetRecord]:
    key = None if input.id is None else decode_id_of("SynonymSet", input.id)
    return await commit(info, search.save_synonym_set, id=key, terms=input.terms, one_way=input.is_one_way)


async def delete_synonym_set(
    info: Info, input: Annotated[DeleteSynonymSetInput, strawberry.argument(description="The set.")]
) -> Outcome[str]:
    return await delete(info, search.delete_synonym_set, kind="SynonymSet", id=input.id)


async def save_search_boost(
    info: Info, input: Annotated[SaveSearchBoostInput, strawberry.argument(description="The rule.")]
) -> Outcome[SearchBoostRecord]:
    return await commit(
        info,
        search.save_search_boost,
        id=None if input.id is None else decode_id_of("SearchBoost", input.id),
        name=input.name,
        query_words=input.query_words,
        title_words=input.title_words,
        category_id=None if input.category is None else decode_id_of("Category", input.category),
        brand_id=None if input.brand is None else decode_id_of("Brand", input.brand),
        product_id=None if input.product is None else decode_id_of("Product", input.product),
        factor=input.factor,
    )


async def delete_search_boost(
    info: Info, input: Annotated[DeleteSearchBoostInput, strawberry.argument(description="The rule.")]
) -> Outcome[str]:
    return await delete(info, search.delete_search_boost, kind="SearchBoost", id=input.id)
