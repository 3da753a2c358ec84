"""What an operation may cost is known before it runs, and one that may cost too much is refused."""

import pytest
from graphql import get_operation_ast, parse

from core.limit_settings import LimitSettings
from schema.schema import build_schema
from tests.fixtures.shop import Shop
from web.console import examples
from web.execution import Executor
from web.limits.cost import Costs, Known

SCHEMA = build_schema()._schema
# What `products` weighs by itself.
PRODUCTS = 10
DEEP = LimitSettings(depth=100)
MOST = LimitSettings().cost


def _cost(document: str, variables: dict[str, object] | None = None) -> int:
    parsed = parse(document)
    operation = get_operation_ast(parsed, None)
    assert operation is not None
    return Costs(SCHEMA).of(parsed, operation, variables, {})


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ products(first: 10) { edges { cursor } } }", PRODUCTS + 10 * 2),
        ("{ products { edges { node { id } } } }", PRODUCTS + 24 * 3),
        ("query($n: Int) { products(first: $n) { edges { cursor } } }", PRODUCTS + 7 * 2),
        ("query($n: Int = 9, $m: Int = 3) { products(first: $m) { edges { cursor } } }", PRODUCTS + 3 * 2),
        ("{ products(first: 1000) { edges { cursor } } }", PRODUCTS + 100 * 2),
        ("{ categories { children { id } } }", 10 * (1 + 10)),
        ('{ nodes(ids: ["a", "b"]) { id ... on Product { brand { id } } } }', 2 * 2),
        ("{ a: products(first: 1) { edges { cursor } } b: products(first: 1) { edges { cursor } } }", 2 * PRODUCTS + 4),
        (
            "{ products(first: 2) { ...P } } fragment P on ProductConnection { edges { ...E } } "
            "fragment E on ProductEdge { node { id } }",
            PRODUCTS + 2 * 3,
        ),
        ("{ __typename }", 0),
        ('mutation { register(input: {email: "", password: ""}) { isDone } }', 101),
        ('mutation { deleteAddress(input: {id: ""}) { deletedId } }', 11),
    ],
)
def test_counts_the_objects_that_page_sizes_allow_and_what_fields_weigh(document: str, cost: int) -> None:
    assert _cost(document, {"n": 7}) == cost


@pytest.mark.parametrize("size", [100, 100.0, 1_000, 10**30, 1.5, "100", True, [5]])
def test_a_size_that_a_variable_gives_in_another_form_is_no_smaller(size: object) -> None:
    cost = _cost("query($n: Int) { products(first: $n) { edges { cursor } } }", {"n": size})

    assert cost == (PRODUCTS + 1 * 2 if size is True else PRODUCTS + 100 * 2)


def test_what_an_operation_costs_is_remembered_for_the_sizes_that_it_was_asked_with_alone() -> None:
    parsed = parse(
        "query($n: Int = 9, $ids: [ID!]!) { products(first: $n) { edges { cursor } } nodes(ids: $ids) { id } }"
    )
    operation = get_operation_ast(parsed, None)
    assert operation is not None
    costs, known = Costs(SCHEMA), Known()
    asked: list[dict[str, object]] = [
        {"n": 3, "ids": ["a"]},
        {"n": 30, "ids": ["a"]},
        {"n": 3, "ids": ["a"] * 40},
        {"n": None, "ids": ["a"]},
        {"ids": ["a"]},
    ]

    first, again = ([costs.of(parsed, operation, variables, known) for variables in asked] for _ in range(2))

    assert again == first
    assert first == [Costs(SCHEMA).of(parsed, operation, variables, {}) for variables in asked]
    assert len(set(first)) == len(first)


def test_numbers_of_any_length_are_counted() -> None:
    digits = "9" * 5_000

    assert _cost(f"{{ nodes(ids: {digits}) {{ id }} }}") == 1
    assert _cost(f"query($id: ID = {digits}) {{ product(id: $id) {{ id }} }}") == _cost('{ product(id: "a") { id } }')


@pytest.mark.parametrize("number", range(len(examples())))
def test_pages_of_the_shop_are_far_from_the_limit(number: int) -> None:
    example = examples()[number]

    assert _cost(example["query"], example["variables"]) < MOST / 4


def test_fragments_that_double_each_other_are_counted_quickly() -> None:
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))

    cost = _cost("{ ...F0 } " + doubling + " fragment F60 on Query { products(first: 1) { edges { cursor } } }")

    assert cost > MOST


async def test_refuses_nested_pages_of_a_hundred(shop: Shop) -> None:
    strict = Shop(
        shop.resources, shop.search, shop.ids, Executor(SCHEMA, introspection=True, profile=False, limits=DEEP)
    )
    nested = "title"
    for _level in range(5):
        nested = f"category {{ products(first: 100) {{ edges {{ node {{ {nested} }} }} }} }}"

    answer = await strict.run(f"{{ products(first: 100) {{ edges {{ node {{ {nested} }} }} }} }}")

    assert answer.codes == ["TOO_COSTLY"]
    assert answer.data is None
    assert answer.profile.round_trips == 0


async def test_cancels_what_takes_too_long(shop: Shop) -> None:
    hasty = Executor(SCHEMA, introspection=True, profile=False, seconds=0.0)

    answer = await Shop(shop.resources, shop.search, shop.ids, hasty).run("{ products { totalCount } }")

    assert answer.codes == ["TIMEOUT"]


async def test_cancels_what_has_less_time_than_others(shop: Shop) -> None:
    executor = Executor(SCHEMA, introspection=True, profile=False)
    prepared = executor.prepare("{ products { totalCount } }")

    answer = await executor.run(prepared, shop.context(), variables=None, operation_name=None, seconds=0.0)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]


async def test_answers_can_say_what_they_cost(shop: Shop) -> None:
    executor = Executor(SCHEMA, introspection=True, profile=False, tells_cost=True)
    prepared = executor.prepare("{ products(first: 2) { edges { cursor } } }")

    answer = await executor.run(prepared, shop.context(), variables=None, operation_name=None)

    assert answer["extensions"] == {"cost": {"requested": PRODUCTS + 2 * 2, "limit": MOST}}
