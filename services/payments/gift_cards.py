"""Gift cards: codes that stand for money. Nobody keeps the code; who has it has the money."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.payments import GiftCard
from ports.throttle import Slowed
from services.accounts.slowing import Kind
from services.payments.balances import enter_issue
from services.payments.problems import BadGiftCard
from services.payments.records import GiftCardRecord, IssuedGiftCard
from services.unit_of_work import ReadSession, UnitOfWork

# Without signs that look alike. 16 of 32 are 80 bits: nobody finds one by trying, so an unsalted hash does.
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH, _GROUP = 16, 4
_SHOWN = 4
MOST_MINOR = 10_000_000
# For whoever looks up codes: slow enough that trying them is of no use.
LOOK_UP = Kind(
    "gift-card",
    account=None,
    address=Slowed(free=10, first_seconds=1, longest_seconds=900, memory_seconds=3_600),
)
_COLUMNS = tuple(getattr(GiftCard, name) for name in GiftCardRecord._fields)


def code_hash(code: str) -> bytes:
    """What is kept of a code; spelling does not matter: small letters, spaces and hyphens."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode(errors="replace")).digest()


async def issue(
    unit: UnitOfWork, *, amount_minor: int, currency: str, expires_at: datetime | None, actor: str | None
) -> IssuedGiftCard:
    """A new gift card, with the code that is shown this once. Raises `Rejected` (BAD_GIFT_CARD)."""
    if not 0 < amount_minor <= MOST_MINOR:
        message = f"A gift card has 1 to {MOST_MINOR:,} minor units."
        raise Rejected(BadGiftCard(message=message, path=("amountMinor",)))
    now: datetime = (await unit.session.execute(sa.select(sa.func.now()))).scalar_one()
    if expires_at is not None and expires_at <= now:
        raise Rejected(BadGiftCard(message="It would have expired already.", path=("expiresAt",)))
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    values = {
        "id": new_id(),
        "code_hash": code_hash(signs),
        "last_signs": signs[-_SHOWN:],
        "balance_minor": amount_minor,
        "currency": currency,
        "expires_at": expires_at,
    }
    row = (await unit.session.execute(sa.insert(GiftCard).values(values).returning(*_COLUMNS))).one()
    await enter_issue(unit, row.id, amount_minor=amount_minor, currency=currency, actor=actor)
    code = "-".join(signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
    return IssuedGiftCard(GiftCardRecord._make(row), code)


async def find_gift_card(session: ReadSession, code: str) -> GiftCardRecord | None:
    """The card with this code, whether it is still good or not."""
    statement = sa.select(*_COLUMNS).where(GiftCard.code_hash == code_hash(code))
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else GiftCardRecord._make(row)


async def find_gift_cards(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, GiftCardRecord]:
    """Those that exist."""
    statement = sa.select(*_COLUMNS).where(GiftCard.id == sa.any_(_IDS))
    return {row.id: GiftCardRecord._make(row) for row in await session.execute(statement, {"ids": list(ids)})}


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
