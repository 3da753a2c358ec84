"""The HTTP side of GraphQL: what a request asks for, and the status and media type that the answer has."""

import re
import secrets
from collections.abc import Callable

import orjson
import structlog
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from core.clock import utc_now
from core.problems import Denied, Unavailable
from resolvers.context import RequestContext
from services.accounts.tokens import Principal, Role
from web.asked import Asked, BadRequest, as_asked, parse_json
from web.authentication import Asker, Authenticator
from web.bodies import BODY_SECONDS, read_body
from web.caching import Answered, Executed, Keeper, cached_response
from web.execution import Executor, JsonObject, as_error, operation_type
from web.limits.leaving import while_connected
from web.limits.refusing import headers_of, status_of
from web.subscriptions.connections import Connections
from web.subscriptions.shared import SharedAnswers
from web.subscriptions.sse import EVENT_STREAM, VARY, StreamResponse, single_answer
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream, open_stream

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
HTML_TYPE = "text/html"
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
    ) -> None:
        self.executor = executor
        self.make_context = make_context
        self.authenticator = authenticator
        self.largest_body = largest_body
        self.body_seconds = body_seconds
        self.connections = Connections() if connections is None else connections
        self.heartbeat_seconds = heartbeat_seconds
        self.shared = SharedAnswers()
        self.keeper = keeper

    async def __call__(self, request: Request) -> Response:
        request_id = secrets.token_hex(16)
        try:
            body = await self._read(request)
            recalled = None if self.keeper is None else await self.keeper.recall(request, body)
            if recalled is not None:
                return _respond_kept(request, *recalled, request_id)
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(request_id=request_id)
            media_type = _negotiate(request.headers.get("accept", ""))
            if media_type is None:
                raise BadRequest(406, "NOT_ACCEPTABLE", f"Answers are {RESPONSE_TYPE}, {JSON_TYPE} or {EVENT_STREAM}.")
            asked = _asked_by(request, body)
            asker = await self._identify(request)
            prepared = await self.executor.prepare_aside(asked.query)
            kind = operation_type(prepared, asked.operation_name)
            if prepared.document is not None:
                _check_kind(kind, request.method, media_type)
            if (refused := asker.refusal(kind)) is not None:
                raise BadRequest(403, refused.code, refused.message)
        except BadRequest as error:
            refusal = {"errors": [as_error(error.code, error.message)]}
            allow = "POST" if error.status == 405 else None
            media_type = _negotiate(request.headers.get("accept", ""))
            return _respond(error.status, refusal, media_type, request_id, allow=allow)

        def make_context() -> RequestContext:
            return asker.introduce(self.make_context(asker.principal, request_id))

        policy = None if self.keeper is None else self.keeper.policy(prepared, asked, asker)
        if self.keeper is not None and policy is not None and media_type != EVENT_STREAM:
            key = self.keeper.key(asked)
            self.keeper.note(request, body, key, media_type)
            async with while_connected(request):
                found = await self.keeper.answer(key, prepared, asked, policy, make_context)
            return _respond_kept(request, found, media_type, request_id)
        context = make_context()
        if kind is OperationType.SUBSCRIPTION:
            context.last_event_id = request.headers.get("last-event-id")
            return await self._stream(asked, asker, context)
        async with while_connected(request, is_finished=kind is OperationType.MUTATION):
            answer = await self.executor.run(
                prepared, context, variables=asked.variables, operation_name=asked.operation_name
            )
        if media_type == EVENT_STREAM:
            response = single_answer(answer, request_id)
        else:
            status = 200 if "data" in answer else status_of(answer) or _failed(media_type)
            response = _respond(status, answer, media_type, request_id)
        if asker.has_credentials or context.principal.role is not Role.ANONYMOUS:
            response.headers["cache-control"] = "no-store"
        self.authenticator.cookies.write(response, context.response.changes, now=utc_now())
        return response

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

    async def _stream(self, asked: Asked, asker: Asker, context: RequestContext) -> Response:
        """A subscription as Server-Sent Events; what refuses it is its only event: an `EventSource` reads no other."""
        stream = await open_stream(
            self.executor,
            asked.query,
            context,
            variables=asked.variables,
            operation_name=asked.operation_name,
            shared=self.shared,
        )
        if not isinstance(stream, Stream):
            return single_answer(stream, context.request_id)
        return StreamResponse(
            stream,
            standing=Standing(asker, self.authenticator, every_seconds=self.heartbeat_seconds),
            connections=self.connections,
            heartbeat_seconds=self.heartbeat_seconds,
            request_id=context.request_id,
        )

    async def _read(self, request: Request) -> bytes | None:
        """The body, which a GET has none of. Raises `BadRequest`."""
        if request.method == "GET":
            return None
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != JSON_TYPE:
            raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the operation as {JSON_TYPE}.")
        return await read_body(request, largest=self.largest_body, seconds=self.body_seconds)


