"""Operations run compiled, and which did not is counted with the reason."""

from structlog.testing import capture_logs

from tests.fixtures.shop import Shop
from web.execution import Executor

QUERY = "query ($with: Boolean! = true) { __typename @include(if: $with) }"


async def test_an_operation_is_compiled_once_for_each_value_of_its_condition(shop: Shop) -> None:
    executor = Executor(shop.executor.schema, introspection=False, profile=False)
    prepared = executor.prepare(QUERY)

    answers = [
        await executor.run(prepared, shop.context(), variables={"with": value}, operation_name=None)
        for value in (True, False, True)
    ]

    assert answers == [{"data": {"__typename": "Query"}}, {"data": {}}, {"data": {"__typename": "Query"}}]
    assert len(prepared.plans) == 2
    assert (executor.counts.compiled, dict(executor.counts.fallback)) == (3, {})


async def test_what_graphql_core_has_to_execute_is_counted_and_logged(shop: Shop) -> None:
    executor = Executor(shop.executor.schema, introspection=False, profile=False)

    with capture_logs() as logged:
        answer = await executor.run(
            executor.prepare("query ($with: Boolean = true) { __typename @include(if: $with) }"),
            shop.context(),
            variables={"with": None},
            operation_name=None,
        )

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    assert dict(executor.counts.fallback) == {"condition without a value": 1}
    assert [(entry["event"], entry["reason"]) for entry in logged] == [
        ("operation.not_compiled", "condition without a value")
    ]


async def test_an_executor_can_be_told_to_compile_nothing(shop: Shop) -> None:
    executor = Executor(shop.executor.schema, introspection=False, profile=False, is_compiled=False)

    answer = await executor.run(executor.prepare(QUERY), shop.context(), variables=None, operation_name=None)

    assert answer == {"data": {"__typename": "Query"}}
    assert (executor.counts.compiled, dict(executor.counts.fallback)) == (0, {})
