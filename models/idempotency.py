"""Answers that were given before, so that a repeated mutation gives them again."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class IdempotencyKey(Base):
    """One use of a caller's key, written in the mutation's own transaction; deleted after 48 hours.

    `scope` is the mutation and the caller. `input_hash` tells a repeat from another input under the same key.
    """

    __tablename__ = "idempotency_key"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input_hash: Mapped[str] = mapped_column()
    # A JSON object whose shape the mutation knows, hence Any.
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
