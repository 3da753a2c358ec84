"""The job that sends notifications by mail, to accounts whose e-mail is verified.

Letters go out inside of the job's own unit, which also records that they did: a crash between the two, or a server that
has taken a letter without being able to say so, makes a letter go out again, with the same key. So at least once, and
at most as many twice as one job has. That a transaction waits for a mail server is bounded by `_SECONDS`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.problems import Unavailable
from core.settings import Settings
from ports.mail import Letter, Mailer, Undeliverable
from services.accounts.queries import find_accounts
from services.catalog.queries import find_products, find_variants
from services.jobs import Job, enqueue_many
from services.notifications.letters import write
from services.notifications.queries import find_notifications
from services.unit_of_work import UnitOfWork

MAIL = "notifications.mail"
LETTERS_PER_JOB = 20
# Postgres ends transactions that are idle for a minute.
_SECONDS = 20.0

log = structlog.get_logger(__name__)


class Sending(NamedTuple):
    """What became of letters, by their notifications: `done` need not be tried again, each of `left` is a job's."""

    done: Sequence[UUID]
    left: Sequence[Sequence[UUID]]


def mail_job(mailer: Mailer, settings: Settings) -> Job:
    """The kind of work, for a process that can send."""

    async def run(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # any JSON
        letters = await _write(unit, list(map(UUID, payload["notifications"])), link_base=settings.mail.link_base)
        sending = await _send(mailer, letters)
        await unit.session.execute(_MAILED, {"ids": sending.done})
        await enqueue_many(unit, MAIL, [{"notifications": batch} for batch in sending.left if batch])

    # With those of accounts one place less than there are: a mail server that hangs keeps no other work waiting.
    return Job(MAIL, run, at_once=(settings.jobs.at_once - 1) // 2)


async def _write(unit: UnitOfWork, ids: Sequence[UUID], *, link_base: str) -> Mapping[UUID, Letter]:
    """The letters of those notifications that have not been mailed and whose account can be written to."""
    session = unit.session
    waiting = (await session.scalars(_WAITING, {"ids": ids})).all()
    told = await find_notifications(session, waiting)
    accounts = await find_accounts(session, [one.account_id for one in told.values()])
    variants = {row.id: row for row in await find_variants(session, [one.variant_id for one in told.values()])}
    products = {row.id: row for row in await find_products(session, [row.product_id for row in variants.values()])}
    letters = {}
    for one in told.values():
        account, variant = accounts.get(one.account_id), variants.get(one.variant_id)
        product = None if variant is None else products.get(variant.product_id)
        if account is None or account.email is None or not account.is_email_verified:
            continue
        if variant is not None and product is not None:
            letters[one.id] = write(one, variant, product, to=account.email, link_base=link_base)
    return letters


async def _send(mailer: Mailer, letters: Mapping[UUID, Letter]) -> Sending:
    """Send until all have gone, one cannot go now, or the time is over.

    That one gets a job of its own: if it is its mailbox that is always busy, it holds up nobody else and is seen as
    failed in the end. A letter that is alone already raises `Unavailable`, so that its job comes again after a pause.
    """
    clock = asyncio.get_running_loop().time
    waiting, end = list(letters), clock() + _SECONDS
    done: list[UUID] = []
    while waiting and clock() < end:
        try:
            await mailer.send(letters[waiting[0]])
        except Undeliverable as error:
            log.info("notification_undeliverable", notification=str(waiting[0]), reason=str(error))
        except Unavailable:
            if len(letters) == 1:
                raise
            return Sending(done, (waiting[:1], waiting[1:]))
        done.append(waiting.pop(0))
    return Sending(done, (waiting,))


_UUIDS = sa.ARRAY(sa.Uuid())
_WAITING = sa.text("SELECT id FROM notification WHERE id = ANY(:ids) AND mailed_at IS NULL").bindparams(
    sa.bindparam("ids", type_=_UUIDS)
)
_MAILED = sa.text("UPDATE notification SET mailed_at = now() WHERE id = ANY(:ids)").bindparams(
    sa.bindparam("ids", type_=_UUIDS)
)
