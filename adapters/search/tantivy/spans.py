"""Counts many ranges of numbers in one pass: facets ask for a dozen counts that differ in one attribute only, and a
search for each would walk the same matches again."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.search.tantivy.layout import number_key
from adapters.search.tantivy.questions import question
from adapters.search.tantivy.reader import Numbers, Snapshot
from ports.search import NumberRange, SearchRequest

# Attributes with more distinct values are counted range by range. tantivy allows 65,000 buckets in all.
_MOST_VALUES = 4_000
_MOST_CODES = 12


def span_totals(snapshot: Snapshot, requests: Sequence[SearchRequest]) -> Mapping[int, int]:
    """The totals of those requests, by position, that only count and differ from others in the ranges of their last
    range's attribute alone."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for position, request in enumerate(requests):
        if request.limit == 0 and not request.facets and request.filter.numbers:
            groups[repr(_without_spans(request))].append(position)
    totals: dict[int, int] = {}
    for positions in groups.values():
        if len(positions) > 1:
            totals |= _count(snapshot, requests, positions)
    return totals


def _count(snapshot: Snapshot, requests: Sequence[SearchRequest], positions: Sequence[int]) -> dict[int, int]:
    spans = {position: _spans(requests[position]) for position in positions}
    codes = list(dict.fromkeys(wanted[0].code for wanted in spans.values()))[:_MOST_CODES]
    values = _values(snapshot, _without_spans(requests[positions[0]]), codes)
    return {
        position: sum(documents for value, documents in values[code] if any(_within(value, span) for span in wanted))
        for position, wanted in spans.items()
        if (code := wanted[0].code) in values and len(values[code]) < _MOST_VALUES
    }


def _values(snapshot: Snapshot, common: SearchRequest, codes: Sequence[str]) -> Numbers:
    """The values of each attribute among what `common` matches, with the documents that have them."""
    key = repr((common.text, common.filter, codes))
    values = snapshot.numbers.get(key)
    if values is None:
        size = {"size": _MOST_VALUES, "segment_size": _MOST_VALUES}
        wanted = {code: {"terms": {"field": f"number.{number_key(code)}", **size}} for code in codes}
        found = snapshot.searcher.aggregate(question(snapshot.index, common.text, common.filter), wanted)
        values = {
            code: [(float(one["key"]), int(one["doc_count"])) for one in found[code]["buckets"]] for code in codes
        }
        snapshot.numbers.keep(key, values)
    return values


def _spans(request: SearchRequest) -> list[NumberRange]:
    """The alternatives of the attribute whose range stands last."""
    return request.filter.ranges_by_code()[request.filter.numbers[-1].code]


def _without_spans(request: SearchRequest) -> SearchRequest:
    last = request.filter.numbers[-1].code
    others = tuple(one for one in request.filter.numbers if one.code != last)
    return replace(request, filter=replace(request.filter, numbers=others))


def _within(value: float, span: NumberRange) -> bool:
    low = -math.inf if span.minimum is None else span.minimum
    return low <= value <= (math.inf if span.maximum is None else span.maximum)
