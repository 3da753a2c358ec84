"""The shop's search: understands a query, asks the engine (Postgres while that is away), ranks, counts, pages."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from core.paging import binding, decode_number, encode_cursor
from core.problems import Unavailable
from core.settings import Settings
from ports.search import (
    LARGEST_OFFSET,
    FacetKey,
    Filter,
    OutdatedIndex,
    SearchIndex,
    SearchRequest,
    SearchResponse,
    SortKey,
    TextQuery,
)
from services.delivery import PlaceRecord
from services.search.facets import (
    MOST_NUMBERS,
    MOST_VALUES,
    Counts,
    NumberQuestions,
    attribute_facets,
    availability_facet,
    categories_in_view,
    category_facet,
    deliverable_facet,
    entity_facet,
    price_facet,
    rating_facet,
    serving,
    without_ranges,
)
from services.search.knowledge import Knowledge, KnowledgeCache
from services.search.names import Names
from services.search.pages import Facet, SearchEdge, SearchPage, Suggestions, Want
from services.search.planning import plan_query
from services.search.ranges import histogram
from services.search.retrieval import retrieve
from services.search.suggesting import suggest_from
from services.unit_of_work import Database

log = structlog.get_logger(__name__)
EVERYTHING = Want()
T = TypeVar("T")
# More owners than a facet shows, in case some of them are gone.
_NAMED = 2 * MOST_VALUES


class Fallback(Protocol):
    """What answers while the engine is away."""

    async def search(self, request: SearchRequest) -> SearchResponse: ...


class ProductSearch:
    """One for each process. Remembers words and names of the catalog, and whether the engine is away."""

    def __init__(
        self,
        database: Database,
        index: SearchIndex,
        fallback: Fallback,
        settings: Settings,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._fallback = fallback
        self._settings = settings
        self._seconds = seconds
        self._knowledge = KnowledgeCache(database, settings.search, seconds=seconds)
        self._names = Names(database, seconds=seconds)
        self._away_until = -1.0

    async def search(
        self,
        *,
        query: str,
        filter: Filter,
        sort: SortKey | None,
        first: int,
        after: str | None,
        want: Want = EVERYTHING,
    ) -> SearchPage:
        """One page of what matches. Without any word in the query everything does, best sellers first.

        Raises `BadInput`: QUERY_TOO_LONG, BAD_CURSOR, STALE_CURSOR; `Unavailable` only if Postgres is away too.
        """
        bound_to = binding("search", query, repr(filter), sort)
        position = None
        if after is not None:
            # By relevance the number of hits before, else the sort key of the last one.
            bounds = {"least": 1, "most": LARGEST_OFFSET} if sort is None else {}
            position = decode_number(bound_to, after, **bounds)
        knowledge = await self._knowledge.current()
        plan = plan_query(query, lexicon=knowledge.lexicon, vocabulary=knowledge.vocabulary)
        request = SearchRequest(
            text=None,
            filter=self._effective(filter, sort),
            limit=first + (sort is not None),
            offset=(position or 0) if sort is None else 0,
            sort=sort,
            after_key=None if sort is None else position,
            facets=want.facets,
        )
        found, is_degraded = await self._ask(
            lambda source: retrieve(source, request=request, plan=plan, ranker=knowledge.ranker)
        )
        response = found.response
        hits = response.hits[:first]
        positions = (
            [hit.sort_key for hit in hits] if sort else list(range(request.offset + 1, request.offset + 1 + first))
        )
        seen = request.offset + len(hits)
        facets, buckets = None, None
        if want.facets:
            facets = await self._facets(
                response, found.text, filter, knowledge, is_degraded=is_degraded, deliver_to=want.deliver_to
            )
            buckets = histogram(response.facets.get(FacetKey.PRICE, ()), self._settings.catalog.currency)
        return SearchPage(
            edges=[
                SearchEdge(hit.id, partial(encode_cursor, bound_to, [place]))
                for hit, place in zip(hits, positions, strict=False)
            ],
            has_next_page=len(response.hits) > first if sort else seen < min(response.total, LARGEST_OFFSET),
            total=response.total,
            facets=facets,
            price_histogram=buckets,
            did_you_mean=None if plan is None else plan.spelled,
            degraded=is_degraded,
        )

    async def suggest(self, *, prefix: str, first: int) -> Suggestions:
        """Completions of what somebody is typing: at most `first` of each kind. Raises `BadInput` (QUERY_TOO_LONG)."""
        knowledge = await self._knowledge.current()
        found, _ = await self._ask(lambda source: suggest_from(source, knowledge, prefix=prefix, first=first))
        return found

    def _effective(self, chosen: Filter, sort: SortKey | None) -> Filter:
        hides = self._settings.search.out_of_stock == "hide" and sort is None and chosen.in_stock is None
        return replace(chosen, in_stock=True) if hides else chosen

    async def _ask(self, question: Callable[[Fallback], Awaitable[T]]) -> tuple[T, bool]:
        """The answer of the engine, or of the fallback while the engine is away or does not know yet what is asked;
        the second says which."""
        if self._seconds() >= self._away_until:
            try:
                return await question(self._index), False
            except OutdatedIndex:
                # It answers other questions, and a worker is rebuilding it.
                pass
            except Unavailable as error:
                if error.part != "search":
                    raise
                self._away_until = self._seconds() + self._settings.search.retry_seconds
                log.warning("search_engine_away", reason=str(error))
        return await question(self._fallback), True

    async def _facets(
        self,
        response: SearchResponse,
        text: TextQuery | None,
        chosen: Filter,
        knowledge: Knowledge,
        *,
        is_degraded: bool,
        deliver_to: PlaceRecord | None,
    ) -> list[Facet]:
        counts = response.facets
        owners = [value for key in (FacetKey.BRAND, FacetKey.SELLER) for value, _ in counts.get(key, ())[:_NAMED]]
        chosen_owners = (*chosen.brand_ids, *chosen.seller_ids)
        names = await self._names.of({*map(UUID, owners), *chosen_owners})
        numbers, deliverable = await asyncio.gather(
            self._numbers(counts, text, chosen, knowledge, is_degraded=is_degraded),
            self._deliverable(response.total, text, chosen, deliver_to),
        )
        found = [
            category_facet(counts, chosen, knowledge.categories),
            entity_facet(FacetKey.BRAND, "Brand", counts, chosen.brand_ids, names),
            price_facet(counts, chosen, self._settings.catalog.currency),
            *numbers,
            rating_facet(counts, chosen),
            availability_facet(counts, chosen),
            *deliverable,
            entity_facet(FacetKey.SELLER, "Seller", counts, chosen.seller_ids, names),
            *attribute_facets(counts, chosen, knowledge),
        ]
        return [facet for facet in found if facet.values]

    async def _deliverable(
        self, total: int, text: TextQuery | None, chosen: Filter, place: PlaceRecord | None
    ) -> list[Facet]:
        """The count for one place, whatever place the filter names."""
        if place is None:
            return []
        wanted = replace(chosen, warehouse_ids=serving(place))
        documents = 0
        if wanted == chosen:
            documents = total
        elif wanted.warehouse_ids:
            request = SearchRequest(text=text, filter=wanted, limit=0)
            answer, _ = await self._ask(lambda source: source.search(request))
            documents = answer.total
        return [deliverable_facet(place, chosen, documents)]

    async def _numbers(
        self, counts: Counts, text: TextQuery | None, chosen: Filter, knowledge: Knowledge, *, is_degraded: bool
    ) -> list[Facet]:
        """Ranges of the chosen numbers first, then of those that most products in view have; none from Postgres."""
        if is_degraded:
            return []
        questions = NumberQuestions(text, chosen)
        try:
            views = await self._views(counts, text, chosen, knowledge)
            spreads = {code: await self._spread(view, chosen, knowledge) for code, view in views.items()}
            common = await self._spread(counts, chosen, knowledge)
            quantiles = dict(list(common.items())[:MOST_NUMBERS])
            quantiles |= {code: spread.get(code, ()) for code, spread in spreads.items()}
            attributes = [knowledge.attributes[code] for code in {**views, **quantiles} if code in knowledge.attributes]
            questions.add(attributes, quantiles)
            requests = questions.requests()
            answers = await self._index.search_many(requests) if requests else ()
        except Unavailable as error:
            if error.part != "search":
                raise
            return []
        return questions.facets([answer.total for answer in answers])

    async def _views(
        self, counts: Counts, text: TextQuery | None, chosen: Filter, knowledge: Knowledge
    ) -> Mapping[str, Counts]:
        """For each chosen number the counts as if it were not chosen: its ranges must stay for another choice, while
        the categories in view are fewer with it."""
        codes = [code for code in chosen.ranges_by_code() if code in knowledge.attributes]
        # A single chosen category is the one in view, whatever else is chosen.
        asked = codes[:MOST_NUMBERS] if len(chosen.category_ids) != 1 else []
        requests = [
            SearchRequest(text=text, filter=without_ranges(chosen, code), limit=0, facets=True) for code in asked
        ]
        answers = await self._index.search_many(requests) if requests else ()
        found = {code: answer.facets for code, answer in zip(asked, answers, strict=True)}
        return dict.fromkeys(codes, counts) | found

    async def _spread(self, counts: Counts, chosen: Filter, knowledge: Knowledge) -> Mapping[str, Sequence[float]]:
        view = categories_in_view(counts, chosen, knowledge.categories)
        return {} if view is None else await self._names.quantiles(view)
