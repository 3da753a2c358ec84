"""What a search hands back to whoever asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from core.money import Money
from services.delivery import PlaceRecord


@dataclass(frozen=True, slots=True)
class Want:
    """Which optional parts are asked for; what is not wanted is not counted.

    With the facets, `deliver_to` has one more count: how many of the results can be delivered there.
    """

    facets: bool = True
    deliver_to: PlaceRecord | None = None


class SearchEdge(NamedTuple):
    """A hit. `encode` makes its cursor, which few callers ask for."""

    product_id: UUID
    encode: Callable[[], str]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`input` is what to merge into the GraphQL ProductFilter to choose this value: a JSON object."""

    label: str
    count: int
    selected: bool
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facet:
    """`key` is a FacetKey, "deliverable", or "attribute:" + the attribute's code."""

    key: str
    label: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class PriceBucket:
    """How many products cost from `min` to `max`, both included; the last bucket is open."""

    min: Money
    max: Money | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results. `facets` and `price_histogram` are None if they were not wanted or cannot be counted.

    `did_you_mean` is the query as the catalog spells it, which is what was searched; None if it is spelled so.
    `degraded` says that the engine is away and Postgres has answered.
    """

    edges: Sequence[SearchEdge]
    has_next_page: bool
    total: int
    facets: Sequence[Facet] | None
    price_histogram: Sequence[PriceBucket] | None
    did_you_mean: str | None
    degraded: bool


@dataclass(frozen=True, slots=True)
class Suggestions:
    product_ids: Sequence[UUID] = ()
    category_ids: Sequence[UUID] = ()
    queries: Sequence[str] = ()
