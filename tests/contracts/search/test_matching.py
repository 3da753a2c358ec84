"""What a text query and a filter find, and how text is scored."""

import pytest

from ports.search import Alternative, Clause, Filter, NumberRange, SearchIndex, TextQuery
from tests.factories.search import BRANDS, CATEGORIES, SELLERS, WAREHOUSES, any_of, ask, product, words


async def numbers_found(index: SearchIndex, text: TextQuery | None = None, chosen: Filter | None = None) -> set[int]:
    response = await index.search(ask(text, chosen))
    assert response.total == len(response.hits)
    return {hit.id.int for hit in response.hits}


async def scores(index: SearchIndex, text: TextQuery, chosen: Filter | None = None) -> dict[int, float]:
    return {hit.id.int: hit.score for hit in (await index.search(ask(text, chosen))).hits}


class TestText:
    async def test_one_token_is_looked_for_in_body_only(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe red", title="boot"), product(2, body="boot", title="shoe")])

        assert await numbers_found(index, words("shoe")) == {1}

    async def test_several_tokens_are_a_phrase_in_title(self, index: SearchIndex) -> None:
        await index.write(
            [
                product(1, title="red running shoe", body=""),
                product(2, title="running red shoe", body=""),
                product(3, title="boot", body="red running"),
            ]
        )

        assert await numbers_found(index, TextQuery((any_of("red running"),))) == {1}

    @pytest.mark.parametrize("token", ["iPhone", "usb-c", "c++", "500gb", "crème", "日本", "a.b:c", "AND", "x" * 300])
    async def test_tokens_are_taken_as_they_come(self, index: SearchIndex, token: str) -> None:
        await index.write([product(1, body=f"other {token}"), product(2, body=f"{token}s {token.swapcase()}_")])

        assert await numbers_found(index, words(token)) == {1}

    async def test_clause_scores_its_best_alternative(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe boot"), product(2, body="boot"), product(3, body="hat")])

        both = await scores(index, TextQuery((any_of("shoe", "boot"),)))
        shoe = await scores(index, words("shoe"))
        boot = await scores(index, words("boot"))

        assert both[1] == pytest.approx(max(shoe[1], boot[1]))
        assert both[2] == pytest.approx(boot[2])

    async def test_clauses_scores_add_up(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe red"), product(2, body="shoe"), product(3, body="hat")])

        both = await scores(index, words("shoe", "red"))
        shoe = await scores(index, words("shoe"))
        red = await scores(index, words("red"))

        assert both[1] == pytest.approx(shoe[1] + red[1])
        assert both[2] == pytest.approx(shoe[2])

    @pytest.mark.parametrize("tokens", [("shoe",), ("red", "shoe")])
    async def test_weight_multiplies_the_score(self, index: SearchIndex, tokens: tuple[str, ...]) -> None:
        await index.write([product(1, title="red shoe"), product(2, title="hat")])

        plain = await scores(index, TextQuery((Clause((Alternative(tokens),)),)))
        heavy = await scores(index, TextQuery((Clause((Alternative(tokens, 3.5),)),)))

        assert heavy[1] == pytest.approx(3.5 * plain[1])

    async def test_repeated_words_score_more(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe shoe red"), product(2, body="shoe red red"), product(3, body="hat")])

        found = await scores(index, words("shoe"))

        assert found[1] > found[2]

    async def test_score_is_bm25_with_its_constant_factor(self, index: SearchIndex) -> None:
        # ln(1 + (3 - 1 + 0.5) / (1 + 0.5)) * 2.2 * 1 / (1 + 1.2 * (0.25 + 0.75 * 1 / 1))
        await index.write([product(number, body=body) for number, body in enumerate(("shoe", "hat", "boot"))])

        assert (await scores(index, words("shoe")))[0] == pytest.approx(0.98083, rel=1e-4)

    async def test_required_clause_must_match(self, index: SearchIndex) -> None:
        await index.write([product(1, body="shoe"), product(2, body="red"), product(3, body="red shoe")])

        found = await numbers_found(index, TextQuery((any_of("shoe", required=True), any_of("red"))))

        assert found == {1, 3}

    @pytest.mark.parametrize(
        ("minimum", "expected"), [(0, {1, 2, 3, 4}), (1, {1, 2, 3}), (2, {2, 3}), (3, {3}), (4, set())]
    )
    async def test_minimum_match_counts_clauses(self, index: SearchIndex, minimum: int, expected: set[int]) -> None:
        await index.write([product(number, body=" ".join("abc"[:number])) for number in (1, 2, 3)])
        await index.write([product(4, body="d")])

        assert await numbers_found(index, words("a", "b", "c", minimum_match=minimum)) == expected

    async def test_minimum_match_counts_required_clauses_too(self, index: SearchIndex) -> None:
        await index.write([product(1, body="a"), product(2, body="a b"), product(3, body="b c")])

        found = await numbers_found(index, TextQuery((any_of("a", required=True), any_of("b"), any_of("c")), 2))

        assert found == {2}

    async def test_clause_without_alternatives_matches_nothing(self, index: SearchIndex) -> None:
        await index.write([product(1, body="a")])

        assert await numbers_found(index, TextQuery((Clause(()),))) == set()
        assert await numbers_found(index, TextQuery((Clause(()), any_of("a")))) == {1}

    async def test_no_text_finds_everything_without_score(self, index: SearchIndex) -> None:
        await index.write([product(1, body="a"), product(2, body="")])

        response = await index.search(ask())

        assert [(hit.id.int, hit.score) for hit in response.hits] == [(2, 0.0), (1, 0.0)]

    async def test_filter_does_not_change_scores(self, index: SearchIndex) -> None:
        attributes = {"colour": ["red"]}
        await index.write([product(1, body="a b", price_minor=5, attributes=attributes), product(2, body="b")])
        chosen = Filter(price_minimum=1, pairs={"colour": ("red",)}, in_stock=True)

        assert (await scores(index, words("a", "b"), chosen))[1] == pytest.approx(
            (await scores(index, words("a", "b")))[1]
        )


FILTERS = {
    "one category": (Filter(category_ids=(CATEGORIES[0],)), {1, 2}),
    "any of several categories": (Filter(category_ids=(CATEGORIES[1], CATEGORIES[2])), {2, 3}),
    "brand": (Filter(brand_ids=(BRANDS[0], BRANDS[2])), {1}),
    "seller": (Filter(seller_ids=(SELLERS[1],)), {2, 3}),
    "price from": (Filter(price_minimum=200), {2, 3}),
    "price to": (Filter(price_maximum=200), {1, 2}),
    "price both bounds included": (Filter(price_minimum=200, price_maximum=200), {2}),
    "rating": (Filter(rating_minimum_hundredths=400), {1, 3}),
    "no rating is zero": (Filter(rating_minimum_hundredths=0), {1, 2, 3, 4}),
    "in stock": (Filter(in_stock=True), {1, 3}),
    "out of stock": (Filter(in_stock=False), {2, 4}),
    "one warehouse": (Filter(warehouse_ids=(WAREHOUSES[0],)), {1, 2}),
    "any of several warehouses": (Filter(warehouse_ids=(WAREHOUSES[2], WAREHOUSES[0], WAREHOUSES[1])), {1, 2, 3}),
    "a warehouse that has nothing": (Filter(warehouse_ids=(WAREHOUSES[3],)), set()),
    "no warehouse at all": (Filter(warehouse_ids=()), set()),
    "a warehouse with all else": (Filter(warehouse_ids=WAREHOUSES[:2], in_stock=True, seller_ids=(SELLERS[0],)), {1}),
    "a warehouse and a number": (
        Filter(warehouse_ids=(WAREHOUSES[1],), numbers=(NumberRange("pieces", 5, None),)),
        {3},
    ),
    "any value of an attribute": (Filter(pairs={"colour": ("red", "blue")}), {1, 2}),
    "all of several attributes": (Filter(pairs={"colour": ("red", "blue"), "size (EU)": ("42 ½",)}), {2}),
    "flag": (Filter(pairs={"waterproof": ("true",)}), {3}),
    "attribute without values is not a choice": (Filter(pairs={"colour": ()}), {1, 2, 3, 4}),
    "other attribute's value": (Filter(pairs={"size (EU)": ("red",)}), set()),
    "number range": (Filter(numbers=(NumberRange("weight.kg", 1, 2.5),)), {1, 2}),
    "number above": (Filter(numbers=(NumberRange("weight.kg", 1.01, None),)), {2}),
    "number below": (Filter(numbers=(NumberRange("weight.kg", None, 1),)), {1, 3}),
    "negative number": (Filter(numbers=(NumberRange("weight.kg", -3.5, -0.000001),)), {3}),
    "number at all": (Filter(numbers=(NumberRange("weight.kg"),)), {1, 2, 3}),
    "whole numbers, broken bounds": (Filter(numbers=(NumberRange("pieces", 1.5, 3),)), {2}),
    "two numbers": (Filter(numbers=(NumberRange("weight.kg", 0, None), NumberRange("pieces", None, 1.5))), {1}),
    "any of one code's ranges": (
        Filter(numbers=(NumberRange("weight.kg", 2.5, 3), NumberRange("weight.kg", None, -2))),
        {2, 3},
    ),
    "ranges of one code that overlap": (
        Filter(numbers=(NumberRange("weight.kg", 0, 2), NumberRange("weight.kg", 1, 9))),
        {1, 2},
    ),
    "ranges of two codes": (
        Filter(
            numbers=(
                NumberRange("weight.kg", 1, 1),
                NumberRange("pieces", 1.5, 3),
                NumberRange("weight.kg", 2.5, 2.5),
            )
        ),
        {2},
    ),
    "a range that nothing can be in beside one": (
        Filter(numbers=(NumberRange("pieces", 1e20, None), NumberRange("pieces", 1, 1))),
        {1},
    ),
    "number that nothing has": (Filter(numbers=(NumberRange("volts", 0, 1),)), set()),
    "number with far bounds": (Filter(numbers=(NumberRange("pieces", -1e300, 1e300),)), {1, 2, 3}),
    "number beyond": (Filter(numbers=(NumberRange("pieces", 1e20, None),)), set()),
    "number with huge value": (Filter(numbers=(NumberRange("stars", 1e17, None),)), {4}),
    "tiny bound": (Filter(numbers=(NumberRange("weight.kg", 1e-9, 2),)), {1}),
    "everything at once": (
        Filter(
            category_ids=(CATEGORIES[0],),
            brand_ids=(BRANDS[1],),
            seller_ids=(SELLERS[1],),
            price_minimum=100,
            price_maximum=300,
            rating_minimum_hundredths=0,
            in_stock=False,
            pairs={"colour": ("blue",), "size (EU)": ("42 ½",)},
            numbers=(NumberRange("weight.kg", 2.5, 2.5),),
        ),
        {2},
    ),
}


class TestFilters:
    @pytest.fixture(autouse=True)
    async def products(self, index: SearchIndex) -> None:
        await index.write(
            [
                product(
                    1,
                    category_ids=[CATEGORIES[0]],
                    brand_id=BRANDS[0],
                    seller_ids=[SELLERS[0]],
                    warehouse_ids=[WAREHOUSES[0]],
                    price_minor=100,
                    rating_hundredths=400,
                    attributes={"colour": ["red"]},
                    numbers={"weight.kg": 1.0, "pieces": 1.0},
                ),
                product(
                    2,
                    category_ids=[CATEGORIES[0], CATEGORIES[1]],
                    brand_id=BRANDS[1],
                    seller_ids=[SELLERS[0], SELLERS[1]],
                    warehouse_ids=[WAREHOUSES[0], WAREHOUSES[1], WAREHOUSES[0]],
                    price_minor=200,
                    rating_hundredths=399,
                    in_stock=False,
                    attributes={"colour": ["blue", "green"], "size (EU)": ["42 ½"]},
                    numbers={"weight.kg": 2.5, "pieces": 2.0},
                ),
                product(
                    3,
                    category_ids=[CATEGORIES[2]],
                    seller_ids=[SELLERS[1]],
                    warehouse_ids=[WAREHOUSES[1]],
                    price_minor=300,
                    rating_hundredths=500,
                    attributes={"waterproof": ["true"]},
                    numbers={"weight.kg": -3.5, "pieces": 9.0},
                ),
                product(4, in_stock=False, attributes={"waterproof": ["false"]}, numbers={"stars": 2e17}),
            ]
        )

    @pytest.mark.parametrize("case", FILTERS)
    async def test_finds_what_satisfies_all_of_it(self, index: SearchIndex, case: str) -> None:
        chosen, expected = FILTERS[case]

        assert await numbers_found(index, None, chosen) == expected
