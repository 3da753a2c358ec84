"""Gift cards, store credit, saved cards, and payments as operators and buyers see them."""

from typing import Any

import pytest
import sqlalchemy as sa

from adapters.payments.stub import StubPayments
from bootstrap.throttle import open_throttle
from core.problems import Unavailable
from models.payments import PaymentReconciliation
from ports.payments import SavedCard
from resolvers.cookies import Caller
from services import payments
from services.accounts.tokens import Role
from tests.factories.accounts import save_account
from tests.factories.orders import BUSY_ACCESS, BUSY_NUMBER
from tests.factories.payments import begin, by_card, charge, pay
from tests.fixtures.shop import Shop

ISSUE = """
mutation($input: IssueGiftCardInput!) {
  issueGiftCard(input: $input) {
    giftCard { lastSigns balance { amountMinor currency } isActive expiresAt }
    code
    userErrors { code path }
  }
}
"""
GRANT = """
mutation($input: GrantStoreCreditInput!) {
  grantStoreCredit(input: $input) { balance { amountMinor currency } userErrors { code path } }
}
"""
CARD = "query($code: String!) { giftCard(code: $code) { balance { amountMinor } lastSigns isActive } }"
VIEWER = """
{ viewer { storeCredit { amountMinor currency } savedCards { reference brand lastDigits expiresOn } email } }
"""
ORDER = """
query($number: String!, $key: String) {
  order(number: $number, accessKey: $key) {
    payments { method status amount { amountMinor } refunded { amountMinor } failureCode order { number } }
    refunds { status amount { amountMinor } order { number } }
  }
}
"""
LISTS = """
query($first: Int, $after: String, $status: PaymentStatus) {
  operations {
    payments(first: $first, after: $after, status: $status) {
      edges { node { id method status provider providerReference order { number } } }
      pageInfo { hasNextPage endCursor }
    }
    refunds(first: 2, status: PENDING) { edges { node { reason status } } pageInfo { hasNextPage } }
    paymentReconciliations { edges { node { attemptsChecked findingCount findings { kind ours theirs } } } }
  }
}
"""


# Any JSON, hence Any.
async def operate(shop: Shop, document: str, **variables: Any) -> Any:
    answer = await shop.run(document, variables, role=Role.OPERATOR)
    assert not answer.errors
    return answer.data


async def test_a_gift_card_is_made_once_for_a_key_and_its_code_shown_once(own_shop: Shop) -> None:
    given = {"amountMinor": 5_000, "idempotencyKey": "one"}

    first = (await operate(own_shop, ISSUE, input=given))["issueGiftCard"]
    again = (await operate(own_shop, ISSUE, input=given))["issueGiftCard"]
    found = await own_shop.run(CARD, {"code": first["code"].lower()})

    card = {"balance": {"amountMinor": 5_000, "currency": "USD"}, "isActive": True, "expiresAt": None}
    assert first == {"giftCard": card | {"lastSigns": first["code"][-4:]}, "code": first["code"], "userErrors": []}
    assert again == first | {"code": None}
    assert found.data is not None
    assert found.data["giftCard"]["balance"] == {"amountMinor": 5_000}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"amountMinor": 0}, ["amountMinor"]),
        ({"amountMinor": 10_000_001}, ["amountMinor"]),
        ({"amountMinor": 1, "expiresAt": "2020-01-01T00:00:00Z"}, ["expiresAt"]),
    ],
)
async def test_gift_cards_that_make_no_sense_are_refused(
    live_shop: Shop, given: dict[str, object], path: list[str]
) -> None:
    payload = (await operate(live_shop, ISSUE, input={**given, "idempotencyKey": "bad"}))["issueGiftCard"]

    assert payload == {"giftCard": None, "code": None, "userErrors": [{"code": "BAD_GIFT_CARD", "path": path}]}


async def test_codes_cannot_be_tried_fast(own_shop: Shop, redis_url: str) -> None:
    codes = []
    for _ in range(12):
        context = own_shop.context()
        context.throttle, context.caller = open_throttle(redis_url), Caller("192.0.2.7")
        answer = await own_shop.run(CARD, {"code": "ABCD-ABCD-ABCD-ABCD"}, context=context)
        codes += [error["extensions"]["code"] for error in answer.errors]
        await context.throttle.close()

    assert codes == ["TOO_MANY_ATTEMPTS"] * 2


