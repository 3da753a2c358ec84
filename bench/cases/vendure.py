"""Vendure with products of the store: its database, filled from ours, and the requests that its pages send.

Vendure itself makes its tables, its root collection and its search index. Products are written into its tables
directly: its importer would take hours. A category is a collection, a picture is an asset that no file stands behind.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg
import orjson

from bench.dataset import Say
from bench.node import Project

DATABASE = "vendure"
PRODUCTS = 10_000
SIZE = 24
# All that a new Vendure has: its channel, tax category, stock location and root collection.
_FIRST = 1
_LANGUAGE, _CURRENCY = "en", "USD"
_PAGES = 5
_NO_PICTURE = "https://pictures.invalid/none.jpg"
PAGE_PATH = "/shop-api"
LISTING_DOCUMENT = """
    query Listing($skip: Int!) {
        products(options: {take: 24, skip: $skip}) {
            items {
                slug name featuredAsset { preview } collections { name }
                variants { priceWithTax currencyCode stockLevel }
            }
        }
    }
"""
SEARCH_DOCUMENT = """
    query Search($skip: Int!, $grouped: Boolean!) {
        search(input: {take: 24, skip: $skip, groupByProduct: $grouped}) {
            items {
                slug productName inStock currencyCode collectionIds productAsset { preview }
                priceWithTax { ... on SinglePrice { value } ... on PriceRange { min } }
            }
        }
    }
"""


class Product(NamedTuple):
    """What both stores show of a product. `variants` have sku, price and quantity."""

    slug: str
    title: str
    description: str
    category_slug: str
    category: str
    url: str
    variants: Sequence[Mapping[str, Any]]  # JSON objects


def bodies(document: str, **variables: bool) -> list[bytes]:
    """Requests for five pages, which take turns."""
    skips = (SIZE * page for page in range(_PAGES))
    return [orjson.dumps({"query": document, "variables": {"skip": skip, **variables}}) for skip in skips]


async def read_products(store: asyncpg.Connection) -> Sequence[Product]:
    """The best-selling products that have a price, of the store's own database."""
    rows = await store.fetch(_PRODUCTS, _CURRENCY, _NO_PICTURE, PRODUCTS)
    return [Product._make((*row[:-1], orjson.loads(row["variants"]))) for row in rows]


async def fill(
    store: asyncpg.Connection, address: str, project: Project, products: Sequence[Product], say: Say
) -> None:
    """Make Vendure's database, whose address is given, and put `products` into it, unless it has just these."""
    digest, mark = hashlib.sha256(orjson.dumps(products, default=tuple)).hexdigest(), project.folder / "filled"
    if mark.exists() and mark.read_text() == digest:
        return
    mark.unlink(missing_ok=True)
    await store.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    await store.execute(f"CREATE DATABASE {DATABASE}")
    say("Making Vendure's tables")
    await project.run("prepare.js", "tables")
    vendure = await asyncpg.connect(address)
    try:
        async with vendure.transaction():
            for table, (columns, rows) in tables(products).items():
                await vendure.copy_records_to_table(table, columns=columns, records=rows)
        say(f"Vendure builds its search index of {len(products):,} products")
        await project.run("prepare.js", "index")
        await vendure.execute("VACUUM ANALYZE")
    finally:
        await vendure.close()
    mark.write_text(digest)


def check_listing(items: Sequence[Any], products: Mapping[str, Product]) -> None:
    """Raise AssertionError unless these are a page's products, as `products` (by slug) have them."""
    assert len(items) == SIZE, f"{len(items)} products"
    for item in items:
        product = products[item["slug"]]
        assert item["name"] == product.title
        assert item["featuredAsset"]["preview"] == product.url
        assert [one["name"] for one in item["collections"]] == [product.category]
        shown = [(one["priceWithTax"], one["stockLevel"] != "OUT_OF_STOCK") for one in item["variants"]]
        assert sorted(shown) == sorted((one["price"], one["quantity"] > 0) for one in product.variants), item


def check_search(items: Sequence[Any], products: Mapping[str, Product]) -> None:
    """Raise AssertionError unless these are a page's hits, as `products` (by slug) have them."""
    assert len(items) == SIZE, f"{len(items)} hits"
    for item in items:
        product = products[item["slug"]]
        assert item["productName"] == product.title
        assert item["productAsset"]["preview"] == product.url
        price = item["priceWithTax"]
        assert price.get("value", price.get("min")) in [one["price"] for one in product.variants], item


