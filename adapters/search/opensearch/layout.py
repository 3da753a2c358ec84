"""How a product lies in OpenSearch: settings, strict mapping, and the translation of documents into it."""

import base64
import hashlib
import math
import re
from typing import Any

from ports.search import LAYOUT, IndexedDocument, SortKey

# JSON as opensearch-py and orjson take it.
Json = dict[str, Any]

# Fields that indexes of the first release lack.
ADDED: Json = {"warehouse": {"type": "keyword"}}
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_REFRESH = "1s"


def physical_name(alias: str, generation: str) -> str:
    """The index that holds a generation. Index names have few letters, so other generations go by their digest."""
    if not _PLAIN_NAME.fullmatch(generation):
        generation = hashlib.blake2b(generation.encode(), digest_size=16).hexdigest()
    return f"{alias}-{generation}"


def complete_name(alias: str) -> str:
    """The alias of the live index if it has all fields: who asks for those of an older release's index finds none."""
    return f"{alias}--layout-{LAYOUT}"


def key_field(key: SortKey) -> str:
    return f"{key.value}_key"


def index_body(*, server_major: int, shards: int, replicas: str, aliases: Json, loading: bool) -> Json:
    """What creates an index. While `loading` it does not refresh; `LOADED` ends that.

    Scores carry BM25's constant factor (k1 + 1), as tantivy's do: OpenSearch 2 always has it, 3 has it under another
    name. Deletions are forgotten at once: a document that comes back may have any version.
    """
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "auto_expand_replicas": replicas,
                "refresh_interval": "-1" if loading else _REFRESH,
                "gc_deletes": "0s",
                "similarity": {"default": {"type": "BM25" if server_major < 3 else "LegacyBM25", "k1": 1.2, "b": 0.75}},
            },
            "analysis": {
                "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 8_000}},
                "analyzer": {"words": {"type": "custom", "tokenizer": "spaces", "filter": []}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"layout": LAYOUT},
            "_source": {"includes": ["stored"]},
            "properties": {
                "body": {"type": "text", "analyzer": "words", "index_options": "freqs"},
                "title": {"type": "text", "analyzer": "words", "index_options": "positions"},
                **{name: {"type": "keyword"} for name in ("category", "brand", "seller")},
                "pair": {"type": "keyword", "eager_global_ordinals": True},
                **{name: {"type": "long"} for name in ("price", "price_bucket", "rating", "stars")},
                "in_stock": {"type": "boolean"},
                **{key_field(key): {"type": "long"} for key in SortKey},
                **ADDED,
                "number": {
                    "type": "nested",
                    "properties": {"code": {"type": "keyword"}, "value": {"type": "double"}},
                },
                "stored": {"type": "binary"},
            },
        },
        "aliases": aliases,
    }


LOADED: Json = {"index": {"refresh_interval": _REFRESH}}


def to_source(product: IndexedDocument) -> Json:
    """The product as OpenSearch takes it. Numbers that JSON does not know (NaN, infinities) are left out."""
    return {
        "body": product.body,
        "title": product.title,
        "category": [str(one) for one in product.category_ids],
        "brand": None if product.brand_id is None else str(product.brand_id),
        "seller": [str(one) for one in product.seller_ids],
        "warehouse": [str(one) for one in product.warehouse_ids],
        "pair": list(product.pairs),
        "price": product.price_minor,
        "price_bucket": product.price_bucket,
        "rating": product.rating_hundredths,
        "stars": product.rating_hundredths // 100,
        "in_stock": product.in_stock,
        **{key_field(key): product.sort_keys[key] for key in SortKey},
        "number": [{"code": code, "value": value} for code, value in product.numbers.items() if math.isfinite(value)],
        "stored": base64.b64encode(product.stored).decode(),
    }
