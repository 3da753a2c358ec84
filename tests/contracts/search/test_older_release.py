"""An index that the first release has made: it had no field for warehouses."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from opensearchpy import OpenSearch
from tantivy import Index, SchemaBuilder

from adapters.search.opensearch.layout import index_body
from ports.search import Filter, IndexedDocument, OutdatedIndex, SearchIndex, SortKey
from tests.factories.search import WAREHOUSES, ask, product
from tests.fixtures.search import OpenIndex

NEAR = Filter(warehouse_ids=WAREHOUSES[:1])


@pytest.fixture
def older(open_index: OpenIndex, request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    """The index of the first release, and one called "half" that a rebuild of it has left behind."""
    # Not async: pytest-asyncio sets up what `getfixturevalue` asks for only from outside of the loop.
    if request.node.callspec.params["open_index"] == "tantivy":
        _make_older_folders(tmp_path / "search" / "format-1")
    else:
        _make_older_aliases(request.getfixturevalue("opensearch_url"), request.getfixturevalue("opensearch_name"))
    return open_index()


def _make_older_aliases(url: str, name: str) -> None:
    client = OpenSearch(hosts=[url], timeout=20.0)
    major = int(client.info()["version"]["number"].partition(".")[0])
    for generation, alias in (("initial", name), ("half", f"{name}--building")):
        client.indices.create(index=f"{name}-{generation}", body=_older_body(major, alias))
    client.close()


def _older_body(major: int, alias: str) -> dict[str, Any]:  # JSON
    body = index_body(server_major=major, shards=1, replicas="0-1", aliases={alias: {}}, loading=False)
    del body["mappings"]["_meta"], body["mappings"]["properties"]["warehouse"]
    return body


def _make_older_folders(root: Path) -> None:
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="words", index_option="freq")
    builder.add_text_field("title", tokenizer_name="words", index_option="position")
    for name in ("category", "brand", "seller", "pair"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    numbers = ["price", "price_bucket", "rating", "stars", "in_stock", *(f"{key.value}_key" for key in SortKey)]
    for name in numbers:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_json_field("number", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    schema = builder.build()
    for pointer, name in (("current", "initial"), ("building", "half")):
        folder = root / "generations" / f"g-{name}"
        folder.mkdir(parents=True)
        Index(schema, str(folder))
        (root / pointer).write_text(name)


async def batches(*given: Sequence[IndexedDocument]) -> AsyncIterator[Sequence[IndexedDocument]]:
    for batch in given:
        yield batch


async def numbers_found(index: SearchIndex, chosen: Filter | None = None) -> set[int]:
    return {hit.id.int for hit in (await index.search(ask(chosen=chosen, facets=True))).hits}


async def test_goes_on_answering_and_taking_changes(older: SearchIndex) -> None:
    await older.write([product(1, warehouse_ids=WAREHOUSES), product(2, in_stock=False)])
    await older.write([product(1, version=2, warehouse_ids=WAREHOUSES[:1])])

    assert await numbers_found(older) == {1, 2}
    assert await numbers_found(older, Filter(in_stock=True)) == {1}
    assert await older.is_outdated()


async def test_says_that_it_does_not_know_warehouses(older: SearchIndex) -> None:
    await older.write([product(1, warehouse_ids=WAREHOUSES)])

    with pytest.raises(OutdatedIndex):
        await older.search(ask(chosen=NEAR))
    with pytest.raises(OutdatedIndex):
        await older.search_many([ask(), ask(chosen=NEAR)])


async def test_a_rebuild_completes_it(older: SearchIndex, open_index: OpenIndex) -> None:
    await older.write([product(1, warehouse_ids=WAREHOUSES)])

    await older.rebuild(batches([product(1, warehouse_ids=WAREHOUSES), product(2)]), generation="complete")

    for index in (older, open_index()):
        assert not await index.is_outdated()
        assert await numbers_found(index, NEAR) == {1}
        assert await numbers_found(index) == {1, 2}


async def test_what_it_was_filling_is_not_continued(older: SearchIndex) -> None:
    await older.write([product(1, warehouse_ids=WAREHOUSES)])

    await older.rebuild(batches([product(2, warehouse_ids=WAREHOUSES)]), generation="half")

    assert await numbers_found(older) == await numbers_found(older, NEAR) == {2}
