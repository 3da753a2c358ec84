"""What metrics say became of operations: callers' mistakes are told from the store's own faults, refusals by code."""

import pytest

from bootstrap.throttle import open_throttle
from core.limit_settings import LimitSettings
from core.telemetry.metrics import REGISTRY
from resolvers.cookies import Caller
from schema.schema import build_schema
from tests.factories.execution import make_executor
from tests.factories.web import serving
from tests.fixtures.shop import Shop
from web.execution import Executor, JsonObject
from web.limits.gate import Gate
from web.limits.rates import Rates
from web.observing import outcome_of

COSTLY = "{ products(first: 100) { edges { node { category { products(first: 100) { edges { node { id } } } } } } } }"


def _executed(outcome: str) -> float:
    labels = {"operation": "unnamed", "type": "query", "outcome": outcome}
    return REGISTRY.get_sample_value("emporium_operations_total", labels) or 0.0


def _refused(code: str) -> float:
    return REGISTRY.get_sample_value("emporium_refusals_total", {"code": code}) or 0.0


async def _run(shop: Shop, document: str) -> JsonObject:
    executor = make_executor()
    return await executor.run(executor.prepare(document), shop.context(), variables=None, operation_name=None)


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ([], "ok"),
        (["BAD_ID"], "refused"),
        (["UNAUTHENTICATED", "BAD_REQUEST"], "refused"),
        (["INTERNAL"], "error"),
        (["BAD_ID", "UNAVAILABLE"], "error"),
    ],
)
def test_only_what_fails_on_our_side_is_an_error(codes: list[str], outcome: str) -> None:
    errors = {"errors": [{"message": "", "extensions": {"code": code}} for code in codes]} if codes else {}

    found = outcome_of({"data": None, **errors})

    assert found == outcome


async def test_a_callers_mistake_is_counted_as_refused(shop: Shop) -> None:
    refused, failed = _executed("refused"), _executed("error")

    answer = await _run(shop, '{ node(id: "not one") { id } }')

    assert answer["errors"][0]["extensions"]["code"] == "BAD_ID"
    assert (_executed("refused") - refused, _executed("error") - failed) == (1, 0)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ " + "a { " * 16 + "b" + " }" * 17, "TOO_DEEP"),
        (COSTLY, "TOO_COSTLY"),
    ],
)
async def test_what_limits_refuse_is_counted_by_its_code(shop: Shop, document: str, code: str) -> None:
    before = _refused(code)

    await _run(shop, document)

    assert _refused(code) - before == 1


async def test_requests_that_are_refused_are_counted_too(shop: Shop) -> None:
    before = _refused("BATCH_TOO_LARGE")

    async with serving(shop, largest_batch=3) as site:
        await site.post([{"query": "{ __typename }"}] * 4)

    assert _refused("BATCH_TOO_LARGE") - before == 1


async def test_what_comes_too_often_is_counted(shop: Shop, redis_url: str) -> None:
    limits = LimitSettings(points_per_minute_by_address=1)
    schema, throttle = build_schema()._schema, open_throttle(redis_url)
    gate = Gate(at_once=0, rates=Rates(schema, limits), throttle=throttle)
    executor = Executor(schema, introspection=False, profile=False, gate=gate)
    before = _refused("RATE_LIMITED")

    for _ in range(3):
        context = shop.context()
        context.caller = Caller("10.9.0.1")
        await executor.run(executor.prepare("{ products(first: 1) { edges { cursor } } }"), context,
                           variables=None, operation_name=None)  # fmt: skip
    await throttle.close()

    assert _refused("RATE_LIMITED") - before == 2
