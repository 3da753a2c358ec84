"""Changes: versions, deletions, who sees them when, and what they cost."""

import pytest

from core.profile import profiling
from ports.search import SearchIndex
from tests.factories.search import ask, product, product_id, words
from tests.fixtures.search import OpenIndex


async def stored(index: SearchIndex) -> dict[int, bytes]:
    """What is kept of every product."""
    return {hit.id.int: hit.stored for hit in (await index.search(ask())).hits}


async def test_index_without_anything_is_empty(index: SearchIndex) -> None:
    response = await index.search(ask(words("a"), facets=True))

    assert (list(response.hits), response.total) == ([], 0)
    assert await index.indexed_count() == 0
    assert not await index.is_outdated()


@pytest.mark.parametrize(
    ("first", "second", "kept"), [(1, 2, b"second"), (2, 2, b"second"), (2, 1, b"first"), (2**62, 2**40, b"first")]
)
async def test_lower_version_never_replaces_a_higher_one(
    index: SearchIndex, first: int, second: int, kept: bytes
) -> None:
    await index.write([product(1, version=first, stored=b"first"), product(2)])

    await index.write([product(1, version=second, stored=b"second")])

    assert await stored(index) == {1: kept, 2: b""}
    assert await index.indexed_count() == 2


async def test_replaced_product_is_found_by_its_new_words_only(index: SearchIndex) -> None:
    await index.write([product(1, body="old", attributes={"colour": ["red"]})])

    await index.write([product(1, body="new", version=2, attributes={"colour": ["blue"]})])

    old, new = await index.search_many([ask(words("old")), ask(words("new"), facets=True)])
    assert (old.total, new.total) == (0, 1)
    assert new.facets["attribute:colour"] == [("blue", 1)]


async def test_same_question_is_counted_afresh_after_a_change(index: SearchIndex) -> None:
    await index.write([product(1, attributes={"colour": ["red"]})])
    before = [(await index.search(ask(facets=True))).facets["attribute:colour"] for _ in range(2)]

    await index.write([product(2, attributes={"colour": ["red", "blue"]})], deleted=[product_id(3)])

    after = (await index.search(ask(facets=True))).facets["attribute:colour"]
    assert before == [[("red", 1)], [("red", 1)]]
    assert after == [("red", 2), ("blue", 1)]


async def test_more_lists_than_are_remembered_are_counted_right(index: SearchIndex) -> None:
    await index.write([product(number, body=f"w{number}", price_bucket=number) for number in range(70)])
    requests = [ask(words(f"w{number}"), facets=True) for number in range(70)]

    first, second = await index.search_many(requests), await index.search_many(requests)

    assert [answer.facets["price"] for answer in first] == [[(str(number), 1)] for number in range(70)]
    assert [answer.facets for answer in second] == [answer.facets for answer in first]


async def test_highest_version_of_one_call_wins(index: SearchIndex) -> None:
    await index.write([product(1, version=version, stored=b"%d" % version) for version in (3, 5, 4)])

    assert await stored(index) == {1: b"5"}


async def test_deleted_products_are_gone_and_unknown_ones_do_not_matter(index: SearchIndex) -> None:
    await index.write([product(number, body="a") for number in range(5)])

    await index.write([], deleted=[product_id(1), product_id(3), product_id(99)])

    response = await index.search(ask(words("a")))
    assert {hit.id.int for hit in response.hits} == {0, 2, 4}
    assert await index.indexed_count() == 3


@pytest.mark.parametrize("version", [1, 7, 9])
async def test_deleted_product_comes_back_with_any_version(index: SearchIndex, version: int) -> None:
    await index.write([product(1, version=7)])
    await index.write([], deleted=[product_id(1)])

    await index.write([product(1, version=version, stored=b"back")])

    assert await stored(index) == {1: b"back"}


async def test_id_in_both_arguments_is_written(index: SearchIndex) -> None:
    await index.write([product(1)])

    await index.write([product(1, stored=b"new")], deleted=[product_id(1)])

    assert await stored(index) == {1: b"new"}


async def test_every_reader_sees_a_change_at_once(open_index: OpenIndex) -> None:
    writer, early = open_index(), open_index()
    assert await stored(early) == {}

    await writer.write([product(1)])
    seen_first = await stored(early)
    await writer.write([product(2)], deleted=[product_id(1)])

    assert seen_first == {1: b""}
    assert await stored(early) == await stored(open_index()) == await stored(writer) == {2: b""}


async def test_changes_outlive_the_writer(open_index: OpenIndex) -> None:
    writer = open_index()
    await writer.write([product(1, stored=bytes(range(256)))])
    await writer.close()

    assert await stored(open_index()) == {1: bytes(range(256))}


async def test_writing_nothing_does_nothing(index: SearchIndex) -> None:
    with profiling() as profile:
        await index.write([])

    assert profile.search == 0


async def test_many_requests_are_one_round_trip_and_answered_in_order(index: SearchIndex) -> None:
    await index.write([product(number, body=f"w{number}") for number in range(8)])

    with profiling() as profile:
        responses = await index.search_many([ask(words(f"w{number}"), facets=True) for number in range(7, -1, -1)])

    assert [response.hits[0].id.int for response in responses] == list(range(7, -1, -1))
    assert profile.search == 1
    assert list(await index.search_many([])) == []
