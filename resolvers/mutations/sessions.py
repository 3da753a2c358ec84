"""Signing in, staying signed in, and ending sessions.

Steps of one mutation follow each other here, since none may hold a connection while a password is hashed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, NamedTuple
from uuid import UUID

import strawberry

from core.clock import utc_now
from core.ids import decode_id_of, encode_global_id
from core.problems import Denied, Problem, Rejected
from models.accounts import SessionEnd
from resolvers.context import Info, require_account
from resolvers.mutation import Outcome, answer, transact
from resolvers.mutations.carts import MergeOutcome, merge_into_own
from schema.inputs.accounts import (
    LoginInput,
    LogoutInput,
    RefreshSessionInput,
    RegisterInput,
    RevokeOtherSessionsInput,
    RevokeSessionInput,
    TokenTransport,
)
from services import accounts
from services.accounts import AccountRecord, Device, Ended, IssuedTokens, NewAccount, Opened
from services.accounts.problems import BadRefreshToken, SessionEnded
from services.accounts.slowing import REFRESH, REGISTER, SIGN_IN
from services.accounts.tokens import ANYBODY, Principal


class SignedIn(NamedTuple):
    """What payloads view whose mutation begins a session or lets it go on."""

    account: AccountRecord | None
    tokens: IssuedTokens | None
    user_errors: Sequence[Problem]
    merge: MergeOutcome | None = None


async def register(
    info: Info, input: Annotated[RegisterInput, strawberry.argument(description="Who it is for.")]
) -> SignedIn:
    _prepare(info, input.transport)
    guest_cart_id = None if input.cart is None else decode_id_of("Cart", input.cart)
    outcome = await answer(_register(info, input))
    return await _with_cart(info, _signed_in(info, input.transport, outcome), guest_cart_id)


async def login(info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who it is.")]) -> SignedIn:
    _prepare(info, input.transport)
    guest_cart_id = None if input.cart is None else decode_id_of("Cart", input.cart)
    outcome = await answer(_log_in(info, input))
    return await _with_cart(info, _signed_in(info, input.transport, outcome), guest_cart_id)


async def refresh_session(
    info: Info, input: Annotated[RefreshSessionInput, strawberry.argument(description="Which one.")]
) -> SignedIn:
    token, transport = input.refresh_token, input.transport
    if token is None:
        # What came in a cookie goes back in one: a script that got into a page must not read it out of an answer.
        token, transport = info.context.cookies.refresh_token, TokenTransport.COOKIE
    _prepare(info, transport)
    outcome = await answer(_refresh(info, token))
    if outcome.result is None and transport is TokenTransport.COOKIE:
        info.context.response.clear()
    return _signed_in(info, transport, outcome)


async def logout(
    info: Info, input: Annotated[LogoutInput, strawberry.argument(description="Which session.")]
) -> Outcome[str]:
    outcome = await answer(_log_out(info, input.refresh_token))
    info.context.response.clear()
    info.context.principal = ANYBODY
    if outcome.result is None:
        return Outcome(None, outcome.problems)
    await _shut_out(info, outcome.result)
    return Outcome(next(iter(_global_ids(outcome.result)), None), ())


async def revoke_session(
    info: Info, input: Annotated[RevokeSessionInput, strawberry.argument(description="Which one.")]
) -> Outcome[str]:
    account_id, key = require_account(info), decode_id_of("Session", input.session)
    outcome = await answer(transact(info, accounts.revoke_session, account_id=account_id, session_id=key))
    if outcome.result is None:
        return Outcome(None, outcome.problems)
    await _shut_out(info, outcome.result)
    return Outcome(input.session, ())


async def revoke_other_sessions(
    info: Info, input: Annotated[RevokeOtherSessionsInput, strawberry.argument(description="Which one to keep.")]
) -> Outcome[Sequence[str]]:
    account_id = require_account(info)
    keep = info.context.principal.session_id if input.keep is None else decode_id_of("Session", input.keep)
    outcome = await answer(transact(info, accounts.revoke_other_sessions, account_id=account_id, keep=keep))
    if outcome.result is None:
        return Outcome((), outcome.problems)
    await _shut_out(info, outcome.result)
    return Outcome(_global_ids(outcome.result), ())


async def _register(info: Info, input: RegisterInput) -> Opened:
    email = accounts.check_registration(email=input.email, password=input.password, name=input.name)
    await info.context.doorkeeper().attempt(REGISTER)
    new = NewAccount(email, await info.context.password_hashing().hash(input.password), input.name)
    return await transact(info, accounts.register, new, device=_device(info), lifetime=_lifetime(info))


async def _log_in(info: Info, input: LoginInput) -> Opened:
    email, doorkeeper = accounts.email_key(input.email), info.context.doorkeeper()
    await doorkeeper.attempt(SIGN_IN, email.digest)
    proof = await accounts.prove_by_email(
        info.context.database, info.context.password_hashing(), email=email, password=input.password
    )
    opened = await transact(info, accounts.sign_in, proof, device=_device(info), lifetime=_lifetime(info))
    await doorkeeper.forget_account(SIGN_IN, email.digest)
    return opened


async def _refresh(info: Info, token: str | None) -> Opened:
    if token is None:
        raise Rejected(BadRefreshToken(message="No refresh token was given.", path=("refreshToken",)))
    doorkeeper = info.context.doorkeeper()
    await doorkeeper.attempt(REFRESH)
    refreshed = await transact(info, accounts.refresh, token=token, device=_device(info), lifetime=_lifetime(info))
    if isinstance(refreshed, Ended):
        await _shut_out(info, refreshed)
        message = "This refresh token was used before, so somebody else may have it. Sign in again."
        raise Rejected(SessionEnded(message=message, reason=SessionEnd.REUSED))
    await doorkeeper.forget_address(REFRESH)
    return refreshed


async def _log_out(info: Info, token: str | None) -> Ended:
    caller = info.context.principal
    if token is None and caller.account_id is not None and caller.session_id is not None:
        return await transact(info, accounts.log_out, account_id=caller.account_id, session_id=caller.session_id)
    given = info.context.cookies.refresh_token if token is None else token
    if given is None:
        raise Denied("UNAUTHENTICATED", "There is no session that could end.")
    doorkeeper = info.context.doorkeeper()
    await doorkeeper.attempt(REFRESH)
    ended = await transact(info, accounts.log_out_by_token, token=given)
    await doorkeeper.forget_address(REFRESH)
    return ended


def _prepare(info: Info, transport: TokenTransport) -> None:
    """Refuse before anything is done what could not be answered; raises `BadInput`."""
    if transport is TokenTransport.COOKIE:
        info.context.response.require()


async def _with_cart(info: Info, signed_in: SignedIn, guest_cart_id: UUID | None) -> SignedIn:
    """Merge the cart that the shopper has filled as a guest. Whatever comes of that, the session has begun."""
    if signed_in.account is None or guest_cart_id is None:
        return signed_in
    return signed_in._replace(merge=await merge_into_own(info, guest_cart_id, signed_in.account.id))


def _signed_in(info: Info, transport: TokenTransport, outcome: Outcome[Opened]) -> SignedIn:
    """Hand the tokens over, and let the rest of the operation be the account's."""
    if outcome.result is None:
        return SignedIn(None, None, outcome.problems)
    account, session, _ = outcome.result
    auth = info.context.settings.auth
    tokens = accounts.issue_tokens(
        outcome.result, secret=auth.secret.get_secret_value(), lifetime=_access(info), now=utc_now()
    )
    info.context.principal = Principal(
        account.role, str(account.id), tokens.access_expires_at, account.id, session.id, account.seller_id
    )
    if transport is TokenTransport.COOKIE:
        info.context.response.set_tokens(tokens)
        return SignedIn(account, None, ())
    return SignedIn(account, tokens, ())


async def _shut_out(info: Info, ended: Ended) -> None:
    await accounts.shut_out(info.context.cache, ended.session_ids, access=_access(info))


def _global_ids(ended: Ended) -> Sequence[str]:
    return [encode_global_id("Session", key) for key in ended.session_ids]


def _device(info: Info) -> Device:
    return Device(*info.context.caller)


def _lifetime(info: Info) -> timedelta:
    return timedelta(days=info.context.settings.auth.session_days)


def _access(info: Info) -> timedelta:
    return timedelta(minutes=info.context.settings.auth.access_minutes)
