"""No list costs more round trips because it is longer: every list field of the schema, found in the schema itself."""

from collections import Counter

import pytest

from core.ids import decode_id_of
from schema.schema import build_schema
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop
from tests.graphql.samples import samples_of
from tests.graphql.walk import ListField, Walk, list_fields

SCHEMA = build_schema()._schema
SMALL, LARGE = 5, 20
# Keys that are reached in two ways (a product from the cache and from Postgres, say) come in one batch or in two, by
# which answers first. So each statement may be sent once more. One for each further entry would be 15 times more.
SPLIT = 1


@pytest.mark.parametrize("goal", list_fields(SCHEMA), ids=lambda goal: f"{goal.type_name}.{goal.field_name}")
async def test_round_trips_do_not_grow_with_the_page(shop: Shop, goal: ListField) -> None:
    small, large = (Walk(SCHEMA, samples_of(shop, size)).operation(goal, size=size) for size in (SMALL, LARGE))
    account = decode_id_of("Viewer", shop.ids["Viewer"][0])
    # Both find the caches as the other would.
    await shop.run(large, role=Role.OPERATOR, account=account)
    await shop.run(small, role=Role.OPERATOR, account=account)

    few = await shop.run(small, role=Role.OPERATOR, account=account)
    many = await shop.run(large, role=Role.OPERATOR, account=account)

    assert few.errors == many.errors == []
    more = Counter(many.profile.statements) - Counter(few.profile.statements)
    assert few.profile.round_trips > 0
    assert all(times <= SPLIT for times in more.values()), more
    assert many.profile.cache <= few.profile.cache + SPLIT
    assert many.profile.search == few.profile.search
