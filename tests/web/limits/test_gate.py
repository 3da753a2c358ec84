"""Callers are held to so much at once and to so much in a time; what cannot be counted fails open or closed."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from graphql import get_operation_ast, parse

from bootstrap.throttle import open_throttle
from core.ids import new_id
from core.limit_settings import LimitSettings, Rate
from core.telemetry.metrics import REGISTRY
from ports.throttle import Meter
from resolvers.context import RequestContext
from resolvers.cookies import Caller
from schema.schema import build_schema
from services.accounts.tokens import Principal, Role
from tests.fixtures.shop import Shop
from web.execution import Executor, JsonObject
from web.limits.gate import Gate
from web.limits.rates import Rates
from web.limits.refusing import headers_of, status_of

SCHEMA = build_schema()._schema
LOGIN = 'mutation { login(input: {email: "not one", password: "x"}) { userErrors { code } } }'
PRODUCTS = "{ products(first: 1) { edges { cursor } } }"


@pytest.fixture
async def nothing() -> AsyncIterator[Meter]:
    """A throttle that nobody answers for."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        opened = open_throttle(f"redis://127.0.0.1:{unused.getsockname()[1]}")
        yield opened
    await opened.close()


def _executor(throttle: Meter, **limits: object) -> Executor:
    settings = LimitSettings.model_validate(limits)
    gate = Gate(at_once=0, rates=Rates(SCHEMA, settings), throttle=throttle)
    return Executor(SCHEMA, introspection=False, profile=False, gate=gate)


def _context(shop: Shop, *, address: str, principal: Principal | None = None) -> RequestContext:
    context = shop.context()
    context.caller = Caller(address)
    if principal is not None:
        context.principal = principal
    return context


async def _run(executor: Executor, context: RequestContext, document: str, **variables: object) -> JsonObject:
    return await executor.run(executor.prepare(document), context, variables=variables, operation_name=None)


def _refused(code: str) -> float:
    return REGISTRY.get_sample_value("emporium_refusals_total", {"code": code}) or 0.0


def _codes(answers: list[JsonObject]) -> list[str]:
    return [one["errors"][0]["extensions"]["code"] if "errors" in one else "" for one in answers]


async def test_one_caller_has_so_many_operations_at_once_and_others_have_their_own() -> None:
    gate = Gate(at_once=2)

    entered = [gate.enter("address:a"), gate.enter("address:a"), gate.enter("address:b")]
    refused = gate.enter("address:a")
    gate.leave("address:a")

    assert entered == [None, None, None]
    assert refused is not None
    assert refused["errors"][0]["extensions"] == {
        "code": "TOO_MANY_OPERATIONS", "limit": 2, "asked": 3, "retryAfterSeconds": 1,
    }  # fmt: skip
    assert (status_of(refused), headers_of(refused)) == (429, {"retry-after": "1"})
    assert gate.enter("address:a") is None


async def test_an_operation_that_fails_or_is_cancelled_counts_no_longer(shop: Shop) -> None:
    gate = Gate(at_once=1)
    executor = Executor(SCHEMA, introspection=False, profile=False, gate=gate)
    running = asyncio.create_task(_run(executor, _context(shop, address="10.0.0.1"), PRODUCTS))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    answer = await _run(executor, _context(shop, address="10.0.0.1"), PRODUCTS)

    assert "errors" not in answer


async def test_a_mutation_is_limited_by_what_the_schema_or_the_settings_say(shop: Shop, throttle: Meter) -> None:
    executor = _executor(throttle, field_rates={"login": Rate(most=2, seconds=600)})

    answers = [await _run(executor, _context(shop, address="10.0.0.2"), LOGIN) for _ in range(3)]
    elsewhere = await _run(executor, _context(shop, address="10.0.0.3"), LOGIN)

    assert _codes(answers) == ["", "", "RATE_LIMITED"]
    assert 290 < answers[2]["errors"][0]["extensions"]["retryAfterSeconds"] <= 300
    assert status_of(answers[2]) == 429
    assert "errors" not in elsewhere


async def test_one_operation_cannot_do_it_more_often_by_aliases(shop: Shop, throttle: Meter) -> None:
    executor = _executor(throttle, field_rates={"login": Rate(most=2, seconds=600)})
    field = 'login(input: {email: "not one", password: "x"}) { userErrors { code } }'

    answers = [
        await _run(executor, _context(shop, address="10.0.0.4"), f"mutation {{ a: {field} b: {field} }}")
        for _ in range(2)
    ]

    assert _codes(answers) == ["", "RATE_LIMITED"]


