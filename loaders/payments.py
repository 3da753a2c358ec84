"""Loaders of payments. Who may see them is for the resolvers to check."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import Batch
from services import payments
from services.payments import AttemptRecord, RefundRecord
from services.unit_of_work import ReadSession


class AttemptsByOrder(Batch[UUID, Sequence[AttemptRecord]]):
    """Oldest first."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[AttemptRecord]]:
        return await payments.find_attempts(session, keys)

    def missing(self, key: UUID) -> Sequence[AttemptRecord]:
        return ()


class RefundsByOrder(Batch[UUID, Sequence[RefundRecord]]):
    """Oldest first."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[RefundRecord]]:
        return await payments.find_refunds(session, keys)

    def missing(self, key: UUID) -> Sequence[RefundRecord]:
        return ()
