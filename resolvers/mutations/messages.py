"""Mutations of parked messages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, commit
from schema.inputs.messages import DiscardParkedMessagesInput, ReplayParkedMessagesInput
from services import messaging
from services.consumers import consumers
from services.messaging import ParkedRecord


async def replay_parked_messages(
    info: Info, input: Annotated[ReplayParkedMessagesInput, strawberry.argument(description="The messages.")]
) -> Outcome[Sequence[ParkedRecord]]:
    ids, context = _keys(input.ids), info.context
    outcome = await messaging.replay_all(context.database, consumers(context.settings), ids, actor=_actor(info))
    problems = [
        replace(problem, path=("ids", str(place)))
        for place, key in enumerate(ids)
        if (problem := outcome[key]) is not None
    ]
    return Outcome(await _read(info, ids), problems)


async def discard_parked_messages(
    info: Info, input: Annotated[DiscardParkedMessagesInput, strawberry.argument(description="The messages.")]
) -> Outcome[Sequence[ParkedRecord]]:
    ids = _keys(input.ids)
    outcome = await commit(info, messaging.discard, ids=ids, actor=_actor(info))
    return Outcome(None if outcome.problems else await _read(info, ids), outcome.problems)


def _keys(ids: Sequence[strawberry.ID]) -> Sequence[UUID]:
    return [decode_id_of("ParkedMessage", one) for one in bounded("ids", ids)]


def _actor(info: Info) -> str:
    return info.context.principal.subject or info.context.principal.role.value


async def _read(info: Info, ids: Sequence[UUID]) -> Sequence[ParkedRecord]:
    async with info.context.database.read() as session:
        return await messaging.list_parked_by_id(session, ids)
