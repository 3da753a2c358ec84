"""An operation whose answer could be huge is refused before it runs."""

import pytest
from graphql import get_operation_ast, parse

from core.settings import LARGEST_ANSWER_OBJECTS
from schema.schema import build_schema
from tests.fixtures.shop import Shop
from web.console import examples
from web.execution import Executor
from web.size import answer_size

SCHEMA = build_schema()._schema


def _size(document: str, variables: dict[str, object] | None = None) -> int:
    parsed = parse(document)
    operation = get_operation_ast(parsed, None)
    assert operation is not None
    return answer_size(SCHEMA, parsed, operation, variables)


@pytest.mark.parametrize(
    ("document", "size"),
    [
        ("{ products(first: 10) { edges { cursor } } }", 10 * 2),
        ("{ products { edges { node { id } } } }", 24 * 3),
        ("query($n: Int) { products(first: $n) { edges { cursor } } }", 7 * 2),
        ("query($n: Int = 9, $m: Int = 3) { products(first: $m) { edges { cursor } } }", 3 * 2),
        ("{ products(first: 1000) { edges { cursor } } }", 100 * 2),
        ("{ categories { children { id } } }", 10 * (1 + 10)),
        ('{ nodes(ids: ["a", "b"]) { id ... on Product { brand { id } } } }', 2 * 2),
        ("{ a: products(first: 1) { edges { cursor } } b: products(first: 1) { edges { cursor } } }", 4),
        (
            "{ products(first: 2) { ...P } } fragment P on ProductConnection { edges { ...E } } "
            "fragment E on ProductEdge { node { id } }",
            2 * 3,
        ),
        ("{ __typename }", 0),
    ],
)
def test_counts_the_objects_that_page_sizes_allow(document: str, size: int) -> None:
    assert _size(document, {"n": 7}) == size


@pytest.mark.parametrize("number", range(len(examples())))
def test_pages_of_the_shop_are_far_from_the_limit(number: int) -> None:
    example = examples()[number]

    assert _size(example["query"], example["variables"]) < LARGEST_ANSWER_OBJECTS / 4


def test_fragments_that_double_each_other_are_counted_quickly() -> None:
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))

    size = _size("{ ...F0 } " + doubling + " fragment F60 on Query { products(first: 1) { edges { cursor } } }")

    assert size > LARGEST_ANSWER_OBJECTS


async def test_refuses_nested_pages_of_a_hundred(shop: Shop) -> None:
    strict = Shop(shop.resources, shop.search, shop.ids, Executor(SCHEMA, introspection=True, profile=False))
    nested = "title"
    for _level in range(5):
        nested = f"category {{ products(first: 100) {{ edges {{ node {{ {nested} }} }} }} }}"

    answer = await strict.run(f"{{ products(first: 100) {{ edges {{ node {{ {nested} }} }} }} }}")

    assert answer.codes == ["TOO_LARGE"]
    assert answer.data is None
    assert answer.profile.round_trips == 0


async def test_cancels_what_takes_too_long(shop: Shop) -> None:
    hasty = Executor(SCHEMA, introspection=True, profile=False, seconds=0.0)

    answer = await Shop(shop.resources, shop.search, shop.ids, hasty).run("{ products { totalCount } }")

    assert answer.codes == ["TIMEOUT"]
