"""Tenders come to the total, or are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from core.problems import Rejected
from models.payments import PaymentMethod
from services.checkout.tenders import MOST_TENDERS, TenderDraft, spread

TOTAL = Money(1000, "USD")
CARD, GIFT, CREDIT = PaymentMethod.CARD, PaymentMethod.GIFT_CARD, PaymentMethod.STORE_CREDIT


def test_who_names_no_amount_pays_the_rest() -> None:
    tenders = spread(TOTAL, [TenderDraft(GIFT, 300), TenderDraft(CARD), TenderDraft(CREDIT, 50)])

    assert [one.amount_minor for one in tenders] == [300, 650, 50]


@pytest.mark.parametrize(
    ("drafts", "codes"),
    [
        ([], ["TENDERS_DO_NOT_SUM"]),
        ([TenderDraft(CARD, 999)], ["TENDERS_DO_NOT_SUM"]),
        ([TenderDraft(CARD, 1001)], ["TENDERS_DO_NOT_SUM"]),
        ([TenderDraft(GIFT, 1000), TenderDraft(CARD)], ["TENDERS_DO_NOT_SUM"]),
        ([TenderDraft(GIFT, 1001), TenderDraft(CARD, -1)], ["TENDERS_DO_NOT_SUM"]),
        ([TenderDraft(GIFT), TenderDraft(CARD)], ["BAD_TENDER"]),
        ([TenderDraft(CARD, 500), TenderDraft(CARD, 500)], ["BAD_TENDER"]),
        ([TenderDraft(GIFT, 1)] * (MOST_TENDERS + 1), ["BAD_TENDER"]),
    ],
)
def test_what_does_not_sum_is_refused(drafts: list[TenderDraft], codes: list[str]) -> None:
    with pytest.raises(Rejected) as refusal:
        spread(TOTAL, drafts)

    assert [one.code for one in refusal.value.problems] == codes


def test_nothing_is_paid_by_nothing() -> None:
    assert spread(Money(0, "USD"), []) == []


@given(total=st.integers(1, 10_000), amounts=st.lists(st.integers(-5, 3_000), max_size=5))
def test_what_is_taken_comes_to_the_total_and_no_part_is_nothing(total: int, amounts: list[int]) -> None:
    drafts = [*(TenderDraft(GIFT, one) for one in amounts), TenderDraft(CARD)]

    try:
        tenders = spread(Money(total, "USD"), drafts)
    except Rejected:
        assert sum(amounts) >= total or any(one <= 0 for one in amounts)
    else:
        assert sum(one.amount_minor for one in tenders) == total
        assert all(one.amount_minor > 0 for one in tenders)
