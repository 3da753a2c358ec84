"""What clients over HTTP are told when they ask for too much: a status, a code, the limit, and what they asked for."""

import pytest
from httpx import AsyncClient as Client

from tests.web.test_graphql_http import OLD, client

__all__ = ["client"]


@pytest.mark.parametrize(
    ("document", "status", "extensions"),
    [
        ("{ " + "a { " * 16 + "b" + " }" * 17, 400, {"code": "TOO_DEEP", "limit": 15, "asked": 17}),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }", 400,
         {"code": "TOO_MANY_ROOT_FIELDS", "limit": 30, "asked": 31}),
        ("{ products(first: 100) { edges { node { category { products(first: 100) { edges { node { id } } } } } } } }",
         400, {"code": "TOO_COSTLY", "limit": 25_000, "asked": 10 + 100 * (1 + 1 + 1 + 1 + 100 * 3)}),
    ],
)  # fmt: skip
async def test_is_told_also_to_those_who_want_plain_json(
    client: Client, document: str, status: int, extensions: dict[str, object]
) -> None:
    response = await client.post("/graphql", json={"query": document}, headers={"accept": OLD})

    (error,) = response.json()["errors"]
    assert response.status_code == status
    assert error["extensions"] == extensions


async def test_fields_that_have_to_be_compared_for_long_are_refused(client: Client) -> None:
    def tree(depth: int) -> str:
        return "id" if depth == 0 else f"parent {{ {tree(depth - 1)} }} parent {{ {tree(depth - 1)} }}"

    response = await client.post("/graphql", json={"query": f'{{ category(slug: "a") {{ {tree(7)} }} }}'})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"


async def test_a_schema_that_is_not_told_is_not_told_by_suggestions(client: Client) -> None:
    response = await client.post("/graphql", json={"query": "{ produkts { id } }"})

    (error,) = response.json()["errors"]
    assert "produkts" in error["message"]
    assert "products" not in error["message"]
