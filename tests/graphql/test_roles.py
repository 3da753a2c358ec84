"""Every field that declares a role refuses all others, before anything is fetched."""

import pytest
from graphql import GraphQLObjectType

from schema.base import Requires
from schema.schema import build_schema
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop

SCHEMA = build_schema()
VARIANT = "query($id: ID!) { node(id: $id) { ... on Variant { inventoryLevels { onHand } } } }"


STOCK = {
    "receiveStock": '{warehouse: "x", source: "x", reference: "x", lines: [], idempotencyKey: "x"}',
    "importReceipts": '{format: CSV, content: "", idempotencyKey: "x"}',
    "adjustStock": '{warehouse: "x", reason: COUNTED, lines: [], idempotencyKey: "x"}',
    "transferStock": '{from: "x", to: "y", lines: [], idempotencyKey: "x"}',
    "setLowStockThreshold": '{warehouse: "x", sku: "x"}',
    "saveWarehouse": '{code: "x", name: "x", country: "US", postalCode: "1", latitude: 0, longitude: 0}',
}


def _guarded() -> list[tuple[str, str, Role]]:
    found = []
    for type_ in SCHEMA._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            definition = field.extensions.get("strawberry-definition")
            roles = [d.role for d in getattr(definition, "directives", ()) if isinstance(d, Requires)]
            found += [(type_.name, name, role) for role in roles]
    return found


def test_what_operators_may_use() -> None:
    assert {(type_name, name) for type_name, name, role in _guarded() if role is Role.OPERATOR} == {
        ("Query", "operations"),
        ("Variant", "inventoryLevels"),
        ("Mutation", "saveSynonymSet"),
        ("Mutation", "deleteSynonymSet"),
        ("Mutation", "saveSearchBoost"),
        ("Mutation", "deleteSearchBoost"),
        ("Mutation", "retryJob"),
        ("DeliveryOption", "warehouses"),
        ("Mutation", "saveDeliveryZone"),
        ("Mutation", "deleteDeliveryZone"),
        ("Mutation", "saveCarrier"),
        ("Mutation", "saveDeliveryMethod"),
        ("Mutation", "deleteDeliveryMethod"),
        ("Mutation", "replayParkedMessages"),
        ("Mutation", "discardParkedMessages"),
        ("Mutation", "reserveStock"),
        ("Mutation", "confirmReservation"),
        ("Mutation", "releaseReservation"),
        ("Mutation", "extendReservation"),
        *(("Mutation", name) for name in STOCK),
    }


def test_what_sellers_may_use() -> None:
    assert {(type_name, name) for type_name, name, role in _guarded() if role is Role.SELLER} == {
        ("Mutation", name) for name in ("receiveStock", "importReceipts", "adjustStock", "transferStock")
    }


_ENDS = ("confirmReservation", "releaseReservation", "extendReservation")
OPERATIONS = {
    "Query.operations": "{ operations { synonymSets { pageInfo { hasNextPage } } } }",
    "Mutation.saveSynonymSet": 'mutation { saveSynonymSet(input: {terms: ["a", "b"]}) { userErrors { code } } }',
    "Mutation.deleteSynonymSet": 'mutation { deleteSynonymSet(input: {id: "x"}) { userErrors { code } } }',
    "Mutation.saveSearchBoost": 'mutation { saveSearchBoost(input: {name: "a", factor: 1}) { userErrors { code } } }',
    "Mutation.deleteSearchBoost": 'mutation { deleteSearchBoost(input: {id: "x"}) { userErrors { code } } }',
    "Mutation.reserveStock": "mutation { reserveStock(input: "
    '{lines: [], postalCode: "1", idempotencyKey: "x"}) { userErrors { code } } }',
    **{
        f"Mutation.{name}": f'mutation {{ {name}(input: {{reservation: "x", idempotencyKey: "x"}}) '
        "{ userErrors { code } } }"
        for name in _ENDS
    },
    "DeliveryOption.warehouses": "query($id: ID!) "
    '{ deliveryOptions(variant: $id, postalCode: "10001") { warehouses { code } } }',
    "Mutation.saveDeliveryZone": 'mutation { saveDeliveryZone(input: {code: "a", name: "a"}) { userErrors { code } } }',
    "Mutation.deleteDeliveryZone": 'mutation { deleteDeliveryZone(input: {id: "x"}) { userErrors { code } } }',
    "Mutation.saveCarrier": "mutation "
    '{ saveCarrier(input: {code: "a", name: "a", countries: []}) { userErrors { code } } }',
    "Mutation.saveDeliveryMethod": "mutation "
    '{ saveDeliveryMethod(input: {carrier: "x", code: "a", name: "a", rates: []}) { userErrors { code } } }',
    "Mutation.deleteDeliveryMethod": 'mutation { deleteDeliveryMethod(input: {id: "x"}) { userErrors { code } } }',
    **{
        f"Mutation.{name}": f"mutation {{ {name}(input: {given}) {{ userErrors {{ code }} }} }}"
        for name, given in STOCK.items()
    },
    "Mutation.retryJob": 'mutation { retryJob(input: {id: "x"}) { userErrors { code } } }',
    "Mutation.replayParkedMessages": "mutation { replayParkedMessages(input: {ids: []}) { userErrors { code } } }",
    "Mutation.discardParkedMessages": "mutation { discardParkedMessages(input: {ids: []}) { userErrors { code } } }",
}


def _refused() -> list[tuple[str, Role]]:
    """Each field that declares roles, with each role that it does not declare."""
    allowed = {(f"{type_name}.{name}", role) for type_name, name, role in _guarded()}
    fields = sorted({field for field, _ in allowed})
    return [(field, role) for field in fields for role in Role if (field, role) not in allowed]


@pytest.mark.parametrize(("field", "role"), _refused())
async def test_refuses_other_roles(shop: Shop, field: str, role: Role) -> None:
    code = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
    document = VARIANT if field == "Variant.inventoryLevels" else OPERATIONS[field]
    variables = {"id": shop.ids["Variant"][0]} if "$id" in document else None

    answer = await shop.run(document, variables, role=role)

    assert set(answer.codes) == {code}
