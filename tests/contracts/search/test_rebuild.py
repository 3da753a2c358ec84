"""Rebuilding beside the live index: what readers see, and what an interruption leaves."""

from collections.abc import AsyncIterator, Sequence

import pytest

from ports.search import IndexedDocument, SearchIndex
from tests.factories.search import ask, product, product_id
from tests.fixtures.search import OpenIndex


class Interrupted(Exception):
    """Stands for whatever ends a rebuild in the middle."""


async def batches(*given: Sequence[IndexedDocument] | Exception) -> AsyncIterator[Sequence[IndexedDocument]]:
    for batch in given:
        if isinstance(batch, Exception):
            raise batch
        yield batch


async def ids(index: SearchIndex) -> set[int]:
    response = await index.search(ask())
    assert response.total == len(response.hits) == await index.indexed_count()
    return {hit.id.int for hit in response.hits}


async def test_rebuild_replaces_everything(index: SearchIndex) -> None:
    await index.write([product(1), product(2)])

    await index.rebuild(batches([product(2), product(3)], [product(4)]), generation="Spring 2031/α")

    assert await ids(index) == {2, 3, 4}


async def test_rebuild_of_an_index_that_never_was(index: SearchIndex) -> None:
    await index.rebuild(batches([product(1)]), generation="one")

    assert await ids(index) == {1}


async def test_rebuild_without_batches_empties(index: SearchIndex) -> None:
    await index.write([product(1)])

    await index.rebuild(batches(), generation="empty")

    assert await ids(index) == set()


async def test_readers_see_the_old_index_until_the_swap(open_index: OpenIndex) -> None:
    writer, reader = open_index(), open_index()
    await writer.write([product(1)])
    seen: list[set[int]] = []

    async def watched() -> AsyncIterator[Sequence[IndexedDocument]]:
        for number in (2, 3):
            yield [product(number)]
            seen.append(await ids(reader))

    await writer.rebuild(watched(), generation="one")

    assert seen == [{1}, {1}]
    assert await ids(reader) == await ids(open_index()) == {2, 3}


async def test_interrupted_rebuild_leaves_the_old_index_and_is_continued(open_index: OpenIndex) -> None:
    first = open_index()
    await first.write([product(1)])
    with pytest.raises(Interrupted):
        await first.rebuild(batches([product(2)], [product(3)], Interrupted()), generation="one")
    meanwhile = await ids(first)
    await first.close()

    second = open_index()
    await second.rebuild(batches([product(3)], [product(4)]), generation="one")

    assert meanwhile == {1}
    assert await ids(second) == {2, 3, 4}


async def test_other_generation_than_the_interrupted_one_starts_afresh(index: SearchIndex) -> None:
    with pytest.raises(Interrupted):
        await index.rebuild(batches([product(1)], Interrupted()), generation="one")

    await index.rebuild(batches([product(2)]), generation="two")

    assert await ids(index) == {2}


async def test_generation_that_is_live_is_not_read_again(index: SearchIndex) -> None:
    await index.rebuild(batches([product(1)]), generation="one")

    await index.rebuild(batches(Interrupted()), generation="one")

    assert await ids(index) == {1}


async def test_one_rebuild_follows_another(index: SearchIndex) -> None:
    for number in range(3):
        await index.rebuild(batches([product(number)]), generation=f"g{number}")
        await index.write([product(10 + number)])

        assert await ids(index) == {number, 10 + number}


async def test_changes_meanwhile_go_to_both(index: SearchIndex) -> None:
    await index.write([product(1, stored=b"old"), product(2), product(3)])
    live: list[set[int]] = []

    async def changing() -> AsyncIterator[Sequence[IndexedDocument]]:
        yield [product(1, stored=b"old"), product(2)]
        await index.write([product(1, version=2, stored=b"new"), product(4)], deleted=[product_id(2), product_id(3)])
        live.append(await ids(index))
        # Read before the changes: must neither undo the new version nor bring the deleted ones back.
        yield [product(1, stored=b"old"), product(3)]

    await index.rebuild(changing(), generation="one")

    assert live == [{1, 4}]
    assert await ids(index) == {1, 4}
    assert {hit.stored for hit in (await index.search(ask())).hits if hit.id.int == 1} == {b"new"}


async def test_changes_between_interruption_and_continuation_are_kept(open_index: OpenIndex) -> None:
    first = open_index()
    with pytest.raises(Interrupted):
        await first.rebuild(batches([product(1), product(2)], Interrupted()), generation="one")
    await first.close()
    second = open_index()

    await second.write([product(1, version=2, stored=b"new")], deleted=[product_id(2)])
    await second.rebuild(batches([product(3)]), generation="one")

    assert {hit.id.int: hit.stored for hit in (await second.search(ask())).hits} == {1: b"new", 3: b""}


async def test_product_that_returns_during_a_rebuild_is_kept(index: SearchIndex) -> None:
    async def changing() -> AsyncIterator[Sequence[IndexedDocument]]:
        yield [product(1)]
        await index.write([], deleted=[product_id(1)])
        await index.write([product(1, version=2)])
        yield [product(2)]

    await index.rebuild(changing(), generation="one")

    assert await ids(index) == {1, 2}