async def test_payments_of_one_checkout_are_limited_whoever_tries(shop: Shop, throttle: Meter) -> None:
    executor, checkout = _executor(throttle), str(new_id())
    document = "mutation($input: CompleteCheckoutInput!) { completeCheckout(input: $input) { userErrors { code } } }"
    given = {"checkout": checkout, "tenders": [], "idempotencyKey": "k"}

    answers = [
        await _run(executor, _context(shop, address=f"10.1.0.{number}"), document, input=given) for number in range(11)
    ]
    other = await _run(
        executor, _context(shop, address="10.1.0.99"), document, input=given | {"checkout": str(new_id())}
    )

    assert [code == "RATE_LIMITED" for code in _codes([*answers, other])] == [False] * 10 + [True, False]


async def test_what_variables_default_to_names_the_checkout_as_well(shop: Shop, throttle: Meter) -> None:
    checkout = str(new_id())
    fields = "checkout: $c, tenders: [], idempotencyKey: $k"
    document = f"""
        mutation($c: ID! = "{checkout}", $k: String! = "k") {{
            completeCheckout(input: {{ {fields} }}) {{ status }}
        }}
    """
    parsed = parse(document)
    operation = get_operation_ast(parsed, None)
    assert operation is not None
    rates = Rates(SCHEMA, LimitSettings(rates=True))

    by_default = rates.wanted("address:1", parsed, operation, {}, 0)
    by_variable = rates.wanted("address:1", parsed, operation, {"c": checkout}, 0)
    of_another = rates.wanted("address:1", parsed, operation, {"c": str(new_id())}, 0)

    assert by_default == by_variable
    assert by_default != of_another


async def test_reads_take_what_they_cost_from_the_points_of_an_account(shop: Shop, throttle: Meter) -> None:
    executor = _executor(throttle, points_per_minute=30)
    somebody = Principal(Role.CUSTOMER, str(new_id()))

    answers = [
        await _run(executor, _context(shop, address=f"10.2.0.{number}", principal=somebody), PRODUCTS)
        for number in range(3)
    ]

    assert _codes(answers) == ["", "", "RATE_LIMITED"]


async def test_refusals_are_counted_by_code(shop: Shop, throttle: Meter) -> None:
    executor = _executor(throttle, points_per_minute=30)
    codes = ("RATE_LIMITED", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
    before = [_refused(code) for code in codes]
    somebody = Principal(Role.CUSTOMER, str(new_id()))

    for document in (PRODUCTS, PRODUCTS, PRODUCTS, "{ nothing }", "{"):
        await _run(executor, _context(shop, address="10.3.0.1", principal=somebody), document)

    assert [_refused(code) - count for code, count in zip(codes, before, strict=True)] == [1, 1, 1]


async def test_operators_are_not_limited(shop: Shop, throttle: Meter) -> None:
    executor = _executor(throttle, points_per_minute=1)
    operator = Principal(Role.OPERATOR, "me")

    answers = [await _run(executor, _context(shop, address="10.3.0.1", principal=operator), PRODUCTS) for _ in range(3)]

    assert _codes(answers) == ["", "", ""]


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (PRODUCTS, [""]),
        (LOGIN, ["UNAVAILABLE"]),
        ('{ giftCard(code: "ABCD") { __typename } }', ["UNAVAILABLE"]),
    ],
)
async def test_while_nobody_counts_reads_go_on_and_guesses_do_not(
    shop: Shop, nothing: Meter, document: str, codes: list[str]
) -> None:
    answer = await _run(_executor(nothing), _context(shop, address="10.4.0.1"), document)

    assert _codes([answer]) == codes
    assert status_of(answer) == (503 if codes == ["UNAVAILABLE"] else None)


async def test_guesses_stay_refused_while_the_throttle_is_not_asked(shop: Shop, nothing: Meter) -> None:
    executor = _executor(nothing)
    await _run(executor, _context(shop, address="10.4.0.2"), PRODUCTS)

    answers = [await _run(executor, _context(shop, address="10.4.0.2"), document) for document in (PRODUCTS, LOGIN)]

    assert _codes(answers) == ["", "UNAVAILABLE"]


def test_everything_that_guesses_secrets_is_guarded() -> None:
    declared = {
        name: [rate.is_guarded for rate in rates] for name, rates in Rates(SCHEMA, LimitSettings()).declared.items()
    }

    secrets = ("login", "register", "refreshSession", "changePassword", "resetPassword", "verifyEmail", "applyCoupon",
               "createCheckout", "completeCheckout", "retryPayment")  # fmt: skip
    assert {name: all(declared[f"Mutation.{name}"]) for name in secrets} == dict.fromkeys(secrets, True)
    assert declared["Query.giftCard"] == [True]
