"""Counts facets in the cheaper of two exact ways.

Walking the matches' columns costs about 15 ns for each value of each match. Walking the postings of all values costs
3 ns for each posting of the index, however few match, and holds the interpreter's lock meanwhile. So wide
questions take the second way, others the first.
"""

from operator import itemgetter
from typing import Any

from tantivy import Query

from adapters.search.tantivy.questions import question
from adapters.search.tantivy.reader import Facets, Snapshot
from ports.facets import Counts, arranged, without_own_choices
from ports.search import ATTRIBUTE_FACET, LARGEST_FACETS, PAIR, FacetKey, Filter, SearchRequest, TextQuery

_TEXTS = {FacetKey.CATEGORY: "category", FacetKey.BRAND: "brand", FacetKey.SELLER: "seller"}
_NUMBERS = {FacetKey.PRICE: "price_bucket", FacetKey.RATING: "stars", FacetKey.AVAILABILITY: "in_stock"}
_PAIRS = "pair"
# Matches times this exceed the index: postings are cheaper.
_WIDE = 4
# More values than any facet hands out, so that cutting happens after sorting. tantivy allows 65,000 in all.
_BUCKETS = 15_000
_key_and_count = itemgetter("key", "doc_count")


def facets_of(snapshot: Snapshot, request: SearchRequest, query: Query, matching: int) -> Facets:
    """All facets of the request, whose `query` matches `matching` documents."""
    key = repr((request.text, request.filter))
    facets = snapshot.facets.get(key)
    if facets is None:
        facets = _count(snapshot, request, query, matching)
        snapshot.facets.keep(key, facets)
    return facets


def _count(snapshot: Snapshot, request: SearchRequest, query: Query, matching: int) -> Facets:
    wide = matching * _WIDE > snapshot.searcher.num_docs
    counted = _columns(snapshot, query, [*_TEXTS.values(), *_NUMBERS.values(), *([] if wide else [_PAIRS])])
    if wide:
        counted[_PAIRS] = _postings(snapshot, query, _PAIRS)
    shop = {key: counted[field] for key, field in (_TEXTS | _NUMBERS).items()}
    chosen = {
        key: _choices(snapshot, request.text, key, left) for key, left in without_own_choices(request.filter).items()
    }
    return arranged(shop, counted[_PAIRS], chosen)


def _choices(snapshot: Snapshot, text: TextQuery | None, key: str, left: Filter) -> Counts:
    """One facet's values under the filter that is left without the facet's own choice."""
    asked = repr((key, text, left))
    counts = snapshot.choices.get(asked)
    if counts is None:
        query = question(snapshot.index, text, left)
        if key.startswith(ATTRIBUTE_FACET):
            prefix = key.removeprefix(ATTRIBUTE_FACET) + PAIR
            pairs = _postings(snapshot, query, _PAIRS, prefix=prefix)
            counts = [(pair.removeprefix(prefix), documents) for pair, documents in pairs]
        else:
            field = (_TEXTS | _NUMBERS)[FacetKey(key)]
            counts = list(_columns(snapshot, query, [field])[field])
        snapshot.choices.keep(asked, counts)
    return counts


def _columns(snapshot: Snapshot, query: Query, fields: list[str]) -> dict[str, Counts]:
    wanted = {field: {"terms": {"field": field, "size": _BUCKETS, "segment_size": _BUCKETS}} for field in fields}
    found = snapshot.searcher.aggregate(query, wanted)
    return {field: _counts(field, found[field]["buckets"]) for field in fields}


def _counts(field: str, buckets: list[dict[str, Any]]) -> Counts:  # a bucket's key is whatever the field holds
    counts: list[tuple[Any, int]] = list(map(_key_and_count, buckets))
    if field == "in_stock":
        return [("true" if key else "false", documents) for key, documents in counts]
    if field in _NUMBERS.values():
        return [(str(int(key)), documents) for key, documents in counts]
    return counts


def _postings(snapshot: Snapshot, query: Query, field: str, *, prefix: str = "") -> Counts:
    return snapshot.searcher.terms_with_prefix(field, prefix, query, LARGEST_FACETS)
