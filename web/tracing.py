"""The span of an HTTP request, around everything that answers it. Installed only where traces are collected.

Names and attributes are those of OpenTelemetry's semantic conventions for HTTP servers. The address is without its
query, which holds operations and variables.
"""

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.telemetry import tracing

_METHODS = frozenset({"GET", "POST", "OPTIONS", "HEAD"})
_UNTRACED = ("/health", "/ready", "/static/", "/media/")


class TracedRequests:
    """An ASGI middleware. With `from_callers` a request continues the trace of its `traceparent`."""

    def __init__(self, app: ASGIApp, *, from_callers: bool) -> None:
        self._app = app
        self._from_callers = from_callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UNTRACED):
            await self._app(scope, receive, send)
            return
        parent = Headers(scope=scope).get("traceparent") if self._from_callers else None
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        attributes = {
            "http.request.method": method,
            "url.path": scope["path"],
            "url.scheme": scope["scheme"],
            "network.protocol.version": scope["http_version"],
        }
        name = f"{method} {_route(scope['path'])}"
        span = tracing.start(name, parent=parent, kind=SpanKind.SERVER, attributes=attributes)
        failure: BaseException | None = None

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and span is not None:
                _note_answer(span, message)
            await send(message)

        try:
            with tracing.within(span):
                await self._app(scope, receive, noted)
        except BaseException as error:
            failure = error
            raise
        finally:
            if span is not None and span.is_recording():
                tracing.end(span, failure)


def _note_answer(span: trace.Span, message: Message) -> None:
    """A stream may last for days: its request is over when it begins, and its events have traces of their own."""
    span.set_attribute("http.response.status_code", message["status"])
    if message["status"] >= 500:
        tracing.fail(span, str(message["status"]))
    if Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
        span.end()


def _route(path: str) -> str:
    """Only those that there are: whoever asks for others makes no names of spans."""
    return path if path in ("/graphql", "/webhooks/stripe", "/") else "other"
