"""Every field that declares a role refuses all others, before anything is fetched."""

import pytest
from graphql import GraphQLObjectType

from schema.base import Requires
from schema.schema import build_schema
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop

SCHEMA = build_schema()
VARIANT = "query($id: ID!) { node(id: $id) { ... on Variant { inventoryLevels { onHand } } } }"


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


def test_what_operators_alone_may_use() -> None:
    assert {(type_name, name) for type_name, name, role in _guarded() if role is Role.OPERATOR} == {
        ("Query", "operations"),
        ("Variant", "inventoryLevels"),
        ("Mutation", "saveSynonymSet"),
        ("Mutation", "deleteSynonymSet"),
        ("Mutation", "saveSearchBoost"),
        ("Mutation", "deleteSearchBoost"),
        ("Mutation", "retryJob"),
        ("Mutation", "reserveStock"),
        ("Mutation", "confirmReservation"),
        ("Mutation", "releaseReservation"),
        ("Mutation", "extendReservation"),
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
    "Mutation.retryJob": 'mutation { retryJob(input: {id: "x"}) { userErrors { code } } }',
}


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.ANONYMOUS, "UNAUTHENTICATED"), (Role.CUSTOMER, "FORBIDDEN"), (Role.SELLER, "FORBIDDEN")],
)
@pytest.mark.parametrize("field", [f"{type_name}.{name}" for type_name, name, _ in _guarded()])
async def test_refuses_other_roles(shop: Shop, field: str, role: Role, code: str) -> None:
    document = VARIANT if field == "Variant.inventoryLevels" else OPERATIONS[field]
    variables = {"id": shop.ids["Variant"][0]} if document is VARIANT else None

    answer = await shop.run(document, variables, role=role)

    assert answer.codes == [code]
