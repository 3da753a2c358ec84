"""Fragments and conditions, which choose fields before anything runs."""

from typing import Any

import pytest
from graphql import ExecutionResult, build_schema, execute, parse

from compiled import CompiledExecutor, Counts, Plans
from compiled.plans import MOST_PLANS
from tests.compiled.compare import check

SCHEMA = build_schema("type Query { a: String b: String c: Query list: [Query] }")


def root() -> Any:
    return {"a": "A", "b": "B", "c": {"a": "AA", "list": [{"a": "1"}, {"b": "2"}]}, "list": [{"a": "x"}, None]}


@pytest.mark.parametrize(
    "document",
    [
        "{ a, b @include(if: true) }",
        "{ a, b @include(if: false) }",
        "{ a, b @skip(if: false) }",
        "{ a, b @skip(if: true) }",
        "{ a @include(if: true) @skip(if: true) b @include(if: false) @skip(if: false) }",
        "{ a @skip(if: true) b @skip(if: true) }",
        "{ c @skip(if: true) { a } list @include(if: false) { a } }",
        "{ a ...F @include(if: false) } fragment F on Query { b }",
        "{ a ...F @skip(if: false) ...F @skip(if: true) } fragment F on Query { b c { a } }",
        "{ a ... on Query @include(if: false) { b } ... @include(if: true) { c { b } } }",
        "{ b a b c { b } c { a } ...F } fragment F on Query { c { x: a b } a y: b }",
        "{ c { list { ...F } } list { ...F } } fragment F on Query { a ...G } fragment G on Query { b __typename }",
        "{ __typename x: __typename c { __typename @skip(if: true) } }",
        "{ c { c { c { a } } } }",
    ],
)
async def test_what_is_selected(document: str) -> None:
    await check(SCHEMA, document, root)


CONDITIONAL = """
query ($t: Boolean!, $f: Boolean = false, $n: Boolean) {
  a @include(if: $t) b @skip(if: $f) c { a @include(if: $f) list @skip(if: $t) { ...F @include(if: $t) b } }
}
fragment F on Query { a @skip(if: $f) }
"""


@pytest.mark.parametrize("t", [True, False])
@pytest.mark.parametrize("f", [True, False, None])
async def test_variables_in_conditions(t: bool, f: bool | None) -> None:
    variables = {"t": t} if f is None else {"t": t, "f": f}

    await check(SCHEMA, CONDITIONAL, root, variables=variables)


@pytest.mark.parametrize(
    "document", ["query ($n: Boolean) { a b @include(if: $n) }", "query ($n: Boolean) { a c { b @skip(if: $n) } }"]
)
async def test_a_condition_without_a_value_is_left_to_graphql_core(document: str) -> None:
    await check(SCHEMA, document, root, variables={}, is_compiled=False)


async def test_plans_of_one_document_follow_its_variables_and_are_bounded() -> None:
    names = [f"v{number}" for number in range(6)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: a @include(if: ${name})" for name in names)
    document = parse(f"query ({declared}) {{ {fields} }}")
    plans = Plans()

    for number in range(64):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        answer = execute(SCHEMA, document, root(), variable_values=chosen, executor_class=CompiledExecutor, plans=plans)
        assert isinstance(answer, ExecutionResult)
        assert answer.data == {name: "A" for name, is_chosen in chosen.items() if is_chosen}

    assert len(plans) <= MOST_PLANS


@pytest.mark.parametrize("name", ["One", "Two", None, "Three"])
async def test_operations_of_one_document(name: str | None) -> None:
    await check(SCHEMA, "query One { a } query Two { b }", root, operation_name=name)


async def test_what_is_left_to_graphql_core_is_counted_with_its_reason() -> None:
    reasons: list[str] = []
    counts = Counts(reasons.append)

    execute(SCHEMA, parse("{ a }"), root(), middleware=[], executor_class=CompiledExecutor, plans=Plans(counts))
    execute(SCHEMA, parse("{ a }"), root(), executor_class=CompiledExecutor, plans=Plans(counts))

    assert reasons == ["middleware"]
    assert (counts.compiled, dict(counts.fallback)) == (1, {"middleware": 1})
