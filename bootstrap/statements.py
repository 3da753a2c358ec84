"""Statements that SQLAlchemy executes, counted, and made spans of where somebody collects those."""

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from core.profile import count_sql
from core.telemetry import tracing
from core.telemetry.statements import start_statement

_SPAN = "emporium.span"


def watch_statements(engine: AsyncEngine) -> None:
    """Count what the engine executes, and time it in spans."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def _begin(
    connection: sa.Connection, _cursor: object, statement: str, _parameters: object, _context: object, _many: bool
) -> None:
    count_sql(statement)
    if tracing.is_on():
        connection.info[_SPAN] = start_statement(statement)


def _end(
    connection: sa.Connection, _cursor: object, _statement: str, _parameters: object, _context: object, _many: bool
) -> None:
    if tracing.is_on():
        tracing.end(connection.info.pop(_SPAN, None))


def _fail(failure: ExceptionContext) -> None:
    if tracing.is_on() and failure.connection is not None and not failure.connection.invalidated:
        tracing.end(failure.connection.info.pop(_SPAN, None), failure.original_exception)
