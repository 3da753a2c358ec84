"""A judged collection on disk: products, queries, and how relevant people found products for them."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

import orjson

from core.problems import BadInput
from services.search.documents import features_text

_NAMESPACE = UUID("6f1f2f3e-6b0e-4a52-9d0f-5d8f9f6c7a10")
_EXACT = 3


class CollectionListing(NamedTuple):
    """A product of the collection with the fields of a listing; what the collection does not know is empty."""

    product_id: UUID
    version: int
    title: str
    brand: str | None
    description: str
    features: str
    category_ids: tuple[UUID, ...]
    category_names: tuple[str, ...]
    brand_id: UUID | None
    seller_ids: tuple[UUID, ...]
    warehouse_ids: tuple[UUID, ...]
    price_minor: int | None
    rating_hundredths: int
    rating_count: int
    in_stock: bool
    units_sold: int
    released_at: datetime
    pairs: tuple[str, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """`gains` maps a product to 1 (exact), 0.5 (partial) or 0 (irrelevant); products not in it were not judged."""

    id: str
    text: str
    gains: Mapping[UUID, float]


def read_products(folder: Path) -> Iterator[CollectionListing]:
    """The products of `folder`/products.jsonl.gz, one at a time."""
    with gzip.open(_existing(folder / "products.jsonl.gz")) as lines:
        for line in lines:
            yield _listing(orjson.loads(line))


def read_queries(folder: Path, *, split: str) -> list[JudgedQuery]:
    """The queries of a split ("dev") that have at least one relevant product, with their judgments."""
    gains: dict[str, dict[UUID, float]] = {}
    with _existing(folder / f"judgments-{split}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rating = int(row["rating"])
            gain = 1.0 if rating == _EXACT else 0.5 if rating > 0 else 0.0
            gains.setdefault(row["query_id"], {})[product_key(row["product_id"])] = gain
    with _existing(folder / f"queries-{split}.tsv").open(encoding="utf-8", newline="") as file:
        queries = [
            JudgedQuery(row["query_id"], row["query"], gains.get(row["query_id"], {}))
            for row in csv.DictReader(file, delimiter="\t")
        ]
    return [query for query in queries if any(query.gains.values())]


def product_key(external_id: str) -> UUID:
    """The id under which a product of a collection is indexed."""
    return uuid5(_NAMESPACE, f"product:{external_id}")


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise BadInput("NO_COLLECTION", f"There is no file {path}.")
    return path


# A product is one JSON object of the collection, whose values have many types: hence object.
def _listing(product: Mapping[str, object]) -> CollectionListing:
    brand = str(product["brand"]) if product.get("brand") else None
    names = tuple(str(product["category_guess"]).split(" > ")) if product.get("category_guess") else ()
    attributes = product.get("attrs")
    price = product.get("price_cents")
    return CollectionListing(
        product_id=product_key(str(product["id"])),
        version=1,
        title=str(product["title"]),
        brand=brand,
        description=str(product.get("short_description") or ""),
        features=features_text(_attributes(attributes)) if isinstance(attributes, dict) else "",
        category_ids=tuple(uuid5(_NAMESPACE, f"category:{names[:depth]}") for depth in range(1, len(names) + 1)),
        category_names=names,
        brand_id=uuid5(_NAMESPACE, f"brand:{brand}") if brand else None,
        seller_ids=(),
        warehouse_ids=(),
        price_minor=price if isinstance(price, int) else None,
        rating_hundredths=0,
        rating_count=0,
        in_stock=True,
        units_sold=0,
        released_at=_day(product.get("date_released")),
        pairs=(),
        numbers={},
    )


def _attributes(attributes: Mapping[str, object]) -> Iterator[tuple[str, str | float | bool]]:
    for code, value in attributes.items():
        if isinstance(value, str | int | float):
            yield code.replace("_", " "), value


def _day(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
