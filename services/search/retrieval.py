"""From a planned query to hits in order, whatever engine answers: what production and evaluation have in common."""

from dataclasses import replace
from typing import Protocol

from ports.search import LARGEST_OFFSET, SearchRequest, SearchResponse
from services.search.planning import Plan
from services.search.ranking import WINDOW, Ranker, fuse


class Source(Protocol):
    """What answers requests: an engine, or Postgres in its place."""

    async def search(self, request: SearchRequest) -> SearchResponse: ...


async def retrieve(source: Source, *, request: SearchRequest, plan: Plan | None, ranker: Ranker) -> SearchResponse:
    """Answer a request whose text is given by the plan; if nothing matches, again with fewer words required.

    By relevance, the first 200 are ranked here and the rest comes as the engine orders it; offset and limit are those
    of the resulting list.
    """
    asked = replace(request, text=None if plan is None else plan.text)
    if asked.sort is None:
        asked = _widened(asked)
    found = await source.search(asked)
    if plan is not None and plan.relaxed is not None and not found.hits and not found.total:
        found = await source.search(replace(asked, text=plan.relaxed))
    if asked.sort is not None or asked.offset:
        return found
    best = ranker.order(plan, fuse([found.hits[:WINDOW]]))
    return replace(found, hits=[*best, *found.hits[WINDOW:]][request.offset : request.offset + request.limit])


def _widened(request: SearchRequest) -> SearchRequest:
    """The request for the whole window if the slice begins in it, since ranking may put any of its hits first."""
    if request.offset >= WINDOW:
        return replace(request, limit=min(request.limit, max(0, LARGEST_OFFSET - request.offset)))
    return replace(request, offset=0, limit=max(WINDOW, request.offset + request.limit))
