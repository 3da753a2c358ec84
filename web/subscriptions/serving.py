"""What all WebSocket connections of one web process share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from core.problems import Denied, Unavailable
from core.settings import SubscriptionSettings
from resolvers.context import RequestContext
from services.accounts.tokens import Principal
from web.authentication import Authenticator
from web.documents import Documents
from web.execution import Executor
from web.subscriptions.connections import Connections
from web.subscriptions.deliveries import Pump
from web.subscriptions.protocol import Close, Closing
from web.subscriptions.shared import SharedAnswers
from web.subscriptions.standing import Standing

_INIT_SECONDS = 10.0


@dataclass(slots=True)
class Serving:
    """What all connections of one process share. `mutations` are those that run: they are finished also when their
    client has left."""

    executor: Executor
    make_context: Callable[[Principal, str], RequestContext]
    authenticator: Authenticator
    connections: Connections
    settings: SubscriptionSettings
    largest_message: int
    documents: Documents
    shared: SharedAnswers = field(default_factory=SharedAnswers)
    pump: Pump = field(default_factory=Pump)
    init_seconds: float = _INIT_SECONDS
    mutations: set["asyncio.Task[None]"] = field(default_factory=set)

    def keep(self, mutation: "asyncio.Task[None]") -> None:
        self.mutations.add(mutation)
        mutation.add_done_callback(self.mutations.discard)

    async def admit(self, connection: HTTPConnection, authorization: str | None) -> Standing:
        """Who has opened the connection, and says so in its first message. Raises `Closing`."""
        try:
            asker = await self.authenticator.identify(connection, authorization=authorization)
        except Denied as error:
            raise Closing(Close.FORBIDDEN, "Forbidden") from error
        except Unavailable as error:
            raise Closing(Close.RESTART, "Try again later") from error
        return Standing(asker, self.authenticator, every_seconds=self.settings.heartbeat_seconds)
