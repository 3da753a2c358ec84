"""For how long answers may be kept: the least of what their types and fields declare, and not at all without a word."""

import pytest
from graphql import parse, validate
from graphql.utilities import get_operation_ast

from schema.caching import cache_hints
from schema.schema import build_schema
from web.caching import Policies, Policy

SCHEMA = build_schema()._schema
POLICIES = Policies(SCHEMA, cache_hints(SCHEMA))


def seconds(document: str) -> int | None:
    parsed = parse(document)
    assert validate(SCHEMA, parsed) == []
    operation = get_operation_ast(parsed)
    assert operation is not None
    found = POLICIES.of(parsed, operation)
    return None if found is None else found.seconds


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ categories { name } }", 300),
        ('{ product(slug: "a") { title } }', 60),
        ('{ product(slug: "a") { priceRange { min { amountMinor } } } }', 60),
        ("{ products { edges { node { title brand { name } } } } }", 30),
        ('{ categories { name } search(query: "a") { pageInfo { hasNextPage } } }', 30),
        ("query { ...Roots } fragment Roots on Query { categories { ... on Category { name } } }", 300),
    ],
)
def test_the_least_counts(document: str, expected: int) -> None:
    assert seconds(document) == expected


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { email } }",
        '{ node(id: "a") { id } }',
        "{ __typename }",
        "{ categories { name } __schema { queryType { name } } }",
        '{ product(slug: "a") { delivery(country: "US", postalCode: "10001") { __typename } } }',
        '{ product { ...W } } fragment W on Product { d: delivery(country: "", postalCode: "") { __typename } }',
        "mutation { logout(input: {}) { userErrors { message } } }",
    ],
)
def test_what_is_not_for_everybody_is_not_kept(document: str) -> None:
    assert seconds(document) is None


def test_a_private_field_is_not_kept() -> None:
    class Private:
        seconds, is_private = 60, True

    parsed = parse("{ categories { name } }")
    operation = get_operation_ast(parsed)
    assert operation is not None

    assert Policies(SCHEMA, {"Query.categories": Private()}).of(parsed, operation) is None
    assert POLICIES.of(parsed, operation) == Policy(300)
