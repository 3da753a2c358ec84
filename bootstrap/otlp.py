"""Spans over OTLP and HTTP, through OpenTelemetry's SDK; imported by `bootstrap/tracing.py` where it is wanted."""

import os

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from core.settings import Settings

_SECONDS = 5


def make_provider(settings: Settings, endpoint: str, *, service: str) -> TracerProvider:
    """Samples at the head, by ratio; what has a parent follows it.

    A thread sends spans in batches; while the collector is away it drops what does not fit into its queue. Variables
    such as OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES and OTEL_BSP_… mean what OpenTelemetry says.
    """
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", service)})
    sampler = ParentBased(TraceIdRatioBased(settings.tracing.ratio))
    provider = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
