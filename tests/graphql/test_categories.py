"""`category` and `categories`: the tree."""

import pytest

from tests.fixtures.shop import Shop


async def test_category_knows_its_place_in_the_tree(shop: Shop) -> None:
    answer = await shop.run(
        """{ category(slug: "hiking-shoes") {
            name description parent { slug } breadcrumbs { slug } children { slug }
            attributes { code type isFilterable }
        } }"""
    )

    assert answer.errors == []
    assert answer.data["category"] == {
        "name": "Hiking shoes",
        "description": "For the hills.",
        "parent": {"slug": "shoes"},
        "breadcrumbs": [{"slug": "outdoor"}, {"slug": "shoes"}, {"slug": "hiking-shoes"}],
        "children": [],
        "attributes": [
            {"code": "waterproof", "type": "FLAG", "isFilterable": True},
            {"code": "weight", "type": "NUMBER", "isFilterable": True},
            {"code": "material", "type": "TEXT", "isFilterable": True},
        ],
    }


async def test_category_is_null_when_there_is_none(shop: Shop) -> None:
    answer = await shop.run('{ category(slug: "nowhere") { name } }')

    assert (answer.data, answer.errors) == ({"category": None}, [])


async def test_categories_are_the_departments(shop: Shop) -> None:
    answer = await shop.run("{ categories { slug parent { slug } } }")

    assert answer.data["categories"] == [{"slug": "outdoor", "parent": None}, {"slug": "electronics", "parent": None}]


async def test_categories_go_as_deep_as_asked_parents_first(shop: Shop) -> None:
    answer = await shop.run("{ categories(depth: 3) { slug breadcrumbs { slug } } }")

    depths = [len(category["breadcrumbs"]) for category in answer.data["categories"]]
    assert depths == sorted(depths)
    assert {
        "slug": "hiking-shoes",
        "breadcrumbs": [{"slug": "outdoor"}, {"slug": "shoes"}, {"slug": "hiking-shoes"}],
    } in (answer.data["categories"])


async def test_categories_below_one(shop: Shop) -> None:
    electronics = (await shop.run('{ category(slug: "electronics") { id } }')).data["category"]["id"]

    answer = await shop.run("query($id: ID!) { categories(parent: $id) { slug } }", {"id": electronics})

    assert answer.data["categories"] == [{"slug": "radios"}]


@pytest.mark.parametrize("depth", [0, 6])
async def test_refuses_depths_out_of_bounds(shop: Shop, depth: int) -> None:
    answer = await shop.run("query($depth: Int!) { categories(depth: $depth) { slug } }", {"depth": depth})

    assert answer.codes == ["BAD_DEPTH"]


@pytest.mark.parametrize("slug", ["", "x" * 201, "a\u0000b", "a\nb"])
async def test_refuses_what_is_not_a_slug(shop: Shop, slug: str) -> None:
    answer = await shop.run("query($slug: String!) { category(slug: $slug) { name } }", {"slug": slug})

    assert answer.codes == ["BAD_SLUG"]
