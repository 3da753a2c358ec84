"""Translates a request of the port into the body of one search."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from adapters.search.opensearch.layout import Json, key_field
from ports.facets import without_own_choices
from ports.search import (
    ATTRIBUTE_FACET,
    LARGEST_FACETS,
    LARGEST_OFFSET,
    PAIR,
    Alternative,
    Clause,
    FacetKey,
    Filter,
    NumberRange,
    SearchRequest,
    SortKey,
    TextQuery,
)

FIELDS = {
    FacetKey.CATEGORY: "category",
    FacetKey.BRAND: "brand",
    FacetKey.SELLER: "seller",
    FacetKey.PRICE: "price_bucket",
    FacetKey.RATING: "stars",
    FacetKey.AVAILABILITY: "in_stock",
}
ALL, VALUES, PAIRS = "all", "values", "pair"
_NOTHING: Json = {"match_none": {}}
_EVERYTHING: Json = {"match_all": {}}
# Each shard's share of a facet: more than is handed out, so that what several shards add up to is right in practice.
_SHARD_SIZE = LARGEST_FACETS * 3


def body(request: SearchRequest) -> Json:
    """One search. What the filter chooses from facets is applied after counting (`post_filter`), because some facets
    are counted without it; `search_after` continues a sort without changing totals and counts."""
    chosen = without_own_choices(request.filter) if request.facets else {}
    before, after = (_unchosen(request.filter), request.filter) if chosen else (request.filter, None)
    last = min(request.offset + request.limit, LARGEST_OFFSET)
    offset = min(request.offset, last) if request.sort is None else 0
    asked: Json = {
        "query": _question(request.text, before),
        "size": last - offset if request.sort is None else request.limit,
        "from": offset,
        "sort": _order(request),
        # Without a total OpenSearch skips segments that `search_after` is past, and counts no facets in them.
        "track_total_hits": request.count_total or request.facets,
        "_source": ["stored"],
    }
    if after is not None:
        asked["post_filter"] = {"bool": {"filter": list(_filters(after))}}
    if request.sort is not None and request.after_key is not None:
        asked["search_after"] = [request.after_key]
    if request.facets:
        asked["aggs"] = _facets(request.filter, chosen)
    return asked


def _order(request: SearchRequest) -> list[Json]:
    by_score: list[Json] = [{"_score": {"order": "desc"}}] if request.sort is None and request.text else []
    return [*by_score, {key_field(request.sort or SortKey.BEST_SELLING): {"order": "desc"}}]


def _unchosen(whole: Filter) -> Filter:
    """What is left of a filter when no facet is chosen from."""
    return Filter(numbers=whole.numbers, warehouse_ids=whole.warehouse_ids)


def _question(text: TextQuery | None, chosen: Filter) -> Json:
    filters = list(_filters(chosen))
    asked: Json = {"filter": filters} if filters else {}
    if text is not None:
        asked["must"] = [_text(text)]
    return {"bool": asked}


def _text(text: TextQuery) -> Json:
    must = [_clause(clause) for clause in text.clauses if clause.required]
    should = [_clause(clause) for clause in text.clauses if not clause.required]
    missing = max(0, text.minimum_match - len(must))
    if missing > len(should):
        return _NOTHING
    if not must and not missing:
        must = [{"constant_score": {"filter": _EVERYTHING, "boost": 0.0}}]
    return {"bool": {"must": must, "should": should, "minimum_should_match": missing}}


def _clause(clause: Clause) -> Json:
    found = [_alternative(alternative) for alternative in clause.alternatives]
    if not found:
        return _NOTHING
    return found[0] if len(found) == 1 else {"dis_max": {"queries": found, "tie_breaker": 0.0}}


def _alternative(alternative: Alternative) -> Json:
    if len(alternative.tokens) == 1:
        return {"term": {"body": {"value": alternative.tokens[0], "boost": alternative.weight}}}
    return {"match_phrase": {"title": {"query": " ".join(alternative.tokens), "boost": alternative.weight}}}


def _filters(chosen: Filter) -> Iterator[Json]:
    for field, ids in (("category", chosen.category_ids), ("brand", chosen.brand_ids), ("seller", chosen.seller_ids)):
        if ids:
            yield {"terms": {field: [str(one) for one in ids]}}
    if chosen.price_minimum is not None or chosen.price_maximum is not None:
        yield {"range": {"price": _bounds(chosen.price_minimum, chosen.price_maximum)}}
    if chosen.rating_minimum_hundredths is not None:
        yield {"range": {"rating": _bounds(chosen.rating_minimum_hundredths, None)}}
    if chosen.warehouse_ids is not None:
        yield {"terms": {"warehouse": [str(one) for one in chosen.warehouse_ids]}}
    if chosen.in_stock is not None:
        yield {"term": {"in_stock": chosen.in_stock}}
    for code, values in chosen.pairs.items():
        if values:
            yield {"terms": {"pair": [code + PAIR + value for value in values]}}
    for code, ranges in chosen.ranges_by_code().items():
        yield _number(code, ranges)


def _number(code: str, ranges: Sequence[NumberRange]) -> Json:
    parts: list[Json] = [{"term": {"number.code": code}}]
    bounds = [_bounds(wanted.minimum, wanted.maximum) for wanted in ranges]
    # A range without bounds takes every number.
    if all(bounds):
        within: list[Json] = [{"range": {"number.value": one}} for one in bounds]
        parts.append(within[0] if len(within) == 1 else {"bool": {"should": within}})
    return {"nested": {"path": "number", "query": {"bool": {"filter": parts}}}}


def _bounds(minimum: float | None, maximum: float | None) -> Json:
    return {name: bound for name, bound in (("gte", minimum), ("lte", maximum)) if bound is not None}


def _facets(whole: Filter, chosen: Mapping[str, Filter]) -> Json:
    """Every facet under the whole filter, and the chosen ones once more without their own choice."""
    counted = {key.value: _terms(field) for key, field in FIELDS.items()} | {PAIRS: _terms(PAIRS)}
    if not chosen:
        return counted
    asked: Json = {ALL: {"filter": _only(whole), "aggs": counted}}
    for position, (key, left) in enumerate(chosen.items()):
        field = PAIRS if key.startswith(ATTRIBUTE_FACET) else FIELDS[FacetKey(key)]
        terms = _terms(field)
        if field == PAIRS:
            terms["terms"]["include"] = _literal(key.removeprefix(ATTRIBUTE_FACET) + PAIR) + ".*"
        # Numbered, because a code may have letters that names of aggregations may not.
        asked[f"chosen_{position}"] = {"filter": _only(left), "aggs": {VALUES: terms}}
    return asked


def _only(chosen: Filter) -> Json:
    """What a filter chooses from facets; the query itself has the rest."""
    filters = list(_filters(replace(chosen, numbers=(), warehouse_ids=None)))
    return {"bool": {"filter": filters}} if filters else _EVERYTHING


def _terms(field: str) -> Json:
    return {"terms": {"field": field, "size": LARGEST_FACETS, "shard_size": _SHARD_SIZE}}


def _literal(text: str) -> str:
    """A pattern of Lucene's that matches just this text."""
    return re.sub(r"([^\w])", r"\\\1", text, flags=re.ASCII)
