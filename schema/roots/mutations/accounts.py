"""Mutations of accounts and their sessions."""

import strawberry

from resolvers.mutations import accounts, addresses, sessions
from schema.base import resolved_by
from schema.rates import RateLimit
from schema.types.account_payloads import (
    ChangePasswordPayload,
    DeleteAddressPayload,
    LoginPayload,
    LogoutPayload,
    RefreshSessionPayload,
    RegisterPayload,
    RequestEmailVerificationPayload,
    RequestPasswordResetPayload,
    ResetPasswordPayload,
    RevokeOtherSessionsPayload,
    RevokeSessionPayload,
    SaveAddressPayload,
    SaveProfilePayload,
    VerifyEmailPayload,
)
from services.accounts.tokens import SIGNED_IN

_SLOWED = "TOO_MANY_ATTEMPTS (a TooManyAttemptsError says how long to wait)."


@strawberry.type(description="What can be changed of accounts.")
class AccountMutations:
    register: RegisterPayload = resolved_by(
        sessions.register,
        description="Make an account and sign in to it. A letter goes out to prove the address. Codes: BAD_EMAIL, "
        "EMAIL_TAKEN, WEAK_PASSWORD (a WeakPasswordError says why), BAD_NAME, " + _SLOWED,
        cost=100,
        rates=(RateLimit(most=10, seconds=600, guarded=True),),
    )
    login: LoginPayload = resolved_by(
        sessions.login,
        description="Sign in. The rest of the operation is the account's. Codes: BAD_EMAIL, BAD_CREDENTIALS, "
        + _SLOWED,
        cost=100,
        rates=(RateLimit(most=30, seconds=60, guarded=True),),
    )
    refresh_session: RefreshSessionPayload = resolved_by(
        sessions.refresh_session,
        description="Get the next tokens of a session. Each refresh token is good once: one that comes again ends the "
        "session, so refresh one at a time. Codes: BAD_REFRESH_TOKEN, SESSION_ENDED (a SessionEndedError says why), "
        + _SLOWED,
        rates=(RateLimit(most=60, seconds=60, guarded=True),),
    )
    logout: LogoutPayload = resolved_by(
        sessions.logout,
        description="End the session of who is asking, by its access token, a refresh token or its cookie; cookies are "
        "cleared. Codes: BAD_REFRESH_TOKEN, " + _SLOWED,
    )
    revoke_session: RevokeSessionPayload = resolved_by(
        sessions.revoke_session,
        description="End one of the account's sessions; its access token is refused at once. Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    revoke_other_sessions: RevokeOtherSessionsPayload = resolved_by(
        sessions.revoke_other_sessions,
        description="End all of the account's sessions but one. Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    change_password: ChangePasswordPayload = resolved_by(
        accounts.change_password,
        description="Choose another password; all other sessions end. Codes: WRONG_PASSWORD, NO_PASSWORD (the account "
        "signs in at an outside issuer), WEAK_PASSWORD (a WeakPasswordError says why), " + _SLOWED,
        requires=SIGNED_IN,
        cost=100,
        rates=(RateLimit(most=10, seconds=600, guarded=True),),
    )
    request_email_verification: RequestEmailVerificationPayload = resolved_by(
        accounts.request_email_verification,
        description="Have a letter sent that proves the address of an account, if it is not proven yet. Whether there "
        "is such an account is not told. Codes: BAD_EMAIL, " + _SLOWED,
        rates=(RateLimit(most=10, seconds=3600, guarded=True),),
    )
    verify_email: VerifyEmailPayload = resolved_by(
        accounts.verify_email,
        description="Prove an address by the token of a letter, once within 48 hours. Codes: BAD_TOKEN, " + _SLOWED,
        rates=(RateLimit(most=20, seconds=600, guarded=True),),
    )
    request_password_reset: RequestPasswordResetPayload = resolved_by(
        accounts.request_password_reset,
        description="Have a letter sent that lets the owner of an account choose a new password. Whether there is such "
        "an account is not told. Codes: BAD_EMAIL, " + _SLOWED,
        rates=(RateLimit(most=10, seconds=3600, guarded=True),),
    )
    reset_password: ResetPasswordPayload = resolved_by(
        accounts.reset_password,
        description="Choose a new password by the token of a letter, once within an hour; all sessions end. Codes: "
        "BAD_TOKEN, WEAK_PASSWORD (a WeakPasswordError says why), " + _SLOWED,
        cost=100,
        rates=(RateLimit(most=10, seconds=600, guarded=True),),
    )
    save_profile: SaveProfilePayload = resolved_by(
        accounts.save_profile, description="Change what the person is called. Codes: BAD_NAME.", requires=SIGNED_IN
    )
    save_address: SaveAddressPayload = resolved_by(
        addresses.save_address,
        description="Make an address or change one, at most 50 for an account. Codes: BAD_ADDRESS, BAD_COUNTRY, "
        "BAD_POSTAL_CODE, NOT_FOUND, TOO_MANY_ADDRESSES.",
        requires=SIGNED_IN,
    )
    delete_address: DeleteAddressPayload = resolved_by(
        addresses.delete_address,
        description="Remove an address. If it was the default, the newest of the others becomes that. "
        "Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
