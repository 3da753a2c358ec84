"""Mutations of parked messages."""

import strawberry

from resolvers.mutations import messages
from schema.base import resolved_by
from schema.types.messages import DiscardParkedMessagesPayload, ReplayParkedMessagesPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be done about messages that consumers could not handle.")
class MessageMutations:
    replay_parked_messages: ReplayParkedMessagesPayload = resolved_by(
        messages.replay_parked_messages,
        description="Have parked messages handled now, in the order in which they came, each by itself. Those that "
        "wait behind one that succeeds follow within seconds. "
        "Codes: NOT_FOUND, ALREADY_RESOLVED, STILL_FAILING, WAITS, NO_CONSUMER.",
        requires=Role.OPERATOR,
    )
    discard_parked_messages: DiscardParkedMessagesPayload = resolved_by(
        messages.discard_parked_messages,
        description="Give parked messages up, all or none; those that wait behind them follow within seconds. "
        "Codes: NOT_FOUND, ALREADY_RESOLVED.",
        requires=Role.OPERATOR,
    )
