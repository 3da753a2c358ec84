"""Translates what OpenSearch answers into the port's values and errors."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import TransportError

from adapters.search.opensearch.layout import Json
from adapters.search.opensearch.questions import ALL, FIELDS, PAIRS, VALUES
from core.problems import Unavailable
from ports.facets import Counts, arranged, without_own_choices
from ports.search import ATTRIBUTE_FACET, PAIR, Hit, OutdatedIndex, SearchRequest, SearchResponse, ValueCount

_MISSING, _TOO_MANY, _BROKEN = 404, 429, 500
_REFUSED = (401, 403)


@asynccontextmanager
async def reaching() -> AsyncIterator[None]:
    """Turns everything that means "not now" into `Unavailable`; what is wrong with a request stays as it is."""
    try:
        yield
    except (NoConnection, TimeoutError, OSError) as error:
        raise Unavailable("search", f"OpenSearch cannot be reached: {error}") from error
    except TransportError as error:
        if _is_outage(error.status_code):
            raise Unavailable("search", f"OpenSearch answered {error.status_code}: {error.error}") from error
        raise


def _is_outage(status: object) -> bool:
    return isinstance(status, int) and (status >= _BROKEN or status == _TOO_MANY or status in _REFUSED)


def response(request: SearchRequest, answer: Json) -> SearchResponse:
    """One answer of a multi-search. An index that is not there yet is an empty one."""
    if "error" in answer:
        if answer["status"] == _MISSING:
            if request.filter.warehouse_ids is not None:
                raise OutdatedIndex("OpenSearch has no index yet that knows where products can be delivered from.")
            return response(request, {"hits": {"hits": []}})
        if _is_outage(answer["status"]):
            raise Unavailable("search", str(answer["error"].get("reason")))
        raise RuntimeError(f"OpenSearch refused a search: {answer['error']}")
    if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
        raise Unavailable("search", "OpenSearch answered in part only.")
    return SearchResponse(
        hits=[_hit(request, hit) for hit in answer["hits"]["hits"]],
        total=answer["hits"].get("total", {}).get("value", 0) if request.count_total else 0,
        facets=_facets(request, answer.get("aggregations", {})) if request.facets else {},
    )


def _hit(request: SearchRequest, hit: Json) -> Hit:
    by_score = request.sort is None and request.text is not None
    stored = base64.b64decode(hit["_source"]["stored"])
    return Hit(UUID(hit["_id"]), hit["_score"] if by_score else 0.0, hit["sort"][-1], stored)


def _facets(request: SearchRequest, counted: Json) -> dict[str, list[ValueCount]]:
    whole = counted.get(ALL, counted)
    chosen: dict[str, Counts] = {}
    for position, key in enumerate(without_own_choices(request.filter)):
        values = _counts(counted.get(f"chosen_{position}", {}), VALUES)
        if key.startswith(ATTRIBUTE_FACET):
            prefix = key.removeprefix(ATTRIBUTE_FACET) + PAIR
            values = [(value.removeprefix(prefix), documents) for value, documents in values]
        chosen[key] = values
    return arranged({key: _counts(whole, key.value) for key in FIELDS}, _counts(whole, PAIRS), chosen)


def _counts(of: Json, name: str) -> list[tuple[str, int]]:
    """Buckets as pairs; `key_as_string` is how a boolean says true."""
    buckets = of.get(name, {}).get("buckets", ())
    return [(str(bucket.get("key_as_string", bucket["key"])), bucket["doc_count"]) for bucket in buckets]
