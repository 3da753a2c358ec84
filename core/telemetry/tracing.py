"""Spans, through OpenTelemetry's API alone; next to nothing while no tracer is installed.

`bootstrap/tracing.py` installs the process's tracer where the settings name a collector. Spans hold names, sizes and
the shapes of statements, never values. Errors are told by their type: their messages may hold what somebody sent.
Contexts travel as the `traceparent` of W3C Trace Context.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes = Mapping[str, str | int | float | bool]
Scope = AbstractContextManager[Span | None, None]

# More links than an SDK keeps by itself would only be made to be dropped.
_MOST_LINKS = 100
NOTHING: Scope = nullcontext()
_PROPAGATOR = TraceContextTextMapPropagator()


class _Process:
    """The tracer of this process, as OpenTelemetry's own is; None while nobody collects."""

    tracer: Tracer | None = None


class _Current:
    """A span that is current inside of the block, and goes on after it."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> Span:
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self._span

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        context.detach(self._token)


class _Open(_Current):
    """A span that is current inside of the block, and ends with it."""

    __slots__ = ()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)
        end(self._span, error)


def install(tracer: Tracer | None) -> None:
    """Let this process's spans be made by `tracer`, or none any more."""
    _Process.tracer = tracer


def is_on() -> bool:
    return _Process.tracer is not None


def start(
    name: str,
    *,
    parent: str | None = None,
    links: Iterable[str] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Attributes | None = None,
) -> Span | None:
    """A span below the `traceparent` that is given, else a trace of its own; None while nobody collects. To be ended by
    `end`."""
    if _Process.tracer is None:
        return None
    linked = [Link(found) for text in links if (found := _span_context(text)).is_valid]
    return _Process.tracer.start_span(
        name, context=_remote(parent), kind=kind, attributes=attributes, links=linked[:_MOST_LINKS]
    )


def entry(
    name: str,
    *,
    parent: str | None = None,
    links: Iterable[str] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Attributes | None = None,
) -> Scope:
    """As `start`, for the length of a block."""
    span = start(name, parent=parent, links=links, kind=kind, attributes=attributes)
    return NOTHING if span is None else _Open(span)


def batch(name: str, contexts: Iterable[str | None], *, kind: SpanKind, attributes: Attributes | None = None) -> Scope:
    """For work on several things: below their trace if it is one, else a trace of its own that is linked to theirs.
    Nothing where none of them is traced."""
    if _Process.tracer is None:
        return NOTHING
    known = list(dict.fromkeys(text for text in contexts if text is not None))
    if not known:
        return NOTHING
    if len({_span_context(text).trace_id for text in known}) == 1:
        return entry(name, parent=known[0], links=known[1:], kind=kind, attributes=attributes)
    return entry(name, links=known, kind=kind, attributes=attributes)


def start_inner(name: str, *, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes | None = None) -> Span | None:
    """A span below the current one, to be ended by `end`; None unless that is recorded. So what loops do while there is
    nothing to do makes no traces."""
    if _Process.tracer is None or not trace.get_current_span().is_recording():
        return None
    return _Process.tracer.start_span(name, kind=kind, attributes=attributes)


def inner(name: str, *, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes | None = None) -> Scope:
    """As `start_inner`, for the length of a block."""
    span = start_inner(name, kind=kind, attributes=attributes)
    return NOTHING if span is None else _Open(span)


def ending(span: Span | None) -> Scope:
    """A block with whose end a span ends that was started before."""
    return NOTHING if span is None else _Open(span)


def within(span: Span | None) -> Scope:
    """A block in which a span is current that goes on after it."""
    return NOTHING if span is None else _Current(span)


def end(span: Span | None, error: BaseException | None = None) -> None:
    """End a span, failed where there is an error."""
    if span is None:
        return
    if error is not None:
        fail(span, type(error).__name__)
    span.end()


def fail(span: Span | None, reason: str) -> None:
    """Mark a span as failed, by a name of few."""
    if span is not None:
        span.set_attribute("error.type", reason)
        span.set_status(Status(StatusCode.ERROR))


def traceparent() -> str | None:
    """The current span as others may continue it; None while there is none that is recorded."""
    return None if _Process.tracer is None else traceparent_of(trace.get_current_span())


def traceparent_of(span: Span | None) -> str | None:
    """A span as others may continue it; None if it is not recorded."""
    if span is None or not span.is_recording():
        return None
    found = span.get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"


def current_ids() -> tuple[str, str] | None:
    """The current trace and span, as logs name them."""
    if _Process.tracer is None:
        return None
    found = trace.get_current_span().get_span_context()
    return (f"{found.trace_id:032x}", f"{found.span_id:016x}") if found.is_valid else None


def _remote(text: str | None) -> Context:
    """The context that a `traceparent` names; an empty one if it is malformed, as W3C says."""
    return Context() if text is None else _PROPAGATOR.extract({"traceparent": text}, context=Context())


def _span_context(text: str) -> trace.SpanContext:
    return trace.get_current_span(_remote(text)).get_span_context()
