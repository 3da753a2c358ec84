"""Finds the hits of one page in exactly the order that the port promises, equal scores by BEST_SELLING included."""

from collections.abc import Sequence
from typing import NamedTuple

from tantivy import DocAddress, Occur, Query

from adapters.search.tantivy.layout import id_and_stored, key_field
from adapters.search.tantivy.questions import at_least
from adapters.search.tantivy.reader import Snapshot, matches
from ports.search import LARGEST_OFFSET, Hit, SearchRequest, SortKey

# Sums of the same 32-bit floats in another order differ by less than this share.
_SAME = 2e-6
_MARGIN = 256


class Found(NamedTuple):
    """Hits of the page, and how many documents match."""

    hits: list[Hit]
    total: int


class _Place(NamedTuple):
    score: float
    key: int
    address: DocAddress


def find(snapshot: Snapshot, query: Query, request: SearchRequest, *, count: bool) -> Found:
    """The page of hits; `total` counts what `query` matches, 0 unless `count`."""
    if request.sort is None and request.text is not None:
        last = min(request.offset + request.limit, LARGEST_OFFSET)
        places, total = _by_relevance(snapshot, query, last, count=count)
        page = places[request.offset : last]
    else:
        key = request.sort or SortKey.BEST_SELLING
        offset = request.offset if request.sort is None else 0
        limit = min(request.limit, LARGEST_OFFSET - offset) if request.sort is None else request.limit
        result = _search(snapshot, query, limit, offset=offset, key=key, count=count)
        page, total = result
    return Found([_hit(snapshot, place) for place in page], total)


def _search(
    snapshot: Snapshot, query: Query, limit: int, *, offset: int = 0, key: SortKey | None = None, count: bool = False
) -> tuple[list[_Place], int]:
    """tantivy refuses a limit of 0, hence the 1; the superfluous hit is dropped."""
    if limit <= 0 and not count:
        return [], 0
    order = None if key is None else key_field(key)
    result = snapshot.searcher.search(query, max(1, limit), count=count, order_by_field=order, offset=offset)
    hits = result.hits[: max(0, limit)]
    total = matches(result) if count else 0
    addresses = [address for _, address in hits]
    if key is not None:
        return [_Place(0.0, value, address) for value, address in hits], total
    keys = _keys(snapshot, addresses)
    return [_Place(score, keys[at], address) for at, (score, address) in enumerate(hits)], total


def _keys(snapshot: Snapshot, addresses: list[DocAddress]) -> list[int]:
    values = snapshot.searcher.fast_field_values(key_field(SortKey.BEST_SELLING), addresses)
    return [int(value or 0) for value in values]


def _by_relevance(snapshot: Snapshot, query: Query, last: int, *, count: bool) -> tuple[list[_Place], int]:
    """The first `last` places. tantivy breaks ties by the order of writing, so a tie that the page's end cuts through
    is settled by another look."""
    if last <= 0:
        return _search(snapshot, query, 0, count=count)
    places, total = _search(snapshot, query, last + _MARGIN, count=count)
    if len(places) < last + _MARGIN or not _same(places[last - 1].score, places[-1].score):
        return _ordered(places), total
    edge = places[last - 1].score
    above = [place for place in places if place.score > edge and not _same(place.score, edge)]
    return _ordered(above) + _best_selling(snapshot, query, edge, last - len(above)), total


def _best_selling(snapshot: Snapshot, query: Query, score: float, wanted: int) -> list[_Place]:
    """The `wanted` best-selling ones of all that have this score.

    A tie may span most of the index (one word, texts of one length). So the best sellers of all matches are scored,
    more of them each time, until enough have the score: whatever is left out sells less.
    """
    window = max(_MARGIN, wanted)
    while True:
        window *= 4
        last, _ = _search(snapshot, query, 1, offset=window - 1, key=SortKey.BEST_SELLING)
        among = query
        if last:
            least = Query.const_score_query(at_least(SortKey.BEST_SELLING, last[0].key), 0.0)
            among = Query.boolean_query([(Occur.Must, query), (Occur.Must, least)])
        scored = snapshot.searcher.search(among, window, count=False).hits
        tied = [address for found, address in scored if _same(found, score)]
        if len(tied) >= wanted or not last:
            places = [_Place(score, key, address) for key, address in zip(_keys(snapshot, tied), tied, strict=True)]
            return sorted(places, key=lambda place: -place.key)[:wanted]


def _ordered(places: Sequence[_Place]) -> list[_Place]:
    """Best score first; runs of equal scores by key."""
    ordered: list[_Place] = []
    run: list[_Place] = []
    for place in sorted(places, key=lambda place: -place.score):
        if run and not _same(run[0].score, place.score):
            ordered += sorted(run, key=lambda tied: -tied.key)
            run = []
        run.append(place)
    return ordered + sorted(run, key=lambda tied: -tied.key)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def _hit(snapshot: Snapshot, place: _Place) -> Hit:
    key, stored = id_and_stored(snapshot.searcher.doc(place.address))
    return Hit(key, place.score, place.key, stored)
