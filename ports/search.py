"""The search engine as the shop sees it: what is indexed, what is asked, what comes back.

Analysis (tokens, stemming, synonyms, spelling) is ours and happens above this port, so that every engine receives the
same tokens, separated by spaces, and gives the same answers. An engine matches, filters, counts, sorts and scores with
BM25 (k1 1.2, b 0.75).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedDocument:
    """One product as an engine keeps it. `body` and `title` are analysed tokens joined by single spaces.

    `body` is the catch-all field that is scored: words repeat by the weight of the field they come from.
    `title` keeps the order of words, for phrases. `pairs` are the facet values, each `code` + PAIR + value.
    `warehouse_ids` are those that can send it now. `numbers` are filterable number attributes. `stored` comes back with
    a hit as it was given (small: it is what ranking needs). `sort_keys` are unique enough to page by: value in the high
    bits, a hash of the id in the low ones.
    """

    id: UUID
    version: int
    body: str
    title: str
    category_ids: Sequence[UUID]
    brand_id: UUID | None
    seller_ids: Sequence[UUID]
    warehouse_ids: Sequence[UUID]
    price_minor: int | None
    price_bucket: int | None
    rating_hundredths: int
    in_stock: bool
    pairs: Sequence[str]
    numbers: Mapping[str, float]
    sort_keys: Mapping["SortKey", int]
    stored: bytes


# Grows when documents gain a field. Indexes made with a lower one lack it: they are rebuilt when a worker starts.
LAYOUT = 2
PAIR = "\x1f"
ATTRIBUTE_FACET = "attribute:"

# Relevance pages to this depth: `offset` + `limit` beyond it are cut off, there are no hits after it.
LARGEST_OFFSET = 10_000
# Values of all attributes together that one response counts: the most frequent ones. Facets that the filter chooses
# from, and each of category, brand and seller, have this many to themselves.
LARGEST_FACETS = 2_000


class SortKey(StrEnum):
    """An order other than relevance. Every document has a signed 64-bit key for each; the highest key comes first.

    Both price orders put products without a price last, hence two keys.
    """

    PRICE_ASCENDING = "price_ascending"
    PRICE_DESCENDING = "price_descending"
    RATING = "rating"
    NEWEST = "newest"
    BEST_SELLING = "best_selling"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to satisfy a clause: one token, or several that must stand next to each other in `title`."""

    tokens: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Clause:
    """One idea of the query. Its score is the best of its alternatives'; `required` ones must match."""

    alternatives: tuple[Alternative, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Clauses whose scores add up; at least `minimum_match` of them must match, required ones included.

    With more clauses asked for than there are, nothing matches; with `minimum_match` 0 and none required, everything.
    """

    clauses: tuple[Clause, ...]
    minimum_match: int = 1


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers of one attribute. Bounds are inclusive; None is open."""

    code: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What documents must satisfy: all of the fields given, and within a field any of its values.

    `pairs` maps an attribute's code to the values wanted (flags are the values "true" and "false"). Each attribute is a
    field: of several `numbers` with one code any will do, and each code needs one. `warehouse_ids` None asks for no
    warehouse; empty, it is a place that none serves, and nothing matches.
    """

    category_ids: tuple[UUID, ...] = ()
    brand_ids: tuple[UUID, ...] = ()
    seller_ids: tuple[UUID, ...] = ()
    price_minimum: int | None = None
    price_maximum: int | None = None
    rating_minimum_hundredths: int | None = None
    in_stock: bool | None = None
    warehouse_ids: tuple[UUID, ...] | None = None
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[NumberRange, ...] = ()

    def ranges_by_code(self) -> dict[str, list[NumberRange]]:
        """`numbers` by attribute, in the order given."""
        found: dict[str, list[NumberRange]] = {}
        for one in self.numbers:
            found.setdefault(one.code, []).append(one)
        return found


class FacetKey(StrEnum):
    """The facets that every product has; an attribute's facet is keyed `attribute:` + its code."""

    CATEGORY = "category"
    BRAND = "brand"
    SELLER = "seller"
    PRICE = "price"
    RATING = "rating"
    AVAILABILITY = "availability"


class ValueCount(NamedTuple):
    """A facet value as the engine knows it (an id, a pair's value, a bucket's number) and its number of documents."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One question. `text` None matches everything. Relevance pages by `offset`, a sort by `after_key`.

    With `facets`, counts come back for every facet; a facet that the filter chooses from is counted as if its own
    choice were not made (disjunctive). `sort` None is relevance, best first, equal scores by BEST_SELLING key. Hits of
    a sort come strictly below `after_key`.
    """

    text: TextQuery | None
    filter: Filter
    limit: int
    offset: int = 0
    sort: SortKey | None = None
    after_key: int | None = None
    facets: bool = False
    count_total: bool = True


class Hit(NamedTuple):
    """`score` is BM25 times (k1 + 1), 0 without text and in a sort. `sort_key` is the key of the request's sort, the
    BEST_SELLING one by relevance."""

    id: UUID
    score: float
    sort_key: int
    stored: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResponse:
    """`facets` maps a facet's key to its values, most documents first, then by value.

    Facets of the shop are always there, empty or not; attributes that the matches have, and those that the filter
    chooses from. `total` is 0 unless asked for; it and the facets speak of the whole list, whatever `after_key` is.
    PRICE is counted by `price_bucket`, RATING by whole stars (the floor of the average, "0" without ratings),
    AVAILABILITY by "true" and "false".
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[ValueCount]] = field(default_factory=dict)


class SecondWriter(RuntimeError):
    """Another process writes this index. Raised by engines that take one writer at a time, by `write` and `rebuild`."""


class OutdatedIndex(RuntimeError):
    """An older release has made the index, and it lacks what is asked for. Raised by `search` and `search_many`."""


class SearchIndex(Protocol):
    """One engine. Every method raises `core.problems.Unavailable("search")` when the engine cannot be reached.

    One process writes at a time (the worker); any number of processes search. An index that an older release has
    made goes on answering and taking changes until a rebuild has replaced it; what it cannot know raises
    `OutdatedIndex`.
    """

    async def search(self, request: SearchRequest) -> SearchResponse: ...

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        """Answers in the order of the requests, in one round trip."""
        ...

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None:
        """Make changes durable and visible to all readers within a second. A lower `version` never replaces a
        higher one. A deletion forgets the version. An id in both arguments is written."""
        ...

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        """Fill a new index beside the live one and swap when the batches end. Called again with the same
        `generation` after an interruption, it continues what was written; each batch is durable before the next is
        asked for. A generation that is live already is done: nothing is read. Another generation than the
        interrupted one starts afresh. Readers see old or new, never a mixture; `write` goes to both meanwhile."""
        ...

    async def indexed_count(self) -> int: ...

    async def is_outdated(self) -> bool:
        """Whether an older release has made the index that is searched, so that only a rebuild completes it. False for
        one that is not there yet."""
        ...

    async def close(self) -> None: ...
