"""The ASGI application: settings in, parts opened, routes out."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import orjson
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bootstrap.resources import Resources, open_resources
from bootstrap.signing_keys import open_signing_keys
from core.logging import configure_logging
from core.settings import Settings
from ports.search import Filter, SearchRequest
from ports.signing_keys import SigningKeys
from resolvers.context import RequestContext
from schema.caching import cache_hints, schema_digest
from schema.schema import build_schema
from services.accounts.outside import OutsideAccounts
from services.accounts.outside_tokens import OutsideTokens
from services.accounts.passwords import Passwords
from services.accounts.sessions import session_is_alive
from services.accounts.tokens import Principal
from services.cart import Carts
from services.inventory.reservations import ReservationDesk
from services.live import Hub
from services.search import PostgresListing, ProductSearch
from web.authentication import Authenticator
from web.caching import Changes, Keeper, ResponseCache
from web.console import examples
from web.cookies import Cookies
from web.execution import Executor
from web.graphql import GraphQLEndpoint, prefers_html
from web.health import health_routes
from web.limits.gate import Gate
from web.limits.headers import secured
from web.limits.rates import Rates
from web.media import media_routes
from web.origins import Origins, cors
from web.problems import EXCEPTION_HANDLERS
from web.subscriptions.connections import Connections, on_stop_signal
from web.subscriptions.serving import Serving
from web.subscriptions.websocket import WebSocketEndpoint
from web.webhooks import PaymentWebhooks

STATIC = Path(__file__).parent / "web" / "static"


def create_app(settings: Settings | None = None, *, is_compiled: bool = True) -> Starlette:
    """The application for one process; it opens its parts when the server starts and closes them when it stops."""
    settings = settings or Settings()
    configure_logging(settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_resources(settings) as resources:
            hub = Hub(
                resources.database,
                resources.live,
                topic_prefix=settings.events.topic_prefix,
                waiting_events=settings.subscriptions.waiting_events,
                kept_days=settings.events.kept_days,
            )
            connections = Connections()
            desk = ReservationDesk(resources.database, low_stock_units=settings.inventory.low_stock_units)
            keys = open_signing_keys(settings)
            authenticator = _authenticator(resources, keys)
            app.router.routes.extend(_routes(resources, hub, connections, desk, authenticator, is_compiled=is_compiled))
            hearing = asyncio.create_task(hub.run(), name="hub")
            # What is alive now stays: without this each full collection walks the schema and all modules again.
            gc.collect()
            gc.freeze()
            with on_stop_signal(connections.stop):
                yield
            await desk.close()
            if keys is not None:
                await keys.close()
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing

    middleware = [*secured(encrypted=not settings.is_development), *cors(settings.web.allowed_origins)]
    return Starlette(lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS, middleware=middleware)


def _authenticator(resources: Resources, keys: SigningKeys | None) -> Authenticator:
    settings, auth = resources.settings, resources.settings.auth
    outside = None
    if keys is not None and auth.oidc_issuer is not None and auth.oidc_audience is not None:
        tokens = OutsideTokens(auth.oidc_issuer, auth.oidc_audience, auth.oidc_algorithms, auth.oidc_role_claim, keys)
        outside = OutsideAccounts(tokens, resources.database, resources.cache)
    return Authenticator(
        secret=auth.secret.get_secret_value(),
        is_alive=partial(session_is_alive, resources.database, resources.cache),
        outside=outside,
        cookies=Cookies(secure=not settings.is_development),
        origins=Origins(settings.web.allowed_origins),
    )


def _routes(
    resources: Resources,
    hub: Hub,
    connections: Connections,
    desk: ReservationDesk,
    authenticator: Authenticator,
    *,
    is_compiled: bool,
) -> list[Route | Mount | WebSocketRoute]:
    settings = resources.settings
    search = ProductSearch(
        database=resources.database,
        index=resources.index,
        fallback=PostgresListing(resources.database),
        settings=settings,
    )

    carts = Carts(resources.carts, resources.database, settings)
    passwords = Passwords.from_settings(settings.auth)

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(
            database=resources.database,
            cache=resources.cache,
            search=search,
            settings=settings,
            principal=principal,
            request_id=request_id,
            hub=hub,
            desk=desk,
            carts=carts,
            throttle=resources.throttle,
            passwords=passwords,
            payments=resources.payments,
        )

    schema = build_schema()._schema
    rates = Rates(schema, settings.limits) if settings.has_rates else None
    executor = Executor(
        schema,
        introspection=settings.introspection,
        profile=settings.is_development,
        tells_cost=settings.limits.tells_cost,
        limits=settings.limits,
        gate=Gate(at_once=settings.operations_at_once, rates=rates, throttle=resources.throttle),
        seconds=settings.web.operation_seconds,
        is_compiled=is_compiled,
    )
    keeper = None
    if settings.kept_answers:
        salt = f"{settings.catalog.currency} {schema_digest(executor.schema)}"
        answers = ResponseCache(Changes(resources.database), resources.cache, most=settings.kept_answers, salt=salt)
        keeper = Keeper(executor, answers, cache_hints(executor.schema))
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticator,
        largest_body=settings.web.largest_body_bytes,
        connections=connections,
        heartbeat_seconds=settings.subscriptions.heartbeat_seconds,
        keeper=keeper,
    )
    sockets = WebSocketEndpoint(
        Serving(
            executor,
            make_context=make_context,
            authenticator=authenticator,
            connections=connections,
            settings=settings.subscriptions,
            largest_message=settings.web.largest_body_bytes,
        )
    )

    webhooks = PaymentWebhooks(resources.database, resources.payments, largest_body=settings.web.largest_body_bytes)

    async def graphql(request: Request) -> Response:
        if settings.graphiql and request.method == "GET" and prefers_html(request):
            return FileResponse(STATIC / "graphiql" / "index.html")
        return await endpoint(request)

    async def postgres() -> None:
        async with resources.database.read() as session:
            await session.execute(sa.select(1))

    async def engine() -> None:
        await resources.index.search(SearchRequest(text=None, filter=Filter(), limit=1))

    routes: list[Route | Mount | WebSocketRoute] = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", sockets),
        Route(webhooks.path, webhooks.take, methods=["POST"]),
        *media_routes(settings.data_dir),
        *health_routes(
            {
                "postgres": postgres,
                "cache": resources.cache.ping,
                "search": engine,
                "broker": resources.broker.ping,
                "live": resources.live.ping,
            },
            needed=frozenset({"postgres"}),
        ),
    ]
    if settings.graphiql:
        routes += [
            Route("/", lambda _request: RedirectResponse("/graphql")),
            Route("/static/graphiql/examples.json", _examples),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    return routes


def _examples(_request: Request) -> Response:
    return Response(orjson.dumps(examples()), media_type="application/json")
