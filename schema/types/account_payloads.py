"""What mutations of accounts and sessions answer, and their errors that carry data."""

from datetime import datetime

import strawberry

from models.accounts import SessionEnd
from schema.base import field
from schema.describe import describe_enum
from schema.types.accounts import Address, Viewer
from schema.types.cart_payloads import MergeCartPayload
from schema.types.errors import ERROR_TYPES, UserError, error_of
from services.accounts.problems import SessionEnded, TooManyAttempts, Weakness, WeakPassword

describe_enum(
    Weakness,
    name="PasswordWeakness",
    description="Why a password is not taken.",
    meanings={
        Weakness.TOO_SHORT: "It has fewer than eight characters.",
        Weakness.TOO_LONG: "It has more than 200 characters.",
        Weakness.COMMON: "It is among the first that anybody would guess.",
        Weakness.LIKE_EMAIL: "It is the e-mail address, or its first part.",
    },
)
describe_enum(
    SessionEnd,
    name="SessionEndReason",
    description="Why a session ended before its time.",
    meanings={
        SessionEnd.LOGOUT: "Its owner signed out.",
        SessionEnd.REVOKED: "Its owner, or an operator, ended it from elsewhere.",
        SessionEnd.REUSED: "A refresh token came a second time, so somebody else may have got hold of it.",
        SessionEnd.PASSWORD_CHANGED: "The account was given another password.",
    },
)


@strawberry.type(description="The password is easy to guess, too short or too long.")
class WeakPasswordError(UserError):
    reason: Weakness = field("What is wrong with it.")
    is_type_of = error_of(WeakPassword)


@strawberry.type(description="Too many attempts of late: nothing was tried.")
class TooManyAttemptsError(UserError):
    retry_after_seconds: int = field("How long to wait before the next attempt.")
    is_type_of = error_of(TooManyAttempts)


@strawberry.type(description="The session is over; sign in again.")
class SessionEndedError(UserError):
    reason: SessionEnd | None = field("Why it ended; null if its time was over.")
    is_type_of = error_of(SessionEnded)


@strawberry.type(description="What a client holds of a session.")
class SessionTokens:
    access_token: str = field("To be sent as `Authorization: Bearer TOKEN`.")
    access_token_expires_at: datetime = field("When it is over.", attribute="access_expires_at")
    refresh_token: str = field("Gets the next tokens by `refreshSession`, once.")
    refresh_token_expires_at: datetime = field(
        "When it is over, and the session with it.", attribute="refresh_expires_at"
    )


@strawberry.type(description="The session that began with the account.")
class RegisterPayload:
    tokens: SessionTokens | None = field("The tokens; null if they are in cookies, or if it was refused.")
    viewer: Viewer | None = field("The account; null if it was refused.", attribute="account")
    merge: MergeCartPayload | None = field("What came of the guest's cart that was given; null if none was.")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The session that began.")
class LoginPayload:
    tokens: SessionTokens | None = field("The tokens; null if they are in cookies, or if it was refused.")
    viewer: Viewer | None = field("The account; null if it was refused.", attribute="account")
    merge: MergeCartPayload | None = field("What came of the guest's cart that was given; null if none was.")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The session that goes on.")
class RefreshSessionPayload:
    tokens: SessionTokens | None = field("The next tokens; null if they are in cookies, or if it was refused.")
    viewer: Viewer | None = field("The account; null if it was refused.", attribute="account")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The session that ended.")
class LogoutPayload:
    ended_id: strawberry.ID | None = field("The session; null if it was over before.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The session that was ended.")
class RevokeSessionPayload:
    ended_id: strawberry.ID | None = field("The session; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The sessions that were ended.")
class RevokeOtherSessionsPayload:
    ended_ids: list[strawberry.ID] = field(
        "The sessions; none if no other went on or it was refused.", attribute="result"
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The account, with another password.")
class ChangePasswordPayload:
    viewer: Viewer | None = field("The account; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="A letter that is on its way, if there is such an account.")
class RequestEmailVerificationPayload:
    is_accepted: bool = field(
        "Whether the request was taken, which does not tell that there is an account.", attribute="is_done"
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The proof of an address.")
class VerifyEmailPayload:
    is_verified: bool = field("Whether the address is proven now.", attribute="is_done")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="A letter that is on its way, if there is such an account.")
class RequestPasswordResetPayload:
    is_accepted: bool = field(
        "Whether the request was taken, which does not tell that there is an account.", attribute="is_done"
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The password that was chosen.")
class ResetPasswordPayload:
    is_reset: bool = field(
        "Whether the account has the password now; all of its sessions are over then.", attribute="is_done"
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The account as it is now.")
class SaveProfilePayload:
    viewer: Viewer | None = field("The account; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The address as it is now.")
class SaveAddressPayload:
    address: Address | None = field("The address; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of an address.")
class DeleteAddressPayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


ERROR_TYPES += [WeakPasswordError, TooManyAttemptsError, SessionEndedError]
