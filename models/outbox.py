"""Events that wait to be told to the rest of the system."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, Sequence, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified

POSITIONS = Sequence("outbox_position", metadata=Base.metadata)


class OutboxEvent(Identified, Base):
    """One thing that happened, committed with the change itself (transactional outbox).

    `sequence` grows in the order of inserts; since concurrent transactions commit out of that order, a relay asks for
    rows without `relayed_at` and never for "all after the last one". `key` is the aggregate's id.

    `position` is given when the event is first seen by the publisher, under a lock, so positions grow in the order of
    commits: "all after the last position" misses nothing. It is the event id that subscribers resume behind.
    `trace` is where the change happened, as a `traceparent` of W3C Trace Context; null if nobody recorded it.
    `relayed_at` says that the projection has it. What the broker has, is said by `Publication`.
    """

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index("ix_outbox_event_waiting", "sequence", postgresql_where=text("relayed_at IS NULL")),
        Index("ix_outbox_event_relayed_at", "relayed_at", postgresql_where=text("relayed_at IS NOT NULL")),
        Index("ix_outbox_event_unplaced", "sequence", postgresql_where=text("position IS NULL")),
        Index("ix_outbox_event_key", "key", "position"),
        # What happened to things of one account, for its subscribers that resume.
        Index(
            "ix_outbox_event_account",
            text("(payload ->> 'account_id')"),
            "position",
            postgresql_where=text("(payload ->> 'account_id') IS NOT NULL"),
        ),
        UniqueConstraint("position"),
        # What no broker takes would keep all events behind it waiting; the change itself is refused instead.
        CheckConstraint("octet_length(key || payload::text) <= 800000", name="size"),
    )

    sequence: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    type: Mapped[str] = mapped_column()
    schema_version: Mapped[int] = mapped_column(default=1, server_default="1")
    key: Mapped[str] = mapped_column()
    # A JSON object whose shape docs/events.md gives for each type.
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    trace: Mapped[str | None] = mapped_column()
    relayed_at: Mapped[datetime | None] = mapped_column()
    position: Mapped[int | None] = mapped_column()


class Publication(Base):
    """How far a kind of broker has been told of events: all of `position` and below.

    `memory` and `run` are what the broker said of itself then (ports/broker.py). `safe_position` had been reached an
    hour or more ago; `marked_position`, reached at `marked_at`, follows it.
    """

    __tablename__ = "publication"

    broker: Mapped[str] = mapped_column(primary_key=True)
    memory: Mapped[str | None] = mapped_column()
    run: Mapped[str | None] = mapped_column()
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    safe_position: Mapped[int] = mapped_column(default=0, server_default="0")
    marked_position: Mapped[int] = mapped_column(default=0, server_default="0")
    marked_at: Mapped[datetime] = mapped_column(server_default=func.now())
