"""Statements to Postgres, counted, and made spans of where somebody collects those: their shape, never their values."""

import re
from functools import lru_cache

import sqlalchemy as sa
from opentelemetry.trace import SpanKind
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from core.profile import count_sql
from core.telemetry import tracing

_SPAN = "emporium.span"
_LONGEST_TEXT = 2_000
_KNOWN_SHAPES = 1_000
_DOES = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|SET|LOCK|NOTIFY|LISTEN)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_][a-z0-9_.]*)", re.IGNORECASE)
_READS = re.compile(r"\bFROM\s+([a-z_][a-z0-9_.]*)", re.IGNORECASE)
# What comes behind FOR UPDATE is no table.
_WORDS = frozenset({"set", "skip", "nowait", "of"})


def watch_statements(engine: AsyncEngine) -> None:
    """Count what the engine executes, and time it in spans."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def _begin(
    connection: sa.Connection, _cursor: object, statement: str, _parameters: object, _context: object, _many: bool
) -> None:
    count_sql(statement)
    if not tracing.is_on():
        return
    summary = summary_of(statement)
    attributes: dict[str, str | int | float | bool] = {
        "db.system.name": "postgresql",
        "db.query.summary": summary,
        "db.query.text": statement[:_LONGEST_TEXT],
        "db.operation.name": summary.partition(" ")[0],
    }
    if connection.engine.url.database:
        attributes["db.namespace"] = connection.engine.url.database
    connection.info[_SPAN] = tracing.start_inner(summary, kind=SpanKind.CLIENT, attributes=attributes)


def _end(
    connection: sa.Connection, _cursor: object, _statement: str, _parameters: object, _context: object, _many: bool
) -> None:
    if tracing.is_on():
        tracing.end(connection.info.pop(_SPAN, None))


def _fail(failure: ExceptionContext) -> None:
    if tracing.is_on() and failure.connection is not None and not failure.connection.invalidated:
        tracing.end(failure.connection.info.pop(_SPAN, None), failure.original_exception)


@lru_cache(_KNOWN_SHAPES)
def summary_of(statement: str) -> str:
    """What a statement does and to which table, as `db.query.summary` of the semantic conventions: `UPDATE offer`."""
    for found in _CHANGES.finditer(statement):
        if found[1].lower() not in _WORDS:
            return f"{found[0].split()[0].upper()} {found[1]}"
    does = _DOES.search(statement)
    if does is None:
        return "SQL"
    reads = _READS.search(statement)
    return does[1].upper() if reads is None else f"{does[1].upper()} {reads[1]}"
