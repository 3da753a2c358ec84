"""What people say of their accounts."""

from enum import StrEnum

import strawberry

from schema.describe import describe_enum

_PASSWORD = "8 to 200 characters, none of the common passwords, and not the e-mail address."


class TokenTransport(StrEnum):
    """How a client holds its tokens."""

    BEARER = "bearer"
    COOKIE = "cookie"


describe_enum(
    TokenTransport,
    name="TokenTransport",
    description="How a client holds the tokens of its session.",
    meanings={
        TokenTransport.BEARER: "In the answer, for apps that keep them in a safe place and send them themselves.",
        TokenTransport.COOKIE: "In cookies that scripts cannot read, for pages in browsers; `tokens` is null.",
    },
)


@strawberry.input(description="Who is to have an account.")
class RegisterInput:
    email: str = strawberry.field(description="The e-mail address; all spellings of it are one account.")
    password: str = strawberry.field(description=f"The password: {_PASSWORD}")
    name: str | None = strawberry.field(default=None, description="What to call the person, up to 200 characters.")
    transport: TokenTransport = strawberry.field(
        default=TokenTransport.BEARER, description="How the client holds the tokens."
    )
    cart: strawberry.ID | None = strawberry.field(
        default=None, description="The cart that was filled as a guest: it goes into the account's own."
    )


@strawberry.input(description="Who signs in.")
class LoginInput:
    email: str = strawberry.field(description="The e-mail address, in any spelling.")
    password: str = strawberry.field(description="The password.")
    transport: TokenTransport = strawberry.field(
        default=TokenTransport.BEARER, description="How the client holds the tokens."
    )
    cart: strawberry.ID | None = strawberry.field(
        default=None, description="The cart that was filled as a guest: it goes into the account's own."
    )


@strawberry.input(description="A session that is to go on.")
class RefreshSessionInput:
    refresh_token: str | None = strawberry.field(
        default=None,
        description="The newest refresh token. If not given, the cookie's is taken, and the answer is in cookies.",
    )
    transport: TokenTransport = strawberry.field(
        default=TokenTransport.BEARER, description="How the client holds the tokens."
    )


@strawberry.input(description="A session that is to end.")
class LogoutInput:
    refresh_token: str | None = strawberry.field(
        default=None,
        description="A refresh token of the session, for clients whose access token is over. If not given, the session "
        "of the access token ends, else that of the cookie.",
    )


@strawberry.input(description="One of the account's sessions, to end.")
class RevokeSessionInput:
    session: strawberry.ID = strawberry.field(description="The session.")


@strawberry.input(description="All of the account's sessions, to end but for one.")
class RevokeOtherSessionsInput:
    keep: strawberry.ID | None = strawberry.field(
        default=None, description="The session that goes on, one of the account's; the one that asks if not given."
    )


@strawberry.input(description="Another password.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The present password.")
    new_password: str = strawberry.field(description=f"The one to have from now on: {_PASSWORD}")


@strawberry.input(description="An address to prove.")
class RequestEmailVerificationInput:
    email: str = strawberry.field(description="The e-mail address of the account.")


@strawberry.input(description="What came in a letter.")
class VerifyEmailInput:
    token: str = strawberry.field(description="The token of the letter's link.")


@strawberry.input(description="An account whose password is forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The e-mail address of the account.")


@strawberry.input(description="What came in a letter, and a password.")
class ResetPasswordInput:
    token: str = strawberry.field(description="The token of the letter's link.")
    new_password: str = strawberry.field(description=f"The password to have from now on: {_PASSWORD}")


@strawberry.input(description="What is shown of a person.")
class SaveProfileInput:
    name: str | None = strawberry.field(
        default=None, description="What to call the person, up to 200 characters; nothing if null."
    )


@strawberry.input(description="An address to have things sent to, to make or change.")
class SaveAddressInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The address to change; a new one if not given."
    )
    recipient: str = strawberry.field(description="Who receives, up to 200 characters.")
    company: str | None = strawberry.field(default=None, description="Where they work.")
    line1: str = strawberry.field(description="Street and number, up to 200 characters.")
    line2: str | None = strawberry.field(default=None, description="What else it takes to find the door.")
    city: str = strawberry.field(description="The town, up to 200 characters.")
    region: str | None = strawberry.field(default=None, description="State, province or county.")
    postal_code: str = strawberry.field(description="The postal code.")
    country: str = strawberry.field(description="The country, ISO 3166.")
    phone: str | None = strawberry.field(default=None, description="What the carrier may call.")
    is_default: bool = strawberry.field(
        default=False,
        description="Whether it becomes the default instead of the one that is. The first address is it anyway.",
    )


@strawberry.input(description="An address to remove.")
class DeleteAddressInput:
    id: strawberry.ID = strawberry.field(description="The address.")
