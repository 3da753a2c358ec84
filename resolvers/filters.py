"""From the filter that a caller writes to the one that lists and engines take. All mistakes are typed errors."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from core.ids import decode_id_of
from core.problems import BadInput
from ports.facets import LONGEST_VALUE, can_be_chosen
from ports.search import Filter, NumberRange
from resolvers.context import Info
from resolvers.places import get_place
from schema.inputs.products import AttributeFilterInput, ProductFilterInput
from services.search import serving

T = TypeVar("T")
LARGEST_INPUT_LIST = 100


async def to_filter(info: Info, given: ProductFilterInput | None) -> Filter:
    """The filter as lists take it; raises `BadInput` (BAD_ID, WRONG_ID_TYPE, BAD_FILTER, LIST_TOO_LONG,
    POSTAL_CODE_UNKNOWN)."""
    if given is None:
        return Filter()
    chosen = _without_place(given)
    if given.deliverable_to is None:
        return chosen
    return replace(chosen, warehouse_ids=serving(await get_place(info, given.deliverable_to)))


def _without_place(given: ProductFilterInput) -> Filter:
    price_minimum, price_maximum = None, None
    if given.price is not None:
        price_minimum, price_maximum = given.price.min, given.price.max
        _check_span("price", price_minimum, price_maximum)
    if given.min_rating is not None and not 0 <= given.min_rating <= 5:
        raise BadInput("BAD_FILTER", "`minRating` must be from 0 to 5.")
    attributes = bounded("attributes", given.attributes)
    pairs: dict[str, tuple[str, ...]] = {}
    numbers: list[NumberRange] = []
    for attribute in attributes:
        _add_attribute(attribute, pairs, numbers)
    return Filter(
        category_ids=_ids("Category", "categories", given.categories),
        brand_ids=_ids("Brand", "brands", given.brands),
        seller_ids=_ids("Seller", "sellers", given.sellers),
        price_minimum=price_minimum,
        price_maximum=price_maximum,
        rating_minimum_hundredths=None if given.min_rating is None else round(given.min_rating * 100),
        in_stock=given.in_stock,
        pairs=dict(sorted(pairs.items())),
        numbers=tuple(numbers),
    )


def _ids(kind: str, name: str, given: Sequence[str] | None) -> tuple[UUID, ...]:
    return tuple(sorted({decode_id_of(kind, text) for text in bounded(name, given)}))


def bounded(name: str, given: Sequence[T] | None) -> Sequence[T]:
    """What a caller gave for the list `name`, empty for None; raises `BadInput` (LIST_TOO_LONG)."""
    if given is not None and len(given) > LARGEST_INPUT_LIST:
        raise BadInput("LIST_TOO_LONG", f"`{name}` takes at most {LARGEST_INPUT_LIST} entries.")
    return given or ()


def _check_span(name: str, low: float | None, high: float | None) -> None:
    for bound in (low, high):
        if bound is not None and not math.isfinite(bound):
            raise BadInput("BAD_FILTER", f"The bounds of `{name}` must be finite numbers.")
    if low is not None and high is not None and low > high:
        raise BadInput("BAD_FILTER", f"The lower bound of `{name}` is above the upper one.")


def _add_attribute(
    attribute: AttributeFilterInput, pairs: dict[str, tuple[str, ...]], numbers: list[NumberRange]
) -> None:
    kinds = [attribute.values is not None, attribute.flag is not None, (attribute.min, attribute.max) != (None, None)]
    if sum(kinds) != 1:
        raise BadInput("BAD_FILTER", "An attribute's condition gives either `values`, or `flag`, or `min` and `max`.")
    if not attribute.code or not can_be_chosen(attribute.code):
        raise BadInput("BAD_FILTER", "This is not an attribute's code.")
    if attribute.values is not None:
        values = bounded("values", attribute.values)
        if not values or not all(map(can_be_chosen, values)):
            raise BadInput("BAD_FILTER", f"`values` takes one or more texts of up to {LONGEST_VALUE} characters.")
        pairs[attribute.code] = tuple(sorted({*pairs.get(attribute.code, ()), *values}))
    elif attribute.flag is not None:
        answer = "true" if attribute.flag else "false"
        pairs[attribute.code] = tuple(sorted({*pairs.get(attribute.code, ()), answer}))
    else:
        _check_span(attribute.code, attribute.min, attribute.max)
        numbers.append(NumberRange(attribute.code, attribute.min, attribute.max))
