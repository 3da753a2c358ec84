"""Giving back, customers with their cards, and what a provider tells: what every provider must do."""

import time

import pytest

from core.money import Money
from ports.payments import BadNotice, IntentStatus, Refused, StaleNotice
from tests.contracts.payments.scene import Scene, draft


async def test_money_goes_back_once_for_a_key_and_never_more_than_came(scene: Scene) -> None:
    intent = await scene.provider.pay(draft())

    first = await scene.provider.refund(intent.reference, Money(1000, "USD"), key="refund:1")
    again = await scene.provider.refund(intent.reference, Money(1000, "USD"), key="refund:1")
    with pytest.raises(Refused) as refusal:
        await scene.provider.refund(intent.reference, Money(1000, "USD"), key="refund:2")
    rest = await scene.provider.refund(intent.reference, Money(234, "USD"), key="refund:3")

    assert (first.is_final, first.has_failed) == (True, False)
    assert again.reference == first.reference != rest.reference
    assert refusal.value.code == "amount_too_large"
    found = await scene.provider.find(intent.reference)
    assert found is not None
    assert found.refunded == Money(1234, "USD")


async def test_what_was_not_paid_is_not_given_back(scene: Scene) -> None:
    intent = await scene.provider.pay(draft("pm_card_visa_chargeDeclined"))

    with pytest.raises(Refused):
        await scene.provider.refund(intent.reference, Money(1, "USD"), key=f"refund:{intent.reference}")


async def test_a_refund_that_was_refused_can_be_made_when_the_reason_is_over(scene: Scene) -> None:
    intent = await scene.provider.pay(draft("pm_card_threeDSecure2Required"))
    with pytest.raises(Refused):
        await scene.provider.refund(intent.reference, Money(1234, "USD"), key=f"refund:{intent.reference}")
    await scene.authenticate(intent, agrees=True)

    made = await scene.provider.refund(intent.reference, Money(1234, "USD"), key=f"refund:{intent.reference}")
    again = await scene.provider.refund(intent.reference, Money(1234, "USD"), key=f"refund:{intent.reference}")

    assert (made.is_final, made.has_failed) == (True, False)
    assert again.reference == made.reference


async def test_a_customer_is_made_once_for_a_key(scene: Scene) -> None:
    key = f"customer:{time.time_ns()}"

    first = await scene.provider.customer(key=key, email="ann@example.com")
    again = await scene.provider.customer(key=key, email="ann@example.com")

    assert first == again
    assert await scene.provider.saved_cards(first) == []


async def test_a_card_is_kept_for_its_customer_who_can_pay_with_it_and_nobody_else(scene: Scene) -> None:
    own, other = [
        await scene.provider.customer(key=f"customer:{name}:{time.time_ns()}", email=None) for name in ("own", "other")
    ]

    await scene.provider.pay(draft(customer=own, save=True))
    (card,) = await scene.provider.saved_cards(own)
    again = await scene.provider.pay(draft(card.reference, customer=own))
    with pytest.raises(Refused):
        await scene.provider.pay(draft(card.reference, customer=other))

    assert again.status is IntentStatus.SUCCEEDED
    assert (card.brand, card.last_digits, len(card.expires_on)) == ("visa", "4242", 7)
    assert await scene.provider.saved_cards(other) == []


async def test_a_card_is_not_kept_unless_it_is_to_be_and_was_good(scene: Scene) -> None:
    customer = await scene.provider.customer(key=f"customer:{time.time_ns()}", email=None)

    await scene.provider.pay(draft(customer=customer))
    await scene.provider.pay(draft("pm_card_visa_chargeDeclined", customer=customer, save=True))

    assert await scene.provider.saved_cards(customer) == []


async def test_a_notice_that_is_signed_now_is_read(scene: Scene) -> None:
    body = scene.notice("pi_1", event_id="evt_1")

    notice = scene.provider.read_notice(body, scene.sign(body))

    assert (notice.event_id, notice.type, notice.reference) == ("evt_1", "payment_intent.succeeded", "pi_1")


async def test_a_notice_that_is_forged_changed_or_old_is_refused(scene: Scene) -> None:
    body = scene.notice("pi_1", event_id="evt_1")
    other = scene.notice("pi_2", event_id="evt_1")
    old = scene.sign(body, moment=int(time.time()) - 3_600)

    (name,) = old
    for headers, signed in (
        ({}, body),
        ({name: ""}, body),
        ({name: "t=1,v1=0"}, body),
        ({name: "nonsense"}, body),
        (scene.sign(body), other),
        (old, body),
    ):
        with pytest.raises(BadNotice) as refusal:
            scene.provider.read_notice(signed, headers)
        assert isinstance(refusal.value, StaleNotice) is (headers == old)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"id": 1}', b"\xff"])
async def test_what_is_signed_and_no_notice_is_refused(scene: Scene, body: bytes) -> None:
    headers = scene.sign(b"{}")

    with pytest.raises(BadNotice):
        scene.provider.read_notice(body, headers)