def tables(products: Sequence[Product]) -> Mapping[str, tuple[Sequence[str], list[tuple[object, ...]]]]:
    """Columns and rows of each of Vendure's tables, in an order that its foreign keys allow."""
    slugs = {product.category_slug: product.category for product in products}
    collections = {slug: number for number, slug in enumerate(slugs, _FIRST + 1)}
    variants = [(number, one) for number, product in enumerate(products, 1) for one in product.variants]
    owned, sold = list(enumerate(products, 1)), list(enumerate(variants, 1))
    here = collections.values()
    return {
        "asset": (
            ("id", "type", "mimeType", "fileSize", "source", "preview"),
            [(id, "IMAGE", "image/jpeg", 0, one.url, one.url) for id, one in owned],
        ),
        "asset_channels_channel": (("assetId", "channelId"), [(id, _FIRST) for id, _ in owned]),
        "product": (("id", "featuredAssetId"), [(id, id) for id, _ in owned]),
        "product_channels_channel": (("productId", "channelId"), [(id, _FIRST) for id, _ in owned]),
        "product_asset": (("assetId", "position", "productId"), [(id, 0, id) for id, _ in owned]),
        "product_translation": (
            ("languageCode", "name", "slug", "description", "baseId"),
            [(_LANGUAGE, one.title, one.slug, one.description, id) for id, one in owned],
        ),
        "product_variant": (
            ("id", "sku", "trackInventory", "taxCategoryId", "productId"),
            [(id, one["sku"], "INHERIT", _FIRST, product) for id, (product, one) in sold],
        ),
        "product_variant_channels_channel": (("productVariantId", "channelId"), [(id, _FIRST) for id, _ in sold]),
        "product_variant_translation": (
            ("languageCode", "name", "baseId"),
            [(_LANGUAGE, products[product - 1].title, id) for id, (product, _) in sold],
        ),
        "product_variant_price": (
            ("currencyCode", "channelId", "price", "variantId"),
            [(_CURRENCY, _FIRST, one["price"], id) for id, (_, one) in sold],
        ),
        "stock_level": (
            ("stockOnHand", "stockAllocated", "productVariantId", "stockLocationId"),
            [(one["quantity"], 0, id, _FIRST) for id, (_, one) in sold],
        ),
        "collection": (
            ("id", "isRoot", "position", "isPrivate", "filters", "inheritFilters", "parentId"),
            [(id, False, id, False, "[]", False, _FIRST) for id in here],
        ),
        "collection_closure": (
            ("id_ancestor", "id_descendant"),
            [pair for id in here for pair in ((_FIRST, id), (id, id))],
        ),
        "collection_channels_channel": (("collectionId", "channelId"), [(id, _FIRST) for id in here]),
        "collection_translation": (
            ("languageCode", "name", "slug", "description", "baseId"),
            [(_LANGUAGE, slugs[slug], slug, "", id) for slug, id in collections.items()],
        ),
        "collection_product_variants_product_variant": (
            ("collectionId", "productVariantId"),
            [(collections[products[product - 1].category_slug], id) for id, (product, _) in sold],
        ),
    }


_PRODUCTS = """
    SELECT p.slug, p.title, p.description, c.slug, c.name, coalesce(image.url, $2), sold.variants::text AS variants
    FROM listing l
    JOIN product p ON p.id = l.product_id
    JOIN category c ON c.id = p.category_id
    JOIN LATERAL (
        SELECT json_agg(json_build_object('sku', v.sku, 'price', price.minor, 'quantity', coalesce(stock.units, 0))
                        ORDER BY v.position, v.id) AS variants
        FROM variant v
        JOIN LATERAL (
            SELECT min(o.price_minor) AS minor FROM offer o
            WHERE o.variant_id = v.id AND o.status = 'active' AND o.currency = $1
        ) price ON price.minor IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT sum(i.on_hand - i.reserved) AS units FROM inventory_level i WHERE i.variant_id = v.id
        ) stock ON true
        WHERE v.product_id = p.id AND v.status = 'active'
    ) sold ON sold.variants IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT m.url FROM media m WHERE m.product_id = p.id ORDER BY m.position, m.id LIMIT 1
    ) image ON true
    ORDER BY l.best_selling_key DESC
    LIMIT $3
"""