def _asked_by(request: Request, body: bytes | None) -> Asked:
    """What a request asks for, in its address or in its body. Raises `BadRequest`."""
    if body is not None:
        return as_asked(parse_json(body))
    fields: JsonObject = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in fields:
            fields[name] = parse_json(fields[name].encode())
    return as_asked(fields)


def prefers_html(request: Request) -> bool:
    """Whether a browser asks for a page to look at rather than a program for an answer."""
    return "query" not in request.query_params and HTML_TYPE in request.headers.get("accept", "")


def _negotiate(accept: str) -> str | None:
    """The media type of the answer: the draft's own where asked for, else JSON; None if neither is wanted."""
    if not accept.strip():
        return JSON_TYPE
    for part in accept.split(","):
        offered, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if any(map(_REFUSED.fullmatch, parameters)):
            continue
        if offered == RESPONSE_TYPE:
            return RESPONSE_TYPE
        if offered == EVENT_STREAM:
            return EVENT_STREAM
        if offered in (JSON_TYPE, "application/*", "*/*"):
            return JSON_TYPE
    return None


# With a weight of zero a type is named as one that is not wanted.
_REFUSED = re.compile(r"q=0(\.0*)?")


def _check_kind(kind: OperationType | None, method: str, media_type: str) -> None:
    """Raises `BadRequest` for an operation that cannot be answered like this."""
    if kind is None:
        message = "Name one of the document's operations in `operationName`."
        raise BadRequest(_failed(media_type), "UNKNOWN_OPERATION", message)
    if kind is OperationType.SUBSCRIPTION and media_type != EVENT_STREAM:
        message = f"Subscriptions are answered as {EVENT_STREAM}, or over graphql-transport-ws."
        raise BadRequest(406, "NOT_ACCEPTABLE", message)
    if kind is OperationType.MUTATION and method == "GET":
        raise BadRequest(405, "METHOD_NOT_ALLOWED", "GET is for what changes nothing.")


def _failed(media_type: str | None) -> int:
    """The status of an answer without data: old clients that want plain JSON expect 200."""
    return 200 if media_type == JSON_TYPE else 400


def _respond_kept(request: Request, found: Answered | Executed, media_type: str | None, request_id: str) -> Response:
    headers = {"x-request-id": request_id, "vary": VARY}
    content_type = f"{media_type or JSON_TYPE}; charset=utf-8"
    if isinstance(found, Answered):
        return cached_response(request, found, media_type=content_type, headers=headers)
    answer: JsonObject = {} if found.has_data else orjson.loads(found.body)
    status = 200 if found.has_data else status_of(answer) or _failed(media_type)
    headers |= headers_of(answer)
    return Response(found.body, status_code=status, headers=headers, media_type=content_type)


def _respond(
    status: int, answer: JsonObject, media_type: str | None, request_id: str, *, allow: str | None = None
) -> Response:
    if media_type == EVENT_STREAM:
        # There is no stream to say it in.
        media_type = RESPONSE_TYPE
    headers = {"x-request-id": request_id, "vary": VARY, **headers_of(answer)}
    if allow is not None:
        headers["allow"] = allow
    return Response(
        orjson.dumps(answer),
        status_code=status,
        headers=headers,
        media_type=f"{media_type or JSON_TYPE}; charset=utf-8",
    )
