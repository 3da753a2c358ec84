"""The HTTP side of GraphQL: what a request asks for, and the status and media type that the answer has."""

from collections.abc import Callable
from typing import Any

import structlog
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from core.clock import utc_now
from core.problems import Denied, Unavailable
from resolvers.context import RequestContext
from services.accounts.tokens import Principal
from web.answers import respond, respond_json, respond_kept, respond_refused
from web.asked import Asked, BadRequest, as_asked
from web.authentication import Asker, Authenticator
from web.batches import Batches
from web.bodies import BODY_SECONDS
from web.caching import Keeper
from web.documents import Documents
from web.execution import Executor, Prepared
from web.limits.leaving import while_connected
from web.negotiation import EVENT_STREAM, JSON_TYPE, RESPONSE_TYPE, failed_status, negotiate
from web.reading import is_safe, parameters_in, read_request
from web.request_ids import request_id_of
from web.subscriptions.connections import Connections
from web.subscriptions.deliveries import Pump
from web.subscriptions.shared import SharedAnswers
from web.subscriptions.sse import StreamResponse, single_answer
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream, open_stream

HEARTBEAT_SECONDS = 15.0

log = structlog.get_logger(__name__)


class GraphQLEndpoint:
    """Answers GET and POST on one path, by the GraphQL-over-HTTP draft (graphql.github.io/graphql-over-http), and as
    Server-Sent Events to clients that want those."""

    def __init__(
        self,
        executor: Executor,
        *,
        make_context: Callable[[Principal, str], RequestContext],
        authenticator: Authenticator,
        largest_body: int,
        body_seconds: float = BODY_SECONDS,
        connections: Connections | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        keeper: Keeper | None = None,
        documents: Documents | None = None,
        largest_batch: int = 1,
    ) -> None:
        self.executor = executor
        self.make_context = make_context
        self.authenticator = authenticator
        self.largest_body = largest_body
        self.body_seconds = body_seconds
        self.connections = Connections() if connections is None else connections
        self.heartbeat_seconds = heartbeat_seconds
        self.shared = SharedAnswers()
        self.pump = Pump()
        self.keeper = keeper
        self.documents = Documents(executor) if documents is None else documents
        self.batches = Batches(executor, self.documents, keeper, largest=largest_batch)

    async def __call__(self, request: Request) -> Response:
        request_id = request_id_of(request)
        try:
            body = await read_request(request, largest=self.largest_body, seconds=self.body_seconds)
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(request_id=request_id)
            media_type = _media_type(request)
            if media_type is None:
                raise BadRequest(406, "NOT_ACCEPTABLE", f"Answers are {RESPONSE_TYPE}, {JSON_TYPE} or {EVENT_STREAM}.")
            sent = parameters_in(request, body)
            if isinstance(sent, list):
                return await self._answer_batch(request, sent, media_type, request_id)
            asked = as_asked(sent)
            asker = await self._identify(request)
            asked, prepared, kind = await self.documents.admit(asked, asker)
            if prepared.document is not None:
                _check_kind(kind, request, media_type)
        except BadRequest as error:
            return respond_refused(error, _media_type(request), request_id)

        def make_context() -> RequestContext:
            return asker.introduce(self.make_context(asker.principal, request_id))

        policy = None if self.keeper is None else self.keeper.policy(prepared, asked, asker)
        if self.keeper is not None and policy is not None and media_type != EVENT_STREAM:
            key = self.keeper.key(asked)
            self.keeper.note(request, body, key, media_type)
            async with while_connected(request):
                found = await self.keeper.answer(key, prepared, asked, policy, make_context)
            return respond_kept(request, found, media_type, request_id)
        context = make_context()
        if kind is OperationType.SUBSCRIPTION:
            context.last_event_id = request.headers.get("last-event-id")
            return await self._stream(asked, prepared, asker, context)
        async with while_connected(request, is_finished=kind is OperationType.MUTATION):
            answer = await self.executor.run(
                prepared, context, variables=asked.variables, operation_name=asked.operation_name
            )
        response = respond(answer, media_type, request_id)
        self._hand_over_cookies(response, context)
        return response

    # Any JSON, hence Any.
    async def _answer_batch(self, request: Request, sent: list[Any], media_type: str, request_id: str) -> Response:
        """The answers to an array of operations, whose own statuses nobody learns. Raises `BadRequest`."""
        if media_type == EVENT_STREAM:
            raise BadRequest(406, "NOT_ACCEPTABLE", f"A batch is answered as {RESPONSE_TYPE} or {JSON_TYPE}.")
        asker = await self._identify(request)
        contexts: list[RequestContext] = []

        def make_context() -> RequestContext:
            contexts.append(asker.introduce(self.make_context(asker.principal, request_id)))
            return contexts[-1]

        entries = await self.batches.read(sent, asker)
        async with while_connected(request, is_finished=self.batches.change_something(entries)):
            answers = await self.batches.answer(entries, asker, make_context, request_id)
        response = respond_json(answers, media_type, request_id)
        for context in contexts:
            self._hand_over_cookies(response, context)
        return response

    def _hand_over_cookies(self, response: Response, context: RequestContext) -> None:
        """Those that resolvers have set."""
        self.authenticator.cookies.write(response, context.response.changes, now=utc_now())

    async def _identify(self, request: Request) -> Asker:
        """Who sent it; raises `BadRequest`: UNAUTHENTICATED, CSRF_REFUSED, UNAVAILABLE."""
        try:
            return await self.authenticator.identify(request)
        except Denied as error:
            raise BadRequest(401 if error.code == "UNAUTHENTICATED" else 403, error.code, error.message) from error
        except Unavailable as error:
            log.warning("authentication.unavailable", part=error.part, error=str(error))
            message = "Who you are cannot be checked at the moment. Try again soon."
            raise BadRequest(503, "UNAVAILABLE", message) from error

    async def _stream(self, asked: Asked, prepared: Prepared, asker: Asker, context: RequestContext) -> Response:
        """A subscription as Server-Sent Events; what refuses it is its only event: an `EventSource` reads no other."""
        stream = await open_stream(self.executor, asked, prepared, context, shared=self.shared)
        if not isinstance(stream, Stream):
            return single_answer(stream, context.request_id)
        return StreamResponse(
            stream,
            standing=Standing(asker, self.authenticator, every_seconds=self.heartbeat_seconds),
            connections=self.connections,
            heartbeat_seconds=self.heartbeat_seconds,
            request_id=context.request_id,
            pump=self.pump,
        )


def _media_type(request: Request) -> str | None:
    return negotiate(", ".join(request.headers.getlist("accept")))


def _check_kind(kind: OperationType | None, request: Request, media_type: str) -> None:
    """Raises `BadRequest` for an operation that cannot be answered like this."""
    if kind is None:
        message = "Name one of the document's operations in `operationName`."
        raise BadRequest(failed_status(media_type), "UNKNOWN_OPERATION", message)
    if kind is OperationType.SUBSCRIPTION and (media_type != EVENT_STREAM or request.method == "HEAD"):
        message = f"Subscriptions are answered as {EVENT_STREAM}, or over graphql-transport-ws."
        raise BadRequest(406, "NOT_ACCEPTABLE", message)
    if kind is OperationType.MUTATION and is_safe(request):
        raise BadRequest(405, "METHOD_NOT_ALLOWED", "GET is for what changes nothing.")
