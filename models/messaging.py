"""What consumers of events have handled, and what they could not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class InboxMessage(Base):
    """That `consumer` has handled a message; written in the transaction of its effects, so that a repeat has none."""

    __tablename__ = "inbox_message"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    handled_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class ParkedMessage(Identified, Base):
    """A message that a consumer cannot handle, kept with the reason until somebody replays or discards it.

    `body` is what came, also if it is no JSON. `type` and `key` are null where it could not be read. `sequence` is the
    order in which messages of one key came.
    """

    __tablename__ = "parked_message"
    __table_args__ = (
        Index(
            "uq_parked_message_waiting",
            "consumer",
            "message_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("ix_parked_message_key", "consumer", "key", "sequence", postgresql_where=text("resolved_at IS NULL")),
        Index("ix_parked_message_resolved_at", "resolved_at", postgresql_where=text("resolved_at IS NOT NULL")),
    )

    sequence: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    consumer: Mapped[str] = mapped_column()
    message_id: Mapped[UUID] = mapped_column()
    topic: Mapped[str] = mapped_column()
    type: Mapped[str | None] = mapped_column()
    key: Mapped[str | None] = mapped_column()
    body: Mapped[bytes] = mapped_column()
    reason: Mapped[str] = mapped_column()
    error: Mapped[str] = mapped_column()
    attempts: Mapped[int] = mapped_column(default=1, server_default="1")
    parked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_at: Mapped[datetime | None] = mapped_column()
    resolution: Mapped[str | None] = mapped_column()
