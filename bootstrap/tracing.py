"""From settings to spans that are sent to a collector. What sends them is loaded only where one is set."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from core.settings import Settings
from core.telemetry import tracing


@contextmanager
def open_tracing(settings: Settings, *, service: str) -> Iterator[None]:
    """Trace this process for the length of the block, if the settings name a collector; what waits is sent at its end.

    `service` is its name there, unless OTEL_SERVICE_NAME is set.
    """
    if settings.otlp_endpoint is None:
        yield
        return
    provider = import_module("bootstrap.otlp").make_provider(settings, settings.otlp_endpoint, service=service)
    tracing.install(provider.get_tracer("emporium"))
    try:
        yield
    finally:
        tracing.install(None)
        provider.shutdown()
