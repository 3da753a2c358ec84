"""Which spans are made, and below which others."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind

from core.telemetry import tracing

ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """What is exported by a tracer that records only what others record already."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(0)), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.install(provider.get_tracer("test"))
    yield exporter
    tracing.install(None)
    provider.shutdown()


def test_goes_on_with_a_trace_that_was_begun_elsewhere(exported: InMemorySpanExporter) -> None:
    with tracing.entry("outer", parent=ONE), tracing.inner("inner"):
        pass

    inner, outer = exported.get_finished_spans()
    assert outer.parent is not None
    assert f"{outer.parent.span_id:016x}" == "b7ad6b7169203331"
    assert inner.parent == outer.context


def test_a_trace_that_is_not_recorded_has_no_spans_and_is_not_handed_on(exported: InMemorySpanExporter) -> None:
    with tracing.entry("outer", parent=UNSAMPLED), tracing.inner("inner"):
        handed_on = tracing.traceparent()

    assert exported.get_finished_spans() == ()
    assert handed_on is None


def test_calls_outside_of_any_span_make_no_traces(exported: InMemorySpanExporter) -> None:
    with tracing.inner("SELECT outbox_event") as span:
        pass

    assert span is None


def test_work_on_one_trace_is_below_it(exported: InMemorySpanExporter) -> None:
    with tracing.batch("project", [ONE, None, ONE], kind=SpanKind.CONSUMER):
        pass

    (span,) = exported.get_finished_spans()
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"


def test_work_on_several_traces_is_linked_to_each() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.install(provider.get_tracer("test"))

    with tracing.batch("project", [ONE, OTHER], kind=SpanKind.CONSUMER):
        pass
    tracing.install(None)
    provider.shutdown()

    (span,) = exporter.get_finished_spans()
    assert span.parent is None
    assert len(span.links) == 2


def test_a_failure_is_told_by_its_type_alone(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="hunter2"), tracing.entry("outer", parent=ONE):
        raise ValueError("hunter2")

    (span,) = exported.get_finished_spans()
    assert span.attributes == {"error.type": "ValueError"}
    assert "hunter2" not in span.to_json()


def test_a_malformed_parent_begins_a_trace(exported: InMemorySpanExporter) -> None:
    with tracing.entry("outer", parent="00-nonsense"):
        pass

    assert exported.get_finished_spans() == ()


def test_nothing_is_made_while_nobody_collects() -> None:
    with tracing.entry("outer", parent=ONE) as span:
        handed_on = tracing.traceparent()

    assert span is None
    assert handed_on is None
