"""The HTTP side of GraphQL: what a request asks for, and the status and media type that the answer has."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from core.problems import Denied
from resolvers.context import RequestContext
from services.accounts.tokens import ANYBODY, Principal
from web.execution import Executor, JsonObject, operation_type

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
HTML_TYPE = "text/html"
# A body comes in one piece from nearly everybody; who takes longer than this holds a connection for nothing.
BODY_SECONDS = 10.0


class BadRequest(Exception):
    """A request that is not GraphQL over HTTP."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class GraphQLEndpoint:
    """Answers GET and POST on one path, by the GraphQL-over-HTTP draft (graphql.github.io/graphql-over-http)."""

    def __init__(
        self,
        executor: Executor,
        *,
        make_context: Callable[[Principal, str], RequestContext],
        authenticate: Callable[[str], Principal],
        largest_body: int,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self.executor = executor
        self.make_context = make_context
        self.authenticate = authenticate
        self.largest_body = largest_body
        self.body_seconds = body_seconds

    async def __call__(self, request: Request) -> Response:
        media_type = _negotiate(request.headers.get("accept", ""))
        request_id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if media_type is None:
                raise BadRequest(406, "NOT_ACCEPTABLE", f"Answers are {RESPONSE_TYPE} or {JSON_TYPE}.")
            asked = await self._read(request)
            principal = self._principal(request)
        except BadRequest as error:
            return _respond(error.status, {"errors": [_error(error.code, error.message)]}, media_type, request_id)
        except Denied as error:
            return _respond(401, {"errors": [_error(error.code, error.message)]}, media_type, request_id)
        prepared = self.executor.prepare(asked.query)
        kind = operation_type(prepared, asked.operation_name)
        if prepared.document is not None:
            if kind is None:
                refusal = _error("UNKNOWN_OPERATION", "Name one of the document's operations in `operationName`.")
                return _respond(_failed(media_type), {"errors": [refusal]}, media_type, request_id)
            if request.method == "GET" and kind is not OperationType.QUERY:
                refusal = _error("METHOD_NOT_ALLOWED", "GET is for queries only.")
                return _respond(405, {"errors": [refusal]}, media_type, request_id, allow="POST")
        answer = await self.executor.run(
            prepared,
            self.make_context(principal, request_id),
            variables=asked.variables,
            operation_name=asked.operation_name,
        )
        return _respond(200 if "data" in answer else _failed(media_type), answer, media_type, request_id)

    def _principal(self, request: Request) -> Principal:
        header = request.headers.get("authorization")
        if header is None:
            return ANYBODY
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Denied("UNAUTHENTICATED", "Give the access token as `Authorization: Bearer TOKEN`.")
        return self.authenticate(token.strip())

    async def _read(self, request: Request) -> "Asked":
        if request.method == "GET":
            fields: JsonObject = dict(request.query_params)
            for name in ("variables", "extensions"):
                if name in fields:
                    fields[name] = _parsed(fields[name].encode())
            return _asked(fields)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != JSON_TYPE:
            raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the operation as {JSON_TYPE}.")
        return _asked(_parsed(await self._body(request)))

    async def _body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self.largest_body:
            raise self._too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self.body_seconds):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > self.largest_body:
                        raise self._too_large()
        except TimeoutError as error:
            raise BadRequest(408, "BODY_TOO_SLOW", "The request took too long to arrive.") from error
        except ClientDisconnect as error:
            # Nobody reads this answer, but a client that leaves is no failure to be logged.
            raise BadRequest(400, "CLIENT_LEFT", "The request ended before its body did.") from error
        return bytes(body)

    def _too_large(self) -> BadRequest:
        return BadRequest(413, "BODY_TOO_LARGE", f"A request has at most {self.largest_body} bytes.")


class Asked:
    """The parameters of a well-formed request."""

    __slots__ = ("operation_name", "query", "variables")

    def __init__(self, query: str, variables: JsonObject | None, operation_name: str | None) -> None:
        self.query = query
        self.variables = variables
        self.operation_name = operation_name


# Whatever JSON a client may send, hence Any.
def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_JSON", "The request is not valid JSON.") from error


def _asked(fields: Any) -> Asked:
    if not isinstance(fields, dict):
        raise BadRequest(400, "BAD_REQUEST", "A request is one JSON object; batches are not taken.")
    query, variables = fields.get("query"), fields.get("variables")
    operation_name, extensions = fields.get("operationName"), fields.get("extensions")
    if not isinstance(query, str) or not query:
        raise BadRequest(400, "BAD_REQUEST", "`query` must be the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "BAD_REQUEST", "`variables` must be an object.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest(400, "BAD_REQUEST", "`operationName` must be a string.")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest(400, "BAD_REQUEST", "`extensions` must be an object.")
    return Asked(query, variables, operation_name or None)


def prefers_html(request: Request) -> bool:
    """Whether a browser asks for a page to look at rather than a program for an answer."""
    return "query" not in request.query_params and HTML_TYPE in request.headers.get("accept", "")


def _negotiate(accept: str) -> str | None:
    """The media type of the answer: the draft's own where asked for, else JSON; None if neither is wanted."""
    if not accept.strip():
        return JSON_TYPE
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    for offered in wanted:
        if offered == RESPONSE_TYPE:
            return RESPONSE_TYPE
        if offered in (JSON_TYPE, "application/*", "*/*"):
            return JSON_TYPE
    return None


def _failed(media_type: str | None) -> int:
    """The status of an answer without data: old clients that want plain JSON expect 200."""
    return 400 if media_type == RESPONSE_TYPE else 200


def _error(code: str, message: str) -> JsonObject:
    return {"message": message, "extensions": {"code": code}}


def _respond(
    status: int, answer: JsonObject, media_type: str | None, request_id: str, *, allow: str | None = None
) -> Response:
    headers = {"x-request-id": request_id, "vary": "accept"}
    if allow is not None:
        headers["allow"] = allow
    return Response(
        orjson.dumps(answer),
        status_code=status,
        headers=headers,
        media_type=f"{media_type or JSON_TYPE}; charset=utf-8",
    )
