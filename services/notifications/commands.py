"""Telling accounts of something, and taking note that they have read it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Rejected
from services.jobs import enqueue_many
from services.notifications.mailing import LETTERS_PER_JOB, MAIL
from services.notifications.queries import count_unread
from services.notifications.records import News
from services.unit_of_work import UnitOfWork

_UUIDS = sa.ARRAY(sa.Uuid())


async def notify(unit: UnitOfWork, news: News, accounts: Mapping[UUID, int | None]) -> Sequence[UUID]:
    """Tell each of `accounts` the news, and enqueue letters; returns the ids of the new notifications.

    The mapping gives what the variant cost when the account last heard of its price, in minor units. Whom the same
    event has told the same before is not told again. One statement tells all and one enqueues, however many they are.
    """
    values = {
        "ids": [new_id() for _ in accounts],
        "accounts": list(accounts),
        "before": list(accounts.values()),
        "kind": news.kind.value,
        "variant_id": news.variant_id,
        "event_id": news.event_id,
        "price": news.price and news.price.amount_minor,
        "currency": news.price and news.price.currency,
    }
    told = (await unit.session.scalars(_TELL, values)).all()
    if told:
        batches = [told[start : start + LETTERS_PER_JOB] for start in range(0, len(told), LETTERS_PER_JOB)]
        await enqueue_many(unit, MAIL, [{"notifications": batch} for batch in batches])
    return told


async def mark_read(unit: UnitOfWork, *, account_id: UUID, ids: Sequence[UUID] | None) -> int:
    """Take note that an account has read these notifications, or all for None; returns how many are unread then.

    Raises `Rejected` (NOT_FOUND) for each that is not the account's.
    """
    if ids is None:
        await unit.session.execute(_READ_ALL, {"account_id": account_id})
    else:
        known = set(await unit.session.scalars(_OWN, {"account_id": account_id, "ids": ids}))
        if missing := [place for place, id in enumerate(ids) if id not in known]:
            raise Rejected(*map(_missing, missing))
        await unit.session.execute(_READ, {"account_id": account_id, "ids": ids})
    counts = await count_unread(await unit.session.connection(), [account_id])
    return counts.get(account_id, 0)


def _missing(place: int) -> NotFound:
    message, path = "There is no such notification.", ("notifications", str(place))
    return NotFound(message=message, path=path, kind="Notification")


_TELL = sa.text(
    """
    INSERT INTO notification (id, account_id, kind, variant_id, event_id, price_minor, before_minor, currency)
    SELECT one.id, one.account_id, :kind, :variant_id, :event_id, :price, one.before_minor, :currency
    FROM unnest(:ids, :accounts, :before) AS one (id, account_id, before_minor)
    ON CONFLICT DO NOTHING RETURNING id
    """
).bindparams(
    sa.bindparam("ids", type_=_UUIDS),
    sa.bindparam("accounts", type_=_UUIDS),
    sa.bindparam("before", type_=sa.ARRAY(sa.BigInteger())),
    sa.bindparam("price", type_=sa.BigInteger()),
    sa.bindparam("currency", type_=sa.Text()),
    sa.bindparam("kind", type_=sa.Text()),
)
_OWN = sa.text("SELECT id FROM notification WHERE account_id = :account_id AND id = ANY(:ids)").bindparams(
    sa.bindparam("ids", type_=_UUIDS)
)
_READ_ALL = sa.text("UPDATE notification SET read_at = now() WHERE account_id = :account_id AND read_at IS NULL")
_READ = sa.text(
    """
    UPDATE notification SET read_at = now()
    WHERE account_id = :account_id AND id = ANY(:ids) AND read_at IS NULL
    """
).bindparams(sa.bindparam("ids", type_=_UUIDS))
