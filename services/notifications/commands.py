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
_KEPT_DAYS = 365


async def notify(unit: UnitOfWork, telling: Mapping[News, Mapping[UUID, int | None]]) -> Sequence[UUID]:
    """Tell accounts what is news to each, and enqueue letters; returns the ids of the new notifications.

    The inner mappings give what the variant cost when the account last heard of its price, in minor units. Whom the
    same event has told the same before is not told again. One statement tells all and one enqueues, however many.
    """
    rows = [(news, account_id, before) for news, accounts in telling.items() for account_id, before in accounts.items()]
    if not rows:
        return []
    values = {
        "ids": [new_id() for _ in rows],
        "accounts": [account_id for _, account_id, _ in rows],
        "before": [before for _, _, before in rows],
        "kinds": [news.kind.value for news, _, _ in rows],
        "variants": [news.variant_id for news, _, _ in rows],
        "events": [news.event_id for news, _, _ in rows],
        "prices": [news.price and news.price.amount_minor for news, _, _ in rows],
        "currencies": [news.price and news.price.currency for news, _, _ in rows],
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
    counts = await count_unread(unit.session, [account_id])
    return counts.get(account_id, 0)


async def delete_old(unit: UnitOfWork, *, limit: int) -> int:
    """Delete up to `limit` notifications of more than a year ago, read or not; returns how many."""
    return len((await unit.session.execute(_DELETE, {"days": _KEPT_DAYS, "limit": limit})).all())


def _missing(place: int) -> NotFound:
    message, path = "There is no such notification.", ("notifications", str(place))
    return NotFound(message=message, path=path, kind="Notification")


_TELL = sa.text(
    """
    INSERT INTO notification (id, account_id, kind, variant_id, event_id, price_minor, before_minor, currency)
    SELECT * FROM unnest(:ids, :accounts, :kinds, :variants, :events, :prices, :before, :currencies)
    ON CONFLICT DO NOTHING RETURNING id
    """
).bindparams(
    sa.bindparam("ids", type_=_UUIDS),
    sa.bindparam("accounts", type_=_UUIDS),
    sa.bindparam("kinds", type_=sa.ARRAY(sa.Text())),
    sa.bindparam("variants", type_=_UUIDS),
    sa.bindparam("events", type_=_UUIDS),
    sa.bindparam("prices", type_=sa.ARRAY(sa.BigInteger())),
    sa.bindparam("before", type_=sa.ARRAY(sa.BigInteger())),
    sa.bindparam("currencies", type_=sa.ARRAY(sa.Text())),
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
_DELETE = sa.text(
    """
    DELETE FROM notification WHERE id IN (
        SELECT id FROM notification WHERE created_at < now() - make_interval(days => :days)
        ORDER BY created_at LIMIT :limit)
    RETURNING 1
    """
)
