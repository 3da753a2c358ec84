"""Settings of what is seen from outside: metrics, traces, slow operations. Part of `core.settings.Settings`."""

from typing import Annotated

from pydantic import Field

from core.setting_types import Concern


class MetricsSettings(Concern):
    """Prometheus, on an address of its own."""

    host: str = Field("127.0.0.1", description="Address that `/metrics` and the worker's `/health` listen on.")
    port: Annotated[int, Field(ge=1, le=65_535)] | None = Field(
        None,
        description="Port of `/metrics`, and of `/health` and `/ready` of a worker; nothing listens if unset. Web and "
        "worker on one machine need different ones.",
    )
    operations: tuple[str, ...] = Field(
        (),
        description='Names of operations that always have metrics of their own, as JSON: `["Product"]`. Those of '
        "the manifest of trusted documents have them, too. Others get them when they are seen often and for minutes, "
        "at most 100 in each process, and none where only trusted documents are executed; the rest is `other`.",
    )
    gauge_seconds: Annotated[float, Field(ge=1)] = Field(
        15.0, description="How often the leading worker looks up what takes statements: queues, holds, payments."
    )


class TracingSettings(Concern):
    """OpenTelemetry; `OTEL_EXPORTER_OTLP_ENDPOINT` turns it on."""

    ratio: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1, description="Share of the traces that begin here which are recorded; parts of others follow theirs."
    )
    from_callers: bool = Field(
        True,
        description="Continue the trace that a request's `traceparent` names, with its decision to record. Turn it off "
        "where anybody can reach the server and no proxy removes the header.",
    )


class SlowSettings(Concern):
    """The log of slow operations."""

    operation_seconds: Annotated[float, Field(gt=0)] = Field(
        1.0, description="Operations that take longer are logged as `operation_slow`."
    )
    most_per_minute: Annotated[int, Field(ge=0)] = Field(
        30, description="Slow operations that a process logs in a minute; the next line says how many it left out."
    )
