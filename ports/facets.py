"""What every engine does alike with facets: what can be chosen, which ones a filter chooses from, and how counts are
handed back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from operator import itemgetter
from unicodedata import category

from ports.search import ATTRIBUTE_FACET, LARGEST_FACETS, PAIR, FacetKey, Filter, ValueCount

LONGEST_VALUE = 256
Counts = Iterable[tuple[str, int]]
_value, _documents = itemgetter(0), itemgetter(1)
# What `ValueCount._make` does, without a call of Python's for each of thousands of values.
_value_count: Callable[[tuple[str, int]], ValueCount] = partial(tuple.__new__, ValueCount)


def can_be_chosen(value: str) -> bool:
    """Whether an attribute's text is a value of its facet, and taken by filters: at most 256 characters, none of them a
    control character or half a surrogate pair. Indexes of exact values hold little more, and shoppers read less."""
    return len(value) <= LONGEST_VALUE and not any(category(sign) in ("Cc", "Cs") for sign in value)


def without_own_choices(chosen: Filter) -> dict[str, Filter]:
    """Each facet that the filter chooses from, with the filter that is left without that choice."""
    others: dict[str, Filter] = {}
    if chosen.category_ids:
        others[FacetKey.CATEGORY] = replace(chosen, category_ids=())
    if chosen.brand_ids:
        others[FacetKey.BRAND] = replace(chosen, brand_ids=())
    if chosen.seller_ids:
        others[FacetKey.SELLER] = replace(chosen, seller_ids=())
    if chosen.price_minimum is not None or chosen.price_maximum is not None:
        others[FacetKey.PRICE] = replace(chosen, price_minimum=None, price_maximum=None)
    if chosen.rating_minimum_hundredths is not None:
        others[FacetKey.RATING] = replace(chosen, rating_minimum_hundredths=None)
    if chosen.in_stock is not None:
        others[FacetKey.AVAILABILITY] = replace(chosen, in_stock=None)
    for code, wanted in chosen.pairs.items():
        if not wanted:
            continue
        left = {other: values for other, values in chosen.pairs.items() if other != code}
        others[ATTRIBUTE_FACET + code] = replace(chosen, pairs=left)
    return others


def arranged(
    shop: Mapping[FacetKey, Counts], pairs: Counts, chosen: Mapping[str, Counts]
) -> dict[str, list[ValueCount]]:
    """Counts as the port hands them out.

    `shop` and `pairs` are counted under the whole filter, `chosen` under the filter without the facet's own choice, and
    replaces what the former say of it. Attributes' values in `chosen` have lost their code.
    """
    by_code: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for pair, documents in _ordered(pairs):
        code, _, value = pair.partition(PAIR)
        by_code[code].append((value, documents))
    facets = {key.value: most_frequent(shop.get(key, ())) for key in FacetKey}
    # One code's pairs sort as its values do.
    facets |= {ATTRIBUTE_FACET + code: list(map(_value_count, counts)) for code, counts in by_code.items()}
    facets |= {str(key): most_frequent(values) for key, values in chosen.items()}
    return facets


def most_frequent(counts: Counts) -> list[ValueCount]:
    """Most documents first, then by value; values without documents are left out."""
    return list(map(_value_count, _ordered(counts)))


def _ordered(counts: Counts) -> list[tuple[str, int]]:
    found = [count for count in counts if count[1]]
    # Two stable sorts by one field each are several times as fast as one by a made-up key: there may be thousands.
    found.sort(key=_value)
    found.sort(key=_documents, reverse=True)
    return found[:LARGEST_FACETS]
