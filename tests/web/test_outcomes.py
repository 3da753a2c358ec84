"""What metrics say became of operations: callers' mistakes are told from the store's own faults."""

import pytest

from core.telemetry.metrics import REGISTRY
from tests.factories.execution import make_executor
from tests.fixtures.shop import Shop
from web.execution import JsonObject
from web.observing import outcome_of


def _executed(outcome: str) -> float:
    labels = {"operation": "unnamed", "type": "query", "outcome": outcome}
    return REGISTRY.get_sample_value("emporium_operations_total", labels) or 0.0


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
