"""`product`: the product page."""

import sqlalchemy as sa

from core.ids import decode_id_of
from models.catalog import Product
from services.accounts.tokens import Role
from services.catalog.commands import set_status
from tests.fixtures.shop import Shop
from workers.main import drain

PAGE = """
query Page($slug: String!) {
  product(slug: $slug) {
    externalId title description status
    brand { name }
    category { name breadcrumbs { slug name } }
    attributes { attribute { code label unit isComparable } text number flag }
    options { name values }
    priceRange {
      min { amountMinor currency formatted(locale: "de-DE") } max { amountMinor } compareAtPrice { amountMinor }
    }
    rating { count average histogram }
    availability { inStock quantity status }
    image { url alt }
    variants(first: 1) {
      pageInfo { hasNextPage }
      edges { node { sku selectedOptions { name value } buyBox { price { amountMinor } seller { name } } } }
    }
    defaultVariant { sku }
  }
}
"""


async def test_answers_everything_that_a_page_shows(shop: Shop) -> None:
    answer = await shop.run(PAGE, {"slug": "meadow-tents-001"})

    assert answer.errors == []
    assert answer.data["product"] == {
        "externalId": "T-1",
        "title": "Meadow tents 001",
        "description": "A dependable companion, number 1.",
        "status": "ACTIVE",
        "brand": {"name": "Brand 01"},
        "category": {
            "name": "Tents",
            "breadcrumbs": [{"slug": "outdoor", "name": "Outdoor"}, {"slug": "tents", "name": "Tents"}],
        },
        "attributes": [
            {
                "attribute": {"code": "weight", "label": "Weight", "unit": "g", "isComparable": False},
                "text": None,
                "number": 10.0,
                "flag": None,
            },
            {
                "attribute": {"code": "material", "label": "Material", "unit": None, "isComparable": True},
                "text": "Canvas",
                "number": None,
                "flag": None,
            },
            {
                "attribute": {"code": "waterproof", "label": "Waterproof", "unit": None, "isComparable": True},
                "text": None,
                "number": None,
                "flag": False,
            },
        ],
        "options": [{"name": "Size", "values": ["S", "L"]}],
        "priceRange": {
            "min": {"amountMinor": 1007, "currency": "USD", "formatted": "10,07\xa0$"},
            "max": {"amountMinor": 1007},
            "compareAtPrice": None,
        },
        "rating": {"count": 5, "average": 3.4, "histogram": [0, 1, 2, 1, 1]},
        "availability": {"inStock": True, "quantity": 8, "status": "IN_STOCK"},
        "image": {"url": "https://pictures.example/1-1.jpg", "alt": "1-1"},
        "variants": {
            "pageInfo": {"hasNextPage": True},
            "edges": [
                {
                    "node": {
                        "sku": "T-001S",
                        "selectedOptions": [{"name": "Size", "value": "S"}],
                        "buyBox": {"price": {"amountMinor": 1007}, "seller": {"name": "Emporium"}},
                    }
                }
            ],
        },
        "defaultVariant": {"sku": "T-001S"},
    }


async def test_finds_the_variant_with_the_chosen_options(shop: Shop) -> None:
    answer = await shop.run(
        """{ product(slug: "meadow-tents-001") {
            large: variantBySelectedOptions(selectedOptions: [{name: "Size", value: "L"}]) { sku }
            none: variantBySelectedOptions(selectedOptions: [{name: "Size", value: "XXL"}]) { sku }
        } }"""
    )

    assert answer.errors == []
    assert answer.data == {"product": {"large": {"sku": "T-001L"}, "none": None}}


async def test_refuses_options_that_the_product_does_not_have(shop: Shop) -> None:
    answer = await shop.run(
        """{ product(slug: "meadow-tents-001") {
            variantBySelectedOptions(selectedOptions: [{name: "Colour", value: "Red"}]) { sku }
        } }"""
    )

    assert answer.codes == ["BAD_OPTIONS"]


async def test_is_null_when_there_is_no_such_product(shop: Shop) -> None:
    answer = await shop.run('{ product(slug: "nothing-like-it") { id } }')

    assert answer.errors == []
    assert answer.data == {"product": None}


async def test_refuses_the_id_of_another_type(shop: Shop) -> None:
    answer = await shop.run("query($id: ID!) { product(id: $id) { id } }", {"id": shop.ids["Brand"][0]})

    assert answer.codes == ["WRONG_ID_TYPE"]


async def test_refuses_what_is_not_an_id(shop: Shop) -> None:
    answer = await shop.run('{ product(id: "42") { id } }')

    assert answer.codes == ["BAD_ID"]


async def test_needs_either_id_or_slug(shop: Shop) -> None:
    answer = await shop.run("{ product { id } }")

    assert answer.codes == ["BAD_ARGUMENTS"]


async def test_hides_a_draft_from_shoppers_and_shows_it_to_operators(own_shop: Shop) -> None:
    key = own_shop.ids["Product"][3]
    async with own_shop.resources.database.unit() as unit:
        await unit.session.execute(
            sa.update(Product).where(Product.id == decode_id_of("Product", key)).values(status="draft")
        )
    document = "query($id: ID!) { product(id: $id) { status } node(id: $id) { id } }"

    shopper = await own_shop.run(document, {"id": key})
    operator = await own_shop.run(document, {"id": key}, role=Role.OPERATOR)

    assert shopper.data == {"product": None, "node": None}
    assert operator.data == {"product": {"status": "DRAFT"}, "node": {"id": key}}


async def test_hides_a_draft_also_from_those_who_know_its_offer(own_shop: Shop) -> None:
    key = own_shop.ids["Product"][3]
    found = await own_shop.run("query($id: ID!) { product(id: $id) { defaultVariant { buyBox { id } } } }", {"id": key})
    offer = found.data["product"]["defaultVariant"]["buyBox"]["id"]
    async with own_shop.resources.database.unit() as unit:
        await set_status(unit, decode_id_of("Product", key), "draft")
    await drain(own_shop.resources)
    document = "query($id: ID!) { node(id: $id) { ... on Offer { variant { product { id } } } } }"

    shopper = await own_shop.run(document, {"id": offer})
    operator = await own_shop.run(document, {"id": offer}, role=Role.OPERATOR)

    assert shopper.data == {"node": None}
    assert operator.data == {"node": {"variant": {"product": {"id": key}}}}


async def test_refuses_an_unknown_locale(shop: Shop) -> None:
    answer = await shop.run(
        '{ product(slug: "meadow-tents-001") { priceRange { min { formatted(locale: "xx-!!") } } } }'
    )

    assert answer.codes == ["BAD_LOCALE"]
