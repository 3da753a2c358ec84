"""Sorts, their cursors, pages by relevance, and what decides between equals."""

from dataclasses import replace

import pytest

from ports.search import LARGEST_OFFSET, Filter, SearchIndex, SearchRequest, SortKey
from tests.factories.search import ask, product, words

SMALLEST, LARGEST = -(2**63), 2**63 - 1


def sorted_by(sort: SortKey, *, limit: int, after_key: int | None = None) -> SearchRequest:
    return SearchRequest(text=None, filter=Filter(), limit=limit, sort=sort, after_key=after_key)


class TestSorts:
    @pytest.mark.parametrize("sort", SortKey)
    async def test_highest_key_of_the_sort_comes_first(self, index: SearchIndex, sort: SortKey) -> None:
        await index.write([product(number, keys={sort: (number * 7) % 10 - 5}) for number in range(10)])

        response = await index.search(sorted_by(sort, limit=4))

        assert [hit.sort_key for hit in response.hits] == [4, 3, 2, 1]
        assert response.total == 10

    async def test_keys_use_all_64_bits(self, index: SearchIndex) -> None:
        keys = [0, SMALLEST, LARGEST, LARGEST - 1, SMALLEST + 1, -1]
        await index.write([product(number, keys={SortKey.NEWEST: key}) for number, key in enumerate(keys)])

        response = await index.search(sorted_by(SortKey.NEWEST, limit=10))

        assert [hit.sort_key for hit in response.hits] == sorted(keys, reverse=True)

    async def test_pages_continue_strictly_below_a_key(self, index: SearchIndex) -> None:
        await index.write([product(number, keys={SortKey.RATING: number * 3}) for number in range(25)])
        seen: list[int] = []
        after: int | None = None

        while page := (await index.search(sorted_by(SortKey.RATING, limit=7, after_key=after))).hits:
            seen += [hit.id.int for hit in page]
            after = page[-1].sort_key

        assert seen == list(range(24, -1, -1))

    async def test_total_and_facets_ignore_the_cursor(self, index: SearchIndex) -> None:
        await index.write([product(number, attributes={"colour": ["red"]}) for number in range(9)])
        chosen = Filter(pairs={"colour": ("red",)})
        request = SearchRequest(
            text=words(minimum_match=0), filter=chosen, limit=2, sort=SortKey.NEWEST, after_key=3, facets=True
        )

        response = await index.search(request)

        assert [hit.id.int for hit in response.hits] == [2, 1]
        assert response.total == 9
        assert response.facets["attribute:colour"] == [("red", 9)]

    async def test_nothing_is_below_the_smallest_key(self, index: SearchIndex) -> None:
        await index.write([product(1, keys={SortKey.NEWEST: SMALLEST})])

        response = await index.search(sorted_by(SortKey.NEWEST, limit=5, after_key=SMALLEST))

        assert (len(response.hits), response.total) == (0, 1)


class TestRelevance:
    async def test_best_score_comes_first(self, index: SearchIndex) -> None:
        await index.write([product(number, body="shoe " * number + "hat " * (9 - number)) for number in range(1, 8)])

        response = await index.search(ask(words("shoe")))

        assert [hit.id.int for hit in response.hits] == [7, 6, 5, 4, 3, 2, 1]

    async def test_equal_scores_go_by_best_selling(self, index: SearchIndex) -> None:
        await index.write([product(number, body="shoe", keys={SortKey.BEST_SELLING: -number}) for number in range(6)])

        response = await index.search(ask(words("shoe")))

        assert [(hit.id.int, hit.sort_key) for hit in response.hits] == [(number, -number) for number in range(6)]

    async def test_ties_far_longer_than_a_page_go_by_best_selling(self, index: SearchIndex) -> None:
        # Written in an order and in steps that have nothing to do with the keys, below one better product.
        keys = {number: (number * 7919) % 3001 for number in range(3000)}
        for start in range(0, 3000, 1100):
            await index.write(
                [
                    product(number, body="shoe rare" if number % 50 else "shoe", keys={SortKey.BEST_SELLING: key})
                    for number, key in list(keys.items())[start : start + 1100]
                ]
            )
        await index.write([product(5000, body="shoe shoe", keys={SortKey.BEST_SELLING: -1})])
        plain = sorted((key for number, key in keys.items() if number % 50 == 0), reverse=True)
        longer = sorted((key for number, key in keys.items() if number % 50), reverse=True)

        first = await index.search(ask(words("shoe"), limit=20))
        deep = await index.search(replace(ask(words("shoe"), limit=5), offset=2000))
        rare = await index.search(ask(words("rare"), limit=20))

        expected = [-1, *plain, *longer]
        assert [hit.sort_key for hit in first.hits] == expected[:20]
        assert [hit.sort_key for hit in deep.hits] == expected[2000:2005]
        assert [hit.sort_key for hit in rare.hits] == longer[:20]

    async def test_pages_by_offset_without_gap_or_repeat(self, index: SearchIndex) -> None:
        await index.write([product(number, body="shoe" + " hat" * (number % 4)) for number in range(40)])
        whole = [hit.id for hit in (await index.search(ask(words("shoe")))).hits]

        pages = await index.search_many(
            [replace(ask(words("shoe"), limit=6), offset=offset) for offset in range(0, 48, 6)]
        )

        assert [hit.id for page in pages for hit in page.hits] == whole
        assert {page.total for page in pages} == {40}

    @pytest.mark.parametrize("offset", [LARGEST_OFFSET - 3, LARGEST_OFFSET, LARGEST_OFFSET * 5])
    @pytest.mark.parametrize("text", [None, words("shoe")])
    async def test_depth_is_cut_off(self, index: SearchIndex, offset: int, text: None) -> None:
        await index.write([product(1, body="shoe")])

        response = await index.search(replace(ask(text, limit=100), offset=offset))

        assert (len(response.hits), response.total) == (0, 1)

    async def test_no_hits_wanted(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe"), product(2, body="shoe")])

        response = await index.search(ask(words("shoe"), limit=0))

        assert (len(response.hits), response.total) == (0, 2)
