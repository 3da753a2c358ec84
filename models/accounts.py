"""Who signs in, with what, and where their things are sent to."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class SessionEnd(StrEnum):
    """Why a session is over."""

    LOGOUT = "logout"
    REVOKED = "revoked"
    REUSED = "reused"  # a refresh token came a second time: somebody else has it, too
    PASSWORD_CHANGED = "password_changed"


class Account(Identified, Timestamped, Base):
    """Somebody who signs in: with a password, or at an outside issuer, which names them by `subject`.

    `email` is as its owner writes it, `email_key` the one form of all its spellings. An account from outside may have
    no e-mail, one that signs in here always has. A seller's account acts for `seller_id`. `password_version` changes
    with the password, and not when the same one is hashed again.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("email_key"),
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("role IN ('customer', 'seller', 'operator')", name="role"),
        CheckConstraint("(role = 'seller') = (seller_id IS NOT NULL)", name="seller"),
        CheckConstraint("(email IS NULL) = (email_key IS NULL)", name="email"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer"),
        CheckConstraint("issuer IS NOT NULL OR (email_key IS NOT NULL AND password_hash IS NOT NULL)", name="way_in"),
    )

    email: Mapped[str | None] = mapped_column()
    email_key: Mapped[str | None] = mapped_column()
    email_verified_at: Mapped[datetime | None] = mapped_column()
    password_hash: Mapped[str | None] = mapped_column()
    password_version: Mapped[int] = mapped_column(default=0, server_default="0")
    issuer: Mapped[str | None] = mapped_column()
    subject: Mapped[str | None] = mapped_column()
    name: Mapped[str | None] = mapped_column()
    role: Mapped[str] = mapped_column(default="customer", server_default="customer")
    seller_id: Mapped[UUID | None] = mapped_column(ForeignKey("seller.id"), index=True)


class AccountSession(Identified, Base):
    """One sign-in on one device, and the family of its refresh tokens. It ends by `expires_at`, or earlier."""

    __tablename__ = "account_session"
    __table_args__ = (
        CheckConstraint(f"end_reason IN ({', '.join(repr(one.value) for one in SessionEnd)})", name="end_reason"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_at"),
        Index(None, "account_id", "id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    user_agent: Mapped[str | None] = mapped_column()
    address: Mapped[str | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column()
    end_reason: Mapped[str | None] = mapped_column()


class RefreshToken(Base):
    """One link of a session's chain: good once. Only the SHA-256 of the token is kept."""

    __tablename__ = "refresh_token"
    __table_args__ = (Index(None, "session_id", "used_at"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("account_session.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column()


class Address(Identified, Timestamped, Base):
    """Where an account has things sent to. At most one of them is the default."""

    __tablename__ = "address"
    __table_args__ = (
        Index(None, "account_id", "id"),
        Index("uq_address_default", "account_id", unique=True, postgresql_where=text("is_default")),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column()
    company: Mapped[str | None] = mapped_column()
    line1: Mapped[str] = mapped_column()
    line2: Mapped[str | None] = mapped_column()
    city: Mapped[str] = mapped_column()
    region: Mapped[str | None] = mapped_column()
    postal_code: Mapped[str] = mapped_column()
    country: Mapped[str] = mapped_column()
    phone: Mapped[str | None] = mapped_column()
    is_default: Mapped[bool] = mapped_column(default=False, server_default="false")


__all__ = ["Account", "AccountSession", "Address", "RefreshToken", "SessionEnd"]
