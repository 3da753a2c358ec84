"""What people change of their accounts: passwords, proofs of their address, and the profile."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import strawberry

from resolvers.context import Info, require_account
from resolvers.mutation import Outcome, answer, commit, transact
from schema.inputs.accounts import (
    ChangePasswordInput,
    RequestEmailVerificationInput,
    RequestPasswordResetInput,
    ResetPasswordInput,
    SaveProfileInput,
    VerifyEmailInput,
)
from services import accounts
from services.accounts import AccountRecord, EmailKey, Ended, Purpose, email_key
from services.accounts.letter_tokens import Claim, read_letter_token
from services.accounts.slowing import LETTER, LETTER_TOKEN, PASSWORD, SIGN_IN


async def change_password(
    info: Info, input: Annotated[ChangePasswordInput, strawberry.argument(description="Both passwords.")]
) -> Outcome[AccountRecord | None]:
    return await answer(_change_password(info, require_account(info), input))


async def request_email_verification(
    info: Info, input: Annotated[RequestEmailVerificationInput, strawberry.argument(description="Whose.")]
) -> Outcome[bool]:
    return await answer(_request_letter(info, input.email, Purpose.VERIFY))


async def request_password_reset(
    info: Info, input: Annotated[RequestPasswordResetInput, strawberry.argument(description="Whose.")]
) -> Outcome[bool]:
    return await answer(_request_letter(info, input.email, Purpose.RESET))


async def verify_email(
    info: Info, input: Annotated[VerifyEmailInput, strawberry.argument(description="The letter's token.")]
) -> Outcome[UUID]:
    return await answer(_verify_email(info, input.token))


async def reset_password(
    info: Info, input: Annotated[ResetPasswordInput, strawberry.argument(description="The letter's token.")]
) -> Outcome[Ended]:
    return await answer(_reset_password(info, input))


async def save_profile(
    info: Info, input: Annotated[SaveProfileInput, strawberry.argument(description="The profile.")]
) -> Outcome[AccountRecord]:
    return await commit(info, accounts.save_profile, account_id=require_account(info), name=input.name)


async def _change_password(info: Info, account_id: UUID, input: ChangePasswordInput) -> AccountRecord | None:
    doorkeeper = info.context.doorkeeper()
    await doorkeeper.attempt(PASSWORD, str(account_id))
    proof, new_hash = await accounts.prepare_change(
        info.context.database,
        info.context.password_hashing(),
        account_id=account_id,
        present=input.current_password,
        new=input.new_password,
    )
    keep = info.context.principal.session_id
    ended = await transact(info, accounts.change_password, proof, new_hash=new_hash, keep=keep)
    await _shut_out(info, ended)
    await doorkeeper.forget_account(PASSWORD, str(account_id))
    return await info.context.loaders.account_by_id.load(account_id)


async def _request_letter(info: Info, text: str, purpose: Purpose) -> bool:
    email = email_key(text)
    await info.context.doorkeeper().attempt(LETTER, f"{purpose}:{email.digest}")
    await transact(info, accounts.request_letter, email=email, purpose=purpose)
    return True


async def _verify_email(info: Info, token: str) -> UUID:
    claim = await _claim(info, Purpose.VERIFY, token)
    return await transact(info, accounts.verify_email, claim=claim)


async def _reset_password(info: Info, input: ResetPasswordInput) -> Ended:
    claim = await _claim(info, Purpose.RESET, input.token)
    secret, new_hash = await accounts.prepare_reset(
        info.context.database, info.context.password_hashing(), claim=claim, new=input.new_password
    )
    ended = await transact(info, accounts.reset_password, secret, new_hash=new_hash)
    await _shut_out(info, ended)
    if secret.email is not None and secret.email_key is not None:
        # Whoever was slowed down by others' guesses can sign in at once.
        await info.context.doorkeeper().forget_account(SIGN_IN, EmailKey(secret.email, secret.email_key).digest)
    return ended


async def _claim(info: Info, purpose: Purpose, token: str) -> Claim | None:
    await info.context.doorkeeper().attempt(LETTER_TOKEN)
    return read_letter_token(purpose, token, secret=info.context.settings.auth.secret.get_secret_value())


async def _shut_out(info: Info, ended: Ended) -> None:
    access = timedelta(minutes=info.context.settings.auth.access_minutes)
    await accounts.shut_out(info.context.cache, ended.session_ids, access=access)
