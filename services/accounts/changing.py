"""A new password for an account: by the present one, or by the token of a letter. E-mails are verified here, too.

Each change holds only if the account is still as it was when the caller's right to it was checked.
"""

from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Problem, Rejected
from models.accounts import Account, SessionEnd
from services.accounts.emails import EmailKey
from services.accounts.ending import end_sessions
from services.accounts.letter_tokens import Claim, Purpose, fingerprint
from services.accounts.letters import enqueue_letter
from services.accounts.passwords import Passwords, check_password
from services.accounts.problems import BadLetterToken
from services.accounts.queries import Secret, find_account_by_email, find_secret
from services.accounts.records import Ended
from services.accounts.signing_in import Proof, prove_again, wrong_password
from services.unit_of_work import Database, UnitOfWork


async def prepare_change(
    database: Database, passwords: Passwords, *, account_id: UUID, present: str, new: str
) -> tuple[Proof, str]:
    """That the caller knows the present password, and the hash of the new one.

    Raises `Rejected`: WRONG_PASSWORD, NO_PASSWORD, WEAK_PASSWORD.
    """
    try:
        proof = await prove_again(database, passwords, account_id=account_id, password=present)
    except Rejected as refusal:
        raise Rejected(*refusal.problems, *check_password(new, email=None, path=("newPassword",))) from None
    if problems := check_password(new, email=proof.email, path=("newPassword",)):
        raise Rejected(*problems)
    return proof, await passwords.hash(new)


async def change_password(unit: UnitOfWork, proof: Proof, *, new_hash: str, keep: UUID | None) -> Ended:
    """Give the account another password and end all of its sessions but the one to `keep`.

    Raises `Rejected` (WRONG_PASSWORD) if somebody else has changed it since the proof.
    """
    if not await _replace(unit, proof.account_id, proof.password_version, new_hash):
        raise Rejected(wrong_password())
    return await end_sessions(unit, account_id=proof.account_id, reason=SessionEnd.PASSWORD_CHANGED, keep=keep)


async def prepare_reset(
    database: Database, passwords: Passwords, *, claim: Claim | None, new: str
) -> tuple[Secret, str]:
    """The account whose letter this was, and the hash of the new password.

    Raises `Rejected`: BAD_TOKEN, WEAK_PASSWORD.
    """
    found = None
    if claim is not None:
        async with database.read() as session:
            found = await find_secret(session, account_id=claim.account_id)
    problems: list[Problem] = []
    bound_to = None if found is None or found.password_hash is None else fingerprint(str(found.password_version))
    if claim is None or claim.bound_to != bound_to:
        problems.append(_bad_token())
    problems += check_password(new, email=found.email if found else None, path=("newPassword",))
    if found is None or problems:
        raise Rejected(*problems)
    return found, await passwords.hash(new)


async def reset_password(unit: UnitOfWork, secret: Secret, *, new_hash: str) -> Ended:
    """As `change_password`, by a letter: all sessions end, and the address is proven. Raises `Rejected` (BAD_TOKEN)."""
    if not await _replace(unit, secret.account_id, secret.password_version, new_hash):
        raise Rejected(_bad_token())
    await unit.session.execute(
        sa.update(Account)
        .where(Account.id == secret.account_id, Account.email_verified_at.is_(None))
        .values(email_verified_at=sa.func.now())
    )
    return await end_sessions(unit, account_id=secret.account_id, reason=SessionEnd.PASSWORD_CHANGED)


async def verify_email(unit: UnitOfWork, *, claim: Claim | None) -> UUID:
    """Note that the account's address is its owner's; raises `Rejected` (BAD_TOKEN), also if that was known."""
    if claim is None:
        raise Rejected(_bad_token())
    of_account = Account.id == claim.account_id
    key = await unit.session.scalar(
        sa.select(Account.email_key).where(of_account, Account.email_verified_at.is_(None)).with_for_update()
    )
    if key is None or fingerprint(key) != claim.bound_to:
        raise Rejected(_bad_token())
    await unit.session.execute(sa.update(Account).where(of_account).values(email_verified_at=sa.func.now()))
    return claim.account_id


async def request_letter(unit: UnitOfWork, *, email: EmailKey, purpose: Purpose) -> None:
    """Have a letter sent to the account with this address. For an unknown one all is done alike, down to a job, which
    then finds nobody: how long it takes tells nothing."""
    found = await find_account_by_email(unit.session, email.key)
    await enqueue_letter(unit, account_id=new_id() if found is None else found.id, purpose=purpose)


async def _replace(unit: UnitOfWork, account_id: UUID, version: int, new_hash: str) -> bool:
    """Whether the account still had that version of its password, and so has the new one now. Locks the account."""
    changed = await unit.session.execute(
        sa.update(Account)
        .where(Account.id == account_id, Account.password_version == version, Account.password_hash.is_not(None))
        .values(password_hash=new_hash, password_version=version + 1)
        .returning(Account.id)
    )
    return changed.first() is not None


def _bad_token() -> BadLetterToken:
    return BadLetterToken(message="This link is not valid, or no longer.", path=("token",))
