"""What all WebSocket connections of one web process share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from core.settings import SubscriptionSettings
from resolvers.context import RequestContext
from services.accounts.tokens import Principal
from web.asked import Authenticate
from web.execution import Executor
from web.subscriptions.connections import Connections
from web.subscriptions.shared import SharedAnswers

_INIT_SECONDS = 10.0


@dataclass(slots=True)
class Serving:
    """What all connections of one process share. `mutations` are those that run: they are finished also when their
    client has left."""

    executor: Executor
    make_context: Callable[[Principal, str], RequestContext]
    authenticate: Authenticate
    connections: Connections
    settings: SubscriptionSettings
    largest_message: int
    shared: SharedAnswers = field(default_factory=SharedAnswers)
    init_seconds: float = _INIT_SECONDS
    mutations: set["asyncio.Task[None]"] = field(default_factory=set)

    def keep(self, mutation: "asyncio.Task[None]") -> None:
        self.mutations.add(mutation)
        mutation.add_done_callback(self.mutations.discard)
