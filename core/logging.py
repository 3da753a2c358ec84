"""Structured logs: one event a line, as JSON for machines or coloured for a terminal; without secrets in either."""

import logging
import sys

import structlog

from core.settings import Settings
from core.telemetry.redaction import redact_fields, redacting
from core.telemetry.tracing import current_ids


def configure_logging(settings: Settings) -> None:
    """Route structlog and the standard library's loggers to standard error in the chosen format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_trace,
        redact_fields,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info if settings.log_format == "json" else _keep,
            redacting(renderer),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for noisy in ("alembic", "opensearch", "pgqueuer", "urllib3", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # Says ten times a second that a server is away, which its callers say once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def _name_trace(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Say which trace a line belongs to, where there is one."""
    ids = current_ids()
    if ids is not None:
        event["trace_id"], event["span_id"] = ids
    return event


def _keep(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event
