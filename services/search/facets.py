"""From the engine's counts to the facets that a shopper sees: which ones, named, and how to choose each value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from core.ids import encode_global_id
from ports.search import ATTRIBUTE_FACET, FacetKey, Filter, NumberRange, SearchRequest, TextQuery, ValueCount
from services.delivery import PlaceRecord
from services.search.categories import Categories
from services.search.knowledge import AttributeName, Knowledge
from services.search.pages import Facet, FacetValue
from services.search.ranges import Span, number_label, number_spans, price_label, price_spans

MOST_ATTRIBUTES = 12
MOST_VALUES = 20
MOST_NUMBERS = 4
_STARS = (4, 3, 2, 1)
Counts = Mapping[str, Sequence[ValueCount]]


def category_facet(counts: Counts, chosen: Filter, categories: Categories) -> Facet:
    """The first level at which results differ, with what is chosen and the level below that."""
    found = {UUID(value): documents for value, documents in counts.get(FacetKey.CATEGORY, ())}
    known = [categories.by_id[key] for key in found if key in categories.by_id]
    parents = {category.id: (*category.ancestor_ids, category.id) for category in known}
    level = [key for key in parents if _parent(key, parents) is None]
    while len(level) == 1 and (below := [key for key in parents if _parent(key, parents) == level[0]]):
        level = below
    selected = set(chosen.category_ids)
    level += [key for key in parents if key in selected or _parent(key, parents) in selected]
    shown = sorted(dict.fromkeys(level), key=lambda key: (key not in selected, -found[key], key))
    values = [
        FacetValue(
            label=categories.by_id[key].name,
            count=found[key],
            selected=key in selected,
            input={"categories": [encode_global_id("Category", key)]},
        )
        for key in shown[:MOST_VALUES]
    ]
    return Facet(FacetKey.CATEGORY, "Category", values)


def entity_facet(key: FacetKey, kind: str, counts: Counts, chosen: Sequence[UUID], names: Mapping[UUID, str]) -> Facet:
    """Brands or sellers; `kind` is their type in the graph."""
    found = [(UUID(value), documents) for value, documents in counts.get(key, ())]
    found.sort(key=lambda count: count[0] not in chosen)
    values = [
        FacetValue(names[one], documents, one in chosen, {f"{kind.lower()}s": [encode_global_id(kind, one)]})
        for one, documents in found
        if one in names
    ]
    return Facet(key, kind, values[:MOST_VALUES])


def rating_facet(counts: Counts, chosen: Filter) -> Facet:
    """So many stars and up: counts include the better ones."""
    stars = {int(value): documents for value, documents in counts.get(FacetKey.RATING, ())}
    values = [
        FacetValue(
            label=f"{least} stars & up" if least > 1 else "1 star & up",
            count=sum(documents for star, documents in stars.items() if star >= least),
            selected=chosen.rating_minimum_hundredths == least * 100,
            input={"minRating": float(least)},
        )
        for least in _STARS
    ]
    return Facet(FacetKey.RATING, "Rating", [value for value in values if value.count])


def availability_facet(counts: Counts, chosen: Filter) -> Facet:
    """In stock or not."""
    values = [
        FacetValue(
            label="In stock" if value == "true" else "Out of stock",
            count=documents,
            selected=chosen.in_stock is (value == "true"),
            input={"inStock": value == "true"},
        )
        for value, documents in counts.get(FacetKey.AVAILABILITY, ())
    ]
    return Facet(FacetKey.AVAILABILITY, "Availability", sorted(values, key=lambda value: value.label))


def deliverable_facet(place: PlaceRecord, chosen: Filter, documents: int) -> Facet:
    """What can be delivered to a place: one value, there also when nothing can."""
    value = FacetValue(
        label=f"Deliverable to {place.code}",
        count=documents,
        selected=chosen.warehouse_ids == serving(place),
        input={"deliverableTo": {"postalCode": place.code, "country": place.country}},
    )
    return Facet("deliverable", "Delivery", [value])


def serving(place: PlaceRecord) -> tuple[UUID, ...]:
    """The warehouses that deliver to a place, as filters have them: in an order that prices and distances do not
    change."""
    return tuple(sorted(place.warehouse_ids))


def attribute_facets(counts: Counts, chosen: Filter, knowledge: Knowledge) -> list[Facet]:
    """Texts and flags: what is chosen, then what most of the results have; those with a single value come last."""
    found: list[tuple[bool, bool, int, str]] = []
    for key, values in counts.items():
        code = key.removeprefix(ATTRIBUTE_FACET)
        if code in knowledge.attributes and key.startswith(ATTRIBUTE_FACET):
            documents = sum([value.documents for value in values])
            found.append((not chosen.pairs.get(code), len(values) == 1, -documents, code))
    return [
        _attribute_facet(knowledge.attributes[code], counts[ATTRIBUTE_FACET + code], chosen.pairs.get(code, ()))
        for *_, code in sorted(found)[:MOST_ATTRIBUTES]
    ]


def categories_in_view(counts: Counts, chosen: Filter, categories: Categories) -> UUID | None:
    """The category whose attributes are worth asking for: the one chosen, or the deepest that has most results."""
    if len(chosen.category_ids) == 1:
        return chosen.category_ids[0]
    values = [(UUID(value), documents) for value, documents in counts.get(FacetKey.CATEGORY, ())]
    most = max((documents for _, documents in values), default=0)
    wide = [categories.by_id[key] for key, documents in values if documents * 2 > most and key in categories.by_id]
    deepest = max(wide, key=lambda category: len(category.ancestor_ids), default=None)
    return None if deepest is None else deepest.id


def price_facet(counts: Counts, chosen: Filter, currency: str) -> Facet:
    """Ranges of prices, cheapest first."""
    values = [
        FacetValue(
            label=price_label(span, currency),
            count=documents,
            selected=span == Span(chosen.price_minimum, chosen.price_maximum),
            input={"price": _bounds(*span)},
        )
        for span, documents in price_spans(counts.get(FacetKey.PRICE, ()))
        if documents
    ]
    return Facet(FacetKey.PRICE, "Price", values)


def without_ranges(chosen: Filter, code: str) -> Filter:
    """The filter as if nothing were chosen from the ranges of this number."""
    others = tuple(one for one in chosen.numbers if one.code != code)
    return chosen if len(others) == len(chosen.numbers) else replace(chosen, numbers=others)


class NumberQuestions:
    """Ranges of number attributes whose products the engine must count: one request a range, in one round trip."""

    def __init__(self, text: TextQuery | None, chosen: Filter) -> None:
        self._text = text
        self._chosen = chosen
        self._spans: list[tuple[AttributeName, Span]] = []

    def add(self, attributes: Sequence[AttributeName], quantiles: Mapping[str, Sequence[float]]) -> None:
        """Ranges of the given attributes, and those that the filter chooses, however they were written."""
        for attribute in attributes:
            spans = number_spans(quantiles.get(attribute.code, ()))
            own = [
                Span(chosen.minimum, chosen.maximum) for chosen in self._chosen.numbers if chosen.code == attribute.code
            ]
            spans = [*spans, *(span for span in own if span not in spans and None not in span)]
            self._spans.extend((attribute, span) for span in sorted(spans))

    def requests(self) -> list[SearchRequest]:
        """What to count; `facets` takes the totals in the same order. The range asked for stands last."""
        requests = []
        for attribute, span in self._spans:
            others = without_ranges(self._chosen, attribute.code)
            wanted = NumberRange(attribute.code, span.minimum, span.maximum)
            chosen = replace(others, numbers=(*others.numbers, wanted))
            requests.append(SearchRequest(text=self._text, filter=chosen, limit=0))
        return requests

    def facets(self, totals: Sequence[int]) -> list[Facet]:
        """One facet an attribute; those with a single range are left out unless it is chosen."""
        found: dict[str, tuple[AttributeName, list[FacetValue]]] = {}
        for (attribute, span), total in zip(self._spans, totals, strict=True):
            _, values = found.setdefault(attribute.code, (attribute, []))
            if total:
                values.append(
                    FacetValue(
                        label=number_label(span, attribute.unit),
                        count=total,
                        selected=NumberRange(attribute.code, span.minimum, span.maximum) in self._chosen.numbers,
                        input={"attributes": [{"code": attribute.code, **_bounds(span.minimum, span.maximum)}]},
                    )
                )
        return [
            Facet(ATTRIBUTE_FACET + code, attribute.label, values)
            for code, (attribute, values) in found.items()
            if len(values) > 1 or any(value.selected for value in values)
        ]


def _attribute_facet(attribute: AttributeName, counts: Sequence[ValueCount], chosen: Sequence[str]) -> Facet:
    ordered = sorted(counts, key=lambda count: count.value not in chosen)[:MOST_VALUES]
    values = [
        FacetValue(
            label=_flag_label(value) if attribute.type == "flag" else value,
            count=documents,
            selected=value in chosen,
            input={"attributes": [{"code": attribute.code, **_choice(attribute, value)}]},
        )
        for value, documents in ordered
    ]
    return Facet(ATTRIBUTE_FACET + attribute.code, attribute.label, values)


def _choice(attribute: AttributeName, value: str) -> dict[str, Any]:  # a part of a JSON object
    return {"flag": value == "true"} if attribute.type == "flag" else {"values": [value]}


def _flag_label(value: str) -> str:
    return "Yes" if value == "true" else "No"


def _parent(key: UUID, parents: Mapping[UUID, Sequence[UUID]]) -> UUID | None:
    above = [ancestor for ancestor in dict.fromkeys(parents[key]) if ancestor != key and ancestor in parents]
    return above[-1] if above else None


def _bounds(minimum: float | None, maximum: float | None) -> dict[str, float]:
    return {name: bound for name, bound in (("min", minimum), ("max", maximum)) if bound is not None}