async def test_store_credit_is_given_once_for_a_key_and_seen_by_its_owner(own_shop: Shop) -> None:
    account_id = await save_account(own_shop.resources.database, "bo@example.com")
    given = {"email": "BO@example.com", "amountMinor": 700, "idempotencyKey": "one"}

    before = await own_shop.run(VIEWER, account=account_id)
    first = (await operate(own_shop, GRANT, input=given))["grantStoreCredit"]
    again = (await operate(own_shop, GRANT, input=given))["grantStoreCredit"]
    after = await own_shop.run(VIEWER, account=account_id)

    balance = {"amountMinor": 700, "currency": "USD"}
    assert first == again == {"balance": balance, "userErrors": []}
    assert before.data is not None
    assert after.data is not None
    assert (before.data["viewer"]["storeCredit"], after.data["viewer"]["storeCredit"]) == ([], [balance])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "nobody@example.com", "amountMinor": 1}, "NOT_FOUND"),
        ({"email": "no address", "amountMinor": 1}, "BAD_EMAIL"),
        ({"email": "nobody@example.com", "amountMinor": -1}, "BAD_AMOUNT"),
    ],
)
async def test_credit_for_nobody_or_of_nothing_is_refused(live_shop: Shop, given: dict[str, object], code: str) -> None:
    payload = (await operate(live_shop, GRANT, input={**given, "idempotencyKey": "bad"}))["grantStoreCredit"]

    assert payload["balance"] is None
    assert [error["code"] for error in payload["userErrors"]] == [code]


async def test_saved_cards_are_the_account_s_own(own_shop: Shop) -> None:
    database, provider = own_shop.resources.database, own_shop.resources.payments
    assert isinstance(provider, StubPayments)
    ann, bo = [await save_account(database, f"{name}@shop.example") for name in ("ann", "bo")]
    await payments.open_customer(database, provider, account_id=ann, email=None)
    await pay(database, provider, by_card(save_card=True), account_id=ann)

    of_ann, of_bo = [await own_shop.run(VIEWER, account=account) for account in (ann, bo)]

    assert of_ann.data is not None
    assert of_bo.data is not None
    (card,) = of_ann.data["viewer"]["savedCards"]
    assert card == {"reference": card["reference"], "brand": "visa", "lastDigits": "4242", "expiresOn": "2034-12"}
    assert of_bo.data["viewer"]["savedCards"] == []


async def test_saved_cards_fail_alone_while_the_provider_is_gone(own_shop: Shop) -> None:
    class Gone(StubPayments):
        async def saved_cards(self, customer: str) -> list[SavedCard]:
            raise Unavailable("payments")

    gone, database = Gone(webhook_secret="x"), own_shop.resources.database
    account_id = await save_account(database, "cy@example.com")
    await payments.open_customer(database, gone, account_id=account_id, email=None)
    context = own_shop.context(account=account_id)
    context.payments = gone

    answer = await own_shop.run(VIEWER, context=context)

    assert answer.data is not None
    assert answer.data["viewer"] == {"storeCredit": [], "savedCards": None, "email": "cy@example.com"}
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAVAILABLE"]


async def test_whoever_sees_an_order_sees_how_it_was_paid(shop: Shop) -> None:
    answer = await shop.run(ORDER, {"number": BUSY_NUMBER, "key": BUSY_ACCESS})

    assert not answer.errors
    assert answer.data is not None
    paid, back = answer.data["order"]["payments"], answer.data["order"]["refunds"]
    assert [(one["method"], one["status"], one["refunded"]["amountMinor"]) for one in paid] == [
        ("CARD", "SUCCEEDED", 150),
        ("CASH_ON_DELIVERY", "PROMISED", 0),
    ]
    assert [(one["status"], one["amount"]["amountMinor"]) for one in back] == [("PENDING", 100), ("PENDING", 50)]
    assert {one["order"]["number"] for one in (*paid, *back)} == {BUSY_NUMBER}


async def test_operators_see_all_payments_refunds_and_comparisons(own_shop: Shop) -> None:
    database, provider = own_shop.resources.database, own_shop.resources.payments
    assert isinstance(provider, StubPayments)
    (refused,) = await begin(database, by_card(card="pm_card_chargeDeclinedExpiredCard"))
    await charge(database, provider, refused)
    finding = {"kind": "ORDER_UNPAID", "order": None, "attempt": None, "reference": None, "ours": "1", "theirs": "0"}
    async with database.unit() as unit:
        row = {"started_at": refused.created_at, "attempts_checked": 7, "findings": [finding]}
        await unit.session.execute(sa.insert(PaymentReconciliation).values(row))

    first = (await operate(own_shop, LISTS, first=1))["operations"]
    cursor = first["payments"]["pageInfo"]["endCursor"]
    second = (await operate(own_shop, LISTS, first=1, after=cursor))["operations"]
    failed = (await operate(own_shop, LISTS, status="FAILED"))["operations"]

    (newest,) = first["payments"]["edges"]
    assert (newest["node"]["status"], newest["node"]["provider"], newest["node"]["order"]) == ("FAILED", "stub", None)
    assert first["payments"]["pageInfo"]["hasNextPage"]
    assert second["payments"]["edges"][0]["node"]["order"] is not None
    assert [one["node"]["id"] for one in failed["payments"]["edges"]] == [newest["node"]["id"]]
    assert [one["node"] for one in first["refunds"]["edges"]] == [{"reason": "return:2", "status": "PENDING"}, {
        "reason": "return:1", "status": "PENDING"}]  # fmt: skip
    found = {"kind": "ORDER_UNPAID", "ours": "1", "theirs": "0"}
    assert first["paymentReconciliations"]["edges"] == [
        {"node": {"attemptsChecked": 7, "findingCount": 1, "findings": [found]}}
    ]
