"""How a product lies in a tantivy index: the schema, and the translation of documents into it.

New fields are added at the end, so that those of older indexes keep their numbers: such an index is searched and
written without the new ones until a rebuild has replaced it. Any other change needs a new FORMAT: readers then see an
empty index until the next rebuild.
"""

import math
from pathlib import Path
from uuid import UUID

from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from ports.search import IndexedDocument, SortKey

FORMAT = "1"
# Not in indexes of the first release.
WAREHOUSE = "warehouse"
_ID_BYTES = 16
_WORDS = "words"  # splits at spaces, changes nothing


def key_field(key: SortKey) -> str:
    return f"{key.value}_key"


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name=_WORDS, index_option="freq")
    builder.add_text_field("title", tokenizer_name=_WORDS, index_option="position")
    for name in ("category", "brand", "seller", "pair"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("price", "price_bucket", "rating", "stars", "in_stock"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for key in SortKey:
        builder.add_integer_field(key_field(key), indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_json_field("number", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    builder.add_text_field(WAREHOUSE, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = _schema()


def make_index(folder: Path) -> None:
    """An empty index in an empty folder."""
    Index(SCHEMA, str(folder))


def open_index(folder: Path) -> Index:
    """The index in `folder`; raises ValueError or OSError when it is not there or cannot be read."""
    index = Index.open(str(folder))
    index.register_tokenizer(_WORDS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def is_outdated(index: Index) -> bool:
    """Whether an older release has made the index, with fewer fields."""
    return bool(index.schema != SCHEMA)


def to_tantivy(product: IndexedDocument) -> Document:
    """The product as tantivy takes it. Numbers that JSON does not know (NaN, infinities) are left out."""
    document = Document()
    document.add_text("id", str(product.id))
    document.add_text("body", product.body)
    document.add_text("title", product.title)
    for category in set(product.category_ids):
        document.add_text("category", str(category))
    if product.brand_id is not None:
        document.add_text("brand", str(product.brand_id))
    for seller in set(product.seller_ids):
        document.add_text("seller", str(seller))
    for pair in set(product.pairs):
        document.add_text("pair", pair)
    if product.price_minor is not None:
        document.add_integer("price", product.price_minor)
    if product.price_bucket is not None:
        document.add_integer("price_bucket", product.price_bucket)
    document.add_integer("rating", product.rating_hundredths)
    document.add_integer("stars", product.rating_hundredths // 100)
    document.add_integer("in_stock", int(product.in_stock))
    for key in SortKey:
        document.add_integer(key_field(key), product.sort_keys[key])
    document.add_integer("version", product.version)
    numbers = {number_key(code): float(value) for code, value in product.numbers.items() if math.isfinite(value)}
    if numbers:
        document.add_json("number", numbers)
    document.add_bytes("stored", product.id.bytes + product.stored)
    # An index that lacks the field leaves it out.
    for warehouse in set(product.warehouse_ids):
        document.add_text(WAREHOUSE, str(warehouse))
    return document


def number_key(code: str) -> str:
    """A JSON key for an attribute's code that needs no escaping in a path."""
    return "n" + code.encode().hex()


def id_and_stored(document: Document) -> tuple[UUID, bytes]:
    """What `to_tantivy` stored."""
    raw: bytes = document.get_first("stored") or b""
    return UUID(bytes=raw[:_ID_BYTES]), raw[_ID_BYTES:]
