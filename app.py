"""The ASGI application: settings in, parts opened, routes out."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bootstrap.checks import NEEDED, part_checks
from bootstrap.resources import Resources, open_resources
from bootstrap.signing_keys import open_signing_keys
from bootstrap.tracing import open_tracing
from core.logging import configure_logging
from core.settings import Settings
from core.telemetry.heartbeat import Heartbeat, beat
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
from web.caching import Changes, Front, Keeper, Reception, ResponseCache
from web.console import examples
from web.cookies import Cookies
from web.documents import AutomaticDocuments, Documents, trusted_documents
from web.draining import Draining, LastAnswers
from web.execution import CACHED_CHARACTERS, Executor
from web.graphql import GraphQLEndpoint
from web.health import health_routes
from web.limits.gate import Gate
from web.limits.headers import secured
from web.limits.rates import Rates
from web.media import media_routes
from web.negotiation import prefers_html
from web.observing import Observer
from web.origins import Origins, cors
from web.problems import EXCEPTION_HANDLERS
from web.reading import is_safe
from web.sampling import web_sampler
from web.subscriptions.connections import Connections
from web.subscriptions.serving import Serving
from web.subscriptions.websocket import WebSocketEndpoint
from web.tracing import TracedRequests
from web.webhooks import PaymentWebhooks

STATIC = Path(__file__).parent / "web" / "static"
_HUB_SECONDS = 2.0
_SWITCH_SECONDS = 0.001
_YOUNG_OBJECTS = 20_000


def create_app(settings: Settings | None = None, *, is_compiled: bool = True) -> Starlette:
    """The application for one process; it opens its parts when the server starts and closes them when it stops."""
    settings = settings or Settings()
    configure_logging(settings)
    draining, reception = Draining(Connections(), settings.drain_seconds), Reception()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _traced(settings), open_resources(settings) as resources:
            hub = Hub(
                resources.database,
                resources.live,
                topic_prefix=settings.events.topic_prefix,
                waiting_events=settings.subscriptions.waiting_events,
                kept_days=settings.events.kept_days,
            )
            desk = ReservationDesk(resources.database, low_stock_units=settings.inventory.low_stock_units)
            keys = open_signing_keys(settings)
            authenticator = _authenticator(resources, keys)
            routes, sampler = _routes(
                resources, hub, draining, desk, authenticator, reception=reception, is_compiled=is_compiled
            )
            app.router.routes.extend(routes)
            beating = asyncio.create_task(beat(Heartbeat(), [sampler]), name="heartbeat")
            hearing = asyncio.create_task(hub.run(), name="hub")
            # Threads that prepare long documents give way sooner than after the usual 5 ms, which all would wait.
            sys.setswitchinterval(_SWITCH_SECONDS)
            # What is alive now stays: without this each full collection walks the schema and all modules again.
            gc.collect()
            gc.freeze()
            # Most of an answer goes without it. After each 700 objects, as usual, it would look at one half-made.
            gc.set_threshold(_YOUNG_OBJECTS)
            with draining.heard():
                yield
            await desk.close()
            if keys is not None:
                await keys.close()
            for task in (beating, hearing):
                task.cancel()
            # A cancellation may get lost while it connects to Postgres (`wait_for` of Python 3.11): then the end of the
            # loop cancels it once more.
            await asyncio.wait([beating, hearing], timeout=_HUB_SECONDS)

    middleware = [
        Middleware(LastAnswers, draining=draining),
        *secured(encrypted=not settings.is_development),
        *cors(settings.web.allowed_origins),
        Middleware(Front, reception=reception),
    ]
    if settings.otlp_endpoint is not None:
        middleware.insert(0, Middleware(TracedRequests, from_callers=settings.tracing.from_callers))
    return Starlette(lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS, middleware=middleware)


@asynccontextmanager
async def _traced(settings: Settings) -> AsyncIterator[None]:
    with open_tracing(settings, service="emporium-web"):
        yield


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
    draining: Draining,
    desk: ReservationDesk,
    authenticator: Authenticator,
    *,
    reception: Reception,
    is_compiled: bool,
) -> tuple[list[Route | Mount | WebSocketRoute], Callable[[], None]]:
    """The routes, and what brings the metrics of all that is behind them up to date."""
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
        observer=Observer.from_settings(settings),
    )
    documents = _documents(settings, executor, resources)
    keeper = None
    if settings.kept_answers:
        cost = f"{settings.limits.cost} {settings.limits.tells_cost}"
        salt = f"{settings.catalog.currency} {cost} {schema_digest(executor.schema)}"
        answers = ResponseCache(Changes(resources.database), resources.cache, most=settings.kept_answers, salt=salt)
        keeper = reception.keeper = Keeper(executor, answers, cache_hints(executor.schema))
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticator,
        largest_body=settings.web.largest_body_bytes,
        connections=draining.connections,
        heartbeat_seconds=settings.subscriptions.heartbeat_seconds,
        keeper=keeper,
        documents=documents,
        largest_batch=settings.web.largest_batch,
    )
    sockets = WebSocketEndpoint(
        Serving(
            executor,
            make_context=make_context,
            authenticator=authenticator,
            connections=draining.connections,
            settings=settings.subscriptions,
            largest_message=settings.web.largest_body_bytes,
            documents=documents,
        )
    )

    webhooks = PaymentWebhooks(resources.database, resources.payments, largest_body=settings.web.largest_body_bytes)

    async def graphql(request: Request) -> Response:
        if settings.graphiql and is_safe(request) and prefers_html(request):
            return FileResponse(STATIC / "graphiql" / "index.html")
        return await endpoint(request)

    routes: list[Route | Mount | WebSocketRoute] = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", sockets),
        Route(webhooks.path, webhooks.take, methods=["POST"]),
        *media_routes(settings.data_dir),
        *health_routes(part_checks(resources), needed=NEEDED, is_leaving=lambda: draining.has_begun),
    ]
    if settings.graphiql:
        routes += [
            Route("/", lambda _request: RedirectResponse("/graphql")),
            Route("/static/graphiql/examples.json", _examples),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    return routes, web_sampler(executor, keeper, draining.connections, hub, resources.database)


def _documents(settings: Settings, executor: Executor, resources: Resources) -> Documents:
    """Raises `BadManifest`, which keeps the process from starting."""
    chosen = settings.documents
    trusted = trusted_documents(chosen.manifest, executor)
    executor.observer.trust((executor.prepare(one.text).document for one in trusted), only=chosen.only_trusted)
    return Documents(
        executor,
        trusted=trusted,
        only_trusted=chosen.only_trusted,
        automatic=AutomaticDocuments(resources.cache, most=chosen.automatic, longest=CACHED_CHARACTERS),
    )


def _examples(_request: Request) -> Response:
    return Response(orjson.dumps(examples()), media_type="application/json")
