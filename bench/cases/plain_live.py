"""The plain way to serve a subscription: strawberry's own ASGI application, an async generator for each subscriber, and
one listener to Valkey that puts events into their queues.

What it is told, and what it shows of it, is what the store is told and shows.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio
import strawberry
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from core.ids import decode_id_of
from services.live import LiveEvent
from services.live.messages import decode

CHANNEL = "PLAIN_LIVE_CHANNEL"
_queues: dict[str, set["asyncio.Queue[LiveEvent]"]] = defaultdict(set)


@strawberry.type
class Availability:
    quantity: int


@strawberry.type
class StockEvent:
    event_id: strawberry.ID
    availability: Availability


@strawberry.type
class Query:
    @strawberry.field
    def nothing(self) -> None:
        return None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def stock_changed(self, variants: list[strawberry.ID]) -> AsyncGenerator[StockEvent]:
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue()
        keys = [str(decode_id_of("Variant", variant)) for variant in variants]
        for key in keys:
            _queues[key].add(queue)
        try:
            while True:
                event = await queue.get()
                shown = Availability(quantity=event.availability.quantity)
                yield StockEvent(event_id=strawberry.ID(event.event_id), availability=shown)
        finally:
            for key in keys:
                _queues[key].discard(queue)


async def _listen() -> None:
    async with redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]).pubsub() as told:
        await told.subscribe(os.environ[CHANNEL])
        async for message in told.listen():
            if message["type"] == "message":
                for event in decode(message["data"]).events:
                    for queue in tuple(_queues[event.key]):
                        queue.put_nowait(event)


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    listening = asyncio.create_task(_listen())
    yield
    listening.cancel()


def create_app() -> Starlette:
    schema = strawberry.Schema(query=Query, subscription=Subscription)
    view: GraphQL[None, None] = GraphQL(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
    return Starlette(routes=[WebSocketRoute("/graphql", view)], lifespan=_lifespan)
