"""No list costs more round trips because it is longer: every list field of the schema, found in the schema itself."""

from collections import Counter

import pytest

from schema.schema import build_schema
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop
from tests.graphql.walk import ListField, Walk, list_fields

SCHEMA = build_schema()._schema
# GraphQL literals for required arguments, by "field.argument". Ids are filled in from the shop, by name.
SAMPLES = {
    "product.slug": '"wide-hiking-shoe"',
    "category.slug": '"outdoor"',
    "categories.depth": "2",
    "search.query": '""',
    "suggest.prefix": '"h"',
    "suggest.first": "8",
    "delivery.postalCode": '"10001"',
    "deliveryOptions.postalCode": '"10001"',
}
SMALL, LARGE = 5, 20
# Keys that are reached in two ways (a product from the cache and from Postgres, say) come in one batch or in two, by
# which answers first. So each statement may be sent once more. One for each further entry would be 15 times more.
SPLIT = 1


@pytest.mark.parametrize("goal", list_fields(SCHEMA), ids=lambda goal: f"{goal.type_name}.{goal.field_name}")
async def test_round_trips_do_not_grow_with_the_page(shop: Shop, goal: ListField) -> None:
    small, large = (_walk(shop, size).operation(goal, size=size) for size in (SMALL, LARGE))
    # Both find the caches as the other would.
    await shop.run(large, role=Role.OPERATOR)
    await shop.run(small, role=Role.OPERATOR)

    few = await shop.run(small, role=Role.OPERATOR)
    many = await shop.run(large, role=Role.OPERATOR)

    assert few.errors == many.errors == []
    more = Counter(many.profile.statements) - Counter(few.profile.statements)
    assert few.profile.round_trips > 0
    assert all(times <= SPLIT for times in more.values()), more
    assert many.profile.cache <= few.profile.cache + SPLIT
    assert many.profile.search == few.profile.search


def _walk(shop: Shop, size: int) -> Walk:
    samples = {
        **SAMPLES,
        **{f"node.id@{kind}": f'"{keys[0]}"' for kind, keys in shop.ids.items()},
        "nodes.ids": "[" + ", ".join(f'"{key}"' for key in shop.ids["Product"][:size]) + "]",
        "deliveryOptions.variant": f'"{shop.ids["Variant"][0]}"',
        "seller.id": f'"{shop.ids["Seller"][0]}"',
    }
    return Walk(SCHEMA, samples)
