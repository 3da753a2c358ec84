"""A web process inside the test, with real sockets, and clients of its subscriptions."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from core.ids import encode_global_id
from core.settings import SubscriptionSettings
from ports.live import Live
from resolvers.context import RequestContext
from services import outbox
from services.accounts.tokens import Principal, Role, issue_token
from services.inventory.commands import set_level
from services.live import Hub
from services.unit_of_work import Database
from tests.factories.authentication import SECRET, authenticating
from tests.factories.execution import make_executor
from tests.fixtures.shop import Shop
from web.documents import Documents
from web.graphql import GraphQLEndpoint
from web.limits.gate import Gate
from web.subscriptions.connections import Connections
from web.subscriptions.server import HttpServer, WebSocketServer
from web.subscriptions.serving import Serving
from web.subscriptions.websocket import WebSocketEndpoint
from workers.live import LiveFeed

STOCK = """
subscription($variants: [ID!]!, $after: ID) {
  stockChanged(variants: $variants, after: $after) { eventId availability { quantity } }
}
"""
PREFIX = "emporium"


@dataclass(slots=True)
class Site:
    """A shop whose subscriptions are served at `address` (host and port)."""

    address: str
    shop: Shop
    hub: Hub
    connections: Connections
    serving: Serving
    feed: LiveFeed

    async def set_stock(self, sku: str, on_hand: int) -> None:
        """Commit a level and tell everybody."""
        await change_stock(self.shop.resources.database, sku, on_hand)
        await tell(self.shop.resources.database, self.feed)


async def change_stock(database: Database, sku: str, on_hand: int) -> None:
    """Commit how many units of a variant the first of its warehouses has."""
    async with database.unit() as unit:
        found = "SELECT v.id, w.id FROM variant v, warehouse w WHERE v.sku = :sku ORDER BY w.code LIMIT 1"
        variant_id, warehouse_id = (await unit.session.execute(sa.text(found), {"sku": sku})).one()
        await set_level(unit, variant_id=variant_id, warehouse_id=warehouse_id, on_hand=on_hand)


async def place(database: Database) -> None:
    """Give all committed events their positions."""
    async with database.unit() as unit:
        await outbox.place(unit, limit=10_000)


async def tell(database: Database, feed: LiveFeed) -> None:
    """What the leader does with new events."""
    await place(database)
    while await feed.step():
        pass


async def variant_key(database: Database, sku: str) -> UUID:
    async with database.read() as session:
        return UUID(str(await session.scalar(sa.text("SELECT id FROM variant WHERE sku = :sku"), {"sku": sku})))


async def variant_id(database: Database, sku: str) -> str:
    """The global id of a variant."""
    return encode_global_id("Variant", await variant_key(database, sku))


@asynccontextmanager
async def serving(
    shop: Shop,
    live: Live,
    *,
    settings: SubscriptionSettings | None = None,
    init_seconds: float = 10.0,
    ws: type[asyncio.Protocol] = WebSocketServer,
    http: type[asyncio.Protocol] = HttpServer,
    gate: Gate | None = None,
) -> AsyncIterator[Site]:
    """The shop with a hub, behind uvicorn on a free port."""
    settings = settings or SubscriptionSettings()
    parts = shop.resources
    hub = Hub(parts.database, live, topic_prefix=PREFIX, waiting_events=settings.waiting_events, kept_days=7)

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(parts.database, parts.cache, shop.search, parts.settings, principal, request_id, hub=hub)

    authenticator = authenticating(parts.database, parts.cache)
    executor = make_executor(gate=gate)
    connections = Connections()
    documents = Documents(executor)
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticator,
        largest_body=10_000,
        connections=connections,
        heartbeat_seconds=settings.heartbeat_seconds,
        documents=documents,
    )
    sockets = Serving(
        executor,
        make_context=make_context,
        authenticator=authenticator,
        connections=connections,
        settings=settings,
        largest_message=10_000,
        documents=documents,
        init_seconds=init_seconds,
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    app = Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", WebSocketEndpoint(sockets)),
        ]
    )
    hearing = asyncio.create_task(hub.run())
    async with listening(app, ws=ws, http=http) as address:
        feed = LiveFeed(parts.database, live, topic_prefix=PREFIX)
        yield Site(address, shop, hub, connections, sockets, feed)
        connections.stop()
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


@asynccontextmanager
async def listening(
    app: Starlette, *, ws: type[asyncio.Protocol] = WebSocketServer, http: type[asyncio.Protocol] = HttpServer
) -> AsyncIterator[str]:
    """The app behind uvicorn in this very process, on a free port."""
    with socket.socket() as listener:
        # Connections have it too: who does not read is noticed after some events, and not after megabytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            http=http,
            ws=ws,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def websocket(
    address: str, *, subprotocol: str = "graphql-transport-ws", headers: Mapping[str, str] | None = None
) -> AsyncIterator[ClientConnection]:
    """A bare connection."""
    async with connect(
        f"ws://{address}/graphql",
        subprotocols=[Subprotocol(subprotocol)],
        compression=None,
        ping_interval=None,
        additional_headers=headers,
    ) as opened:
        yield opened


@asynccontextmanager
async def acknowledged(
    address: str, payload: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
) -> AsyncIterator[ClientConnection]:
    """A connection that has been initialised."""
    async with websocket(address, headers=headers) as opened:
        await say(opened, {"type": "connection_init", **({} if payload is None else {"payload": payload})})
        assert await hear(opened) == {"type": "connection_ack"}
        yield opened


async def acknowledged_narrowly(address: str) -> ClientConnection:
    """A connection whose client takes little at a time, so that much that is sent to it waits at the server."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", int(address.rpartition(":")[2])))
    opened = await connect(
        f"ws://{address}/graphql", sock=raw, subprotocols=[Subprotocol("graphql-transport-ws")], ping_interval=None
    )
    await say(opened, {"type": "connection_init"})
    await hear(opened)
    return opened


async def say(opened: ClientConnection, message: Mapping[str, Any]) -> None:
    await opened.send(orjson.dumps(message).decode())


async def hear(opened: ClientConnection, *, seconds: float = 5.0) -> Any:
    """The next message but pings, as JSON."""
    async with asyncio.timeout(seconds):
        while True:
            message = orjson.loads(await opened.recv())
            if message != {"type": "ping"}:
                return message


async def subscribe(
    opened: ClientConnection, variants: list[str], *, id: str = "1", after: str | None = None, query: str = STOCK
) -> None:
    variables = {"variants": variants, "after": after}
    await say(opened, {"id": id, "type": "subscribe", "payload": {"query": query, "variables": variables}})


async def is_listening(opened: ClientConnection) -> None:
    """Return when the server has taken up all that it was told: a pong comes behind them."""
    await say(opened, {"type": "ping", "payload": {"mark": 1}})
    found = await hear(opened)
    assert found == {"type": "pong", "payload": {"mark": 1}}, found


async def closed_with(opened: ClientConnection) -> int | None:
    """The code that the server closes with."""
    async with asyncio.timeout(5):
        with suppress(ConnectionClosed):
            while True:
                await opened.recv()
    return opened.close_code


def token(*, seconds: float, role: Role = Role.OPERATOR) -> str:
    """What a site takes for this role for so long, from now on."""
    lifetime = timedelta(seconds=seconds)
    return issue_token(secret=SECRET, role=role, subject="me", lifetime=lifetime, now=datetime.now(UTC))
