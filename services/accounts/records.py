"""What the accounts context answers with."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.accounts.tokens import Role


class AccountRecord(NamedTuple):
    """Who signs in, without what proves it. `seller_id` is whom a seller's account acts for."""

    id: UUID
    email: str | None
    email_verified_at: datetime | None
    name: str | None
    role: Role
    seller_id: UUID | None

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None


class SessionRecord(NamedTuple):
    """One sign-in on one device."""

    id: UUID
    account_id: UUID
    user_agent: str | None
    address: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class AddressRecord(NamedTuple):
    """Where an account has things sent to."""

    id: UUID
    account_id: UUID
    recipient: str
    company: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str
    country: str
    phone: str | None
    is_default: bool


class Device(NamedTuple):
    """What is kept of where a session is used: for its owner, to tell one from another."""

    address: str | None = None
    user_agent: str | None = None


class Opened(NamedTuple):
    """A session that has begun or goes on, and the only copy of its next refresh token."""

    account: AccountRecord
    session: SessionRecord
    refresh_token: str


class Ended(NamedTuple):
    """Sessions that a change has ended: once it is committed, `shut_out` has to hear of them."""

    account_id: UUID
    session_ids: Sequence[UUID]


class IssuedTokens(NamedTuple):
    """What a client holds of a session: a short access token, and a refresh token that is good for one use."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
