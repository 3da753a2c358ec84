"""What is wrong with tenders before any money is touched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from core.problems import Problem, Rejected
from models.payments import PaymentMethod
from services.payments.gift_cards import find_gift_card
from services.payments.problems import (
    AccountNeeded,
    BadAmount,
    BadCard,
    CardNeeded,
    GiftCardCurrency,
    GiftCardExpired,
    GiftCardUnknown,
)
from services.payments.records import GiftCardRecord, Tender
from services.unit_of_work import UnitOfWork

_LONGEST_CARD = 200
_LONGEST_URL = 2_000


async def find_named_cards(unit: UnitOfWork, tenders: Sequence[Tender]) -> Mapping[int, GiftCardRecord]:
    """The gift cards that tenders name, by the place of the tender."""
    found = {}
    for index, tender in enumerate(tenders):
        if tender.method is PaymentMethod.GIFT_CARD:
            card = await find_gift_card(unit.session, tender.gift_card_code or "")
            if card is not None:
                found[index] = card
    return found


async def refuse_bad(unit: UnitOfWork, tenders: Sequence[Tender], *, account_id: UUID | None) -> None:
    """Raises `Rejected` with all that is wrong with the tenders themselves, as `begin` would."""
    cards = await find_named_cards(unit, tenders)
    now: datetime = (await unit.session.execute(sa.select(sa.func.now()))).scalar_one()
    if problems := check(tenders, account_id=account_id, cards=cards, now=now):
        raise Rejected(*problems)


def check(
    tenders: Sequence[Tender], *, account_id: UUID | None, cards: Mapping[int, GiftCardRecord], now: datetime
) -> Sequence[Problem]:
    """All that is wrong with the tenders themselves; whether balances suffice shows when they are taken from."""
    found: list[Problem] = []
    for index, tender in enumerate(tenders):
        place = ("tenders", str(index))
        if tender.amount_minor <= 0:
            found.append(BadAmount(message="A tender pays at least one minor unit.", path=(*place, "amountMinor")))
        if tender.method is PaymentMethod.CARD:
            found += _against_card(tender, account_id, place)
        if tender.method is PaymentMethod.STORE_CREDIT and account_id is None:
            message = "Store credit belongs to an account: sign in to use it."
            found.append(AccountNeeded(message=message, path=(*place, "method")))
        if tender.method is PaymentMethod.GIFT_CARD:
            found += _against_gift_card(tender, cards.get(index), now, (*place, "giftCardCode"))
    return found


def _against_card(tender: Tender, account_id: UUID | None, place: tuple[str, ...]) -> Sequence[Problem]:
    found: list[Problem] = []
    if not tender.card:
        found.append(CardNeeded(message="A tender by card names the card.", path=(*place, "card")))
    elif len(tender.card) > _LONGEST_CARD or not (tender.card.isascii() and tender.card.isprintable()):
        found.append(BadCard(message="This is not a card of the payment provider.", path=(*place, "card")))
    if tender.return_url is not None and not _is_page(tender.return_url):
        message = "The page to come back to is an address such as https://shop.example/thanks."
        found.append(BadCard(message=message, path=(*place, "returnUrl")))
    if tender.save_card and account_id is None:
        message = "Cards are kept for an account: sign in to keep one."
        found.append(AccountNeeded(message=message, path=(*place, "saveCard")))
    return found


def _is_page(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return len(text) <= _LONGEST_URL and text.isprintable() and url.scheme in ("http", "https") and bool(url.netloc)


def _against_gift_card(
    tender: Tender, card: GiftCardRecord | None, now: datetime, path: tuple[str, ...]
) -> Sequence[Problem]:
    if card is None or not card.is_active:
        return [GiftCardUnknown(message="There is no such gift card.", path=path)]
    if card.expires_at is not None and card.expires_at <= now:
        return [GiftCardExpired(message="The time of this gift card is over.", path=path)]
    if card.currency != tender.currency:
        message = f"This gift card is in {card.currency}."
        return [GiftCardCurrency(message=message, path=path, currency=card.currency)]
    return []
