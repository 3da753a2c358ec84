"""Facet counts at their edges; `test_agreement` compares all kinds with the reference."""

from dataclasses import replace

import pytest

from ports.search import LARGEST_FACETS, FacetKey, Filter, NumberRange, SearchIndex, SearchRequest, SortKey
from tests.factories.search import BRANDS, WAREHOUSES, ask, product, words


async def test_own_choice_does_not_shrink_a_facet_but_others_do(index: SearchIndex) -> None:
    await index.write(
        [
            product(1, brand_id=BRANDS[0], attributes={"colour": ["red"], "size": ["S"]}),
            product(2, brand_id=BRANDS[0], attributes={"colour": ["blue"], "size": ["M"]}),
            product(3, brand_id=BRANDS[1], attributes={"colour": ["red"], "size": ["M"]}),
        ]
    )

    response = await index.search(
        ask(chosen=Filter(brand_ids=(BRANDS[0],), pairs={"colour": ("red",)}), facets=True),
    )

    assert response.total == 1
    assert response.facets["attribute:colour"] == [("blue", 1), ("red", 1)]
    assert response.facets[FacetKey.BRAND] == [(str(BRANDS[0]), 1), (str(BRANDS[1]), 1)]
    assert response.facets["attribute:size"] == [("S", 1)]


@pytest.mark.parametrize("count_total", [True, False])
async def test_facets_speak_of_the_whole_list_on_its_last_page(index: SearchIndex, count_total: bool) -> None:
    await index.write([product(1, brand_id=BRANDS[0])])
    await index.write([product(2, brand_id=BRANDS[0]), product(3, brand_id=BRANDS[0])])
    request = replace(ask(facets=True), sort=SortKey.NEWEST, after_key=2, count_total=count_total)

    response = await index.search(request)

    assert [hit.id.int for hit in response.hits] == [1]
    assert response.facets[FacetKey.BRAND] == [(str(BRANDS[0]), 3)]


async def test_place_narrows_every_facet_and_the_choices_made_from_them(index: SearchIndex) -> None:
    near, far = WAREHOUSES[:2]
    await index.write(
        [
            product(1, brand_id=BRANDS[0], warehouse_ids=[near], attributes={"colour": ["red"]}),
            product(2, brand_id=BRANDS[1], warehouse_ids=[near, far], attributes={"colour": ["blue"]}),
            product(3, brand_id=BRANDS[1], warehouse_ids=[far], attributes={"colour": ["red"]}),
            product(4, brand_id=BRANDS[1], attributes={"colour": ["red"]}),
        ]
    )
    chosen = Filter(warehouse_ids=(near,), pairs={"colour": ("red",)})

    response = await index.search(ask(chosen=chosen, facets=True))

    assert response.total == 1
    assert response.facets["attribute:colour"] == [("blue", 1), ("red", 1)]
    assert response.facets[FacetKey.BRAND] == [(str(BRANDS[0]), 1)]


async def test_codes_that_begin_alike_and_odd_letters_stay_apart(index: SearchIndex) -> None:
    odd = {"size": ["S"], "size (EU)": ["4.2*"], "a.*": ["x|y", 'quote"', "back\\slash", "~@#&<>"], "ä": ["é"]}
    await index.write([product(1, attributes=odd), product(2, attributes={"a.b": ["z"]})])

    for code, values in odd.items():
        response = await index.search(ask(chosen=Filter(pairs={code: (values[0],)}), facets=True))

        assert response.facets[f"attribute:{code}"] == [(value, 1) for value in sorted(values)]


async def test_nothing_found_still_counts_what_other_choices_would_find(index: SearchIndex) -> None:
    await index.write([product(1, attributes={"colour": ["red"]})])

    response = await index.search(ask(chosen=Filter(pairs={"colour": ("blue",)}), facets=True))

    assert (len(response.hits), response.total) == (0, 0)
    assert response.facets["attribute:colour"] == [("red", 1)]
    assert response.facets[FacetKey.AVAILABILITY] == []


async def test_no_facets_unless_asked_for(index: SearchIndex) -> None:
    await index.write([product(1, attributes={"colour": ["red"]})])

    assert (await index.search(ask())).facets == {}


async def test_total_is_not_counted_unless_asked_for(index: SearchIndex) -> None:
    await index.write([product(1, body="a"), product(2, body="a")])
    request = ask(words("a"), facets=True)

    counted, uncounted = await index.search_many([request, replace(request, count_total=False)])

    assert (counted.total, uncounted.total) == (2, 0)
    assert counted.facets == uncounted.facets


@pytest.mark.parametrize("text", [None, words("rare")])
async def test_most_frequent_values_are_kept(index: SearchIndex, text: None) -> None:
    # Enough documents without "rare" that one question finds most of the index and the other a small part.
    await index.write(
        [
            product(
                number, body="rare" if number < 300 else "", attributes={"n": [f"{number}-{at}" for at in range(8)]}
            )
            for number in range(1_500)
        ]
    )
    await index.write([product(9_000 + number, body="rare", attributes={"n": ["often"]}) for number in range(3)])

    response = await index.search(ask(text, limit=0, facets=True))

    values = response.facets["attribute:n"]
    assert len(values) == LARGEST_FACETS
    assert values[0] == ("often", 3)
    assert values[1:] == [(value, 1) for value in sorted(value for value, _ in values[1:])]


async def test_counts_of_many_ranges_are_those_of_each_alone(index: SearchIndex) -> None:
    await index.write(
        [
            product(number, body="tent", numbers={"weight": number / 4, "length": -number}, in_stock=number % 2 == 0)
            for number in range(1, 41)
        ]
        + [product(50, body="tent"), product(51, body="lamp", numbers={"weight": 2.5})]
    )
    spans = [
        NumberRange("weight", 1.0, 2.5),
        NumberRange("weight", 2.5, 5.0),
        NumberRange("weight", None, 0.25),
        NumberRange("weight", 9.9, None),
        NumberRange("length", -3, -2.0),
        NumberRange("nothing", 0, 1),
    ]
    requests = [
        SearchRequest(text=words("tent"), filter=Filter(in_stock=True, numbers=(span,)), limit=0) for span in spans
    ]

    together = await index.search_many(requests)
    alone = [await index.search(request) for request in requests]

    assert [answer.total for answer in together] == [answer.total for answer in alone] == [4, 6, 0, 1, 1, 0]


async def test_counts_of_many_ranges_hold_when_one_code_has_several(index: SearchIndex) -> None:
    await index.write([product(number, numbers={"weight": number, "length": -number}) for number in range(1, 21)])
    light, heavy, all_ = (NumberRange("weight", *bounds) for bounds in ((1, 3), (18, 20), (2, 19)))
    short = NumberRange("length", -4, -1)
    choices = [
        (light,),
        (light, heavy),
        (heavy, light, light),
        (light, all_, heavy),
        (short, heavy),
        (light, short, heavy),
        (light, heavy, short),
    ]
    requests = [SearchRequest(text=None, filter=Filter(numbers=numbers), limit=0) for numbers in choices]

    together = await index.search_many(requests)
    alone = [await index.search(request) for request in requests]

    assert [answer.total for answer in together] == [answer.total for answer in alone] == [3, 6, 6, 20, 0, 3, 3]
