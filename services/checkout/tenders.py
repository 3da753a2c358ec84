"""With what an order is paid: parts that come to its total. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from core.money import Money
from core.problems import Problem, Rejected
from models.payments import PaymentMethod
from services.checkout.problems import BadTender, TendersDoNotSum
from services.payments import Tender

MOST_TENDERS = 10


class TenderDraft(NamedTuple):
    """A tender as somebody gives it; without an amount it takes what the others leave."""

    method: PaymentMethod
    amount_minor: int | None = None
    card: str | None = None
    gift_card_code: str | None = None
    save_card: bool = False
    return_url: str | None = None


def spread(total: Money, drafts: Sequence[TenderDraft]) -> Sequence[Tender]:
    """The tenders with their amounts, which come to the total; none where there is nothing to pay.

    Raises `Rejected`: TENDERS_DO_NOT_SUM, BAD_TENDER (two without an amount, two cards, or too many).
    """
    if problems := _flaws(drafts):
        raise Rejected(*problems)
    given = sum(one.amount_minor or 0 for one in drafts)
    rest = total.amount_minor - given
    tenders = [_tender(one, rest, total.currency) for one in drafts]
    if sum(one.amount_minor for one in tenders) != total.amount_minor or any(one.amount_minor <= 0 for one in tenders):
        message = f"The tenders come to {Money(given, total.currency).formatted()}, to be paid is {total.formatted()}."
        paid = Money(given, total.currency)
        raise Rejected(TendersDoNotSum(message=message, path=("tenders",), total=total, given=paid))
    return tenders


def _flaws(drafts: Sequence[TenderDraft]) -> Sequence[Problem]:
    problems: list[Problem] = []
    if len(drafts) > MOST_TENDERS:
        problems.append(BadTender(message=f"At most {MOST_TENDERS} tenders pay an order.", path=("tenders",)))
    open_ones = [place for place, one in enumerate(drafts) if one.amount_minor is None]
    cards = [place for place, one in enumerate(drafts) if one.method is PaymentMethod.CARD]
    problems += [
        BadTender(message="Another tender takes the rest already.", path=("tenders", str(place), "amountMinor"))
        for place in open_ones[1:]
    ]
    problems += [
        BadTender(message="An order is charged to one card.", path=("tenders", str(place), "method"))
        for place in cards[1:]
    ]
    return problems


def _tender(draft: TenderDraft, rest: int, currency: str) -> Tender:
    amount = rest if draft.amount_minor is None else draft.amount_minor
    return Tender(draft.method, amount, currency, draft.card, draft.gift_card_code, draft.save_card, draft.return_url)
