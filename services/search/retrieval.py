"""From a planned query to hits in order, whatever engine answers: what production and evaluation have in common."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from ports.search import LARGEST_OFFSET, SearchRequest, SearchResponse, TextQuery
from services.search.planning import Plan
from services.search.ranking import WINDOW, Ranker, fuse


class Source(Protocol):
    """What answers requests: an engine, or Postgres in its place."""

    async def search(self, request: SearchRequest) -> SearchResponse: ...


class Retrieved(NamedTuple):
    """The answer, and the text that it answers: the plan's, or the one that requires fewer words."""

    response: SearchResponse
    text: TextQuery | None


async def retrieve(source: Source, *, request: SearchRequest, plan: Plan | None, ranker: Ranker) -> Retrieved:
    """Answer a request whose text is given by the plan; if nothing matches, again with fewer words required.

    First the words that name a category must match: what else is wireless is no answer to "wireless headphones".
    By relevance, the first 200 are ranked here and the rest comes as the engine orders it; offset and limit are those
    of the resulting list.
    """
    asked = request if request.sort is not None else _widened(request)
    for text in _readings(plan, ranker):
        asked = replace(asked, text=text)
        found = await source.search(asked)
        if found.hits or found.total:
            break
    if asked.sort is not None or asked.offset:
        return Retrieved(found, asked.text)
    best = ranker.order(plan, fuse([found.hits[:WINDOW]]))
    hits = [*best, *found.hits[WINDOW:]][request.offset : request.offset + request.limit]
    return Retrieved(replace(found, hits=hits), asked.text)


def _readings(plan: Plan | None, ranker: Ranker) -> Sequence[TextQuery | None]:
    """The ways to read a query, strictest first, each once."""
    if plan is None:
        return [None]
    return list(dict.fromkeys([plan.insisting(ranker.categories), plan.text, plan.relaxed]))


def _widened(request: SearchRequest) -> SearchRequest:
    """The request for the whole window if the slice begins in it, since ranking may put any of its hits first."""
    if request.offset >= WINDOW:
        return replace(request, limit=min(request.limit, max(0, LARGEST_OFFSET - request.offset)))
    return replace(request, offset=0, limit=max(WINDOW, request.offset + request.limit))
