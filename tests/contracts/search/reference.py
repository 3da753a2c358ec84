"""What a search must find and count, worked out by walking all products: slow, short and independent of any engine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ports.search import (
    ATTRIBUTE_FACET,
    PAIR,
    Alternative,
    FacetKey,
    Filter,
    IndexedDocument,
    NumberRange,
    SearchRequest,
    TextQuery,
    ValueCount,
)


def matching(products: Iterable[IndexedDocument], text: TextQuery | None, chosen: Filter) -> list[IndexedDocument]:
    return [product for product in products if _matches_text(product, text) and _satisfies(product, chosen)]


def facets_of(products: Sequence[IndexedDocument], request: SearchRequest) -> dict[str, list[ValueCount]]:
    """Every facet of the shop and of the matches' attributes, each without its own choice."""
    found = matching(products, request.text, request.filter)
    keys = {key.value for key in FacetKey}
    keys |= {ATTRIBUTE_FACET + pair.split(PAIR)[0] for product in found for pair in product.pairs}
    keys |= {ATTRIBUTE_FACET + code for code in request.filter.pairs}
    return {key: _counted(matching(products, request.text, _without(request.filter, key)), key) for key in keys}


def _counted(found: Iterable[IndexedDocument], key: str) -> list[ValueCount]:
    counts = Counter(value for product in found for value in _values(product, key))
    return sorted((ValueCount(*count) for count in counts.items()), key=lambda count: (-count.documents, count.value))


def _values(product: IndexedDocument, key: str) -> list[str]:
    if key.startswith(ATTRIBUTE_FACET):
        prefix = key.removeprefix(ATTRIBUTE_FACET) + PAIR
        return [pair.removeprefix(prefix) for pair in product.pairs if pair.startswith(prefix)]
    values: dict[str, list[object]] = {
        FacetKey.CATEGORY: list(product.category_ids),
        FacetKey.BRAND: [product.brand_id],
        FacetKey.SELLER: list(product.seller_ids),
        FacetKey.PRICE: [product.price_bucket],
        FacetKey.RATING: [product.rating_hundredths // 100],
        FacetKey.AVAILABILITY: ["true" if product.in_stock else "false"],
    }
    return [str(value) for value in values[key] if value is not None]


def _without(chosen: Filter, key: str) -> Filter:
    if key.startswith(ATTRIBUTE_FACET):
        code = key.removeprefix(ATTRIBUTE_FACET)
        return replace(chosen, pairs={other: values for other, values in chosen.pairs.items() if other != code})
    return {
        FacetKey.CATEGORY: replace(chosen, category_ids=()),
        FacetKey.BRAND: replace(chosen, brand_ids=()),
        FacetKey.SELLER: replace(chosen, seller_ids=()),
        FacetKey.PRICE: replace(chosen, price_minimum=None, price_maximum=None),
        FacetKey.RATING: replace(chosen, rating_minimum_hundredths=None),
        FacetKey.AVAILABILITY: replace(chosen, in_stock=None),
    }[FacetKey(key)]


def _matches_text(product: IndexedDocument, text: TextQuery | None) -> bool:
    if text is None:
        return True
    met = [any(_found(product, alternative) for alternative in clause.alternatives) for clause in text.clauses]
    required = all(good for good, clause in zip(met, text.clauses, strict=True) if clause.required)
    return required and sum(met) >= text.minimum_match


def _found(product: IndexedDocument, alternative: Alternative) -> bool:
    if len(alternative.tokens) == 1:
        return alternative.tokens[0] in product.body.split()
    return f" {' '.join(alternative.tokens)} " in f" {product.title} "


def _satisfies(product: IndexedDocument, chosen: Filter) -> bool:
    return (
        _has_any(product.category_ids, chosen.category_ids)
        and _has_any([product.brand_id], chosen.brand_ids)
        and _has_any(product.seller_ids, chosen.seller_ids)
        and _within(product.price_minor, chosen.price_minimum, chosen.price_maximum)
        and _within(product.rating_hundredths, chosen.rating_minimum_hundredths, None)
        and (chosen.warehouse_ids is None or not set(chosen.warehouse_ids).isdisjoint(product.warehouse_ids))
        and chosen.in_stock in (None, product.in_stock)
        and all(
            _has_any(product.pairs, [code + PAIR + value for value in values]) for code, values in chosen.pairs.items()
        )
        and all(
            any(_has_number(product, wanted) for wanted in chosen.numbers if wanted.code == code)
            for code in {wanted.code for wanted in chosen.numbers}
        )
    )


def _has_any(values: Iterable[object], wanted: Sequence[object]) -> bool:
    return not wanted or any(value in wanted for value in values)


def _within(value: float | None, minimum: float | None, maximum: float | None) -> bool:
    if minimum is None and maximum is None:
        return True
    return value is not None and (minimum is None or minimum <= value) and (maximum is None or value <= maximum)


def _has_number(product: IndexedDocument, wanted: NumberRange) -> bool:
    value = product.numbers.get(wanted.code)
    return value is not None and _within(value, wanted.minimum, wanted.maximum)
