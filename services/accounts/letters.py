"""Letters that prove an address or let somebody choose a new password.

A job writes them, so that a mail server that is down delays them and nothing else. Their tokens are made in the job:
operators can read what waits in the queue.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.clock import utc_now
from core.ids import new_id
from core.settings import Settings
from models.accounts import Account
from ports.mail import Letter, Mailer, Undeliverable
from services import jobs
from services.accounts.letter_tokens import Purpose, issue_letter_token
from services.jobs import Job
from services.unit_of_work import UnitOfWork

JOB = "accounts.mail"
# Somebody waits for each of these letters, and for no other job.
_PRIORITY = 1
_SUBJECTS = {Purpose.VERIFY: "Confirm your e-mail address", Purpose.RESET: "Choose a new password"}
_PAGES = {Purpose.VERIFY: "verify-email", Purpose.RESET: "reset-password"}
_TEXTS = {
    Purpose.VERIFY: """\
Hello,

please confirm that this is your e-mail address by opening this page:

{link}

The link is good for {hours} hours. If you have not made an account with us, you need do nothing.
""",
    Purpose.RESET: """\
Hello,

somebody, hopefully you, wants to choose a new password for your account. You can do so here:

{link}

The link is good for {hours} hour, and once. If it was not you, you need do nothing: your password stays as it is.
""",
}

log = structlog.get_logger(__name__)


async def enqueue_letter(unit: UnitOfWork, *, account_id: UUID, purpose: Purpose) -> None:
    """Have a letter sent, unless one of the same kind waits to be sent. Enqueue last in a unit."""
    payload = {"account": account_id, "purpose": purpose, "letter": new_id()}
    await jobs.enqueue(unit, JOB, payload, unique=f"{JOB}:{purpose}:{account_id}", priority=_PRIORITY)


def mail_job(mailer: Mailer, settings: Settings) -> Job:
    """The kind of job that sends these letters."""

    async def send(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # the payload is any JSON
        purpose = Purpose(payload["purpose"])
        account_id = UUID(payload["account"])
        found = (await unit.session.execute(_READ, {"id": account_id})).one_or_none()
        if found is None:
            return
        bound_to = _bound_to(purpose, found)
        if bound_to is None:
            return
        secret = settings.auth.secret.get_secret_value()
        token = issue_letter_token(purpose, secret=secret, account_id=account_id, bound_to=bound_to, now=utc_now())
        # What is behind "#" is sent to no server, so it is in no log.
        link = f"{settings.mail.link_base.rstrip('/')}/{_PAGES[purpose]}#token={token}"
        text = _TEXTS[purpose].format(link=link, hours=purpose.lifetime // timedelta(hours=1))
        try:
            await mailer.send(Letter(f"{JOB}.{payload['letter']}", found.email, _SUBJECTS[purpose], text))
        except Undeliverable:
            log.info("letter_undeliverable", account=str(account_id), purpose=purpose)

    # With those of notifications one place less than there are: a mail server that hangs keeps no other work waiting.
    return Job(JOB, send, at_once=settings.jobs.at_once // 2)


# A row of SQLAlchemy, hence Any.
def _bound_to(purpose: Purpose, found: Any) -> str | None:
    """What the token is bound to; None if there is nothing to prove or to reset."""
    if found.email is None:
        return None
    if purpose is Purpose.RESET:
        return None if found.password_hash is None else str(found.password_version)
    return found.email_key if found.email_verified_at is None else None


_READ = sa.select(
    Account.email, Account.email_key, Account.email_verified_at, Account.password_hash, Account.password_version
).where(Account.id == sa.bindparam("id"))
