"""Loaders of checkouts. Who may see them is for the resolvers to check."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import OptionalBatch
from services.checkout import CheckoutRecord, find_checkouts
from services.unit_of_work import ReadSession


class CheckoutById(OptionalBatch[UUID, CheckoutRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, CheckoutRecord]:
        return await find_checkouts(session, keys)
