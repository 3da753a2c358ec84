"""From rows to the JSON of each page, shaped as the store's GraphQL answers are."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
import orjson

from services.inventory.records import LOW_STOCK_UNITS
from services.search import SearchPage

# JSON values of any kind, hence Any here and below.
Json = dict[str, Any]


def money(minor: int, currency: str) -> Json:
    return {"amountMinor": minor, "currency": currency}


def rating(row: asyncpg.Record) -> Json:
    average, count = row["average_hundredths"], row["count"]
    return {"average": average / 100 if count else None, "count": count or 0}


def card(row: asyncpg.Record, currency: str) -> Json:
    price, quantity, url = row["price_minor"], row["quantity"], row["url"]
    return {
        "node": {
            "slug": row["slug"],
            "title": row["title"],
            "priceRange": None if price is None else {"min": money(price, currency)},
            "rating": rating(row),
            "availability": {"inStock": quantity > 0, "quantity": quantity},
            "category": {"name": row["category"]},
            "image": None if url is None else {"url": url},
        }
    }


def listing_page(rows: Iterable[asyncpg.Record], currency: str) -> Json:
    return {"data": {"products": {"edges": [card(row, currency) for row in rows]}}}


def search_page(found: SearchPage, rows: Iterable[asyncpg.Record], currency: str) -> Json:
    facets, buckets = found.facets, found.price_histogram
    return {
        "data": {
            "search": {
                "degraded": found.degraded,
                "totalCount": found.total,
                "edges": [card(row, currency) for row in rows],
                "facets": None
                if facets is None
                else [
                    {
                        "key": facet.key,
                        "label": facet.label,
                        "values": [
                            {"label": one.label, "count": one.count, "selected": one.selected, "input": one.input}
                            for one in facet.values
                        ],
                    }
                    for facet in facets
                ],
                "priceHistogram": None
                if buckets is None
                else [
                    {
                        "min": money(*bucket.min),
                        "max": None if bucket.max is None else money(*bucket.max),
                        "count": bucket.count,
                    }
                    for bucket in buckets
                ],
            }
        }
    }


def product_page(row: asyncpg.Record | None, currency: str) -> Json:
    if row is None:
        return {"data": {"product": None}}
    names, quantity = row["option_names"], row["quantity"]
    status = "OUT_OF_STOCK" if quantity <= 0 else "LOW_STOCK" if quantity <= LOW_STOCK_UNITS else "IN_STOCK"
    variants = orjson.loads(row["variants"] or "[]")
    return {
        "data": {
            "product": {
                "slug": row["slug"],
                "title": row["title"],
                "description": row["description"],
                "brand": None if row["brand_slug"] is None else {"slug": row["brand_slug"], "name": row["brand_name"]},
                "category": {"breadcrumbs": orjson.loads(row["breadcrumbs"] or "[]")},
                "attributes": _attributes(row),
                "options": _options(names, orjson.loads(row["option_values"] or "[]")),
                "variants": {"edges": [{"node": _variant(one, names, currency)} for one in variants]},
                "availability": {"inStock": quantity > 0, "quantity": quantity, "status": status},
                "media": orjson.loads(row["media"] or "[]"),
                "rating": {**rating(row), "histogram": row["histogram"] or [0, 0, 0, 0, 0]},
            }
        }
    }


def _attributes(row: asyncpg.Record) -> list[Json]:
    types = orjson.loads(row["attribute_types"] or "{}")
    return [
        {
            "attribute": types[code],
            "text": value if isinstance(value, str) else None,
            "number": float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
            "flag": value if isinstance(value, bool) else None,
        }
        for code, value in orjson.loads(row["attributes"]).items()
        if code in types
    ]


def _options(names: list[str], variants: list[list[str]]) -> list[Json]:
    columns = zip(*variants, strict=True) if variants else iter(())
    return [{"name": name, "values": list(dict.fromkeys(values))} for name, values in zip(names, columns, strict=False)]


def _variant(one: Mapping[str, Any], names: list[str], currency: str) -> Json:
    price, compare_at = one["price"], one["compare_at"]
    return {
        "sku": one["sku"],
        "selectedOptions": [{"name": name, "value": value} for name, value in zip(names, one["values"], strict=False)],
        "buyBox": None
        if price is None
        else {
            "price": money(price, currency),
            "compareAtPrice": None if compare_at is None else money(compare_at, currency),
            "seller": {"name": one["seller"]},
        },
        "availability": {"inStock": one["quantity"] > 0, "quantity": one["quantity"]},
    }
