"""Reads of the word lists that operators edit."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from models.search import SearchBoost, SynonymSet
from services.unit_of_work import ReadSession


class SynonymSetRecord(NamedTuple):
    id: UUID
    terms: tuple[str, ...]
    one_way: bool


class SearchBoostRecord(NamedTuple):
    id: UUID
    name: str
    query_words: tuple[str, ...]
    title_words: tuple[str, ...]
    category_id: UUID | None
    brand_id: UUID | None
    product_id: UUID | None
    factor: float


async def list_synonym_sets(session: ReadSession, *, first: int, after: UUID | None) -> Sequence[SynonymSetRecord]:
    """Oldest first, behind `after`."""
    statement = sa.select(SynonymSet.id, SynonymSet.terms, SynonymSet.one_way).order_by(SynonymSet.id).limit(first)
    if after is not None:
        statement = statement.where(SynonymSet.id > after)
    return [SynonymSetRecord._make(row) for row in await session.execute(statement)]


async def list_search_boosts(session: ReadSession, *, first: int, after: UUID | None) -> Sequence[SearchBoostRecord]:
    """Oldest first, behind `after`."""
    statement = (
        sa.select(
            SearchBoost.id,
            SearchBoost.name,
            SearchBoost.query_words,
            SearchBoost.title_words,
            SearchBoost.category_id,
            SearchBoost.brand_id,
            SearchBoost.product_id,
            SearchBoost.factor,
        )
        .order_by(SearchBoost.id)
        .limit(first)
    )
    if after is not None:
        statement = statement.where(SearchBoost.id > after)
    return [SearchBoostRecord._make(row) for row in await session.execute(statement)]
