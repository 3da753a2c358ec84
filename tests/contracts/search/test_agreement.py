"""Both engines answer generated questions alike, and as the reference says they must."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from adapters.search.opensearch import OpenSearchIndex
from adapters.search.tantivy import TantivyIndex
from ports.search import Hit, IndexedDocument, SearchIndex, SearchRequest, SearchResponse, SortKey
from tests.contracts.search.reference import facets_of, matching
from tests.factories.search import generated_products, generated_requests

PRODUCTS = generated_products(seed=7, count=300)
REQUESTS = generated_requests(seed=11, count=150)
# Engines add up the same 32-bit floats in another order.
SAME_SCORE = 1e-5


async def answers_of(index: SearchIndex) -> Sequence[SearchResponse]:
    """All answers of an index that holds the products, written in several steps and some of them twice."""
    for start in range(0, len(PRODUCTS), 70):
        await index.write(PRODUCTS[start : start + 70])
    await index.write(PRODUCTS[::9])
    return await index.search_many(REQUESTS)


async def test_each_engine_answers_as_the_reference(index: SearchIndex) -> None:
    answers = await answers_of(index)

    for request, answer in zip(REQUESTS, answers, strict=True):
        found = matching(PRODUCTS, request.text, request.filter)
        assert answer.total == (len(found) if request.count_total else 0), request
        assert answer.facets == (facets_of(PRODUCTS, request) if request.facets else {}), request
        _assert_right_hits(answer.hits, found, request)


def _assert_right_hits(hits: Sequence[Hit], found: Sequence[IndexedDocument], request: SearchRequest) -> None:
    key = request.sort or SortKey.BEST_SELLING
    left = {
        product.id: product
        for product in found
        if request.after_key is None or product.sort_keys[key] < request.after_key
    }
    assert len(hits) == max(0, min(request.limit, len(left) - request.offset)), request
    assert len({hit.id for hit in hits}) == len(hits), request
    assert [(hit.sort_key, hit.stored) for hit in hits] == [
        (left[hit.id].sort_keys[key], left[hit.id].stored) for hit in hits
    ], request
    if request.sort is not None or request.text is None:
        ordered = sorted((product.sort_keys[key] for product in left.values()), reverse=True)
        assert [hit.sort_key for hit in hits] == ordered[request.offset :][: request.limit], request
        assert {hit.score for hit in hits} <= {0.0}, request


async def test_engines_order_by_relevance_alike(opensearch_url: str, opensearch_name: str, tmp_path: Path) -> None:
    embedded = TantivyIndex(tmp_path)
    remote = OpenSearchIndex(opensearch_url, opensearch_name, 20.0)

    first, second = await answers_of(embedded), await answers_of(remote)

    await embedded.close()
    await remote.close()
    for request, one, other in zip(REQUESTS, first, second, strict=True):
        assert one.total == other.total, request
        assert one.facets == other.facets, request
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], rel=1e-3), request
        if request.limit >= len(PRODUCTS) or request.sort is not None:
            assert _groups(one.hits) == _groups(other.hits), request
        else:
            # The page's end may cut through a group of equal scores, so the last one is left out.
            assert _groups(one.hits)[1:-1] == _groups(other.hits)[1:-1], request


def _groups(hits: Sequence[Hit]) -> list[set[UUID]]:
    """Hits in order, those of one score together: their order hangs on the last bit of a float."""
    groups: list[set[UUID]] = []
    last: float | None = None
    for hit in hits:
        if last is None or abs(last - hit.score) > SAME_SCORE * max(last, hit.score):
            groups.append(set())
        groups[-1].add(hit.id)
        last = hit.score
    return groups
